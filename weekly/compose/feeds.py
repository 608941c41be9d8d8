"""Build the section of what feeds published in the week."""

from __future__ import annotations

from collections.abc import Sequence

from weekly.compose.result import SectionResult, WeekFacts, archived_source
from weekly.config.external import FeedConfig
from weekly.config.sections import FeedSectionConfig
from weekly.model import Feed, FeedItem, Linked, Problem, Snapshot
from weekly.text.markdown import stripped
from weekly.week import Week, day_span, zone_named


def feed(config: FeedSectionConfig, facts: WeekFacts) -> SectionResult:
    """Return the section, none where no entry is known and a feed can't be read."""
    items, problems = feed_items(config.feeds, facts.snapshot)
    if not items and problems:
        return SectionResult(problems=tuple(problems))
    section = Feed(heading=config.heading, level=config.level, text=stripped(config.text), items=tuple(items))
    return SectionResult(sections=(section,), problems=tuple(problems))


def feed_items(feeds: Sequence[FeedConfig], snapshot: Snapshot) -> tuple[list[Linked], list[Problem]]:
    """Return the archived entries of feeds, and the feeds' problems."""
    items: list[Linked] = []
    problems: list[Problem] = []
    for config in feeds:
        archived, faults = archived_source(snapshot.feeds, config.url, snapshot, required=config.required)
        problems += faults
        for item in (*archived.items, *archived.late) if archived else ():
            day = late_day(item, snapshot.week)
            items.append(Linked(title=f"{item.title} ({day})" if day else item.title, url=item.url))
    return items, problems


def late_day(item: FeedItem, week: Week) -> str:
    """Return the day of an entry that came after its own week's post, empty for the week's own."""
    if item.published in week:
        return ""
    day = item.published.astimezone(zone_named(week.zone)).date()
    return day_span(day, day)
