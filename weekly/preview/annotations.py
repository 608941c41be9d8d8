"""Annotate the blocks of a post with explanations and findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weekly.compose.explain import Explanation, explain
from weekly.model import Finding, Highlight, Post, Record
from weekly.text import forum_markdown
from weekly.text.markdown import bullet

if TYPE_CHECKING:
    from markdown_it.token import Token

_CONTAINERS = ("list_item_open", "blockquote_open")
_BLOCKS = frozenset((
    "heading_open", "paragraph_open", "bullet_list_open", "ordered_list_open", "table_open", "details_open",
    "fence", "code_block", "html_block", "hr", "card", *_CONTAINERS,
))  # fmt: skip


class BulletNote(Record, frozen=True, kw_only=True):
    """The explanations of a bullet's pull requests, and its highlight if it has one."""

    explanations: tuple[Explanation, ...]
    highlight: Highlight | None = None


class FindingNote(Record, frozen=True, kw_only=True):
    """A finding, the number that links to it, and whether it is next to a block."""

    number: int
    finding: Finding
    has_block: bool


class AnnotatedPost(Record, frozen=True, kw_only=True):
    """The post's tokens, and the notes to put before them by index.

    It has all findings, each pull request's explanation, and the explanations that no bullet has.
    """

    tokens: Sequence[Token]
    notes: Mapping[int, list[Any]]
    findings: tuple[FindingNote, ...]
    explanations: Mapping[str, Explanation]
    unlisted: tuple[Explanation, ...]


def annotate(post: Post, text: str, findings: Sequence[Finding] = ()) -> AnnotatedPost:
    """Return the tokens of the post's Markdown with notes next to its bullets and blocks."""
    tokens = forum_markdown.parse(text)
    explanations = {explanation.ref: explanation for explanation in explain(post)}
    bullet_notes = dict(_link_notes(tokens, explanations))
    bullet_notes |= dict(_highlight_notes(post, text.split("\n"), explanations))
    blocks = _block_indexes(tokens)
    ordered = sorted(findings, key=lambda finding: (finding.line, finding.rule, finding.message))
    finding_notes = tuple(
        FindingNote(number=number, finding=finding, has_block=finding.line - 1 in blocks)
        for number, finding in enumerate(ordered, 1)
    )
    notes: defaultdict[int, list[Any]] = defaultdict(list)
    for note in finding_notes:
        if note.has_block:
            index = blocks[note.finding.line - 1]
            notes[index + (tokens[index].type in _CONTAINERS)].append(note)
    for index, bullet_note in _at_ends(tokens, bullet_notes):
        notes[index].append(bullet_note)
    listed = {explanation.ref for note in bullet_notes.values() for explanation in note.explanations}
    return AnnotatedPost(
        tokens=tokens,
        notes=notes,
        findings=finding_notes,
        explanations=explanations,
        unlisted=tuple(explanation for ref, explanation in explanations.items() if ref not in listed),
    )


def with_notes(tokens: Sequence[Token], notes: Mapping[int, Sequence[Any]]) -> Iterator[Token]:
    """Yield tokens and notes, each note before the token of its index."""
    for index, token in enumerate(tokens):
        yield from map(forum_markdown.note, notes.get(index, ()))
        yield token
    yield from map(forum_markdown.note, notes.get(len(tokens), ()))


def _highlight_notes(
    post: Post, lines: Sequence[str], explanations: Mapping[str, Explanation]
) -> Iterator[tuple[int, BulletNote]]:
    """Yield the note of each highlight with the line that begins with its text."""
    finder = LineFinder(lines)
    for highlight in post.highlights:
        line = finder.find(bullet(highlight.text).partition("\n")[0])
        if line is not None:
            own = tuple(explanations[pull.ref] for pull in highlight.pulls if pull.ref in explanations)
            yield line, BulletNote(explanations=own, highlight=highlight)


class LineFinder:
    """Finds lines by how they begin, each once, preferring those after the last."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._taken: set[int] = set()
        self._start = 0

    def find(self, first: str) -> int | None:
        """Return the index of the next line that begins with a text, None where there is none."""
        order = (*range(self._start, len(self._lines)), *range(self._start))
        line = next((n for n in order if n not in self._taken and self._lines[n].lstrip().startswith(first)), None)
        if line is not None:
            self._taken.add(line)
            self._start = line + 1
        return line


def _link_notes(tokens: Sequence[Token], explanations: Mapping[str, Explanation]) -> Iterator[tuple[int, BulletNote]]:
    """Yield a note, with its line, for each bullet whose first paragraph links to the week's pull requests."""
    by_url = {explanation.url: explanation for explanation in explanations.values()}
    for item, _paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type == "list_item_open" and item.map and inline.type == "inline":
            urls = [str(child.attrs.get("href")) for child in inline.children or [] if child.type == "link_open"]
            linked = tuple(dict.fromkeys(by_url[url] for url in urls if url in by_url))
            if linked:
                yield item.map[0], BulletNote(explanations=linked)


def _block_indexes(tokens: Sequence[Token]) -> dict[int, int]:
    """Return the index of the smallest block that each line belongs to, the last of equals."""
    indexes: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for index, token in enumerate(tokens):
        if token.type not in _BLOCKS or token.hidden or not token.map:
            continue
        first, end = token.map
        for line in range(first, end):
            if end - first <= sizes.get(line, end - first):
                sizes[line], indexes[line] = end - first, index
    return indexes


def _at_ends(tokens: Sequence[Token], bullet_notes: Mapping[int, BulletNote]) -> Iterator[tuple[int, BulletNote]]:
    """Yield each bullet's note with the index of the token that ends its item."""
    pending = dict(bullet_notes)
    open_items: list[BulletNote | None] = []
    for index, token in enumerate(tokens):
        if token.type == "list_item_open":
            open_items.append(pending.pop(token.map[0], None) if token.map else None)
        elif token.type == "list_item_close" and (note := open_items.pop()):
            yield index, note
