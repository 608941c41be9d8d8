"""Expand a calendar's events into days, accounting for each event."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, TypeVar

import msgspec

from weekly.gather.calendar_files import UnreadableError
from weekly.gather.calendar_series import Agenda, Entry, Series, in_form_of
from weekly.http.retry import within
from weekly.model import Dropped, DropReason, Occurrence
from weekly.text.markdown import normalise

Result = TypeVar("Result")

NIGHT = timedelta(hours=12)
"""A timed event no longer than this belongs to the day on which it begins, even if it ends on the next."""


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The days that are listed, both ends included, in the project's zone."""

    first: date
    last: date
    zone: tzinfo

    def __contains__(self, event: Occurrence) -> bool:
        return event.ends >= self.first and event.first_day <= self.last


class Expansion(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a calendar in a window. `listed` counts the file's events with an occurrence in it."""

    occurrences: tuple[Occurrence, ...]
    dropped: tuple[Dropped, ...]
    listed: int


def expand(agenda: Agenda, window: Window, *, seconds: float) -> Expansion:
    """Return what of an agenda is in a window. A rule that takes longer than `seconds` is dropped."""
    occurrences: list[Occurrence] = []
    dropped: list[Dropped] = list(agenda.dropped)
    listed = 0
    for series in agenda.series:
        for entry in (series.base, *series.overrides):
            if entry is None:
                continue
            try:
                found = _occurrences(entry, series, window, seconds)
            except UnreadableError as error:
                dropped.append(Dropped(title=entry.title or "…", reason=DropReason.UNREADABLE, detail=f"it {error}"))
                continue
            if found and entry.reason:
                dropped.append(Dropped(title=entry.title or "…", reason=entry.reason))
            elif found:
                occurrences += found
                listed += 1
    return Expansion(occurrences=tuple(occurrences), dropped=tuple(dropped), listed=listed)


def _occurrences(entry: Entry, series: Series, window: Window, seconds: float) -> list[Occurrence]:
    """Return the occurrences of one event in a window."""
    if entry is not series.base:
        is_range = str(entry.component["RECURRENCE-ID"].params.get("RANGE", "")).upper() == "THISANDFUTURE"
        instances = [] if is_range and series.base else [entry.component]
    elif entry.is_recurring:
        instances = _within(seconds, lambda: list(_instances(series, window)))
    else:
        replaced = {in_form_of(entry.start, override.replaces) for override in series.overrides}
        instances = [] if entry.start in replaced else [entry.component]
    try:
        found = [_occurrence(instance, window.zone) for instance in instances]
    except Exception as error:  # whatever icalendar makes of an end
        raise UnreadableError(f"has an end that can't be read ({normalise(str(error))[:80]})") from error
    return [occurrence for occurrence in found if occurrence in window]


def _instances(series: Series, window: Window) -> Iterator[Any]:
    """Yield the instances of a recurring event in a window, without those that overrides replace."""
    import recurring_ical_events
    from icalendar import Calendar
    from icalendar.prop import vDDDLists, vDDDTypes

    base = series.base.component.copy() if series.base else None
    if base is None or series.base is None:
        return
    start = series.base.start
    lists = base.get("EXDATE", [])
    moments = [value.dt for dates in (lists if isinstance(lists, list) else [lists]) for value in dates.dts]
    calendar = Calendar()
    for override in series.overrides:
        if str(override.component["RECURRENCE-ID"].params.get("RANGE", "")).upper() == "THISANDFUTURE":
            ranged = override.component.copy()
            moment = vDDDTypes(in_form_of(start, override.replaces))
            moment.params["RANGE"] = "THISANDFUTURE"
            ranged["RECURRENCE-ID"] = moment
            calendar.add_component(ranged)
        else:
            moments.append(override.replaces)
    if moments:
        base["EXDATE"] = vDDDLists([in_form_of(start, moment) for moment in moments])
    calendar.add_component(base)
    first = datetime.combine(window.first, time.min, window.zone)
    end = datetime.combine(window.last + timedelta(days=1), time.min, window.zone)
    yield from recurring_ical_events.of(calendar).between(first, end)


def _within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return the result of `work`. UnreadableError where it fails or takes too long, as a rule that never matches."""
    try:
        return within(seconds, work, threading.Event())
    except TimeoutError:
        raise UnreadableError(f"has a rule that takes longer than {seconds:g} s") from None
    except Exception as error:
        what = f"{type(error).__name__}: {normalise(str(error))[:80]}"
        raise UnreadableError(f"has a rule that can't be read ({what})") from error


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
        starts_at=_moment(start, zone) if isinstance(start, datetime) else None,
    )


def _moment(start: datetime, zone: tzinfo) -> datetime:
    """Return a moment in our zone. A floating time is where the reader is."""
    return start.astimezone(zone) if start.tzinfo else start.replace(tzinfo=zone)


def _day(moment: date, zone: tzinfo) -> date:
    """Return the day of a moment in our zone."""
    return _moment(moment, zone).date() if isinstance(moment, datetime) else moment


def _last_day(start: date, end: date, zone: tzinfo) -> date:
    """Return the last day of an event, whose end is exclusive. A night counts as one day."""
    if isinstance(end, datetime) and isinstance(start, datetime):
        return _day(end - timedelta(microseconds=1) if end - start > NIGHT else start, zone)
    return end - timedelta(days=1) if end > start else end
