"""Tell releases from other tags by their names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

_VERSION = re.compile(r"(?:^|[^A-Za-z0-9.])[vrV]?(\d+(?:[._-]\d+)*)([^/]*)$")
_PRERELEASE = re.compile(
    r"^[._+-]?(?:rc|alpha|beta|preview|pre|dev|snapshot|nightly|canary|milestone|next|ea|cr|[abm](?=[._-]?\d))",
    re.IGNORECASE,
)


def is_version(tag: str) -> bool:
    """Tell whether a tag's name ends in a version."""
    return bool(_VERSION.search(tag))


def is_prerelease(tag: str) -> bool:
    """Tell whether a version's suffix marks a release candidate, a beta or the like."""
    match = _VERSION.search(tag)
    return bool(match and _PRERELEASE.search(match[2]))


def main_tags(tags: Sequence[Item], name: Callable[[Item], str]) -> list[Item]:
    """Drop a module's tag or a moving `v3` that repeats a release of the same commit."""
    whole = [tag for tag in tags if "/" not in name(tag)] or list(tags)
    return [tag for tag in whole if not any(name(other).startswith(f"{name(tag)}.") for other in whole)]
