"""Implement `weekly gather`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from weekly import archive
from weekly.cli.help import GITHUB, HelpCommand
from weekly.cli.options import FOLDER, max_wait_option, project_options, week_option, weeks_between
from weekly.console import say
from weekly.pipeline.context import Context, Project, report_clocks, week_of
from weekly.pipeline.gather import gather_weeks, retry_failed_sources
from weekly.pipeline.snapshot import GatherOptions, is_stale
from weekly.week import Week


@click.command(
    cls=HelpCommand,
    examples=(
        "weekly gather                                        the last week",
        "weekly gather --since 2023-01-02 --until 2023-03-27  many weeks",
        "weekly gather 2023-03-27 --refresh                   a week again, with a report of changes",
    ),
    environment=GITHUB,
)
@week_option()
@click.option("--since", metavar="WEEK", help="Gather every week from this one on that isn't complete in the archive.")
@click.option("--until", metavar="WEEK", help="The last of these weeks. Default: the last complete week.")
@click.option("--refresh", is_flag=True, help="Gather archived weeks again and report changes.")
@max_wait_option("GitHub")
@click.option(
    "--clones",
    type=FOLDER,
    metavar="DIR",
    help="Read local clones instead of GitHub: DIR/owner/name, DIR/owner+name or DIR/name, also with .git.",
)
@project_options
def gather(
    context: Context,
    project: Project,
    week_text: str,
    since: str | None,
    until: str | None,
    refresh: bool,
    max_wait: float,
    clones: Path | None,
) -> int:
    """Read merged pull requests and other sources into archive/.

    With GITHUB_TOKEN or GH_TOKEN, one GraphQL request reads all repositories. Without a token, REST needs two requests
    for each repository, and returns no paths or commits. Repositories with a clone in weekly.toml are read from there,
    and with --clones all are.

    Exits with 1 if a repository couldn't be read completely.
    """
    if since is None:
        if until is not None:
            raise click.UsageError("--until goes with --since")
        weeks = [week_of(week_text, project, context)]
    else:
        weeks = weeks_between(week_of(since, project, context), week_of(until or "last", project, context))
    return _gather(weeks, project, context, refresh=refresh, options=GatherOptions(max_wait=max_wait, clones=clones))


def _gather(weeks: Sequence[Week], project: Project, context: Context, *, refresh: bool, options: GatherOptions) -> int:
    """Gather the weeks that the archive lacks, or all of them with `refresh`."""
    todo = []
    for week in weeks:
        snapshot = None if refresh else archive.load(project.root, week)
        if snapshot is None or is_stale(snapshot, context):
            todo.append(week)
        elif len(weeks) == 1:
            retry_failed_sources(week, project, context, options)
            say(f"{archive.path_of(project.root, week).name}: already has the week; --refresh gathers it again")
    if not todo:
        return 0
    code = gather_weeks(todo, project, context, options).code
    report_clocks(context, *todo)
    return code
