"""`weekly monday`: the unattended run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from weekly.cli.options import project_options
from weekly.pipeline.context import Context
from weekly.pipeline.monday import MondayOptions, run_monday


@click.command()
@click.option("--week", "week_text", metavar="WEEK", help="This week alone; default: every week whose turn it is.")
@click.option(
    "--mode",
    type=click.Choice(["configured", "direct", "review", "merged"]),
    default="configured",
    show_default=True,
    help="As weekly.toml has it, or otherwise; merged only publishes what was reviewed and merged: review/*.md.",
)
@click.option("--dry-run", is_flag=True, help="Gather and show; publish, commit, push and propose nothing.")
@click.option("--push", is_flag=True, help="Commit what was made and push it; a review needs this.")
@click.option(
    "--trees",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the branches for review are checked out, and stay; default: a folder that is removed in the end.",
)
@project_options
@click.pass_obj
def monday(context: Context, /, folder: Path | None, **values: Any) -> int:
    """Do the Monday's work: find the weeks that are due, and publish or propose each, the oldest first.

    Weeks begin with schedule.first_week, or with the last published record. As schedule.mode says, each is published
    at once, or proposed as a pull request, whose merging publishes it. In GitHub Actions it writes a step summary.
    Exits with 1 where a week was held back.
    """
    return run_monday(folder or context.folder, context, MondayOptions(**values))
