"""Check that a sentence says what the facts say, not its opposite.

A clause is reduced to a parity: how often it is turned round, by negations, by words of failure, and by a verb of fixing
around it. The clause of the facts that shares most of its words must have the same parity.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from weekly.highlights.description import split_sentences
from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import phrase_set
from weekly.writer.evidence import Evidence, all_tokens, groups_of, stem_set, stems_of
from weekly.writer.tokens import Token, TokenKind, stem

_NEGATORS = english.words("no not never without except unless cannot nor neither none nothing hardly non")
_QUALIFIERS = english.words("only except unless without solely just exclusively alone if until restricted limited")
_STRONG = english.words("only except unless without")
_FIXES = english.words(
    "fix fixes fixed resolve resolves resolved correct corrects corrected address addresses addressed repair repaired solve solved"
)
_BREAKS = english.words(
    "when whenever if while after before because since until unless so but which although though as once"
)
_CONDITIONS = _BREAKS - english.words("but which so although though")
_OPENS_PROBLEM = english.words("where that whereby causing caused issue issues bug bugs problem problems")
_OLD = lazy_pattern(
    r"\b(?:previously|formerly|before this|used to|until now|so far|currently|at the moment|today|was|were|did|didn['’]t|could|couldn['’]t|"
    r"would|wouldn['’]t|had|cannot|can['’]t|not possible|no way|isn['’]t possible|unsupported|not (?:yet )?support(?:ed)?|lacks?|unable"
    r"|missing)\b"
)
_NEW = lazy_pattern(
    r"\b(?:now|no longer|anymore|any more|from now on|instead|with this|this (?:pr|pull request|change|patch|commit|fix|series))\b"
)
_FEATURE = lazy_pattern(r"^(?:added|introduced|implemented|new\b|brought|provided|gained|support for)", 0)
_MENDED = lazy_pattern(r"^(?:fixed|resolved|repaired|corrected|solved|addressed)\b|\b(?:bugs?|regressions?)\b")


class _Clause(NamedTuple):
    """A clause's words, its negations, and its parity, None where that is open. A condition isn't `is_main`."""

    stems: frozenset[str]
    words: frozenset[str]
    negations: int
    is_main: bool
    parity: int | None
    text: str


def polarity_fault(text: str, evidence: Evidence, *, kind: str) -> str:
    """Return what a sentence has the wrong way round, empty where nothing is."""
    low = text.lower()
    if kind == "bugfix" and _FEATURE.search(low) and stem_set("claim_adds").isdisjoint(evidence.stems):
        return "tells a fix as a feature"
    if kind == "improvement" and _MENDED.search(low) and stem_set("claim_mends").isdisjoint(evidence.stems):
        return "tells a feature as a fix"
    known = _known(evidence, kind)
    for clause in _clauses(text, is_fix=kind == "bugfix", is_title=True):
        if why := _opposite(clause, evidence, known) or _contradicted(clause, known):
            return why
    return ""


def _known(evidence: Evidence, kind: str) -> list[_Clause]:
    """Return the clauses of the facts, read once for all sentences."""
    if not evidence.clauses:
        for fact in evidence.facts:
            is_title = fact.source.startswith(("title", "commit", "draft", "release note"))
            for sentence in split_sentences(fact.text[:4_000]):
                evidence.clauses += _clauses(sentence, is_fix=kind == "bugfix", is_title=is_title)
    return evidence.clauses


def _clauses(text: str, *, is_fix: bool, is_title: bool) -> Iterator[_Clause]:
    """Yield the clauses of a sentence with their parities."""
    found = all_tokens(text)
    low = text.lower()
    first = next((token.low for token in found if token.kind is TokenKind.WORD), "")
    is_fixing = first in _FIXES or low.startswith(("bug fix", "bugfix"))
    is_old = bool(_OLD.search(low)) and not _NEW.search(low) and english.verb(first) is None
    pieces = _split(found)
    for piece in pieces:
        stems = stems_of(piece, expands=False)
        words = frozenset(token.low for token in piece if token.kind is TokenKind.WORD)
        negations = _negations(piece)
        is_main = piece[0].low not in _CONDITIONS
        parity: int | None = negations
        if is_main and is_fixing:
            is_open = negations == 0 and words.isdisjoint(_OPENS_PROBLEM)
            parity = None if is_open else negations + 1
        elif is_main and is_old:
            parity = negations + 1
        elif is_main and not is_title and not _NEW.search(low):
            parity = (negations + 1 if negations else None) if is_fix else negations
        yield _Clause(
            stems=stems - _empty() - _failures(),
            words=words,
            negations=negations,
            is_main=is_main,
            parity=None if parity is None else parity % 2,
            text=" ".join(token.text for token in piece),
        )


def _split(found: Sequence[Token]) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    for token, after in zip(found, [*found[1:], None], strict=False):
        if token.kind is TokenKind.END:
            pieces.append([])
            continue
        is_next_verb = token.low in ("and", "or", "then") and after is not None and english.verb(after.low) is not None
        if token.kind is TokenKind.WORD and (token.low in _BREAKS or is_next_verb):
            pieces.append([])
        pieces[-1].append(token)
    merged: list[list[Token]] = []
    for piece in filter(None, pieces):
        if merged and piece[0].low not in _BREAKS and not any(_is_verb(token) for token in piece):
            merged[-1] += piece  # an item of a list
        else:
            merged.append(piece)
    return merged


_AUXILIARIES = english.words(
    "is are was were be been has have had does do did can could cannot would may might must get gets got"
)


def _is_verb(token: Token) -> bool:
    if token.low in _AUXILIARIES or token.low.endswith(("n't", "n’t")):
        return True
    verb = english.verb(token.low)
    return verb is not None and (verb.form is not english.Form.BASE or verb.base not in english.NOUN_LIKE)


def _negations(piece: Sequence[Token]) -> int:
    """Count what turns a clause round: negations, and words of failure."""
    words = [token.low for token in piece if token.kind is TokenKind.WORD]
    count = sum(word in _NEGATORS or word.endswith(("n't", "n’t")) for word in words)
    return count + sum(stem(part) in _failures() for word in words for part in word.split("-"))


@cache
def _empty() -> frozenset[str]:
    return stem_set("claim_grammar") | stem_set("claim_frame")


def _failures() -> frozenset[str]:
    """Return the stems of words that turn a clause round as "not" does."""
    return stem_set("claim_failures")


def _contradicted(clause: _Clause, known: Sequence[_Clause]) -> str:
    """Refuse a clause whose nearest clauses of the facts all say the opposite, or have a condition that it lacks."""
    if clause.parity is None or not clause.stems:
        return ""
    groups = groups_of(clause.stems)
    scored = [(_shared(clause.stems, groups, other.stems), other) for other in known if other.is_main == clause.is_main]
    most = max((score for score, _ in scored), default=0)
    if most < min(2, len(clause.stems)):
        return ""
    nearest = [other for score, other in scored if score == most]
    if all(other.parity is not None and other.parity != clause.parity for other in nearest):
        return f"says the opposite of {nearest[0].text!r}"
    is_whole = all(most >= 0.75 * len(other.stems) and _STRONG & other.words for other in nearest)
    if is_whole and clause.words.isdisjoint(_QUALIFIERS):
        return f"drops a condition of {nearest[0].text!r}"
    return ""


def _shared(stems: frozenset[str], groups: frozenset[int], other: frozenset[str]) -> int:
    """Return how many stems two clauses share, in any synonym."""
    return len(stems & other) + sum(1 for one in other - stems if not groups.isdisjoint(groups_of((one,))))


@cache
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in phrase_set("claim_opposites"):
        first, second = map(stem, pair.split())
        found.setdefault(first, set()).add(second)
        found.setdefault(second, set()).add(first)
    return {one: frozenset(others) for one, others in found.items()}


_NEGATIVE = lazy_pattern(r"^(?:un|non|in|im|dis|de|mis)-?")


def _opposite(clause: _Clause, evidence: Evidence, known: Sequence[_Clause]) -> str:
    """Refuse a word where the facts have only its opposite."""
    for word in sorted(clause.words):
        root = stem(word)
        if root in evidence.stems or evidence.supports(word):
            continue
        others = _opposites().get(root, frozenset())
        if match := _NEGATIVE.match(word):
            others |= {stem(word[match.end() :])} if len(word) - match.end() > 3 else set()
        others |= {stem(f"{prefix}{word}") for prefix in ("un", "non", "in", "dis")}
        own = clause.negations - (root in _failures())
        for other in others & evidence.stems:
            turned = [
                one.negations - (other in _failures()) for one in known if other in one.stems or other in _failures()
            ]
            if not any((own + count) % 2 for count in turned or [0]):
                return f"says {word!r}, and the facts have the opposite"
    return ""
