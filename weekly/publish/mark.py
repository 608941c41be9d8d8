"""Mark a text as a week's with a comment that readers don't see."""

from __future__ import annotations

import re

from weekly.publish.normalize import stored

_MARK = re.compile(r"\n*<!-- weekly: (?P<id>[A-Za-z0-9_-]+) -->")


def mark_of(external_id: str) -> str:
    """Return the mark to write at the end of a text."""
    return f"\n\n<!-- weekly: {external_id} -->"


def marked_id(raw: str) -> str | None:
    """Return the id in a text's mark in lower case, or None where there is no mark."""
    match = _MARK.search(stored(raw))
    return match["id"].casefold() if match else None


def unmarked(raw: str) -> str:
    """Return a text as stored, without the mark."""
    return stored(_MARK.sub("", stored(raw)))
