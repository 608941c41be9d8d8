"""Implement `weekly monday`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from weekly.cli.help import FORUM, GITHUB, HelpCommand
from weekly.cli.options import FOLDER, folder_options, week_option
from weekly.pipeline.context import Context
from weekly.pipeline.monday import MondayOptions, run_monday


@click.command(
    cls=HelpCommand,
    examples=(
        "weekly monday --dry-run            show which weeks are due, and what would happen",
        "weekly monday --mode direct        publish them",
    ),
    environment=(*FORUM, *GITHUB, "GITHUB_REPOSITORY"),
)
@week_option(None, text="Only this week. Default: every week that is due.")
@click.option(
    "--mode",
    type=click.Choice(["configured", "direct", "review", "merged"]),
    default="configured",
    show_default=True,
    help="How to publish. 'merged' publishes only reviewed weeks, whose review/*.md was merged.",
)
@click.option(
    "--dry-run", is_flag=True, help="Gather and show the result, but publish, commit, push and propose nothing."
)
@click.option("--push", is_flag=True, help="Commit and push the results. Reviews need this.")
@click.option("--trees", type=FOLDER, help="The folder for checking out review branches. Default: a temporary one.")
@click.option(
    "--only",
    type=click.Choice(["publish", "prepare", "propose", "check"]),
    help="Only this part: publish, prepare what is to be reviewed, propose what was prepared, or check what is proposed.",
)
@click.option(
    "--proposals",
    type=FOLDER,
    help="The folder of prepared weeks, for --only prepare and --only propose. For --only check, where it writes the posts.",
)
@folder_options
def monday(context: Context, /, folder: Path | None, **values: Any) -> int:
    """Publish or propose every week that is due, the oldest first.

    Weeks are due from schedule.first_week on, or after the last published one. Depending on schedule.mode, each is
    published at once or proposed as a pull request, whose merge publishes it. In GitHub Actions it also writes a step
    summary.

    Exits with 1 if a week can't be published.
    """
    return run_monday(folder or context.folder, context, MondayOptions(**values))
