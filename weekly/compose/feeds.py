"""Build the section of what feeds published in the week."""

from __future__ import annotations

from collections.abc import Sequence

from weekly.compose.result import SectionResult, WeekFacts, archived_source
from weekly.config import FeedSectionConfig, stripped
from weekly.config.external import FeedConfig
from weekly.model import Feed, Linked, Problem, Snapshot


def feed(config: FeedSectionConfig, facts: WeekFacts) -> SectionResult:
    """Return the section; none where no entry is known and a feed can't be read."""
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
        items += [Linked(title=item.title, url=item.url) for item in (archived.items if archived else ())]
    return items, problems
