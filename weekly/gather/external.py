"""Gather feeds, calendars, packaging branches, issue counts and image indexes in parallel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from weekly.config import Config
from weekly.config.external import FeedConfig
from weekly.config.sections import (
    AdvisoriesConfig,
    ContributeConfig,
    DistributionsConfig,
    EventsConfig,
    FeedSectionConfig,
    IndexConfig,
)
from weekly.gather import calendars, feeds, indexes
from weekly.gather.github import extras
from weekly.gather.github.client import GitHubClient
from weekly.model import (
    AdvisoryWeek,
    BranchWeek,
    CalendarWeek,
    Dropped,
    DropReason,
    FeedItem,
    FeedWeek,
    IndexWeek,
    OpenIssues,
    Reach,
    Snapshot,
    SourceWeek,
)
from weekly.week import Week

Section = TypeVar("Section")
Source = TypeVar("Source", FeedConfig, IndexConfig)
Task = Callable[[], Sequence[SourceWeek]]
"""Reads one source and returns its result for each week."""
_FIELDS: Mapping[str, type[SourceWeek]] = {
    "feeds": FeedWeek,
    "calendars": CalendarWeek,
    "branches": BranchWeek,
    "issues": OpenIssues,
    "indexes": IndexWeek,
    "advisories": AdvisoryWeek,
}
"""The fields of a snapshot that have other sources' weeks."""


def read(
    config: Config,
    root: Path,
    client: GitHubClient,
    weeks: Sequence[Week],
    *,
    only: Container[str] | None = None,
) -> dict[Week, tuple[SourceWeek, ...]]:
    """Return every source's result for each week, or that of some by their names. Each source is read once."""
    tasks = [task for source, task in _tasks(config, root, client, weeks) if only is None or source in only]
    answers = client.session.in_parallel(lambda task: task(), tasks)
    return {week: tuple(answer[index] for answer in answers) for index, week in enumerate(weeks)}


def with_source_weeks(snapshot: Snapshot, source_weeks: Sequence[SourceWeek]) -> Snapshot:
    """Return the snapshot with these sources."""
    fields: dict[str, Any] = {
        name: tuple(source for source in source_weeks if isinstance(source, kind)) for name, kind in _FIELDS.items()
    }
    return msgspec.structs.replace(snapshot, **fields)


def merge_archived(old: Snapshot, new: Snapshot) -> Snapshot:
    """Return the new snapshot, plus what the archive has and its sources no longer report."""
    archived = {(type(source), source.source): source for source in old.source_weeks}
    merged = {
        (type(source), source.source): _merged(archived.get((type(source), source.source)), source, old)
        for source in new.source_weeks
    }
    gone = {key: source for key, source in archived.items() if key not in merged}
    return with_source_weeks(new, (*merged.values(), *gone.values()))


def _merged(old: SourceWeek | None, new: SourceWeek, archived: Snapshot) -> SourceWeek:
    if old is None:
        return new
    if isinstance(old, FeedWeek) and isinstance(new, FeedWeek):
        return _merged_feed(old, new, archived)
    if isinstance(old, IndexWeek) and old.images and not archived.is_provisional:
        return old
    is_final = not archived.is_provisional or isinstance(new, CalendarWeek)
    return old if new.reach is Reach.FAILED and old.reach is Reach.WHOLE and is_final else new


def _merged_feed(old: FeedWeek, new: FeedWeek, archived: Snapshot) -> FeedWeek:
    """Return all items ever seen. The week is whole where no time lies between the two readings."""
    merged = msgspec.structs.replace(new, items=_union(new.items, old.items), late=_union(new.late, old.late))
    is_joined = not archived.is_provisional or (
        new.reach is Reach.TOO_SHORT and new.back_to is not None and new.back_to <= archived.gathered_at
    )
    if new.reach is not Reach.WHOLE and old.reach is Reach.WHOLE and is_joined:
        return msgspec.structs.replace(old, items=merged.items, late=merged.late)
    return merged


def _union(new: Sequence[FeedItem], old: Sequence[FeedItem]) -> tuple[FeedItem, ...]:
    """Return the items of both, by date. An archived item stays as it is."""
    names = {name for item in old for name in _names(item)}
    merged = [*old, *(item for item in new if names.isdisjoint(_names(item)))]
    return tuple(sorted(merged, key=lambda item: (item.published, item.key)))


def settle(snapshot: Snapshot, neighbours: Sequence[Snapshot]) -> Snapshot:
    """Return the snapshot with what only a comparison with other archived weeks shows.

    A late entry stays where its own week was archived with the feed, and no archived week lists it.
    """
    feeds = tuple(_settled(feed, neighbours) for feed in snapshot.feeds)
    return indexes.compare(msgspec.structs.replace(snapshot, feeds=feeds), neighbours)


def _settled(feed: FeedWeek, neighbours: Sequence[Snapshot]) -> FeedWeek:
    archived = [(other, found) for other in neighbours for found in other.feeds if found.source == feed.source]
    listed = {name for _, found in archived for item in (*found.items, *found.late) for name in _names(item)}
    weeks = [other.week for other, _ in archived if not other.is_provisional]
    late = tuple(
        item for item in feed.late if any(item.published in week for week in weeks) and listed.isdisjoint(_names(item))
    )
    later = {name for _, found in archived for item in found.late for name in _names(item)}
    repeated = [item for item in feed.items if not later.isdisjoint(_names(item))]
    items = tuple(item for item in feed.items if item not in repeated)
    dropped = [Dropped(title=one.title, reason=DropReason.REPEATED, detail="a later week lists it") for one in repeated]
    return msgspec.structs.replace(
        feed, items=items, late=late, dropped=(*feed.dropped, *dropped), other_weeks=feed.other_weeks - len(late)
    )


def _names(item: FeedItem) -> set[object]:
    """Return what an entry is known by, also after its feed changed its ids."""
    return {item.key, (item.title, item.published)} | ({("url", item.url)} if item.url else set())


def _tasks(config: Config, root: Path, client: GitHubClient, weeks: Sequence[Week]) -> Iterator[tuple[str, Task]]:
    """Yield the sources' names in the archive, and what reads them. Each is required where any section requires it."""
    for feed in _by_url(_feeds(config)):
        yield feed.url, partial(feeds.read, feed, client.session, weeks)
    for index in _by_url(_sections(config, IndexConfig)):
        yield index.url, partial(indexes.read, index, client.session, weeks)
    for events in _sections(config, EventsConfig):
        for source, calendar in {calendar.source: calendar for calendar in events.calendars}.items():
            yield source, partial(calendars.read, calendar, client.session, root, weeks, events.horizon_days)
    parts = [part for section in _sections(config, DistributionsConfig) for part in section.parts]
    branches = [(one.repo, name, one.required) for part in parts for one in part.commits for name in one.branches]
    for repo, branch in dict.fromkeys((repo, branch) for repo, branch, _ in branches):
        is_required = (repo, branch, True) in branches
        yield f"{repo}@{branch}", partial(extras.commits, client, repo, branch, weeks, is_required=is_required)
    searches = [search for part in _sections(config, ContributeConfig) if part.count for search in part.issues]
    for source, search in {extras.source_of(search): search for search in searches}.items():
        yield source, partial(extras.open_issues, client, search, weeks)
    advisories = [source for part in _sections(config, AdvisoriesConfig) for source in part.sources(config.repos)]
    for source in dict.fromkeys(advisories):
        yield source, partial(extras.advisories, client, source, weeks)


def _feeds(config: Config) -> Iterator[FeedConfig]:
    yield from config.videos.channels
    for section in config.sections:
        if isinstance(section, FeedSectionConfig):
            yield from section.feeds
        elif isinstance(section, DistributionsConfig):
            yield from (feed for part in section.parts for feed in part.feeds)


def _sections(config: Config, kind: type[Section]) -> list[Section]:
    return [section for section in config.sections if isinstance(section, kind)]


def _by_url(sources: Iterable[Source]) -> Collection[Source]:
    """Return each source once, the required ones last."""
    return {source.url: source for source in sorted(sources, key=lambda source: source.required)}.values()
