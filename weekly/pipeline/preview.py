"""Build the preview page of a week, and serve it while files change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from weekly import archive
from weekly.console import say
from weekly.errors import WeeklyError
from weekly.pipeline.check import findings_of
from weekly.pipeline.context import Project
from weekly.pipeline.post import RenderedPost, rendered_post
from weekly.pipeline.trend import archived_trend, charts_of
from weekly.preview import picture
from weekly.preview.page import Topic, error_page, preview
from weekly.preview.server import Answer, Server
from weekly.week import Week

_WATCHED = ("weekly.toml", "weeks", "templates", "archive")


def page_of(rendered: RenderedPost, project: Project, version: str = "") -> str:
    """Return the page of a post. With a version, it reloads itself when the server has another one."""
    post, text = rendered
    charts = charts_of(post, project) if picture.is_installed() else {}
    return preview(
        post,
        topic_of(project),
        findings=findings_of(post, text, project),
        trend=archived_trend(project, post.week, project.config.kinds),
        pictures={path: picture.draw(trend) for path, trend in charts.items()},
        overrides=project.templates,
        version=version,
    )


def topic_of(project: Project) -> Topic:
    """Return the author, forum, category and tags of the post."""
    forum, name = project.config.forum, project.config.project.name
    if forum is None:
        return Topic(author=name)
    return Topic(author=name, forum=urlsplit(forum.url).hostname or "", category=str(forum.category), tags=forum.tags)


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
