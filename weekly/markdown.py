"""Trusted and untrusted text: what we or the editor wrote is `Markdown`, a plain str is somebody's words.

The forum reads posts with markdown-it (html, breaks, linkify and typographer on), then looks for mentions,
hashtags and emoji in what is left. A backslash stops the former, but not the latter, which run on the joined
text: those need a zero-width guard after their first character.
"""

from __future__ import annotations

import re
import unicodedata

GUARD = "\u2060"
"""WORD JOINER: no width, no line break, and in no list of spaces that a forum would make plain."""

MAX_TITLE = 300
"""Characters after which a title is cut; GitHub itself stops at 256."""

_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_ESCAPED = frozenset("\\`*_{}[]<>~|&\"'$^")
# Bidirectional controls turn the text around them; the others are invisible and of no use in a title.
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_EMOTICON = re.compile(r"[:;@#](?=\S)|(?<!\w)(?:<(?=/?3)|\^(?=_+\^)|-(?=_+-)|[8B](?=-?\)))")
_TYPOGRAPHER = re.compile(r"\((?=(?:c|r|p|tm)\))|\+(?=-)|-(?=-)|\.(?=\.)|,(?=,)|[?!](?=[?!.…])", re.IGNORECASE)
_DOMAIN_DOT = re.compile(r"(?<=\S)\.(?=[^\W\d_])")
_ACTIVE = (_TYPOGRAPHER, _DOMAIN_DOT)
_ACTIVE_IN_LINK = (_TYPOGRAPHER,)
_BLOCK_START = re.compile(r"(?=[#+-](?:\W|$))|\d{1,9}(?=[.)](?:\s|$))")
_NOT_IN_LINK = re.compile(r"[\x00-\x20\\<>]")
_NOT_BARE = re.compile(r"""[\x00-\x20\\<>*`"'\[\](){}|^~]""")
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)


class Markdown(str):
    """Text that is Markdown by intent: render passes it on as it is."""

    __slots__ = ()


def normalise(text: str) -> str:
    """The words of a title as a reader sees them: harmless, and cut with "…" after MAX_TITLE characters."""
    text = harmless(text[: MAX_TITLE * 4])
    return text if len(text) <= MAX_TITLE else text[: MAX_TITLE - 1].rstrip() + "…"


def harmless(text: str) -> str:
    """Somebody's words on one line, without what would turn, hide or break the text around them.

    White space and newlines fold to one space; control characters, invisible ones and bidirectional overrides
    go; lone surrogates become U+FFFD.
    """
    if not text.isprintable():
        text = "".join(_harmless(char) for char in _INVISIBLE.sub("", text))
    return " ".join(text.split())


def escape(text: str) -> Markdown:
    """Somebody's words as running text: visible as they are, code spans kept, and nothing else of them active."""
    return Markdown(_escaped(harmless(text), _ACTIVE))


def link(text: str, url: str) -> Markdown:
    """A link whose text is somebody's words; without the link where `url` isn't http(s)."""
    if not _WEB.match(url):
        return escape(text)
    target = _NOT_IN_LINK.sub(_percent, url)
    if "(" in target or ")" in target:
        target = f"<{target}>"
    # The forum makes no links within a link: its dots can stay as they are.
    return Markdown(f"[{_escaped(normalise(text), _ACTIVE_IN_LINK) or '…'}]({target})")


def bare(url: str) -> Markdown:
    """An address that may stand alone on its line, where the forum embeds it; plain text where it isn't http(s)."""
    if not _WEB.match(url):
        return escape(url)
    return Markdown(_NOT_BARE.sub(_percent, url))


def heading(text: str, level: int) -> Markdown:
    """A heading of that level; the text is somebody's words unless it is Markdown."""
    words = text if isinstance(text, Markdown) else re.sub(r"(?<!\\)(?=#+$)", r"\\", escape(text), count=1)
    return Markdown(f"{'#' * level} {words}")


def bullet(text: str) -> Markdown:
    """An entry of a list; Markdown of several lines is kept together by its indent."""
    lines = trusted(text).strip().splitlines()
    return Markdown("- " + "\n".join(f"  {line}" if line and place else line for place, line in enumerate(lines)))


def trusted(text: str) -> Markdown:
    """Markdown as it is, anything else escaped."""
    return text if isinstance(text, Markdown) else escape(text)


def code_spans(text: str) -> list[tuple[str, bool]]:
    """Cut a line into (piece, is code), in order; a code span's backticks, and the spaces by them, aren't of its piece."""
    pieces, end = [], 0
    for match in _CODE_SPAN.finditer(text):
        if not match[2].strip(" `"):
            continue
        if match.start() > end:
            pieces.append((text[end : match.start()], False))
        is_padded = match[2].startswith(" ") and match[2].endswith(" ")
        pieces.append((match[2][1:-1] if is_padded else match[2], True))
        end = match.end()
    if end < len(text):
        pieces.append((text[end:], False))
    return pieces


def _escaped(text: str, active: tuple[re.Pattern[str], ...]) -> str:
    start = _BLOCK_START.match(text)
    out: list[str] = []
    for piece, is_code in code_spans(text):
        if is_code:
            out.append(_code(piece))
        else:
            slashes = {match.start() for rule in active for match in rule.finditer(piece)}
            if start and not out:
                slashes.add(start.end())
            out.append(_running(piece, slashes))
    return "".join(out)


def _percent(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or (text.startswith(" ") and text.endswith(" ")) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _running(text: str, slashes: set[int]) -> str:
    guards = {match.end() for match in _EMOTICON.finditer(text)}
    if not slashes and not guards and _ESCAPED.isdisjoint(text):
        return text
    out = []
    for place, char in enumerate(text):
        if place in guards:
            out.append(GUARD)
        if place in slashes or (char in _ESCAPED and not _is_inside_word(text, place)):
            out.append("\\")
        out.append(char)
    return "".join(out)


def _is_inside_word(text: str, place: int) -> bool:
    """Whether this is the underscore of a name_like_this, which never opens emphasis."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return text[place] == "_" and len(around) == 2 and around.isalnum()


def _harmless(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    if char.isspace() or category in ("Zl", "Zp"):
        return " "
    return "" if category == "Cc" else char
