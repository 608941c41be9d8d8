"""Build the section of upcoming events from weekly.toml, notes and calendars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from weekly.compose.week_facts import WeekFacts
from weekly.config.sections import EventsConfig
from weekly.model import AnySection, Event, Events, Occurrence, Problem, Severity
from weekly.text.markdown import normalise
from weekly.week import zone_named


def events(config: EventsConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Return the section, soonest event first, none where no event is known and a calendar failed."""
    first = facts.snapshot.week.appears
    last = first + timedelta(days=config.horizon_days)
    archived = _calendar_events(config, facts, last)
    every = (*config.entries, *facts.notes.events, *archived)
    unique, repeated = _without_duplicates([one for one in every if one.ends >= first and one.first_day <= last])
    unique.sort(key=lambda event: (event.first_day, event.ends, event.time, event.title))
    shown = tuple(_plain(event) for event in _limited(unique, config.instances))
    section = Events(heading=config.heading, level=config.level, events=shown)
    facts.report.left_out += [f"event {event.title!r} of {event.when}: it is listed already" for event in repeated]
    return [section] if shown or not facts.report.problems else []


def _calendar_events(config: EventsConfig, facts: WeekFacts, last: date) -> list[Occurrence]:
    """Return the calendars' events, and report calendars that end before the last day.

    What an earlier calendar has under the same UID is the same event.
    """
    found: list[Occurrence] = []
    week = facts.snapshot.week
    for source in config.calendars:
        calendar = facts.find(facts.snapshot.calendars, source.source, required=source.required)
        if calendar is None:
            continue
        earlier = {(event.uid, event.first_day) for event in found if event.uid}
        found += [
            msgspec.structs.replace(event, time=_time_of(event, week.zone) if config.times else "")
            for event in calendar.events
            if (event.uid, event.first_day) not in earlier
        ]
        if calendar.until < last:
            what = f"was read up to {calendar.until} only, but horizon_days reaches to {last}"
            hint = f"gather it: weekly gather {week.options} --refresh"
            facts.report.problems.append(Problem(where=source.source, what=what, severity=Severity.NOTED, hint=hint))
    return found


def _time_of(event: Occurrence, zone: str) -> str:
    """Return when an event starts, empty where it takes all day or several days."""
    if event.starts_at is None or event.ends > event.first_day:
        return ""
    start = event.starts_at.astimezone(zone_named(zone))
    name = start.tzname() or ""
    return f"{start:%H:%M} {name if name[:1].isalpha() else f'UTC{name}'}"


def _without_duplicates(events: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """Return the events, and apart from them those with the title, days and time of an earlier one."""
    seen: dict[tuple[object, ...], set[str]] = {}
    unique, repeated = [], []
    for event in events:
        times = seen.setdefault((" ".join(event.title.casefold().split()), event.first_day, event.ends), set())
        if times and (not event.time or not times.isdisjoint({"", event.time})):
            repeated.append(event)
        else:
            unique.append(event)
            times.add(event.time)
    return unique, repeated


def _limited(events: Sequence[Event], limit: int | None) -> list[Event]:
    """Return at most `limit` instances of each recurring event, the soonest ones."""
    instances: Counter[str] = Counter()
    shown = []
    for event in events:
        uid = event.uid if isinstance(event, Occurrence) else ""
        instances[uid] += 1
        if not uid or limit is None or instances[uid] <= limit:
            shown.append(event)
    return shown


def _plain(event: Event) -> Event:
    return Event(
        title=event.title,
        first_day=event.first_day,
        last_day=event.last_day,
        time=normalise(event.time),
        place=normalise(event.place),
        url=event.url,
    )
