"""Read the releases of a span from a clone's tags."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from weekly.gather.base import Span, line
from weekly.gather.git.command import Git
from weekly.model import Release

MOST = 50
"""Releases of one repository in one span. Only the newest are kept."""

_VERSION = re.compile(r"(?:^|[^A-Za-z0-9.])[vrV]?(\d+(?:[._-]\d+)*)([^/]*)$")
_PRERELEASE = re.compile(
    r"^[._+-]?(?:rc|alpha|beta|preview|pre|dev|snapshot|nightly|canary|milestone|next|ea|cr|[abm](?=[._-]?\d))",
    re.IGNORECASE,
)
_COLUMNS = "%(creatordate:unix)%00%(objectname)%00%(*objectname)%00%(refname:strip=2)"


def read(git: Git, span: Span, *, pages: str) -> tuple[Release, ...]:
    """Return the releases whose tags were made in the span, the oldest first. `pages` is the repository's address."""
    tags: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in git.lines("for-each-ref", f"--format={_COLUMNS}", "--sort=creatordate", "refs/tags/"):
        at, sha, commit, name = row.split("\0")
        if not at:
            continue  # a tag of a tree or a file
        instant = datetime.fromtimestamp(int(at), UTC)
        if instant in span and _VERSION.search(name):
            tags[commit or sha].append((instant, name))
    releases = [
        Release(
            tag=line(name),
            published_at=instant,
            url=f"{pages}/releases/tag/{quote(name)}",
            is_prerelease=is_prerelease(name),
        )
        for group in tags.values()
        for instant, name in _main_tags(group)
    ]
    return tuple(sorted(releases, key=lambda release: (release.published_at, release.tag))[-MOST:])


def is_prerelease(tag: str) -> bool:
    """Tell whether a version's suffix marks a release candidate, a beta or the like."""
    match = _VERSION.search(tag)
    return bool(match and _PRERELEASE.search(match[2]))


def _main_tags(tags: Sequence[tuple[datetime, str]]) -> list[tuple[datetime, str]]:
    """Drop what only repeats a release: a module's tag beside the whole one's, a moving `v3` beside `v3.1.2`."""
    whole = [tag for tag in tags if "/" not in tag[1]] or list(tags)
    return [tag for tag in whole if not any(other[1].startswith(f"{tag[1]}.") for other in whole)]
