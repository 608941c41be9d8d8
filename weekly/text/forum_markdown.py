"""Render Markdown by the forum's rules, with its details, mentions and embeds, without anything harmful."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from weekly.text.patterns import lazy_pattern

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

OURS = ("mention", "card", "image", "note")
"""Tokens that the caller prints: a mention's name, an embed's address, a picture, and what the caller put in."""

# Private-use characters hold the place of what the caller prints while everything else is sanitised.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = lazy_pattern(f"{_OPEN}(\\d+){_CLOSE}")
_DETAILS = lazy_pattern(r"\[details(?:=(.*))?\]\s*$")
_MENTION = lazy_pattern(r"(?<![\w@/.+-])@(\w(?:[\w.-]{0,58}\w)?)")
_BLOCKS_BROKEN = ["paragraph", "reference", "blockquote", "list"]

_TAGS = frozenset((
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "s", "small", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
))  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "details": {"open"}, "ol": {"start"}}
_SCHEMES = frozenset({"http", "https", "mailto"})
_RAW_TAG = lazy_pattern(r"<(script|style)\b.*?</\1\s*>|</?([a-z][\w-]*)(?:[^>]*>)?", re.IGNORECASE | re.DOTALL)


def parser() -> MarkdownIt:
    """Return a parser with the forum's rules and its details blocks."""
    from markdown_it import MarkdownIt

    rules = {"html": True, "breaks": True, "linkify": True, "typographer": True}
    made = MarkdownIt("js-default", rules)
    made.block.ruler.before("paragraph", "details", _details, {"alt": _BLOCKS_BROKEN})
    return made


def parse(text: str) -> list[Token]:
    """Return the tokens of a post, with mentions and embeds."""
    made = parser()
    made.core.ruler.push("cards", _cards)
    made.core.ruler.push("mentions", _mentions)
    return made.parse(text.translate({ord(_OPEN): "\ufffd", ord(_CLOSE): "\ufffd"}))


def to_html(tokens: Sequence[Token], printed: Callable[[Token], str]) -> str:
    """Return sanitised HTML. The HTML that `printed` makes of our own tokens stays as it is."""
    import nh3

    kept: list[str] = []

    def keep(_self: object, tokens: Sequence[Token], place: int, *_: Any) -> str:
        kept.append(printed(tokens[place]))
        return f"{_OPEN}{len(kept) - 1}{_CLOSE}"

    made = parser()
    for name in OURS:
        made.add_render_rule(name, keep)
    for name in ("html_block", "html_inline"):
        made.add_render_rule(name, _raw)
    clean = nh3.clean(
        made.renderer.render(tokens, made.options, {}),
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer",
    )
    return _PLACE.sub(lambda place: kept[int(place[1])], clean)


def _raw(_self: object, tokens: Sequence[Token], place: int, *_: Any) -> str:
    """Return the editor's HTML without forbidden tags. An open <iframe> would swallow the rest of the post."""
    return _RAW_TAG.sub(lambda tag: tag[0] if (tag[2] or "").lower() in _TAGS else "", tokens[place].content)


def _token(*values: Any, **fields: Any) -> Token:
    from markdown_it.token import Token

    return Token(*values, **fields)


def note(content: object) -> Token:
    """Return a token of the caller's own, to insert among the others."""
    return _token("note", "", 0, meta={"note": content}, block=True)


# [details="Summary"] … [/details] ------------------------------------------------------------------------------------


def _details(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Parse a details block, from its own line to the line that closes it."""
    opening = _DETAILS.match(_line(state, first))
    end = _end_of_details(state, first, last) if opening else None
    if opening is None or end is None:
        return False
    if silent:
        return True
    summary = (opening[1] or "").strip().strip("\"'“”") or "Summary"
    token = state.push("details_open", "details", 1)
    token.map, token.block = [first, end + 1], True
    state.push("summary_open", "summary", 1)
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = summary, [first, first + 1], []
    state.push("summary_close", "summary", -1)
    outer, state.lineMax = state.lineMax, end
    state.md.block.tokenize(state, first + 1, end)
    state.lineMax = outer
    state.push("details_close", "details", -1).block = True
    state.line = end + 1
    return True


def _end_of_details(state: StateBlock, first: int, last: int) -> int | None:
    """Return the line of the [/details] that closes the block on line `first`."""
    depth = 0
    for number in range(first, last):
        line = _line(state, number)
        depth += bool(_DETAILS.match(line)) - (line.rstrip() == "[/details]")
        if depth == 0:
            return number
    return None


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


# A URL alone on its line ---------------------------------------------------------------------------------------------


def _cards(state: StateCore) -> None:
    """Cut paragraphs that stand by themselves where a line of theirs is but a URL."""
    made: list[Token] = []
    tokens = iter(state.tokens)
    for token in tokens:
        if token.type == "paragraph_open" and token.level == 0:
            made += _with_cards(token, next(tokens), next(tokens))
        else:
            made.append(token)
    state.tokens = made


def _with_cards(opening: Token, inline: Token, closing: Token) -> Iterator[Token]:
    run: list[Token] = []
    for number, line in enumerate(_lines(inline.children or [])):
        url = _lone_url(line)
        if url is None:
            run += [_token("softbreak", "br", 0), *line] if run else line
            continue
        yield from _paragraph(opening, inline, closing, run)
        run = []
        start = (opening.map or [0])[0] + number
        yield _token("card", "", 0, content=url, map=[start, start + 1], block=True)
    yield from _paragraph(opening, inline, closing, run)


def _paragraph(opening: Token, inline: Token, closing: Token, children: list[Token]) -> Iterator[Token]:
    if children:
        yield from (opening, inline.copy(children=children), closing)


def _lines(children: Sequence[Token]) -> Iterator[list[Token]]:
    line: list[Token] = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            yield line
            line = []
        else:
            line.append(child)
    yield line


def _lone_url(line: Sequence[Token]) -> str | None:
    shown = [token for token in line if token.type != "text" or token.content.strip()]
    if len(shown) != 3 or shown[0].markup != "linkify" or shown[2].type != "link_close":
        return None
    return str(shown[0].attrs["href"]) if re.match(r"https?://", shown[1].content) else None


# @name ---------------------------------------------------------------------------------------------------------------


def _mentions(state: StateCore) -> None:
    """Mark the names that the forum would notify, outside code and links."""
    for token in state.tokens:
        if token.type == "inline" and "@" in token.content:
            token.children = list(_mentioned(token.children or []))


def _mentioned(children: Sequence[Token]) -> Iterator[Token]:
    links = 0
    for child in children:
        links += _link_depth(child)
        if child.type == "text" and not links:
            yield from _split(child)
        else:
            yield child


def _link_depth(token: Token) -> int:
    if token.type == "html_inline":
        tag = token.content.lower()
        return int(bool(re.match(r"<a[\s>]", tag))) - int(tag.startswith("</a"))
    return {"link_open": 1, "link_close": -1}.get(token.type, 0)


def _split(text: Token) -> Iterator[Token]:
    end = 0
    for found in _MENTION.finditer(text.content):
        yield text.copy(content=text.content[end : found.start()])
        yield _token("mention", "", 0, content=found[1])
        end = found.end()
    yield text.copy(content=text.content[end:])
