"""Implement `weekly draft`."""

from __future__ import annotations

from pathlib import Path

import click

from weekly.cli.help import GITHUB, HelpCommand
from weekly.cli.options import project_options, week_option
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.draft import draft_week
from weekly.pipeline.snapshot import snapshot_of


@click.command(
    cls=HelpCommand,
    examples=("weekly draft", "weekly draft 2023-03-27"),
    environment=GITHUB,
)
@week_option()
@project_options
@click.pass_obj
def draft(context: Context, week_text: str, folder: Path | None) -> int:
    """Write weeks/<monday>.toml with suggestions for the editor.

    Suggestions are comments. A later run adds those of new pull requests, and changes no line that is there.
    """
    project = Project.at(folder or context.folder)
    week = week_of(week_text, project, context)
    draft_week(snapshot_of(week, project, context), project)
    return 0
