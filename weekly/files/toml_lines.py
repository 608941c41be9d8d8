"""Locate the keys of a TOML file by line, which the standard parser doesn't record."""

from __future__ import annotations

import re
from collections.abc import Iterator

KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[|\[)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_TOKEN = re.compile(r'"""|' + r"'''" + r'|"(?:\\.|[^"\\])*"' + r"|'[^']*'|#.*|[\[\]]")
_MULTILINE_QUOTES = ('"""', "'''")


def line_of(text: str, path: KeyPath) -> int:
    """Return the line, from 1, of a key or of the nearest table around it, 0 if there is none."""
    lines = dict(_keys(text))
    return next((lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in lines), 0)


def _keys(text: str) -> Iterator[tuple[KeyPath, int]]:
    """Yield every table and key with its line, in the order of the file."""
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    for number, line in _statements(text):
        if header := _HEADER.match(line):
            table = _table(tuple(_parts(header[2])), counts, is_array=header[1] == "[[")
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(key[1])), number


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that begin a statement, outside multi-line strings and lists."""
    quotes, depth = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if not quotes and depth == 0:
            yield number, line
        quotes, depth = _open_after(line, quotes, depth)


def _open_after(line: str, quotes: str, depth: int) -> tuple[str, int]:
    """Return the quotes of the multi-line string that is open after a line, and the depth of lists."""
    position = 0
    while True:
        if quotes:
            end = line.find(quotes, position)
            if end < 0:
                return quotes, depth
            position, quotes = end + len(quotes), ""
        token = _TOKEN.search(line, position)
        if token is None:
            return "", depth
        position = token.end()
        if token[0] in _MULTILINE_QUOTES:
            quotes = token[0]
        else:
            depth += {"[": 1, "]": -1}.get(token[0], 0)


def _table(parts: tuple[str, ...], counts: dict[KeyPath, int], *, is_array: bool) -> KeyPath:
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
    return [part.strip("\"'") for part in _PART.findall(dotted)]
