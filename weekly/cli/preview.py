"""`weekly preview`: the post as it would stand on the forum, as a page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weekly.cli.world import Site, World, put, say, site_options, week_of, week_option
from weekly.whereabouts import shown

if TYPE_CHECKING:
    from weekly.config import KindRules
    from weekly.model import Post
    from weekly.preview import Topic
    from weekly.rhythm import Count, Rhythm
    from weekly.week import Week

_WATCHED = ("weekly.toml", "weeks", "templates", "archive")


@click.command()
@week_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A file, or - for stdout; else preview/<monday>.html."
)
@click.option(
    "--serve", "is_served", is_flag=True, help="Serve the page on 127.0.0.1, anew after each change of a file."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8292, show_default=True, help="With --serve; 0 takes any."
)
@site_options
@click.pass_obj
def preview(world: World, week_text: str, output: Path | None, is_served: bool, port: int, folder: Path | None) -> int:
    """Write a page that looks like the topic on the forum, with the reason of each bullet beside it.

    The page stands by itself: it has no script and asks for nothing. Exits with 1 where the post has a gap, after
    writing it.
    """
    from weekly import atomic
    from weekly.cli.stages import post_of, snapshot_of

    folder = folder or world.folder
    site = Site.at(folder)
    week = week_of(week_text, site, world)
    snapshot = snapshot_of(week, site, world)
    if is_served:
        if output is not None:
            raise click.UsageError("--serve and -o don't go together: one shows, the other writes")
        return _serve(folder, week, port)
    post = post_of(snapshot, site)
    page = _page(post, site)
    if str(output) == "-":
        put(page)
    else:
        path = output or site.root / "preview" / f"{week}.html"
        atomic.write(path, page)
        say(f"wrote {shown(path)}")
    return _code(post)


def _page(post: Post, site: Site, version: str = "") -> str:
    from weekly import preview as previewing
    from weekly import render
    from weekly.cli.stages import findings_of

    return previewing.preview(
        post,
        _topic(site),
        findings=findings_of(post, render.to_markdown(post, site.templates), site),
        rhythm=_rhythm(site, post.week),
        overrides=site.templates,
        version=version,
    )


def _code(post: Post) -> int:
    from weekly.model import Severity

    return int(any(problem.severity is Severity.BLOCKS for problem in post.problems))


def _topic(site: Site) -> Topic:
    from urllib.parse import urlsplit

    from weekly.preview import Topic

    forum, name = site.config.forum, site.config.project.name
    if forum is None:
        return Topic(author=name)
    return Topic(author=name, forum=urlsplit(forum.url).hostname or "", category=str(forum.category), tags=forum.tags)


def _rhythm(site: Site, shown: Week) -> Rhythm | None:
    """The picture of the archived weeks; one that can't be read, or has a gap, is a gap in it."""
    from weekly import archive, rhythm
    from weekly.errors import ArchiveError

    counts = []
    for week in _archived(site, shown):
        try:
            status = archive.path_of(site.root, week).stat()
            count = _count(site.root, week, (status.st_mtime_ns, status.st_size), site.config.kinds)
        except (ArchiveError, OSError) as error:
            say(f"note: {error}")
            continue
        if count is not None:
            counts.append(count)
    return rhythm.picture(counts, shown)


@cache
def _count(root: Path, week: Week, _stamp: tuple[int, int], kinds: KindRules) -> Count | None:
    """What a week's file holds, by kind: judged once a change, since --serve asks for it at each reload."""
    from collections import Counter

    from weekly import archive
    from weekly.classify import classify
    from weekly.rhythm import Count

    snapshot = archive.load(root, week)
    if snapshot is None or snapshot.blocking:
        return None
    return Count(week=week, by_kind=Counter(classify(pull, kinds).kind for pull in snapshot.pulls))


def _archived(site: Site, shown: Week) -> Iterator[Week]:
    """The archived weeks that the picture has room for."""
    from weekly import archive, rhythm
    from weekly.errors import ArchiveError

    first = shown.shifted(1 - rhythm.MOST)
    for monday in archive.mondays(site.root):
        try:
            week = archive.week_named(site.root, monday, shown.zone)
        except ArchiveError as error:
            say(f"note: {error}")
            continue
        if first <= week <= shown:
            yield week


def _serve(folder: Path, week: Week, port: int) -> int:
    """Serve the page until Ctrl-C. What is wrong with a file is said on the page, which waits for its mending."""
    from weekly.cli.stages import post_of
    from weekly.errors import ArchiveError, WeeklyError
    from weekly.preview import trouble
    from weekly.serve import Server

    root = Site.at(folder).root

    def page() -> str:
        version = _version(root)  # taken first, so that a change made meanwhile is seen
        try:
            from weekly import archive

            site = Site.at(folder)
            snapshot = archive.load(site.root, week)
            if snapshot is None:
                raise ArchiveError(f"archive/{week}.json: gone; gather it: weekly gather --week {week}")
            return _page(post_of(snapshot, site), site, version)
        except WeeklyError as error:
            return trouble(str(error), version)

    with Server(port, page=page, version=lambda: _version(root)) as server:
        say(f"serving the week of {week} at {server.url} until Ctrl-C")
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            say("stopped")
    return 0


def _version(root: Path) -> str:
    """What changes with each change of a file that the page is made of."""
    import hashlib

    state = hashlib.sha256()
    for name in _WATCHED:
        for path in sorted((root / name, *(root / name).rglob("*"))):
            if "__pycache__" in path.parts:
                continue  # our own templates, compiled
            try:
                status = path.stat()
            except OSError:
                continue  # gone while we looked: the next look sees another state
            state.update(f"{path} {status.st_mtime_ns} {status.st_size}\n".encode())
    return state.hexdigest()[:16]
