"""`weekly gather`: what was merged in a week, from GitHub into the archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weekly.cli.asking import Asked, gather_weeks, is_stale
from weekly.cli.world import Site, World, max_wait_option, say, say_time, site_options, week_of, week_option

if TYPE_CHECKING:
    from weekly.week import Week


@click.command()
@week_option
@click.option("--since", metavar="WEEK", help="Every week from this one on that the archive doesn't have whole.")
@click.option("--until", metavar="WEEK", help="The last of the weeks from --since on; default: the last whole week.")
@click.option("--refresh", is_flag=True, help="Ask again for what the archive has, and tell what changed.")
@max_wait_option("GitHub")
@click.option(
    "--clones",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Read local clones instead: DIR/owner/name, DIR/owner+name or DIR/name, also with .git. No network.",
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
    clones: Path | None,
    folder: Path | None,
) -> int:
    """Ask GitHub what was merged in a week, and keep it in archive/.

    With GITHUB_TOKEN in the environment: GraphQL, one request for all repositories, all evidence. Without: REST
    search, one request a repository, without paths and commits. A repository with a clone in weekly.toml is read
    from it, as all are with --clones. Exits with 1 where the week is not complete.
    """
    site = Site.at(folder or world.folder)
    if since is None:
        if until is not None:
            raise click.UsageError("--until goes with --since")
        weeks = [week_of(week_text, site, world)]
    else:
        weeks = _weeks(week_of(since, site, world), week_of(until or "last", site, world))
    return _gather(weeks, site, world, refresh=refresh, asked=Asked(max_wait=max_wait, clones=clones))


def _weeks(first: Week, last: Week) -> list[Week]:
    if last < first:
        raise click.UsageError(f"--until {last} is before --since {first}")
    return [first.shifted(n) for n in range(last.weeks_since(first) + 1)]


def _gather(weeks: Sequence[Week], site: Site, world: World, *, refresh: bool, asked: Asked) -> int:
    from weekly import archive

    todo = []
    for week in weeks:
        found = None if refresh else archive.load(site.root, week)
        if found is None or is_stale(found, world):
            todo.append(week)
        elif len(weeks) == 1:
            say(f"{archive.path_of(site.root, week).name}: has the week already; --refresh asks again")
    if not todo:
        return 0
    code = gather_weeks(todo, site, world, asked)
    say_time(world, *todo)
    return code
