"""`weekly render`: the post of a week."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from weekly.cli.world import Site, World, put, say, site_options, week_of, week_option

if TYPE_CHECKING:
    from weekly.model import Snapshot


@click.command()
@week_option
@click.option("--since", metavar="WEEK", help="With --until and -o DIR: every archived week from this one on.")
@click.option("--until", metavar="WEEK", help="The last of the weeks from --since on.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file, or with --since a folder; else stdout.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html", "json"]),
    default="md",
    show_default=True,
    help="Markdown as the forum takes it, HTML, or the post's records.",
)
@site_options
@click.pass_obj
def render(
    world: World,
    week_text: str,
    since: str | None,
    until: str | None,
    output: Path | None,
    form: str,
    folder: Path | None,
) -> int:
    """Print the post of a week.

    From the archive where the week is there; else GitHub is asked first. Exits with 1 where the post has a gap,
    after printing it, gap and all.
    """
    site = Site.at(folder or world.folder)
    if since is None and until is None:
        return _one(week_text, site, world, output, form)
    if since is None or until is None or output is None:
        raise click.UsageError("--since, --until and -o DIR go together")
    return _many(since, until, site, world, output, form)


def _one(week_text: str, site: Site, world: World, output: Path | None, form: str) -> int:
    from weekly.cli.stages import snapshot_of

    text, code = _text(snapshot_of(week_of(week_text, site, world), site, world), site, form)
    if output is None or str(output) == "-":
        put(text)
    else:
        _write(output, text)
    return code


def _many(since: str, until: str, site: Site, world: World, output: Path, form: str) -> int:
    from weekly import archive
    from weekly.titles.english import numbered

    code, weeks = 0, 0
    week, last = week_of(since, site, world), week_of(until, site, world)
    if last < week:
        raise click.UsageError(f"--until {last} is before --since {week}")
    while week <= last:
        snapshot = archive.load(site.root, week)
        if snapshot is None:
            say(f"the week of {week} is not archived; gather it: weekly gather --week {week}")
            code = 1
        else:
            text, found = _text(snapshot, site, form)
            _write(output / f"{week}.{form}", text)
            code, weeks = max(code, found), weeks + 1
        week = week.shifted(1)
    say(f"{numbered(weeks, 'post')} in {output}")
    return code


def _text(snapshot: Snapshot, site: Site, form: str) -> tuple[str, int]:
    """The post in the form asked for, and the exit code; its problems are said on stderr."""
    from weekly import render as rendering
    from weekly.cli.stages import post_of, say_problems

    post = post_of(snapshot, site)
    code = say_problems(post)
    if form == "json":
        text = rendering.to_json(post)
    else:
        made = rendering.to_html if form == "html" else rendering.to_markdown
        text = made(post, site.templates)
    return text, code


def _write(path: Path, text: str) -> None:
    from weekly import atomic

    atomic.write(path, text, lasts=False)
