"""Read the rendered post as the forum does, and find unintended mentions, broken links and empty sections.

Each rule checks one thing. A finding that stops publishing blocks; the others are noted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from weekly.config.limits import Limits
from weekly.model import Finding, Post, PullRequest, Severity, Upstream, Video
from weekly.text.forum_markdown import parser
from weekly.text.markdown import Markdown

if TYPE_CHECKING:
    from markdown_it.token import Token

_MENTION = re.compile(r"(?<![\w@/`])@[A-Za-z0-9_][\w.-]*")
_HASHTAG = re.compile(r"(?<![\w#&/])#[A-Za-z0-9_][\w:-]*")
_EMOJI = re.compile(r"(?<!\w):[a-z0-9_+-]+(?::t[2-6])?:", re.ASCII | re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\b(?:TODO|FIXME|XXX|TBD|TBC|lorem ipsum)\b|<insert\b|\?\?\?", re.IGNORECASE)
_BROKEN_LINK = re.compile(r"\]\s*\([^)\s]*|\[[^\]]+\]\s+\(https?:")
_LINK = re.compile(r"\[[^\[\]]*\]\([^()\s]+\)")
# From the left: within code a backslash escapes nothing, and an escaped backtick begins no code. Backticks without an end are text.
_ESCAPE_OR_CODE = re.compile(r"\\.|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|(?P<text>`+)")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A run of text in the post, its line, and whether it is in a link."""

    text: str
    line: int
    in_link: bool
    is_alone: bool


class RenderedText(msgspec.Struct, frozen=True, kw_only=True):
    """The rendered post as the rules read it. `trusted` is all Markdown by us or the editor."""

    text: str
    title: str
    tokens: Sequence[Token]
    pieces: tuple[Piece, ...]
    trusted: str
    limits: Limits


def lint(post: Post, text: str, limits: Limits = Limits()) -> tuple[Finding, ...]:
    """Return the findings on a rendered post in the order of its lines."""
    tokens = parser().parse(text)
    page = RenderedText(
        text=text,
        title=post.title,
        tokens=tokens,
        pieces=tuple(_pieces(tokens)),
        trusted="\n".join(trusted_texts(post)),
        limits=limits,
    )
    findings = [*gaps(post), *(finding for rule in RULES for finding in rule(page))]
    return tuple(sorted(findings, key=lambda finding: (finding.line, finding.rule, finding.message)))


def gaps(post: Post) -> Iterator[Finding]:
    """Find what the post says isn't known, where nothing else stops publishing it."""
    for section in post.sections:
        for project in section.projects if isinstance(section, Upstream) else ():
            for gap in project.gaps:
                if gap.severity is Severity.NOTED:
                    yield Finding(where=gap.where, rule="gap", message=gap.what, hint=gap.hint)


def trusted_texts(value: object) -> Iterator[str]:
    """Yield every Markdown text within a record, and the addresses of videos to embed."""
    if isinstance(value, Video):
        yield value.url
    if isinstance(value, Markdown):
        yield value
    elif isinstance(value, msgspec.Struct) and not isinstance(
        value, PullRequest
    ):  # which has other people's words alone
        for name in value.__struct_fields__:
            yield from trusted_texts(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from trusted_texts(item)


# The rules -----------------------------------------------------------------------------------------------------------


class Active(NamedTuple):
    """Words that the forum makes active, and whether also within links."""

    rule: str
    pattern: re.Pattern[str]
    effect: str
    hint: str
    severity: Severity = Severity.NOTED
    within_links: bool = False


ACTIVE = (
    Active(
        "mention",
        _MENTION,
        "would be notified",
        "write it as code, or in the notes if it is intended",
        severity=Severity.BLOCKS,
    ),
    Active("hashtag", _HASHTAG, "would become a category or tag", "write it as code, or with its repository"),
    Active("emoji", _EMOJI, "would become an emoji", "write it as code", within_links=True),
)


def active_words(page: RenderedText) -> Iterator[Finding]:
    """Find mentions, hashtags and emoji that nobody intended."""
    for rule, pattern, effect, hint, severity, within_links in ACTIVE:
        intended = set(pattern.findall(page.trusted))
        for piece in page.pieces:
            for name in pattern.findall(piece.text) if within_links or not piece.in_link else ():
                if name not in intended:
                    yield _finding(piece.line, rule, f"{name} {effect}", hint, severity)


def mentions(page: RenderedText) -> Iterator[Finding]:
    """Find more mentions than the forum takes."""
    count = sum(len(_MENTION.findall(piece.text)) for piece in page.pieces if not piece.in_link)
    if count > page.limits.mentions:
        message = f"{count} mentions, but the forum takes {page.limits.mentions} in a post"
        yield _finding(0, "mentions", message, "write some of the names as code")


def html(page: RenderedText) -> Iterator[Finding]:
    """Find HTML, which is active on the forum."""
    for token, line in _all_tokens(page.tokens):
        if token.type in ("html_block", "html_inline") and not token.content.lstrip().startswith("<!--"):
            tag = token.content.strip().splitlines()[0][:40]
            severity = Severity.NOTED if tag in page.trusted else Severity.BLOCKS
            yield _finding(line, "html", f"{tag} is HTML", "write it in Markdown", severity)


def links(page: RenderedText) -> Iterator[Finding]:
    """Find links that don't lead to the web."""
    for token, line in _all_tokens(page.tokens):
        target = str(token.attrGet("href") or token.attrGet("src") or "")
        if token.type not in ("link_open", "image") or target.startswith(("https://", "http://", "upload://")):
            continue
        scheme = _SCHEME.match(target)
        what = f"a link to {target[:60] or 'nothing'}"
        severity = Severity.NOTED if scheme and scheme[1].lower() == "mailto" else Severity.BLOCKS
        yield _finding(line, "link", what, "give a whole https:// address", severity)


def broken_links(page: RenderedText) -> Iterator[Finding]:
    """Find brackets that look like a broken link, except escaped ones."""
    lines = page.text.splitlines()
    for piece in page.pieces:
        match = None if piece.in_link else _BROKEN_LINK.search(piece.text)
        if match and match[0] in _LINK.sub(" ", _unescaped(lines[piece.line - 1])):
            message = f"{match[0][:40]!r} reads like a link that is broken"
            hint = "write [text](https://…), without a space between, on one line"
            yield _finding(piece.line, "broken-link", message, hint)


def _unescaped(line: str) -> str:
    """Return a line without escaped characters and code."""
    return _ESCAPE_OR_CODE.sub(lambda match: match["text"] or " ", line)


def bare_urls(page: RenderedText) -> Iterator[Finding]:
    """Find addresses that would be embedded by mistake, or wouldn't be."""
    for piece in page.pieces:
        if not piece.in_link or not piece.text.startswith(("http://", "https://")):
            continue
        if piece.is_alone and piece.text not in page.trusted:
            message = f"{piece.text[:60]} is alone on its line, and would be embedded"
            yield _finding(piece.line, "embed", message, "give it a text: [text](address)", Severity.NOTED)
        elif not piece.is_alone:
            message = f"{piece.text[:60]} is bare, and would not be embedded"
            hint = "put it alone on a line to embed it, or give it a text: [text](address)"
            yield _finding(piece.line, "bare-url", message, hint, Severity.NOTED)


def headings(page: RenderedText) -> Iterator[Finding]:
    """Find headings that skip a level, and empty sections."""
    openings = [index for index, token in enumerate(page.tokens) if token.type == "heading_open"]
    previous = 0
    for index, end in pairwise([*openings, len(page.tokens)]):
        level, line = int(page.tokens[index].tag[1]), _line(page.tokens[index])
        if previous and level > previous + 1:
            message = f"a heading of level {level} under one of level {previous}"
            yield _finding(line, "heading-jump", message, "set `level`", Severity.NOTED)
        previous = level
        if end - index <= 3 and (end == len(page.tokens) or int(page.tokens[end].tag[1]) <= level):
            heading = page.tokens[index + 1].content
            hint = "give it a text or an entry, or remove it"
            yield _finding(line, "empty-section", f"nothing under {heading!r}", hint, Severity.NOTED)


def placeholders(page: RenderedText) -> Iterator[Finding]:
    """Find placeholders such as TODO."""
    for piece in page.pieces:
        for word in () if piece.in_link else _PLACEHOLDER.findall(piece.text):
            severity = Severity.BLOCKS if word in page.trusted else Severity.NOTED
            message = f"{word!r} looks like a placeholder"
            yield _finding(piece.line, "placeholder", message, "write what it stands for", severity)


def length(page: RenderedText) -> Iterator[Finding]:
    """Find a post that is empty or longer than the forum takes."""
    limit = page.limits.post_length
    if len(page.text) > limit:
        message = f"{len(page.text):,} characters, but there is room for {limit:,}"
        hint = "it can't be shortened further; show fewer branches, or shorten the texts of weekly.toml and the notes"
        yield _finding(0, "too-long", message, hint)
    if not page.text.strip():
        yield _finding(0, "empty", "the post is empty", "look at [[sections]] and the templates")


def title(page: RenderedText) -> Iterator[Finding]:
    """Find a title that the forum refuses."""
    text = page.title.strip()
    least, most, hint = page.limits.title_least, page.limits.title_most, "change series.title, or the notes' title"
    if not least <= len(text) <= most:
        message = f"the title {text!r} has {len(text)} characters, but the forum takes {least} to {most}"
        yield _finding(0, "title-length", message, hint)
    elif text.isupper():
        yield _finding(0, "title-case", f"the title {text!r} is in capitals", hint, Severity.NOTED)


RULES: tuple[Callable[[RenderedText], Iterator[Finding]], ...] = (
    active_words,
    mentions,
    html,
    links,
    broken_links,
    bare_urls,
    headings,
    placeholders,
    length,
    title,
)


# Reading -------------------------------------------------------------------------------------------------------------


def _finding(line: int, rule: str, message: str, hint: str, severity: Severity = Severity.BLOCKS) -> Finding:
    return Finding(line=line, rule=rule, message=message, hint=hint, severity=severity)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _all_tokens(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Yield every token with its line, those within lines of text included."""
    for token in tokens:
        yield token, _line(token)
        line = _line(token)
        for child in token.children or ():
            yield child, line
            line += child.type in ("softbreak", "hardbreak")


def _pieces(tokens: Sequence[Token]) -> Iterator[Piece]:
    """Yield the runs of text that readers see, without code."""
    for token in tokens:
        children = token.children or []
        line, depth = _line(token), 0
        for index, child in enumerate(children):
            depth += child.nesting if child.type.startswith("link_") else 0
            if child.type == "text" and child.content:
                yield Piece(text=child.content, line=line, in_link=depth > 0, is_alone=_is_alone(children, index))
            line += child.type in ("softbreak", "hardbreak")


def _is_alone(children: Sequence[Token], index: int) -> bool:
    """Tell whether the link around this text is alone on its line."""
    before = children[index - 2] if index >= 2 else None
    after = children[index + 2] if index + 2 < len(children) else None
    return all(token is None or token.type in ("softbreak", "hardbreak") for token in (before, after))
