"""Read iCalendar files, local or on the web, and list what lies ahead of each week's post."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from weekly.config.external import CalendarConfig
from weekly.errors import SourceError
from weekly.files.paths import shown
from weekly.files.read import read_bytes
from weekly.gather.base import dropped_summary
from weekly.gather.calendar_files import CalendarFile, parse
from weekly.gather.calendar_series import Agenda, agenda_of
from weekly.gather.recurrence import Window, expand
from weekly.http.fetch import Session
from weekly.http.messages import Page
from weekly.http.retry import FetchError
from weekly.model import CalendarWeek, Problem, Reach, Severity
from weekly.text.markdown import harmless
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
    lasts = [week.shifted(1).monday + timedelta(days=horizon_days) for week in weeks]
    what = f"{calendar.source}: can't be read"
    seconds = web.bounds.deadline / _RULE_SHARE
    try:
        page = web.fetch(calendar.url) if calendar.url else _local(calendar.file, root)
        file = web.within_time(lambda: parse(page), what)
        agenda = web.within_time(lambda: agenda_of(file), what)
        return tuple(
            web.within_time(partial(_week, page.url, file, agenda, week, last, seconds), what)
            for week, last in zip(weeks, lasts, strict=True)
        )
    except SourceError as error:
        what = harmless(str(error)).removeprefix(f"{calendar.source}: ")
        severity = Severity.BLOCKS if calendar.required else Severity.NOTED
        problem = Problem(where=calendar.source, what=what, severity=severity, hint="gather with --refresh")
        return tuple(
            CalendarWeek(source=calendar.source, reach=Reach.FAILED, until=last, problem=problem) for last in lasts
        )


def read_page(
    page: Page, weeks: Sequence[Week], lasts: Sequence[date], *, seconds: float = 5.0
) -> tuple[CalendarWeek, ...]:
    """Return the weeks of a calendar's file, each up to its last day. A rule may take so many seconds."""
    file = parse(page)
    agenda = agenda_of(file)
    return tuple(_week(page.url, file, agenda, week, last, seconds) for week, last in zip(weeks, lasts, strict=True))


def _week(source: str, file: CalendarFile, agenda: Agenda, week: Week, last: date, seconds: float) -> CalendarWeek:
    window = Window(first=week.shifted(1).monday, last=last, zone=zone_named(week.zone))
    found = expand(agenda, window, seconds=seconds)
    if len(found.occurrences) > MOST_EVENTS:
        raise FetchError(f"{source}: has more than {MOST_EVENTS:,} events ahead")
    faults = [fault for fault in (file.fault, dropped_summary(found.dropped)) if fault]
    return CalendarWeek(
        source=source,
        until=last,
        events=tuple(
            sorted(found.occurrences, key=lambda event: (event.first_day, event.ends, event.title, event.uid))
        ),
        other_weeks=agenda.total - found.listed - len(found.dropped),
        dropped=found.dropped,
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
