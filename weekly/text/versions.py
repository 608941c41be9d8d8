"""Read versions in the names of tags."""

from __future__ import annotations

import re

from weekly.text.patterns import lazy_pattern

VERSION = lazy_pattern(r"(?:^|[^A-Za-z0-9.])[vrV]?(\d+(?:[._-]\d+)*)([^/]*)$")
"""The version at the end of a tag: its number, and what follows that."""

_SUFFIX = lazy_pattern(
    r"^[._+-]?(?:rc|alpha|beta|preview|pre|dev|snapshot|nightly|canary|milestone|next|ea|cr|[abcm](?=[._-]?\d))",
    re.IGNORECASE,
)
_WHOLE = lazy_pattern(r"^pre-?release\b", re.IGNORECASE)


def is_prerelease(tag: str) -> bool:
    """Tell whether a tag marks a release candidate, a beta or the like."""
    match = VERSION.search(tag)
    return bool((match and _SUFFIX.search(match[2])) or _WHOLE.search(tag))
