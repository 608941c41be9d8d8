"""Gather feeds, calendars, packaging branches, issue counts and image indexes in parallel."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from functools import partial
from pathlib import Path

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
    NewcomersConfig,
)
from weekly.gather import calendars, feeds, indexes
from weekly.gather.github import extras
from weekly.gather.github.client import GitHubClient
from weekly.http.fetch import Session
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
    Severity,
    Snapshot,
    SourceWeek,
)
from weekly.week import Week

Task = Callable[[], Sequence[SourceWeek]]
"""Reads one source and returns its result for each week."""


def read(
    config: Config,
    root: Path,
    web: Session,
    client: GitHubClient,
    weeks: Sequence[Week],
    *,
    only: Container[str] | None = None,
) -> dict[Week, tuple[SourceWeek, ...]]:
    """Return every source's result for each week, or that of some by their names. Each source is read once."""
    tasks = [task for source, task in _tasks(config, root, web, client, weeks) if only is None or source in only]
    answers = web.in_parallel(lambda task: task(), tasks)
    return {week: tuple(answer[index] for answer in answers) for index, week in enumerate(weeks)}


def with_source_weeks(snapshot: Snapshot, source_weeks: Sequence[SourceWeek]) -> Snapshot:
    """Return the snapshot with these sources."""
    return msgspec.structs.replace(
        snapshot,
        feeds=tuple(source for source in source_weeks if isinstance(source, FeedWeek)),
        calendars=tuple(source for source in source_weeks if isinstance(source, CalendarWeek)),
        branches=tuple(source for source in source_weeks if isinstance(source, BranchWeek)),
        issues=tuple(source for source in source_weeks if isinstance(source, OpenIssues)),
        indexes=tuple(source for source in source_weeks if isinstance(source, IndexWeek)),
        advisories=tuple(source for source in source_weeks if isinstance(source, AdvisoryWeek)),
    )


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
    known = {item.key for item in old}
    names = {name for item in old for name in _names(item)}
    merged = [*old, *(item for item in new if item.key not in known and names.isdisjoint(_names(item)))]
    return tuple(sorted(merged, key=lambda item: (item.published, item.key)))


def settle(snapshot: Snapshot, neighbours: Sequence[Snapshot]) -> Snapshot:
    """Return the snapshot with what only a comparison with other archived weeks shows."""
    return indexes.compare(settle_late(snapshot, neighbours), neighbours)


def settle_late(snapshot: Snapshot, neighbours: Sequence[Snapshot]) -> Snapshot:
    """Return the snapshot with only those late entries that no archived week lists.

    An entry is late where its own week was archived with the feed, but without the entry.
    """
    feeds = tuple(_settled(feed, neighbours) for feed in snapshot.feeds)
    return msgspec.structs.replace(snapshot, feeds=feeds)


def _settled(feed: FeedWeek, neighbours: Sequence[Snapshot]) -> FeedWeek:
    archived = [(other, found) for other in neighbours for found in other.feeds if found.source == feed.source]
    listed = {name for _, found in archived for item in (*found.items, *found.late) for name in _names(item)}
    weeks = [other.week for other, _ in archived if not other.is_provisional]
    late = tuple(
        item for item in feed.late if any(item.published in week for week in weeks) and listed.isdisjoint(_names(item))
    )
    later = {name for _, found in archived for item in found.late for name in _names(item)}
    items = tuple(item for item in feed.items if later.isdisjoint(_names(item)))
    repeated = tuple(
        Dropped(title=item.title, reason=DropReason.REPEATED, detail="a later week lists it")
        for item in feed.items
        if not later.isdisjoint(_names(item))
    )
    return msgspec.structs.replace(
        feed, items=items, late=late, dropped=(*feed.dropped, *repeated), other_weeks=feed.other_weeks - len(late)
    )


def _names(item: FeedItem) -> set[object]:
    """Return what an entry is known by, also after its feed changed its ids."""
    return {item.key, (item.title, item.published)} | ({("url", item.url)} if item.url else set())


def _tasks(
    config: Config, root: Path, web: Session, client: GitHubClient, weeks: Sequence[Week]
) -> Iterator[tuple[str, Task]]:
    """Yield the sources' names in the archive, and what reads them."""
    for feed in _feeds(config):
        yield feed.url, partial(feeds.read, feed, web, weeks)
    shown = sorted((part for part in config.sections if isinstance(part, IndexConfig)), key=lambda part: part.required)
    for index in {part.url: part for part in shown}.values():
        yield index.url, partial(indexes.read, index, web, weeks)
    for section in config.sections:
        if isinstance(section, EventsConfig):
            for source, calendar in {calendar.source: calendar for calendar in section.calendars}.items():
                yield source, partial(calendars.read, calendar, web, root, weeks, section.horizon_days)
    for (repo, branch), severity in _branches(config).items():
        yield (
            f"{repo}@{branch}",
            partial(extras.commits, client, repo, branch, weeks, is_required=severity is Severity.BLOCKS),
        )
    for search in _searches(config):
        yield extras.source_of(search), partial(_count, client, search, weeks)
    shown_advisories = [part for part in config.sections if isinstance(part, AdvisoriesConfig)]
    for source in dict.fromkeys(source for part in shown_advisories for source in part.sources(config.repos)):
        yield source, partial(extras.advisories, client, source, weeks)


def _count(client: GitHubClient, search: NewcomersConfig, weeks: Sequence[Week]) -> Sequence[SourceWeek]:
    return [extras.open_issues(client, search)] * len(weeks)


def _feeds(config: Config) -> list[FeedConfig]:
    """Return each feed once. It is required where any section requires it."""
    configured: list[FeedConfig] = list(config.videos.channels)
    for section in config.sections:
        if isinstance(section, FeedSectionConfig):
            configured += section.feeds
        elif isinstance(section, DistributionsConfig):
            configured += [feed for part in section.parts for feed in part.feeds]
    configured.sort(key=lambda feed: feed.required)
    return list({feed.url: feed for feed in configured}.values())


def _branches(config: Config) -> dict[tuple[str, str], Severity]:
    """Return the packaging branches and how grave it is where one can't be read."""
    severities: dict[tuple[str, str], Severity] = {}
    for section in config.sections:
        if isinstance(section, DistributionsConfig):
            for source in (source for part in section.parts for source in part.commits):
                for branch in source.branches:
                    is_required = source.required or severities.get((source.repo, branch)) is Severity.BLOCKS
                    severities[source.repo, branch] = Severity.BLOCKS if is_required else Severity.NOTED
    return severities


def _searches(config: Config) -> list[NewcomersConfig]:
    """Return each search for newcomers' issues that is counted, once."""
    counted = [
        search
        for section in config.sections
        if isinstance(section, ContributeConfig) and section.count
        for search in section.issues
    ]
    return list({extras.source_of(search): search for search in counted}.values())
