from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.errors import WeekError
from weekly.week import Week, day_span, parse_week, zone_named

NOW = datetime(2023, 4, 5, 12, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("monday", "title"),
    [
        ("2023-03-27", "27th March to 2nd April"),
        ("2023-04-03", "3rd to 9th April"),
        ("2023-05-01", "1st to 7th May"),
        ("2023-10-02", "2nd to 8th October"),
        ("2023-12-11", "11th to 17th December"),
        ("2023-06-12", "12th to 18th June"),
        ("2023-11-13", "13th to 19th November"),
        ("2023-08-21", "21st to 27th August"),
        ("2023-05-22", "22nd to 28th May"),
        ("2023-01-23", "23rd to 29th January"),
        ("2023-07-31", "31st July to 6th August"),
        ("2023-02-20", "20th to 26th February"),
        ("2022-12-26", "26th December 2022 to 1st January 2023"),
        ("2024-12-30", "30th December 2024 to 5th January 2025"),
        ("2024-02-26", "26th February to 3rd March"),
    ],
)
def test_the_title_is_in_words(monday: str, title: str) -> None:
    assert Week(monday=date.fromisoformat(monday)).title == title


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2023-03-27", "2023-03-27"),
        ("2023-04-02", "2023-03-27"),
        (" 2023-03-29 ", "2023-03-27"),
        ("2023-W13", "2023-03-27"),
        ("2023W13", "2023-03-27"),
        ("2020-W53", "2020-12-28"),
        ("2024-02-29", "2024-02-26"),
        ("this", "2023-04-03"),
        ("last", "2023-03-27"),
        ("THIS week", "2023-04-03"),
        ("last week", "2023-03-27"),
        ("27 March 2023", "2023-03-27"),
        ("March 27, 2023", "2023-03-27"),
        ("Wed, 29th of March 2023", "2023-03-27"),
        ("27/3/2023", "2023-03-27"),
        ("3/27/2023", "2023-03-27"),
        ("27.03.2023", "2023-03-27"),
        ("2023/03/27", "2023-03-27"),
        ("20230327", "2023-03-27"),
        ("2023-03-27T09:00:00Z", "2023-03-27"),
        ("3/3/2023", "2023-02-27"),
        ("today", "2023-04-03"),
        ("yesterday", "2023-04-03"),
        ("last monday", "2023-04-03"),
        ("last wednesday", "2023-03-27"),
        ("sunday", "2023-03-27"),
        ("Friday", "2023-03-27"),
        ("2 weeks ago", "2023-03-20"),
        ("1 day  ago", "2023-04-03"),
        ("3 days ago", "2023-03-27"),
    ],
)
def test_parse_week_accepts_each_form(text: str, monday: str) -> None:
    assert str(parse_week(text, now=NOW, zone="UTC")) == monday


@pytest.mark.parametrize(
    "text",
    [
        "2023-13-45",
        "2023-02-29",
        "2023-W60",
        "2021-W53",
        "2023-W00",
        "2023",
        "2023-03",
        "next",
        "",
        "27 March",
        "March 2023",
        "03/04/2023",
        "1.4.23",
        "Monday 28 March 2023",
        "31 February 2023",
        "27 March 2023 or so",
        "12 parsecs ago",
        "99999999 weeks ago",
        "10",
        "٢٠٢٣-03-27",
        "2023-03-27 2023-04-03",
    ],
)
def test_parse_week_refuses_other_text_with_a_hint(text: str) -> None:
    with pytest.raises(WeekError, match="2023-03-27"):
        parse_week(text, now=NOW, zone="UTC")


@pytest.mark.parametrize(
    ("zone", "monday", "hours"),
    [
        ("UTC", "2023-03-20", 168),
        ("Europe/Berlin", "2023-03-20", 167),  # summer time begins on its Sunday
        ("Europe/Berlin", "2023-10-23", 169),
        ("America/New_York", "2023-03-06", 167),
        ("Australia/Lord_Howe", "2023-09-25", 167.5),  # half an hour
        ("Pacific/Apia", "2011-12-26", 144),  # Samoa left out a Friday
    ],
)
def test_a_week_has_its_zones_number_of_hours(zone: str, monday: str, hours: float) -> None:
    week = Week(monday=date.fromisoformat(monday), zone=zone)
    assert week.end - week.start == timedelta(hours=hours)


def test_last_and_this_use_the_zones_calendar() -> None:
    sunday_night = datetime(2023, 4, 2, 23, tzinfo=UTC)
    assert str(parse_week("this", now=sunday_night, zone="UTC")) == "2023-03-27"
    assert str(parse_week("this", now=sunday_night, zone="Europe/Berlin")) == "2023-04-03"


@pytest.mark.parametrize("text", ["2023-03-29", "2023-W13", "last"])
def test_a_parsed_week_has_the_given_zone(text: str) -> None:
    assert parse_week(text, now=NOW, zone="Asia/Kathmandu") == Week(monday=date(2023, 3, 27), zone="Asia/Kathmandu")


def test_a_week_is_in_utc_by_default() -> None:
    noon = datetime(2023, 3, 27, 12, tzinfo=UTC)
    assert Week.of_day(noon.date()) == Week.of_instant(noon) == Week(monday=noon.date(), zone="UTC")


def test_weeks_are_counted_over_the_years_and_backwards() -> None:
    first, later = Week(monday=date(2015, 12, 28)), Week(monday=date(2023, 3, 27))
    assert (later.weeks_since(first), first.weeks_since(later), first.weeks_since(first)) == (378, -378, 0)
    assert first.shifted(378) == later


def test_bounds_do_not_depend_on_the_machines_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Apia")
    time.tzset()
    try:
        week = Week(monday=date(2023, 3, 27), zone="Asia/Kathmandu")
        assert (week.start.tzinfo, str(week.start)) == (UTC, "2023-03-26 18:15:00+00:00")
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("name", ["Europe/Atlantis", "", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_named(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(name))):
        zone_named(name)


def test_utc_needs_no_zone_database() -> None:
    assert zone_named("UTC") is UTC


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2024-02-03", "2024-02-03", "3rd February 2024"),
        ("2024-02-03", "2024-02-04", "3rd to 4th February 2024"),
        ("2024-01-31", "2024-02-01", "31st January to 1st February 2024"),
        ("2024-12-31", "2025-01-01", "31st December 2024 to 1st January 2025"),
    ],
)
def test_day_spans_have_their_year(first: str, last: str, expected: str) -> None:
    assert day_span(date.fromisoformat(first), date.fromisoformat(last)) == expected


def test_a_week_includes_its_start_and_excludes_its_end() -> None:
    week = Week(monday=date(2023, 3, 27))
    assert datetime(2023, 3, 27, tzinfo=UTC) in week
    assert datetime(2023, 4, 2, 23, 59, 59, 999999, tzinfo=UTC) in week
    assert datetime(2023, 4, 3, tzinfo=UTC) not in week
    assert datetime(2023, 3, 26, 23, 59, 59, tzinfo=UTC) not in week


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu", "America/Havana", "Asia/Beirut",
     "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Kiritimati", "Atlantic/Azores"]
)  # fmt: skip


@given(instant=st.datetimes(datetime(1975, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)), zone=ZONES)
def test_every_instant_is_in_exactly_one_week(instant: datetime, zone: str) -> None:
    """Protects against a pull request that is reported twice, or never, about midnight, daylight saving or new year."""
    week = Week.of_instant(instant, zone)
    homes = [other for other in (week.shifted(-1), week, week.shifted(1)) if instant in other]
    assert homes == [week]
    assert week.end == week.shifted(1).start


def test_a_week_begins_on_a_monday() -> None:
    with pytest.raises(ValueError, match="Tuesday"):
        Week(monday=date(2023, 3, 28))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("0001-01-01", "-2 after 0001-01-08 is beyond the end"),
        ("9999-12-31", "9999-12-31 is too close to the end"),
    ],
)
def test_the_ends_of_the_calendar_are_errors_not_crashes(text: str, what: str) -> None:
    with pytest.raises(WeekError, match=what):
        parse_week(text, now=NOW, zone="UTC").shifted(1).shifted(-2)
