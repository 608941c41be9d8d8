"""Asking GitHub for weeks, and keeping the answer: what `gather` does and `render` does where it must."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from weekly.cli.world import Site, World, say

if TYPE_CHECKING:
    from weekly.gather import Read
    from weekly.model import Snapshot, Source
    from weekly.sources.github.client import Client
    from weekly.week import Week

DEFAULT_MAX_WAIT = 300.0
"""Seconds that a person may be made to wait by GitHub's limits."""


def gather_weeks(weeks: Sequence[Week], site: Site, world: World, *, max_wait: float = DEFAULT_MAX_WAIT) -> int:
    """Ask GitHub for weeks, by GraphQL with a token, by REST without; 1 where one of them has a gap.

    Each is archived as soon as it is there, so that an interrupted run loses nothing and the next goes on from it.
    """
    from weekly.gather import batches, gather

    client = _client(world, max_wait=max_wait)
    read, source = _reader(client)
    repos = [str(repository.repo) for repository in site.config.repositories]

    def gather_and_keep(batch: tuple[Week, ...]) -> int:
        snapshots = gather(read, repos, batch, source=source, now=world.now)
        return max(_keep(snapshot, site) for snapshot in snapshots)

    return max(client.side_by_side(gather_and_keep, batches(weeks)))


def _keep(snapshot: Snapshot, site: Site) -> int:
    """Archive a week and say what came; 1 where it has a gap. A whole week is never replaced by one with a gap."""
    from weekly import archive
    from weekly.gather import changes

    path = archive.path_of(site.root, snapshot.week)
    old = _readable(snapshot.week, site)
    for problem in snapshot.problems:
        say(str(problem))
    if old is not None and not old.blocking and snapshot.blocking:
        say(f"{path.name}: left as it was, since it has the week whole")
        return 1
    if old is not None:
        for line in changes(old, snapshot):
            say(line)
    archive.save(site.root, snapshot)
    state = "provisional, since the week has not ended" if snapshot.is_provisional else "complete"
    state = "NOT complete" if snapshot.blocking else state
    say(f"{path.name}: {len(snapshot.pulls)} pull requests in {len(snapshot.repos)} repositories, {state}")
    return int(bool(snapshot.blocking))


def _readable(week: Week, site: Site) -> Snapshot | None:
    """What the archive has of a week that was just asked for again; a file that can't be read is replaced."""
    from weekly import archive
    from weekly.errors import ArchiveError

    try:
        return archive.load(site.root, week)
    except ArchiveError as error:
        say(f"replacing {error}")
        return None


def is_stale(snapshot: Snapshot, world: World) -> bool:
    """Whether asking again would tell more: the week has a gap, or had not ended when it was gathered and now has."""
    return bool(snapshot.blocking) or (snapshot.is_provisional and world.now >= snapshot.week.end)


def _client(world: World, *, max_wait: float) -> Client:
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
