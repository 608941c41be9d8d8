"""Implement `weekly draft`, `weekly edit` and `weekly learn`."""

from __future__ import annotations

import click

from weekly.cli.help import GITHUB, HelpCommand
from weekly.cli.options import project_options, week_option
from weekly.pipeline.ask_writer import write_week
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.draft import draft_week
from weekly.pipeline.edit import edit_week
from weekly.pipeline.learn import learn_project
from weekly.pipeline.snapshot import snapshot_of


@click.command(
    cls=HelpCommand,
    examples=(
        "weekly draft",
        "weekly draft 2023-03-27",
        "weekly draft --rewrite '#11525'             ask the writer again about one",
    ),
    environment=(*GITHUB, "WRITER_KEY"),
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


@click.command(cls=HelpCommand, examples=("weekly edit", "weekly edit 2023-03-27 --no-open"), environment=GITHUB)
@week_option()
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="PORT", help="The port. Default: a free one.")
@click.option("--no-open", is_flag=True, help="Print the address only, and don't open a browser.")
@project_options
def edit(context: Context, project: Project, week_text: str, port: int, no_open: bool) -> int:
    """Edit the post of a week in your browser.

    Gathers the week first unless the archive has it. The page looks like the forum. What you change is saved to
    weeks/<monday>.toml at once, and the page changes nothing else. It is served on 127.0.0.1 only, at an address that
    nobody can guess.
    """
    week = week_of(week_text, project, context)
    snapshot_of(week, project, context)
    edit_week(project.root, week, port, is_opened=not no_open)
    return 0


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
