"""Expand a calendar's events into days, accounting for each event."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, TypeVar

import msgspec

from weekly.gather.calendar_files import CalendarFile, RawEvent, UnreadableError, component
from weekly.model import Dropped, DropReason, Occurrence
from weekly.text.markdown import normalise

Result = TypeVar("Result")

NIGHT = timedelta(hours=12)
"""A timed event no longer than this belongs to the day on which it begins, even if it ends on the next."""
_PRIVATE = {"PRIVATE", "CONFIDENTIAL"}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A readable event of the file. `rank` orders the versions of one event, the newest last."""

    component: Any
    title: str
    uid: str
    rank: tuple[int, str, int]
    is_cancelled: bool
    is_private: bool

    @property
    def start(self) -> date:
        """The first day or moment."""
        moment: date = self.component["DTSTART"].dt
        return moment

    @property
    def replaces(self) -> date | None:
        """The instance of a recurring event that this one replaces."""
        moment: date | None = self.component["RECURRENCE-ID"].dt if "RECURRENCE-ID" in self.component else None
        return moment

    @property
    def is_recurring(self) -> bool:
        """Whether it has several instances."""
        return "RRULE" in self.component or "RDATE" in self.component

    @property
    def reason(self) -> DropReason | None:
        """Why it isn't for readers, None where it is."""
        if self.is_cancelled:
            return DropReason.CANCELLED
        return DropReason.PRIVATE if self.is_private else None


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One event and the overrides of its instances. `base` is None where the file has only overrides."""

    base: Entry | None
    overrides: tuple[Entry, ...] = ()


class Agenda(msgspec.Struct, frozen=True, kw_only=True):
    """The events of a file by their series, and those that are dropped whatever the week."""

    series: tuple[Series, ...]
    dropped: tuple[Dropped, ...]
    total: int


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The days that are listed, both ends included, in the project's zone."""

    first: date
    last: date
    zone: tzinfo

    def __contains__(self, event: Occurrence) -> bool:
        return event.ends >= self.first and event.first_day <= self.last


class Expansion(msgspec.Struct, frozen=True, kw_only=True):
    """What of an agenda is in a window. `listed` counts the file's events with an occurrence in it."""

    occurrences: tuple[Occurrence, ...]
    dropped: tuple[Dropped, ...]
    listed: int


def agenda_of(file: CalendarFile) -> Agenda:
    """Sort a file's events into series. Older versions and events that can't be read are dropped."""
    entries: list[Entry] = []
    dropped: list[Dropped] = []
    for index, event in enumerate(file.events):
        try:
            entries.append(_entry(event, component(event, file.zones), index))
        except UnreadableError as error:
            title = event.title or "an event without a title"
            dropped.append(Dropped(title=title, reason=DropReason.UNREADABLE, detail=f"it {error}"))
    groups: dict[str, list[Entry]] = {}
    for index, entry in enumerate(entries):
        groups.setdefault(entry.uid or f"\0{index}", []).append(entry)
    series: list[Series] = []
    for group in groups.values():
        found, repeated = _series(group)
        series += found
        dropped += repeated
    return Agenda(series=tuple(series), dropped=tuple(dropped), total=len(file.events))


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


def _entry(event: RawEvent, parsed: Any, index: int) -> Entry:
    stamp = parsed.get("LAST-MODIFIED") or parsed.get("DTSTAMP")
    try:
        sequence = int(str(parsed.get("SEQUENCE", 0)))
        moment = f"{stamp.dt.astimezone(UTC):%Y%m%d%H%M%S}" if stamp else ""
    except (ValueError, TypeError, AttributeError):
        sequence, moment = 0, ""
    return Entry(
        component=parsed,
        title=event.title,
        uid=normalise(str(parsed.get("UID", ""))),
        rank=(sequence, moment, index),
        is_cancelled=event.is_cancelled or str(parsed.get("STATUS", "")).upper() == "CANCELLED",
        is_private=str(parsed.get("CLASS", "")).upper() in _PRIVATE,
    )


def _series(group: Sequence[Entry]) -> tuple[list[Series], list[Dropped]]:
    """Return the series of one UID, and the older versions in it.

    Some exporters give many events one UID: those with other dates and the same SEQUENCE are events of their own.
    """
    bases = [entry for entry in group if entry.replaces is None]
    newest = max((entry.rank[0] for entry in bases), default=0)
    current: dict[tuple[str, bool, str], Entry] = {}
    old: list[Entry] = []
    for entry in sorted(bases, key=lambda entry: entry.rank):
        if entry.rank[0] < newest:
            old.append(entry)
            continue
        key = (str(entry.start), entry.is_recurring, entry.title)
        same = (
            [key] if key in current or not entry.is_cancelled else [other for other in current if other[:2] == key[:2]]
        )
        old += [current.pop(other) for other in same if other in current]
        current[key] = entry
    remaining = sorted(current.values(), key=lambda entry: (not entry.is_recurring, entry.rank[2]))
    main = next(iter(remaining), None)
    overrides: dict[str, Entry] = {}
    for entry in sorted((entry for entry in group if entry.replaces is not None), key=lambda entry: entry.rank):
        moment = entry.replaces if main is None else _in_form_of(main.start, entry.replaces)
        old += [overrides[str(moment)]] if str(moment) in overrides else []
        overrides[str(moment)] = entry
    dropped = [
        Dropped(title=entry.title or "…", reason=DropReason.REPEATED, detail="a newer version of it has the same UID")
        for entry in old
    ]
    found = [Series(base=main, overrides=tuple(overrides.values()))]
    return [*found, *(Series(base=entry) for entry in remaining[1:])], dropped


def _in_form_of(start: date, moment: date | None) -> date:
    """Return the instance that a RECURRENCE-ID or EXDATE means, in the form that its series' start has."""
    if moment is None:
        return start
    if not isinstance(start, datetime):
        return moment.date() if isinstance(moment, datetime) else moment
    if not isinstance(moment, datetime):
        return datetime.combine(moment, start.time(), start.tzinfo)
    if start.tzinfo is None:
        return moment.replace(tzinfo=None)
    return moment.astimezone(start.tzinfo) if moment.tzinfo else moment.replace(tzinfo=start.tzinfo)


def _occurrences(entry: Entry, series: Series, window: Window, seconds: float) -> list[Occurrence]:
    """Return the occurrences of one event in a window."""
    if entry is not series.base:
        is_range = str(entry.component["RECURRENCE-ID"].params.get("RANGE", "")).upper() == "THISANDFUTURE"
        instances = [] if is_range and series.base else [entry.component]
    elif entry.is_recurring:
        instances = _within(seconds, lambda: list(_instances(series, window)))
    else:
        replaced = {_in_form_of(entry.start, override.replaces) for override in series.overrides}
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
            moment = vDDDTypes(_in_form_of(start, override.replaces))
            moment.params["RANGE"] = "THISANDFUTURE"
            ranged["RECURRENCE-ID"] = moment
            calendar.add_component(ranged)
        else:
            moments.append(override.replaces)
    if moments:
        base["EXDATE"] = vDDDLists([_in_form_of(start, moment) for moment in moments])
    calendar.add_component(base)
    first = datetime.combine(window.first, time.min, window.zone)
    end = datetime.combine(window.last + timedelta(days=1), time.min, window.zone)
    yield from recurring_ical_events.of(calendar).between(first, end)


def _within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return the result of `work`. UnreadableError where it fails or takes too long.

    A rule that never matches can keep its thread at work for ever. It is a daemon, and keeps no process alive.
    """
    done: queue.SimpleQueue[Result | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put(work())
        except Exception as error:  # noqa: BLE001  it is reported by the thread that waits
            done.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        result = done.get(timeout=seconds)
    except queue.Empty:
        raise UnreadableError(f"has a rule that takes longer than {seconds:g} s") from None
    if isinstance(result, Exception):
        what = f"{type(result).__name__}: {normalise(str(result))[:80]}"
        raise UnreadableError(f"has a rule that can't be read ({what})") from result
    return result


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
