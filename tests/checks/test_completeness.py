from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gather.test_snapshot import pull
from weekly.checks.completeness import check_completeness
from weekly.model import Outcome, Problem, PullRequest, RepoActivity, Severity, Snapshot, Source
from weekly.week import Week

FIRST = Week(monday=date(2023, 3, 20))


def snapshot(week: Week, *pulls: PullRequest, gathered_at: datetime | None = None) -> Snapshot:
    repo = RepoActivity(repo="a/b", outcome=Outcome.ACTIVE, pulls=pulls)
    at = gathered_at or week.end
    return Snapshot(schema_version=1, week=week, source=Source.GRAPHQL, gathered_at=at, repos=(repo,))


def problems(snapshots: Sequence[Snapshot], weeks: int) -> list[str]:
    return [str(problem) for problem in check_completeness(snapshots, first=FIRST, last=FIRST.shifted(weeks - 1))]


def test_a_complete_archive_has_no_problems() -> None:
    weeks = [FIRST.shifted(n) for n in range(3)]
    assert problems([snapshot(week, pull(n, merged_at=week.start)) for n, week in enumerate(weeks)], 3) == []


def test_missing_weeks_are_reported_by_runs() -> None:
    assert problems([snapshot(FIRST.shifted(n)) for n in (0, 3)], 6) == [
        "archive/2023-03-27.json: is missing, as are those to 2023-04-03: 2 weeks; weekly gather --since 2023-03-27 --until 2023-04-03",
        "archive/2023-04-17.json: is missing, as are those to 2023-04-24: 2 weeks; weekly gather --since 2023-04-17 --until 2023-04-24",
    ]
    assert problems([], 1) == [
        "archive/2023-03-20.json: is missing; weekly gather --since 2023-03-20 --until 2023-03-20"
    ]


def test_a_duplicate_or_misplaced_pull_request_is_reported() -> None:
    one = pull(1, merged_at=FIRST.start)
    assert problems([snapshot(FIRST, one), snapshot(FIRST.shifted(1), one)], 2) == [
        "archive/2023-03-27.json: a/b#1 was merged at 2023-03-20 00:00:00+00:00, not in this week",
        "archive/2023-03-27.json: a/b#1 is in the week of 2023-03-20 too",
    ]


def test_a_provisional_week_and_a_gap_are_reported() -> None:
    early = snapshot(FIRST, gathered_at=FIRST.end - timedelta(minutes=1))
    assert problems([early], 1) == [
        "archive/2023-03-20.json: was gathered at 2023-03-26 23:59 UTC, before it ended; weekly gather --week 2023-03-20 --refresh"
    ]
    gap = Problem(what="was not found", where="a/b", severity=Severity.BLOCKS)
    broken = msgspec.structs.replace(snapshot(FIRST), problems=(gap,))
    assert problems([broken], 1) == ["archive/2023-03-20.json: a/b: was not found; weekly gather --week 2023-03-20"]


INSTANTS = st.datetimes(datetime(2022, 12, 1), datetime(2023, 12, 1), timezones=st.just(UTC))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@given(instants=st.lists(INSTANTS, max_size=30))
def test_each_merge_belongs_to_exactly_one_week(zone: str, instants: list[datetime]) -> None:
    """Protects the ledger: what is split at the week's edges comes together again, in any zone."""
    first, last = (Week.of_day(day, zone) for day in (date(2022, 11, 28), date(2023, 12, 4)))
    pulls = [pull(number, merged_at=instant) for number, instant in enumerate(instants)]
    weeks = [first.shifted(n) for n in range(last.weeks_since(first) + 1)]
    snapshots = [snapshot(week, *(one for one in pulls if one.merged_at in week)) for week in weeks]
    assert sum(len(one.pulls) for one in snapshots) == len(pulls)
    assert check_completeness(snapshots, first=first, last=last) == ()
