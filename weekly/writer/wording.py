"""Check the words of a sentence: its vocabulary, promises, praise, tense and language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import word_list
from weekly.writer.claims import is_known
from weekly.writer.evidence import Evidence, stem_set
from weekly.writer.tokens import Token, TokenKind, stem

_FUTURE = lazy_pattern(
    r"\b(?:will|shall|won['’]t|going to|about to|next (?:version|release|week|month|year|step)|to come|stay tuned"
    r"|in the works|on its way|around the corner|down the (?:road|line)|look(?:ing|s)? forward|watch this space|on the horizon)\b"
    r"|\w['’]ll\b"
)
_OLD_AS_PRESENT = lazy_pattern(r"\b(?:currently|at the moment|right now|as of now|today|presently|nowadays|so far)\b")
_JOINING = english.words("and but so which while whereas because although though plus making allowing helping thereby")
_LEAST_SHARE = 0.6
"""The share of a clause's words that the facts must have."""
_FOREIGN = english.words(
    "der die das und ist nicht mit für eine einen wird werden wurde le les des une est pas pour dans avec qui que el los las una es por"
    " para con del il gli della sono non het een niet voor van och att som är inte não uma dos são"
)


def wording_fault(text: str, found: Sequence[Token], evidence: Evidence, *, share: float) -> str:
    """Return what is wrong with a sentence's words, empty where nothing is."""
    words = [token for token in found if token.kind is TokenKind.WORD]
    checks = (_tense_fault(text, words), _language_fault(words), _strict_fault(words, evidence))
    return next(filter(None, checks), "") or _share_fault(found, evidence, share)


def _tense_fault(text: str, words: Sequence[Token]) -> str:
    low = text.lower()
    if match := _FUTURE.search(low):
        return f"speaks of the future: {match[0]!r}"
    if match := _OLD_AS_PRESENT.search(low):
        return f"speaks of the present: {match[0]!r}"
    first = words[0].low if words and text.lower().startswith(words[0].low) else ""
    verb = english.verb(first) if first not in word_list("claim_grammar") else None
    if verb is None or english.past(verb.base) == first:
        return ""
    second = words[1].low if len(words) > 1 else ""
    is_order = verb.form is english.Form.BASE and verb.base not in english.NOUN_LIKE
    is_order = is_order or (
        verb.form is english.Form.BASE and second in ("the", "a", "an", "to", "this", "all", "your")
    )
    if is_order:
        return f"begins with the order {words[0].text!r}"
    is_finite = any(token.low in _AUXILIARIES for token in words[1:])
    if verb.form in (english.Form.THIRD, english.Form.GERUND) and not is_finite:
        return f"begins with {words[0].text!r}, which is no past tense"
    return ""


_AUXILIARIES = english.words(
    "is are was were can could has have had does do did no now may might must cannot get gets work works"
)


def _language_fault(words: Sequence[Token]) -> str:
    foreign = [token.low for token in words if token.low in _FOREIGN]
    return f"isn't English: {', '.join(foreign)}" if len(foreign) > 1 else ""


def _strict_fault(words: Sequence[Token], evidence: Evidence) -> str:
    """Refuse praise, promises, dangers and words of extent that the facts lack."""
    for token in words:
        for part in {token.low, *token.low.split("-")}:
            if part in word_list("claim_strict") and not evidence.supports(part):
                return f"says {token.text!r}, which the facts don't"
    return ""


def _share_fault(found: Sequence[Token], evidence: Evidence, share: float) -> str:
    """Refuse a sentence, or a clause, of which the facts have too few words."""
    judged = [(token, _judge(token, evidence)) for token in found]
    for before, token in zip([None, *found], found, strict=False):
        is_told = before is None or before.low in ("now", "longer")
        if is_told and _judge(token, evidence) == "no" and english.verb(token.low):
            return f"says {token.text!r}, which the facts don't"
    if unknown := next((token for token, one in judged if one == "unknown"), None):
        return f"has the word {unknown.text!r}, which the facts don't"
    whole = [one for _, one in judged if one]
    if not whole:
        return "says nothing that the facts have"
    if (part := whole.count("yes") / len(whole)) < share:
        return f"only {part:.0%} of its words are in the facts: {_listed(judged)}"
    for clause in _clauses(judged):
        verdicts = [one for _, one in clause if one]
        if len(verdicts) > 1 and verdicts.count("yes") < _LEAST_SHARE * len(verdicts):
            return f"the facts don't have {' '.join(token.text for token, _ in clause)!r}"
    return ""


def _listed(judged: Sequence[tuple[Token, str]]) -> str:
    return "without " + ", ".join(token.text for token, one in judged if one == "no")


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
    if word in word_list("claim_grammar"):
        return ""
    if evidence.supports(word):
        return "yes" if stem(word) not in stem_set("claim_frame") else ""
    if stem(word) in stem_set("claim_frame"):
        return ""
    return "no" if is_known(word) else "unknown"


def _clauses(judged: Sequence[tuple[Token, str]]) -> Iterator[list[tuple[Token, str]]]:
    """Yield the clauses of a sentence."""
    clause: list[tuple[Token, str]] = []
    for token, verdict in judged:
        if token.kind is TokenKind.END or (token.kind is TokenKind.WORD and token.low in _JOINING):
            yield clause
            clause = []
        else:
            clause.append((token, verdict))
    yield clause
