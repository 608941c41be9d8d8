"""Locate the keys and values of a TOML file, which the standard parser doesn't record."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Generator, Iterable, Iterator
from typing import NamedTuple

from weekly.text.patterns import lazy_pattern

KeyPath = tuple[str | int, ...]

_PART = r"""(?:[\w-]+|"(?:\\.|[^"\\])*"|'[^']*')"""
PART = lazy_pattern(_PART)
"""A part of a dotted key."""
_PARTS = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_KEY = lazy_pattern(_PARTS)
_HEADER = lazy_pattern(rf"\[\[?[ \t]*({_PARTS})[ \t]*\]\]?")
_EQUALS = lazy_pattern(r"[ \t]*=[ \t]*")
_SPACE = lazy_pattern(r"(?:[\s,]|#[^\n]*)*")
_SCALAR = lazy_pattern(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|'[^']*'|[^,\]}#\n]*[^,\]}#\s]''', re.DOTALL
)


class Node(NamedTuple):
    """A header, a key with its value, or an item of a list, by its character offsets.

    `table` is the path of the table or list around it. `value` equals `end` for a header, and `start` for an item.
    """

    path: KeyPath
    table: KeyPath
    start: int
    value: int
    end: int
    is_inline: bool = False

    @property
    def is_header(self) -> bool:
        """Tell whether it opens a table."""
        return self.value == self.end


def line_of(text: str, path: KeyPath) -> int:
    """Return the line, from 1, of a key or of the nearest table around it, 0 if there is none."""
    return next(lines_of(text, [path]))


def lines_of(text: str, paths: Iterable[KeyPath]) -> Iterator[int]:
    """Yield the line of each key as line_of does, in one reading."""
    starts: dict[KeyPath, int] = {}
    for node in nodes(text):
        for size in range(1, len(node.path) + 1):  # a dotted key opens the tables around it
            starts[node.path[:size]] = min(node.start, starts.get(node.path[:size], node.start))
    for path in paths:
        known = next((path[:size] for size in range(len(path), 0, -1) if path[:size] in starts), None)
        yield text.count("\n", 0, starts[known]) + 1 if known else 0


def nodes(text: str) -> Iterator[Node]:
    """Yield all nodes of a valid TOML file in order, an inner one before the one around it."""
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    position = _skip(text, 0)
    while position < len(text):
        if header := _HEADER.match(text, position):
            table = _table(_parts(header[1]), counts, is_array=header[0].startswith("[["))
            position = header.end()
            yield Node(table, (), header.start(), position, position)
        else:
            position = yield from _statement(text, position, table, is_inline=False)
        position = _skip(text, position)


def _statement(text: str, start: int, table: KeyPath, *, is_inline: bool) -> Generator[Node, None, int]:
    """Yield a key's nodes. Return the offset after its value."""
    key = _match(_KEY, text, start)
    value = _match(_EQUALS, text, key.end()).end()
    return (yield from _value(text, Node((*table, *_parts(key[0])), table, start, value, value, is_inline)))


def _value(text: str, node: Node) -> Generator[Node, None, int]:
    """Yield a value's nodes. Return the offset after it."""
    opening = text[node.value]
    if opening in "[{":
        position, index = _skip(text, node.value + 1), 0
        while text[position] not in "]}":
            if opening == "{":
                position = yield from _statement(text, position, node.path, is_inline=True)
            else:
                item = Node((*node.path, index), node.path, position, position, position, is_inline=True)
                position = yield from _value(text, item)
            position, index = _skip(text, position), index + 1
        end = position + 1
    else:
        end = _match(_SCALAR, text, node.value).end()
    yield node._replace(end=end)
    return end


def _skip(text: str, position: int) -> int:
    """Return the offset of the next header, key or value."""
    return _match(_SPACE, text, position).end()


def _match(pattern: re.Pattern[str], text: str, position: int) -> re.Match[str]:
    match = pattern.match(text, position)
    if match is None:
        raise ValueError("not valid TOML")
    return match


def _table(parts: list[str], counts: dict[KeyPath, int], *, is_array: bool) -> KeyPath:
    """Return a header's path, with the index in each list of tables around it."""
    path: KeyPath = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if position == len(parts) - 1 and is_array:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(dotted: str) -> list[str]:
    return [_unquoted(part) for part in PART.findall(dotted)]


def _unquoted(part: str) -> str:
    if "\\" in part and part[0] == '"':
        return str(tomllib.loads(f"key = {part}")["key"])
    return part[1:-1] if part[0] in "\"'" else part
