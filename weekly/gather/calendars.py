"""Read iCalendar files, local or on the web, and list what lies ahead of each week's post."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from weekly.config.external import CalendarConfig
from weekly.errors import SourceError
from weekly.files.paths import shown
from weekly.files.read import read_bytes
from weekly.gather.base import dropped_summary, fault_of
from weekly.gather.calendar_files import UnreadableError
from weekly.gather.calendar_series import Agenda, agenda_of
from weekly.gather.recurrence import occurrences
from weekly.http.fetch import Session
from weekly.http.messages import Page
from weekly.http.retry import FetchError
from weekly.model import CalendarWeek, Dropped, DropReason, Occurrence, Problem, Reach, Severity
from weekly.week import Week, zone_named

MOST_EVENTS = 5_000
"""Occurrences ahead in one calendar. More than that is no agenda."""
MOST_BYTES = 8_000_000
"""Bytes of a calendar's file."""
_RULE_SHARE = 8
"""A recurring event may take this part of the session's deadline."""


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
        for entry in series.entries:
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
        problem=Problem(where=source, what="; ".join(faults), severity=Severity.NOTED) if faults else None,
    )


def _local(file: str, root: Path) -> Page:
    """Return a file of the project. FetchError where it is outside, no plain file, or too large."""
    path = Path(os.path.normpath(root / file))
    if not path.is_relative_to(root):
        raise FetchError(f"{file}: is outside the project, so left unread")
    body = read_bytes(
        path, lambda message: FetchError(message.replace(shown(path), file, 1)), root=root, most=MOST_BYTES
    )
    return Page(url=file, body=body, kind="text/calendar")
