"""Tell releases from other tags by their names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

from weekly.gather.base import Span, line
from weekly.model import Release

MOST = 50
"""Releases of one repository in one span. Only the newest are kept."""

_VERSION = re.compile(r"(?:^|[^A-Za-z0-9.])[vrV]?(\d+(?:[._-]\d+)*)([^/]*)$")
_PRERELEASE = re.compile(
    r"^[._+-]?(?:rc|alpha|beta|preview|pre|dev|snapshot|nightly|canary|milestone|next|ea|cr|[abm](?=[._-]?\d))",
    re.IGNORECASE,
)


class Tag(NamedTuple):
    """A tag, its commit, and when it was made."""

    name: str
    commit: str
    at: datetime


def is_prerelease(tag: str) -> bool:
    """Tell whether a version's suffix marks a release candidate, a beta or the like."""
    match = _VERSION.search(tag)
    return bool(match and _PRERELEASE.search(match[2]))


def releases_within(span: Span, releases: Iterable[Release], tags: Iterable[Tag], *, pages: str) -> tuple[Release, ...]:
    """Return the span's releases and the versions tagged without one, the oldest first.

    `pages` is the repository's address. A module's tag or a moving `v3` that repeats a release of the same commit is left out.
    """
    by_commit: dict[str, list[Tag]] = defaultdict(list)
    for tag in tags:
        if tag.at in span and _VERSION.search(tag.name):
            by_commit[tag.commit].append(tag)
    found = [release for release in releases if release.published_at in span]
    for group in by_commit.values():
        names = [tag.name for tag in group if "/" not in tag.name] or [tag.name for tag in group]
        found += [
            Release(
                tag=line(tag.name),
                published_at=tag.at,
                url=f"{pages}/releases/tag/{quote(tag.name)}",
                is_prerelease=is_prerelease(tag.name),
            )
            for tag in group
            if tag.name in names and not any(other.startswith(f"{tag.name}.") for other in names)
        ]
    return tuple(sorted(found, key=lambda release: (release.published_at, release.tag))[-MOST:])
