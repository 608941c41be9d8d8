"""Check a writer's sentences against the facts of their highlight, each by itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from weekly.highlights.description import split_sentences
from weekly.text import english
from weekly.text.markdown import code_spans
from weekly.text.patterns import lazy_pattern
from weekly.writer.claims import claim_fault
from weekly.writer.document import Sentence
from weekly.writer.evidence import Evidence, all_tokens, free_stems, groups_of, stems_of
from weekly.writer.polarity import polarity_fault
from weekly.writer.tokens import tokens
from weekly.writer.wording import wording_fault

LINK = lazy_pattern(r"(?<![!\\\]])\[(?P<text>[^\[\]`<>!\\]{1,200})\]\((?P<url>https?://[^\s()<>\"'\\`]+)\)")
"""The only form of links that is allowed."""
LONGEST_SENTENCE = 450
MOST_SENTENCES = 20
"""Sentences of an answer that are looked at."""

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


class Checked(NamedTuple):
    """A sentence, the quotes that it rests on, and why it is refused, empty where it passes."""

    text: str
    support: tuple[str, ...]
    why: str


def check(
    sentences: Sequence[Sentence], evidence: Evidence, *, kind: str, share: float, longest: int
) -> tuple[Checked, ...]:
    """Check sentences in their order. Those past `longest` characters, or without the sentence they need, are refused."""
    verdicts: list[Checked] = []
    pieces = [quote for sentence in sentences for quote in sentence.support]
    pieces += [fact.text for fact in evidence.facts if fact.source.startswith(("title", "draft", "author", "reporter"))]
    known = stems_of(token for piece in pieces for token in all_tokens(piece)) - free_stems()
    length = 0
    for sentence in sentences:
        for text in (split_sentences(sentence.text) or [sentence.text])[:MOST_SENTENCES]:
            if len(verdicts) >= MOST_SENTENCES:
                return tuple(verdicts)
            why = _fault(text, sentence.support, evidence, kind=kind, share=share, is_first=not verdicts)
            why = why or ("" if _is_about(text, known) else "shares no word with what it rests on")
            why = why or (f"is past the {longest} characters of a text" if length + len(text) > longest else "")
            why = why or ("follows on a refused sentence" if _follows_on_refused(text, verdicts) else "")
            length += 0 if why else len(text) + 1
            verdicts.append(Checked(text, sentence.support, why))
    return tuple(verdicts)


_REFERS_BACK = english.words("also he it its such that their then these they this those")


def _follows_on_refused(text: str, before: Sequence[Checked]) -> bool:
    """Return whether a sentence needs one that is refused: the first, which names the change, or the one that it refers to."""
    if not before or not (before[0].why or before[-1].why):
        return False
    return bool(before[0].why) or text.partition(" ")[0].lower().rstrip(",") in _REFERS_BACK


def _fault(text: str, support: Sequence[str], evidence: Evidence, *, kind: str, share: float, is_first: bool) -> str:
    """Return the first fault of a sentence, empty where it has none."""
    if not support:
        return "names no piece of the facts"
    for quote in support:
        if not evidence.quotes(quote):
            return f"rests on {quote[:80]!r}, which is no piece of the facts"
    if why := _form_fault(text, evidence):
        return why
    addresses = [match["url"] for match in LINK.finditer(text)]
    prose = LINK.sub(lambda match: match["text"], text)
    found = tokens(prose)
    checks: tuple[Callable[[], str], ...] = (
        lambda: claim_fault(found, evidence, addresses),
        lambda: polarity_fault(prose, support, evidence, kind=kind),
        lambda: wording_fault(text, found, evidence, share=share, is_first=is_first),
    )
    return next((why for one in checks if (why := one())), "")


def _is_about(text: str, known: frozenset[str]) -> bool:
    """Tell whether a sentence has a word or a name of what its answer rests on, in any synonym."""
    stems = stems_of(all_tokens(text)) - free_stems()
    if not stems or not known or text.startswith(("It ", "They ", "This ", "These ")):
        return True
    return bool(stems & known) or not groups_of(stems).isdisjoint(groups_of(known))


def _form_fault(text: str, evidence: Evidence) -> str:
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
