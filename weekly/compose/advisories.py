"""Build the section of security advisories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weekly.compose.result import SectionResult, WeekFacts, archived_source
from weekly.config.sections import AdvisoriesConfig
from weekly.model import Advisory, Block, Problem
from weekly.text.markdown import Markdown, escape, link, stripped


def advisories(config: AdvisoriesConfig, facts: WeekFacts) -> SectionResult:
    """Return the section, none in a week without advisories."""
    snapshot = facts.snapshot
    published: list[Advisory] = []
    problems: list[Problem] = []
    for source in config.sources([activity.repo for activity in snapshot.repos]):
        archived, faults = archived_source(snapshot.advisories, source, snapshot, required=config.required)
        published += archived.advisories if archived else ()
        problems += faults
    entries = tuple(_entries(published))
    section = Block(
        heading=config.heading, level=config.level, text=stripped(config.text), entries=entries, is_list=True
    )
    return SectionResult(sections=(section,) if entries else (), problems=tuple(problems))


def _entries(published: Sequence[Advisory]) -> Iterator[Markdown]:
    """Yield a line for each advisory. The severity is GitHub's."""
    for advisory in published:
        severity = f", {escape(advisory.severity)}" if advisory.severity else ""
        numbers = link(", ".join(advisory.numbers), advisory.url)
        yield Markdown(f"{escape(advisory.title)} ({numbers}{severity})")
