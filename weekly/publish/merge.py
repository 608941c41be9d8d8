"""Merge a post's edits on the forum with the generated text."""

from __future__ import annotations

import difflib
from enum import StrEnum
from functools import partial

from weekly.files.merge import Conflict, merge_lines
from weekly.model import Record
from weekly.publish.normalize import copies_of, line_key


class Side(StrEnum):
    """The side whose lines win where both changed the same ones."""

    OURS = "ours"
    THEIRS = "theirs"


class Merged(Record, frozen=True, kw_only=True):
    """The merged text, and the conflicts that `side` decided in it."""

    text: str
    conflicts: tuple[Conflict, ...] = ()


def merge(base: str, ours: str, theirs: str, *, side: Side = Side.OURS) -> Merged:
    """Merge both sides' changes to `base`. `side` wins each conflict.

    Changes on lines next to each other are a conflict too: one may have been written because of the other. Unchanged
    lines are theirs to the byte, since the forum may have changed how it stores them.
    """
    lines, conflicts = merge_lines(
        base.split("\n"),
        ours.split("\n"),
        theirs.split("\n"),
        lambda conflict: conflict.ours if side is Side.OURS else conflict.theirs,
        key=partial(line_key, copies=copies_of(base, theirs) | copies_of(ours, theirs)),
    )
    return Merged(text="\n".join(lines), conflicts=conflicts)


def count_changes(before: str, after: str) -> int:
    """Return how many separate places of a text changed."""
    copies = copies_of(before, after)
    old, new = ([line_key(line, copies) for line in text.split("\n")] for text in (before, after))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return sum(tag != "equal" for tag, *_ in matcher.get_opcodes())


def diff(before: str, after: str, *, names: tuple[str, str]) -> str:
    """Return the changes from one text to the other as a unified diff, "" where there are none."""
    old, new = (text.split("\n") if text else [] for text in (before, after))
    return "".join(f"{line}\n" for line in difflib.unified_diff(old, new, *names, lineterm=""))
