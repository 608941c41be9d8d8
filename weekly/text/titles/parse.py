"""Take a title apart: scope, branch, what a revert reverts, and the verb that its words begin with."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from weekly.text import english
from weekly.text.english import Form, Verb, words
from weekly.text.markdown import normalise
from weekly.text.titles.phrases import FAULTS, FUNCTION, NEVER_TURNED, PREPOSITIONS


class Title(NamedTuple):
    """The parts of a title: `[RFC] lxd/api: Add foo (stable-5.0)` is about `lxd/api`, says `Add foo`, for `stable-5.0`."""

    scope: str
    text: str
    verb: Verb | None
    branch: str = ""
    reverts: str = ""


_TAG = re.compile(r"^\[([^\[\]]{1,30})\]:?\s+(?=\S)")
_SCOPE = re.compile(r"""^([^\s:"'`(),][^:"'`]{0,60}?)!?\s?:\s+(?=\S)""")
_MORE_PARTS = re.compile(r" \+ [\w./-]+: ")
_BRANCH = re.compile(r"\s*[(\[](?:for |backport to )?((?:stable|release)[-/ ]?[\w.-]+)[)\]]\.?$", re.IGNORECASE)
_LEADING_BRANCH = re.compile(r"^(?:stable|release)[-/]?[\w.]*$", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\s*(?:\((?:(?:fix(?:es)?|close[sd]?|resolve[sd]?|see|issue|gh|bug)[: ]*)?#\d+\)|(?<![\w#])#\d+)\.?$",
    re.IGNORECASE,
)
_FIX_OF_ISSUE = re.compile(r"^fix(?:es)? (?:issue |bug )?#\d+$", re.IGNORECASE)
_REVERT = re.compile(r"""^(?:Revert|Reverts|Reverted) ["“](.+?)["”]?$""", re.IGNORECASE)


@lru_cache(maxsize=10_000)
def apart(title: str) -> Title:
    """Take a title apart: once, however many stages ask for it."""
    text = normalise(title)
    branch = ""
    if match := _BRANCH.search(text):
        text, branch = text[: match.start()], match[1]
    while match := _TAG.match(text):
        text = text[match.end() :]
        branch = branch or (match[1] if _LEADING_BRANCH.match(match[1]) else "")
    while (match := _REFERENCE.search(text)) and match.start():
        if text[: match.start()].lower().endswith((" issue", " bug", " pr", " in", " of", " for", " to")):
            break
        text = text[: match.start()]
    if match := _REVERT.match(text):
        return Title(scope="", text=text, verb=Verb("revert", Form.BASE), branch=branch, reverts=match[1])
    scope, text = _scope(text)
    return Title(scope=scope, text=text, verb=_leading_verb(text), branch=branch)


def _scope(text: str) -> tuple[str, str]:
    found = []
    while (match := _SCOPE.match(text)) and _is_scope(match[1]) and not _MORE_PARTS.search(text):
        found.append(match[1])
        text = text[match.end() :]
        if _FIX_OF_ISSUE.match(match[1]):
            return "", f"Fix {text}"
    if found and found[0].partition("(")[0].lower() == "fix" and _leading_verb(text) is None and _names_fault(text):
        text = f"Fix {text}"
    return ": ".join(found), text


def _names_fault(text: str) -> bool:
    """Whether a noun title of a `fix:` names what was wrong, so that "Fixed" can stand before it."""
    phrase = re.split(r" (?:in|on|when|with|for|of|at|during|after|if|while|by|from)\b", text, maxsplit=1)[0]
    return phrase.split()[-1].lower().removesuffix("s") in FAULTS


def _is_scope(scope: str) -> bool:
    words = scope.split()
    if _FIX_OF_ISSUE.match(scope):
        return True
    if len(words) > 3 or scope.lower().endswith(("http", "https", "note")):
        return False
    first = english.verb(words[0])
    return len(words) == 1 or first is None or first.base in english.NOUN_LIKE - {"fix"}


NEGATIVE = re.compile(r"^(?:don['’]?t|do not|doesn['’]t|does not|never)\s+", re.IGNORECASE)
ADVERB = re.compile(
    r"^(only|always|properly|correctly|automatically|explicitly|actually|also|better"
    r"|(?!(?:ap|sup|re|com|multi)p?ly)[a-z]+ly)\s+",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(r"^([A-Za-z]+(?:-[a-z]+)?)(?=\s|$)")
_END_NOUNS = re.compile(
    r"\b(?:bug ?fix(?:es)?|fix(?:es)?|improvements?|clean-?ups?|tweaks?|refactor(?:ing)?|enhancements?|follow-?ups?"
    r"|optimi[sz]ations?|fixups?|rework|hardening)$",
    re.IGNORECASE,
)


_IMPROVED = re.compile(r"^\w+ (?:\w+ ){0,2}(?:improvements?|fixes|clean-?ups?|tweaks|enhancements?)\b", re.IGNORECASE)


def _leading_verb(text: str) -> Verb | None:
    """The verb that a title's words begin with, after "don't", "also" and their like; None for a noun title."""
    rest = text
    for lead in (NEGATIVE, ADVERB):
        rest = lead.sub("", rest)
    return verb_at(rest)


def verb_at(text: str) -> Verb | None:
    """The verb that a text begins with, unless it is one that is never turned."""
    match = _FIRST_WORD.match(text)
    verb = english.verb(match[1]) if match else None
    if match is None or verb is None or verb.base in NEVER_TURNED:
        return None
    rest = text[match.end() :].split()
    following = rest[0].lower().strip(",") if rest else ""
    if verb.base in english.FAULTS and following not in ("out", "early"):
        return None
    if verb.form is Form.THIRD and match[1].lower() in english.PLURAL_NOUNS and (not rest or following in PREPOSITIONS):
        return None
    if verb.base in english.NOUN_LIKE and verb.form is Form.BASE and _is_noun_title(verb.base, following, text):
        return None
    if verb.form is Form.GERUND and _IMPROVED.search(text):
        return None  # "Logging improvements" logs nothing
    if verb.form is Form.PAST and verb.base not in ("add", "fix", "remove", "change", "update", "use", "make", "set"):
        # "Improved validation" and "Shared filesystems" are no news of what somebody did, or stand as they are.
        return None
    return None if not rest and verb.form is not Form.BASE else verb


_ADJECTIVES = words(
    "conflicting existing following incoming leading missing outgoing pending remaining running trailing"
)
_TAKES_GERUND = words("fix need prefix rework start stop support test try use")
_TAKES_PREPOSITION = frozenset(
    {
        ("check", "for"),
        ("wait", "for"),
        ("wait", "on"),
        ("look", "for"),
        ("search", "for"),
        ("switch", "to"),
        ("move", "to"),
    }
    | {
        ("return", "from"),
        ("start", "with"),
        ("run", "in"),
        ("run", "on"),
        ("copy", "from"),
        ("copy", "to"),
        ("update", "to"),
    }
    | {
        ("watch", "for"),
        ("check", "with"),
        ("mount", "with"),
        ("cleanup", "on"),
        ("build", "with"),
        ("upgrade", "to"),
        ("transition", "to"),
    }
    | {(base, word) for base in ("fix", "cleanup", "update", "rework", "refactor") for word in ("and", "+", "&")}
)


def _is_noun_title(base: str, following: str, text: str) -> bool:
    if (
        following.endswith("ing")
        and "-" not in following
        and following not in _ADJECTIVES
        and base not in _TAKES_GERUND
    ):
        return True
    if following in PREPOSITIONS and (base, following) not in _TAKES_PREPOSITION:
        return True
    return _END_NOUNS.search(text) is not None and not FUNCTION.intersection(text.lower().split()) and base != "fix"
