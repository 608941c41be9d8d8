"""Turn what begins with a verb into what was done, or what the program does now."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import Form, Verb, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import object_with_article
from weekly.text.titles.behaviour import says_behaviour
from weekly.text.titles.negations import SLASHED, UNTURNED, as_activity, negated, no_longer
from weekly.text.titles.parse import ADVERB, NEGATIVE, verb_at
from weekly.text.titles.phrases import PREPOSITIONS, conjugated, first_word, joined
from weekly.text.vocabulary import phrase_set, word_list

_PAIR = lazy_pattern(r"(and|&|\+|/|or)\s*([A-Za-z-]+)\s+(?=\S)")
_CONDITION = lazy_pattern(r"^((?:if|when) [^,]+), (?:then )?([^,]+)$", re.IGNORECASE)


# An order, unlike "Error when copying" that names what went wrong.
_ERROR = lazy_pattern(r"^error (?:out )?(?=(?:if|unless)\b|on .+ (?:if|when)\b)", re.IGNORECASE)


def from_verb(text: str, *, is_fix: bool = False) -> str:
    """Return a text that begins with a verb as an event or a behaviour, empty where that is unsure."""
    if match := _EMPHASIS.match(text):
        text, is_fix = text[match.end() :], True
    text = _AROUND.sub("workaround ", _without_sure(text))
    if (match := _CONDITION.match(text)) and (main := _turned_main(match[2], is_fix=is_fix)):
        return _with_condition(main, f"{match[1][0].lower()}{match[1][1:]}")
    text = _DID_NOT.sub("", text) if is_fix else _ERROR.sub("return an error ", text)
    if match := NEGATIVE.match(text):
        return negated(text[match.end() :])
    if match := ADVERB.match(text):
        return _qualified(match[1].lower(), text[match.end() :])
    first, rest = first_word(text)
    if first.lower() in UNTURNED and rest and _follows_auxiliary(first.lower(), rest):
        return joined(f"Now {english.third(first.lower())}", conjugated(rest, Form.THIRD))
    if match := SLASHED.match(text):
        if ASKED_FOR.issuperset((match[1].lower(), match[2].lower())):
            both = "/".join(english.gerund(word.lower()) for word in match.groups())
            return joined(f"Added support for {both}", text[match.end() :].strip())
        text = f"{match[1]} / {match[2]}{text[match.end() :]}" if english.verb(match[2]) else text
    verb = verb_at(text)
    if verb is None:
        return ""
    rest = first_word(text)[1]
    if re.match(r"(?:and|&|\+|/|or)\s", rest):
        return _pair(verb, rest)
    return _done(verb, rest, is_fix=is_fix)


def _turned_main(text: str, *, is_fix: bool) -> str:
    """Turn what a condition stands before, which the program does each time."""
    if match := re.match(r"(stop|use) ", text, re.IGNORECASE):
        return joined(f"Now {english.third(match[1].lower())}", conjugated(text[match.end() :], Form.THIRD))
    return from_verb(text, is_fix=is_fix)


_EMPHASIS = lazy_pattern(
    r"^(?:actually|really) |^(?:hopefully|possibly|probably) (?=fix)|^(?:try|attempt) to (?=(?:avoid|fix|improve|prevent|reduce)\b)",
    re.IGNORECASE,
)
_AROUND = lazy_pattern(r"^work around (?=\S)", re.IGNORECASE)
_SURE = lazy_pattern(r"^make sure (?:that we|to|we) (?=([a-z]+)(?: ([a-z]+))? .*)", re.IGNORECASE)


_SURE_OF = lazy_pattern(r"^make sure (?!(?:of|that|to|we)\b)", re.IGNORECASE)


def _without_sure(text: str) -> str:
    """Return "release the lock" for "make sure to release the lock", where that is what the program does."""
    text = _SURE_OF.sub("ensure ", text)
    match = _SURE.match(text)
    if match is None:
        return text
    order = text[match.end() :]
    is_qualified = ADVERB.match(order) is not None
    verb = english.verb(match[2] if is_qualified else match[1])
    if verb is None or verb.form is not Form.BASE:
        return text
    return order if is_qualified or says_behaviour(verb, order.partition(" ")[2], is_fix=True) else text


_DID_NOT = lazy_pattern(r"^(?:did not|didn['’]?t) (?=[a-z]+ )", re.IGNORECASE)
_PRONOUN = lazy_pattern(r"^(?:No longer |Now )?[\w-]+( (it|them))\b")
_BEING = lazy_pattern(r"^(if|when) (`[^`]+`|(?:(?:an?|the) )?(?:[\w-]+ ){0,2}[\w.-]+?(?: of an? [\w-]+)?) (is|are) ")


def _with_condition(main: str, condition: str) -> str:
    """Return a sentence with its condition after it. A pronoun gives its place to the noun before it."""
    main, condition = main.rstrip("."), condition.rstrip(".")
    subject, pronoun = _BEING.match(condition), _PRONOUN.search(main)
    if not pronoun:
        return f"{main} {condition}"
    if not subject:
        return ""  # the pronoun would stand before its noun
    rest = condition[subject.end() :]
    be = "it is" if pronoun[2] == "it" else "they are"
    return f"{main[: pronoun.start(1)]} {subject[2]}{main[pronoun.end() :]} {subject[1]} {be} {rest}"


def _follows_auxiliary(verb: str, rest: str) -> bool:
    """Return whether "do", "be" or "have" begins an order: "Be more strict"."""
    following = rest.split(maxsplit=1)[0].lower()
    if verb == "do":
        return following not in ("not", "you", "we", "n't")
    return following.endswith("er") or following in (
        "more",
        "less",
        "the",
        "a",
        "an",
        "able",
        "explicit",
        "strict",
        "consistent",
    )


_WHOLLY = words("also completely entirely finally fully mostly partially partly temporarily")


def _qualified(adverb: str, text: str) -> str:
    if adverb == "also" and (match := NEGATIVE.match(text)):
        return negated(text[match.end() :])
    first, rest = first_word(text)
    if f"{first} {rest.partition(' ')[0]}".lower() in phrase_set("compounds"):
        return ""  # "Only block devices hold data"
    verb = english.verb(first)
    is_mended = verb is not None and verb.form is Form.PAST and adverb in ("properly", "correctly")
    is_form = verb is not None and (verb.form is Form.THIRD or (verb.form is Form.GERUND and adverb == "explicitly"))
    is_turned = verb and (verb.form is Form.BASE or (adverb != "better" and is_form) or is_mended)
    if verb is None or not is_turned or verb.base in UNTURNED:
        return ""
    is_change = not english.is_behaviour(verb.base) and verb.base not in ("set", "support", "use")
    is_change = is_change and (adverb != "also" or verb.base in word_list("built"))
    if is_change and (adverb in _WHOLLY or verb.base == "fix"):
        return joined(
            f"{adverb.capitalize()} {english.past(verb.base)}",
            conjugated(object_with_article(verb.base, rest), Form.PAST),
        )
    if adverb == "better" and verb.base == "handle":
        return f"Improved handling of {rest}"
    if adverb == "better" and verb.base in english.NOUN_LIKE:
        return ""
    return joined(
        f"Now {adverb} {english.third(verb.base)}",
        conjugated(object_with_article(verb.base, rest), Form.THIRD, verb.form),
    )


def _pair(verb: Verb, rest: str) -> str:
    """Turn both verbs of "Fix and improve X", which share what follows."""
    match = _PAIR.match(rest)
    other = english.verb(match[2]) if match else None
    if match and other and {verb.base, other.base} == _OPPOSITES and verb.form is Form.BASE:
        return joined(f"Allowed enabling {'or' if match[1] == 'or' else 'and'} disabling", rest[match.end() :])
    if match and match[1] == "/" and other is None:
        return _done(verb, rest, is_fix=False)  # "Use / as the separator"
    if match and match[1] == "or" and verb.base == "fix" and other and other.form is verb.form:
        return joined(f"Fixed or {english.past(other.base)}", conjugated(rest[match.end() :], Form.PAST, verb.form))
    if match is None or other is None or match[1] == "or" or other.form is not verb.form:
        return ""
    rest = rest[match.end() :]
    if english.is_behaviour(verb.base) or (english.is_behaviour(other.base) and verb.base not in word_list("built")):
        lead = f"Now {english.third(verb.base)} and {english.third(other.base)}"
        return joined(lead, conjugated(rest, Form.THIRD, verb.form)) if verb.form is not Form.PAST else ""
    if english.is_behaviour(other.base):
        if rest.split(maxsplit=1)[0].lower() in PREPOSITIONS:
            return ""
        return joined(f"{english.past(verb.base).capitalize()} and now {english.third(other.base)}", rest)
    lead = f"{english.past(verb.base).capitalize()} and {english.past(other.base)}"
    return joined(lead, conjugated(rest, Form.PAST, verb.form))


_OPPOSITES = {"enable", "disable"}

# What users ask a program to do: "Move/copy volumes between projects" lets them.
ASKED_FOR = words("attach copy create delete detach export import move pull push rename restore start stop")
_PROPERLY = lazy_pattern(r" ((?:correct|full|proper)ly)(?=$|\.| (?:for|in|on|when|with)\b)")
_NO_ACT = lazy_pattern(r"(?:ed|ing|ly|ss|be|have|do|not)$|^\w{1,2}$")
# "Allow map and execute permissions" permits two things, and no program executes permissions.
_PERMITS = words("allow deny disallow")
_TWO_ACTS = lazy_pattern(r"([a-z]+) and [a-z]+ [a-z]+s\b")
# What users do by a means: "Configure flags via variables" lets them.
_SET_BY_USERS = words("choose configure customise customize override select specify")
_MEANS = lazy_pattern(
    r" (?:from|through|using|via|with) |^(?:[\w`-]+ ){0,2}(?:permissions|settings|options|colou?rs|names?)$"
)
_TO_DO = lazy_pattern(r"^to ([a-z]+) (.+)$")


def _permitted(verb: Verb, rest: str, *, is_fix: bool) -> str:
    """Return what users may do now, empty for what is no permission."""
    base = verb.base
    if base == "allow" and (match := _TO_DO.match(rest)):
        allowed = english.verb(match[1])
        if allowed or not _NO_ACT.search(match[1]):
            return joined(f"Allowed {english.gerund(allowed.base if allowed else match[1])}", match[2])
    if base in _SET_BY_USERS and verb.form is Form.BASE and not is_fix and _MEANS.search(rest):
        return joined("Allowed", f"{english.gerund(base)} {object_with_article(base, rest)}")
    if base in _PERMITS and (match := _TWO_ACTS.match(rest)) and verb_at(f"{match[1]} it"):
        return joined(english.past(base).capitalize(), rest)
    return ""


def _done(verb: Verb, rest: str, *, is_fix: bool) -> str:
    base = verb.base
    if base == "support" and rest:
        if match := _PROPERLY.search(rest):
            return joined(
                f"Now {match[1]} supports", conjugated(f"{rest[: match.start()]}{rest[match.end() :]}", Form.THIRD)
            )
        other = english.verb(first_word(rest)[0])
        if is_fix and verb.form is Form.BASE and not (other and other.form is Form.BASE):
            return joined("Now supports", conjugated(object_with_article(base, rest), Form.THIRD, verb.form))
        return joined("Added support for", conjugated(rest, Form.PAST, verb.form))
    if permitted := _permitted(verb, rest, is_fix=is_fix):
        return permitted
    if base in ("avoid", "stop"):
        rest = as_activity(rest)
        if prevented := no_longer(rest):
            return prevented
    if base == "use" and verb.form is not Form.PAST:
        return joined("Now uses", conjugated(object_with_article("use", rest), Form.THIRD, verb.form))
    if verb.form is not Form.PAST and says_behaviour(verb, rest, is_fix=is_fix):
        return joined(f"Now {english.third(base)}", conjugated(object_with_article(base, rest), Form.THIRD, verb.form))
    return joined(english.past(base).capitalize(), conjugated(object_with_article(base, rest), Form.PAST, verb.form))
