"""Asking everything that isn't a pull request, side by side: feeds, calendars, packaging branches, counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from weekly.config import (
    Config,
    ContributeConfig,
    DistributionsConfig,
    EventsConfig,
    FeedSectionConfig,
    NewcomersConfig,
)
from weekly.config.external import CalendarConfig, FeedConfig
from weekly.gather import calendars, feeds
from weekly.gather.github import extras
from weekly.gather.github.client import Client
from weekly.http.fetch import Web
from weekly.model import Aside, BranchWeek, CalendarWeek, FeedWeek, OpenIssues, Reach, Severity, Snapshot
from weekly.week import Week

Answers = Sequence[Aside]
Task = Callable[[], Answers]


def read(config: Config, root: Path, web: Web, client: Client, weeks: Sequence[Week]) -> dict[Week, tuple[Aside, ...]]:
    """For each of the weeks, what every source beside the pull requests said; each source is asked once."""
    answers = client.side_by_side(lambda task: task(), _tasks(config, root, web, client, weeks))
    return {week: tuple(answer[place] for answer in answers) for place, week in enumerate(weeks)}


def with_asides(snapshot: Snapshot, asides: Sequence[Aside]) -> Snapshot:
    """A snapshot with what the sources beside the pull requests said."""
    return msgspec.structs.replace(
        snapshot,
        feeds=tuple(one for one in asides if isinstance(one, FeedWeek)),
        calendars=tuple(one for one in asides if isinstance(one, CalendarWeek)),
        branches=tuple(one for one in asides if isinstance(one, BranchWeek)),
        issues=tuple(one for one in asides if isinstance(one, OpenIssues)),
    )


def remembering(old: Snapshot, new: Snapshot) -> Snapshot:
    """A week that was gathered again, with all that the archive knows and its sources have forgotten since."""
    known = {(type(aside), aside.source): aside for aside in old.asides}
    kept = {
        (type(aside), aside.source): _kept(known.get((type(aside), aside.source)), aside, old) for aside in new.asides
    }
    return with_asides(new, tuple((kept | {name: aside for name, aside in known.items() if name not in kept}).values()))


def _kept(old: Aside | None, new: Aside, archived: Snapshot) -> Aside:
    if old is None:
        return new
    if isinstance(old, FeedWeek) and isinstance(new, FeedWeek):
        return _feed(old, new, archived)
    is_final = not archived.is_provisional or isinstance(new, CalendarWeek)
    return old if new.reach is Reach.FAILED and old.reach is Reach.WHOLE and is_final else new


def _feed(old: FeedWeek, new: FeedWeek, archived: Snapshot) -> FeedWeek:
    """All items that were ever seen. The week is whole where the two readings leave no time between them."""
    items = {item.key: item for item in (*new.items, *old.items)}
    merged = tuple(sorted(items.values(), key=lambda item: (item.published, item.key)))
    is_joined = not archived.is_provisional or (
        new.reach is Reach.TOO_SHORT and new.back_to is not None and new.back_to <= archived.gathered_at
    )
    if new.reach is not Reach.WHOLE and old.reach is Reach.WHOLE and is_joined:
        return msgspec.structs.replace(old, items=merged)
    return msgspec.structs.replace(new, items=merged)


def _tasks(config: Config, root: Path, web: Web, client: Client, weeks: Sequence[Week]) -> list[Task]:
    tasks: list[Task] = [_feed_task(feed, web, weeks) for feed in _feeds(config)]
    for section in config.sections:
        if isinstance(section, EventsConfig):
            sources = {one.source: one for one in section.calendars}.values()
            tasks += [_calendar_task(source, web, root, weeks, section.horizon_days) for source in sources]
    tasks += [_branch_task(client, *branch, severity, weeks) for branch, severity in _branches(config).items()]
    tasks += [_count_task(client, wanted, weeks) for wanted in _counts(config)]
    return tasks


def _feed_task(feed: FeedConfig, web: Web, weeks: Sequence[Week]) -> Task:

    return lambda: feeds.read(feed, web, weeks)


def _calendar_task(calendar: CalendarConfig, web: Web, root: Path, weeks: Sequence[Week], days: int) -> Task:

    return lambda: calendars.read(calendar, web, root, weeks, days)


def _branch_task(client: Client, repo: str, branch: str, severity: Severity, weeks: Sequence[Week]) -> Task:

    return lambda: extras.commits(client, repo, branch, weeks, severity=severity)


def _count_task(client: Client, wanted: NewcomersConfig, weeks: Sequence[Week]) -> Task:

    return lambda: [extras.open_issues(client, wanted)] * len(weeks)


def _feeds(config: Config) -> list[FeedConfig]:
    """Every feed once; required where any use of it is."""
    found: list[FeedConfig] = list(config.videos.channels)
    for section in config.sections:
        if isinstance(section, FeedSectionConfig):
            found += section.feeds
        elif isinstance(section, DistributionsConfig):
            found += [feed for part in section.parts for feed in part.feeds]
    found.sort(key=lambda feed: feed.required)
    return list({feed.url: feed for feed in found}.values())


def _branches(config: Config) -> dict[tuple[str, str], Severity]:
    found: dict[tuple[str, str], Severity] = {}
    for section in config.sections:
        if isinstance(section, DistributionsConfig):
            for source in (source for part in section.parts for source in part.commits):
                for branch in source.branches:
                    is_grave = source.required or found.get((source.repo, branch)) is Severity.BLOCKS
                    found[source.repo, branch] = Severity.BLOCKS if is_grave else Severity.NOTED
    return found


def _counts(config: Config) -> list[NewcomersConfig]:
    wanted = [
        one
        for section in config.sections
        if isinstance(section, ContributeConfig) and section.count
        for one in section.issues
    ]
    if not wanted:
        return []

    return list({extras.source_of(one): one for one in wanted}.values())
