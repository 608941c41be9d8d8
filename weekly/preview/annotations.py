"""The margin of a post: which explanation and which finding stands beside which of its blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from weekly.compose.explain import Explanation, explain
from weekly.model import Finding, Highlight, Highlights, Post, Record
from weekly.text import forum_markdown
from weekly.text.markdown import bullet

if TYPE_CHECKING:
    from markdown_it.token import Token

_CONTAINERS = ("list_item_open", "blockquote_open")
_BLOCKS = frozenset((
    "heading_open", "paragraph_open", "bullet_list_open", "ordered_list_open", "table_open", "details_open",
    "fence", "code_block", "html_block", "hr", "card", *_CONTAINERS,
))  # fmt: skip


class Why(Record, frozen=True, kw_only=True):
    """Why a bullet stands there: its pull requests' explanations, and the highlight if it is one."""

    explanations: tuple[Explanation, ...]
    highlight: Highlight | None = None


class Mark(Record, frozen=True, kw_only=True):
    """A finding, the number that it is linked by, and whether it has a block to stand beside."""

    number: int
    finding: Finding
    is_placed: bool


class Margin(Record, frozen=True, kw_only=True):
    """The post's tokens with a note for each Why and Mark, and what no block of it stands for."""

    tokens: tuple[Token, ...]
    marks: tuple[Mark, ...]
    elsewhere: tuple[Explanation, ...]


def annotate(post: Post, text: str, findings: Sequence[Finding] = ()) -> Margin:
    """Read the post's Markdown, and put beside each block what there is to say of it."""
    tokens = forum_markdown.parse(text)
    explanations = {explanation.ref: explanation for explanation in explain(post)}
    whys = dict(_of_highlights(post, text.split("\n"), explanations))
    whys |= {line: why for line, why in _of_links(tokens, explanations) if line not in whys}
    marks, places = _marks(tokens, findings)
    told = {explanation.ref for why in whys.values() for explanation in why.explanations}
    return Margin(
        tokens=tuple(_with_notes(tokens, whys, places)),
        marks=marks,
        elsewhere=tuple(explanation for ref, explanation in explanations.items() if ref not in told),
    )


def _of_highlights(
    post: Post, lines: Sequence[str], explanations: Mapping[str, Explanation]
) -> Iterator[tuple[int, Why]]:
    """The line of each highlight: the next that begins with its text, wherever a template put it."""
    taken: set[int] = set()
    start = 0
    for highlight in _highlights(post):
        first = bullet(highlight.text).partition("\n")[0]
        order = (*range(start, len(lines)), *range(start))
        line = next((n for n in order if n not in taken and lines[n].lstrip().startswith(first)), None)
        if line is None:
            continue
        taken.add(line)
        start = line + 1
        told = tuple(explanations[pull.ref] for pull in highlight.pulls if pull.ref in explanations)
        yield line, Why(explanations=told, highlight=highlight)


def _highlights(post: Post) -> Iterator[Highlight]:
    for section in post.sections:
        if isinstance(section, Highlights):
            yield from section.improvements
            yield from section.bugfixes


def _of_links(tokens: Sequence[Token], explanations: Mapping[str, Explanation]) -> Iterator[tuple[int, Why]]:
    """The line of each bullet that links to pull requests of the week."""
    by_url = {explanation.url: explanation for explanation in explanations.values()}
    items: list[Token] = []
    for token in tokens:
        if token.type == "list_item_open":
            items.append(token)
        elif token.type == "list_item_close":
            items.pop()
        elif token.type == "inline" and items and token.level == items[-1].level + 2:
            linked = [child.attrs.get("href") for child in token.children or [] if child.type == "link_open"]
            told = tuple(dict.fromkeys(by_url[str(url)] for url in linked if url in by_url))
            if told and items[-1].map:
                yield items[-1].map[0], Why(explanations=told)


def _marks(tokens: Sequence[Token], findings: Sequence[Finding]) -> tuple[tuple[Mark, ...], dict[int, list[Mark]]]:
    """The findings in the order of their lines, and the places of the tokens that they stand beside."""
    marks: list[Mark] = []
    places: dict[int, list[Mark]] = {}
    ordered = sorted(findings, key=lambda finding: (finding.line, finding.rule, finding.message))
    for number, finding in enumerate(ordered, 1):
        place = _block(tokens, finding.line - 1)
        marks.append(Mark(number=number, finding=finding, is_placed=place is not None))
        if place is not None:
            places.setdefault(place, []).append(marks[-1])
    return tuple(marks), places


def _block(tokens: Sequence[Token], line: int) -> int | None:
    """The place of the smallest block that the line belongs to."""
    spans = {
        place: token.map[1] - token.map[0]
        for place, token in enumerate(tokens)
        if token.type in _BLOCKS and not token.hidden and token.map and token.map[0] <= line < token.map[1]
    }
    return min(spans, key=lambda place: (spans[place], -place)) if spans else None


def _with_notes(
    tokens: Sequence[Token], whys: Mapping[int, Why], places: Mapping[int, Sequence[Mark]]
) -> Iterator[Token]:
    """A finding goes before its block, or first into its list's item; a Why comes last in its item."""
    left = dict(whys)
    open_items: list[Why | None] = []
    for place, token in enumerate(tokens):
        notes = [forum_markdown.note(mark) for mark in places.get(place, ())]
        is_container = token.type in _CONTAINERS
        if token.type == "list_item_close" and (why := open_items.pop()):
            yield forum_markdown.note(why)
        yield from () if is_container else notes
        yield token
        yield from notes if is_container else ()
        if token.type == "list_item_open":
            open_items.append(left.pop(token.map[0], None) if token.map else None)
