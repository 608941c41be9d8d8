"""`weekly render`: the post of a week."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from weekly.cli.world import Site, World, put, say, site_options, week_of, week_option

if TYPE_CHECKING:
    from weekly.model import Post
    from weekly.week import Week


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
    from weekly.cli.stages import post_of, say_troubles, snapshot_of

    post = post_of(snapshot_of(week_of(week_text, site, world), site, world), site)
    code = say_troubles(post)
    text = _text(post, site, form)
    if output is None or str(output) == "-":
        put(text)
    else:
        _write(output, text)
    return code


def _many(since: str, until: str, site: Site, world: World, output: Path, form: str) -> int:
    from functools import partial

    from weekly.cli.progress import progress
    from weekly.spread import spread
    from weekly.titles.english import numbered

    first, last = week_of(since, site, world), week_of(until, site, world)
    if last < first:
        raise click.UsageError(f"--until {last} is before --since {first}")
    code, posts = 0, 0
    weeks = [first.shifted(place) for place in range(last.weeks_since(first) + 1)]
    with progress("rendering", len(weeks), waits=False) as step:
        for made in spread(partial(_made, site=site, output=output, form=form), weeks):
            for line in made.said:
                say(line)
            code, posts = max(code, made.code), posts + made.is_written
            step()
    say(f"{numbered(posts, 'post')} in {output}")
    return code


class _Made(NamedTuple):
    """What came of one of many weeks."""

    said: tuple[str, ...]
    code: int
    is_written: bool


def _made(week: Week, site: Site, output: Path, form: str) -> _Made:
    from weekly import archive
    from weekly.cli.stages import post_of, troubles_of

    snapshot = archive.load(site.root, week)
    if snapshot is None:
        return _Made((f"the week of {week} is not archived; gather it: weekly gather --week {week}",), 1, False)
    post = post_of(snapshot, site)
    _write(output / f"{week}.{form}", _text(post, site, form))
    return _Made(*troubles_of(post), is_written=True)


def _text(post: Post, site: Site, form: str) -> str:
    """The post in the form asked for."""
    from weekly import render as rendering

    if form == "json":
        return rendering.to_json(post)
    made = rendering.to_html if form == "html" else rendering.to_markdown
    return made(post, site.templates)


def _write(path: Path, text: str) -> None:
    from weekly import atomic

    atomic.write(path, text, lasts=False)
