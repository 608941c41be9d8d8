"""Expand a calendar's events into the days on which they take place."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from weekly.gather.calendar_files import UnreadableError
from weekly.gather.calendar_series import Entry, Series, in_form_of
from weekly.http.retry import within
from weekly.model import Occurrence
from weekly.text.markdown import normalise

NIGHT = timedelta(hours=12)
"""A timed event no longer than this belongs to the day on which it begins, even if it ends on the next."""


def occurrences(entry: Entry, series: Series, first: datetime, end: datetime, seconds: float) -> list[Occurrence]:
    """Return the occurrences of one event from `first` up to `end`, in the zone of these.

    UnreadableError where its rule takes longer than `seconds`, or can't be read.
    """
    try:
        if entry is series.base and entry.is_recurring:
            work = lambda: list(_instances(entry, series.overrides, first, end))  # noqa: E731
            instances = within(seconds, work, threading.Event())  # a rule that never matches takes for ever
        elif entry is series.base:
            replaced = {in_form_of(entry.start, override.replaces) for override in series.overrides}
            instances = [] if entry.start in replaced else [entry.component]
        else:
            instances = [] if entry.replaces_later and series.base else [entry.component]
        found = [_occurrence(instance, first.tzinfo) for instance in instances]
    except TimeoutError:
        raise UnreadableError(f"has a rule that takes longer than {seconds:g} s") from None
    except Exception as error:  # whatever the libraries make of a rule or an end
        what = f"{type(error).__name__}: {normalise(str(error))[:80]}"
        raise UnreadableError(f"has a rule or an end that can't be read ({what})") from error
    return [one for one in found if one.ends >= first.date() and one.first_day < end.date()]


def _instances(base: Entry, overrides: tuple[Entry, ...], first: datetime, end: datetime) -> Iterator[Any]:
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
