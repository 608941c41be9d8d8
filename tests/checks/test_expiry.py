"""Dated parts at the exact day, in the post and in `weekly check`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.conftest import Weekly
from weekly.config.external import Dated
from weekly.model import Event

JOB = """
[[sections.items]]
text = "[Engineer](https://jobs.example/1)"
first_day = {first}
last_day = {last}
"""
# A post of the week of 20 March appears on Monday, 27 March.
MONDAY = "2023-03-20"


def configure(project: Weekly, changes: dict[str, str]) -> None:
    path = project.folder / "weekly.toml"
    text = path.read_text(encoding="utf-8")
    for pattern, replacement in changes.items():
        new = re.sub(pattern, lambda match, to=replacement: to, text, count=1)  # type: ignore[misc]
        assert new != text
        text = new
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("first", "last", "is_open"),
    [
        (None, None, True),
        ("2023-03-27", None, True),
        ("2023-03-28", None, False),
        (None, "2023-03-27", True),
        (None, "2023-03-26", False),
        ("2023-03-27", "2023-03-27", True),
        ("2023-01-01", "2023-12-31", True),
    ],
)
def test_first_and_last_day_are_included(first: str | None, last: str | None, is_open: bool) -> None:
    dated = Dated(
        first_day=date.fromisoformat(first) if first else None, last_day=date.fromisoformat(last) if last else None
    )
    assert dated.is_open(date(2023, 3, 27)) is is_open


def test_a_last_day_before_the_first_is_an_error(weekly: Weekly) -> None:
    configure(
        weekly, {r"# first_day = 2023-01-01\n# last_day = 2023-06-30": "first_day = 2023-06-30\nlast_day = 2023-01-01"}
    )
    ran = weekly("check")
    assert ran.code == 2
    assert "sections[1] ('Job openings'): last_day 2023-01-01 is before first_day 2023-06-30" in ran.err


@pytest.mark.parametrize(
    ("first", "last", "is_shown"),
    [
        ("2023-03-27", "2023-03-27", True),
        ("2023-03-28", "2023-04-30", False),
        ("2023-01-01", "2023-03-26", False),
    ],
)
def test_a_job_is_shown_while_it_is_open(archived: Weekly, first: str, last: str, is_shown: bool) -> None:
    configure(archived, {r"# \[\[sections\.items\]\]\n": JOB.format(first=first, last=last)})
    out = archived("render", "--week", MONDAY).out
    assert ("- [Engineer](https://jobs.example/1)\n" in out) is is_shown
    assert ("## Job openings" in out) is is_shown, "a block without an open entry goes as a whole"


@pytest.mark.parametrize(("last", "is_shown"), [("2023-03-27", True), ("2023-03-26", False)])
def test_a_block_is_removed_after_its_last_day(archived: Weekly, last: str, is_shown: bool) -> None:
    configure(archived, {r"# last_day = 2023-06-30": f"last_day = {last}"})
    assert ("## Job openings" in archived("render", "--week", MONDAY).out) is is_shown


CHECKED = {
    r"# last_day = 2023-06-30": "last_day = 2023-05-01",
    r'# \[\[sections\.items\]\]\n': JOB.format(first="2023-01-01", last="2023-04-02"),
    r"horizon_days = 90\n": (
        'horizon_days = 90\n[[sections.entries]]\ntitle = "Summit"\nfirst_day = 2023-04-16\nlast_day = 2023-04-17\n'
        '[[sections.entries]]\ntitle = "Past"\nfirst_day = 2023-04-01\n'
    ),
}  # fmt: skip
ENDED_JOB = (
    "sections[1] ('Job openings').items[0] ('[Engineer](https://jobs.example/1)').last_day: "
    "ended on 2023-04-02, and is no longer shown [ended]; give it a later day, or remove it"
)


EVENTS = "sections[5] ('Upcoming events').entries"


def test_check_reports_what_ended_or_ends_within_two_weeks(weekly: Weekly) -> None:
    configure(weekly, CHECKED)
    ran = weekly("check")  # on Monday, 3 April
    assert ran.code == 0
    lines = (weekly.folder / "weekly.toml").read_text(encoding="utf-8").splitlines()
    places = [re.match(r"warning: weekly\.toml:(\d+): (.*)", line) for line in ran.out.splitlines()]
    assert [lines[int(place[1]) - 1] for place in places if place] == [
        "last_day = 2023-04-02",
        "last_day = 2023-04-17",
        "first_day = 2023-04-01",
    ]
    assert [place[2] for place in places if place] == [
        ENDED_JOB,
        f"{EVENTS}[0] ('Summit').last_day: ends in 14 days, on 2023-04-17 [ends-soon]; remove it",
        f"{EVENTS}[1] ('Past').first_day: ended on 2023-04-01, and is no longer shown [ended]; remove it",
    ]


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("UTC", datetime(2023, 4, 2, 23, 59, tzinfo=UTC), "ends today, on 2023-04-02"),
        ("UTC", datetime(2023, 4, 3, 0, 0, tzinfo=UTC), "ended on 2023-04-02"),
        ("Europe/Berlin", datetime(2023, 4, 2, 21, 59, tzinfo=UTC), "ends today, on 2023-04-02"),
        ("Europe/Berlin", datetime(2023, 4, 2, 22, 0, tzinfo=UTC), "ended on 2023-04-02"),
        ("America/Los_Angeles", datetime(2023, 4, 3, 6, 59, tzinfo=UTC), "ends today, on 2023-04-02"),
        ("America/Los_Angeles", datetime(2023, 4, 2, 6, 59, tzinfo=UTC), "ends tomorrow, on 2023-04-02"),
    ],
)
def test_days_follow_the_projects_zone(weekly: Weekly, zone: str, now: datetime, expected: str) -> None:
    configure(weekly, {'zone = "UTC"': f'zone = "{zone}"', **CHECKED} if zone != "UTC" else CHECKED)
    weekly.now = now
    assert expected in weekly("check").out.splitlines()[0]


def test_check_of_a_week_uses_the_day_of_its_post(weekly: Weekly) -> None:
    configure(weekly, CHECKED)
    weekly.now += timedelta(weeks=30)
    assert ENDED_JOB in weekly("check", "--week", "2023-03-27").out
    early = weekly("check", "--week", "2023-03-13").out
    assert "ends in 13 days, on 2023-04-02" in early
    assert "Summit" not in early


def test_check_reports_ended_events_of_the_notes(archived: Weekly) -> None:
    path = archived.folder / "weeks" / "2023-03-27.toml"
    path.write_text("[[events]]\ntitle = 'Talk'\nfirst_day = 2023-04-02\n", encoding="utf-8")
    assert archived("check", "--week", "2023-03-27").out == (
        "warning: weeks/2023-03-27.toml:3: events[0] ('Talk').first_day: ended on 2023-04-02, and is no longer shown [ended]; "
        "remove it\n"
    )


def test_check_is_silent_where_nothing_ends(archived: Weekly) -> None:
    ran = archived("check", "--week", "2023-03-27")
    assert ran.code == 0
    assert "end" not in ran.out


def test_an_event_ends_on_its_only_day() -> None:
    assert Event(title="T", first_day=date(2023, 4, 1)).ends == date(2023, 4, 1)
