"""Trusted and untrusted text: what we or the editor wrote is `Markdown`, a plain str is somebody's words.

The forum reads posts with markdown-it (html, breaks, linkify and typographer on), then looks for mentions,
hashtags and emoji in what is left. A backslash stops the former, but not the latter, which run on the joined
text: those need a zero-width guard after their first character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from weekly.text.patterns import lazy_pattern

GUARD = "\u2060"
"""WORD JOINER: no width, no line break, and in no list of spaces that a forum would make plain."""

MAX_TITLE = 300
"""Characters after which a title is cut; GitHub itself stops at 256."""

_CODE_SPAN = lazy_pattern(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_SENTENCE_END = lazy_pattern(r"[.!?](?=\s+[^a-z\s]|\s*$)|:$")
_ESCAPED = frozenset("\\`*_{}[]<>~|&\"'$^")
# Controls do what they like with a terminal, bidirectional ones turn the text around them, the others are invisible and of
# no use in a title; white space is none of them. Joiners stay: scripts and emoji are written with them.
_INVISIBLE = lazy_pattern(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
_SURROGATE = lazy_pattern(r"[\ud800-\udfff]")
_OTHER_SPACE = lazy_pattern(r"[\x0b-\x0d\x1c-\x1f\x85\u2028\u2029]")
_EMOTICON = lazy_pattern(r"[:;@#](?=\S)|(?<![^\W_])(?:<(?=/?3)|\^(?=_+\^)|-(?=_+-)|[8B](?=-?\)))")
_DATE_OR_BOX = lazy_pattern(r"\[(?=date[=-]|[ xX_*-]?\])")
# What the forum takes for an option of a link, as of a picture: "|width=1", "attachment".
_OPTION = lazy_pattern(r"(?:^|\|)(?:attachment(?=\||$)|[\w.:-]*(?==))", re.ASCII)
_TYPOGRAPHER = lazy_pattern(r"\((?=(?:c|r|p|pa|tm)\))|\+(?=-)|-(?=-)|\.(?=\.)|,(?=,|$)|[?!](?=[?!.…])", re.IGNORECASE)
_DOMAIN_DOT = lazy_pattern(r"(?<=\S)\.(?=[^\W\d_])")
# An address without its scheme, as "//10.0.0.1" or "//localhost", has no such dot.
_HOST = lazy_pattern(r"(?<!:)/(?=/)")
_BLOCK_START = lazy_pattern(r"(?=[#+-](?:\W|$))|\d{1,9}(?=[.)](?:\s|$))")
# Without any of these signs, alone or joined to what follows, no rule finds anything: most titles have none.
_SIGN = lazy_pattern(r"""[\\`*_{}\[\]<>~|&"'$^=)@#?!]""")
_JOINED = lazy_pattern(r"[:;](?=\S)|\.(?=[^\s\d])|,(?=,|$)|--|\+-|//|^[-+\d]|^attachment$")
_NOT_IN_TARGET = lazy_pattern(r"[\\<>]|[^!-~]")
# What would end a bare address, or might, as linkify reads it.
_NOT_BARE = lazy_pattern(r"[^A-Za-z0-9\-._:/?#@$&+=%]|[.?:](?![A-Za-z0-9/])|-(?=-)")
_WEB = lazy_pattern(r"https?://[^\s/]", re.IGNORECASE)


class _Place(NamedTuple):
    """The characters to escape in one position, in addition to those that are always active.

    Some need a backslash before them, others a guard after them. `first` are guarded in the first piece alone.
    """

    slashes: tuple[re.Pattern[str], ...]
    guards: tuple[re.Pattern[str], ...]
    first: tuple[re.Pattern[str], ...] = ()


_RUNNING = _Place(slashes=(_TYPOGRAPHER, _DOMAIN_DOT, _HOST), guards=(_EMOTICON, _DATE_OR_BOX))
# The forum makes no links within a link: its dots can stay as they are. Of its first piece it reads options.
_IN_LINK = _Place(slashes=(_TYPOGRAPHER,), guards=(_EMOTICON,), first=(_OPTION,))


class Markdown(str):
    """Trusted text, which render passes on as it is."""

    __slots__ = ()


def stripped(text: Markdown) -> Markdown:
    """Return Markdown without the blank lines around it."""
    return Markdown(text.strip())


def normalise(text: str) -> str:
    """Return a title as readers see it, harmless and cut after MAX_TITLE characters."""
    return shortened(harmless(text), MAX_TITLE)


def harmless(text: str) -> str:
    """Somebody's words on one line, without what would turn, hide or break the text around them.

    White space and newlines fold to one space; control characters, invisible ones and bidirectional overrides
    go; lone surrogates become U+FFFD.
    """
    if not text.isprintable():  # most is, and needs no look
        text = _INVISIBLE.sub("", _SURROGATE.sub("\ufffd", text))
    return " ".join(text.split())


def printable(text: str) -> str:
    """Return text of several lines for a terminal, without characters that command it or hide text."""
    return _OTHER_SPACE.sub(" ", _INVISIBLE.sub("", _SURROGATE.sub("\ufffd", text)))


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` characters, with "…" where it is cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def escape(text: str) -> Markdown:
    """Return foreign text as running text. Everything stays visible, and only code spans are active."""
    return Markdown(_escaped(harmless(text), _RUNNING))


def link(text: str, url: str) -> Markdown:
    """Return a link with foreign text. Without an http(s) address, it is only the text."""
    words = normalise(text) or "…"
    if not _WEB.match(url):
        return escape(words)
    target = _quoted(url, _NOT_IN_TARGET)
    if "(" in target or ")" in target:
        target = f"<{target}>"
    return Markdown(f"[{_escaped(words, _IN_LINK)}]({target})")


def bare(url: str) -> Markdown:
    """Return an address that the forum embeds if it is alone on its line. Others become plain text."""
    if not _WEB.match(url):
        return escape(url)
    return Markdown(_quoted(url, _NOT_BARE))


def heading(text: str, level: int) -> Markdown:
    """Return a heading of that level. Its text is foreign unless it is Markdown."""
    words = trusted(text)
    if words.endswith("#") and not isinstance(text, Markdown):  # else it would close the heading, and be gone
        words = Markdown(re.sub(r"(?<!\\)(?=#+$)", r"\\", words, count=1))
    return Markdown(f"{'#' * level} {words}")


def bullet(text: str) -> Markdown:
    """Return an entry of a list. An indent keeps Markdown of several lines together."""
    lines = trusted(text).strip().splitlines()
    return Markdown("- " + "\n".join(f"  {line}" if line and place else line for place, line in enumerate(lines)))


def trusted(text: str) -> Markdown:
    """Markdown as it is, anything else escaped."""
    return text if isinstance(text, Markdown) else escape(text)


def remarked(text: str, remark: str) -> str:
    """Return a text with a remark in parentheses at the end of its first sentence, before its sub-bullets."""
    if not remark:
        return text
    lead = text.partition("\n- ")[0]
    end = _SENTENCE_END.search(_CODE_SPAN.sub(lambda span: "x" * len(span[0]), lead))
    at = end.start() if end else len(lead)
    shown = escape(remark) if isinstance(text, Markdown) else remark
    return type(text)(f"{text[:at]} ({shown}){text[at:]}")


def nested(text: str, points: Sequence[str]) -> Markdown:
    """Return a text with a list below it, for an entry of a list."""
    return Markdown("\n".join([trusted(text), *(f"- {trusted(point)}" for point in points)]))


def code_spans(text: str) -> list[tuple[str, bool]]:
    """Cut a line into pieces in order, each with whether it is code.

    A code span's piece excludes its backticks and the blanks next to them.
    """
    if "`" not in text:
        return [(text, False)] if text else []
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


def _escaped(text: str, place: _Place) -> str:
    return _by_rules(text, place) if _SIGN.search(text) or _JOINED.search(text) else text


def _by_rules(text: str, place: _Place) -> str:
    start = _BLOCK_START.match(text)
    out: list[str] = []
    for piece, is_code in code_spans(text):
        if is_code:
            # A code span can't be guarded within; what isn't the first thing of a link is no option of it.
            out += [GUARD] if not out and any(rule.search(piece) for rule in place.first) else []
            out.append(_code(piece))
            continue
        slashes = {match.start() for rule in place.slashes for match in rule.finditer(piece)}
        rules = place.guards if out else (*place.guards, *place.first)
        guards = {match.end() for rule in rules for match in rule.finditer(piece)}
        if start and not out:
            slashes.add(start.end())
        out.append(_running(piece, slashes, guards))
    return "".join(out)


def _quoted(url: str, unsafe: re.Pattern[str]) -> str:
    """Return an address with its `unsafe` characters percent-encoded."""
    return unsafe.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), url)


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or (text.startswith(" ") and text.endswith(" ")) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _running(text: str, slashes: set[int], guards: set[int]) -> str:
    if not slashes and not guards and _ESCAPED.isdisjoint(text):
        return text
    out = []
    for place, char in enumerate(text):
        if place in guards:
            out.append(GUARD)
        if place in slashes or (char in _ESCAPED and not _is_inside_word(text, place)):
            out.append("\\")
        out.append(char)
    if len(text) in guards:
        out.append(GUARD)
    return "".join(out)


def _is_inside_word(text: str, place: int) -> bool:
    """Tell whether this is the underscore of a name_like_this, which opens no emphasis, or the apostrophe of "don't"."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return text[place] in "_'" and len(around) == 2 and around.isalnum()
