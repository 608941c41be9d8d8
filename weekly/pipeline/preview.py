"""Build the preview page of a week, and serve it while files change."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from weekly import archive
from weekly.classify.rules import classify
from weekly.config.rules import KindRules
from weekly.console import say
from weekly.errors import ArchiveError, WeeklyError
from weekly.pipeline.check import findings_of
from weekly.pipeline.context import Project
from weekly.pipeline.learn import weights_of
from weekly.pipeline.post import RenderedPost, rendered_post
from weekly.preview.page import Topic, error_page, preview
from weekly.preview.server import Answer, Server
from weekly.preview.trend import MOST, Count, Trend, trend_of
from weekly.week import Week

_WATCHED = ("weekly.toml", "weeks", "templates", "archive")


def page_of(rendered: RenderedPost, project: Project, version: str = "") -> str:
    """Return the page of a post. With a version, it reloads itself when the server has another one."""
    post, text = rendered
    return preview(
        post,
        topic_of(project),
        findings=findings_of(post, text, project),
        trend=_trend(project, post.week),
        overrides=project.templates,
        version=version,
    )


def topic_of(project: Project) -> Topic:
    """Return the author, forum, category and tags of the post."""
    forum, name = project.config.forum, project.config.project.name
    if forum is None:
        return Topic(author=name)
    return Topic(author=name, forum=urlsplit(forum.url).hostname or "", category=str(forum.category), tags=forum.tags)


def _trend(project: Project, shown: Week) -> Trend | None:
    """Return the chart of the archived weeks. A week that is unreadable or has a gap is a gap in it."""
    counts = []
    for week in _archived(project, shown):
        try:
            status = archive.path_of(project.root, week).stat()
            count = _count(project.root, week, (status.st_mtime_ns, status.st_size), project.config.kinds)
        except (ArchiveError, OSError) as error:
            say(f"note: {error}")
            continue
        if count is not None:
            counts.append(count)
    return trend_of(counts, shown)


@cache
def _count(root: Path, week: Week, _stamp: tuple[int, int], kinds: KindRules) -> Count | None:
    """Count a week's pull requests by kind, once for each state of its file, since --serve asks at each reload."""
    snapshot = archive.load(root, week)
    if snapshot is None or snapshot.blocking:
        return None
    weights = weights_of(root)
    return Count(week=week, by_kind=Counter(classify(pull, kinds, weights).kind for pull in snapshot.pulls))


def _archived(project: Project, shown: Week) -> Iterator[Week]:
    """Yield the archived weeks that the chart has room for."""
    first = shown.shifted(1 - MOST)
    for monday in archive.mondays(project.root):
        try:
            week = archive.week_named(project.root, monday, shown.zone)
        except ArchiveError as error:
            say(f"note: {error}")
            continue
        if first <= week <= shown:
            yield week


def serve_week(root: Path, week: Week, port: int) -> int:
    """Serve the page until Ctrl-C. The page shows what is wrong with a file, and waits until it is corrected."""

    def page() -> str:
        version = version_of(root)  # taken first, so that a change made meanwhile is seen
        try:
            project = Project.at(root)
            snapshot = archive.load_existing(project.root, week)
            return page_of(rendered_post(snapshot, project), project, version)
        except WeeklyError as error:
            return error_page(str(error), version)

    routes = {"GET ": lambda _: Answer(page()), "GET version": lambda _: Answer(version_of(root), "text/plain")}
    with Server(port, routes) as server:
        say(f"serving the week of {week} at {server.url} until Ctrl-C")
        serve(server)
    return 0


def serve(server: Server) -> None:
    """Answer requests until Ctrl-C."""
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        say("stopped")


def version_of(root: Path, watched: Sequence[str] = _WATCHED) -> str:
    """Return a hash that changes with each file the page depends on."""
    state = hashlib.sha256()
    for name in watched:
        for path in sorted((root / name, *(root / name).rglob("*"))):
            if "__pycache__" in path.parts:
                continue  # compiled templates
            try:
                status = path.stat()
            except OSError:
                continue  # gone while we looked: the next look sees another state
            state.update(f"{path} {status.st_mtime_ns} {status.st_size}\n".encode())
    return state.hexdigest()[:16]
