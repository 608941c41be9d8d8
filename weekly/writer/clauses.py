"""Reduce clauses to their words and to what turns them round: negations, words of failure, verbs of fixing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cache
from typing import NamedTuple

from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.writer.evidence import stem_set, stems_of
from weekly.writer.tokens import Token, TokenKind, stem, tokens

_NEGATORS = english.words("not never cannot non dont doesnt isnt cant wont didnt")
_FIXES = english.words(
    "fix fixes fixed resolve resolves resolved correct corrects corrected address addresses addressed repair repaired solve solved"
)
_BREAKS = english.words(
    "when whenever if while after before because since until unless so but which although though as"
)
_CONDITIONS = _BREAKS - english.words("but which so although though")
_RELATIVES = english.words("that who")
_JOINS = _RELATIVES | english.words("and or then")
_OPENS_PROBLEM = english.words("being getting issue issues bug bugs problem problems regression regressions")
_COMPLEX = english.words(
    "only just nothing but rather instead other neither nor alone still again out regardless once twice lack lacking without except"
    " unless none nothing hardly"
)
"""Words that turn clauses in ways that nothing here follows."""
_OLD = lazy_pattern(
    r"\b(?:previously|formerly|earlier|before this|used to|until now|so far|up to now|currently|at the moment|was|were|did|didn['’]t|could"
    r"|couldn['’]t|would|wouldn['’]t|had|cannot|can['’]t|not possible|no way)\b"
)
_NEW = lazy_pattern(
    r"\b(?:(?<!until )(?<!up to )(?<!by )now(?! and then)|no longer|anymore|any more|from now on|instead|with this"
    r"|this (?:pr|pull request|change|patch|commit|fix|series))\b"
)
_PASSIVE = lazy_pattern(
    r"\b(?:was|were|has been|have been) (?:also |now )?(\w+ed|made|set|split|built|rewritten|given)\b"
)
_SCOPE = lazy_pattern(r"^(?:\[[^\]]{1,40}\] ?|[\w./()*,-]+(?: [\w./()-]+){0,2}!?: )+")


class Frame(Enum):
    """The subject of a clause: something new, a fix, or the state before."""

    NEW = "new"
    FIXED = "fixed"
    OPEN = "open"
    OLD = "old"
    PLAIN = "plain"


class Role(Enum):
    """The source of a sentence: an answer, a title or prose."""

    ANSWER = "answer"
    TITLE = "title"
    TEXT = "text"


class Clause(NamedTuple):
    """A clause's words and what turns it round. A condition isn't `is_main`.

    `stems` leaves out words that claim nothing. `first` is the stem of the sentence's first word.
    `turns` counts negations and verbs of fixing, None where it is open what they turn. `failures` are words of failure, which
    turn it round too unless the other clause has them.
    """

    stems: frozenset[str]
    all_stems: frozenset[str]
    first: str
    predicate: str
    words: frozenset[str]
    names: frozenset[str]
    negations: int
    failures: tuple[str, ...]
    is_main: bool
    has_verb: bool
    frame: Frame
    text: str


def clauses_of(text: str, role: Role, *, is_fix: bool) -> Iterator[Clause]:
    """Yield the clauses of a sentence."""
    text = _SCOPE.sub("", text) if role is Role.TITLE else text
    found = tokens(text)
    usual = _usual_frame(found, role, is_fix=is_fix)
    is_complex = _is_complex(frozenset(_in_order(found)))
    for piece in _split(found):
        words = frozenset(_in_order(piece))
        stems = stems_of(piece, expands=False)
        failures = _failures_of(piece)
        negations = _negations(_in_order(piece)) + ("longer" in words and "no" in words)
        is_main = piece[0].low not in _CONDITIONS | _RELATIVES
        frame = _frame(piece, usual if is_main else Frame.PLAIN)
        has_verb = any(map(_is_verb, piece))
        if not has_verb:
            frame = Frame.OPEN
        if usual is Frame.FIXED and is_main and not (negations or failures or words & _OPENS_PROBLEM):
            frame = Frame.OPEN
        yield Clause(
            stems=stems - free_stems(),
            all_stems=stems,
            first=stem(found[0].low) if piece[0] is found[0] else "",
            predicate=_predicate(piece, is_first=piece[0] is found[0] and usual is Frame.NEW),
            words=words,
            names=frozenset(token.low for token in piece if token.kind in (TokenKind.NAME, TokenKind.CODE)),
            negations=negations,
            failures=failures,
            is_main=is_main,
            has_verb=has_verb,
            frame=Frame.OPEN if _is_complex(words) or (is_complex and not is_main) else frame,
            text=" ".join(token.text for token in piece),
        )


def _predicate(piece: Sequence[Token], *, is_first: bool) -> str:
    """Return the stem of what a clause says is done now, or isn't any more. Empty where it doesn't say."""
    for before, token in zip([None, *piece], piece, strict=False):
        is_told = before is not None and (before.low in ("now", "longer", "not") or before.low.endswith(("n't", "n’t")))
        if (is_told or (before is None and is_first)) and english.verb(token.low) is not None:
            return stem(token.low)
    return ""


def _negations(words: Sequence[str]) -> int:
    """Count negations of verbs. "Not" after a noun, as in "pages not used", is none."""
    pairs = zip(["", *words], words, strict=False)
    return sum(
        _is_negation(word) and (word != "not" or _is_auxiliary(before) or before in _BREAKS or not before)
        for before, word in pairs
    )


def _is_negation(word: str) -> bool:
    """Tell whether a word is a negation, such as "not", "isn't" or "unchanged"."""
    if word in _NEGATORS or word.endswith(("n't", "n’t")):
        return True
    return len(word) > _LONG and word.startswith("un") and word.endswith("ed")


_LONG = 7
"""Letters of a word that "un" may turn round."""


def _is_complex(words: frozenset[str]) -> bool:
    """Tell whether a clause has words that turn it in ways that nothing here follows."""
    is_bound = "more" in words and not words.isdisjoint(("never", "not"))
    return is_bound or not _COMPLEX.isdisjoint(words) or ("no" in words and "longer" not in words)


def _usual_frame(found: Sequence[Token], role: Role, *, is_fix: bool) -> Frame:
    """Return what a sentence speaks of by its first word: what was done, what was fixed, or a fault."""
    verbs = _in_order(found)
    low = " ".join(verbs)
    if role is Role.TEXT:
        return Frame.PLAIN
    first = next((verb for verb in verbs if not verb.endswith("ly")), "")
    if first in _FIXES or low.startswith(("bug fix", "bugfix")) or verbs[-1:] in (["fixes"], ["fix"]):
        return Frame.FIXED
    verb = english.verb(first)
    is_told = verb is not None and first not in english.FAULTS | _AUXILIARIES and english.past(verb.base) == first
    if role is Role.TITLE and verb is not None and not is_told and first not in english.FAULTS | _AUXILIARIES:
        is_finite = any(_is_auxiliary(token.low) or _is_third(token.low) for token in found[1:])
        is_told = verb.form is english.Form.BASE and not (verb.base in english.NOUN_LIKE and is_finite)
        is_noun = is_fix and verb.base in english.NOUN_LIKE
        is_told = is_told or (verb.form is english.Form.THIRD and not is_finite and not is_noun)
    if is_told or first in ("don't", "don’t", "dont", "no") or low.startswith("do not "):
        return Frame.NEW
    return Frame.OLD if role is Role.TITLE and is_fix else Frame.PLAIN


def _is_third(word: str) -> bool:
    verb = english.verb(word)
    if word.endswith("s") and stem(word) in failure_stems():
        return True
    return verb is not None and verb.form is english.Form.THIRD and word not in english.PLURAL_NOUNS


def _frame(piece: Sequence[Token], usual: Frame) -> Frame:
    """Return what a clause speaks of by its own words, else what its sentence does."""
    low = " ".join(token.low for token in piece)
    changed = _PASSIVE.search(low)
    if _NEW.search(low) or (changed is not None and _is_change(changed[1])):
        return Frame.NEW
    if usual is Frame.NEW:
        return usual
    return Frame.OLD if _OLD.search(low) else usual


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
        is_next_verb = (
            token.low in _JOINS
            and after is not None
            and (english.verb(after.low) is not None or _is_auxiliary(after.low))
        )
        if token.kind is TokenKind.WORD and (token.low in _BREAKS or is_next_verb):
            pieces.append([])
        pieces[-1].append(token)
    merged: list[list[Token]] = []
    for piece in filter(None, pieces):
        is_part = not any(map(_is_verb, piece)) or (merged and not any(map(_is_verb, merged[-1])))
        if merged and piece[0].low not in _BREAKS | _RELATIVES and is_part:
            merged[-1] += piece  # an item of a list
        else:
            merged.append(piece)
    return merged


_AUXILIARIES = english.words(
    "is are was were be been has have had does do did can could cannot would may might must get gets got"
)


def _is_auxiliary(word: str) -> bool:
    return word in _AUXILIARIES or word.endswith(("n't", "n’t"))


def _is_verb(token: Token) -> bool:
    if _is_auxiliary(token.low):
        return True
    verb = english.verb(token.low)
    if verb is None or english.past(verb.base) == token.low:
        return verb is not None
    return verb.form is not english.Form.BASE or verb.base not in english.NOUN_LIKE


_SUPPLIES = english.words("add adds added include included restore restored provide provided supply supplied")


@cache
def free_stems() -> frozenset[str]:
    """Return the stems of words that claim nothing."""
    return stem_set("claim_grammar") | stem_set("claim_frame")


def failure_stems() -> frozenset[str]:
    """Return the stems of words that turn a clause round as "not" does."""
    return stem_set("claim_failures")
