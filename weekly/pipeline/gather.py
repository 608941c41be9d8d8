"""Gather weeks into the archive, and return a week from there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import msgspec

from weekly import archive
from weekly.console import progress, say, say_detail, warn
from weekly.errors import ArchiveError
from weekly.files import atomic
from weekly.gather import external
from weekly.gather.external import merge_archived, settle
from weekly.gather.github.listing import Account, accounts_of, listings_of, news
from weekly.gather.snapshot import batches, changes, gather
from weekly.http.retry import results
from weekly.model import Listing, Problem, Reach, Severity, Snapshot, Source
from weekly.pipeline.backend import backend_of, github_client
from weekly.pipeline.context import Context, Project
from weekly.pipeline.snapshot import GatherOptions
from weekly.text.english import numbered
from weekly.week import Week

LATE_WEEKS = 5
"""Weeks before and after a week that may share an entry with it: late_days is at most four weeks."""


class Gathered(NamedTuple):
    """The archived weeks after gathering. The code is 1 if a gathered one has a gap."""

    snapshots: Mapping[Week, Snapshot]
    code: int


def gather_weeks(
    weeks: Sequence[Week], project: Project, context: Context, options: GatherOptions | None = None
) -> Gathered:
    """Gather weeks and archive each as soon as it is complete.

    An interrupted run loses nothing, and the next one continues.
    """
    options = options or GatherOptions()
    client = github_client(context, max_wait=options.max_wait)
    patterns = project.config.repositories
    backend = backend_of(client, project, context, options.clones)
    accounts = accounts_of(client, patterns)
    pool = ThreadPoolExecutor(max_workers=1)
    external_weeks = pool.submit(external.read, project.config, project.root, client, weeks)

    def gather_batch(batch: tuple[Week, ...]) -> list[tuple[Snapshot, int]]:
        listings, problems = listings_of(patterns, accounts, batch[0])
        repos = project.config.expanded({one.source: [it.repo for it in one.repos] for one in listings}).repos
        snapshots = gather(backend.read, repos, batch, source=backend.source, now=lambda: context.safe_now)
        (source_weeks,) = results([external_weeks])
        stored = []
        for read in snapshots:
            found = (*read.problems, *problems, *_news(read.week, listings, accounts, project))
            complete = msgspec.structs.replace(read, site=context.site, listings=listings, problems=found)
            snapshot = external.with_source_weeks(complete, source_weeks[read.week])
            stored.append((_store(snapshot, project), int(bool(snapshot.blocking))))
            step()
        return stored

    say_detail(f"gathering {numbered(len(weeks), 'week')} of {', '.join(project.config.repos)} ({backend.source})")
    try:
        what = "reading the clones" if backend.source is Source.CLONES else "asking GitHub"
        with progress(what, len(weeks)) as step:
            stored = [week for batch in backend.run_parallel(gather_batch, batches(weeks)) for week in batch]
    except BaseException:
        client.session.stop()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return Gathered({snapshot.week: snapshot for snapshot, _ in stored}, max(code for _, code in stored))


def retry_failed_sources(week: Week, project: Project, context: Context, options: GatherOptions | None = None) -> None:
    """Read an archived week's feeds, calendars and indexes again that failed. Pull requests stay as they are."""
    archived = archive.load(project.root, week)
    if archived is None:
        return
    failed = {source.source for source in archived.source_weeks if source.reach is Reach.FAILED}
    if not failed:
        return
    client = github_client(context, max_wait=(options or GatherOptions()).max_wait)
    answers = external.read(project.config, project.root, client, [week], only=failed)[week]
    with atomic.lock(project.root):
        read = settle(external.with_source_weeks(archived, answers), _neighbours(week, project))
        by_name = {(type(answer), answer.source): answer for answer in read.source_weeks}
        source_weeks = [by_name.get((type(source), source.source), source) for source in archived.source_weeks]
        merged = merge_archived(archived, external.with_source_weeks(archived, source_weeks))
        if merged != archived:
            archive.save(project.root, merged)
            say(f"{archive.path_of(project.root, week).name}: read again what had failed")


def _news(
    week: Week, listings: Sequence[Listing], accounts: Mapping[str, Account], project: Project
) -> tuple[Problem, ...]:
    """Return what changed among the patterns' repositories since the newest earlier week of the archive."""
    if not listings:
        return ()
    earlier = [snapshot for snapshot in _neighbours(week, project) if snapshot.week < week]
    return tuple(news(earlier[-1].listings, listings, accounts)) if earlier else ()


def _neighbours(week: Week, project: Project) -> list[Snapshot]:
    """Return the archived weeks that may list an entry of this one, or have one that is late."""
    found = []
    for distance in (*range(-LATE_WEEKS, 0), *range(1, LATE_WEEKS + 1)):
        try:
            snapshot = archive.load(project.root, week.shifted(distance))
        except ArchiveError:
            continue  # reported where it is needed
        found += [snapshot] if snapshot else []
    return found


def _dropped(snapshot: Snapshot) -> Iterator[str]:
    """Yield how many entries of each source were left out, and why."""
    for source in snapshot.source_weeks:
        if source.dropped:
            counted = Counter(entry.reason.value for entry in source.dropped)
            reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(counted.items()))
            entries = numbered(len(source.dropped), "entry", plural="entries")
            yield f"{source.source}: left out {entries}: {reasons}"


def _store(snapshot: Snapshot, project: Project) -> Snapshot:
    """Archive a week unless that would lose something. Return what the archive has."""
    path = archive.path_of(project.root, snapshot.week)
    with atomic.lock(project.root):
        old = _archived(snapshot.week, project)
        snapshot = settle(snapshot, _neighbours(snapshot.week, project))
        snapshot = merge_archived(old, snapshot) if old is not None else snapshot
        for problem in snapshot.all_problems:
            (warn if problem.severity is Severity.BLOCKS else say)(str(problem))
        for line in _dropped(snapshot):
            say(line)
        if old is not None and (reason := _reason_to_keep(old, snapshot)):
            say(f"{path.name}: left as it was, since {reason}")
            return old
        for line in changes(old, snapshot) if old is not None else ():
            say(line)
        archive.save(project.root, snapshot)
    pulls = numbered(len(snapshot.pulls), "pull request")
    repos = numbered(len(snapshot.repos), "repository", plural="repositories")
    say(f"{path.name}: {pulls} in {repos}, {_state(snapshot)}")
    return snapshot


def _archived(week: Week, project: Project) -> Snapshot | None:
    """Return the archived week. A file that can't be read is reported and counts as missing."""
    try:
        return archive.load(project.root, week)
    except ArchiveError as error:
        say(f"replacing {error}")
        return None


def _reason_to_keep(old: Snapshot, new: Snapshot) -> str:
    """Return why the archived week is better than the new one, "" if it isn't."""
    if not old.blocking and new.blocking:
        return "it has the complete week"
    if new.unproven and not (old.blocking or old.is_provisional or old.unproven):
        return "its pull requests were counted, and clones don't count"
    return ""


def _state(snapshot: Snapshot) -> str:
    if snapshot.blocking:
        return "NOT complete"
    if snapshot.is_provisional:
        return "provisional, since the week has not ended"
    return "unproven, since clones don't count" if snapshot.unproven else "complete"
