"""Implement `weekly learn`."""

from __future__ import annotations

import click

from weekly.cli.help import HelpCommand
from weekly.cli.options import project_options
from weekly.pipeline.context import Context, Project
from weekly.pipeline.learn import learn_project


@click.command(cls=HelpCommand, examples=("weekly learn",))
@project_options
def learn(_: Context, project: Project) -> int:
    """Learn kinds from the project's own past, and write learned.tsv.

    Reads the archived weeks: labels, changelog entries and release notes, and what editors changed in weeks/*.toml. What
    is learned is tested on newer pull requests, and not written if it makes their verdicts worse. Commit the file:
    from then on all commands use it.
    """
    learn_project(project)
    return 0
