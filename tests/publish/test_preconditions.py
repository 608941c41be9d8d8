"""What keeps a week from being published, a case for each reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from weekly.http.clock import ServerTime
from weekly.model import SCHEMA_VERSION, Finding, Outcome, Problem, RepoActivity, Severity, Snapshot, Source
from weekly.publish.preconditions import obstacles, untimely
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
WHOLE = Snapshot(
    schema_version=SCHEMA_VERSION,
    week=WEEK,
    source=Source.GRAPHQL,
    gathered_at=WEEK.end,
    repos=(RepoActivity(repo="octo/hello", outcome=Outcome.QUIET),),
)
GAP = Problem(where="octo/hello", what="was not found", severity=Severity.BLOCKS, hint="name it right")
NOTE = Problem(where="octo/hello", what="was renamed", severity=Severity.NOTED)
LONG = Finding(rule="length", message="is too long", hint="cut it")
SAMPLE = "archive/2023-03-27.json is the sample: gather the week with --refresh, or give --to DIR"
UNPROVEN = (
    "octo/hello: was read from a clone, where nothing counts the pull requests; gather it from GitHub, or allow it: "
    "forum.publish_unproven"
)
RUNNING = "the week of 2023-03-27 ends at 2023-04-03 00:00 UTC; wait for it, or give --early"
PROVISIONAL = "the week of 2023-03-27 was gathered before it ended; gather it again: weekly gather --week 2023-03-27"


def of(**fields: object) -> Snapshot:
    return msgspec.structs.replace(WHOLE, **fields)


CLONED = of(repos=(RepoActivity(repo="octo/hello", outcome=Outcome.UNPROVEN),))
AMIDST = WEEK.end - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("snapshot", "now", "options", "expected"),
    [
        (WHOLE, WEEK.end, {}, ()),
        (of(problems=(GAP, NOTE)), WEEK.end, {}, ("octo/hello: was not found; name it right",)),
        (of(source=Source.SAMPLE), WEEK.end, {}, (SAMPLE,)),
        (of(source=Source.SAMPLE), WEEK.end, {"is_public": False}, ()),
        (WHOLE, AMIDST, {}, (RUNNING,)),
        (WHOLE, AMIDST, {"is_early": True}, ()),
        (of(gathered_at=AMIDST), AMIDST, {}, (RUNNING,)),
        (of(gathered_at=AMIDST), WEEK.end, {}, (PROVISIONAL,)),
        (of(gathered_at=AMIDST), WEEK.end, {"is_early": True}, ()),
        (CLONED, WEEK.end, {}, (UNPROVEN,)),
        (CLONED, WEEK.end, {"permits_unproven": True}, ()),
        (CLONED, WEEK.end, {"permits_unproven": None}, (UNPROVEN.partition(", or allow")[0],)),
        (
            WHOLE, WEEK.end, {"findings": (LONG, msgspec.structs.replace(LONG, severity=Severity.NOTED))},
            ("is too long [length]; cut it",),
        ),
        (
            msgspec.structs.replace(CLONED, problems=(GAP,), source=Source.SAMPLE), AMIDST, {"findings": (LONG,)},
            ("octo/hello: was not found; name it right", SAMPLE, RUNNING, UNPROVEN, "is too long [length]; cut it"),
        ),
    ],
)  # fmt: skip
def test_every_obstacle_is_reported(
    snapshot: Snapshot, now: datetime, options: dict[str, object], expected: tuple[str, ...]
) -> None:
    assert obstacles(snapshot, now=now, **options) == expected  # type: ignore[arg-type]  # a table of options


@pytest.mark.parametrize(
    ("now", "there", "is_what"),
    [
        (timedelta(0), timedelta(seconds=-1), "not over"),
        (timedelta(days=3), timedelta(days=-3), "not over"),
        (timedelta(weeks=5), timedelta(days=-3), "not over"),
        (timedelta(days=6), timedelta(days=8), "an older one"),  # so it isn't the last one, which was perhaps meant
        (-timedelta(days=1), timedelta(0), "the last whole one"),
        (timedelta(0), timedelta(days=6), ""),
        (timedelta(weeks=5), timedelta(weeks=1), ""),  # an older one by both
        (timedelta(weeks=1), timedelta(weeks=1), ""),
    ],
)
@pytest.mark.parametrize("is_early", [True, False])
def test_a_week_that_differs_by_a_servers_clock_is_an_obstacle(
    now: timedelta, there: timedelta, is_what: str, is_early: bool
) -> None:
    if now < timedelta(0) and not is_early:
        return  # reported as a week that is running
    found = obstacles(
        WHOLE, now=WEEK.end + now, others=(ServerTime("forum.example", WEEK.end + there),), is_early=is_early
    )
    assert len(found) == bool(is_what)
    for line in found:
        assert line.startswith("this machine's clock has 2023-0")
        assert "but forum.example's 2023-0" in line
        assert f"by which the week of 2023-03-27 is {is_what}; correct the wrong clock, and run again" in line


def test_the_week_ends_in_its_own_zone() -> None:
    west = msgspec.structs.replace(WHOLE, week=Week(monday=WEEK.monday, zone="America/New_York"))
    assert obstacles(west, now=datetime(2023, 4, 3, 3, 59, tzinfo=UTC)) == (
        "the week of 2023-03-27 ends at 2023-04-03 04:00 UTC; wait for it, or give --early",
    )


@pytest.mark.parametrize(
    ("ago", "there", "expected"),
    [
        (1, 1, ""),
        (1, 0, "not over"),
        (0, 1, "the last whole one"),
        (1, 2, "an older one"),
        (2, 1, ""),  # over by both, and caught up on by the one
        (3, 1, ""),
        (2, 3, ""),
        (2, 0, "not over"),
        (9, -1, "not over"),
    ],
)
def test_a_week_is_untimely_where_clocks_take_it_for_another(ago: int, there: int, expected: str) -> None:
    now, other = (WEEK.start + timedelta(weeks=weeks, hours=1) for weeks in (ago, there))
    found = list(untimely(WEEK, now, [ServerTime("forum.example.org", other)]))
    assert [f"the week of 2023-03-27 is {expected};" in line for line in found] == [True] * bool(expected)


def test_clocks_are_read_in_the_zone_of_the_week() -> None:
    """Sunday evening in UTC is Monday in Auckland, where the week is over by both clocks."""
    week = Week(monday=date(2023, 3, 27), zone="Pacific/Auckland")
    sunday, monday = datetime(2023, 4, 2, 13, tzinfo=UTC), datetime(2023, 4, 3, 1, tzinfo=UTC)
    assert list(untimely(week, monday, [ServerTime("forum.example.org", sunday)])) == []
