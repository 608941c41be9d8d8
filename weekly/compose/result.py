"""Hold what the builders of sections read and return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from weekly.compose.projects import ProjectActivity, not_archived
from weekly.highlights.select import Selection
from weekly.model import AnySection, Feature, NewVideos, Problem, Reach, Severity, Snapshot, SourceWeek, Words
from weekly.notes.file import Notes
from weekly.text.english import numbered

Answer = TypeVar("Answer", bound=SourceWeek)


class WeekFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that a section may be built from. `selections` go by the projects' names.

    `project` is the name of the whole. Sections with highlights name `named_projects`.
    """

    snapshot: Snapshot
    notes: Notes
    projects: tuple[ProjectActivity, ...]
    selections: Mapping[str, Selection]
    introduction: str
    introduction_words: Words = Words.DRAFTED
    features: tuple[Feature, ...] = ()
    thanks: str = ""
    links: str = "none"
    has_releases_section: bool = False
    project: str = ""
    named_projects: frozenset[str] = frozenset()
    videos: tuple[NewVideos, ...] = ()


class SectionResult(msgspec.Struct, frozen=True, kw_only=True):
    """The sections that one builder returns, its problems, and what it left out and why."""

    sections: tuple[AnySection, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()


def archived_source(
    answers: Sequence[Answer], source: str, snapshot: Snapshot, *, required: bool = False
) -> tuple[Answer | None, tuple[Problem, ...]]:
    """Return a source's archived data, None where there is none, and its problems."""
    severity = Severity.BLOCKS if required else Severity.NOTED
    answer = next((answer for answer in answers if answer.source == source), None)
    if answer is None:
        return None, (not_archived(source, snapshot.week, severity),)
    if answer.problem is None:
        return answer, ()
    if answer.reach is Reach.WHOLE:
        return answer, (answer.problem,)
    problems = (msgspec.structs.replace(answer.problem, severity=severity),)
    return (None if answer.reach is Reach.FAILED else answer), problems


def dropped_entries(source_weeks: Sequence[SourceWeek]) -> tuple[str, ...]:
    """Return what sources have and the post doesn't, and why."""
    lines = [f"entry {entry} of {source.source}" for source in source_weeks for entry in source.dropped]
    lines += [
        f"{numbered(source.other_weeks, 'entry', plural='entries')} of {source.source}: not of this week"
        for source in source_weeks
        if source.other_weeks
    ]
    return tuple(lines)
