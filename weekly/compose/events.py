"""What lies ahead: events of weekly.toml, of the notes and of calendars, each once, soonest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from weekly.compose.result import Made, heard
from weekly.config import EventsConfig
from weekly.model import Event, Events, Occurrence, Problem, Severity, Snapshot
from weekly.notes.file import Notes
from weekly.text.markdown import normalise


def tell(part: EventsConfig, snapshot: Snapshot, notes: Notes) -> Made:
    """The section; none where nothing is known to be ahead, but a calendar could not be read."""
    appears = snapshot.week.shifted(1).monday
    last = appears + timedelta(days=part.horizon_days)
    events: list[Event] = [*part.entries, *notes.events]
    problems: list[Problem] = []
    for source in part.calendars:
        calendar, wrong = heard(snapshot.calendars, source.source, snapshot, required=source.required)
        problems += wrong
        if calendar is not None:
            events += calendar.events
            if calendar.until < last:
                what = f"was read up to {calendar.until} only, but horizon_days reaches to {last}"
                hint = f"gather it: weekly gather --week {snapshot.week} --refresh"
                problems.append(Problem(where=source.source, what=what, severity=Severity.NOTED, hint=hint))
    ahead = [event for event in _each_once(events) if event.ends >= appears and event.first_day <= last]
    ahead.sort(key=lambda event: (event.first_day, event.ends, event.title))
    shown = tuple(_plain(event) for event in _instances(ahead, part.instances))
    if not shown and problems:
        return Made(problems=tuple(problems))
    return Made(
        sections=(Events(heading=part.heading, level=part.level, events=shown),),
        problems=tuple(problems),
    )


def _each_once(events: Sequence[Event]) -> list[Event]:
    """Without those that are told already: by the same title on the same days, or by the same instance's name."""
    seen: set[tuple[object, ...]] = set()
    found = []
    for event in events:
        names: list[tuple[object, ...]] = [(" ".join(event.title.casefold().split()), event.first_day, event.ends)]
        if isinstance(event, Occurrence) and event.uid:
            names.append((event.uid, event.first_day))
        if not seen.intersection(names):
            found.append(event)
        seen.update(names)
    return found


def _instances(events: Sequence[Event], most: int | None) -> list[Event]:
    """At most so many instances of each recurring event, the soonest."""
    counted: Counter[str] = Counter()
    found = []
    for event in events:
        uid = event.uid if isinstance(event, Occurrence) else ""
        counted[uid] += 1
        if not uid or most is None or counted[uid] <= most:
            found.append(event)
    return found


def _plain(event: Event) -> Event:
    return Event(
        title=event.title,
        first_day=event.first_day,
        last_day=event.last_day,
        place=normalise(event.place),
        url=event.url,
    )
