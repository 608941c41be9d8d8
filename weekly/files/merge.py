"""Merge texts by line with merge3, and report conflicting changes."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import Any

from merge3 import Merge3

from weekly.model import Record

Lines = tuple[str, ...]


class Conflict(Record, frozen=True, kw_only=True):
    """Lines that both sides changed differently, with the original and both versions."""

    base: Lines
    ours: Lines
    theirs: Lines


class _Matcher(difflib.SequenceMatcher[str]):
    """Matches lines that occur often like any others."""

    def __init__(self, isjunk: Any = None, a: Sequence[str] = (), b: Sequence[str] = ()) -> None:
        super().__init__(isjunk, a, b, autojunk=False)


def merge_lines(
    base: Sequence[str],
    ours: Sequence[str],
    theirs: Sequence[str],
    decide: Callable[[Conflict], Lines],
    key: Callable[[str], str] = str,
) -> tuple[list[str], tuple[Conflict, ...]]:
    """Merge both sides' changes to `base`. `decide` returns the lines for each conflict.

    Lines of the same `key` are equal. Unchanged ones are theirs. Changes on lines next to each other are a conflict too:
    one may have been written because of the other.
    """
    old_keys, our_keys, their_keys = (list(map(key, lines)) for lines in (base, ours, theirs))
    merger: Merge3[str] = Merge3(old_keys, our_keys, their_keys, sequence_matcher=_Matcher)  # type: ignore[arg-type]  # typed for its own matcher
    unchanged = {start: their_start for start, _, _, _, their_start, _ in merger.find_sync_regions()}
    lines: list[str] = []
    conflicts: list[Conflict] = []
    for region in merger.merge_regions():
        match region:
            case ("unchanged", start, end):
                lines += theirs[unchanged[start] : unchanged[start] + end - start]
            case ("b", start, end):
                lines += theirs[start:end]
            case ("a" | "same", start, end):
                lines += ours[start:end]
            case (_, *spans):
                old, our, their = (
                    tuple(one[spans[n] : spans[n + 1]]) for n, one in zip((0, 2, 4), (base, ours, theirs), strict=True)
                )
                conflicts.append(Conflict(base=old, ours=our, theirs=their))
                lines += decide(conflicts[-1])
    return lines, tuple(conflicts)
