"""Implement `weekly edit`."""

from __future__ import annotations

import click

from weekly.cli.help import GITHUB, HelpCommand
from weekly.cli.options import project_options, week_option
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.edit import edit_week
from weekly.pipeline.snapshot import snapshot_of


@click.command(cls=HelpCommand, examples=("weekly edit", "weekly edit 2023-03-27 --no-open"), environment=GITHUB)
@week_option()
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="PORT", help="The port. Default: a free one.")
@click.option("--no-open", is_flag=True, help="Print the address only, and don't open a browser.")
@project_options
def edit(context: Context, project: Project, week_text: str, port: int, no_open: bool) -> int:
    """Edit the post of a week in your browser.

    The page looks like the forum. What you change is saved to weeks/<monday>.toml at once, and nothing else is written.
    The page is served on 127.0.0.1 only, at an address that nobody can guess.
    """
    week = week_of(week_text, project, context)
    snapshot_of(week, project, context)
    edit_week(project.root, week, port, is_opened=not no_open)
    return 0
