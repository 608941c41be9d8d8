"""Refuse sentences whose form could do more than be read."""

from __future__ import annotations

import re
import unicodedata

from weekly.text.markdown import code_spans
from weekly.text.patterns import lazy_pattern
from weekly.writer.evidence import Evidence

LINK = lazy_pattern(r"(?<![!\\\]])\[(?P<text>[^\[\]`<>!\\]{1,200})\]\((?P<url>https?://[^\s()<>\"'\\`]+)\)")
"""The only form of links that is allowed."""
LONGEST_SENTENCE = 450

_PUNCTUATION = frozenset("µμ–—‘’“”…×·−≥≤→")
_MARKUP = (
    (lazy_pattern(r"<[A-Za-z/!?]|&#?\w+;"), "HTML"),
    (lazy_pattern(r"(?<![\w/.])@(?=\w)|(?<=\w)@(?=\w)"), "a mention"),
    (lazy_pattern(r"\{\{|\}\}|\{%|%\}|\{#"), "a template"),
    (lazy_pattern(r"::|(?<!\w):[a-z0-9_+-]+:|^/\w+|\[/?\w+[=\]]|##\["), "a directive"),
    (lazy_pattern(r"\[|\]|\]\("), "a bracket that is no link"),
    (lazy_pattern(r"\*|__|~~|\||\\|^\s*(?:#|>|[-+]\s|\d+[.)]\s)|\$\$|\^"), "formatting"),
    (lazy_pattern(r"(?<![\w/])#(?=[A-Za-z])"), "a tag"),
)


def form_fault(text: str, evidence: Evidence) -> str:
    """Return what is wrong with a sentence's form, empty where nothing is."""
    if len(text) > LONGEST_SENTENCE:
        return f"is longer than {LONGEST_SENTENCE} characters"
    if why := _character_fault(text, evidence):
        return why
    without_links = LINK.sub(lambda match: match["text"], text)
    if "![" in text:
        return "has an image"
    prose = " ".join(piece for piece, is_code in code_spans(without_links) if not is_code)
    if "`" in prose:
        return "has an open code span"
    for pattern, what in _MARKUP:
        for match in pattern.finditer(prose):
            if what not in _QUOTABLE or not _is_quoted(prose, match, evidence):
                return f"has {what}"
    return ""


_QUOTABLE = ("a directive", "a bracket that is no link", "formatting")
"""Markup that a sentence may have if the facts have it too. It is escaped."""


def _is_quoted(prose: str, match: re.Match[str], evidence: Evidence) -> bool:
    """Tell whether the facts have the word around a match."""
    start = prose.rfind(" ", 0, match.start() + 1) + 1
    word = prose[start:].partition(" ")[0].rstrip(".,;:!?")
    return any(char.isalnum() for char in word) and evidence.has_text(word, case=True)


def _character_fault(text: str, evidence: Evidence) -> str:
    if text.isascii() and text.isprintable():
        return ""
    for char in text:
        category = unicodedata.category(char)
        if category in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp") or (category == "Zs" and char not in " \xa0\u202f"):
            return f"has the hidden character U+{ord(char):04X}"
        if char.isascii() or char in _PUNCTUATION or char in "\xa0\u202f":
            continue
        if category[0] == "S" or category[0] == "M":
            return f"has the character U+{ord(char):04X}"
    for word in re.findall(r"\w*[^\W\x00-\x7f]\w*", text.replace("µ", "u").replace("μ", "u")):
        if not evidence.has_text(word, case=False):
            return f"has {word!r}, which the facts don't have"
        if len({unicodedata.name(char, "?").split()[0] for char in word if char.isalpha()}) > 1:
            return f"mixes scripts in {word!r}"
    return ""
