"""Change values of a valid TOML file with plain line ends, and leave every other character as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from weekly.files.toml_lines import PART, KeyPath, Node, nodes

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_COMMA = re.compile(r"((?:\s|#[^\n]*)*),")
_HEAD = re.compile(r"(?:#[^\n]*(?:\n|$))*")
_REST = re.compile(r"[ \t]*(#[^\n]*)?(?:\n|$)")
"""The rest of a line after a statement."""


def toml_text(value: str) -> str:
    """Return a text as a TOML string on one line."""
    return '"' + "".join(_escaped(char) for char in value) + '"'


def toml_multiline(value: str) -> str:
    """Return a text as a TOML string, on as many lines as the text has."""
    if "\n" not in value:
        return toml_text(value)
    chars = (char if char in '\n"' else _escaped(char) for char in value)
    return '"""\n' + re.sub('"(?="|$)', r'\\"', "".join(chars)) + '"""'


def _escaped(char: str) -> str:
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    if char in escapes or char.isprintable():
        return escapes.get(char, char)
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def toml_list(values: Iterable[str]) -> str:
    """Return texts as a TOML list on one line."""
    return f"[{', '.join(map(toml_text, values))}]"


def plain_lines(text: str) -> tuple[str, str]:
    """Return a text with plain line ends, and the line end that it has throughout."""
    is_crlf = 0 < text.count("\r\n") == text.count("\n")
    return (text.replace("\r\n", "\n"), "\r\n") if is_crlf else (text, "\n")


def put(text: str, path: KeyPath, value: str, *, position: int | None = None) -> str:
    """Set a key to a TOML value.

    A new key goes to `position`, else after the last key of its table. KeyError if no table around it exists.
    """
    found = list(nodes(text))
    for node in found:
        if node.path == path and not node.is_header:
            return text[: node.value] + value + text[node.end :]
    for size in range(len(path) - 1, -1, -1):
        table, rest = path[:size], ".".join(map(_key, path[size:]))
        around = next((node for node in found if node.path == table), None)
        if around is not None and not around.is_header:
            return _put_inline(text, around, [node for node in found if node.table == table], f"{rest} = {value}")
        lines = [node for node in found if not node.is_inline and not node.is_header]
        if around is not None or not table:
            last = max((node for node in lines if node.table == table), key=lambda node: node.end, default=around)
            if last is None:
                return insert_first(text, f"{rest} = {value}")
            position = line_after(text, last) if position is None else position
            return insert_line(text, position, f"{rest} = {value}", last)
        dotted = [node for node in lines if node.path[:size] == table and len(node.table) < size]
        if dotted:
            last = max(dotted, key=lambda node: node.end)
            part = list(PART.finditer(text, last.start))[size - len(last.table) - 1]
            return insert_line(text, line_after(text, last), f"{text[last.start : part.end()]}.{rest} = {value}", last)
    raise KeyError(path)


def append(text: str, path: KeyPath, values: Mapping[str, str]) -> str:
    """Add a table with TOML values to the end of a list of tables."""
    found = list(nodes(text))
    around = next((node for node in found if node.path == path and not node.is_header), None)
    if around is not None:
        entry = "{ " + ", ".join(f"{key} = {value}" for key, value in values.items()) + " }"
        return _put_inline(text, around, [node for node in found if node.table == path], entry)
    lines = [f"[[{'.'.join(map(_key, path))}]]", *(f"{key} = {value}" for key, value in values.items())]
    return append_lines(text, lines)


def append_lines(text: str, lines: Sequence[str]) -> str:
    """Add lines to the end of a file, after an empty one."""
    if text and not text.endswith("\n"):
        text += "\n"
    if text and not text.endswith("\n\n"):
        text += "\n"
    return text + "".join(f"{line}\n" for line in lines)


def delete(text: str, path: KeyPath) -> str:
    """Remove a key, a table or an entry of a list. Comments stay."""
    found = list(nodes(text))
    size = len(path)
    inside = [node for node in found if node.path[:size] == path and len(node.table) < size]
    inline = next((node for node in inside if node.is_inline), None)
    if inline is not None:
        text = _delete_inline(text, inline, [node for node in found if node.table == inline.table])
        return text if inline.path == path else delete(text, path)  # dotted keys may have several
    headers = [node for node in found if node.path[:size] == path and not node.is_inline]
    for node in sorted({*inside, *headers}, key=lambda node: node.start, reverse=True):
        start = text.rfind("\n", 0, node.start) + 1
        rest = _REST.match(text, node.end)
        end = node.end if rest is None else rest.start(1) if rest[1] else rest.end()
        text = text[:start] + text[end:]
    return text


def insert_first(text: str, line: str) -> str:
    """Insert lines before all tables, after the comments that open the file."""
    head = _HEAD.match(text)
    end = head.end() if head else 0
    if text[end:].strip() and not text.startswith("\n", end):
        end = 0  # the comments are about a table
    after = "" if text.startswith("\n", end) or end == len(text) else "\n"
    return insert_line(text, end, ("\n" if end else "") + line + after)


def insert_line(text: str, position: int, line: str, neighbour: Node | None = None) -> str:
    """Insert a line, or several, at the start of another. It is indented as its neighbour."""
    indent = ""
    if neighbour is not None and not neighbour.is_header:
        indent = text[text.rfind("\n", 0, neighbour.start) + 1 : neighbour.start]
    before = "\n" if position and text[position - 1] != "\n" else ""
    return f"{text[:position]}{before}{indent}{line}\n{text[position:]}"


def line_after(text: str, node: Node) -> int:
    """Return the offset of the line after a node."""
    end = text.find("\n", node.end)
    return len(text) if end < 0 else end + 1


def comments(text: str, pattern: re.Pattern[str], table: KeyPath) -> list[re.Match[str]]:
    """Return the comments under a header that match a pattern, without the like within texts of several lines."""
    found = list(nodes(text))
    header = next((node for node in found if node.path == table and node.is_header), None)
    if header is None:
        return []
    end = min((node.start for node in found if node.is_header and node.start > header.start), default=len(text))
    matches = pattern.finditer(text, header.end, end)
    return [match for match in matches if not any(node.value < match.start() < node.end for node in found)]


def _put_inline(text: str, around: Node, members: Sequence[Node], entry: str) -> str:
    """Add an entry to an inline table or list."""
    is_list = text[around.value] == "["
    if not members:
        return text[: around.value + 1] + (entry if is_list else f" {entry} ") + text[around.value + 1 :]
    last = max(members, key=lambda node: node.end)
    comma = _COMMA.match(text, last.end)
    if is_list and "\n" in text[last.end : around.end]:  # one entry on a line
        if not comma:
            text = f"{text[: last.end]},{text[last.end :]}"
        return insert_line(text, line_after(text, last), f"{entry},", last)
    end = comma.end() if comma else last.end
    return f"{text[:end]}{'' if comma else ','} {entry}{text[end:]}"


def _delete_inline(text: str, node: Node, members: Sequence[Node]) -> str:
    """Remove an entry and its comma."""
    start, end = node.start, node.end
    previous = max((other.end for other in members if other.end <= start), default=None)
    comma = _COMMA.match(text, end)
    if comma:
        text = text[: comma.end() - 1] + text[comma.end() :]
    elif isinstance(node.path[-1], str) and previous is not None and (comma := _COMMA.match(text, previous)):
        text = text[: comma.end() - 1] + text[comma.end() :]
        start, end = start - 1, end - 1
    text = text[:start] + text[end:]
    line = text.rfind("\n", 0, start) + 1
    blank = re.compile(r"[ \t]*\n").match(text, start)
    if blank and not text[line:start].strip():
        return text[:line] + text[blank.end() :]
    space = re.compile(r"[ \t]+").match(text, start)
    return text[:start] + text[space.end() :] if space else text


def _key(part: str | int) -> str:
    """Return a part of a dotted key as TOML writes it."""
    return part if _BARE.fullmatch(part := str(part)) else toml_text(part)
