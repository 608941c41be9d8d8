"""Asking GitHub or clones for weeks, and keeping the answer: what `gather` does and `render` does where it must."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from weekly.cli.world import DEFAULT_MAX_WAIT, Site, World, say

if TYPE_CHECKING:
    from weekly.gather import Read
    from weekly.model import Snapshot, Source
    from weekly.sources.github.client import Client
    from weekly.sources.reading import Reading, Span
    from weekly.week import Week


class Asked(NamedTuple):
    """How weeks are asked for."""

    max_wait: float = DEFAULT_MAX_WAIT
    clones: Path | None = None


def gather_weeks(weeks: Sequence[Week], site: Site, world: World, asked: Asked | None = None) -> int:
    """Ask for weeks: clones where there are any, else GitHub, by GraphQL with a token, by REST without.

    Each is archived as soon as it is there, so that an interrupted run loses nothing and the next goes on from it.
    1 where one of them has a gap.
    """
    from concurrent.futures import ThreadPoolExecutor

    from weekly import beside
    from weekly.cli.progress import progress
    from weekly.gather import batches, gather
    from weekly.model import Source
    from weekly.sources.web import Web
    from weekly.waiting import results

    asked = asked or Asked()
    client, web = client_of(world, max_wait=asked.max_wait), Web(max_wait=asked.max_wait, say=say, clock=world.clock)
    way = _way(client, site, world, asked)
    pool = ThreadPoolExecutor(max_workers=1)
    asides = pool.submit(beside.read, site.config, site.root, web, client, weeks)

    def gather_and_keep(batch: tuple[Week, ...]) -> int:
        snapshots = gather(way.read, site.config.repos, batch, source=way.source, now=lambda: world.safe_now)
        (told,) = results([asides])
        return max(keep_and_count(beside.with_asides(snapshot, told[snapshot.week])) for snapshot in snapshots)

    def keep_and_count(snapshot: Snapshot) -> int:
        code = _keep(snapshot, site)
        step()
        return code

    try:
        with progress("reading the clones" if way.source is Source.CLONES else "asking GitHub", len(weeks)) as step:
            codes: list[int] = list(way.side_by_side(gather_and_keep, batches(weeks)))
    except BaseException:
        for source in (web, client, way):
            source.stop()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return max(codes)


def _keep(snapshot: Snapshot, site: Site) -> int:
    """Archive a week and say what came; 1 where it has a gap. A whole week is never replaced by one with a gap."""
    from weekly import atomic

    with atomic.alone(site.root):
        return _kept(snapshot, site)


def _kept(snapshot: Snapshot, site: Site) -> int:
    from weekly import archive
    from weekly.beside import remembering
    from weekly.gather import changes

    path = archive.path_of(site.root, snapshot.week)
    old = _readable(snapshot.week, site)
    snapshot = remembering(old, snapshot) if old is not None else snapshot
    for problem in snapshot.all_problems:
        say(str(problem))
    if old is not None and not old.blocking and snapshot.blocking:
        say(f"{path.name}: left as it was, since it has the week whole")
        return 1
    if old is not None and _is_proven(old) and snapshot.unproven:
        say(f"{path.name}: left as it was, since its pull requests were counted, and clones don't count")
        return int(bool(snapshot.blocking))
    if old is not None:
        for line in changes(old, snapshot):
            say(line)
    archive.save(site.root, snapshot)
    state = "unproven, since clones don't count" if snapshot.unproven else "complete"
    state = "provisional, since the week has not ended" if snapshot.is_provisional else state
    state = "NOT complete" if snapshot.blocking else state
    say(f"{path.name}: {_counted(snapshot)}, {state}")
    return int(bool(snapshot.blocking))


def _counted(snapshot: Snapshot) -> str:
    from weekly.titles.english import numbered

    repos = numbered(len(snapshot.repos), "repository", plural="repositories")
    return f"{numbered(len(snapshot.pulls), 'pull request')} in {repos}"


def _readable(week: Week, site: Site) -> Snapshot | None:
    """What the archive has of a week that was just asked for again; a file that can't be read is replaced."""
    from weekly import archive
    from weekly.errors import ArchiveError

    try:
        return archive.load(site.root, week)
    except ArchiveError as error:
        say(f"replacing {error}")
        return None


def _is_proven(snapshot: Snapshot) -> bool:
    return not (snapshot.blocking or snapshot.is_provisional or snapshot.unproven)


def is_stale(snapshot: Snapshot, world: World) -> bool:
    """Whether asking again would tell more: the week has a gap, or had not ended when it was gathered and now has."""
    return bool(snapshot.blocking) or (snapshot.is_provisional and world.safe_now >= snapshot.week.end)


class _Way(NamedTuple):
    """A source, its name, and how many questions are put to it at a time."""

    read: Read
    source: Source
    side_by_side: Callable[..., Iterable[Any]]
    stop: Callable[[], None]


def _way(client: Client, site: Site, world: World, asked: Asked) -> _Way:
    """GitHub's, the clones', or both: a snapshot is called the clones' where GitHub had no part in it."""
    from weekly.model import Source

    if asked.clones is None and not any(repository.clone for repository in site.config.repositories):
        return _Way(*_reader(client), client.side_by_side, client.stop)
    from weekly.cli.clones import clones_of

    clones, cloned = clones_of(site, world, asked.clones)
    remote = [repo for repo in site.config.repos if repo not in cloned]
    if not remote:
        return _Way(clones.read, Source.CLONES, map, clones.stop)
    read, source = _reader(client)

    def both(repos: Sequence[str], span: Span) -> tuple[Reading, ...]:
        found = {reading.repo: reading for reading in (*read(remote, span), *clones.read(cloned, span))}
        return tuple(found[repo] for repo in repos)

    return _Way(both, source, client.side_by_side, clones.stop)


def client_of(world: World, *, max_wait: float) -> Client:
    """The way to ask the GitHub of the environment."""
    from weekly.sources.github.client import API_URL, Client

    return Client(
        token=world.get("GITHUB_TOKEN"),
        api_url=world.get("GITHUB_API_URL") or API_URL,
        graphql_url=world.get("GITHUB_GRAPHQL_URL"),
        max_wait=max_wait,
        say=say,
        clock=world.clock,
    )


def _reader(client: Client) -> tuple[Read, Source]:
    from weekly.model import Source

    if client.token:
        from weekly.sources.github import graphql

        return lambda repos, span: graphql.read(client, repos, span), Source.GRAPHQL
    from weekly.sources.github import rest

    return lambda repos, span: rest.read(client, repos, span), Source.REST
