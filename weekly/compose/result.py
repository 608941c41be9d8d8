"""What the archive has of the sources beside pull requests, and what a part of the post becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from weekly.model import AnySection, Problem, Reach, Severity, Snapshot, SourceWeek

Kind = TypeVar("Kind", bound=SourceWeek)


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one part: sections, of which there may be none, what is wrong, and what isn't told and why."""

    sections: tuple[AnySection, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()


def heard(
    asides: Sequence[Kind], source: str, snapshot: Snapshot, *, required: bool = False
) -> tuple[Kind | None, tuple[Problem, ...]]:
    """What a source said in the week, None where it said nothing; and what is wrong, as grave as weekly.toml has it."""
    severity = Severity.BLOCKS if required else Severity.NOTED
    found = next((aside for aside in asides if aside.source == source), None)
    if found is None:
        what = "is not in the archive of this week"
        hint = f"gather it: weekly gather --week {snapshot.week} --refresh"
        return None, (Problem(where=source, what=what, severity=severity, hint=hint),)
    if found.problem is None:
        return found, ()
    if found.reach is Reach.WHOLE:
        return found, (found.problem,)
    problems = (msgspec.structs.replace(found.problem, severity=severity),)
    return (None if found.reach is Reach.FAILED else found), problems
