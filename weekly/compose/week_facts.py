"""Hold what the builders of sections read and return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from weekly.compose.projects import ProjectActivity, not_archived
from weekly.config import Config
from weekly.highlights.select import Selection
from weekly.model import Feature, Problem, Reach, Severity, Snapshot, SourceWeek, Words
from weekly.notes.file import Notes
from weekly.text.english import numbered

Answer = TypeVar("Answer", bound=SourceWeek)


class Report:
    """The problems of a section, and what it left out and why."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.left_out: list[str] = []


class WeekFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that a section may be built from. `selections` go by the projects' names. Builders add to `report`."""

    config: Config
    snapshot: Snapshot
    notes: Notes
    projects: tuple[ProjectActivity, ...]
    selections: Mapping[str, Selection]
    introduction: str
    introduction_words: Words = Words.DRAFTED
    features: tuple[Feature, ...] = ()
    thanks: str = ""
    report: Report = msgspec.field(default_factory=Report)

    def find(self, answers: Sequence[Answer], source: str, *, required: bool = False) -> Answer | None:
        """Return a source's archived data, None where there is none, and report its problem."""
        severity = Severity.BLOCKS if required else Severity.NOTED
        answer = next((answer for answer in answers if answer.source == source), None)
        if answer is None:
            self.report.problems.append(not_archived(source, self.snapshot.week, severity))
            return None
        if answer.problem is None:
            return answer
        is_whole = answer.reach is Reach.WHOLE
        problem = answer.problem if is_whole else msgspec.structs.replace(answer.problem, severity=severity)
        self.report.problems.append(problem)
        return None if answer.reach is Reach.FAILED else answer


def dropped_entries(source_weeks: Sequence[SourceWeek]) -> tuple[str, ...]:
    """Return what sources have and the post doesn't, and why."""
    lines = [f"entry {entry} of {source.source}" for source in source_weeks for entry in source.dropped]
    lines += [
        f"{numbered(source.other_weeks, 'entry', plural='entries')} of {source.source}: not of this week"
        for source in source_weeks
        if source.other_weeks
    ]
    return tuple(lines)
