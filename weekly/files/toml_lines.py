"""Where in a TOML file a key stands, so that errors can name its line: the standard parser keeps none."""

from __future__ import annotations

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[|\[)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=(.*)""", re.DOTALL)
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_QUOTES = re.compile(r'"""|' + r"'''")


def line_of(text: str, path: Path) -> int:
    """The line, from 1, of the key at `path`, or of the nearest table around it that has a line; 0 where none has."""
    known = dict(_places(text))
    return next((known[path[:size]] for size in range(len(path), 0, -1) if path[:size] in known), 0)


def _places(text: str) -> Iterator[tuple[Path, int]]:
    """Every table and key with its line, in the order of the file."""
    table: Path = ()
    counts: dict[Path, int] = {}
    for number, line in _statements(text):
        if header := _HEADER.match(line):
            table = _table(tuple(_parts(header[2])), counts, is_array=header[1] == "[[")
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(key[1])), number


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The lines that begin a statement: not those within a multi-line string, nor within a list of several lines."""
    closing, depth = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not closing and depth <= 0:
            yield number, line
        rest = line if not closing else line.partition(closing)[2] if closing in line else ""
        if closing and closing not in line:
            continue
        closing = ""
        while found := _QUOTES.search(rest):
            rest = (
                rest[: found.start()] + rest[found.end() :].partition(found[0])[2]
                if found[0] in rest[found.end() :]
                else ""
            )
            closing = "" if rest else found[0]
            if closing:
                break
        is_value = depth > 0 or "=" in line
        bare = re.sub(r""""(?:\\.|[^"\\])*"|'[^']*'|#.*""", "", rest)
        depth = max(depth + bare.count("[") - bare.count("]"), 0) if is_value and not closing else depth


def _table(parts: tuple[str, ...], counts: dict[Path, int], *, is_array: bool) -> Path:
    """The path of a header, with the number of each list of tables that it is within."""
    path: Path = ()
    for place, part in enumerate(parts):
        path = (*path, part)
        if place == len(parts) - 1 and is_array:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(dotted)]
