"""Check that no week is missing from the archive, and that each pull request is in exactly one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from weekly.model import Problem, Severity, Snapshot
from weekly.week import Week


def check_completeness(
    snapshots: Iterable[Snapshot], *, first: Week, last: Week, missing: Severity = Severity.BLOCKS
) -> tuple[Problem, ...]:
    """Return what is missing or wrong from `first` to `last`, both included. `missing` is how bad a missing week is.

    Snapshots are read one at a time, so that years of them don't have to fit into memory.
    """
    problems: list[Problem] = []
    homes: dict[str, Week] = {}
    seen: set[Week] = set()
    for snapshot in snapshots:
        seen.add(snapshot.week)
        problems += _problems_of(snapshot, homes)
    weeks = map(first.shifted, range(last.weeks_since(first) + 1))
    return (*_missing([week for week in weeks if week not in seen], missing), *problems)


def _problems_of(snapshot: Snapshot, homes: dict[str, Week]) -> list[Problem]:
    """Return a week's own faults, and its pull requests that another week has too."""
    week = snapshot.week
    problems = []
    if snapshot.is_provisional:
        what = f"was gathered at {snapshot.gathered_at:%Y-%m-%d %H:%M} UTC, before it ended"
        problems.append(_fault(week, what, f"weekly gather --week {week} --refresh"))
    problems += [
        _fault(week, f"{problem.where}: {problem.what}", f"weekly gather --week {week}")
        for problem in snapshot.blocking
    ]
    for pull in snapshot.pulls:
        if pull.merged_at not in week:
            problems.append(_fault(week, f"{pull.ref} was merged at {pull.merged_at}, not in this week"))
        if (home := homes.setdefault(pull.url, week)) != week:
            problems.append(_fault(week, f"{pull.ref} is in the week of {home} too"))
    return problems


def _missing(weeks: Sequence[Week], severity: Severity) -> list[Problem]:
    """Return a problem for each run of missing weeks."""
    runs: list[list[Week]] = []
    for week in weeks:
        if runs and runs[-1][-1].shifted(1) == week:
            runs[-1].append(week)
        else:
            runs.append([week])
    return [
        _fault(
            run[0],
            f"is missing, as are those to {run[-1]}: {len(run)} weeks" if run[1:] else "is missing",
            f"weekly gather --since {run[0]} --until {run[-1]}",
            severity,
        )
        for run in runs
    ]


def _fault(week: Week, what: str, hint: str = "", severity: Severity = Severity.BLOCKS) -> Problem:
    return Problem(where=f"archive/{week}.json", what=what, severity=severity, hint=hint)
