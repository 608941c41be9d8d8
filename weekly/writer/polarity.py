"""Check that a sentence says what the facts say, not its opposite.

A clause is compared with the clauses of the facts that share most of its words. Both must be turned round equally often.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from weekly.highlights.description import split_sentences
from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import phrase_set
from weekly.writer.clauses import Clause, Frame, Role, clauses_of, failure_stems, free_stems
from weekly.writer.evidence import Evidence, all_tokens, groups_of, stem_set, stems_of
from weekly.writer.tokens import Token, TokenKind, stem

_QUALIFIERS = english.words("only except unless without solely just exclusively alone if until restricted limited")
_STRONG = english.words("except unless without")
_FEATURE = lazy_pattern(r"^(?:added|introduced|implemented|new\b|support for)")
_MENDED = lazy_pattern(r"^(?:fixed|resolved|repaired|corrected|solved|addressed)\b|\b(?:bugs?|regressions?)\b")


def polarity_fault(text: str, evidence: Evidence, *, kind: str) -> str:
    """Return what a sentence has the wrong way round, empty where nothing is."""
    known = _clauses_in(evidence, kind)
    clauses = list(clauses_of(text, Role.ANSWER, is_fix=kind == "bugfix"))
    for number, clause in enumerate(clauses):
        nearest = _nearest(clause, known)
        why = _told_as(text.lower(), kind, nearest, evidence) if number == 0 else ""
        why = why or _opposite(clause, evidence, nearest) or _contradicted(clause, nearest)
        why = why or _denied(clause, known)
        if why:
            return why
    return _exception_fault(all_tokens(text), evidence)


def _clauses_in(evidence: Evidence, kind: str) -> list[Clause]:
    """Return the clauses of the facts, read once for all sentences."""
    if not evidence.clauses:
        for fact in evidence.facts:
            if fact.source.startswith(("files", "author", "address", "reporter", "release")):
                continue
            role = Role.TITLE if fact.source.startswith(("title", "commit", "draft", "issue")) else Role.TEXT
            for sentence in split_sentences(fact.text[:4_000]):
                evidence.clauses += clauses_of(sentence, role, is_fix=kind == "bugfix")
    return evidence.clauses


def _told_as(low: str, kind: str, nearest: Sequence[Clause], evidence: Evidence) -> str:
    """Refuse a fix told as something new, and something new told as a fix."""
    is_mended = any(clause.frame in (Frame.FIXED, Frame.OPEN, Frame.OLD) for clause in nearest)
    if kind == "bugfix" and _FEATURE.search(low) and nearest and all(one.first == stem("fix") for one in nearest):
        return "tells a fix as a feature"
    stems = frozenset[str]().union(*(clause.all_stems for clause in evidence.clauses))
    if kind == "bugfix" and _FEATURE.search(low) and is_mended and stem_set("claim_adds").isdisjoint(stems):
        return "tells a fix as a feature"
    if (
        kind == "bugfix"
        and low.startswith("added")
        and nearest
        and all(one.first == stem("restore") for one in nearest)
    ):
        return "tells a fix as a feature"
    if kind == "improvement" and _MENDED.search(low) and stem_set("claim_mends").isdisjoint(evidence.stems):
        return "tells a feature as a fix"
    return ""


def _nearest(clause: Clause, known: Sequence[Clause]) -> list[Clause]:
    """Return the clauses of the facts that share most of a clause's words, none where they share too few."""
    stems = clause.stems - failure_stems()
    groups = groups_of(stems)
    scored = [(_shared(stems, groups, other.stems), other) for other in known if other.is_main == clause.is_main]
    most = max((score for score, _ in scored), default=0)
    if not stems or most < max(min(2, len(stems)), 0.7 * len(stems)):
        return []
    nearest = [other for score, other in scored if score == most]
    return [other for other in nearest if most >= 0.6 * len(other.stems - failure_stems())] and nearest


def _shared(stems: frozenset[str], groups: frozenset[int], other: frozenset[str]) -> int:
    """Return how many stems two clauses share, in any synonym."""
    return len(stems & other) + sum(1 for one in other - stems if not groups.isdisjoint(groups_of((one,))))


def _contradicted(clause: Clause, nearest: Sequence[Clause]) -> str:
    """Refuse a clause whose nearest clauses all say the opposite, or have a condition that it lacks."""
    if not nearest:
        return ""
    if all(_is_opposed(clause, other) for other in nearest):
        return f"says the opposite of {nearest[0].text!r}"
    stems = clause.stems
    is_whole = all(
        _STRONG & other.words
        and other.frame is not Frame.OLD
        and len(stems & other.stems) >= 0.75 * len(other.stems - failure_stems())
        for other in nearest
    )
    if is_whole and clause.words.isdisjoint(_QUALIFIERS):
        return f"drops a condition of {nearest[0].text!r}"
    return ""


def _denied(clause: Clause, known: Sequence[Clause]) -> str:
    """Refuse "now does" where the facts say "no longer does" of the same, and the reverse."""
    if clause.frame is not Frame.NEW or not clause.predicate:
        return ""
    groups = groups_of((clause.predicate,))
    having = [
        other
        for other in known
        if other.frame is Frame.NEW
        and (other.predicate == clause.predicate or not groups.isdisjoint(groups_of((other.predicate,))))
        and 2 * len(clause.stems & other.stems - {clause.predicate}) >= len(clause.stems - {clause.predicate})
    ]
    if having and all((other.negations + clause.negations) % 2 for other in having):
        return f"says the opposite of {having[0].text!r}"
    return ""


def _is_opposed(clause: Clause, other: Clause) -> bool:
    """Tell whether one of two clauses is turned round, and the other isn't."""
    frames = {clause.frame, other.frame}
    turns = clause.negations + other.negations
    if Frame.OPEN in frames:
        return False
    failures = _own_failures(clause, other) + _own_failures(other, clause)
    if frames == {Frame.PLAIN} and failures:
        return False
    turns += failures
    if frames == {Frame.NEW} and not clause.negations + other.negations:
        return False  # a word of failure may belong to a noun, as in "a missing file"
    if len(frames) == 1:
        return turns % 2 == 1
    if frames == {Frame.NEW, Frame.FIXED}:
        return turns % 2 == 0
    if frames == {Frame.NEW, Frame.OLD}:
        new = clause if clause.frame is Frame.NEW else other
        return turns % 2 == 0 and (turns > 0 or "now" in new.words)
    return frames == {Frame.FIXED, Frame.OLD} and turns % 2 == 1


def _own_failures(clause: Clause, other: Clause) -> int:
    """Return how many words of failure a clause has that the other doesn't have in any synonym."""
    groups = groups_of(other.stems)
    return sum(one not in other.stems and groups.isdisjoint(groups_of((one,))) for one in clause.failures)


@cache
def opposites() -> dict[str, frozenset[str]]:
    """Return the opposites of each stem."""
    found: dict[str, set[str]] = {}
    for pair in phrase_set("claim_opposites"):
        first, second = map(stem, pair.split())
        found.setdefault(first, set()).add(second)
        found.setdefault(second, set()).add(first)
    return {one: frozenset(others) for one, others in found.items()}


def _opposite(clause: Clause, evidence: Evidence, nearest: Sequence[Clause]) -> str:
    """Refuse a word where the facts have only its opposite."""
    for word in sorted(clause.words):
        root = stem(word)
        if root in evidence.stems or evidence.supports(word):
            continue
        others = opposites().get(root, frozenset())
        own = clause.negations + len(clause.failures) - (root in failure_stems())
        for other in (others & evidence.stems) - clause.all_stems:
            turned = [
                one.negations + len(one.failures) - (other in failure_stems())
                for one in nearest
                if other in one.all_stems
            ]
            if turned and len(turned) == len(nearest) and not any((own + count) % 2 for count in turned):
                return f"says {word!r}, and the facts have the opposite"
    return ""


_EXCEPTING = english.words("without except excluding unless")
_NEGATIVES = _EXCEPTING | english.words(
    "no not never non missing lacking lack lacks lacked absent empty unset disabled other only instead rather than nil null cannot n't"
    " nothing none anything omit omits omitted skip skips skipped ignore ignores ignored remove removed unavailable unsupported disable"
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
    after = evidence.tokens[place : place + _REACH] if words is _NEGATIVES else []
    near += [one for one in after if one.low not in _EXCEPTING]
    return any(one.low in words or (words is _NEGATIVES and one.low.endswith(("n't", "n’t"))) for one in near)
