"""Read the prose of a pull request's description, without the forms around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import phrases, word_list

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONGEST_BODY = 20_000
"""Characters of a description that are read; what is longer is a log."""


class _Line(NamedTuple):
    """A line of prose with its position in a paragraph or list, and its heading."""

    text: str
    heading: str


_TRAILER = lazy_pattern(
    r"^[A-Z][A-Za-z]*(?:-[A-Za-z]+)*-by:\s|^(?:change-id|cc|acked|tested|link|bug|jira|issue)s?:\s", re.IGNORECASE
)
_REFERENCE = lazy_pattern(r"^(?:https?://.*|(?:[\w.-]+/[\w.-]+)?#\d+|[0-9a-f]{7,40})$")
_BREAK = lazy_pattern(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\beg\.)(?<!\bi\.e\.)(?<!\bie\.)(?<!\betc\.)(?<!\bvs\.)(?<!\bcf\.)\s+"
    r"(?=[A-Z`\"'(]|[a-z]\w*(?: [a-z]+){0,3} [-–—] )"
)
_SPAN = lazy_pattern(r"(`+)(?!`).+?(?<!`)\1(?!`)")


def prose(body: str, *, whole: bool = True) -> Iterator[list[str]]:
    """Return the sentences of each paragraph of a description, without its forms.

    Where the body isn't whole, its last sentence isn't believed.
    """
    lines = [
        split_sentences(line.text)
        for line in _lines(_parsed(body))
        if not phrases("form_headings").search(line.heading)
    ]
    if lines and not whole:
        lines[-1].pop()
    yield from lines


def examples(body: str) -> Iterator[str]:
    """Return the code, the rows of tables and the ticked items of a description."""
    apart = 0
    for token in _parsed(body):
        apart += _APART.get(token.type, 0)
        if token.type in ("fence", "code_block"):
            yield token.content
        elif token.type == "inline":
            text = " ".join(_prose(token))
            if apart or _TICKED.match(text):
                yield _TICKED.sub("", text)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph."""
    masked = _SPAN.sub(lambda match: "`" + "x" * (len(match[0]) - 2) + "`", text)
    found, start = [], 0
    for match in _BREAK.finditer(masked):
        found.append(text[start : match.start()])
        start = match.end()
    return [sentence.strip() for sentence in [*found, text[start:]] if sentence.strip()]


@lru_cache(maxsize=1)  # a description is asked for its release note, then for what it explains
def _parsed(body: str) -> Sequence[Token]:
    return () if not body.strip() else _parser().parse(body[:LONGEST_BODY].replace("\x00", ""))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


_APART = {"blockquote_open": 1, "table_open": 1, "blockquote_close": -1, "table_close": -1}
_TICKED = lazy_pattern(r"^\[[xX]\]\s+")
_CHECKBOX = lazy_pattern(r"^\[[ xX]\](?:\s|$)")


def _lines(tokens: Sequence[Token]) -> Iterator[_Line]:
    """Return the prose of a description by paragraph, without quotes, tables, ticked items and comments."""
    heading, apart, in_heading = "", 0, False
    for token in tokens:
        apart += _APART.get(token.type, 0)
        if token.type in ("heading_open", "heading_close"):
            in_heading = token.type == "heading_open"
        if token.type != "inline" or apart:
            continue
        lines = [line for line in _prose(token) if line]
        if in_heading:
            heading = " ".join(lines)
        elif not (lines and _CHECKBOX.match(lines[0])):
            prose_lines = [line for line in lines if not _TRAILER.match(line) and not _only_refers(line)]
            if prose_lines:
                yield _Line(text=" ".join(prose_lines), heading=heading)


def _only_refers(line: str) -> bool:
    """Tell whether a line only names an issue or an address, such as "Closes #1"."""
    pieces = [piece.strip("-*.,:;()[]").lower() for piece in line.split()]
    return any(map(_REFERENCE.match, pieces)) and all(
        not piece or piece in word_list("referring") or _REFERENCE.match(piece) for piece in pieces
    )


def _prose(inline: Token) -> list[str]:
    """Return the lines of a paragraph as text with code spans, without images, raw HTML and struck text."""
    lines, struck = [""], 0
    for token in inline.children or ():
        struck += {"s_open": 1, "s_close": -1}.get(token.type, 0)
        if token.type in ("softbreak", "hardbreak"):
            lines.append("")
        elif struck:
            continue
        elif token.type == "text":
            lines[-1] += token.content.replace("`", "'")
        elif token.type == "code_inline" and "`" not in token.content and token.content.strip():
            lines[-1] += f"`{token.content}`"
    return [" ".join(line.split()) for line in lines]
