"""Sort a calendar's events into series, and drop older versions of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from weekly.gather.calendar_files import RawEvent, UnreadableError, component, parse
from weekly.http.messages import Reply
from weekly.model import Dropped, DropReason
from weekly.text.markdown import normalise


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A readable event of the file.

    `rank` orders the versions of one event, the newest last. `reason` says why it isn't for readers.
    """

    component: Any
    title: str
    uid: str
    rank: tuple[int, str, int]
    reason: DropReason | None

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
    def replaces_later(self) -> bool:
        """Tell whether it replaces all later instances, too."""
        moment = self.component.get("RECURRENCE-ID")
        return moment is not None and str(moment.params.get("RANGE", "")).upper() == "THISANDFUTURE"

    @property
    def is_recurring(self) -> bool:
        """Tell whether it has several instances."""
        return "RRULE" in self.component or "RDATE" in self.component


Series = Sequence[Entry]
"""An event, first if the file has it, and the overrides of its instances."""


class Agenda(msgspec.Struct, frozen=True, kw_only=True):
    """The events of a file by their series, those that are dropped whatever the week, and what is wrong with the file."""

    series: tuple[Series, ...]
    dropped: tuple[Dropped, ...]
    total: int
    fault: str


def agenda_of(page: Reply) -> Agenda:
    """Sort a file's events into series. Older versions and events that can't be read are dropped."""
    events, zones, fault = parse(page)
    groups: dict[str, list[Entry]] = {}
    dropped: list[Dropped] = []
    for index, event in enumerate(events):
        try:
            entry = _entry(event, component(event, zones), index)
            groups.setdefault(entry.uid or f"\0{index}", []).append(entry)
        except UnreadableError as error:
            title = event.title or "an event without a title"
            dropped.append(Dropped(title=title, reason=DropReason.UNREADABLE, detail=f"it {error}"))
    series: list[Series] = []
    for group in groups.values():
        found, old = _series(group)
        series += found
        detail = "a newer version of it has the same UID"
        dropped += [Dropped(title=entry.title, reason=DropReason.REPEATED, detail=detail) for entry in old]
    return Agenda(series=tuple(series), dropped=tuple(dropped), total=len(events), fault=fault)


def _entry(event: RawEvent, parsed: Any, index: int) -> Entry:
    stamp = parsed.get("LAST-MODIFIED") or parsed.get("DTSTAMP")
    try:
        sequence = int(str(parsed.get("SEQUENCE", 0)))
        moment = f"{stamp.dt.astimezone(UTC):%Y%m%d%H%M%S}" if stamp else ""
    except (ValueError, TypeError, AttributeError):
        sequence, moment = 0, ""
    reason = None
    if event.is_cancelled or str(parsed.get("STATUS", "")).upper() == "CANCELLED":
        reason = DropReason.CANCELLED
    elif str(parsed.get("CLASS", "")).upper() in ("PRIVATE", "CONFIDENTIAL"):
        reason = DropReason.PRIVATE
    uid, rank = normalise(str(parsed.get("UID", ""))), (sequence, moment, index)
    return Entry(component=parsed, title=event.title or "…", uid=uid, rank=rank, reason=reason)


def _series(group: Sequence[Entry]) -> tuple[list[Series], list[Entry]]:
    """Return the series of one UID, and the older versions in it.

    Some exporters give many events one UID: those with other dates and the same SEQUENCE are events of their own.
    """
    ordered = sorted(group, key=lambda entry: entry.rank)
    bases = [entry for entry in ordered if entry.replaces is None]
    newest = bases[-1].rank[0] if bases else 0
    current: dict[tuple[str, bool, str], Entry] = {}
    old = [entry for entry in bases if entry.rank[0] < newest]
    for entry in bases[len(old) :]:
        key = (str(entry.start), entry.is_recurring, entry.title)
        same = [key]
        if key not in current and entry.reason is DropReason.CANCELLED:  # perhaps under another title
            same = [other for other in current if other[:2] == key[:2]]
        old += [current.pop(other) for other in same if other in current]
        current[key] = entry
    remaining = sorted(current.values(), key=lambda entry: (not entry.is_recurring, entry.rank[2]))
    overrides: dict[str, Entry] = {}
    for entry in ordered:
        if entry.replaces is not None:
            moment = str(in_form_of(remaining[0].start, entry.replaces) if remaining else entry.replaces)
            old += [overrides[moment]] if moment in overrides else []
            overrides[moment] = entry
    return [[*remaining[:1], *overrides.values()], *([entry] for entry in remaining[1:])], old


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
