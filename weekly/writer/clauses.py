"""Split sentences into clauses, which the checker compares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import word_list
from weekly.writer.evidence import free_stems, stems_of
from weekly.writer.tokens import Token, TokenKind, tokens

_CONDITIONS = english.words("when whenever if while after before because since until unless as")
_BREAKS = _CONDITIONS | english.words("but which so although though")
_RELATIVES = english.words("that who")
_JOINS = _RELATIVES | english.words("and or then")
_NEW = lazy_pattern(
    r"\b(?:now|no longer|any ?more|from now on|instead|with this"
    r"|this (?:pr|pull request|change|patch|commit|fix|series))\b"
)
_CONTINUED = ("and ", "or ", "that ", "which ", "who ")
_CONTRACTED = english.words("t isn aren wasn weren doesn don didn won couldn")
"""The stems of contractions such as "isn't"."""


class Clause(NamedTuple):
    """A clause's words and names. `stems` leaves out words that claim nothing, `all_stems` doesn't.

    A condition isn't `is_main`. `is_new` tells whether it says what changed. `text` may go on after the `own` words.
    """

    text: str
    stems: frozenset[str]
    all_stems: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]
    is_main: bool
    has_verb: bool
    is_new: bool
    is_fault: bool = False
    own: str = ""

    @property
    def prose(self) -> str:
        """The text in lower case without names."""
        return self._without_names(self.text)

    @property
    def own_prose(self) -> str:
        """The clause's own words in lower case without names."""
        return self._without_names(self.own or self.text)

    def _without_names(self, text: str) -> str:
        low = text.lower()
        for name in self.names:
            low = low.replace(name, " ")
        return low


def clauses_of(text: str) -> Iterator[Clause]:
    """Yield the clauses of a sentence."""
    for piece in _split(tokens(text)):
        stems = stems_of(piece, expands=False)
        shown = " ".join(token.text for token in piece)
        yield Clause(
            text=shown,
            stems=stems - free_stems(),
            all_stems=stems,
            words=frozenset(token.low for token in piece if token.kind is TokenKind.WORD),
            names=frozenset(token.low for token in piece if token.kind in (TokenKind.NAME, TokenKind.CODE)),
            is_main=piece[0].low not in _CONDITIONS,
            has_verb=any(map(_is_verb, piece)),
            is_new=_NEW.search(shown.lower()) is not None,
        )


def answer_clauses(text: str) -> Iterator[Clause]:
    """Yield the clauses of a writer's sentence. One without a verb has the words of those after it."""
    found = list(clauses_of(text))
    for at, clause in enumerate(found):
        after = found[at + 1].text.lower() if at + 1 < len(found) else ""
        even = "even " * (at > 0 and found[at - 1].text.lower().endswith(" even"))
        is_part = after and (not clause.has_verb or after.startswith(("which", "that", "who")))
        rest = found[at:] if is_part else [clause]
        yield clause._replace(text=even + " ".join(one.text for one in rest), own=even + clause.text)


@lru_cache(maxsize=1_000)
def fact_clauses(sentence: str) -> tuple[Clause, ...]:
    """Return the clauses of a fact, also each that goes on with "and" or "which" together with the clause before it."""
    ends = " as before" if "as before" in sentence.lower() else ""
    found: list[Clause] = []
    for clause in clauses_of(sentence):
        own = clause._replace(text=clause.text + ends, stems=clause.stems - _CONTRACTED)
        before = found[-1:]
        found.append(own)
        if before and own.text.lower().startswith(_CONTINUED):
            (first,) = before
            text = f"{first.text} {own.text}"
            found.append(first._replace(text=text, stems=first.stems | own.stems, names=first.names | own.names))
    return tuple(found)


def _split(found: Sequence[Token]) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    for token, after in zip(found, [*found[1:], None], strict=False):
        if token.kind is TokenKind.END:
            pieces.append([])
            continue
        if token.low in _BREAKS or (
            token.low in _JOINS and after and (english.verb(after.low) or _is_auxiliary(after))
        ):
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


def _is_auxiliary(token: Token) -> bool:
    return token.low in word_list("claim_auxiliaries") or token.low.endswith(("n't", "n’t"))


def _is_verb(token: Token) -> bool:
    verb = english.verb(token.low)
    if verb is None or english.past(verb.base) == token.low:
        return verb is not None or _is_auxiliary(token)
    return verb.form is not english.Form.BASE or verb.base not in english.NOUN_LIKE or _is_auxiliary(token)
