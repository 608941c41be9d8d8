"""Turn titles without a leading verb into sentences."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import Form, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import FAULTS, FUNCTION, MISHAPS
from weekly.text.titles.capitals import lowered
from weekly.text.titles.faults import from_fault, states_bug
from weekly.text.titles.parse import NEGATIVE, verb_at
from weekly.text.titles.phrases import conjugated, is_fault
from weekly.text.vocabulary import word_list

_NOMINALS = {
    "ability to": "Added the ability to", "addition of": "Added", "deprecation of": "Deprecated",
    "enhancements in": "Improved", "enhancements to": "Improved", "bugfix of": "Fixed", "fix for": "Fixed", "fix of": "Fixed",
    "fixes for": "Fixed issues with",
    "fixes in": "Fixed issues in", "fixes to": "Fixed issues with", "implementation of": "Implemented",
    "improvements for": "Improved", "improvements in": "Improved", "improvements to": "Improved",
    "introduction of": "Introduced", "overhaul of": "Overhauled", "removal of": "Removed", "rewrite of": "Rewrote", "rework of": "Reworked",
    "workaround for": "Added a workaround for",
    "security fixes from": "Added security fixes from",
    "support for": "Added support for",
    "support of": "Added support for", "support to": "Added support to",
}  # fmt: skip
_ENDINGS = lazy_pattern(
    r"^(?P<what>.+?) (?P<end>improvements?|enhancements?|tweaks?|optimi[sz]ations?|hardening|implementation"
    r"|clean-?ups?|refactor(?:ings?)?|rework"
    r"|(?:bug)? ?fix(?:es)?)(?P<rest> (?:for|in|on|when|with|of|to) .+)?$",
    re.IGNORECASE,
)
_ENDS = {
    "improvement": "Improved", "enhancement": "Improved", "tweak": "Tweaked", "optimisation": "Optimised",
    "optimization": "Optimized", "hardening": "Hardened", "cleanup": "Cleaned up", "clean-up": "Cleaned up",
    "refactor": "Reworked", "refactoring": "Reworked", "refactorings": "Reworked", "rework": "Reworked",
    "implementation": "Implemented",
}  # fmt: skip
_SUPPORT = lazy_pattern(
    r"^(?P<what>[^,;:]{2,60}?) support(?P<rest>(?: (?:across|for|from|in|on|over|through|to|using|via|when|with) .+)?)$",
    re.IGNORECASE,
)
_FIRST_TIME = lazy_pattern(
    r"^(?:initial|basic|experimental|preliminary|optional|additional|extra|new|more|configurable|customi[sz]able|pluggable)\s",
    re.IGNORECASE,
)
_WORK = lazy_pattern(r"\b(?:changes|clean-?ups|fixes|tweaks)$", re.IGNORECASE)
_COMPARED = lazy_pattern(
    r"^(more (?:robust|reliable|precise|accurate|consistent|descriptive|detailed|efficient|explicit|helpful|informative|meaningful"
    r"|resilient|specific|strict|useful|verbose)|faster|nicer|smarter|stricter"
    r"|async(?:hronous)?|simpler|safer|quicker|clearer|cleaner|smaller|easier)\s([^;]+?)"
    r"(?= (?:when|if|for|with|while|during|on|in|by|through|using|via)\b|$)",
    re.IGNORECASE,
)
_MESSAGE = lazy_pattern(r"(?:^|[a-z] )(errors?|messages?|output|warnings?|logs|help|prompts?)$")
_MEASURED = lazy_pattern(r"async|faster|quicker|safer|simpler|smaller|stricter|more (?:consistent|efficient|strict)")
_BETTER = lazy_pattern(r"^better\s(.+)$", re.IGNORECASE)
_BOUND = words("micro mini macro nano peephole stylistic cosmetic")
"""Words that only stand before a noun: "micro optimizations" optimize no micro."""
_SEVERAL = lazy_pattern(
    r": | \+ | & |;|,|\b(?:clean-?ups?|improvements?|fixes|general|misc|various|minor|small|some|few) (?:\w+ )?(?:and\b|&)|\bbatch\b",
    re.IGNORECASE,
)
_ADJECTIVES = lazy_pattern(
    r"^(?:(?:various|several|some|few|small|minor|misc|miscellaneous|general|tiny|assorted|random|additional|further|multiple(?= fixes)"
    r"|incremental|initial(?= fix)|minimal(?= fix)|quick(?= (?:\S+ )?fix)|simple(?= fix)|temporary(?= fix)|proper(?= fix)"
    r"|(?:a )?(?:bunch|collection|couple|handful|mixed bag|number|series|set) of"
    r"|(?:first|second|third|fourth|fifth|next|another|last|final) (?:batch|round|set) of) )+(?=\S+ \S)",
    re.IGNORECASE,
)
_QUALITIES = words("efficiency performance reliability robustness security speed stability usability")
_TWO_MATTERS = lazy_pattern(r"(?:refactor(?:ing)?|rework|clean-?ups?|improvements?|tweaks?) and ", re.IGNORECASE)
_EMPTY = words(
    "various several some few small minor misc miscellaneous cosmetic general trivial tiny further more other more random bug"
)


def from_noun(text: str, *, is_fix: bool, names: frozenset[str]) -> str:
    """Return a sentence with the verb that a noun title lacks, empty where no rule gives one."""
    is_order = NEGATIVE.match(text) or verb_at(text)
    if _DONE.match(text) or (is_order and not (is_fix and states_bug(text))):
        return ""
    low = lowered(text, names)
    if is_fix and (found := from_fault(low)):
        return found
    low = _ADJECTIVES.sub("", low)
    for length in (2, 3):
        *nominal, rest = low.split(maxsplit=length) or [""]
        if lead := _NOMINALS.get(" ".join(nominal).lower()):
            return f"{lead} {rest}"
    if match := _COMPARED.match(low):
        return _compared(match[1].lower(), match[2], low[match.end() :])
    if match := _BETTER.match(low):
        return f"Improved {conjugated(match[1], Form.PAST) or match[1]}"
    if (match := _ENDINGS.match(low)) and not _SEVERAL.search(low) and match["what"].lower().split()[-1] not in _EMPTY:
        return _of_ending(match["what"], match["end"].lower(), match["rest"] or "")
    if is_fix:
        return ""
    if (
        (match := _SUPPORT.match(low))
        and not low.startswith("improved ")
        and not FUNCTION & set(match["what"].lower().split())
    ):
        return f"Added {low}"
    return f"Added {_with_article(low)}" if _FIRST_TIME.match(low) and not _WORK.search(low) else ""


# What already says what was done.
_DONE = lazy_pattern(
    r"(?:added|changed|dropped|implemented|improved|introduced|increased|moved|reduced|refactored|removed|renamed|replaced"
    r"|reworked|updated) (?!(?:[\w-]+ ){0,3}(?:is|are|was|were|has|have|does|do|not|isn't|aren't)\b)",
    re.IGNORECASE,
)


def _compared(quality: str, what: str, rest: str) -> str:
    """Return what is "nicer" or "more robust" now. Messages are simply better."""
    if (found := _MESSAGE.search(what)) and not _MEASURED.match(quality):
        return f"Improved {'' if found[1].endswith('s') else 'the '}{what}{rest}"
    return f"Made {what} {quality}{rest}"


def _with_article(text: str) -> str:
    """Return a noun phrase with its article where its head is one thing: "new page for …"."""
    head: list[str] = []
    for word in text.split():
        if word.lower() in FUNCTION:
            break
        head.append(word)
    while head and head[-1][0].isdigit():
        head.pop()
    is_one = text.startswith("new ") and len(head) > 1 and not head[-1].rstrip(".,").endswith(("s", "ing", "`"))
    return f"{english.article(text)} {text}" if is_one else text


def _of_ending(what: str, end: str, rest: str) -> str:
    if "fix" in end:
        what = what.removeprefix("more ")
        if match := _TWO_MATTERS.search(what):
            what = what[match.end() :]
    if re.fullmatch(r"\S+ and \S+", what) or "- " in what or what.rpartition(" ")[2].lower() in FUNCTION:
        return ""
    last = what.rpartition(" ")[2].lower()
    if "fix" not in end:
        if last in _BOUND:
            return ""
        verb = _ENDS.get(end) or _ENDS.get(end.removesuffix("s"))
        if what.lower() in _QUALITIES and rest.startswith(" to "):
            rest = f" of {rest[4:]}"
        return f"{verb} {what}{rest}" if verb else ""
    if match := _RELATED.fullmatch(what):
        return f"Fixed issues related to {match[1]}{rest}"
    if last == "security":
        where = f" in {what[: -len(' security')]}" if " " in what else ""
        return f"Fixed security issues{where}{rest}"
    if is_fault(last, FAULTS | MISHAPS):
        return f"Fixed {'' if last.endswith('s') else english.article(what) + ' '}{what}{rest}"
    return f"Fixed {'issues' if end.endswith('es') else 'an issue'} with {what}{rest}"


_RELATED = lazy_pattern(r"(\S+)[- ]related")


# Ends of plurals and of nouns without an article.
_MANY = (
    "s", "ing", "`", "support", "data", "storage", "shutdown", "memory", "traffic", "access", "ion", "ment", "through", "very",
    "ity", "ance", "ware",
)  # fmt: skip


def noun_with_article(sentence: str) -> str:
    """Return a noun title as the object of a verb, in lower case and with its article."""
    text = sentence.rstrip(".")
    head = re.split(r" (?:needed|required|used|for|of|in|on|to|with|from|when|by)\b", text, maxsplit=1)[0]
    is_thing = head.rpartition(" ")[2].lower() in word_list("things")
    is_one = " and " not in head and " & " not in head and (is_thing or not head.endswith(_MANY))
    low = lowered(text)
    return f"{english.article(low)} {low}." if is_one else f"{low}."
