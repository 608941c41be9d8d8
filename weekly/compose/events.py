"""Build the section of upcoming events from weekly.toml, notes and calendars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from weekly.compose.result import SectionResult, WeekFacts, archived_source
from weekly.config import EventsConfig
from weekly.model import Event, Events, Occurrence, Problem, Severity, Snapshot
from weekly.text.markdown import normalise


def events(config: EventsConfig, facts: WeekFacts) -> SectionResult:
    """Return the section, soonest event first; none where no event is known and a calendar failed."""
    first = facts.snapshot.week.shifted(1).monday
    last = first + timedelta(days=config.horizon_days)
    archived, problems = _calendar_events(config, facts.snapshot, last)
    known = _without_duplicates([*config.entries, *facts.notes.events, *archived])
    ahead = [event for event in known if event.ends >= first and event.first_day <= last]
    ahead.sort(key=lambda event: (event.first_day, event.ends, event.title))
    shown = tuple(_plain(event) for event in _limited(ahead, config.instances))
    if not shown and problems:
        return SectionResult(problems=tuple(problems))
    section = Events(heading=config.heading, level=config.level, events=shown)
    return SectionResult(sections=(section,), problems=tuple(problems))


def _calendar_events(config: EventsConfig, snapshot: Snapshot, last: date) -> tuple[list[Event], list[Problem]]:
    """Return the calendars' events, and the problems of calendars that failed or end before the last day."""
    found: list[Event] = []
    problems: list[Problem] = []
    for source in config.calendars:
        calendar, faults = archived_source(snapshot.calendars, source.source, snapshot, required=source.required)
        problems += faults
        if calendar is None:
            continue
        found += calendar.events
        if calendar.until < last:
            what = f"was read up to {calendar.until} only, but horizon_days reaches to {last}"
            hint = f"gather it: weekly gather --week {snapshot.week} --refresh"
            problems.append(Problem(where=source.source, what=what, severity=Severity.NOTED, hint=hint))
    return found, problems


def _without_duplicates(events: Sequence[Event]) -> list[Event]:
    """Drop events with the same title and days as an earlier one, or with the same instance of a calendar."""
    seen: set[tuple[object, ...]] = set()
    unique = []
    for event in events:
        names: list[tuple[object, ...]] = [(" ".join(event.title.casefold().split()), event.first_day, event.ends)]
        if isinstance(event, Occurrence) and event.uid:
            names.append((event.uid, event.first_day))
        if not seen.intersection(names):
            unique.append(event)
        seen.update(names)
    return unique


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
        place=normalise(event.place),
        url=event.url,
    )
