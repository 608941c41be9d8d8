"""Add suggestions to the editor's file as comments, and leave the rest of its text as it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from weekly.files.toml_edit import append_lines, comments, insert_first, insert_line, line_after, plain_lines
from weekly.files.toml_lines import nodes
from weekly.model import Record

INTRODUCTION = "introduction"
_FEATURE = "feature:"
_QUOTED = re.compile(r'"[^"\n]*"')
_REF = re.compile(r"[\w.-]+/[\w.-]+#\d+")
_FEATURE_PULLS = re.compile(r'^#[| ]*\[\[features\]\]\n(?:#.*\n)*?#[| ]*pulls = \["([^"]+)"', re.MULTILINE)
_ENTRY = re.compile(r'^#[| ]*"[^"\n]*#\d+"[^\n]*(?:\n|$)', re.MULTILINE)
"""A suggestion under [pulls]."""


class Suggestion(Record, frozen=True, kw_only=True):
    """A proposed entry, as the reference of its pull request or another key, remarks and TOML lines."""

    key: str
    about: tuple[str, ...] = ()
    lines: tuple[str, ...]


def feature_key(ref: str) -> str:
    """Return the key of the suggestion of a feature."""
    return _FEATURE + ref


def draft(
    old: str, suggestions: Sequence[Suggestion], *, head: Sequence[str] = (), taken: Collection[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Return the file with new suggestions, and their keys.

    `head` opens a new file. `taken` are keys that the editor wrote about. What the file has, even as a comment, isn't
    suggested again.
    """
    old, newline = plain_lines(old)
    known = {*taken, *_keys(old)}
    new = [suggestion for suggestion in suggestions if suggestion.key not in known]
    text = old or "".join(f"# {line}".rstrip() + "\n" for line in head)
    pulls = [suggestion for suggestion in new if suggestion.key != INTRODUCTION and not _is_feature(suggestion)]
    if any(node.path[:1] == ("pulls",) and not node.is_header and not node.table for node in nodes(old)):
        new = [suggestion for suggestion in new if suggestion not in pulls]  # pulls."owner/name#1" at the top
        pulls = []
    for suggestion in new:
        if suggestion.key == INTRODUCTION:
            text = insert_first(text, "\n".join(_lines(suggestion)))
    text = _with_pulls(text, pulls) if pulls else text
    for suggestion in new:
        if _is_feature(suggestion):
            text = append_lines(text, _lines(suggestion))
    return text.replace("\n", newline), tuple(suggestion.key for suggestion in new)


def _is_feature(suggestion: Suggestion) -> bool:
    return suggestion.key.startswith(_FEATURE)


def _lines(suggestion: Suggestion) -> list[str]:
    return [*(f"# {line}" for line in suggestion.about), *(f"#{line}" for line in suggestion.lines)]


def _keys(text: str) -> Iterator[str]:
    """Yield the keys of what the file suggests or has."""
    for quoted in _QUOTED.findall(text):
        yield from _REF.findall(quoted)
    yield from map(feature_key, _FEATURE_PULLS.findall(text))
    if re.search(r"^#[| ]*introduction = ", text, re.MULTILINE):
        yield INTRODUCTION


def _with_pulls(text: str, suggestions: Sequence[Suggestion]) -> str:
    """Add suggestions to the end of the table [pulls], or of a new one."""
    if not any(node.path == ("pulls",) for node in nodes(text)):
        text = append_lines(text, ["[pulls]"])
    notes = [node for node in nodes(text) if ("pulls",) in (node.path, node.table) and not node.is_inline]
    ends = [*(line_after(text, node) for node in notes), *(match.end() for match in comments(text, _ENTRY, ("pulls",)))]
    lines = [line for suggestion in suggestions for line in ("", *_lines(suggestion))]
    position = max(ends)
    after = [] if not text[position:].strip() or text.startswith("\n", position) else [""]
    return insert_line(text, position, "\n".join([*lines, *after]))
