"""Three-way merge of texts by line: what either side changed is kept, and where both touch it is a conflict."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

Lines = tuple[str, ...]


class Side(StrEnum):
    """Whose lines stand where both sides changed the same."""

    OURS = "ours"
    THEIRS = "theirs"


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """A place that both sides changed, each in its own way: the lines of each, and those they had in common."""

    base: Lines
    ours: Lines
    theirs: Lines


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """The text of both, and the conflicts in it, in each of which it has ours unless told otherwise."""

    text: str
    conflicts: tuple[Conflict, ...] = ()


class _Change(msgspec.Struct, frozen=True, kw_only=True):
    """One side puts `lines` in the place of base[start:end]."""

    start: int
    end: int
    lines: Lines
    is_ours: bool


def merge(base: str, ours: str, theirs: str, *, side: Side = Side.OURS) -> Merged:
    """Both sides' changes to `base`; `side` has its way in each conflict.

    Changes touch where they overlap or follow each other without an unchanged line between them: what somebody
    wrote beside a line was written for that line.
    """
    lines = _lines(base)
    merged: list[str] = []
    conflicts: list[Conflict] = []
    done = 0
    for group in _groups([*_changes(lines, _lines(ours), is_ours=True), *_changes(lines, _lines(theirs))]):
        start, end = group[0].start, max(change.end for change in group)
        merged += lines[done:start]
        place = Conflict(
            base=lines[start:end],
            ours=_applied(lines, start, end, [change for change in group if change.is_ours]),
            theirs=_applied(lines, start, end, [change for change in group if not change.is_ours]),
        )
        if place.base not in (place.ours, place.theirs) and place.ours != place.theirs:
            conflicts.append(place)
            merged += place.ours if side is Side.OURS else place.theirs
        else:
            merged += place.theirs if place.ours == place.base else place.ours
        done = end
    merged += lines[done:]
    return Merged(text="\n".join(merged), conflicts=tuple(conflicts))


def diff(before: str, after: str, *, names: tuple[str, str]) -> str:
    """What changes from one text to the other, as `diff -u` shows it; "" where nothing does."""
    had, has = (_lines(text) if text else () for text in (before, after))
    lines = difflib.unified_diff(had, has, *names, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _lines(text: str) -> Lines:
    return tuple(text.split("\n"))


def _changes(base: Sequence[str], other: Sequence[str], *, is_ours: bool = False) -> Iterator[_Change]:
    matcher = difflib.SequenceMatcher(None, base, other, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag != "equal":
            yield _Change(start=start, end=end, lines=tuple(other[first:last]), is_ours=is_ours)


def _groups(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Changes that touch, together, in the order of the text."""
    group: list[_Change] = []
    end = -1
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        if group and change.start > end:
            yield group
            group = []
        group.append(change)
        end = max(end, change.end)
    if group:
        yield group


def _applied(base: Lines, start: int, end: int, changes: Sequence[_Change]) -> Lines:
    """base[start:end] with one side's changes."""
    made: list[str] = []
    for change in changes:
        made += base[start : change.start]
        made += change.lines
        start = change.end
    return (*made, *base[start:end])
