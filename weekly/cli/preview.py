"""Implement `weekly preview`."""

from __future__ import annotations

from pathlib import Path

import click

from weekly.cli.help import GITHUB, HelpCommand
from weekly.cli.options import PATH, project_options, week_option
from weekly.console import put, say
from weekly.files import atomic
from weekly.files.paths import shown
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.post import gap_code, rendered_post
from weekly.pipeline.preview import page_of, serve_week
from weekly.pipeline.snapshot import snapshot_of


@click.command(
    cls=HelpCommand,
    examples=("weekly preview", "weekly preview 2023-03-27 --serve"),
    environment=GITHUB,
)
@week_option()
@click.option("-o", "--output", type=PATH, help="The file, or - for stdout. Default: preview/<monday>.html.")
@click.option("--serve", "is_served", is_flag=True, help="Serve the page on 127.0.0.1 and reload it when files change.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8292,
    show_default=True,
    help="The port for --serve. 0 takes a free one.",
)
@project_options
def preview(context: Context, project: Project, week_text: str, output: Path | None, is_served: bool, port: int) -> int:
    """Write the post as an HTML page that looks like the forum.

    Each bullet has its explanation next to it. The page needs no network.

    Exits with 1 if a repository couldn't be read completely, after writing the page.
    """
    if is_served and output is not None:
        raise click.UsageError("--serve and -o can't be combined")
    week = week_of(week_text, project, context)
    snapshot = snapshot_of(week, project, context)
    if is_served:
        return serve_week(project.root, week, port)
    rendered = rendered_post(snapshot, project)
    page = page_of(rendered, project)
    if str(output) == "-":
        put(page)
    else:
        path = output or project.root / "preview" / f"{week}.html"
        atomic.write(path, page)
        say(f"wrote {shown(path)}")
    return gap_code(rendered.post)
