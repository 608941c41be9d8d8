"""Read iCalendar files, local or on the web, and list what lies ahead of each week's post."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from weekly.config.external import CalendarConfig
from weekly.errors import SourceError
from weekly.files.paths import shown
from weekly.files.read import read_bytes
from weekly.gather.base import dropped_summary, fault_of, noted
from weekly.gather.calendar_files import UnreadableError
from weekly.gather.calendar_series import Agenda, Entry, Series, agenda_of, in_form_of
from weekly.http.fetch import Session
from weekly.http.messages import Reply
from weekly.http.retry import FetchError, within
from weekly.model import CalendarWeek, Dropped, DropReason, Occurrence, Reach
from weekly.text.markdown import normalise
from weekly.week import Week, zone_named

MOST_EVENTS = 5_000
"""Occurrences ahead in one calendar. More than that is no agenda."""
MOST_BYTES = 8_000_000
"""Bytes of a calendar's file."""
_RULE_SHARE = 8
"""A recurring event may take this part of the session's deadline."""
NIGHT = timedelta(hours=12)
"""A timed event no longer than this belongs to the day on which it begins, even if it ends on the next."""


def read(
    calendar: CalendarConfig, web: Session, root: Path, weeks: Sequence[Week], horizon_days: int
) -> tuple[CalendarWeek, ...]:
    """Return what lies ahead when each week's post appears, or what is wrong with the calendar. It is read once."""
    source, what = calendar.source, f"{calendar.source}: can't be read"
    lasts = {week: week.shifted(1).monday + timedelta(days=horizon_days) for week in weeks}
    seconds = web.bounds.deadline / _RULE_SHARE
    try:
        page = web.fetch(calendar.url) if calendar.url else _local(calendar.file, root)
        agenda = web.within_time(lambda: agenda_of(page), what)
        works = [partial(week_of, page.url, agenda, week, last, seconds=seconds) for week, last in lasts.items()]
        return tuple(web.within_time(work, what) for work in works)
    except SourceError as error:
        problem = fault_of(source, error, is_required=calendar.required)
        return tuple(
            CalendarWeek(source=source, reach=Reach.FAILED, until=last, problem=problem) for last in lasts.values()
        )


def week_of(source: str, agenda: Agenda, week: Week, last: date, *, seconds: float) -> CalendarWeek:
    """Return the events from the week's end to a last day. A rule that takes longer than `seconds` is dropped."""
    zone = zone_named(week.zone)
    first = datetime.combine(week.shifted(1).monday, time.min, zone)
    end = datetime.combine(last + timedelta(days=1), time.min, zone)
    events: list[Occurrence] = []
    dropped = list(agenda.dropped)
    listed = 0
    for series in agenda.series:
        for entry in series:
            try:
                found = occurrences(entry, series, first, end, seconds)
            except UnreadableError as error:
                dropped.append(Dropped(title=entry.title, reason=DropReason.UNREADABLE, detail=f"it {error}"))
                continue
            if found and entry.reason:
                dropped.append(Dropped(title=entry.title, reason=entry.reason))
            elif found:
                events += found
                listed += 1
    if len(events) > MOST_EVENTS:
        raise FetchError(f"{source}: has more than {MOST_EVENTS:,} events ahead")
    faults = [fault for fault in (agenda.fault, dropped_summary(dropped)) if fault]
    return CalendarWeek(
        source=source,
        until=last,
        events=tuple(sorted(events, key=lambda event: (event.first_day, event.ends, event.title, event.uid))),
        other_weeks=agenda.total - listed - len(dropped),
        dropped=tuple(dropped),
        problem=noted(source, "; ".join(faults)) if faults else None,
    )


def _local(file: str, root: Path) -> Reply:
    """Return a file of the project. FetchError where it is outside, no plain file, or too large."""
    path = Path(os.path.normpath(root / file))
    if not path.is_relative_to(root):
        raise FetchError(f"{file}: is outside the project, so left unread")
    body = read_bytes(
        path, lambda message: FetchError(message.replace(shown(path), file, 1)), root=root, most=MOST_BYTES
    )
    return Reply(url=file, status=200, body=body)


def occurrences(entry: Entry, series: Series, first: datetime, end: datetime, seconds: float) -> list[Occurrence]:
    """Return the occurrences of one event from `first` up to `end`, in the zone of these.

    UnreadableError where its rule takes longer than `seconds`, or can't be read.
    """
    overrides = [other for other in series if other.replaces is not None]
    try:
        if entry.replaces is None and entry.is_recurring:
            work = lambda: list(_instances(entry, overrides, first, end))  # noqa: E731
            instances = within(seconds, work, threading.Event())  # a rule that never matches takes for ever
        elif entry.replaces is None:
            replaced = {in_form_of(entry.start, override.replaces) for override in overrides}
            instances = [] if entry.start in replaced else [entry.component]
        else:
            instances = [] if entry.replaces_later and len(overrides) < len(series) else [entry.component]
        found = [_occurrence(instance, first.tzinfo) for instance in instances]
    except TimeoutError:
        raise UnreadableError(f"has a rule that takes longer than {seconds:g} s") from None
    except Exception as error:  # whatever the libraries make of a rule or an end
        what = f"{type(error).__name__}: {normalise(str(error))[:80]}"
        raise UnreadableError(f"has a rule or an end that can't be read ({what})") from error
    return [one for one in found if one.ends >= first.date() and one.first_day < end.date()]


def _instances(base: Entry, overrides: Sequence[Entry], first: datetime, end: datetime) -> Iterator[Any]:
    """Yield the instances of a recurring event from `first` up to `end`, without those that overrides replace."""
    import recurring_ical_events
    from icalendar import Calendar
    from icalendar.prop import vDDDLists, vDDDTypes

    event, calendar = base.component.copy(), Calendar()
    lists = event.get("EXDATE", [])
    moments = [value.dt for dates in (lists if isinstance(lists, list) else [lists]) for value in dates.dts]
    moments += [override.replaces for override in overrides if not override.replaces_later]
    if moments:
        event["EXDATE"] = vDDDLists([in_form_of(base.start, moment) for moment in moments])
    calendar.add_component(event)
    for override in overrides:
        if override.replaces_later:
            ranged = override.component.copy()
            ranged["RECURRENCE-ID"] = vDDDTypes(in_form_of(base.start, override.replaces))
            ranged["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
            calendar.add_component(ranged)
    yield from recurring_ical_events.of(calendar).between(first, end)


def _occurrence(event: Any, zone: tzinfo | None) -> Occurrence:
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
        starts_at=_moment(start, zone) if isinstance(start, datetime) else None,
    )


def _moment(start: datetime, zone: tzinfo | None) -> datetime:
    """Return a moment in our zone. A floating time is where the reader is."""
    return start.astimezone(zone) if start.tzinfo else start.replace(tzinfo=zone)


def _day(moment: date, zone: tzinfo | None) -> date:
    """Return the day of a moment in our zone."""
    return _moment(moment, zone).date() if isinstance(moment, datetime) else moment


def _last_day(start: date, end: date, zone: tzinfo | None) -> date:
    """Return the last day of an event, whose end is exclusive. A night counts as one day."""
    if isinstance(end, datetime) and isinstance(start, datetime):
        return _day(end - timedelta(microseconds=1) if end - start > NIGHT else start, zone)
    return end - timedelta(days=1) if end > start else end
