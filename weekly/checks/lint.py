"""Read the rendered post as the forum will, and find what would embarrass: mentions nobody meant, broken links, gaps.

Each rule looks at one thing and gives findings. What stops publishing *blocks*; the rest is *noted*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from weekly.config.limits import Limits
from weekly.model import Finding, Post, Severity, Video
from weekly.text.forum_markdown import parser
from weekly.text.markdown import Markdown

if TYPE_CHECKING:
    from markdown_it.token import Token

_MENTION = re.compile(r"(?<![\w@/`])@[A-Za-z0-9_][\w.-]*")
_HASHTAG = re.compile(r"(?<![\w#&/])#[A-Za-z0-9_][\w:-]*")
_EMOJI = re.compile(r"(?<!\w):[a-z0-9_+-]+(?::t[2-6])?:", re.ASCII | re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\b(?:TODO|FIXME|XXX|TBD|TBC|lorem ipsum)\b|<insert\b|\?\?\?", re.IGNORECASE)
_BROKEN_LINK = re.compile(r"\]\s*\([^)\s]*|\[[^\]]+\]\s+\(https?:")
# From the left: within code a backslash escapes nothing, and an escaped backtick begins no code. Backticks without an end are text.
_ESCAPE_OR_CODE = re.compile(r"\\.|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|(?P<text>`+)")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A run of text in the post, with its line and whether it stands in a link."""

    text: str
    line: int
    in_link: bool
    is_alone: bool


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The rendered post as the rules see it. `trusted` is all that we or the editor wrote as Markdown."""

    text: str
    title: str
    tokens: Sequence[Token]
    pieces: tuple[Piece, ...]
    trusted: str
    limits: Limits


def lint(post: Post, text: str, limits: Limits = Limits()) -> tuple[Finding, ...]:
    """Everything that is to be said about a rendered post, in the order of its lines."""
    tokens = parser().parse(text)
    page = Page(
        text=text,
        title=post.title,
        tokens=tokens,
        pieces=tuple(_pieces(tokens)),
        trusted="\n".join(trusted_texts(post)),
        limits=limits,
    )
    found = [finding for rule in RULES for finding in rule(page)]
    return tuple(sorted(found, key=lambda finding: (finding.line, finding.rule, finding.message)))


def trusted_texts(value: object) -> Iterator[str]:
    """Every Markdown within a record, and the addresses of videos, which are to be embedded: what is meant as it stands."""
    if isinstance(value, Video):
        yield value.url
    if isinstance(value, Markdown):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from trusted_texts(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from trusted_texts(item)


# The rules -----------------------------------------------------------------------------------------------------------


def mentions(page: Page) -> Iterator[Finding]:
    """Somebody is notified whom nobody meant to."""
    meant = set(_MENTION.findall(page.trusted))
    for piece in page.pieces:
        for name in () if piece.in_link else _MENTION.findall(piece.text):
            if name not in meant:
                yield _finding(
                    piece, "mention", f"{name} would be notified", "write it as code, or in notes if it is meant"
                )
    count = sum(len(_MENTION.findall(piece.text)) for piece in page.pieces if not piece.in_link)
    if count > page.limits.mentions:
        message = f"{count} mentions, but the forum takes {page.limits.mentions} in a post"
        yield Finding(line=0, rule="mentions", message=message, hint="write some of the names as code")


def hashtags(page: Page) -> Iterator[Finding]:
    """A word becomes a link to a category or tag."""
    meant = set(_HASHTAG.findall(page.trusted))
    for piece in page.pieces:
        for name in () if piece.in_link else _HASHTAG.findall(piece.text):
            if name not in meant:
                message = f"{name} would become a category or tag"
                yield _finding(piece, "hashtag", message, "write it as code, or with its repository", Severity.NOTED)


def emoji(page: Page) -> Iterator[Finding]:
    """A word between colons becomes a picture."""
    meant = set(_EMOJI.findall(page.trusted))
    for piece in page.pieces:
        for name in _EMOJI.findall(piece.text):
            if name not in meant:
                yield _finding(piece, "emoji", f"{name} would become an emoji", "write it as code", Severity.NOTED)


def html(page: Page) -> Iterator[Finding]:
    """HTML is live on the forum."""
    for token, line in _all_tokens(page.tokens):
        if token.type in ("html_block", "html_inline") and not token.content.lstrip().startswith("<!--"):
            tag = token.content.strip().splitlines()[0][:40]
            severity = Severity.NOTED if tag in page.trusted else Severity.BLOCKS
            yield Finding(
                line=line, rule="html", message=f"{tag} is HTML", hint="write it in Markdown", severity=severity
            )


def links(page: Page) -> Iterator[Finding]:
    """A link leads to the web, or nowhere."""
    for token, line in _all_tokens(page.tokens):
        target = (
            str(token.attrGet("href") or token.attrGet("src") or "") if token.type in ("link_open", "image") else None
        )
        if target is None or target.startswith(("https://", "http://", "upload://")):
            continue
        scheme = _SCHEME.match(target)
        what = f"a link to {target[:60] or 'nothing'}"
        severity = Severity.NOTED if scheme and scheme[1].lower() == "mailto" else Severity.BLOCKS
        yield Finding(line=line, rule="link", message=what, hint="give a whole https:// address", severity=severity)


def broken_links(page: Page) -> Iterator[Finding]:
    """Brackets that were to be a link, and aren't; those of a title are escaped, and meant to be read."""
    lines = page.text.splitlines()
    for piece in page.pieces:
        match = None if piece.in_link else _BROKEN_LINK.search(piece.text)
        if match and match[0] in _unescaped(lines[piece.line - 1]):
            message = f"{match[0][:40]!r} reads like a link that is broken"
            yield _finding(
                piece, "broken-link", message, "write [text](https://…), without a space between, on one line"
            )


def _unescaped(line: str) -> str:
    """What of a line somebody wrote to be read as Markdown: nothing that is escaped, and no code."""
    return _ESCAPE_OR_CODE.sub(lambda match: match["text"] or " ", line)


def bare_urls(page: Page) -> Iterator[Finding]:
    """An address alone on its line is embedded; any other isn't."""
    for piece in page.pieces:
        if not piece.in_link or not piece.text.startswith(("http://", "https://")):
            continue
        if piece.is_alone and piece.text not in page.trusted:
            message = f"{piece.text[:60]} stands alone on its line, and would be embedded"
            yield _finding(piece, "embed", message, "give it a text: [text](address)", Severity.NOTED)
        elif not piece.is_alone:
            message = f"{piece.text[:60]} is bare, and would not be embedded"
            hint = "put it alone on a line to embed it, or give it a text: [text](address)"
            yield _finding(piece, "bare-url", message, hint, Severity.NOTED)


def headings(page: Page) -> Iterator[Finding]:
    """Levels go down by one, and a heading has something under it."""
    found = [(token, place) for place, token in enumerate(page.tokens) if token.type == "heading_open"]
    level = 0
    for number, (token, place) in enumerate(found):
        mine, line = int(token.tag[1]), _line(token)
        if level and mine > level + 1:
            message = f"a heading of level {mine} under one of level {level}"
            yield Finding(line=line, rule="heading-jump", message=message, hint="set `level`", severity=Severity.NOTED)
        level = mine
        following = found[number + 1][0] if number + 1 < len(found) else None
        end = found[number + 1][1] if following else len(page.tokens)
        if end - place <= 3 and (following is None or int(following.tag[1]) <= mine):
            heading = page.tokens[place + 1].content
            hint = "give it a text or an entry, or remove it"
            yield Finding(
                line=line,
                rule="empty-section",
                message=f"nothing under {heading!r}",
                hint=hint,
                severity=Severity.NOTED,
            )


def placeholders(page: Page) -> Iterator[Finding]:
    """Words that were to be replaced."""
    for piece in page.pieces:
        for word in () if piece.in_link else _PLACEHOLDER.findall(piece.text):
            severity = Severity.BLOCKS if word in page.trusted else Severity.NOTED
            yield _finding(
                piece, "placeholder", f"{word!r} looks like a placeholder", "write what it stands for", severity
            )


def length(page: Page) -> Iterator[Finding]:
    """The forum refuses a post that is too long."""
    most = page.limits.post_length
    if len(page.text) > most:
        message = f"{len(page.text):,} characters, but the forum takes {most:,}"
        hint = "all that can be is folded: show fewer branches, or cut the texts of weekly.toml and the notes"
        yield Finding(line=0, rule="too-long", message=message, hint=hint)
    if not page.text.strip():
        yield Finding(line=0, rule="empty", message="the post is empty", hint="look at [[sections]] and the templates")


def title(page: Page) -> Iterator[Finding]:
    """The forum refuses some titles."""
    said = page.title.strip()
    least, most = page.limits.title_least, page.limits.title_most
    if not least <= len(said) <= most:
        message = f"the title {said!r} has {len(said)} characters, but the forum takes {least} to {most}"
        yield Finding(line=0, rule="title-length", message=message, hint="change series.title, or the notes' title")
    elif said.isupper():
        yield Finding(
            line=0,
            rule="title-case",
            message=f"the title {said!r} shouts",
            hint="change series.title, or the notes' title",
            severity=Severity.NOTED,
        )


RULES: tuple[Callable[[Page], Iterator[Finding]], ...] = (
    mentions,
    hashtags,
    emoji,
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


def _finding(piece: Piece, rule: str, message: str, hint: str, severity: Severity = Severity.BLOCKS) -> Finding:
    return Finding(line=piece.line, rule=rule, message=message, hint=hint, severity=severity)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _all_tokens(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Every token with its line, those within lines of text included."""
    for token in tokens:
        yield token, _line(token)
        line = _line(token)
        for child in token.children or ():
            yield child, line
            line += child.type in ("softbreak", "hardbreak")


def _pieces(tokens: Sequence[Token]) -> Iterator[Piece]:
    """The runs of text that readers see, code left out."""
    for token in tokens:
        children = token.children or []
        line, depth = _line(token), 0
        for place, child in enumerate(children):
            depth += child.nesting if child.type.startswith("link_") else 0
            if child.type == "text" and child.content:
                yield Piece(text=child.content, line=line, in_link=depth > 0, is_alone=_is_alone(children, place))
            line += child.type in ("softbreak", "hardbreak")


def _is_alone(children: Sequence[Token], place: int) -> bool:
    """Whether the link around this text has its line to itself."""
    before = children[place - 2] if place >= 2 else None
    after = children[place + 2] if place + 2 < len(children) else None
    return all(beside is None or beside.type in ("softbreak", "hardbreak") for beside in (before, after))
