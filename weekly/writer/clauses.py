"""Reduce clauses to their words and to what turns them round: negations, words of failure, verbs of fixing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from weekly.highlights.description import split_sentences
from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.writer.evidence import Evidence, all_tokens, stem_set, stems_of
from weekly.writer.tokens import Token, TokenKind, stem

_NEGATORS = english.words(
    "no not never without except unless cannot nor neither none nothing hardly non dont doesnt isnt cant wont didnt"
)
_FIXES = english.words(
    "fix fixes fixed resolve resolves resolved correct corrects corrected address addresses addressed repair repaired solve solved"
)
_BREAKS = english.words(
    "when whenever if while after before because since until unless so but which although though as once"
)
_CONDITIONS = _BREAKS - english.words("but which so although though")
_ADVERBS = english.words("only always also just never now then first better more")
_OPENS_PROBLEM = english.words(
    "is are was were being been get gets got getting does did can cannot could has had where that whereby causing caused issue issues"
    " bug bugs problem problems"
)
_OLD = lazy_pattern(
    r"\b(?:previously|formerly|before this|used to|until now|so far|currently|at the moment|today|was|were|did|didn['’]t|could|couldn['’]t|"
    r"would|wouldn['’]t|had|cannot|can['’]t|not possible|no way|isn['’]t possible|unsupported|not (?:yet )?support(?:ed)?|lacks?|unable"
    r"|missing)\b"
)
_NEW = lazy_pattern(
    r"\b(?:now|no longer|anymore|any more|from now on|instead|with this|this (?:pr|pull request|change|patch|commit|fix|series))\b"
)
_PASSIVE = lazy_pattern(
    r"\b(?:was|were|has been|have been) (?:also |now )?(\w+ed|made|set|split|built|rewritten|given)\b"
)
_SCOPE = lazy_pattern(r"^(?:\[[^\]]{1,40}\] ?|[\w./()*,-]+(?: [\w./()-]+){0,2}!?: )+")
_SHOULD = lazy_pattern(r"\b(?:should|must)\b")


class Clause(NamedTuple):
    """A clause's words and what turns it round. A condition isn't `is_main`.

    `stems` leaves out words that claim nothing. `first` is the stem of the sentence's first word.
    `turns` counts negations and verbs of fixing, None where it is open what they turn. `failures` are words of failure, which
    turn it round too unless the other clause has them.
    """

    stems: frozenset[str]
    all_stems: frozenset[str]
    first: str
    words: frozenset[str]
    negations: int
    failures: tuple[str, ...]
    is_main: bool
    turns: int | None
    text: str


def clauses_in(evidence: Evidence, kind: str) -> list[Clause]:
    """Return the clauses of the facts, read once for all sentences."""
    if not evidence.clauses:
        for fact in evidence.facts:
            is_title = fact.source.startswith(("title", "commit", "draft", "release note"))
            for sentence in split_sentences(fact.text[:4_000]):
                evidence.clauses += clauses_of(sentence, is_fix=kind == "bugfix", is_title=is_title)
    return evidence.clauses


def clauses_of(text: str, *, is_fix: bool, is_title: bool) -> Iterator[Clause]:
    """Yield the clauses of a sentence."""
    text = _SCOPE.sub("", text) if is_title else text
    found = all_tokens(text)
    low = text.lower()
    verbs = [token.low for token in found if token.kind is TokenKind.WORD]
    first = next((verb for verb in verbs if verb not in _ADVERBS and not verb.endswith("ly")), "")
    is_fixing = first in _FIXES or low.startswith(("bug fix", "bugfix")) or verbs[-1:] in (["fixes"], ["fix"])
    is_verb = english.verb(first) is not None and first not in english.FAULTS | _AUXILIARIES
    changed = _PASSIVE.search(low)
    is_order = first in ("don't", "don’t", "dont", "no") or low.startswith("do not ")
    is_told = is_verb or is_order or bool(_NEW.search(low)) or (changed is not None and _is_change(changed[1]))
    is_old = bool(_OLD.search(low)) and not is_told
    for piece in _split(found):
        words = frozenset(token.low for token in piece if token.kind is TokenKind.WORD)
        negations = sum(word in _NEGATORS or word.endswith(("n't", "n’t")) for word in _in_order(piece))
        failures = _failures_of(piece)
        is_turned = bool(negations or failures)
        is_main = piece[0].low not in _CONDITIONS
        turns: int | None = negations
        if is_main and is_fixing:
            turns = negations + 1 if is_turned or words & _OPENS_PROBLEM else None
        elif is_main and is_old:
            turns = negations + 1
        elif is_main and is_fix and not is_told and (not is_title or not _SHOULD.search(low)):
            turns = negations + 1 if is_turned else None
        stems = stems_of(piece, expands=False)
        yield Clause(
            stems=stems - free_stems(),
            all_stems=stems,
            first=stem(first) if first in words else "",
            words=words,
            negations=negations,
            failures=failures,
            is_main=is_main,
            turns=turns,
            text=" ".join(token.text for token in piece),
        )


def _is_change(word: str) -> bool:
    """Tell whether a participle says what was done to the project."""
    verb = english.verb(word)
    return verb is not None and english.past(verb.base) == word and not english.is_behaviour(verb.base)


def _in_order(piece: Sequence[Token]) -> list[str]:
    return [token.low for token in piece if token.kind is TokenKind.WORD]


def _failures_of(piece: Sequence[Token]) -> tuple[str, ...]:
    """Return the stems of the words of failure. What is missing and added is no failure."""
    words = _in_order(piece)
    found = [stem(part) for word in words for part in word.split("-") if stem(part) in failure_stems()]
    if "missing" in words and words[0] in _SUPPLIES:
        found.remove(stem("missing"))
    return tuple(found)


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


_SUPPLIES = english.words("add adds added include included restore restored provide provided supply supplied")


@cache
def free_stems() -> frozenset[str]:
    """Return the stems of words that claim nothing."""
    return stem_set("claim_grammar") | stem_set("claim_frame")


def failure_stems() -> frozenset[str]:
    """Return the stems of words that turn a clause round as "not" does."""
    return stem_set("claim_failures")
