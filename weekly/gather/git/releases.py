"""Read the releases of a span from a clone's tags."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from urllib.parse import quote

from weekly.gather.base import Span, line
from weekly.gather.git.command import Git
from weekly.gather.versions import is_prerelease, is_version, main_tags
from weekly.model import Release

MOST = 50
"""Releases of one repository in one span. Only the newest are kept."""

_COLUMNS = "%(creatordate:unix)%00%(objectname)%00%(*objectname)%00%(refname:strip=2)"


def read(git: Git, span: Span, *, pages: str) -> tuple[Release, ...]:
    """Return the releases whose tags were made in the span, the oldest first. `pages` is the repository's address."""
    tags: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in git.lines("for-each-ref", f"--format={_COLUMNS}", "--sort=creatordate", "refs/tags/"):
        at, sha, commit, name = row.split("\0")
        if not at:
            continue  # a tag of a tree or a file
        instant = datetime.fromtimestamp(int(at), UTC)
        if instant in span and is_version(name):
            tags[commit or sha].append((instant, name))
    releases = [
        Release(
            tag=line(name),
            published_at=instant,
            url=f"{pages}/releases/tag/{quote(name)}",
            is_prerelease=is_prerelease(name),
        )
        for group in tags.values()
        for instant, name in main_tags(group, lambda tag: tag[1])
    ]
    return tuple(sorted(releases, key=lambda release: (release.published_at, release.tag))[-MOST:])
