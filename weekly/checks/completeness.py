"""The proof over the archive: no week is missing, none has a gap, every pull request is in exactly one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from weekly.model import Problem, Severity, Snapshot
from weekly.week import Week


def prove(snapshots: Iterable[Snapshot], *, first: Week, last: Week) -> tuple[Problem, ...]:
    """What keeps the archive from being whole from `first` to `last`, both included; nothing where it is.

    The snapshots are taken one at a time, so that years of them don't have to fit into memory.
    """
    problems: list[Problem] = []
    homes: dict[str, Week] = {}
    seen: set[Week] = set()
    for snapshot in snapshots:
        seen.add(snapshot.week)
        problems += _of_one(snapshot, homes)
    missing = [week for week in _weeks(first, last) if week not in seen]
    return (*_missing(missing), *problems)


def _of_one(snapshot: Snapshot, homes: dict[str, Week]) -> list[Problem]:
    """A week's own faults, and its pull requests that another week has told."""
    week = snapshot.week
    found = []
    if snapshot.is_provisional:
        hint = f"weekly gather --week {week} --refresh"
        found.append(_fault(week, f"was gathered at {snapshot.gathered_at:%Y-%m-%d %H:%M} UTC, before it ended", hint))
    found += [
        _fault(week, f"{problem.where}: {problem.what}", f"weekly gather --week {week}")
        for problem in snapshot.blocking
    ]
    for pull in snapshot.pulls:
        if pull.merged_at not in week:
            found.append(_fault(week, f"{pull.ref} was merged at {pull.merged_at}, not in this week"))
        if (home := homes.setdefault(pull.url, week)) != week:
            found.append(_fault(week, f"{pull.ref} is told in the week of {home} too"))
    return found


def _missing(weeks: Sequence[Week]) -> list[Problem]:
    """A word for each run of missing weeks, not for each week."""
    runs: list[list[Week]] = []
    for week in weeks:
        if runs and runs[-1][-1].shifted(1) == week:
            runs[-1].append(week)
        else:
            runs.append([week])
    return [
        Problem(
            where=f"archive/{run[0]}.json",
            what=f"missing, and {len(run) - 1} after it" if run[1:] else "missing",
            severity=Severity.BLOCKS,
            hint=f"weekly gather --since {run[0]} --until {run[-1]}",
        )
        for run in runs
    ]


def _weeks(first: Week, last: Week) -> Iterable[Week]:
    week = first
    while week <= last:
        yield week
        week = week.shifted(1)


def _fault(week: Week, what: str, hint: str = "") -> Problem:
    return Problem(where=f"archive/{week}.json", what=what, severity=Severity.BLOCKS, hint=hint)
