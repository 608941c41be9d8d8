"""Check that a sentence says what the facts say, not its opposite.

A clause is compared with the clauses of the facts that share most of its words. Both must be turned round equally often.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import phrase_set
from weekly.writer.clauses import Clause, clauses_in, clauses_of, failure_stems, free_stems
from weekly.writer.evidence import Evidence, all_tokens, groups_of, stem_set, stems_of
from weekly.writer.tokens import Token, TokenKind, stem

_QUALIFIERS = english.words("only except unless without solely just exclusively alone if until restricted limited")
_STRONG = english.words("only except unless without")
_FEATURE = lazy_pattern(r"^(?:added|introduced|implemented|new\b|support for)")
_MENDED = lazy_pattern(r"^(?:fixed|resolved|repaired|corrected|solved|addressed)\b|\b(?:bugs?|regressions?)\b")


def polarity_fault(text: str, evidence: Evidence, *, kind: str) -> str:
    """Return what a sentence has the wrong way round, empty where nothing is."""
    known = clauses_in(evidence, kind)
    for number, clause in enumerate(clauses_of(text, is_fix=kind == "bugfix", is_title=True)):
        nearest = _nearest(clause, known)
        why = _told_as(text.lower(), kind, nearest, evidence) if number == 0 else ""
        why = why or _opposite(clause, evidence, known) or _contradicted(clause, nearest)
        if why:
            return why
    return _exception_fault(all_tokens(text), evidence)


def _told_as(low: str, kind: str, nearest: Sequence[Clause], evidence: Evidence) -> str:
    """Refuse a fix told as something new, and something new told as a fix."""
    for told_kind, pattern, words, what in (
        ("bugfix", _FEATURE, "claim_adds", "tells a fix as a feature"),
        ("improvement", _MENDED, "claim_mends", "tells a feature as a fix"),
    ):
        if kind == told_kind and pattern.search(low):
            stems = frozenset[str]().union(*(clause.all_stems for clause in nearest)) or evidence.stems
            if stem_set(words).isdisjoint(stems):
                return what
    return ""


def _nearest(clause: Clause, known: Sequence[Clause]) -> list[Clause]:
    """Return the clauses of the facts that share most of a clause's words, none where they share too few."""
    stems = clause.stems - failure_stems()
    groups = groups_of(stems)
    scored = [(_shared(stems, groups, other.stems), other) for other in known if other.is_main == clause.is_main]
    most = max((score for score, _ in scored), default=0)
    if not stems or most < max(min(2, len(stems)), 0.5 * len(stems)):
        return []
    return [other for score, other in scored if score == most]


def _shared(stems: frozenset[str], groups: frozenset[int], other: frozenset[str]) -> int:
    """Return how many stems two clauses share, in any synonym."""
    return len(stems & other) + sum(1 for one in other - stems if not groups.isdisjoint(groups_of((one,))))


def _contradicted(clause: Clause, nearest: Sequence[Clause]) -> str:
    """Refuse a clause whose nearest clauses all say the opposite, or have a condition that it lacks."""
    if not nearest:
        return ""
    if all(_is_opposed(clause, other) or _undoes(clause, other) for other in nearest):
        return f"says the opposite of {nearest[0].text!r}"
    stems = clause.stems
    is_whole = all(
        _STRONG & other.words and len(stems & other.stems) >= 0.75 * len(other.stems - failure_stems())
        for other in nearest
    )
    if is_whole and clause.words.isdisjoint(_QUALIFIERS):
        return f"drops a condition of {nearest[0].text!r}"
    return ""


def _is_opposed(clause: Clause, other: Clause) -> bool:
    """Tell whether one of two clauses is turned round, and the other isn't."""
    if clause.turns is None or other.turns is None:
        return False
    own = [failure for failure in clause.failures if failure not in other.stems]
    others = [failure for failure in other.failures if failure not in clause.stems]
    return (clause.turns + other.turns + len(own) + len(others)) % 2 == 1


def _undoes(clause: Clause, other: Clause) -> bool:
    """Tell whether a clause begins with the opposite of what the other does."""
    groups = groups_of((clause.first,))
    is_same = clause.first in other.all_stems or not groups.isdisjoint(groups_of(other.all_stems))
    has_opposite = not _opposites().get(clause.first, frozenset()).isdisjoint(other.all_stems)
    return has_opposite and not is_same and (clause.negations + other.negations) % 2 == 0


@cache
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in phrase_set("claim_opposites"):
        first, second = map(stem, pair.split())
        found.setdefault(first, set()).add(second)
        found.setdefault(second, set()).add(first)
    return {one: frozenset(others) for one, others in found.items()}


_LONG = 6
"""Letters of a word that may begin with a negative prefix."""
_NEGATIVE = lazy_pattern(r"^(?:un|non|in|im|dis|de|mis)-?")


def _opposite(clause: Clause, evidence: Evidence, known: Sequence[Clause]) -> str:
    """Refuse a word where the facts have only its opposite."""
    for word in sorted(clause.words):
        root = stem(word)
        if root in evidence.stems or evidence.supports(word):
            continue
        others = _opposites().get(root, frozenset())
        if len(word) > _LONG and (match := _NEGATIVE.match(word)):
            others |= {stem(word[match.end() :])}
        others |= {stem(f"{prefix}{word}") for prefix in ("un", "non", "in", "dis") if len(word) > _LONG - 2}
        own = clause.negations + len(clause.failures) - (root in failure_stems())
        for other in others & evidence.stems:
            turned = [
                one.negations + len(one.failures) - (other in failure_stems())
                for one in known
                if other in one.all_stems
            ]
            if not any((own + count) % 2 for count in turned or [0]):
                return f"says {word!r}, and the facts have the opposite"
    return ""


_EXCEPTING = english.words("without except excluding unless")
_NEGATIVES = _EXCEPTING | english.words(
    "no not never non missing lacking lack lacks lacked absent empty unset disabled other only instead rather than nil null cannot n't"
    " omit omits omitted skip skips skipped ignore ignores ignored remove removed unavailable unsupported disable"
)
_REACH = 6
"""Tokens before and after a word in which it is excepted."""


def _exception_fault(found: Sequence[Token], evidence: Evidence) -> str:
    """Refuse an exception that the facts don't make, and one of the facts that is told as a part."""
    for at, token in enumerate(found):
        if token.low in _EXCEPTING:
            after = next((one for one in found[at + 1 : at + 4] if _has_content(one)), None)
            if (
                after
                and _places(after, evidence)
                and not any(_is_excepted(evidence, place, _NEGATIVES) for place in _places(after, evidence))
            ):
                return f"says {token.text!r} of {after.text!r}, and the facts don't"
        elif _has_content(token) and (places := _places(token, evidence)):
            is_free = _NEGATIVES.isdisjoint(one.low for one in found[max(0, at - _REACH) : at + _REACH])
            if is_free and all(_is_excepted(evidence, place, _EXCEPTING, before=2) for place in places):
                return f"says {token.text!r}, which the facts except"
    return ""


def _has_content(token: Token) -> bool:
    return token.kind is not TokenKind.END and not stems_of((token,), expands=False) <= free_stems()


def _places(token: Token, evidence: Evidence) -> list[int]:
    """Return where the facts have a word in any form or synonym."""
    roots = stems_of((token,), expands=False) - free_stems()
    return [place for root in roots for place in evidence.places(root)]


def _is_excepted(evidence: Evidence, place: int, words: frozenset[str], before: int = _REACH) -> bool:
    near = evidence.tokens[max(0, place - before) : place]
    near += evidence.tokens[place : place + _REACH] if words is _NEGATIVES else []
    return any(one.low in words or (words is _NEGATIVES and one.low.endswith(("n't", "n’t"))) for one in near)
