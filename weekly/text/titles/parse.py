"""Parse titles into scope, branch, revert and leading verb."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from weekly.text import english
from weekly.text.english import Form, Verb, words
from weekly.text.markdown import normalise
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.phrases import FAULTS, FUNCTION, NEVER_TURNED, PREPOSITIONS
from weekly.text.titles.wrappers import Unwrapped, undone_by, unwrap
from weekly.text.vocabulary import phrase_set


class Title(NamedTuple):
    """The parts of a title: `[RFC] lxd/api: Add foo (stable-5.0)` has scope `lxd/api`, text `Add foo`, branch `stable-5.0`.

    `reverts` is the title that it undoes, `picks` the number of the pull request that it backports, 0 for none.
    """

    scope: str
    text: str
    verb: Verb | None
    branch: str = ""
    reverts: str = ""
    picks: int = 0


_SCOPE = lazy_pattern(r"""^([^\s:"'`(),][^:"'`]{0,60}?)!?\s?:\s+(?=\S)""")
_SPACED_SCOPE = lazy_pattern(r"^(\w+) (\([^()]*\)!?:\s)")
_BARE_SCOPE = lazy_pattern(r"^((?:feat|fix|perf|docs|test|ci|build|chore|refactor)\([^()]+\)!?) (?=\S)")
_DASHED_SCOPE = lazy_pattern(r"^([a-z][a-z0-9]*(?:[_/.-][a-z0-9]+)*|[A-Z][\w-]*(?: [\w-]+){0,3})\s+[-–—]+\s+(?=\S)")
_MORE_PARTS = lazy_pattern(r" \+ [\w./-]+: ")
_FIX_OF_ISSUE = lazy_pattern(r"^fix(?:es)? (?:issue |bug )?#\d+$", re.IGNORECASE)
_TRIVIAL_FIX = lazy_pattern(r"^(?:trivial|minor|small|quick|tiny)?\s*fix$", re.IGNORECASE)


@lru_cache(maxsize=10_000)
def parse(title: str) -> Title:
    """Split a title into its parts."""
    outer = unwrap(normalise(title))
    if undone := undone_by(outer.text):
        return _revert(outer, undone)
    scope, text = _scope(_BARE_SCOPE.sub(r"\1: ", _SPACED_SCOPE.sub(r"\1\2", outer.text)))
    inner = unwrap(text)
    if undone := undone_by(inner.text):
        return _revert(outer, undone)
    scope = ": ".join([*outer.scopes, *([scope] if scope else []), *inner.scopes])
    return Title(
        scope=scope,
        text=inner.text,
        verb=_leading_verb(inner.text),
        branch=outer.branch or inner.branch,
        picks=outer.picks or inner.picks,
    )


def _revert(outer: Unwrapped, undone: str) -> Title:
    return Title(scope="", text=outer.text, verb=Verb("revert", Form.BASE), branch=outer.branch, reverts=undone)


def _scope(text: str) -> tuple[str, str]:
    found = []
    while (match := _SCOPE.match(text)) and _is_scope(match[1]) and not _MORE_PARTS.search(text):
        found.append(match[1])
        text = text[match.end() :]
        if _FIX_OF_ISSUE.match(match[1]):
            return "", f"Fix {text}"
    if not found and (match := _DASHED_SCOPE.match(text)) and english.verb(match[1].split()[0]) is None:
        rest = text[match.end() :]
        if " " not in match[1] or ((verb := verb_at(rest)) and verb.form is Form.BASE):
            found, text = [match[1]], rest
    if found and _TRIVIAL_FIX.match(found[0].partition("(")[0]) and _leading_verb(text) is None and _names_fault(text):
        text = f"Fix {text[0].lower() + text[1:] if text[1:2].islower() else text}"
    return ": ".join(found), text


def _names_fault(text: str) -> bool:
    """Return whether a noun title of a `fix:` names what was wrong, so that "Fixed" can stand before it."""
    phrase = re.split(r" (?:in|on|when|with|for|of|at|during|after|if|while|by|from)\b", text, maxsplit=1)[0]
    return phrase.split()[-1].lower().removesuffix("s") in FAULTS


def _is_scope(scope: str) -> bool:
    words = scope.split()
    if _FIX_OF_ISSUE.match(scope) or _TRIVIAL_FIX.match(scope):
        return True
    if len(words) > 3 or scope.lower().endswith(("http", "https", "note")):
        return False
    first = english.verb(words[0])
    return len(words) == 1 or first is None or first.base in english.NOUN_LIKE - {"fix"}


NEGATIVE = lazy_pattern(r"^(?:don['’]?t|do not|doesn['’]t|does not|never)\s+", re.IGNORECASE)
ADVERB = lazy_pattern(
    r"^(only|always|properly|correctly|automatically|explicitly|actually|also|better"
    r"|(?!(?:ap|sup|re|com|multi)p?ly)[a-z]+ly)\s+",
    re.IGNORECASE,
)
_FIRST_WORD = lazy_pattern(r"^([A-Za-z]+(?:-[a-z]+)?)(?=\s|$)")
_END_NOUNS = lazy_pattern(
    r"\b(?:bug ?fix(?:es)?|fix(?:es)?|improvements?|clean-?ups?|tweaks?|refactor(?:ings?)?|enhancements?|follow[- ]?ups?"
    r"|optimi[sz]ations?|fixups?|rework|hardening|follow up)$",
    re.IGNORECASE,
)


_IMPROVED = lazy_pattern(r"^\w+ (?:\w+ ){0,2}(?:improvements?|fixes|clean-?ups?|tweaks|enhancements?)\b", re.IGNORECASE)


def _leading_verb(text: str) -> Verb | None:
    """Return the verb that a title begins with, after words such as "don't" and "also", or None for a noun title."""
    rest = text
    for lead in (NEGATIVE, ADVERB):
        rest = lead.sub("", rest)
    return verb_at(rest)


def verb_at(text: str) -> Verb | None:
    """Return the verb that a text begins with, unless it is one that is never turned."""
    match = _FIRST_WORD.match(text)
    verb = english.verb(match[1]) if match else None
    if match is None or verb is None or verb.base in NEVER_TURNED:
        return None
    rest = text[match.end() :].split()
    following = rest[0].lower().strip(",") if rest else ""
    if verb.base in english.FAULTS and following not in ("out", "early"):
        return None
    if len(rest) == 1 and following in _SOME_WORK and verb.base not in _DOES_WORK:
        return None
    is_plural = verb.form is Form.THIRD and match[1].lower() in english.PLURAL_NOUNS
    if is_plural and (not rest or following in PREPOSITIONS or (verb.base != "fix" and _END_NOUNS.search(text))):
        return None
    if verb.base in english.NOUN_LIKE and verb.form is Form.BASE and _is_noun_title(verb.base, following, text):
        return None
    if verb.form is Form.GERUND and _IMPROVED.search(text):
        return None  # "Logging improvements" logs nothing
    if verb.form is Form.PAST and verb.base not in ("add", "fix", "remove", "change", "update", "use", "make", "set"):
        # "Improved validation" and "Shared filesystems" are no news of what somebody did, or stand as they are.
        return None
    return None if not rest and verb.form is not Form.BASE else verb


_SOME_WORK = words("cleanups fixes improvements tweaks")
_DOES_WORK = words("add apply backport drop include make merge revert split")
_ADJECTIVES = words(
    "blocking clashing competing conflicting corresponding dangling existing expiring failing following hanging incoming"
    " leading matching missing outgoing overlapping pending remaining running surviving trailing upcoming waiting"
)
_TAKES_GERUND = words("fix move need prefix rework start stop support test try use")
_TAKES_INFINITIVE = words("try attempt start need expect fail refuse forget want")
# A noun that a verb seems to begin: "Load balancer".
_COMPOUNDS = phrase_set("compounds")
_TAKES_PREPOSITION = frozenset(
    {
        ("check", "for"),
        ("revert", "to"),
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
        ("bump", "to"),
        ("wait", "until"),
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


def _is_finite(word: str) -> bool:
    """Return whether a word after a noun is its verb: "Poll takes milliseconds"."""
    verb = english.verb(word)
    is_verb = verb is not None and verb.form is Form.THIRD and verb.base not in english.NOUN_LIKE | english.FAULTS
    return is_verb or word in ("is", "has", "does", "takes", "can", "should", "must")


_THINGS = words(
    "address batch block buffer cache hook label lock mask mount port prefix process query record request route stream"
)
_MEASURES = words("alignment boundary count depth length offset order range rate size timeout width")


def _is_measure(base: str, text: str) -> bool:
    """Return whether a title names only a measure of a thing, such as "Block size"."""
    rest = text.lower().split()[1:]
    return base in _THINGS and bool(rest) and rest[0] in _MEASURES and not FUNCTION.intersection(rest)


def _is_noun_title(base: str, following: str, text: str) -> bool:
    if _is_measure(base, text):
        return True
    if (
        following.endswith("ing")
        and "-" not in following
        and following not in _ADJECTIVES
        and base not in _TAKES_GERUND
    ):
        return True
    if f"{base} {following}" in _COMPOUNDS or (base != "fix" and (_is_finite(following) or following == "fails")):
        return True
    if following == "to" and base in _TAKES_INFINITIVE:
        return False
    if following in PREPOSITIONS and (base, following) not in _TAKES_PREPOSITION:
        return True
    return _END_NOUNS.search(text) is not None and not FUNCTION.intersection(text.lower().split()) and base != "fix"
