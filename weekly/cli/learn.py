"""Implement `weekly learn`."""

from __future__ import annotations

import click

from weekly.cli.help import HelpCommand
from weekly.cli.options import project_options
from weekly.pipeline.context import Context, Project
from weekly.pipeline.learn import learn_project


@click.command(cls=HelpCommand, examples=("weekly learn",))
@project_options
def learn(context: Context, project: Project) -> int:
    """Learn kinds from the project's own past, and write learned.tsv.

    Reads the archived weeks: labels, changelog entries and release notes, and what editors changed in weeks/*.toml. What
    is learned is tested on newer pull requests, and written only if it makes their verdicts better. Commit the file:
    from then on all commands use it.

    About 300 pull requests are enough. To gather older weeks first, run: weekly gather --since 2022-10-03

    Also proposes settings for what editors changed more than once.
    """
    learn_project(project, context)
    return 0
