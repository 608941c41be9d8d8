"""iCalendar files, here or on the web: recurring events resolved, what was cancelled left out, days in our zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weekly.config.external import CalendarConfig
from weekly.errors import SourceError
from weekly.http.fetch import MOST_BYTES, Session
from weekly.http.messages import Page
from weekly.http.retry import FetchError
from weekly.model import CalendarWeek, Occurrence, Problem, Reach, Severity
from weekly.text.markdown import harmless, normalise
from weekly.week import Week, zone_named

if TYPE_CHECKING:
    from icalendar import Calendar

MOST_EVENTS = 5_000
"""Instances ahead, in one calendar: more than that is no agenda."""
NIGHT = timedelta(hours=12)
"""A timed event that is no longer than this is told by the day on which it begins, though it may end on the next."""
_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
_PRIVATE = {"PRIVATE", "CONFIDENTIAL"}


def read(
    calendar: CalendarConfig, web: Session, root: Path, weeks: Sequence[Week], horizon_days: int
) -> tuple[CalendarWeek, ...]:
    """What lies ahead when the post of each week appears, or what is wrong with the calendar. It is read once."""
    lasts = [week.shifted(1).monday + timedelta(days=horizon_days) for week in weeks]
    try:
        page = web.fetch(calendar.url) if calendar.url else _local(calendar.file, root)
        found = web.within_time(
            lambda: [ahead(page, week, last) for week, last in zip(weeks, lasts, strict=True)],
            f"{calendar.source}: can't be read",
        )
    except SourceError as error:
        what = harmless(str(error)).removeprefix(f"{calendar.source}: ")
        severity = Severity.BLOCKS if calendar.required else Severity.NOTED
        problem = Problem(where=calendar.source, what=what, severity=severity, hint="gather with --refresh")
        return tuple(
            CalendarWeek(source=calendar.source, reach=Reach.FAILED, until=last, problem=problem) for last in lasts
        )
    return tuple(
        CalendarWeek(source=calendar.source, until=last, events=events)
        for last, events in zip(lasts, found, strict=True)
    )


def ahead(page: Page, week: Week, last: date) -> tuple[Occurrence, ...]:
    """The events of a calendar from the day on which the week's post appears to `last`, soonest first."""
    import recurring_ical_events

    zone = zone_named(week.zone)
    start = datetime.combine(week.shifted(1).monday, time.min, zone)
    end = datetime.combine(last + timedelta(days=1), time.min, zone)
    found: list[Occurrence] = []
    try:
        for calendar in _calendars(page):
            if str(calendar.get("METHOD", "")).upper() == "CANCEL":
                continue
            events: list[Any] = recurring_ical_events.of(calendar).between(start, end)
            found += [_occurrence(event, zone) for event in events if _is_public(event)]
    except FetchError:
        raise
    except Exception as error:
        raise FetchError(f"{page.url}: is malformed ({type(error).__name__}: {normalise(str(error))[:120]})") from error
    if len(found) > MOST_EVENTS:
        raise FetchError(f"{page.url}: has more than {MOST_EVENTS:,} events ahead")
    inside = [event for event in found if event.ends >= start.date() and event.first_day <= last]
    return tuple(sorted(inside, key=lambda event: (event.first_day, event.ends, event.title, event.uid)))


def _local(file: str, root: Path) -> Page:
    try:
        with (root / file).open("rb") as opened:
            body = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise FetchError(f"{file}: can't be read: {error.strerror}") from error
    if len(body) > MOST_BYTES:
        raise FetchError(f"{file}: larger than {MOST_BYTES:,} bytes, so left unread")
    return Page(url=file, body=body, kind="text/calendar")


def _calendars(page: Page) -> Iterator[Calendar]:
    """The calendars in a file, each looked over; FetchError where one isn't whole or isn't sane."""
    from icalendar import Calendar

    body = page.body.removeprefix(b"\xef\xbb\xbf").strip()
    if not re.match(rb"BEGIN:VCALENDAR\s", body, re.IGNORECASE):
        raise FetchError(f"{page.url}: is no calendar, but {normalise(page.kind)[:60] or 'something without a type'}")
    if not re.search(rb"\nEND:VCALENDAR$", body, re.IGNORECASE):
        raise FetchError(f"{page.url}: is cut off, so events may be missing")
    try:
        found: list[Any] = list(Calendar.from_ical(body, multiple=True))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        raise FetchError(f"{page.url}: is malformed ({normalise(str(error))[:120]})") from error
    for calendar in found:
        for event in calendar.walk("VEVENT"):
            if fault := _fault(event):
                name = normalise(str(event.get("SUMMARY", "without a title")))[:60]
                raise FetchError(f"{page.url}: the event '{name}' {fault}")
        yield calendar


def _fault(event: Any) -> str:
    """What makes an event's days unknown or unbounded; empty where nothing does."""
    names = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", None}
    for name, message in event.errors:
        if name in names:
            return f"has a {name or 'line'} that can't be read ({normalise(str(message))[:80]})"
    if "DTSTART" not in event:
        return "has no DTSTART"
    start = event["DTSTART"]
    if isinstance(start, list):
        return "has two DTSTART"
    if isinstance(start.dt, datetime) and start.dt.tzinfo is None and "TZID" in start.params:
        return f"is in a zone that nothing defines, {normalise(str(start.params['TZID']))[:40]!r}"
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if {str(often).upper() for often in rule.get("FREQ", [])} & _TOO_OFTEN:
            return "recurs more often than daily"
    return ""


def _is_public(event: Any) -> bool:
    """Whether it takes place, as far as is known, and is for everybody's eyes."""
    is_off = str(event.get("STATUS", "")).upper() == "CANCELLED"
    return not is_off and str(event.get("CLASS", "")).upper() not in _PRIVATE


def _occurrence(event: Any, zone: tzinfo) -> Occurrence:
    start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else event.end
    first, last = _day(start, zone), _last_day(start, end, zone)
    url, place = normalise(str(event.get("URL", ""))), normalise(str(event.get("LOCATION", "")))
    if not url and re.fullmatch(r"https?://\S+", place):
        url, place = place, ""
    return Occurrence(
        title=normalise(str(event.get("SUMMARY", ""))) or "…",
        first_day=first,
        last_day=None if last <= first else last,
        place=place,
        url=url if re.fullmatch(r"https?://\S+", url) else "",
        uid=normalise(str(event.get("UID", ""))),
    )


def _day(moment: date, zone: tzinfo) -> date:
    """The day of a moment in our zone; all-day events and floating times are where the reader is."""
    if isinstance(moment, datetime):
        return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
    return moment


def _last_day(start: date, end: date, zone: tzinfo) -> date:
    """An end is exclusive: the day after an all-day event, the first moment after another. A night is one day."""
    if isinstance(end, datetime) and isinstance(start, datetime):
        return _day(end - timedelta(microseconds=1) if end - start > NIGHT else start, zone)
    return end - timedelta(days=1) if end > start else end
