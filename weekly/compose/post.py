"""Put the post together from the week's facts, as weekly.toml arranges them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from weekly.compose import events, sources
from weekly.compose import sections as standard
from weekly.compose.placements import placements
from weekly.compose.result import SectionResult, WeekFacts, dropped_entries
from weekly.compose.videos import VideoSelection
from weekly.compose.week_sections import with_week_sections
from weekly.config import Config
from weekly.config import sections as settings
from weekly.errors import NotesError
from weekly.files.decode import nearest
from weekly.model import Post, Verdict
from weekly.notes.file import Notes
from weekly.text.markdown import stripped
from weekly.week import Week

BUILDERS: Mapping[type, Callable[[Any, WeekFacts], SectionResult]] = {
    settings.IntroductionConfig: standard.introduction,
    settings.HighlightsConfig: standard.highlights,
    settings.ReleasesConfig: standard.releases,
    settings.AdvisoriesConfig: sources.advisories,
    settings.BlockConfig: standard.block,
    settings.EventsConfig: events.events,
    settings.FeedSectionConfig: sources.feed,
    settings.IndexConfig: sources.index,
    settings.ContributeConfig: sources.contribute,
    settings.UpstreamConfig: standard.upstream,
    settings.DistributionsConfig: sources.distributions,
}
"""The function that builds a section, by the type of its configuration."""


def compose(
    config: Config,
    facts: WeekFacts,
    verdicts: Mapping[str, Verdict],
    changes: Mapping[str, tuple[str, ...]],
    videos: VideoSelection,
) -> Post:
    """Return the post. `verdicts` and the editor's `changes` go by the pull requests' refs."""
    snapshot, notes = facts.snapshot, facts.notes
    _check_notes(config, notes, snapshot.week)
    results = list(_results(config, facts))
    sections = with_week_sections(config, results, facts)
    results.append(SectionResult(problems=videos.problems, left_out=videos.left_out))
    problems = dict.fromkeys(
        [
            *snapshot.problems,
            *(problem for project in facts.projects for problem in (*project.gaps, *project.doubts)),
            *(problem for result in results for problem in result.problems),
        ]
    )
    return Post(
        week=snapshot.week,
        title=notes.title or config.title(snapshot.week, number=notes.number),
        sections=sections,
        placements=placements(facts, sections, verdicts, changes),
        problems=tuple(problems),
        credit=stripped(config.writer.credit),
        left_out=(
            *(line for result in results for line in result.left_out),
            *dropped_entries(snapshot.source_weeks),
        ),
    )


def _results(config: Config, facts: WeekFacts) -> Iterator[SectionResult]:
    """Yield the result of each section. The features go before the first highlights."""
    for section in config.sections:
        yield _build(section, facts)
        if isinstance(section, settings.HighlightsConfig):
            facts = msgspec.structs.replace(facts, features=())


def _build(section: settings.AnySectionConfig, facts: WeekFacts) -> SectionResult:
    """Build a section unless its dates exclude the day on which the post appears."""
    appears = facts.snapshot.week.appears
    if isinstance(section, settings.DatedSectionConfig) and not section.is_open(appears):
        return SectionResult()
    return BUILDERS[type(section)](section, facts)


def _check_notes(config: Config, notes: Notes, week: Week) -> None:
    """Raise NotesError where the notes need a section that weekly.toml doesn't have."""
    has_highlights = any(isinstance(section, settings.HighlightsConfig) for section in config.sections)
    for name, value in (("features", notes.features), ("projects", notes.projects)):
        if value and not has_highlights:
            raise NotesError(f"weeks/{week}.toml: {name}: needs a section with kind = 'highlights' in weekly.toml")
    known = [section.heading for section in config.sections if isinstance(section, settings.BlockConfig)]
    for heading in notes.blocks:
        if heading not in known:
            raise NotesError(f"weeks/{week}.toml: blocks: there is no block {heading!r}; {nearest(heading, known)}")
