"""Refuse a sentence that says otherwise than the facts: what they deny or leave alone, opposites and exceptions.

The clauses of a sentence are compared with the clauses of its quotes that share most of their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from weekly.highlights.description import split_sentences
from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import phrases
from weekly.writer.clauses import Clause, answer_clauses, clauses_of, fact_clauses
from weekly.writer.denials import DENIES, denial_fault, whole_words
from weekly.writer.evidence import Evidence, all_tokens, free_stems, groups_of, opposites, plain, stem_set, stems_of
from weekly.writer.tokens import Token, TokenKind, stem, tokens

_LIMITS, _RIGHT, _OFF = map(whole_words, ("limits_patterns", "right_patterns", "off_patterns"))
_DEGREE = lazy_pattern(r"\w(?:er|est)$|^(?:more|less|first|last|max|min|maximum|minimum|on|off)$")
_FEATURE = lazy_pattern(r"^(?:added|introduced|implemented|new\b|support for)")
_MENDED = lazy_pattern(r"^(?:fixed|resolved|repaired|corrected|solved|addressed)\b|\b(?:bugs?|regressions?)\b")
_STOPS = lazy_pattern(
    r"^(?:[\w./-]+: )*(?:(?:avoid|do not|don['’]t|never|prevent|stop)\b|(?:ensure|make sure)\b.*(?:n['’]t|\bnot|\bnever)\b)",
    re.IGNORECASE,
)
"""An order that something be no more, which "no longer" and "Fixed" agree with."""
_ENDED = lazy_pattern(r"\bno longer\b|(?:\bnot|n['’]t)\b.*\b(?:any ?more|any longer)\b")
_FORBIDS = lazy_pattern(r"^(?:[\w./-]+: )?(?:refuse|reject|forbid|disallow)\b", re.IGNORECASE)
_NAMES_FAULT = lazy_pattern(
    r"^(?:[\w./-]+: )*fix(?:e[sd])?\b(?!:? (?:avoid|do not|don['’]t|ensure|make sure|never|no longer|prevent|stop)\b)",
    re.IGNORECASE,
)


def polarity_fault(text: str, support: Sequence[str], evidence: Evidence, *, kind: str) -> str:
    """Return what a sentence says otherwise than the facts, empty where there is nothing."""
    why = _kind_fault(text.lower(), kind, evidence) or _exception_fault(all_tokens(text), evidence)
    why = why or (_old_fault(text, evidence) if kind == "bugfix" else "")
    why = why or denial_fault(text, support, evidence, kind)
    return why or _contradiction(text, support, evidence, kind)


def _kind_fault(low: str, kind: str, evidence: Evidence) -> str:
    """Refuse a fix described as something new, and something new described as a fix."""
    stems = stems_of(token for title in evidence.titles for token in tokens(title))
    is_mended = not stems.isdisjoint((stem("fix"), stem("restore"))) and stem_set("claim_adds").isdisjoint(stems)
    if kind == "bugfix" and _FEATURE.search(low) and is_mended:
        return "tells a fix as a feature"
    if kind == "improvement" and _MENDED.search(low) and stem_set("claim_mends").isdisjoint(evidence.stems):
        return "tells a feature as a fix"
    return ""


def _old_fault(text: str, evidence: Evidence) -> str:
    """Refuse a verb in the present, or "now enabled", for what the facts of a fix have in the past alone."""
    found, known = tokens(text), evidence.tokens
    for before, token in pairwise(found):
        verb = english.verb(token.low)
        if verb is None or before.low == "longer":
            continue
        is_done = before.low == "now" and verb.form is english.Form.PAST
        if not is_done and (verb.form is not english.Form.THIRD or verb.base in _NO_VERBS):
            continue
        near = [
            ({one.low for one in known[max(0, at - 3) : at]}, known[at].low) for at in evidence.places(stem(token.low))
        ]
        if near and all(_is_past(word, words, is_done=is_done) for words, word in near):
            return f"says {token.text!r}, and the facts say that it was so"
    return ""


_NO_VERBS = english.NOUN_LIKE | english.words("be have do")
_PRESENT = english.words("is are be been being now to gets get")


def _is_past(word: str, before: set[str], *, is_done: bool) -> bool:
    """Tell whether a verb of the facts says what was so."""
    verb = english.verb(word)
    is_past = verb is not None and verb.form is english.Form.PAST
    return is_past and (not before.isdisjoint(("was", "were")) if is_done else before.isdisjoint(_PRESENT))


_EXCEPTING = english.words("without except excluding unless")
_NEGATIVES = _EXCEPTING | english.words(
    "no not never non missing lacking lack lacks lacked absent empty unset disabled other only instead rather than nil null cannot n't"
    " nothing none anything omit omits omitted skip skips skipped ignore ignores ignored remove removed unavailable unsupported disable"
)
_REACH = 6
"""Tokens before and after a word in which it is excepted."""


def _exception_fault(found: Sequence[Token], evidence: Evidence) -> str:
    """Refuse an exception that the facts don't make."""
    for at, token in enumerate(found):
        if token.low in _EXCEPTING:
            names = ((one, _content(one)) for one in found[at + 1 : at + 4])
            after, roots = next(((one, roots) for one, roots in names if roots), (token, frozenset()))
            places = [place for root in roots for place in evidence.places(root)]
            if places and not any(_is_excepted(evidence.tokens, place) for place in places):
                return f"says {token.text!r} of {after.text!r}, and the facts don't"
    return ""


def _content(token: Token) -> frozenset[str]:
    """Return the stems of a token that claim something."""
    return frozenset() if token.kind is TokenKind.END else stems_of((token,), expands=False) - free_stems()


def _is_excepted(known: Sequence[Token], at: int) -> bool:
    near = [*known[max(0, at - _REACH) : at], *(one for one in known[at : at + _REACH] if one.low not in _EXCEPTING)]
    return any(one.low in _NEGATIVES or one.low.endswith(("n't", "n’t")) for one in near)


def _contradiction(text: str, support: Sequence[str], evidence: Evidence, kind: str) -> str:
    """Compare the clauses of a sentence with those of its quotes that share most of their words."""
    known: list[Clause] = []
    plainly: list[Clause] = []
    for sentence, clauses in _quoted(support, evidence, kind):
        known += clauses
        low = sentence.lower()
        if not (DENIES.search(low) or _RIGHT.search(low) or _has("continues", low) or _has("bounded", low)):
            plainly += (clause for clause in clauses if not clause.is_fault)
    plain_stems = frozenset[str]().union(*(clause.stems for clause in plainly))
    pieces = list(answer_clauses(text))
    is_fixed = _MENDED.match(text.lower()) is not None
    for clause in known:
        shared = [_shared(clause, piece) for piece in pieces]
        most = max(map(len, shared), default=0)
        for piece, stems in zip(pieces, shared, strict=True):
            is_near = len(stems) >= max(2, 0.7 * len(piece.stems), 0.6 * len(clause.stems))
            if is_near and _is_reversed(piece, clause, is_fixed=is_fixed):
                return f"says the reverse of {clause.text!r}"
            is_nearest = len(stems) == most and not clause.is_fault
            if is_nearest and _contradicts(piece, clause, stems, plain_stems, kind, is_fixed=is_fixed):
                return f"says otherwise than {clause.text!r}"
    return ""


def _quoted(support: Sequence[str], evidence: Evidence, kind: str) -> Iterator[tuple[str, list[Clause]]]:
    """Yield the sentences of quotes and their clauses. Titles of fixes name the fault, unless they forbid something."""
    for quote in support:
        fact = next((fact for fact in evidence.facts if plain(quote) in plain(fact.text)), None)
        source = fact.source if fact else ""
        is_title = source.startswith(("title", "commit"))
        if not (is_title or source.startswith(("description", "example", "patch", "bullet"))):
            continue
        named = _NAMES_FAULT.search(quote) if is_title and kind == "bugfix" else None
        is_fault = named is not None and any(one.has_verb for one in clauses_of(quote[named.end() :]))
        if is_title and kind == "bugfix" and not is_fault and not (_FORBIDS.search(quote) or _STOPS.search(quote)):
            continue
        for sentence in split_sentences(quote):
            clauses = fact_clauses(sentence)
            yield sentence, [one._replace(is_new=is_title or one.is_new, is_fault=is_fault) for one in clauses]


def _shared(clause: Clause, piece: Clause) -> frozenset[str]:
    """Return the stems of a clause that a piece has, in any synonym."""
    groups = groups_of(piece.stems)
    return frozenset(one for one in clause.stems if one in piece.stems or not groups.isdisjoint(groups_of((one,))))


_FAULTS = frozenset(
    map(stem, english.words("failed lost loss keep missing removed stopped dropped wrong wrongly incorrect"))
)


def _contradicts(
    piece: Clause, clause: Clause, shared: frozenset[str], plain_stems: frozenset[str], kind: str, *, is_fixed: bool
) -> bool:
    """Tell whether a piece of a sentence says otherwise than a clause of its quotes. `plain_stems` has what they say plainly."""
    low, other = piece.prose, clause.prose
    is_own = not shared <= plain_stems
    limits = _stems(_LIMITS.findall(low)) - _stems(set(DENIES.sub(" ", other).split()))
    if _RIGHT.search(other) and is_own and limits <= _FAULTS and not _has("right", low):
        return True
    if not shared or not (2 * len(shared) >= len(clause.stems) or piece.names & clause.names - plain_stems):
        return False
    if _OFF.search(other) and _has("on", low) and not _OFF.search(low):
        return True
    is_stopped = _STOPS.match(other) or (clause.is_new and DENIES.search(other)) or _ENDED.search(other)
    if is_stopped and ("no longer" in low or (is_fixed and piece.is_main)):
        return False
    if is_fixed and piece.is_main and (limits or piece.all_stems & stem_set("claim_failures")):
        return False
    includes, is_ended = _has("includes", low), "no longer" in low
    if "no longer" in other and "now" in piece.words and not limits and not is_ended:
        return True
    is_whole = clause.stems - _stems(DENIES.findall(other)) <= shared
    is_plain = (is_whole or is_own) and not limits and (kind == "bugfix" or not is_ended)
    if is_plain and _denies(clause, kind, includes=includes or (is_whole and is_ended)):
        return True
    if _has("continues", other) and clause.is_main and _has("ends", low) and not limits:
        return True
    is_excepted = _has("bounded", other) and includes and is_own and not _has("bounded", low)
    return is_excepted or _has_opposite(piece, clause)


def _has(name: str, text: str) -> bool:
    """Return whether a text has a phrase of a list of the checker."""
    return phrases(f"claim_{name}").search(text) != ""


def _stems(found: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for phrase in found for word in phrase.split())


def _is_reversed(piece: Clause, clause: Clause, *, is_fixed: bool) -> bool:
    """Tell whether a piece says of the new state, or of a fault that was fixed, otherwise than a clause about the fault."""
    if clause.is_fault or (clause.is_main and _has("past", clause.prose) and not clause.is_new):
        denials = sum(len(DENIES.findall(text)) + ("no longer" in text) for text in (piece.own_prose, clause.prose))
        return denials > 0 and (denials % 2 == 0 if piece.is_new else is_fixed and denials % 2 == 1)
    return False


def _denies(clause: Clause, kind: str, *, includes: bool) -> bool:
    """Tell whether a clause says that something isn't so after the change."""
    low = clause.prose
    match = DENIES.search(low)
    if match is None or not clause.is_main or _OFF.search(low) or _has("past", low):
        return False
    is_nested = _has("nested", low[: match.start()]) and match[0][:2] not in ("is", "ar", "be", "ge")
    return not is_nested and (kind != "bugfix" or includes or clause.is_new or _has("stands", low))


def _has_opposite(piece: Clause, clause: Clause) -> bool:
    """Tell whether a piece has "largest" where the clause has "smallest"."""
    if DENIES.search(piece.text.lower()) or DENIES.search(clause.text.lower()):
        return False
    degrees = filter(_DEGREE.search, piece.words - clause.words)
    return any(opposites().get(stem(word), frozenset()) & clause.all_stems - piece.all_stems for word in degrees)
