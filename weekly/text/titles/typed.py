"""Give noun titles the verb that their type stands for: "fix(ui): pod count" is "Fix pod count"."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import Form, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import DETERMINERS, FUNCTION
from weekly.text.titles.capitals import lowered
from weekly.text.vocabulary import word_list

_ORDERS = {
    "fix": "Fix",
    "fixed": "Fix",
    "fixes": "Fix",
    "bugfix": "Fix",
    "bug": "Fix",
    "hotfix": "Fix",
    "feat": "Add",
    "feature": "Add",
}
_VERBS = words("add improve remove update")
_TYPE = lazy_pattern(r"^\[?([A-Za-z]+)\]?(?:\(|:|$)")
# What a fix brings, and didn't mend: "fix: proper names".
_GOOD = words(
    "able accept all allow allowing better clean cleaner compatible consistent correct correctly deterministic disallow earlier"
    " enough ensure exact explicit extra faster fewer full further graceful handle improved less longer more most new no non not"
    " only optional own proper properly robust safe safer same separate several shorter simpler some stable stricter strict"
    " support two unable valid various"
)
_WORK = lazy_pattern(
    r"\b(?:changes?|clean-?ups?|fix(?:es)?|follow-?ups?|improvements?|part|phase|prep|refactor\w*|rename|rework|stage|step|support"
    r"|tweaks?|updates?|utils?|wip)\b",
    re.IGNORECASE,
)
_CLAUSE = words(
    "is isn't are aren't was were has hasn't have had does doesn't do don't did didn't can can't cannot could will won't would"
    " should shouldn't must may might fails failed fixed not never now if be been"
)
_PREPOSITION = lazy_pattern(
    r" (?:in|on|when|with|without|for|of|at|during|due|after|before|while|by|from|that|to|via|using|between|across|as|per)\b"
)
_ARTICLE = lazy_pattern(r"^(?:an?|the) (?:new )?(?=\S)", re.IGNORECASE)
_CODE_FIRST = lazy_pattern(r"`[^`]+` ([a-z]+) ")
_LONGEST = 6
"""Words before the first preposition of what may still be one noun phrase."""
_GLUED_TYPE = lazy_pattern(r"^((?:feat|fix|perf|docs|test|ci|build|chore|refactor)(?:\([^()]+\))?!?):(?=[A-Za-z`])")
# The beginning of a branch's name, which became the title's.
_SLASHED_TYPE = lazy_pattern(r"^(feature|feat|fix|bugfix|hotfix)/ ?(?=[A-Za-z]+ \S+ \S)", re.IGNORECASE)
# A type without its colon, as in "feat(ui) Add pools", "(feat) Add pools" or "feat add pools".
_TYPED = lazy_pattern(
    r"^(?:((?:feat(?:ure)?|(?:bug)?fix|perf|docs|test|ci|build|chore|refactor)) ?(\([^()]+\)!?):? (?=\S)"
    r"|\(((?i:feat|fix|perf|docs|test|ci|build|chore|refactor))\)\s+|((?i:feat)) (?=[a-z]))"
)


def with_colon(title: str) -> str:
    """Return a title with a colon and a space after its type: "feat(ui) Add pools" is "feat(ui): Add pools"."""
    title = _GLUED_TYPE.sub(r"\1: ", title)
    title = _SLASHED_TYPE.sub(lambda match: f"{match[1].lower()}: ", title)
    return _TYPED.sub(lambda match: f"{''.join(filter(None, match.groups()))}: ", title)


def is_type(word: str) -> bool:
    """Return whether a word is the type of a fix or a feature."""
    return word in _ORDERS


def ordered(scope: str, text: str) -> str:
    """Return a noun title as the order that the type in its scope gives, empty where that is unsure."""
    match = _TYPE.match(scope)
    order = _ORDERS.get(match[1].lower()) if match else None
    if match and not order and "(" in scope and match[1].lower() in _VERBS:
        order = match[1].capitalize()
    article = _ARTICLE.match(text)
    named = text[article.end() :] if article else text
    return f"{order} {lowered(text)}" if order and _names_thing(named, order, is_one=article is not None) else ""


def _names_thing(text: str, order: str, *, is_one: bool) -> bool:
    """Return whether a text is a noun phrase of what was wrong or is new. With an article, one word is enough."""
    low = [word.lower().strip("`'\"") for word in text.split()]
    phrase = _PREPOSITION.split(text, maxsplit=1)[0].split()
    if len(low) < 2 - is_one or not 0 < len(phrase) <= _LONGEST:  # one word names nothing
        return False
    if (not is_one and _gives_order(text, low, phrase, order)) or _has_parts(text, low) or not _may_begin(low[0]):
        return False
    if is_one and any(verb and verb.form is Form.THIRD for verb in map(english.verb, low[: len(phrase) - 1])):
        return False  # "the server loads images"
    is_no_news = order == "Add" and not is_one and _is_no_news(low[0], phrase)
    return not is_no_news and not _has_predicate(low[: len(phrase)])


def _gives_order(text: str, low: list[str], phrase: list[str], order: str) -> bool:
    """Return whether a text is an order itself: "play files directly", "default the name to the image"."""
    first = english.verb(text.partition(" ")[0])
    if first is not None and first.form is Form.BASE and order in _ORDERS.values():
        return True
    is_of_code = (match := _CODE_FIRST.match(text)) and english.verb(match[1])
    is_default = low[0] == "default" and " to " in text
    is_in_a_manner = phrase[-1].endswith("ly") and phrase[-1] not in word_list("things")
    return bool(is_of_code) or is_default or is_in_a_manner


def _has_parts(text: str, low: list[str]) -> bool:
    """Return whether a text is more than a phrase, or names work instead of what it is about."""
    return any(mark in text for mark in _MARKS) or bool(_WORK.search(text)) or not _CLAUSE.isdisjoint(low)


def _may_begin(word: str) -> bool:
    """Return whether a noun phrase that takes the verb may begin with a word."""
    is_outside = word in FUNCTION | DETERMINERS | _GOOD or word.endswith(("ier", "ly"))
    return not is_outside and word.lstrip("-")[:1].isalnum()


def _is_no_news(first: str, phrase: list[str]) -> bool:
    """Return whether a phrase is an activity, or one word that is no kind of thing: nothing to add."""
    return first.endswith("ing") or (len(phrase) == 1 and first not in word_list("things"))


def _has_predicate(low: list[str]) -> bool:
    """Return whether a phrase has a verb of its own: "the lake keeps dams"."""
    *inner, last = [english.verb(word) for word in low]
    is_clause = last is not None and last.form is Form.THIRD and last.base not in english.NOUN_LIKE
    return is_clause or any(verb and verb.form in _FINITE and verb.base not in english.NOUN_LIKE for verb in inner[1:])


_MARKS = (": ", " & ", " + ", ";", ", ", " - ", "...", "…", " -> ")
_FINITE = (Form.BASE, Form.THIRD, Form.PAST)
