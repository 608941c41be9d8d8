"""Each event of a calendar's file is listed, dropped with its reason, or of another week."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pages import body_of, calendar, event
from weekly.config.external import CalendarConfig
from weekly.gather import calendars
from weekly.gather.calendar_series import agenda_of
from weekly.http.fetch import Session
from weekly.http.messages import Reply
from weekly.http.retry import FetchError
from weekly.model import CalendarWeek, DropReason
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 20), zone="Europe/Berlin")
"""Its post appears on Monday, 27 March."""


def read(body: bytes, week: Week = WEEK, last: date = date(2023, 4, 30)) -> CalendarWeek:
    page = Reply(url="c.ics", status=200, body=body)
    return calendars.week_of(page.url, agenda_of(page), week, last, seconds=5)


def ahead(*components: str) -> CalendarWeek:
    return read(body_of(calendar(*components)))


def days(found: CalendarWeek) -> list[str]:
    return [f"{one.first_day:%m-%d} {one.title}" for one in found.events]


def reasons(found: CalendarWeek) -> list[tuple[str, str]]:
    return [(entry.title, entry.reason.value) for entry in found.dropped]


GOOD = event(UID="good", SUMMARY="Good", DTSTART=";VALUE=DATE:20230410")


# Lines ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "title", "place", "url"),
    [
        ("SUMMARY:Meeting\nSUMMARY;LANGUAGE=de:Treffen", "Meeting", "", ""),
        ("SUMMARY:A\nLOCATION:Hall 1\nLOCATION;LANGUAGE=fr:Salle 1", "A", "Hall 1", ""),
        ("SUMMARY:A\nURL:https://a.example\nURL:https://b.example", "A", "", "https://a.example"),
        ("SUMMARY:A\nDTSTART;VALUE=DATE:20230410", "A", "", ""),
    ],
)
def test_of_a_repeated_property_the_first_counts(lines: str, title: str, place: str, url: str) -> None:
    found = ahead(f"BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20230410\n{lines}\nEND:VEVENT")
    assert [(one.title, one.place, one.url) for one in found.events] == [(title, place, url)]


@pytest.mark.parametrize(
    "line",
    [
        'ATTENDEE;CN="A "quoted" name":mailto:a@b.example',
        "a line without a colon",
        "DESCRIPTION;X=\x7f:text",
        "X-FOO;=:",
        "BEGIN:VALARM\nTRIGGER:whenever\nDTSTART:nonsense\nEND:VALARM",
        "CREATED:yesterday",
        "SEQUENCE:many",
    ],
)
def test_a_line_of_no_use_to_us_does_no_harm(line: str) -> None:
    found = ahead(f"BEGIN:VEVENT\nUID:1\nSUMMARY:Talk\nDTSTART;VALUE=DATE:20230411\n{line}\nEND:VEVENT", GOOD)
    assert (days(found), found.dropped, found.problem) == (["04-10 Good", "04-11 Talk"], (), None)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("", "it has no DTSTART"),
        ("DTSTART:20239999", "it has a DTSTART that can't be read"),
        ("DTSTART;VALUE=DATE:20230410\nDTSTART;VALUE=DATE:20230411", "it has two DTSTART"),
        ("DTSTART;VALUE=DATE:20230410\nRRULE:FREQ=SOMETIMES", "it has a RRULE that can't be read"),
        ("DTSTART:20230410T100000Z\nRRULE:FREQ=MINUTELY", "it recurs more often than daily"),
        ("DTSTART;TZID=Not/AZone:20230410T100000", "it is in a zone that nothing defines, 'Not/AZone'"),
        ("DTSTART;VALUE=DATE:20230410\nDURATION:long", "it has a DURATION that can't be read"),
        ("DTSTART;VALUE=DATE:20230410\nRRULE:FREQ=DAILY\nEXDATE:never", "it has a EXDATE that can't be read"),
    ],
)
def test_an_event_whose_days_are_unknown_is_dropped_and_the_others_stay(lines: str, why: str) -> None:
    bad = "\n".join(["BEGIN:VEVENT", "UID:1", "SUMMARY:Bad", *lines.split("\n"), "END:VEVENT"])
    found = ahead(bad, GOOD)
    assert days(found) == ["04-10 Good"]
    assert reasons(found) == [("Bad", "unreadable")]
    assert found.dropped[0].detail.startswith(why)
    assert found.problem is not None
    assert "1 entry was left out: 'Bad': unreadable" in found.problem.what


@pytest.mark.parametrize("text", ["Treffen in Köln", "東京の会議", "🎉 Party 🎉 🎉 🎉", "a\\, b\\; c\\nd"])
@pytest.mark.parametrize("width", [1, 2, 3, 20])
def test_a_line_may_be_folded_anywhere(text: str, width: int) -> None:
    raw = f"SUMMARY:{text}".encode()
    folded = b"\r\n ".join(raw[at : at + width] for at in range(0, len(raw), width))
    body = body_of(calendar(event(UID="1", DTSTART=";VALUE=DATE:20230410"))).replace(b"UID:1", folded + b"\r\nUID:1")
    (found,) = read(body).events
    assert found.title == text.replace("\\,", ",").replace("\\;", ";").replace("\\n", " ")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (lambda text: text.encode("utf-16"), None),
        (lambda text: b"\xef\xbb\xbf" + text.encode(), None),
        (lambda text: b"\r\n" + text.replace("\r\n", "\n").encode(), None),
        (lambda text: text.replace("\r\n", "\r").encode(), None),
        (lambda text: text.encode("windows-1252"), "isn't UTF-8, and was read as Windows-1252"),
    ],
)
def test_files_in_other_encodings(body, fault: str | None) -> None:  # type: ignore[no-untyped-def]
    text = body_of(calendar(event(UID="1", SUMMARY="Köln", DTSTART=";VALUE=DATE:20230410"))).decode()
    found = read(body(text))
    assert days(found) == ["04-10 Köln"]
    assert (found.problem and found.problem.what) == fault


def test_a_separator_within_a_text_is_no_end_of_a_line() -> None:
    found = ahead("BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20230410\nSUMMARY:A\u2028B\x0bC\x85D\nEND:VEVENT")
    assert len(found.events) == 1
    assert found.events[0].title.startswith("A")
    assert found.events[0].title.endswith("D")


# Zones ---------------------------------------------------------------------------------------------------------------

OWN = (
    "BEGIN:VTIMEZONE\nTZID:Customized Time Zone\nBEGIN:STANDARD\nDTSTART:16010101T000000\n"
    "TZOFFSETFROM:{0}\nTZOFFSETTO:{0}\nEND:STANDARD\nEND:VTIMEZONE"
)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (";TZID=W. Europe Standard Time:20230410T003000", "04-10 00:30"),
        (';TZID="Eastern Standard Time":20230410T200000', "04-11 02:00"),
        (";TZID=/mozilla.org/20050126_1/America/New_York:20230410T200000", "04-11 02:00"),
        (";TZID=/freeassociation.sourceforge.net/Europe/London:20230410T233000", "04-11 00:30"),
        (";TZID=Europe/Berlin;X-VOBJ-ORIGINAL-TZID=Europe/Berlin:20230410T100000", "04-10 10:00"),
        (";VALUE=DATE-TIME;TZID=Asia/Tokyo:20230410T060000", "04-09 23:00"),
        (":20230410T220000Z", "04-11 00:00"),
        (":20230410T220000", "04-10 22:00"),
    ],
)
def test_zones_by_the_names_that_calendars_use(start: str, expected: str) -> None:
    (found,) = ahead(event(UID="1", SUMMARY="A", DTSTART=start)).events
    assert found.starts_at is not None
    assert (f"{found.starts_at:%m-%d %H:%M}", found.starts_at.tzinfo) == (expected, ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("offset", "expected"), [("+0000", "04-10 14:00"), ("-1000", "04-11 00:00"), ("+1200", "04-10 02:00")]
)
def test_zones_of_one_name_in_different_files(offset: str, expected: str) -> None:
    """As Outlook's "Customized Time Zone", which is another one in each file."""
    own = event(UID="1", SUMMARY="A", DTSTART=";TZID=Customized Time Zone:20230410T120000")
    (found,) = ahead(OWN.format(offset), own).events
    assert f"{found.starts_at:%m-%d %H:%M}" == expected


def test_a_zone_with_a_colon_in_its_name() -> None:
    name = "(UTC+01:00) Amsterdam, Berlin, Rome"
    zone = OWN.format("+0100").replace("Customized Time Zone", name)
    for start in (f";TZID={name}:20230410T120000", f';TZID="{name}":20230410T120000'):
        (found,) = ahead(zone, event(UID="1", SUMMARY="A", DTSTART=start)).events
        assert f"{found.starts_at:%H:%M}" == "13:00"


# One UID -------------------------------------------------------------------------------------------------------------


def test_many_dates_with_one_uid_are_events_of_their_own() -> None:
    rows = [event(UID="same", SUMMARY="Karaoke", DTSTART=f":202304{day}T190000Z") for day in (11, 12, 13)]
    assert days(ahead(*rows)) == ["04-11 Karaoke", "04-12 Karaoke", "04-13 Karaoke"]


def test_many_events_with_one_uid_on_one_day_go_by_their_titles() -> None:
    rows = [event(UID="same", SUMMARY=name, DTSTART=";VALUE=DATE:20230411") for name in ("One", "Two")]
    assert days(ahead(*rows)) == ["04-11 One", "04-11 Two"]


def test_a_single_event_may_share_the_uid_of_a_series() -> None:
    found = ahead(
        event(UID="same", SUMMARY="Call", DTSTART=":20230405T100000Z", RRULE="FREQ=WEEKLY;COUNT=2"),
        event(UID="same", SUMMARY="Extra call", DTSTART=":20230407T100000Z"),
    )
    assert days(found) == ["04-05 Call", "04-07 Extra call", "04-12 Call"]


@pytest.mark.parametrize("order", [1, -1])
def test_of_the_versions_of_an_event_the_newest_counts(order: int) -> None:
    rows = [
        event(UID="same", SUMMARY="Old", DTSTART=":20230411T100000Z", SEQUENCE="1"),
        event(UID="same", SUMMARY="New", DTSTART=":20230412T100000Z", SEQUENCE="2"),
    ][::order]
    found = ahead(*rows)
    assert days(found) == ["04-12 New"]
    assert reasons(found) == [("Old", "repeated")]


@pytest.mark.parametrize("sequence", ["0", "3"])
def test_a_cancellation_cancels_the_event_of_its_uid(sequence: str) -> None:
    found = ahead(
        event(UID="same", SUMMARY="Talk", DTSTART=":20230411T100000Z"),
        event(UID="same", SUMMARY="Talk", DTSTART=":20230411T100000Z", STATUS="CANCELLED", SEQUENCE=sequence,
              LAST_MODIFIED=":20230302T000000Z"),
        GOOD,
    )  # fmt: skip
    assert days(found) == ["04-10 Good"]
    assert ("Talk", "cancelled") in reasons(found)


def test_a_cancelled_calendar_in_the_same_file_cancels_its_event() -> None:
    talk = event(UID="same", SUMMARY="Talk", DTSTART=":20230411T100000Z")
    other = event(UID="same", SUMMARY="Talk", DTSTART=":20230411T100000Z", SEQUENCE="1")
    body = body_of(calendar(talk, GOOD)) + body_of(calendar("METHOD:CANCEL", other))
    found = read(body)
    assert days(found) == ["04-10 Good"]
    assert sorted(reasons(found)) == [("Talk", "cancelled"), ("Talk", "repeated")]


# Overrides -----------------------------------------------------------------------------------------------------------

CALL = {
    "UID": "call",
    "SUMMARY": "Call",
    "DTSTART": ";TZID=Europe/Berlin:20230329T100000",
    "RRULE": "FREQ=WEEKLY;COUNT=3",
}


@pytest.mark.parametrize(
    "instance",
    [";TZID=Europe/Berlin:20230405T100000", ":20230405T080000Z", ";VALUE=DATE:20230405", ":20230405T100000",
     ";TZID=America/New_York:20230405T040000", ";TZID=W. Europe Standard Time:20230405T100000"],
)  # fmt: skip
def test_an_instance_is_replaced_cancelled_or_left_out_in_any_form_of_date(instance: str) -> None:
    moved = event(UID="call", SUMMARY="Moved", RECURRENCE_ID=instance, DTSTART=";TZID=Europe/Berlin:20230407T100000")
    assert days(ahead(event(**CALL), moved)) == ["03-29 Call", "04-07 Moved", "04-12 Call"]
    off = event(
        UID="call",
        SUMMARY="Call",
        RECURRENCE_ID=instance,
        STATUS="CANCELLED",
        DTSTART=";TZID=Europe/Berlin:20230405T100000",
    )
    found = ahead(event(**CALL), off)
    assert (days(found), reasons(found)) == (["03-29 Call", "04-12 Call"], [("Call", "cancelled")])
    assert days(ahead(event(**CALL, EXDATE=instance))) == ["03-29 Call", "04-12 Call"]


def test_of_two_overrides_of_one_instance_the_newer_counts() -> None:
    first = event(
        UID="call", SUMMARY="Once", RECURRENCE_ID=";TZID=Europe/Berlin:20230405T100000", DTSTART=":20230406T080000Z"
    )
    second = event(
        UID="call", SUMMARY="Twice", RECURRENCE_ID=":20230405T080000Z", DTSTART=":20230407T080000Z", SEQUENCE="2"
    )
    for order in ([first, second], [second, first]):
        found = ahead(*order, event(**CALL))
        assert days(found) == ["03-29 Call", "04-07 Twice", "04-12 Call"]
        assert reasons(found) == [("Once", "repeated")]


def test_an_all_day_series_with_overrides() -> None:
    found = ahead(
        event(UID="day", SUMMARY="Day", DTSTART=";VALUE=DATE:20230401", RRULE="FREQ=DAILY;COUNT=4", EXDATE=":20230402T000000Z"),
        event(UID="day", SUMMARY="Late", RECURRENCE_ID=":20230403T000000Z", DTSTART=";VALUE=DATE:20230409"),
    )  # fmt: skip
    assert days(found) == ["04-01 Day", "04-04 Day", "04-09 Late"]


def test_an_override_of_this_and_all_later_instances() -> None:
    later = event(UID="call", SUMMARY="Later", RECURRENCE_ID=";RANGE=THISANDFUTURE;TZID=Europe/Berlin:20230405T100000",
                  DTSTART=";TZID=Europe/Berlin:20230405T120000")  # fmt: skip
    assert days(ahead(event(**CALL), later)) == ["03-29 Call", "04-05 Later", "04-12 Later"]


def test_an_override_without_its_series_is_an_event() -> None:
    assert days(
        ahead(event(UID="x", SUMMARY="Alone", RECURRENCE_ID=":20230405T080000Z", DTSTART=":20230406T080000Z"))
    ) == ["04-06 Alone"]


# Accounting ----------------------------------------------------------------------------------------------------------


def test_private_and_cancelled_events_are_accounted_for_in_their_week_only() -> None:
    found = ahead(
        event(UID="1", SUMMARY="Off", DTSTART=";VALUE=DATE:20230410", STATUS="CANCELLED"),
        event(UID="2", SUMMARY="Secret", DTSTART=";VALUE=DATE:20230411", CLASS="CONFIDENTIAL"),
        event(UID="3", SUMMARY="Off long ago", DTSTART=";VALUE=DATE:20200410", STATUS="CANCELLED"),
        event(UID="4", SUMMARY="Next year", DTSTART=";VALUE=DATE:20240410"),
        GOOD,
    )
    assert (days(found), reasons(found)) == (["04-10 Good"], [("Off", "cancelled"), ("Secret", "private")])
    assert (found.other_weeks, found.problem) == (2, None)


EVENTS = st.lists(
    st.builds(
        lambda uid, day, extra: {"UID": uid, "SUMMARY": f"On {day}", "DTSTART": f";VALUE=DATE:202304{day:02}", **extra},
        st.sampled_from("ab"),
        st.integers(1, 40),
        st.sampled_from([{}, {"STATUS": "CANCELLED"}, {"CLASS": "PRIVATE"}, {"SEQUENCE": "2"}, {"RRULE": "FREQ=DAILY;COUNT=2"},
                         {"RECURRENCE_ID": ";VALUE=DATE:20230405"}, {"RRULE": "FREQ=NEVER"}]),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_every_event_is_listed_dropped_or_of_another_week(rows: list[dict[str, str]]) -> None:
    found = ahead(*(event(**row) for row in rows))
    assert found.other_weeks >= 0
    assert found.other_weeks + len(found.dropped) <= len(rows)
    if found.other_weeks + len(found.dropped) < len(rows):
        assert found.events
    faulty = [entry for entry in found.dropped if entry.reason is DropReason.UNREADABLE]
    assert bool(found.problem) is bool(faulty)


# Files ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["../c.ics", "/etc/hostname", "a/../../c.ics"])
def test_a_file_outside_the_project_is_not_read(tmp_path: Path, file: str) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "c.ics").write_bytes(body_of(calendar(GOOD)))
    (found,) = calendars.read(CalendarConfig(file=file), Session(), tmp_path / "project", [WEEK], 30)
    assert found.problem is not None
    assert found.problem.what == "is outside the project, so left unread"


def test_a_link_a_pipe_and_a_huge_file_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setattr(calendars, "MOST_BYTES", 1000)
    (tmp_path / "link.ics").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.ics")
    (tmp_path / "huge.ics").write_bytes(b"x" * 1001)
    expected = {
        "link.ics": "symbolic link",
        "pipe.ics": "not a regular file",
        "huge.ics": "larger than",
        ".": "is a directory",
    }
    for file, what in expected.items():
        (found,) = calendars.read(CalendarConfig(file=file), Session(), tmp_path, [WEEK], 30)
        assert found.problem is not None
        assert what in found.problem.what.replace("Is ", "is ")


def test_a_file_that_is_cut_off_is_refused() -> None:
    with pytest.raises(FetchError, match="is cut off"):
        read(body_of(calendar(GOOD))[:-8])


def test_a_moment_is_in_the_projects_zone() -> None:
    timed = event(UID="1", SUMMARY="A", DTSTART=":20230410T130000Z")
    (found,) = ahead(timed).events
    assert found.starts_at == datetime(2023, 4, 10, 15, tzinfo=ZoneInfo("Europe/Berlin"))
    assert ahead(GOOD).events[0].starts_at is None


HOSTILE = {
    "quotes": 'SUMMARY;X="' + '"a' * 100_001,
    "parameters": "DTSTART" + ";X-A" * 100_000 + ":20230410",
    "zones": "DTSTART" + ";TZID=A;X-B" * 50_000 + ":20230410T100000",
    "properties": "SUMMARY:A\n" * 50_000,
    "nesting": "BEGIN:X\n" * 50_000,
    "exceptions": "DTSTART;VALUE=DATE:20230410\nRRULE:FREQ=DAILY\nEXDATE:" + ",".join(["20230411"] * 20_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_event_is_read_or_dropped_in_time(name: str) -> None:
    """Protects against patterns whose time grows with the square of the text: these would take minutes."""
    start = time.process_time()
    found = ahead(f"BEGIN:VEVENT\nUID:1\n{HOSTILE[name]}\nEND:VEVENT", GOOD)
    assert time.process_time() - start < 10
    assert "04-10 Good" in days(found)
