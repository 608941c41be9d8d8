"""Implement `weekly publish`."""

from __future__ import annotations

from typing import Any

import click

from weekly.cli.help import FORUM, GITHUB, HelpCommand
from weekly.cli.options import FOLDER, json_option, max_wait_option, project_options, week_option
from weekly.console import put, results_on_stderr
from weekly.files.decode import json_text
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.publish import PublishResult, publish_week
from weekly.publish.base import PublishOptions
from weekly.week import Week


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
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show what would change, and publish nothing. A public forum or a folder needs no key.",
)
@click.option("--early", is_flag=True, help="Publish before the week has ended. Later runs update the post.")
@click.option("--theirs", is_flag=True, help="If both changed the same lines, use the forum's.")
@click.option("--ours", is_flag=True, help="If both changed the same lines, use yours.")
@click.option("--trial", is_flag=True, help="Publish to the destination in [forum.trial], with a title that says so.")
@click.option("--topic", type=click.IntRange(min=1), metavar="ID", help="The week's topic, if it has no external id.")
@click.option("--to", type=FOLDER, help="Publish to this folder instead of the forum.")
@click.option(
    "--target",
    type=click.Choice(["forum", "discussions"]),
    help="Publish only there, if the post goes to several targets.",
)
@max_wait_option("the forum")
@json_option
@project_options
def publish(context: Context, project: Project, /, week_text: str, form: str, **values: Any) -> int:
    """Create or update the week's post at each of its targets, without overwriting edits.

    Records what it published in published/, or with --to in .published/ of that folder. Commit the records. If somebody
    edited the post on the forum, their changes and yours are merged.

    Exits with 1 and changes nothing if both changed the same lines, or if the post is incomplete.
    """
    options = PublishOptions(**values)
    if options.theirs and options.ours:
        raise click.UsageError("--theirs and --ours can't be combined")
    if options.to and (options.trial or options.topic or options.target):
        raise click.UsageError("--to can't be combined with --trial, --topic and --target")
    week = week_of(week_text, project, context)
    if form == "text":
        return publish_week(week, project, context, options).code
    with results_on_stderr():
        result = publish_week(week, project, context, options)
    put(json_text(_row(week, result, is_dry_run=options.dry_run)))
    return result.code


def _row(week: Week, result: PublishResult, *, is_dry_run: bool) -> dict[str, Any]:
    row = {"week": str(week), "code": result.code, "dry_run": is_dry_run, **_outcome(result, is_dry_run)}
    if result.targets:
        row["targets"] = [
            {"name": target.name, "code": target.code, **_outcome(target, is_dry_run)} for target in result.targets
        ]
    return row


def _outcome(result: PublishResult, is_dry_run: bool) -> dict[str, Any]:
    is_changed = any(not (target.code or target.is_unchanged) for target in result.targets or (result,))
    return {"changed": is_changed and not is_dry_run, "url": result.url, "reasons": list(result.reasons)}
