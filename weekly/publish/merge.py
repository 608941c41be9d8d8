"""Merge texts by line with merge3, and report conflicting changes."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from merge3 import Merge3

from weekly.model import Record
from weekly.publish.normalize import comparable, copies_of

Lines = tuple[str, ...]


class Side(StrEnum):
    """The side whose lines win where both changed the same ones."""

    OURS = "ours"
    THEIRS = "theirs"


class Conflict(Record, frozen=True, kw_only=True):
    """Lines that both sides changed differently, with the original and both versions."""

    base: Lines
    ours: Lines
    theirs: Lines


class Merged(Record, frozen=True, kw_only=True):
    """The merged text, and the conflicts that `side` decided in it."""

    text: str
    conflicts: tuple[Conflict, ...] = ()


class _Matcher(difflib.SequenceMatcher[str]):
    """Matches lines that occur often like any others."""

    def __init__(self, isjunk: Any = None, a: Sequence[str] = (), b: Sequence[str] = ()) -> None:
        super().__init__(isjunk, a, b, autojunk=False)


def merge(base: str, ours: str, theirs: str, *, side: Side = Side.OURS) -> Merged:
    """Merge both sides' changes to `base`. `side` wins each conflict.

    Changes on lines next to each other are a conflict too: one may have been written because of the other. Unchanged
    lines are theirs to the byte, since the forum may have changed how it stores them.
    """
    copies = copies_of(base, theirs) | copies_of(ours, theirs)
    split = [comparable(text, copies) for text in (base, ours, theirs)]
    merger: Merge3[str] = Merge3(*split, sequence_matcher=_Matcher)  # type: ignore[arg-type,misc]  # typed for its own matcher
    unchanged = {start: their_start for start, _, _, _, their_start, _ in merger.find_sync_regions()}
    lines: list[str] = []
    conflicts: list[Conflict] = []
    for region in merger.merge_regions():
        match region:
            case ("unchanged", start, end):
                lines += split[2][unchanged[start] : unchanged[start] + end - start]
            case ("b", start, end):
                lines += split[2][start:end]
            case ("a" | "same", start, end):
                lines += split[1][start:end]
            case (_, *spans):
                old, our, their = (
                    tuple(map(str, one[spans[n] : spans[n + 1]])) for n, one in zip((0, 2, 4), split, strict=True)
                )
                conflicts.append(Conflict(base=old, ours=our, theirs=their))
                lines += our if side is Side.OURS else their
    return Merged(text="\n".join(lines), conflicts=tuple(conflicts))


def diff(before: str, after: str, *, names: tuple[str, str]) -> str:
    """Return the changes from one text to the other as a unified diff, "" where there are none."""
    old, new = (text.split("\n") if text else [] for text in (before, after))
    return "".join(f"{line}\n" for line in difflib.unified_diff(old, new, *names, lineterm=""))
