"""Merge texts by line with merge3: keep what either side changed, report what both changed differently."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from merge3 import Merge3

from weekly.model import Record

Lines = tuple[str, ...]


class Side(StrEnum):
    """The side whose lines win where both changed the same ones."""

    OURS = "ours"
    THEIRS = "theirs"


class Conflict(Record, frozen=True, kw_only=True):
    """Lines that both sides changed differently: what they were, and what each side made of them."""

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

    Changes on lines next to each other are a conflict too: one may have been written because of the other.
    """
    lines: list[str] = []
    conflicts: list[Conflict] = []
    split = [text.split("\n") for text in (base, ours, theirs)]
    merger = Merge3(*split, sequence_matcher=_Matcher)  # type: ignore[arg-type,misc]  # typed for its own matcher
    for group in merger.merge_groups():
        if group[0] == "conflict":
            conflict = Conflict(base=tuple(group[1]), ours=tuple(group[2]), theirs=tuple(group[3]))
            conflicts.append(conflict)
            lines += conflict.ours if side is Side.OURS else conflict.theirs
        else:
            lines += group[1]
    return Merged(text="\n".join(lines), conflicts=tuple(conflicts))


def diff(before: str, after: str, *, names: tuple[str, str]) -> str:
    """Return the changes from one text to the other as a unified diff; "" where there are none."""
    old, new = (text.split("\n") if text else [] for text in (before, after))
    return "".join(f"{line}\n" for line in difflib.unified_diff(old, new, *names, lineterm=""))
