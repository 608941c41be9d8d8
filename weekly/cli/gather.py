"""`weekly gather`: what was merged in a week, from GitHub into the archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weekly.cli.world import Site, World, say, site_options, week_of, week_option

if TYPE_CHECKING:
    from weekly.model import Snapshot
    from weekly.sources.github.client import Client
    from weekly.week import Week

DEFAULT_MAX_WAIT = 300.0


@click.command()
@week_option
@click.option("--since", metavar="WEEK", help="Every week from this one on that the archive doesn't have whole.")
@click.option("--until", metavar="WEEK", help="The last of the weeks from --since on; default: the last whole week.")
@click.option("--refresh", is_flag=True, help="Ask again for what the archive has, and tell what changed.")
@click.option(
    "--max-wait",
    type=click.FloatRange(min=0),
    default=DEFAULT_MAX_WAIT,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait in all where GitHub asks for it.",
)
@site_options
@click.pass_obj
def gather(
    world: World,
    week_text: str,
    since: str | None,
    until: str | None,
    refresh: bool,
    max_wait: float,
    folder: Path | None,
) -> int:
    """Ask GitHub what was merged in a week, and keep it in archive/.

    With GITHUB_TOKEN in the environment: GraphQL, one request for all repositories, all evidence. Without: REST
    search, one request a repository, without paths and commits. Exits with 1 where the week is not complete.
    """
    site = Site.at(folder or world.folder)
    if since is None:
        if until is not None:
            raise click.UsageError("--until goes with --since")
        weeks = [week_of(week_text, site, world)]
    else:
        weeks = _weeks(week_of(since, site, world), week_of(until or "last", site, world))
    return _gather(weeks, site, world, refresh=refresh, max_wait=max_wait)


def gather_week(week: Week, site: Site, world: World) -> Snapshot:
    """One week from GitHub, kept in the archive unless what stands there is better."""
    from weekly import archive

    client, found = _asked([week], site, world, max_wait=DEFAULT_MAX_WAIT)
    snapshot = found[0]
    _keep(snapshot, site, client)
    return archive.load(site.root, week) or snapshot


def _weeks(first: Week, last: Week) -> list[Week]:
    if last < first:
        raise click.UsageError(f"--until {last} is before --since {first}")
    return [first.shifted(n) for n in range(last.weeks_since(first) + 1)]


def _gather(weeks: Sequence[Week], site: Site, world: World, *, refresh: bool, max_wait: float) -> int:
    from weekly import archive
    from weekly.cli.stages import is_stale

    todo = []
    for week in weeks:
        found = archive.load(site.root, week)
        if found is not None and not refresh and not is_stale(found, world):
            if len(weeks) == 1:
                say(f"{archive.path_of(site.root, week).name}: has the week already; --refresh asks again")
            continue
        todo.append(week)
    if not todo:
        return 0
    client, snapshots = _asked(todo, site, world, max_wait=max_wait)
    return max(_keep(snapshot, site, client) for snapshot in snapshots)


def _asked(weeks: Sequence[Week], site: Site, world: World, *, max_wait: float) -> tuple[Client, list[Snapshot]]:
    from weekly.gather import batches
    from weekly.gather import gather as gathered
    from weekly.model import Source
    from weekly.sources.github.client import API_URL, Client

    client = Client(
        token=world.get("GITHUB_TOKEN"),
        api_url=world.get("GITHUB_API_URL") or API_URL,
        graphql_url=world.get("GITHUB_GRAPHQL_URL"),
        max_wait=max_wait,
        say=say,
    )
    if client.token:
        from weekly.sources.github import graphql as source

        kind = Source.GRAPHQL
    else:
        from weekly.sources.github import rest as source  # type: ignore[no-redef]  # the other of two modules

        kind = Source.REST
    repos = [str(repository.repo) for repository in site.config.repositories]

    def ask(batch: tuple[Week, ...]) -> tuple[Snapshot, ...]:
        def read(repos: Sequence[str], span):
            return source.read(client, repos, span)

        return gathered(read, repos, batch, source=kind, now=world.now)

    groups = client.side_by_side(ask, batches(weeks))
    return client, [snapshot for group in groups for snapshot in group]


def _keep(snapshot: Snapshot, site: Site, client: Client) -> int:
    """Archive a week and say what came; 1 where it has a gap. A whole week is never replaced by one with a gap."""
    from weekly import archive
    from weekly.gather import changes

    path = archive.path_of(site.root, snapshot.week)
    old = archive.load(site.root, snapshot.week)
    for problem in snapshot.problems:
        say(str(problem))
    if old is not None and not old.blocking and snapshot.blocking:
        say(f"{path.name}: left as it was, since it has the week whole")
        return 1
    if old is not None:
        for line in changes(old, snapshot):
            say(line)
    archive.save(site.root, snapshot)
    state = "provisional, the week has not ended" if snapshot.is_provisional else "complete"
    state = "NOT complete" if snapshot.blocking else state
    say(f"{path.name}: {len(snapshot.pulls)} pull requests in {len(snapshot.repos)} repositories, {state}")
    return int(bool(snapshot.blocking))
