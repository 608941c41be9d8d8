"""`weekly publish`: the post of a week to the forum, or into a folder, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from weekly.cli.options import max_wait_option, project_options, week_option
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.publish import PublishOptions, publish_week


@click.command()
@week_option
@click.option("--dry-run", is_flag=True, help="Show what would change there, and change nothing; needs no key.")
@click.option("--early", is_flag=True, help="Also before the week has ended; later runs bring the post up to date.")
@click.option("--theirs", is_flag=True, help="Where both changed the same: keep what stands on the forum.")
@click.option("--ours", is_flag=True, help="Where both changed the same: replace what stands on the forum.")
@click.option("--trial", is_flag=True, help="To the place that [forum.trial] names, under a title that says so.")
@click.option(
    "--topic", type=click.IntRange(min=1), metavar="ID", help="The week's topic, where it has no external id."
)
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Into this folder instead of the forum.")
@max_wait_option("the forum")
@project_options
@click.pass_obj
def publish(context: Context, /, week_text: str, folder: Path | None, **values: Any) -> int:
    """Create the week's topic, bring it up to date, or leave it alone: once, and never over somebody's words.

    What was published is kept in published/; commit it. Where somebody edited the post on the forum, their changes
    and ours are merged. Exits with 1, and changes nothing, where both changed the same lines, or the post isn't whole.
    """
    options = PublishOptions(**values)
    if options.theirs and options.ours:
        raise click.UsageError("--theirs and --ours exclude each other")
    if options.to and (options.trial or options.topic):
        raise click.UsageError("--to goes without --trial and --topic, which are the forum's")
    project = Project.at(folder or context.folder)
    return publish_week(week_of(week_text, project, context), project, context, options).code
