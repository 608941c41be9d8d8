from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.support.week_facts import facts_of
from weekly.compose.events import events
from weekly.config.external import CalendarConfig
from weekly.config.sections import EventsConfig
from weekly.model import AnySection, CalendarWeek, Event, Events, Occurrence, Problem, Reach, Severity, Snapshot, Source
from weekly.notes.file import Notes
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
APPEARS = date(2023, 4, 3)
ONE, TWO = CalendarConfig(file="one.ics"), CalendarConfig(file="two.ics")
BROKEN = Problem(where="two.ics", what="is malformed", severity=Severity.NOTED)


def on(days: int, title: str = "Talk", **fields: Any) -> Occurrence:
    return Occurrence(title=title, first_day=APPEARS + timedelta(days=days), **fields)


def built(
    part: EventsConfig, *calendars: CalendarWeek, notes: Notes | None = None
) -> tuple[Sequence[AnySection], list[Problem]]:
    snapshot = Snapshot(
        schema_version=1,
        week=WEEK,
        source=Source.SAMPLE,
        gathered_at=datetime(2023, 4, 3, tzinfo=UTC),
        repos=(),
        calendars=calendars,
    )
    facts = facts_of(snapshot, notes)
    return events(part, facts), facts.report.problems


def calendar(source: CalendarConfig, *events: Occurrence, days: int = 90, **fields: Any) -> CalendarWeek:
    return CalendarWeek(source=source.source, until=APPEARS + timedelta(days=days), events=events, **fields)


def titles(made: tuple[Sequence[AnySection], list[Problem]]) -> list[str]:
    (section,) = made[0]
    assert isinstance(section, Events)
    return [f"{event.title} {event.first_day:%m-%d}" for event in section.events]


def test_duplicate_events_are_shown_once() -> None:
    part = EventsConfig(
        calendars=(ONE, TWO), entries=(Event(title="Summit  2023", first_day=date(2023, 4, 10), url="https://s"),)
    )
    made = built(
        part,
        calendar(ONE, on(7, "SUMMIT 2023", uid="a"), on(8, "Call", uid="b"), on(8, "Other", uid="c")),
        calendar(TWO, on(8, "Call (renamed)", uid="b"), on(8, "other", uid="d"), on(15, "Call", uid="b")),
    )
    assert titles(made) == ["Summit  2023 04-10", "Call 04-11", "Other 04-11", "Call 04-18"]
    (section,) = made[0]
    assert isinstance(section, Events)
    assert section.events[0].url == "https://s", "the editor's goes first"


def test_events_of_one_title_and_day_differ_by_their_time() -> None:
    hours = {"a": 10, "b": 14, "c": 10}
    talks = (on(8, uid=uid, starts_at=datetime(2023, 4, 11, hour, tzinfo=UTC)) for uid, hour in hours.items())
    (section,) = built(EventsConfig(calendars=(ONE,), times=True), calendar(ONE, *talks))[0]
    assert isinstance(section, Events)
    assert [event.time for event in section.events] == ["10:00 UTC", "14:00 UTC"]


def test_events_are_sorted_and_limited_to_the_horizon() -> None:
    part = EventsConfig(calendars=(ONE,), horizon_days=30)
    found = calendar(ONE, on(31), on(30), on(0, "Today"), on(-1, "Over"), on(-3, "Goes on", last_day=APPEARS), days=40)
    assert titles(built(part, found)) == ["Goes on 03-31", "Today 04-03", "Talk 05-03"]


def test_notes_add_events() -> None:
    notes = Notes(events=(Event(title="Meeting", first_day=APPEARS),))
    assert titles(built(EventsConfig(), notes=notes)) == ["Meeting 04-03"]


@pytest.mark.parametrize(("most", "count"), [(None, 5), (1, 1), (3, 3)])
def test_instances_limits_a_recurring_event(most: int | None, count: int) -> None:
    calls = [on(7 * n, "Call", uid="call") for n in range(5)]
    made = built(EventsConfig(calendars=(ONE,), instances=most), calendar(ONE, *calls, on(1, "X"), on(2, "Y")))
    assert sum(title.startswith("Call") for title in titles(made)) == count
    assert {"X 04-04", "Y 04-05"} <= {*titles(made)}


def test_a_broken_calendar_removes_an_empty_section() -> None:
    part = EventsConfig(calendars=(ONE, TWO))
    broken = calendar(TWO, reach=Reach.FAILED, problem=BROKEN)
    nothing = built(part, calendar(ONE), broken)
    assert nothing == ([], [BROKEN])
    something = built(part, calendar(ONE, on(1)), broken)
    assert (titles(something), something[1]) == (["Talk 04-04"], [BROKEN])


def test_a_missing_calendar_is_a_problem() -> None:
    sections, problems = built(EventsConfig(calendars=(ONE,)))
    assert sections == []
    assert "one.ics: is not in the archive of this week" in str(problems[0])


def test_a_horizon_past_the_archived_days_is_a_problem() -> None:
    made = built(EventsConfig(calendars=(ONE,), horizon_days=90), calendar(ONE, on(1), days=30))
    assert titles(made) == ["Talk 04-04"]
    assert "was read up to 2023-05-03 only, but horizon_days reaches to 2023-07-02" in str(made[1][0])
