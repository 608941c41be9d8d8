"""Turn what a title forbids, stops or avoids into what is no longer done."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import Form, Verb, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import FUNCTION, object_with_article
from weekly.text.titles.parse import ADVERB, verb_at
from weekly.text.titles.phrases import PREPOSITIONS, conjugated, first_word, is_fault, joined

_CRASHES = {"crash": "a crash", "panic": "a panic", "hang": "a hang", "deadlock": "a deadlock", "segfault": "a crash"}
_CIRCUMSTANCE = words("when on in during while where with after at for due whenever before")
SLASHED = lazy_pattern(r"^([A-Za-z-]+)/([A-Za-z-]+)(?=\s)")
UNTURNED = ("be", "have", "do")


def _base_verb(text: str) -> Verb | None:
    verb = verb_at(text) or english.verb(first_word(text)[0])
    return verb if verb and verb.form is Form.BASE and verb.base not in UNTURNED else None


def negated(text: str) -> str:
    """Turn what a title forbids: "Don't crash by …" fixed a crash, any other "don't" is no longer done."""
    text = text.removesuffix(" anymore").removesuffix(" any more")
    first, rest = first_word(text)
    if fixed := _fixed_crash(first.lower(), rest):
        return fixed
    if first.lower() == "leak" and rest and rest.split()[0].lower() not in FUNCTION:
        return f"Fixed a memory leak{rest[6:]}" if rest.startswith("memory") else f"Fixed a leak of {rest}"
    manner = ""
    if match := ADVERB.match(text):
        manner, text = match[0], text[match.end() :]
    if match := SLASHED.match(text):
        verbs = [english.verb(match[1]), english.verb(match[2])]
        if all(verb and verb.form is Form.BASE for verb in verbs):
            both = " or ".join(english.third(verb.base) for verb in verbs if verb)
            return joined(f"No longer {manner}{both}", conjugated(text[match.end() :].strip(), Form.THIRD))
    text = _CAUSING.sub(lambda match: _CAUSED[match[1]], text)
    verb = _base_verb(text)
    base = verb.base if verb else first_word(text)[0]
    if verb is None and (base in UNTURNED or not _VERB_OF_ANY_KIND.fullmatch(base)):
        return ""
    rest = _OR_ORDER.sub(_or_third, object_with_article(base, first_word(text)[1]))
    return joined(f"No longer {manner}{english.third(base)}", conjugated(rest, Form.THIRD))


# What the program did before: "Don't decode twice, causing broken names".
_CAUSED = {"causing": ", which caused ", "leading to": ", which led to ", "resulting in": ", which resulted in "}
_CAUSING = lazy_pattern(rf", ({'|'.join(_CAUSED)}) ")
_OR_ORDER = lazy_pattern(r"((?<![^ ])or|^and) ([a-z]+)(?= [a-z`])")


def _or_third(match: re.Match[str]) -> str:
    """Return "or allows" for "or allow" after "No longer sets it"."""
    verb = english.verb(match[2])
    is_order = verb is not None and verb.form is Form.BASE
    is_order = is_order and verb is not None and (match[1] == "and" or verb.base not in english.NOUN_LIKE)
    return f"{match[1]} {english.third(verb.base)}" if verb and is_order else match[0]


# After "don't" stands a verb, also one that no list has: "Don't trip the breaker".
_VERB_OF_ANY_KIND = lazy_pattern(r"(?!\w+(?:ed|ing|ly|[^s]s)$)[a-z]{3,}")


def _fixed_crash(first: str, rest: str) -> str:
    """Return the crash that "Don't crash …" fixes, with its circumstance."""
    if first not in _CRASHES:
        return ""
    start = rest.split(maxsplit=1)[0].lower() if rest else ""
    if start == "by":
        return f"Fixed {_CRASHES[first]} caused {rest}"
    if start == "if":
        return f"Fixed {_CRASHES[first]} when{rest[2:]}"
    return f"Fixed {_CRASHES[first]} {rest}" if not rest or start in _CIRCUMSTANCE else ""


def no_longer(rest: str) -> str:
    """Return what "Avoid doing X" or "Stop doing X" ends, empty where something else than an activity is avoided."""
    gerund, _, thing = rest.partition(" ")
    verb = english.verb(gerund)
    is_activity = verb is not None and verb.form is Form.GERUND and gerund.lower() not in _NO_ACTIVITY
    is_phrase = bool(thing) and thing.split()[0].lower() in PREPOSITIONS - _TAKEN_BY_VERBS
    if verb is None or not is_activity or not thing or is_phrase:
        return ""
    what = _HEAD.split(thing, maxsplit=1)[0].rpartition(" ")[2].lower()
    is_mishap = verb.base not in _REPORTS and (what in _MISHAPS or is_fault(what))
    if is_mishap or _GOES_ON.search(thing):
        return ""
    return joined(f"No longer {english.third(verb.base)}", conjugated(thing, Form.THIRD, Form.GERUND))


def as_activity(rest: str) -> str:
    """Return "unmounting pools" for "unmount pools"."""
    first, _, thing = rest.partition(" ")
    verb = english.verb(first)
    is_order = verb is not None and verb.form is Form.BASE and verb.base not in english.NOUN_LIKE | english.FAULT_VERBS
    is_order = is_order and thing.partition(" ")[0] not in _ACTS  # "a fetch call"
    return f"{english.gerund(first.lower())} {thing}" if is_order and thing and first.lower() == first else rest


_ACTS = words("access attempt attempts call calls loop loops operation operations request requests")


# "Avoid writing to disk" says what isn't done, "Avoid running into errors" what doesn't happen.
_TAKEN_BY_VERBS = words("for from on to")
_HEAD = lazy_pattern(r" (?:between|for|from|in|of|on|when|while|with)\b")
# "Avoid parsing errors" parses nothing, and after "and logging" or ", use" the sentence has a second verb.
_MISHAPS = words(
    "attack attacks clash clashes conflict conflicts delay delays error errors glitch glitches warning warnings"
)
_REPORTS = words("display emit log print raise report return show swallow throw")
_GOES_ON = lazy_pattern(
    r" (?:and|or) (?:[a-z]+ing|add|allow|fix|make|move|remove|return|set|show|update|use)\b|, [a-z]+ "
)
_NO_ACTIVITY = words(
    "being breaking confusing conflicting dangling duplicating flickering hanging having jumping leaking lingering logging"
    " misleading missing overlapping pending racing trailing warning"
)
