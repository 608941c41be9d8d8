"""Put suggestions into the editor's file as comments, and leave the editor's text as it is.

A suggestion is a block of comment lines whose first line has a key and a checksum. Once the editor changes anything in it,
for example by uncommenting a line, the checksum differs and the block is the editor's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from weekly.model import Record

_HEAD = re.compile(r"^#>> (?P<key>\S+) (?:(?P<about>.*) )?~(?P<sum>[0-9a-f]{8})$")
_LINE = "#| "


class Suggestion(Record, frozen=True, kw_only=True):
    """A proposed entry, as a stable key, a remark and the TOML lines to uncomment."""

    key: str
    about: str
    lines: tuple[str, ...]


class Drafted(Record, frozen=True, kw_only=True):
    """The file's new text and the keys of the changed suggestions."""

    text: str
    added: tuple[str, ...] = ()
    renewed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()


class _Block(Record, frozen=True, kw_only=True):
    """Lines of the file. `key` is that of an unedited suggestion, empty for the editor's lines."""

    key: str = ""
    lines: tuple[str, ...]


def draft(
    old: str, suggestions: Sequence[Suggestion], *, head: Sequence[str] = (), taken: Sequence[str] = ()
) -> Drafted:
    """Add new suggestions to a file, renew the unedited ones and remove those that are gone.

    `head` opens a new file. `taken` are keys that the editor wrote about, for which nothing is suggested.
    """
    newline = "\r\n" if "\r\n" in old else "\n"
    wanted = {suggestion.key: suggestion for suggestion in suggestions if suggestion.key not in taken}
    text: list[str] = []
    shown: set[str] = set()
    edited: set[str] = set()
    renewed, gone = [], []
    for block in _blocks(old):
        if not block.key:
            text += block.lines
            edited.update(_keys(block.lines))
        elif block.key not in wanted:
            gone.append(block.key)
        elif block.key not in shown:
            lines = _lines(wanted[block.key], newline)
            text += lines
            shown.add(block.key)
            renewed += [block.key] if lines != block.lines else []
    added = [suggestion for key, suggestion in wanted.items() if key not in shown | edited]
    if not old:
        text += [f"# {line}".rstrip() + newline for line in head]
    elif added and text and not text[-1].endswith(("\n", "\r")):
        text.append(newline)
    for suggestion in added:
        text += [newline, *_lines(suggestion, newline)]
    return Drafted(
        text="".join(text),
        added=tuple(suggestion.key for suggestion in added),
        renewed=tuple(renewed),
        gone=tuple(gone),
        edited=tuple(sorted(edited | (set(taken) & {suggestion.key for suggestion in suggestions}))),
    )


def _blocks(text: str) -> Iterator[_Block]:
    """Split a file into unedited suggestions and the editor's lines."""
    lines = text.splitlines(keepends=True)
    start = 0
    while start < len(lines):
        head = _HEAD.match(lines[start].rstrip("\r\n"))
        end = start + 1
        while head and end < len(lines) and lines[end].startswith(_LINE.rstrip()):
            end += 1
        is_unedited = head and head["sum"] == _sum(head["key"], head["about"] or "", lines[start + 1 : end])
        yield _Block(key=head["key"] if head and is_unedited else "", lines=tuple(lines[start:end]))
        start = end


def _lines(suggestion: Suggestion, newline: str) -> tuple[str, ...]:
    about = " ".join(suggestion.about.split())
    body = tuple(f"{_LINE}{line}".rstrip() + newline for line in suggestion.lines)
    head = f"#>> {suggestion.key} {about + ' ' if about else ''}~{_sum(suggestion.key, about, body)}"
    return (head + newline, *body)


def _keys(lines: Sequence[str]) -> Iterator[str]:
    """Yield the keys of suggestions that the editor changed."""
    for line in lines:
        if head := _HEAD.match(line.rstrip("\r\n")):
            yield head["key"]


def _sum(key: str, about: str, body: Sequence[str]) -> str:
    """Return the checksum of a block without its line ends, which editors and git may change."""
    content = "\n".join((key, about, *(line.rstrip("\r\n") for line in body)))
    return hashlib.sha256(content.encode()).hexdigest()[:8]
