"""Calendars against dates that were worked out by hand, from the calendar on the wall."""

from __future__ import annotations

import threading
import time
from datetime import date
from pathlib import Path

import pytest

from tests.support.pages import body_of, calendar, event
from weekly.config.external import CalendarConfig
from weekly.config.project import Zone
from weekly.gather import calendars
from weekly.gather.calendar_series import agenda_of
from weekly.http.fetch import Bounds, Session
from weekly.http.messages import Reply
from weekly.model import Occurrence
from weekly.week import Week

BEFORE_SPRING = Week(monday=date(2023, 3, 13), zone="Europe/Berlin")
"""Its post appears on Monday, 20 March; Berlin puts its clocks forward on Sunday, 26 March 2023."""


def ahead(*components: str, week: Week = BEFORE_SPRING, last: str = "2023-05-01") -> list[Occurrence]:
    body = body_of(calendar(*components))
    page = Reply(url="https://example.org/c.ics", status=200, body=body)
    found = calendars.week_of(page.url, agenda_of(page), week, date.fromisoformat(last), seconds=5)
    return list(found.events)


def days(found: list[Occurrence]) -> list[str]:
    return [f"{one.first_day}..{one.last_day}" if one.last_day else str(one.first_day) for one in found]


WEEKLY_CALL = {
    "UID": "call@example.org",
    "SUMMARY": "Community call",
    "DTSTART": ";TZID=Europe/Berlin:20230301T003000",
    "DTEND": ";TZID=Europe/Berlin:20230301T013000",
    "RRULE": "FREQ=WEEKLY;BYDAY=WE",
}


def test_a_weekly_event_keeps_its_local_time_when_clocks_change() -> None:
    """At 00:30 in Berlin on Wednesdays: 23:30 UTC the day before in winter, 22:30 UTC in summer."""
    call = event(**WEEKLY_CALL)
    assert days(ahead(call)) == ["2023-03-22", "2023-03-29", "2023-04-05", "2023-04-12", "2023-04-19", "2023-04-26"]
    in_utc = Week(monday=date(2023, 3, 13))
    assert days(ahead(call, week=in_utc)) == [
        "2023-03-21", "2023-03-28", "2023-04-04", "2023-04-11", "2023-04-18", "2023-04-25",
    ]  # fmt: skip
    autumn = Week(monday=date(2023, 10, 16), zone="Europe/Berlin")
    assert days(ahead(call, week=autumn, last="2023-11-10")) == ["2023-10-25", "2023-11-01", "2023-11-08"]


def test_a_weekly_event_in_utc_moves_to_another_day_when_clocks_change() -> None:
    """At 22:30 UTC on Tuesdays: 23:30 in Berlin in winter, 00:30 on Wednesday in summer."""
    call = event(UID="u", SUMMARY="Call", DTSTART="20230307T223000Z", DTEND="20230307T230000Z", RRULE="FREQ=WEEKLY")
    assert days(ahead(call, last="2023-04-06")) == ["2023-03-21", "2023-03-29", "2023-04-05"]


def test_excluded_moved_and_cancelled_instances() -> None:
    """29 March is left out by the rule, 5 April has moved to Thursday under another title, 12 April is called off."""
    found = ahead(
        event(**WEEKLY_CALL, EXDATE=";TZID=Europe/Berlin:20230329T003000"),
        event(
            UID="call@example.org",
            SUMMARY="Community call, with guests",
            RECURRENCE_ID=";TZID=Europe/Berlin:20230405T003000",
            DTSTART=";TZID=Europe/Berlin:20230406T180000",
            DTEND=";TZID=Europe/Berlin:20230406T190000",
        ),
        event(
            UID="call@example.org",
            SUMMARY="Community call",
            STATUS="CANCELLED",
            RECURRENCE_ID=";TZID=Europe/Berlin:20230412T003000",
            DTSTART=";TZID=Europe/Berlin:20230412T003000",
        ),
    )
    assert days(found) == ["2023-03-22", "2023-04-06", "2023-04-19", "2023-04-26"]
    assert [one.title for one in found] == ["Community call", "Community call, with guests", *["Community call"] * 2]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"DTSTART": ";VALUE=DATE:20230410"}, ["2023-04-10"]),
        ({"DTSTART": ";VALUE=DATE:20230410", "DTEND": ";VALUE=DATE:20230411"}, ["2023-04-10"]),
        ({"DTSTART": ";VALUE=DATE:20230410", "DTEND": ";VALUE=DATE:20230413"}, ["2023-04-10..2023-04-12"]),
        ({"DTSTART": ";VALUE=DATE:20230410", "DURATION": "P2D"}, ["2023-04-10..2023-04-11"]),
        ({"DTSTART": "20230410T080000", "DTEND": "20230412T170000"}, ["2023-04-10..2023-04-12"]),
        ({"DTSTART": ";TZID=Europe/Berlin:20230410T080000", "DTEND": ";TZID=Europe/Berlin:20230412T000000"}, ["2023-04-10..2023-04-11"]),
        ({"DTSTART": "20230410T180000", "DTEND": "20230411T020000"}, ["2023-04-10"]),  # a night
        ({"DTSTART": "20230410T180000", "DTEND": "20230411T120000"}, ["2023-04-10..2023-04-11"]),
        ({"DTSTART": "20230410T220000Z", "DTEND": "20230410T230000Z"}, ["2023-04-11"]),
        ({"DTSTART": ";TZID=America/New_York:20230410T200000", "DURATION": "PT1H"}, ["2023-04-11"]),
        ({"DTSTART": ";VALUE=DATE:20230317", "DTEND": ";VALUE=DATE:20230321"}, ["2023-03-17..2023-03-20"]),  # its last day is today
        ({"DTSTART": ";VALUE=DATE:20230317", "DTEND": ";VALUE=DATE:20230320"}, []),  # over by yesterday
        ({"DTSTART": ";VALUE=DATE:20230501"}, ["2023-05-01"]),  # the last day of the horizon
        ({"DTSTART": ";VALUE=DATE:20230502"}, []),
        ({"DTSTART": ";VALUE=DATE:20230410", "STATUS": "CANCELLED"}, []),
        ({"DTSTART": ";VALUE=DATE:20230410", "STATUS": "TENTATIVE"}, ["2023-04-10"]),
        ({"DTSTART": ";VALUE=DATE:20230410", "CLASS": "PRIVATE"}, []),
        ({"DTSTART": ";VALUE=DATE:20230301", "RRULE": "FREQ=MONTHLY;COUNT=2"}, ["2023-04-01"]),
        ({"DTSTART": ";VALUE=DATE:20230301", "RRULE": "FREQ=WEEKLY;UNTIL=20230329"}, ["2023-03-22", "2023-03-29"]),
        ({"DTSTART": ";VALUE=DATE:20230322", "RDATE": ";VALUE=DATE:20230402,20230403"}, ["2023-03-22", "2023-04-02", "2023-04-03"]),
        ({"DTSTART": ";TZID=W. Europe Standard Time:20230410T003000"}, ["2023-04-10"]),
    ],
)  # fmt: skip
def test_days_of_an_event(fields: dict[str, str], expected: list[str]) -> None:
    assert days(ahead(event(UID="e", SUMMARY="Event", **fields))) == expected


def test_a_zone_that_the_file_defines() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        "TZOFFSETFROM:+0000\nTZOFFSETTO:-1000\nEND:STANDARD\nEND:VTIMEZONE"
    )
    assert days(ahead(zone, event(UID="e", SUMMARY="E", DTSTART=";TZID=Ours:20230410T120000"))) == ["2023-04-11"]


def test_place_and_link() -> None:
    found = ahead(
        event(
            UID="1",
            SUMMARY="A\\, B",
            DTSTART=";VALUE=DATE:20230410",
            LOCATION="Hall 1\\nBerlin",
            URL="https://a.example",
        ),
        event(UID="2", SUMMARY="C", DTSTART=";VALUE=DATE:20230411", LOCATION="https://meet.example/x"),
        event(UID="3", DTSTART=";VALUE=DATE:20230412", URL="file:///etc/passwd"),
    )
    assert [(one.title, one.place, one.url) for one in found] == [
        ("A, B", "Hall 1 Berlin", "https://a.example"),
        ("C", "", "https://meet.example/x"),
        ("…", "", ""),
    ]


def test_a_cancelled_calendar_has_no_events() -> None:
    assert ahead("METHOD:CANCEL", event(UID="1", SUMMARY="A", DTSTART=";VALUE=DATE:20230410")) == []


def test_an_endless_rule_is_dropped_in_time(tmp_path: Path) -> None:
    """Whether it was left while it was still at work, rather than how long that took: machines are slow at times."""
    rule = event(UID="1", SUMMARY="A", DTSTART=";VALUE=DATE:19000101", RRULE="FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    (tmp_path / "c.ics").write_bytes(body_of(calendar(rule)))
    before = threading.enumerate()
    (found,) = calendars.read(
        CalendarConfig(file="c.ics"), Session(bounds=Bounds(deadline=0.2)), tmp_path, [BEFORE_SPRING], 30
    )
    left = [thread for thread in threading.enumerate() if thread not in before]
    assert [thread.daemon for thread in left] == [True]
    assert found.problem is not None
    assert found.problem.what == "1 entry was left out: 'A': unreadable (it has a rule that takes longer than 0.025 s)"


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    (found,) = calendars.read(CalendarConfig(file="c.ics"), Session(), tmp_path, [BEFORE_SPRING], 30)
    assert found.problem is not None
    assert str(found.problem) == "c.ics: can't be read: No such file or directory; gather with --refresh"


def test_a_file_of_the_project_is_read(tmp_path: Path) -> None:
    body = body_of(calendar(event(UID="1", SUMMARY="Ä", DTSTART=";VALUE=DATE:20230410")))
    (tmp_path / "c.ics").write_bytes(body)
    weeks = [BEFORE_SPRING, BEFORE_SPRING.shifted(4)]
    one, other = calendars.read(CalendarConfig(file="c.ics"), Session(), tmp_path, weeks, 30)
    assert (days(list(one.events)), one.until) == (["2023-04-10"], date(2023, 4, 19))
    assert (other.events, other.until) == ((), date(2023, 5, 17))


def test_days_follow_the_zone_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    call = event(UID="u", SUMMARY="Call", DTSTART="20230410T113000Z")
    found = []
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        found.append(days(ahead(call, week=Week(monday=date(2023, 3, 13), zone=Zone("Pacific/Kiritimati")))))
    monkeypatch.undo()
    time.tzset()
    assert found == [["2023-04-11"]] * 3
