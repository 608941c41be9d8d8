"""Mark a text as a week's with a comment that readers don't see."""

from __future__ import annotations

import re

from weekly.publish.normalize import is_same_title, stored
from weekly.publish.record import Wording

_LINK = re.compile(r"\]\(https?://")
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


def resembles(title: str, raw: str, ours: Wording) -> bool:
    """Tell by title or links whether a post without a record is this project's."""
    if is_same_title(title, ours.title):
        return True
    links = {line.strip() for line in raw.splitlines() if _LINK.search(line)}
    return bool(links) and 2 * len(links & {line.strip() for line in ours.text.splitlines()}) >= len(links)
