"""Merge changes of two people to a week's notes, so that each line and each meaning stays."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from weekly.errors import NotesError
from weekly.files.merge import Conflict, merge_lines
from weekly.notes.file import MARK, notes_of

_NAMES = ("pulls", "heading", "title", "url", "text")
"""Keys that tell an entry of a list from the others."""


def merge(base: str, ours: str, theirs: str) -> str | Conflict:
    """Merge both sides' changes to the notes, or return the lines in conflict.

    Lines that both sides add at the same position are no conflict if both keep their meaning.
    """
    if base in (ours, theirs):
        return theirs if ours == base else ours
    old, our, their = (tuple(text.splitlines(keepends=True)) for text in (base, ours, theirs))
    lines, conflicts = merge_lines(old, our, their, lambda conflict: conflict.theirs + conflict.ours)
    if not all(_adds_lines(conflict) for conflict in conflicts):
        return Conflict(
            base=tuple(line for one in conflicts for line in one.base),
            ours=tuple(line for one in conflicts for line in one.ours),
            theirs=tuple(line for one in conflicts for line in one.theirs),
        )
    for merged in (lines, merge_lines(old, our, their, lambda conflict: conflict.ours + conflict.theirs)[0]):
        if _has_both("".join(merged), base, ours, theirs):
            return "".join(merged)
    return Conflict(base=old, ours=our, theirs=their)


def _adds_lines(conflict: Conflict) -> bool:
    """Tell whether both sides only add whole lines."""
    return not conflict.base and all(line.endswith("\n") for line in (*conflict.ours, *conflict.theirs))


def _has_both(merged: str, base: str, ours: str, theirs: str) -> bool:
    """Tell whether merged notes mean the changes of both sides and nothing else."""
    texts = (merged, base, ours, theirs)
    try:
        for text in texts:
            notes_of(text)
    except NotesError:
        return False
    new, old, our, their = (Counter(_values(tomllib.loads(text.removeprefix(MARK)))) for text in texts)
    return new == old + ((our - old) | (their - old)) - ((old - our) | (old - their))


def _values(value: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the path and the value of each key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, *path, key)
    elif isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        for entry in value:
            name = next((str(entry[key]) for key in _NAMES if key in entry), "")
            yield from _values(entry, *path, name)
    else:
        yield (*path, repr(value))
