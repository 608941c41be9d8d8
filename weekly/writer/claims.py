"""Check that every number, name, address and piece of code of a sentence stands in the facts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import word_list
from weekly.writer.evidence import Evidence, free_stems, groups_of, number_values, stem_set, stems_of, unit_of
from weekly.writer.tokens import Token, TokenKind, stem

_VERSION = lazy_pattern(r"^v(?=\d)", 0)
_AROUND = 14
"""Tokens on each side of a number of the facts that say of what it is."""
_TAIL = lazy_pattern(r"\d-?([A-Za-z%×]+)$")


def claim_fault(found: Sequence[Token], evidence: Evidence, addresses: Sequence[str]) -> str:
    """Return what a sentence claims without evidence, empty where nothing is."""
    for address in addresses:
        if address.rstrip("/") not in {known.rstrip("/") for known in evidence.addresses}:
            return f"links to {address}, which the facts don't"
    is_first = True
    for at, token in enumerate(found):
        if token.kind is TokenKind.END:
            is_first = token.text == "."
            continue
        if why := _token_fault(found, at, evidence, is_first=is_first):
            return why
        is_first = False
    return _swapped(found, evidence)


def _token_fault(found: Sequence[Token], at: int, evidence: Evidence, *, is_first: bool) -> str:
    token = found[at]
    if token.kind is TokenKind.URL and token.text.rstrip("/") not in {one.rstrip("/") for one in evidence.addresses}:
        return f"has the address {token.text}, which the facts don't"
    if token.kind is TokenKind.CODE and not _is_known_code(token, evidence):
        return f"has `{token.text}`, which the facts don't"
    if token.kind is TokenKind.CODE and token.text.isalpha() and not _is_called_so(found, at, evidence):
        return f"calls `{token.text}` what the facts don't"
    if token.kind is TokenKind.NAME and not _is_known_name(token, evidence):
        return f"has {token.text!r}, which the facts don't"
    if token.kind in (TokenKind.NUMBER, TokenKind.WORD) and number_values(token):
        return _number_fault(found, at, evidence)
    is_estimate = at > 0 and found[at - 1].low in ("few", "several", "many", "some")
    if unit_of(token.low) and is_estimate and not evidence.supports(token.low):
        return f"has {token.text!r}, which the facts don't"
    if token.kind is TokenKind.WORD and token.text[0].isupper():
        return _capital_fault(token, evidence, is_first=is_first)
    return ""


def _is_called_so(found: Sequence[Token], at: int, evidence: Evidence) -> bool:
    """Return whether the facts name a piece of code, or call it what a sentence does: "the `depth` option"."""
    word = found[at].text
    before, after = (
        near if near in word_list("claim_called") else "" for near in (_low(found, at - 1), _low(found, at + 1))
    )
    phrases = [*([f"{word} {after}"] if after else []), *([f"{before} {word}"] if before else [])]
    return not phrases or evidence.names(word) or any(evidence.has_text(one, case=False) for one in phrases)


def _is_known_code(token: Token, evidence: Evidence) -> bool:
    """Tell whether the facts have a piece of code, a folder or file of a path, or all words of a command."""
    if evidence.has_text(token.text, case=True) or token.text in evidence.path_names or evidence.has_path(token.text):
        return True
    words = token.text.split()
    if len(words) > 1 and "=" not in token.text:
        return all(evidence.has_text(word.strip("\"'"), case=True) for word in words)
    pieces = token.text.split(".")
    if len(pieces) > 1 and pieces[-1].endswith("()"):
        return all(evidence.has_text(piece.removesuffix("()"), case=True) for piece in pieces)
    return token.text.isalpha() and token.text.islower() and token.text in evidence.parts


def _is_known_name(token: Token, evidence: Evidence) -> bool:
    text = _VERSION.sub("", token.text).lower()
    pieces = text.split("-")
    is_compound = len(pieces) > 1 and all(one.isalpha() and (evidence.supports(one) or is_known(one)) for one in pieces)
    is_version = "." in text and text in evidence.numbers  # also that of "v1.2.3-induced"
    return is_compound or is_version or _is_spelt(text, evidence) or text.removesuffix("s") in evidence.stems


def _is_spelt(name: str, evidence: Evidence) -> bool:
    """Tell whether the facts have a name, in the singular or plural, of a version, in a path or without its slashes."""
    spellings = (name, f"v{name}", name.replace("/", ""), name.removesuffix("s"), f"{name}s")
    is_in_path = stem(name) in evidence.path_stems or not evidence.path_names.isdisjoint(spellings)
    return is_in_path or any(evidence.has_text(one, case=False) for one in spellings)


_LONG = 7
"""Letters of a word that may have another ending than in the facts, and be no other name."""


def _capital_fault(token: Token, evidence: Evidence, *, is_first: bool) -> str:
    """Refuse a name that isn't in the facts. The first word of a sentence may be any known word."""
    if is_first and (evidence.supports(token.text) or is_known(token.low)):
        return ""
    for piece in token.text.split("-"):
        low, is_everyday = piece.lower(), is_known(piece)
        has_stem = (is_everyday or len(piece) > _LONG) and stem(low) in evidence.stems
        if not (has_stem or (is_everyday and piece.islower()) or _is_spelt(low, evidence)):
            return f"names {token.text}, which the facts don't"
    return ""


_EVERYDAY = ("claim_grammar", "claim_frame", "claim_plain", "changes", "behaves", "noun_like")


def is_known(word: str) -> bool:
    """Tell whether a word is an everyday word, not a name."""
    return word.lower() in word_list("claim_grammar") or any(stem(word) in stem_set(name) for name in _EVERYDAY)


def _number_fault(found: Sequence[Token], at: int, evidence: Evidence) -> str:
    """Check a number, its unit and bounds, and what it counts."""
    token = found[at]
    bounds, context = _bounds(found, at), _context(found, at, len(found))
    groups = groups_of(context)
    for value in number_values(token):
        places = evidence.numbers.get(value, [])
        if not places:
            return f"has the number {token.text}, which the facts don't"
        if not any(bounds <= _bounds(evidence.tokens, place) for place in places):
            return f"has {token.text} {' '.join(sorted(bounds))}, which the facts don't"
        around = [_context(evidence.tokens, place, _AROUND) for place in places]
        if context and not any(context & near or groups & groups_of(near) for near in around):
            return f"has the number {token.text} of something else"
    noun = _counted(found, at)
    counts = {
        value
        for value, places in evidence.numbers.items()
        if any(_counted(evidence.tokens, place) == noun for place in places)
    }
    if noun and counts and counts.isdisjoint(number_values(token)):
        return f"has {token.text} {found[at + 1].text}, and the facts count otherwise"
    return ""


def _bounds(found: Sequence[Token], at: int) -> frozenset[str]:
    """Return the unit of a number, "first" before it, and the unit of time that it is counted in, as in "300 MB an hour"."""
    tail = _TAIL.search(found[at].text)
    near = [_low(found, at + step) for step in range(1, 5)]
    bounds = {unit_of(tail[1].lower() if tail else near[0])}
    bounds |= {
        f"per {unit_of(unit)}" for per, unit in pairwise(near) if per in ("a", "an", "per", "each") and unit_of(unit)
    }
    bounds |= {_low(found, at - 1)} & {"first", "last"}
    return frozenset(bounds - {""})


def _counted(found: Sequence[Token], at: int) -> str:
    """Return the stem of the plural noun right after a number, empty where there is none."""
    after = "".join(token.text for token in found[at + 1 : at + 2] if token.kind is TokenKind.WORD)
    return stem(after) if after.endswith("s") and not unit_of(after) else ""


def _context(found: Sequence[Token], at: int, most: int) -> frozenset[str]:
    """Return the stems around a number that say of what it is."""
    near = [*found[max(0, at - most) : at], *found[at + 1 : at + 1 + most]]
    stems = stems_of(token for token in near if token.kind is not TokenKind.NUMBER)
    return frozenset(one for one in stems - free_stems() if len(one) > 1 and not unit_of(one))


def _swapped(found: Sequence[Token], evidence: Evidence) -> str:
    """Refuse a change of a number that the facts have otherwise."""
    known = _moves(evidence.tokens)
    for old, new in _moves(found) - known:
        if any(old in move for move in known):
            return f"has a change from {old} to {new}, which the facts don't"
    return ""


def _moves(found: Sequence[Token]) -> set[tuple[str, str]]:
    """Return the old and the new number of "from 10 to 20" and "20 instead of 10"."""
    numbers = [(at, value) for at, token in enumerate(found) for value in number_values(token)]
    moves = set()
    for (first, one), (second, two) in pairwise(numbers):
        between = [token.low for token in found[first:second]]
        if len(between) < _AROUND and "from" in (_low(found, first - 1), _low(found, first - 2)) and "to" in between:
            moves.add((one, two))
        elif len(between) < _AROUND and ("instead" in between or "than" in between):
            moves.add((two, one))
    return moves


def _low(found: Sequence[Token], at: int) -> str:
    return found[at].low if 0 <= at < len(found) else ""
