"""Check the words of a sentence: its vocabulary, promises, praise, tense and language."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import phrase_set, phrases, word_list
from weekly.writer.claims import is_known
from weekly.writer.evidence import Evidence, number_values, stem_set, unit_of
from weekly.writer.tokens import Token, TokenKind, stem

_BEFORE_NAMES = english.words("by to from in on for with of via using at as and credits thanks into like called named")
"""Words after which a word that is not an everyday one may be a name."""
_LEAST_SHARE = 1 / 3
"""The share of a clause's words that the facts must have."""


def wording_fault(text: str, found: Sequence[Token], evidence: Evidence, *, share: float, is_first: bool) -> str:
    """Return what is wrong with a sentence's words, empty where nothing is."""
    words = [token for token in found if token.kind is TokenKind.WORD]
    left = _without_idioms(found)
    checks = (_tense_fault(text, words), _language_fault(words), _strict_fault(left, evidence))
    return next(filter(None, checks), "") or _share_fault(left, evidence, share, is_first=is_first)


def _tense_fault(text: str, words: Sequence[Token]) -> str:
    low = text.lower()
    for time in ("future", "present"):
        if phrase := phrases(f"claim_{time}").search(low):
            return f"speaks of the {time}: {phrase!r}"
    first, after = [*(token.low for token in words[:2]), "", ""][:2]
    order = f"begins with the order {first!r}"
    if low.startswith(("don't", "don’t", "do not ")):
        return order
    if not low.startswith(first) or first in word_list("claim_grammar"):
        return ""
    main = [token.low for token in takewhile(lambda token: token.low not in _SUBORDINATING, words[1:])]
    is_command = after in _AFTER_ORDERS and not first.endswith("ly")
    if is_command and not any(map(_is_conjugated, [first, *main])):
        return order
    verb = english.verb(first)
    if verb is None or english.past(verb.base) == first:
        return order if verb is not None and verb.base == first and _PRESENT.search(low) else ""
    is_finite = not (word_list("claim_auxiliaries") | {"no"}).isdisjoint(main)
    if verb.form is english.Form.BASE and not is_finite:
        return order
    is_noun = after in _AFTER_NOUNS or is_finite or any(map(_is_past, main))
    is_noun = is_noun or (verb.base in english.NOUN_LIKE and after not in _DETERMINERS)
    is_gerund = verb.form is english.Form.GERUND and not any(_is_conjugated(token.low) for token in words[1:])
    if is_gerund or (verb.form is english.Form.THIRD and not is_noun):
        return f"begins with {words[0].text!r}, which is no past tense"
    return ""


_PRESENT = lazy_pattern(r"\b(?:when|if|while) (?:\w+ ){1,3}(?:is|are|has|have|\w+s)\b")
"""A condition in the present, in which a form such as "read" or "set" is no past tense."""
_DETERMINERS = english.words("the a an its their all each every this that these those any")


_AFTER_ORDERS = (_DETERMINERS - english.words("that those these this")) | english.words("several multiple many at")


def _is_conjugated(word: str) -> bool:
    verb = english.verb(word)
    is_form = verb is not None and verb.form in (english.Form.PAST, english.Form.THIRD)
    return word in word_list("claim_auxiliaries") or word.endswith(("n't", "n’t", "ed")) or is_form


def _is_past(word: str) -> bool:
    verb = english.verb(word)
    return verb is not None and verb.form is english.Form.PAST


_SUBORDINATING = english.words("that which who whose until when while if where because since as after before so")
_AFTER_NOUNS = _SUBORDINATING | english.words("such of in for to on with from at and or than")


def _language_fault(words: Sequence[Token]) -> str:
    foreign = [token.low for token in words if token.low in word_list("claim_foreign")]
    return f"isn't English: {', '.join(foreign)}" if len(foreign) > 1 else ""


def _strict_fault(found: Sequence[Token], evidence: Evidence) -> str:
    """Refuse praise, promises and dangers that the facts lack."""
    for token in (token for token in found if token.kind is TokenKind.WORD):
        for part in {token.low, *token.low.split("-")}:
            if {part, part.removesuffix("ly")} & word_list("claim_strict") and not evidence.supports(part):
                return f"says {token.text!r}, which the facts don't"
    return ""


def _share_fault(found: Sequence[Token], evidence: Evidence, share: float, *, is_first: bool) -> str:
    """Refuse a sentence, or a clause, of which the facts have too few words."""
    judged = [(token, _judge(token, evidence)) for token in found]
    for before, (token, verdict) in zip([None, *found], judged, strict=False):
        if verdict == "unknown" and before is not None and before.low in _BEFORE_NAMES:
            return f"has the word {token.text!r}, which the facts don't"
    if why := _weight_fault(judged):
        return why
    lacking = [token.text for token, verdict in judged if verdict in ("no", "unknown")]
    refers_back = not is_first and len(found) > _FEWEST and found[0].low in _REFERS  # "This was fixed."
    if not any(verdict == "yes" for _, verdict in judged) and (lacking or not refers_back):
        return "says nothing that the facts say"
    content = sum(bool(verdict) for _, verdict in judged)
    if len(lacking) > max(1.0, (1 - share) * content):
        return f"only {1 - len(lacking) / content:.0%} of its words are in the facts: without {', '.join(lacking)}"
    for clause in _clauses(judged, word_list("claim_joins") | _CONDITIONS):
        words = [token.low for token, _ in clause]
        verdicts = [verdict for _, verdict in clause if verdict]
        is_foreign = "unknown" in verdicts or 2 * verdicts.count("yes") < len(verdicts)
        is_state = words[:1] != ["now"] or (
            len(verdicts) > 1 and english.verb(words[1]) is None and not _is_conjugated(words[1])
        )
        if words[:1] and words[0] in _CONDITIONS and is_foreign and is_state and _PRONOUNS.isdisjoint(words):
            return f"the facts don't have {' '.join(words)!r}"
    for clause in _clauses(judged, word_list("claim_joins")):
        verdicts = [verdict for _, verdict in clause if verdict]
        supported = verdicts.count("yes")
        is_foreign = supported == 0 and "unknown" in verdicts
        if is_foreign or (len(verdicts) - supported > 1 and supported < _LEAST_SHARE * len(verdicts)):
            return f"the facts don't have {' '.join(token.text for token, _ in clause)!r}"
    return ""


def _without_idioms(found: Sequence[Token]) -> list[Token]:
    """Return tokens without those of idioms such as "for instance", which claim nothing."""
    left: list[Token] = []
    at = 0
    while at < len(found):
        lows = [token.low for token in found[at : at + 4]]
        size = next((end for end in (4, 3, 2) if " ".join(lows[:end]) in phrase_set("claim_idioms")), 0)
        left += found[at : at + 1] if not size else []
        at += size or 1
    return left


_EXTENTS = english.words("all every any")


def _weight_fault(judged: Sequence[tuple[Token, str]]) -> str:
    """Refuse "Removed" at the beginning, or "all" of something, which the facts lack."""
    for at, (token, _) in enumerate(judged):
        is_action = at == 0 and stem(token.low) in stem_set("claim_actions")
        near = judged[:1] if is_action else judged[at + 1 : at + 4] if token.low in _EXTENTS else []
        if next((verdict for _, verdict in near if verdict), "") in ("no", "unknown"):
            return f"says {token.text!r}, which the facts don't"
    return ""


def _judge(token: Token, evidence: Evidence) -> str:
    """Return yes or no for a word with content, unknown for one that may be a name, empty for others."""
    if token.kind is TokenKind.END:
        return ""
    if token.kind is not TokenKind.WORD:
        return "yes"  # checked as a claim
    verdicts = [
        _judge_word(part, evidence) for part in ([token.low] if evidence.supports(token.low) else token.low.split("-"))
    ]
    for verdict in ("unknown", "no", "yes"):
        if verdict in verdicts:
            return verdict
    return ""


def _judge_word(word: str, evidence: Evidence) -> str:
    if word in word_list("claim_grammar") or unit_of(word) or number_values(Token(word, TokenKind.WORD)):
        return ""
    if evidence.supports(word):
        return "yes" if stem(word) not in stem_set("claim_frame") else ""
    if stem(word) in stem_set("claim_frame"):
        return ""
    return "no" if is_known(word) or stem(word) in evidence.path_stems else "unknown"


_FEWEST = 3
"""Tokens, with the full stop, that say nothing even after another sentence: "It works."."""
_REFERS = english.words("by it they this these")
_CONDITIONS = english.words("when while if unless now")
_PRONOUNS = english.words("it they them this that these those one")


def _clauses(judged: Sequence[tuple[Token, str]], begins: frozenset[str]) -> list[list[tuple[Token, str]]]:
    """Return the parts of a sentence, each from a word of `begins` or the end of a clause on."""
    clauses: list[list[tuple[Token, str]]] = [[]]
    for token, verdict in judged:
        if token.kind is TokenKind.END or (token.kind is TokenKind.WORD and token.low in begins):
            clauses.append([])
        if token.kind is not TokenKind.END:
            clauses[-1].append((token, verdict))
    return clauses
