"""Implement `weekly publish`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from weekly.cli.help import FORUM, GITHUB, HelpCommand
from weekly.cli.options import max_wait_option, project_options, week_option
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.publish import PublishOptions, publish_week


@click.command(
    cls=HelpCommand,
    examples=(
        "weekly publish --dry-run           show what would change",
        "weekly publish 2023-03-27          publish or update a week's topic",
        "weekly publish --to posts          write a file instead",
        "weekly publish --trial             try it where readers don't see it",
    ),
    environment=(*FORUM, *GITHUB),
)
@week_option()
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing. Needs no key.")
@click.option("--early", is_flag=True, help="Publish before the week has ended. Later runs update the post.")
@click.option("--theirs", is_flag=True, help="If both changed the same lines, use the forum's.")
@click.option("--ours", is_flag=True, help="If both changed the same lines, use yours.")
@click.option("--trial", is_flag=True, help="Publish to the destination in [forum.trial], with a title that says so.")
@click.option("--topic", type=click.IntRange(min=1), metavar="ID", help="The week's topic, if it has no external id.")
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), help="Publish to this folder instead of the forum."
)
@max_wait_option("the forum")
@project_options
@click.pass_obj
def publish(context: Context, /, week_text: str, folder: Path | None, **values: Any) -> int:
    """Create or update the week's topic, without overwriting edits.

    Records what it published in published/, which you commit. If somebody edited the post on the forum, their changes
    and yours are merged.

    Exits with 1 and changes nothing if both changed the same lines, or if the post is incomplete.
    """
    options = PublishOptions(**values)
    if options.theirs and options.ours:
        raise click.UsageError("--theirs and --ours can't be combined")
    if options.to and (options.trial or options.topic):
        raise click.UsageError("--to can't be combined with --trial and --topic")
    project = Project.at(folder or context.folder)
    return publish_week(week_of(week_text, project, context), project, context, options).code
