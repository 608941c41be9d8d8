"""Sort a calendar's events into series, and drop older versions of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from weekly.gather.calendar_files import CalendarFile, RawEvent, UnreadableError, component
from weekly.model import Dropped, DropReason
from weekly.text.markdown import normalise

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
        """Tell whether it has several instances."""
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
        moment = entry.replaces if main is None else in_form_of(main.start, entry.replaces)
        old += [overrides[str(moment)]] if str(moment) in overrides else []
        overrides[str(moment)] = entry
    dropped = [
        Dropped(title=entry.title or "…", reason=DropReason.REPEATED, detail="a newer version of it has the same UID")
        for entry in old
    ]
    found = [Series(base=main, overrides=tuple(overrides.values()))]
    return [*found, *(Series(base=entry) for entry in remaining[1:])], dropped


def in_form_of(start: date, moment: date | None) -> date:
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
