"""Put the post together from the week's facts, as weekly.toml arranges them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from weekly.compose import events, sources
from weekly.compose import sections as standard
from weekly.compose.placements import placements
from weekly.compose.week_facts import Report, WeekFacts, dropped_entries
from weekly.config import Config
from weekly.config import sections as settings
from weekly.errors import NotesError
from weekly.files.decode import nearest
from weekly.model import AnySection, Block, Post, Verdict
from weekly.notes.file import Notes
from weekly.text.markdown import stripped
from weekly.week import Week

BUILDERS: Mapping[type, Callable[[Any, WeekFacts], Sequence[AnySection]]] = {
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


def compose(facts: WeekFacts, verdicts: Mapping[str, Verdict], changes: Mapping[str, tuple[str, ...]]) -> Post:
    """Return the post. `verdicts` and the editor's `changes` go by the pull requests' refs."""
    config, snapshot, notes = facts.config, facts.snapshot, facts.notes
    _check_notes(config, notes, snapshot.week)
    built, reports = [], []
    for section in config.sections:
        facts = replace(facts, report=Report())
        built.append(_build(section, facts))
        reports.append(facts.report)
        if isinstance(section, settings.HighlightsConfig):
            facts = replace(facts, features=())  # they go before the first highlights
    sections = _with_week_sections(built, facts)
    problems = [
        *snapshot.problems,
        *(problem for project in facts.projects for problem in (*project.gaps, *project.doubts)),
        *(problem for report in reports for problem in report.problems),
    ]
    left_out = (line for report in reports for line in report.left_out)
    return Post(
        week=snapshot.week,
        title=notes.title or config.title(snapshot.week, number=notes.number),
        sections=sections,
        placements=placements(facts, sections, verdicts, changes),
        problems=tuple(dict.fromkeys(problems)),
        credit=stripped(config.writer.credit),
        left_out=(*left_out, *dropped_entries(snapshot.source_weeks)),
    )


def _build(section: settings.AnySectionConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Build a section unless its dates exclude the day on which the post appears."""
    if isinstance(section, settings.DatedSectionConfig) and not section.is_open(facts.snapshot.week.appears):
        return []
    return BUILDERS[type(section)](section, facts)


_SECTIONS_OF_NOTES = {
    "introduction": ("introduction", settings.IntroductionConfig),
    "videos": ("introduction", settings.IntroductionConfig),
    "features": ("highlights", settings.HighlightsConfig),
    "projects": ("highlights", settings.HighlightsConfig),
    "events": ("events", settings.EventsConfig),
    "distributions": ("distributions", settings.DistributionsConfig),
}
"""The section of weekly.toml that shows what a key of the notes has."""


def _check_notes(config: Config, notes: Notes, week: Week) -> None:
    """Raise NotesError where the notes need a section that weekly.toml doesn't have."""
    there = {type(section) for section in config.sections}
    for name, (kind, section_type) in _SECTIONS_OF_NOTES.items():
        if getattr(notes, name) and section_type not in there:
            raise NotesError(f"weeks/{week}.toml: {name}: needs a section with kind = '{kind}' in weekly.toml; add one")
    known = [section.heading for section in config.sections if isinstance(section, settings.BlockConfig)]
    for heading in notes.blocks:
        if heading not in known:
            hint = nearest(heading, known) if known else "weekly.toml has no section with kind = 'block'"
            raise NotesError(f"weeks/{week}.toml: blocks: there is no block {heading!r}; {hint}")


class _Slot(NamedTuple):
    """A position in the post by the headings that name it. It is empty where its section isn't shown."""

    headings: list[str]
    sections: list[AnySection]


def _with_week_sections(built: Sequence[Sequence[AnySection]], facts: WeekFacts) -> tuple[AnySection, ...]:
    """Return all sections of the post. `built` belong to the sections of weekly.toml."""
    slots = [slot for part, own in zip(facts.config.sections, built, strict=True) for slot in _slots(part, own, facts)]
    for note in facts.notes.sections:
        slot = slots[0] if note.after is None else next((one for one in slots if note.after in one.headings), None)
        if slot is None:
            known = [heading for slot in slots for heading in slot.headings if heading]
            where = f"weeks/{facts.snapshot.week}.toml: sections ({note.heading!r}).after"
            raise NotesError(f"{where}: there is no section {note.after!r}; {nearest(note.after or '', known)}")
        text, is_list = stripped(note.text), bool(note.entries)
        section = Block(heading=note.heading, level=note.level, text=text, entries=note.entries, is_list=is_list)
        slot.headings.append(note.heading)
        slot.sections.append(section)
    return tuple(section for slot in slots for section in slot.sections)


def _slots(part: object, sections: Sequence[AnySection], facts: WeekFacts) -> list[_Slot]:
    """Return a slot for each section of a configured one, and for those that are configured but not shown."""
    configured = [getattr(part, "heading", "")]
    if isinstance(part, settings.HighlightsConfig) and not part.heading:
        configured = [project.name for project in standard.highlighted_projects(part, facts)]
    slots = [_Slot([section.heading], [section]) for section in sections]
    shown = {section.heading for section in sections}
    return [*slots, *(_Slot([heading], []) for heading in configured if heading not in shown)]
