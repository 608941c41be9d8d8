"""`weekly draft`: the editor's file for a week, with every suggestion in it."""

from __future__ import annotations

from pathlib import Path

import click

from weekly.cli.options import project_options, week_option
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.draft import draft_week
from weekly.pipeline.snapshot import snapshot_of


@click.command()
@week_option
@project_options
@click.pass_obj
def draft(context: Context, week_text: str, folder: Path | None) -> int:
    """Write weeks/<monday>.toml: what can be said about a week, with suggestions as comments.

    Run again, it brings in what is new, renews the suggestions that nobody touched and takes out those whose pull
    request is gone. Not a byte of the editor's is changed, comments included.
    """
    project = Project.at(folder or context.folder)
    week = week_of(week_text, project, context)
    draft_week(snapshot_of(week, project, context), project)
    return 0
