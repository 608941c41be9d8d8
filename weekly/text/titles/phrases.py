"""Turn the words after a verb, which are joined verbs and objects with their articles."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import Form, Verb, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import masked
from weekly.text.vocabulary import phrase_set

FUNCTION = words(
    "a an and as at after because before between but by due during for from if in into instead of on only or over per"
    " since so than that the this to under unless until using via when where whether which while with within without"
    " through across against not it its their is are was were isn't being"
)
PREPOSITIONS = words("for to in on from of with and or & +")
_CONJUNCTION = lazy_pattern(r"(,? and|,| \+| &|;|:) ([a-z]+ly |also |otherwise |then )?(?=([a-z-]+)\b(?: ([^\s,]+))?)")
# After an order, people write these as well: "Add pools, and adds their limits".
_THIRD_PERSONS = words("adds allows enables improves makes removes renames")
_NO_MORE = lazy_pattern(
    r"(?P<joint>,? and| &|,) (?:(?:do not|don['’]?t) (?P<verb>[a-z]+)|stop (?P<activity>[a-z]+ing))(?P<end> (?=\S)|$)"
)
_AND = lazy_pattern(r" (?:and|or|&) |, ")
DETERMINERS = words("the a an its their all some any it them this that these those each every")
_WORD = lazy_pattern(r"`[^`]*`|\S+")
NEVER_TURNED = words("be do have don't")


def tail(text: str, form: Form, spoken: Form = Form.BASE) -> str | None:
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
_ADJECTIVES = words("clean clear complete correct empty exact live open secure separate")
_QUALIFIES = lazy_pattern(r"\b(?:are|be|being|is|more|was|were) [a-z]+$")
_VERBS_AFTER_AND = words("change fix use return handle ship update set move run rework refactor")


def _is_joined_verb(verb: Verb, following: str, before: str, manner: str, *, is_last: bool) -> bool:
    """Tell whether a word after "and" is a verb like the first. After the last comma it doesn't go with an infinitive."""
    if _is_governed(before) and (not is_last or english.is_behaviour(verb.base)):
        return False
    if manner:
        return True
    if f"{verb.base} {following.lower()}" in phrase_set("compounds") or (
        verb.base in _ADJECTIVES and _QUALIFIES.search(before)
    ):
        return False
    if not following or (
        following.lower() in PREPOSITIONS and (verb.base in english.NOUN_LIKE or verb.form is not Form.BASE)
    ):
        return False
    if verb.form is Form.THIRD and verb.base in english.FAULTS:
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


# Nouns of which there is one at a time: "Fix crash" is said "Fixed a crash".
FAULTS = words(
    "bug crash race condition glitch hang deadlock panic leak regression typo overflow failure issue problem segfault mismatch"
    " mistake oversight"
)


def is_fault(noun: str, faults: frozenset[str] = FAULTS) -> bool:
    """Return whether a noun names a fault, such as "crash", or "crashes" in the plural."""
    return not faults.isdisjoint((noun, noun.removesuffix("s"), noun.removesuffix("es")))


_THINGS = words(
    "argument bug button check column command constraint endpoint event extension field flag function helper hook key limit message"
    " method option page parameter prefix property setting string test timeout tool type value variable version wrapper"
)
MISHAPS = words("dereference error exception warning")
"""Name mishaps that take an article in the singular. Unlike faults, a title may also add or handle them."""
_MEASURES = words("number amount level size order count rate use")
_WRONG = words("wrong incorrect bad broken invalid possible potential rare missing")
_ONLY_ONE = words("correct latest right same whole")
_GIVES = words("add implement introduce provide readd re-add reintroduce re-introduce")
_TAKES = words("remove drop deprecate rename")
_NO_ARTICLE = (
    FUNCTION
    | DETERMINERS
    | words(
        "various several multiple many more most few two three both no other another such new-style all one first second"
    )
)

_ACTIVITIES = words("choosing getting passing printing reading selecting showing specifying using writing")


def with_article(base: str, rest: str) -> str:
    """Return a verb's object, with its article where that is sure."""
    words = _WORD.findall(rest)
    phrase: list[str] = []
    for word in words:
        if word.lower() in FUNCTION or word.lower() in ("&", "+"):
            break
        phrase.append(word)
        if word.endswith((",", ";", ":", ".")):
            break
    following = words[len(phrase)].lower() if len(words) > len(phrase) else ""
    phrase = _to_head(phrase)
    if (
        not phrase
        or phrase[0].lower() in _NO_ARTICLE | _ACTIVITIES
        or any(word.endswith(("'s", "’s")) for word in phrase)
    ):
        return rest
    found = _article_for(base, phrase, following)
    return f"{found} {rest}" if found else rest


def _to_head(phrase: list[str]) -> list[str]:
    """Cut a phrase after its noun where a gerund or a participle follows: "issue handling names"."""
    for place, word in enumerate(phrase[1:], start=1):
        if word in ("causing", "leading", "resulting"):
            return phrase[:place]
        is_kind = word == "related" and phrase[-1] != word  # "race condition related bugs" are several
        if word.endswith(("ing", "ed", "found", "seen")) and not is_kind and phrase[place - 1].lower() in FAULTS:
            return phrase[:place]
    return phrase


def _article_for(base: str, phrase: list[str], following: str) -> str:
    head = phrase[-1].strip(",.;:").lower()
    first = phrase[0].lower()
    if first in _ONLY_ONE:
        return "the"
    if len(phrase) > 1 and all(word.isupper() for word in phrase):
        return ""  # the name of a statement: "CREATE INDEX"
    if following == "of" and len(phrase) < 3 and (head in _MEASURES):
        return "the"
    if base in _TAKES:
        return "the" if head in _THINGS and phrase[0].startswith("`") and len(phrase) > 1 else ""
    if following in ("and", "or", "&", "+") and head not in FAULTS:
        return ""
    if base in ("fix", "prevent", "resolve", "address"):
        fits = head in FAULTS | MISHAPS or (head in _THINGS and base == "fix" and first in _WRONG)
        return english.article(" ".join(phrase)) if fits else ""
    if base in _GIVES and head in _THINGS and (head != "version" or len(phrase) > 1):
        return english.article(" ".join(phrase))
    return ""


def joined(lead: str, rest: str | None) -> str:
    """Return a lead and what follows it, empty where that is unsure."""
    return "" if rest is None else f"{lead} {rest}".rstrip()


def first_word(text: str) -> tuple[str, str]:
    """Return the first word of a text, and what follows it."""
    first, _, rest = text.partition(" ")
    return first, rest.strip()
