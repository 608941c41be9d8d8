"""Turn the words after a verb, and the verbs that are joined to it."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import Form, Verb, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import DETERMINERS, FAULTS
from weekly.text.titles.code_spans import masked
from weekly.text.vocabulary import phrase_set

PREPOSITIONS = words("for to in on from of with and or & +")
_CONJUNCTION = lazy_pattern(r"(,? and|,| \+| &|;|:) ([a-z]+ly |also |otherwise |then )?(?=([a-z-]+)\b(?: ([^\s,]+))?)")
# After an order, people write these as well: "Add pools, and adds their limits".
_THIRD_PERSONS = words("adds allows enables improves makes removes renames")
_NO_MORE = lazy_pattern(
    r"(?P<joint>,? and| &|,) (?:(?:do not|don['’]?t) (?P<verb>[a-z]+)|stop (?P<activity>[a-z]+ing))(?P<end> (?=\S)|$)"
)
_AND = lazy_pattern(r" (?:and|or|&) |, ")
NEVER_TURNED = words("be do have don't")


def conjugated(text: str, form: Form, spoken: Form = Form.BASE) -> str | None:
    """Return the words after a verb, with joined verbs in its form, or None where that is unsure."""
    text = _NO_MORE.sub(_no_longer, text) if spoken is Form.BASE else text
    out, end = [], 0
    plain = masked(text)
    for match in _CONJUNCTION.finditer(plain):
        word, following = match[3], match[4] or ""
        verb = english.verb(word)
        if word in NEVER_TURNED:
            return None
        is_mixed = spoken is Form.BASE and word in _THIRD_PERSONS and following.lower() not in PREPOSITIONS
        if verb is None or not (verb.form is spoken or is_mixed) or spoken is form:
            continue
        manner = match[2] or ""
        is_last = match[1] == "," and not _AND.search(plain, match.end())
        if _is_joined_verb(verb, following, plain[: match.start()], manner, is_last=is_last):
            start = match.start(2) if manner else match.end()
            before = text[end:start]
            before = f"{before[:-2]}and " if before.endswith(" & ") else before
            joined = _joined_verb(verb, form, manner)
            if is_last:
                is_other = manner == "otherwise "
                has_more = end or joined.startswith("now ") or " and " in text[: match.start()]
                before = (
                    f"{text[end : match.start()]}{',' if has_more or is_other else ''} {'' if is_other else 'and '}"
                )
            out += [before, joined]
            end = match.end() + len(word)
    return "".join(out) + text[end:]


def _no_longer(match: re.Match[str]) -> str:
    """Return "and no longer skips it" for "and don't skip it" or "and stop skipping it"."""
    verb = english.verb(match["verb"] or match["activity"])
    if verb is None or verb.form is not (Form.BASE if match["verb"] else Form.GERUND):
        return match[0]
    return f"{match['joint'].removesuffix(' and').rstrip(' &,')} and no longer {english.third(verb.base)}{match['end']}"


def _joined_verb(verb: Verb, form: Form, manner: str) -> str:
    """Return a joined verb in the form of the first. Verbs about the program's behaviour stay in the present."""
    if form is Form.PAST and (verb.base == "use" or english.is_behaviour(verb.base)):
        return f"now {manner}{english.third(verb.base)}"
    return manner + (english.past(verb.base) if form is Form.PAST else english.third(verb.base))


def _is_governed(before: str) -> bool:
    """Tell whether the next verb may belong to an infinitive before it, as in "to create and delete"."""
    infinitives = (english.verb(word) for word in re.findall(r"\bto ([a-z-]+)", before))
    return any(verb and verb.form is Form.BASE for verb in infinitives)


# "is consistent and correct" has no second verb.
# "in backup and restore methods"
_SERVICES = words("build copy deploy download export import move restore upload")
_AFTER_PREPOSITION = lazy_pattern(r"\b(?:for|from|in|of|on|to|with) [\w-]+$")
_ADJECTIVES = words("clean clear complete correct empty exact live open secure separate")
_QUALIFIES = lazy_pattern(r"\b(?:are|be|being|is|more|was|were) [a-z]+$")
_VERBS_AFTER_AND = words("rebuild change fix use return handle ship update set move run rework refactor")


def _is_joined_verb(verb: Verb, following: str, before: str, manner: str, *, is_last: bool) -> bool:
    """Tell whether a word after "and" is a verb like the first. After the last comma it doesn't go with an infinitive."""
    if _is_governed(before) and (not is_last or english.is_behaviour(verb.base)):
        return False
    if manner:
        return True
    is_noun = f"{verb.base} {following.lower()}" in phrase_set("compounds")
    is_adjective = verb.base in _ADJECTIVES and _QUALIFIES.search(before)
    if is_noun or is_adjective or (verb.base in _SERVICES and _AFTER_PREPOSITION.search(before)):
        return False
    if not following or (
        following.lower() in PREPOSITIONS and (verb.base in english.NOUN_LIKE or verb.form is not Form.BASE)
    ):
        return False
    if verb.form is Form.THIRD and verb.base in english.FAULT_VERBS:
        return following.lower() in DETERMINERS  # "Reduces warnings and errors"
    if verb.base.startswith(english.BOUND_WORDS):
        return False  # "include and force-exclude types"
    if verb.form is Form.BASE and (
        following in ("back", "down", "off", "out", "up") or (following.endswith("ly") and verb.base != "apply")
    ):
        return True
    if verb.base == "support" and following[:1].isupper():
        return True
    if verb.base in english.NOUN_LIKE and not (verb.base in _VERBS_AFTER_AND and verb.form is Form.BASE):
        return following.lower() in DETERMINERS or verb.form is Form.THIRD
    return True


def is_fault(noun: str, faults: frozenset[str] = FAULTS) -> bool:
    """Return whether a noun names a fault, such as "crash", or "crashes" in the plural."""
    return not faults.isdisjoint((noun, noun.removesuffix("s"), noun.removesuffix("es")))


def joined(lead: str, rest: str | None) -> str:
    """Return a lead and what follows it, empty where that is unsure."""
    return "" if rest is None else f"{lead} {rest}".rstrip()


def first_word(text: str) -> tuple[str, str]:
    """Return the first word of a text, and what follows it."""
    first, _, rest = text.partition(" ")
    return first, rest.strip()
