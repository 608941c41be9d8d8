"""Refuse a sentence that says yes of what its support says no to, or that changes what its support leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from weekly.highlights.description import split_sentences
from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.writer.clauses import Clause, Frame, Role, clauses_of
from weekly.writer.evidence import Evidence, groups_of, plain
from weekly.writer.polarity import opposites
from weekly.writer.tokens import stem, tokens

_DONE = (
    r"(?:is|are|be|being|get|gets) (?:\w+ly |still |also )?"
    r"(?:ignored|refused|rejected|skipped|excluded|blocked|forbidden|disabled)"
)


def _words(pattern: str) -> re.Pattern[str]:
    return lazy_pattern(rf"(?<![-\w])(?:{pattern})(?![-\w])")


_SAYS_NO = _words(
    r"not|never|cannot|no(?! longer| more)|nothing|ignores|refuses?|rejects|skips|excludes|prevents?|forbids?|disallows?"
    rf"|impossible|incompatible|unaffected|unchanged|untouched|unsupported|remains? an error|left alone|left out|{_DONE}|\w+n['’]t"
)
_NESTED = _words("if|when|whose|that|which|who|until|unless|once|where|but")
_PAST = _words(r"(?:was|were|did|had|could)(?:n['’]t)?")
_INCLUDES = _words("too|also|as well|including|included|even|both|likewise|alike")
_STANDS = _words("affected|concerned|touched|changed?|supported|compatible|covered|before|still|yet|never|possible")
_CONTINUES = _words(
    "as before|still|keeps?|kept|remains?|stays?|(?:is|are) the same|unchanged|left alone|as usual|as ever"
)
_CHANGES = _words("no longer|changed|gone|too|also|as well|including|even|likewise|alike|fails?")
_RIGHT = _words(
    r"(?:was|were|is|are) (?:\w+ )?(?:right|rightly|spared|fine|unaffected|correct)|never (?:been )?affected"
    r"|(?:not|\w+n['’]t) (?:been )?(?:affected|concerned)"
)
_IS_RIGHT = _words(r"right\w*|correct\w*|fine|work\w*|spared")
_OFF = _words(
    r"(?:off|disabled|not|never|opt-in) (?:\w+ ){0,3}default|default:?(?: is)? \W*(?:off|disabled|false|never|no|0s)\W?"
    r"|stays the default|off unless"
)
_ON = _words("by default|on unless|now the default")
_BOUNDED = _words("unless|except")
_DEGREE = lazy_pattern(r"\w(?:er|est)$|^(?:more|less|first|last|max|min|maximum|minimum)$")
_TURNS = _words(
    r"not|never|cannot|no(?! longer)|none|nothing|neither|nor"
    r"|ignor\w+|refus\w+|reject\w*|skip\w*|exclud\w+|prevent\w*|blocked|forbid\w*|disallow\w*"
    r"|disabl\w*|left|leav\w+|alone|only|but|instead|rather|others?|than|still|remain\w*|keeps?|kept|stays?|lack\w*|missing|fail\w*|without|except|unless"
    r"|absent|remov\w+|at most|up to|off|stop\w*|den\w+|same|before|previously|until|un\w+ed|although|though|whereas|spared|drop\w*"
    r"|impossible|unable|incompatible|wrong\w*|incorrect\w*|exclusive|suppress\w*|los\w+|\w+n['’]t"
)


def contrast_fault(text: str, support: Sequence[str], evidence: Evidence, *, kind: str) -> str:
    """Return what a sentence says yes of where its support says no, empty where there is nothing."""
    if why := _default_fault(text, evidence):
        return why
    if kind == "bugfix" and (why := _old_fault(text, evidence)):
        return why
    known = [clause for quote in support for clause in _quoted(quote, evidence, kind)]
    plainly = [clause for clause in known if not any(one.search(clause.text.lower()) for one in _RESERVED)]
    said = frozenset[str]().union(*(clause.stems for clause in plainly))
    spoken = _FAULTS & frozenset[str]().union(*(clause.all_stems for clause in plainly))
    pieces = list(_pieces(text, kind))
    for clause in known:
        most = max((len(_shared(clause, piece)) for piece in pieces), default=0)
        for piece in (piece for piece in pieces if len(_shared(clause, piece)) == most):
            if _is_turned(piece, clause, said, spoken, kind):
                return f"says otherwise than {clause.text!r}"
    return ""


_RESERVED = (_SAYS_NO, _CONTINUES, _RIGHT, _BOUNDED)
"""Patterns that deny or limit a clause."""


def _old_fault(text: str, evidence: Evidence) -> str:
    """Refuse a verb in the present, or "now enabled", for what the facts of a fix have in the past alone."""
    found, known = tokens(text), evidence.tokens
    for before, token in pairwise(found):
        verb = english.verb(token.low)
        is_done = before.low == "now" and verb is not None and verb.form is english.Form.PAST
        if (
            verb is None
            or before.low == "longer"
            or not (is_done or (verb.form is english.Form.THIRD and verb.base not in _AUXILIARIES))
        ):
            continue
        near = [
            ({one.low for one in known[max(0, at - 3) : at]}, known[at].low) for at in evidence.places(stem(token.low))
        ]
        if near and all(_is_past(word, words, is_done=is_done) for words, word in near):
            return f"says {token.text!r}, and the facts say that it was so"
    return ""


_AUXILIARIES = english.NOUN_LIKE | english.words("be have do")
_PRESENT = english.words("is are be been being now to gets get")


def _is_past(word: str, before: set[str], *, is_done: bool) -> bool:
    """Tell whether a verb of the facts says what was so."""
    verb = english.verb(word)
    is_past = verb is not None and verb.form is english.Form.PAST
    return is_past and (not before.isdisjoint(("was", "were")) if is_done else before.isdisjoint(_PRESENT))


_DEFAULT = lazy_pattern(r"`([^`]+)` (?:by default|is (?:now )?the default)\b")


def _default_fault(text: str, evidence: Evidence) -> str:
    """Refuse a default value that the facts don't name as the default."""
    for match in _DEFAULT.finditer(text):
        value = re.escape(plain(match[1]).lower())
        if "default" in evidence.low and not re.search(
            rf"{value}.{{0,40}}default|default.{{0,40}}{value}", evidence.low
        ):
            return f"says that {match[1]!r} is the default, and the facts don't"
    return ""


def _prose(clause: Clause) -> str:
    low = clause.text.lower()
    for name in clause.names:
        low = low.replace(name, " ")
    return low


def _is_turned(piece: Clause, clause: Clause, said: frozenset[str], spoken: frozenset[str], kind: str) -> bool:
    """Tell whether a piece of a sentence says the opposite of a clause of its support."""
    shared = _shared(clause, piece)
    low, other = _prose(piece), _prose(clause)
    is_own = not shared <= said
    turns = _stems(_TURNS.findall(low)) - _stems(set(_SAYS_NO.sub(" ", other).split()) - {"still"}) - spoken
    if _RIGHT.search(other) and is_own and turns <= _FAULTS and not _IS_RIGHT.search(low):
        return True
    if not shared or not (2 * len(shared) >= len(clause.stems) or piece.names & clause.names - said):
        return False
    if _OFF.search(other) and _ON.search(low) and not _OFF.search(low):
        return True
    if piece.frame is Frame.FIXED:
        return False
    includes, is_ended = bool(_INCLUDES.search(low)), "no longer" in low
    is_whole = clause.stems - _stems(_SAYS_NO.findall(other)) <= shared
    is_plain = (is_whole or is_own) and not turns and (kind == "bugfix" or not is_ended)
    if is_plain and _denies(clause, kind, includes=includes or (is_whole and is_ended)):
        return True
    if _CONTINUES.search(other) and clause.is_main and _CHANGES.search(low) and turns <= _ALLOWED:
        return True
    is_excepted = _BOUNDED.search(other) and includes and is_own and not _BOUNDED.search(low)
    return bool(is_excepted) or _has_other_degree(piece, clause)


_FAULTS = frozenset(
    map(stem, english.words("failed lost keep missing removed stopped dropped wrong wrongly incorrect"))
)
_ALLOWED = frozenset(map(stem, english.words("fail without")))


def _has_other_degree(piece: Clause, clause: Clause) -> bool:
    """Tell whether a piece has "largest" where the clause has "smallest"."""
    return not (clause.negations or piece.negations) and any(
        opposites().get(stem(word), frozenset()) & clause.all_stems - piece.all_stems
        for word in piece.words - clause.words
        if _DEGREE.search(word)
    )


def _stems(found: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for phrase in found for word in phrase.split())


def _denies(clause: Clause, kind: str, *, includes: bool) -> bool:
    """Tell whether a clause says that something isn't so after the change."""
    low = _prose(clause)
    match = _SAYS_NO.search(low)
    if match is None or not clause.is_main or _OFF.search(low) or _PAST.search(low):
        return False
    is_nested = _NESTED.search(low[: match.start()]) and match[0][:2] not in ("is", "ar", "be", "ge")
    return not is_nested and (clause.frame is Frame.NEW or kind != "bugfix" or includes or bool(_STANDS.search(low)))


def _pieces(text: str, kind: str) -> Iterator[Clause]:
    """Yield the clauses of a sentence. One without a verb has the words of those after it."""
    found = list(clauses_of(text, Role.ANSWER, is_fix=kind == "bugfix"))
    for at, one in enumerate(found):
        piece = one
        after = found[at + 1].text.lower() if at + 1 < len(found) else ""
        if at and found[at - 1].text.lower().endswith(" even"):
            piece = piece._replace(text=f"even {piece.text}")
        is_part = after and (not piece.has_verb or after.startswith(("which", "that", "who")))
        yield piece._replace(text=" ".join(one.text for one in found[at:])) if is_part else piece


def _quoted(quote: str, evidence: Evidence, kind: str) -> Iterator[Clause]:
    """Yield the clauses of a quote, none where it is a complaint or a title of a fix."""
    fact = next((fact for fact in evidence.facts if plain(quote) in plain(fact.text)), None)
    if fact is None or fact.source.startswith(("files", "author", "address", "reporter", "release", "issue", "draft")):
        return
    is_title = fact.source.startswith(("title", "commit"))
    if is_title and kind == "bugfix" and not _FORBIDS.search(quote):
        return
    yield from _read(quote, Role.TITLE if is_title else Role.TEXT, is_fix=kind == "bugfix")


@lru_cache(maxsize=1_000)
def _read(quote: str, role: Role, *, is_fix: bool) -> list[Clause]:
    """Return the clauses of a quote, also those of a clause and what goes on with "and"."""
    found: list[Clause] = []
    for sentence in split_sentences(quote):
        ends = " as before" if "as before" in sentence.lower() else ""
        before = None
        for clause in clauses_of(sentence, role, is_fix=is_fix):
            own = clause._replace(text=clause.text + ends, stems=clause.stems - _CONTRACTED)
            found.append(own)
            if before is not None and own.text.lower().startswith(_PARTS):
                own = before._replace(
                    text=f"{before.text} {own.text}", stems=before.stems | own.stems, names=before.names | own.names
                )
                found.append(own)
            before = own
    return found


_CONTRACTED = english.words("t isn aren wasn weren doesn don didn won couldn")
"""The stems of contractions such as "isn't"."""
_PARTS = ("and ", "or ", "that ", "which ", "who ")
_FORBIDS = lazy_pattern(r"^(?:[\w./-]+: )?(?:prevent|refuse|reject|forbid|disallow)\b", re.IGNORECASE)


def _shared(clause: Clause, piece: Clause) -> frozenset[str]:
    """Return the stems of a clause that a piece has, in any synonym."""
    groups = groups_of(piece.stems)
    return frozenset(one for one in clause.stems if one in piece.stems or not groups.isdisjoint(groups_of((one,))))
