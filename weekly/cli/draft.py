"""Implement `weekly draft`."""

from __future__ import annotations

import click

from weekly.cli.help import GITHUB, HelpCommand
from weekly.cli.options import project_options, week_option
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.draft import draft_week
from weekly.pipeline.snapshot import snapshot_of
from weekly.pipeline.write import write_week


@click.command(
    cls=HelpCommand,
    examples=(
        "weekly draft",
        "weekly draft 2023-03-27",
        "weekly draft --rewrite '#11525'             ask the writer again about one",
    ),
    environment=GITHUB,
)
@week_option()
@click.option(
    "--rewrite",
    multiple=True,
    metavar="REF",
    help="Ask the writer again about a highlight, 'introduction' or 'all'. Repeatable.",
)
@project_options
def draft(context: Context, project: Project, week_text: str, rewrite: tuple[str, ...]) -> int:
    """Write weeks/<monday>.toml with suggestions for the editor.

    Suggestions are comments. A later run adds those of new pull requests, and changes no line that is there.
    A writer that weekly.toml names is asked about each highlight that it has not written yet.
    """
    week = week_of(week_text, project, context)
    snapshot = snapshot_of(week, project, context)
    write_week(snapshot, project, context, rewrite)
    draft_week(snapshot, project)
    return 0
