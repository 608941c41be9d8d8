"""Put suggestions into the editor's file as comments, without touching a word of the editor's.

A suggestion is a block of comment lines with a mark of its own and a sum of its content. A block is ours as long as it is
as we wrote it; one that was changed in any way, a line uncommented say, is the editor's from then on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from weekly.model import Record

_HEAD = re.compile(r"^#>> (?P<key>\S+) (?:(?P<about>.*) )?~(?P<sum>[0-9a-f]{8})$")
_LINE = "#| "


class Suggestion(Record, frozen=True, kw_only=True):
    """What the editor may want to change: a key that finds it again, a word on it, and the TOML to uncomment."""

    key: str
    about: str
    lines: tuple[str, ...]


class Drafted(Record, frozen=True, kw_only=True):
    """The file's new text, and the keys of what was done to it."""

    text: str
    added: tuple[str, ...] = ()
    renewed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


class _Block(Record, frozen=True, kw_only=True):
    """A run of the file's lines: a suggestion of ours that nobody touched, or anything else (`key` is empty)."""

    key: str = ""
    lines: tuple[str, ...]


def draft(
    old: str, suggestions: Sequence[Suggestion], *, head: Sequence[str] = (), taken: Sequence[str] = ()
) -> Drafted:
    """The file with the suggestions of now: new ones added, ours renewed where they stood, what is gone taken out.

    `head` opens a file that is new. `taken` are keys that the editor has words on: of these nothing is suggested.
    """
    newline = "\r\n" if "\r\n" in old else "\n"
    wanted = {one.key: one for one in suggestions if one.key not in taken}
    blocks = list(_blocks(old))
    text: list[str] = []
    done: set[str] = set()
    renewed: list[str] = []
    gone: list[str] = []
    for block in blocks:
        fresh = wanted.get(block.key)
        if not block.key:
            text += block.lines
        elif fresh is None or block.key in done:
            gone += [] if block.key in done else [block.key]
        else:
            lines = _lines(fresh, newline)
            done.add(block.key)
            renewed += [block.key] if lines != block.lines else []
            text += lines
    touched = {key for block in blocks if not block.key for key in _keys(block.lines)}
    added = [one for key, one in wanted.items() if key not in done and key not in touched]
    if not old:
        text += [f"# {line}".rstrip() + newline for line in head]
    elif added and text and not text[-1].endswith(("\n", "\r")):
        text.append(newline)
    for one in added:
        text += [newline, *_lines(one, newline)]
    return Drafted(
        text="".join(text),
        added=tuple(one.key for one in added),
        renewed=tuple(renewed),
        gone=tuple(gone),
        kept=tuple(sorted(touched | (set(taken) & {one.key for one in suggestions}))),
    )


def own_words(text: str) -> str:
    """The file without our suggestions: what must stay, byte for byte."""
    return "".join(line for block in _blocks(text) if not block.key for line in block.lines)


def toml_text(value: str) -> str:
    """A text as TOML writes it, on one line."""
    return '"' + "".join(_escaped(char) for char in value) + '"'


def _escaped(char: str) -> str:
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    if char in escapes or char.isprintable():
        return escapes.get(char, char)
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _blocks(text: str) -> Iterator[_Block]:
    lines = text.splitlines(keepends=True)
    place = 0
    while place < len(lines):
        head = _HEAD.match(lines[place].rstrip("\r\n"))
        end = place + 1
        while head and end < len(lines) and lines[end].startswith(_LINE.rstrip()):
            end += 1
        body = tuple(lines[place + 1 : end])
        is_ours = head is not None and head["sum"] == _sum(head["key"], head["about"] or "", body)
        yield _Block(key=head["key"] if head and is_ours else "", lines=tuple(lines[place:end]))
        place = end


def _lines(suggestion: Suggestion, newline: str) -> tuple[str, ...]:
    about = " ".join(suggestion.about.split())
    body = tuple(f"{_LINE}{line}".rstrip() + newline for line in suggestion.lines)
    head = f"#>> {suggestion.key} {about + ' ' if about else ''}~{_sum(suggestion.key, about, body)}"
    return (head + newline, *body)


def _keys(lines: Sequence[str]) -> Iterator[str]:
    """The keys of suggestions that the editor took over."""
    for line in lines:
        if head := _HEAD.match(line.rstrip("\r\n")):
            yield head["key"]


def _sum(key: str, about: str, body: Sequence[str]) -> str:
    """The sum of a block's content; line ends don't count, since editors and git may change them."""
    content = "\n".join((key, about, *(line.rstrip("\r\n") for line in body)))
    return hashlib.sha256(content.encode()).hexdigest()[:8]
