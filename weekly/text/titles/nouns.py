"""Turn titles without a leading verb into sentences."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import masked
from weekly.text.titles.parse import NEGATIVE, verb_at
from weekly.text.titles.phrases import FAULTS, FUNCTION
from weekly.text.vocabulary import word_list

_NOMINALS = {
    "ability to": "Added the ability to", "addition of": "Added", "deprecation of": "Deprecated",
    "enhancements in": "Improved", "enhancements to": "Improved", "fix for": "Fixed", "fixes for": "Fixed issues with",
    "fixes in": "Fixed issues in", "fixes to": "Fixed issues with", "implementation of": "Implemented",
    "improvements for": "Improved", "improvements in": "Improved", "improvements to": "Improved",
    "introduction of": "Introduced", "overhaul of": "Overhauled", "removal of": "Removed", "rewrite of": "Rewrote", "rework of": "Reworked",
    "workaround for": "Added a workaround for",
    "security fixes from": "Added security fixes from",
    "support for": "Added support for",
    "support of": "Added support for", "support to": "Added support to",
}  # fmt: skip
_ENDINGS = lazy_pattern(
    r"^(?P<what>.+?) (?P<end>improvements?|enhancements?|tweaks?|optimi[sz]ations?|hardening|clean-?ups?|refactor(?:ings?)?|rework"
    r"|(?:bug)? ?fix(?:es)?)(?P<rest> (?:for|in|on|when|with|of|to) .+)?$",
    re.IGNORECASE,
)
_ENDS = {
    "improvement": "Improved", "enhancement": "Improved", "tweak": "Tweaked", "optimisation": "Optimised",
    "optimization": "Optimized", "hardening": "Hardened", "cleanup": "Cleaned up", "clean-up": "Cleaned up",
    "refactor": "Reworked", "refactoring": "Reworked", "refactorings": "Reworked", "rework": "Reworked",
}  # fmt: skip
_SUPPORT = lazy_pattern(r"^(?P<what>[^,;:]{2,60}?) support(?P<rest>(?: (?:for|in|on|to|with) .+)?)$", re.IGNORECASE)
_FIRST_TIME = lazy_pattern(
    r"^(?:initial|basic|experimental|preliminary|optional|additional|extra|new|more|configurable|customi[sz]able|pluggable)\s",
    re.IGNORECASE,
)
_WORK = lazy_pattern(r"\b(?:changes|clean-?ups|fixes|tweaks)$", re.IGNORECASE)
_COMPARED = lazy_pattern(
    r"^(more (?:robust|reliable|precise|accurate|consistent|descriptive|detailed|efficient|explicit|helpful|informative|meaningful"
    r"|resilient|specific|strict|useful|verbose)|faster|nicer|smarter|stricter"
    r"|async(?:hronous)?|simpler|safer|quicker|clearer|cleaner|smaller|easier)\s(.+?)(?= (?:when|if|for|with|while|during|on|in)\b|$)",
    re.IGNORECASE,
)
_MESSAGE = lazy_pattern(r"(?:^|[a-z] )(errors?|messages?|output|warnings?|logs|help|prompts?)$")
_MEASURED = lazy_pattern(r"async|faster|quicker|safer|simpler|smaller|stricter|more (?:consistent|efficient|strict)")
_BETTER = lazy_pattern(r"^better\s(.+)$", re.IGNORECASE)
_FIX_CLAUSE = lazy_pattern(r"^fix(?:e[sd])?:? (?![\"'])(.+)$", re.IGNORECASE)
_STATED = (
    (lazy_pattern(r"^(?:bug ?fix(?:ing)?|hotfix) for\s+", re.IGNORECASE), "Fixed"),
    (lazy_pattern(r"^bug (?=(?:in|on|when|where|with)\b)", re.IGNORECASE), "Fixed a bug"),
    (lazy_pattern(r"^bug(?:fix)?:?\s+(?=.+\s)", re.IGNORECASE), "Fixed"),
    (lazy_pattern(r"^missing\s", re.IGNORECASE), "Added missing"),
    (lazy_pattern(r"^(?=[a-z]+ing of )", re.IGNORECASE), "Fixed"),
    (lazy_pattern(r"^(?:fails|failed|failure) to ", re.IGNORECASE), "Fixed a failure to"),
    (
        lazy_pattern(r"^(?:it(?: i|')s impossible to|unable to|cannot|can['’]?t|impossible to)\s+", re.IGNORECASE),
        "Fixed an issue that made it impossible to",
    ),
    (
        lazy_pattern(
            r"^(?=(?:wrong|incorrect|bad|broken|invalid|inconsistent|duplicated?|unexpected)\s)", re.IGNORECASE
        ),
        "Fixed",
    ),
)
_LEADS_TO = lazy_pattern(
    r"^(?P<cause>[^,:(]+?)(?:(?:(?<=[a-z]s)| can| could| may| might) (?:cause|lead to|result in)| causes| leads to| results in)"
    r" (?P<fault>.+)$",
    re.IGNORECASE,
)
_NOT_DOING = lazy_pattern(
    r"^(?:(?! (?:so that|because|which|if|when|unless|where) )[^:]){3,60}?(?<! if)(?<! when)(?<! while) not (?:being )?\w+(?:ing|ed)\b",
    re.IGNORECASE,
)
_BROKEN_CLAUSE = lazy_pattern(
    r"^(?P<subject>[^,:]{2,70}?) (?:fails|crashes|hangs|panics|leaks|breaks|prevents|(?<=s )(?:fail|crash|hang|leak|break)(?= \w)"
    r"|(?:does|do|did|is|are|was|were|can|could|would)(?: not|n['’]t)|cannot|won['’]t"
    r"|(?:is|are) (?:impossible|broken|missing|ignored|lost|wrong(?:ly)?|incorrect(?:ly)?|inconsistent"
    r"|unusable|empty|truncated|duplicated))\b",
    re.IGNORECASE,
)
# After "Fix" these are nouns: "Fix memory leaks on exit".
_FAULTS = lazy_pattern(
    r"^[^,:]+? (?:fail|break|crash|hang|leak|panic|(?:crashes|hangs|leaks|panics)"
    r"(?=$| (?:after|at|during|for|if|in|of|on|when|with)\b))(?!\w)",
    re.IGNORECASE,
)
# What an order can take as its object, though it is a fault: "Handle agents not responding".
_TAKES_FAULT = word_list("takes_fault")
_BOUND = words("micro mini macro nano peephole stylistic cosmetic")
"""Words that only stand before a noun: "micro optimizations" optimize no micro."""
_CIRCUMSTANCE = lazy_pattern(
    r"\b(?:when|whenever|if|while|where|that|which|because|unless|after|before|as)\b", re.IGNORECASE
)
_SEVERAL = lazy_pattern(
    r": | \+ | & |;|,|\b(?:clean-?ups?|improvements?|fixes|general|misc|various|minor|small|some|few) (?:\w+ )?(?:and\b|&)|\bbatch\b",
    re.IGNORECASE,
)
_ADJECTIVES = lazy_pattern(
    r"^(?:(?:various|several|some|few|small|minor|misc|miscellaneous|general|tiny|assorted|random|additional|further|multiple(?= fixes)"
    r"|incremental|initial(?= fix)|minimal(?= fix)|quick(?= fix)|simple(?= fix)|temporary(?= fix)|proper(?= fix)"
    r"|(?:a )?(?:bunch|couple|number) of"
    r"|(?:first|second|third|fourth|fifth|next|another|last|final) (?:batch|round|set) of) )+(?=\S+ \S)",
    re.IGNORECASE,
)
_QUALITIES = words("efficiency performance reliability robustness security speed stability usability")
_TWO_MATTERS = lazy_pattern(r"(?:refactor(?:ing)?|rework|clean-?ups?|improvements?|tweaks?) and ", re.IGNORECASE)
_EMPTY = words(
    "various several some few small minor misc miscellaneous cosmetic general trivial tiny further more other more random bug"
)
SYSTEMS = words("Android Debian Fedora Linux Ubuntu Windows")
"""Names that keep their capital, though no names that are given theirs: "windows" may be others."""
_NOT_LOWERED = lazy_pattern(
    r"^(?:`|[A-Z]{2}|[A-Z][a-z]*[A-Z]|[A-Z][a-z]+file\b|I\b"
    r"|(?!(?:Basic|Better|Custom|Experimental|Faster|Improved|Initial|Missing|More|New|Support|Wrong) )[A-Z][a-z]+ [A-Z][a-z])"
)


def from_noun(text: str, *, is_fix: bool, names: frozenset[str]) -> str:
    """Return a sentence with the verb that a noun title lacks, empty where no rule gives one."""
    is_order = NEGATIVE.match(text) or verb_at(text)
    if _DONE.match(text) or (is_order and not (is_fix and states_bug(text))):
        return ""
    low = lowered(text, names)
    if is_fix and (fixed := _fixed(low)):
        return fixed
    low = _ADJECTIVES.sub("", low)
    for length in (2, 3):
        *nominal, rest = low.split(maxsplit=length) or [""]
        if lead := _NOMINALS.get(" ".join(nominal).lower()):
            return f"{lead} {rest}"
    if match := _COMPARED.match(low):
        return _compared(match[1].lower(), match[2], low[match.end() :])
    if match := _BETTER.match(low):
        return f"Improved {match[1]}"
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


def states_bug(text: str) -> bool:
    """Return whether a title with a noun in front states what was wrong: "List not showing all pools"."""
    verb = verb_at(text)
    if _leads_to(text) or _is_fault(text):
        return True
    if (match := _FIX_CLAUSE.match(text)) is not None:
        clause = _BROKEN_CLAUSE.match(masked(match[1]))
        if clause is not None and _CIRCUMSTANCE.search(clause["subject"]):
            return False
        return (clause is not None and _FAULTS.match(match[1]) is None) or _acts(match[1])
    if verb is None or verb.base == "handle" or (verb.base not in english.NOUN_LIKE and " not working" not in text):
        return False
    match = _NOT_DOING.match(text)
    is_object = match is not None and verb.base in _TAKES_FAULT and match[0].endswith("ed")
    is_first = text.lower().split()[1:2] == ["not"]
    return match is not None and (is_first or not is_object)


def _is_fault(text: str) -> bool:
    """Return whether a title is the name of a fault, though a verb seems to begin it: "Batch state data race"."""
    first, *rest = text.lower().removesuffix(".").split() or [""]
    verb = english.verb(first)
    last = rest[-1] if rest else ""
    is_name = not _BREAKAGE.isdisjoint((last, last.removesuffix("s"), last.removesuffix("es"))) and FUNCTION.isdisjoint(
        rest
    )
    if not (is_name or rest == ["error"]):
        return False
    return verb is not None and verb.form is not english.Form.PAST and verb.base not in word_list("takes_fault")


_BREAKAGE = words("crash deadlock hang leak overflow panic race regression segfault")


def _acts(clause: str) -> bool:
    """Return whether a name of the code does something: "`SearchFilter` renders fields"."""
    match = _NAME_ACTS.match(clause)
    verb = english.verb(match[1]) if match else None
    if match is None or verb is None or verb.form is not english.Form.THIRD:
        return False
    return verb.base not in english.NOUN_LIKE or match[2] in ("a", "an", "the")


_NAME_ACTS = lazy_pattern(r"(?:`[^`]+`|[A-Za-z]+(?:[A-Z][a-z]+|[_.-]\w+)+(?: rule)?) ([a-z]+s) (?!and\b)(\S+)")


def lowered(text: str, names: frozenset[str] = frozenset()) -> str:
    """Return a text without the capital of its first word, unless that is a name."""
    first = text.split(maxsplit=1)[0].removesuffix("'s") if text else ""
    return (
        text
        if _NOT_LOWERED.match(text) or first in names or first in SYSTEMS or not text[:1].isalpha()
        else text[0].lower() + text[1:]
    )


def _with_article(text: str) -> str:
    """Return a noun phrase with its article where its head is one thing: "new page for …"."""
    head: list[str] = []
    for word in text.split():
        if word.lower() in FUNCTION:
            break
        head.append(word)
    is_one = text.startswith("new ") and len(head) > 1 and not head[-1].rstrip(".,").endswith(("s", "ing", "`"))
    return f"{english.article(text)} {text}" if is_one else text


def _of_ending(what: str, end: str, rest: str) -> str:
    if "fix" in end:
        what = what.removeprefix("more ")
        if match := _TWO_MATTERS.search(what):
            what = what[match.end() :]
    if re.fullmatch(r"\S+ and \S+", what) or "- " in what:
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
    if last.removesuffix("s") in FAULTS | _MISHAPS:
        return f"Fixed {'' if last.endswith('s') else english.article(what) + ' '}{what}{rest}"
    return f"Fixed {'issues' if end.endswith('es') else 'an issue'} with {what}{rest}"


_MISHAPS = words("error exception warning")
_RELATED = lazy_pattern(r"(\S+)[- ]related")


def _fixed(text: str) -> str:
    """Return the fix of what a title states as broken."""
    if (match := _FIX_CLAUSE.match(text)) and states_bug(text):
        return f"Fixed an issue where {lowered(match[1])}"
    for pattern, lead in _STATED:
        if match := pattern.match(text):
            return f"{lead} {text[match.end() :]}"
    broken = _BROKEN_CLAUSE.match(text)
    if broken and not _CIRCUMSTANCE.search(broken["subject"]):
        return f"Fixed an issue where {text}"
    if leads := _leads_to(text):
        cause, result = leads
        fault = "" if " to " in result else _fault(result)
        return f"Fixed {fault} caused by {cause}" if fault else f"Fixed an issue where {text}"
    if _NOT_DOING.match(text) or _UNDONE.match(text):
        return f"Fixed {text.removeprefix('fix ')}"
    fault = _fault(text)
    if not fault and _is_fault(text):
        fault = text if text.endswith("s") else f"{english.article(text)} {text}"
    return f"Fixed {fault}" if fault else ""


_UNDONE = lazy_pattern(
    r"un(?:bounded|caught|closed|compiled|encoded|escaped|handled|initiali[sz]ed|minified|quoted|sorted) "
)


def _leads_to(text: str) -> tuple[str, str] | None:
    """Return the cause and the fault of a title such as "Long names cause a crash", None for any other."""
    match, verb = None if NEGATIVE.match(text) else _LEADS_TO.match(masked(text)), verb_at(text)
    if match is None:
        return None
    is_activity = verb is not None and verb.form is english.Form.GERUND
    is_subject = is_activity or (verb is None and not _CIRCUMSTANCE.search(match["cause"]))
    return (text[: match.end("cause")], text[match.start("fault") :]) if is_subject else None


_END_OF_NOUN = lazy_pattern(
    r" (?:in|on|when|with|for|of|at|during|after|if|while|by|from|due|caused|causing|leading|resulting)\b"
)
# "Error on start" is a fault. "Error when the pool is full" may as well be an order.
_ERROR = lazy_pattern(r"error (?:at|during|in|on) ", re.IGNORECASE)


def _fault(text: str) -> str:
    """Return a text with its article where it names a fault: "a crash when copying", empty for any other."""
    phrase = _END_OF_NOUN.split(text, maxsplit=1)[0]
    head = phrase.split()[-1].lower() if phrase.split() else ""
    is_one = head in FAULTS or _ERROR.match(text) is not None
    if (
        not is_one
        and head.removesuffix("es") not in FAULTS | words("race crash")
        and head.removesuffix("s") not in FAULTS
    ):
        return ""
    has_article = phrase.lower().startswith(("a ", "an ", "the "))
    return f"{english.article(text)} {text}" if is_one and not has_article else text


def with_article(sentence: str) -> str:
    """Return a noun title as the object of a verb, in lower case and with its article."""
    text = sentence.rstrip(".")
    head = re.split(r" (?:for|of|in|on|to|with|from|when|by)\b", text, maxsplit=1)[0]
    is_one = " and " not in head and not head.endswith(
        (
            "s",
            "ing",
            "`",
            "support",
            "handling",
            "data",
            "logging",
            "storage",
            "shutdown",
            "memory",
            "traffic",
            "access",
            "ion",
            "ment",
            "through",
            "ity",
            "ance",
            "ware",
        )
    )
    low = lowered(text)
    return f"{english.article(low)} {low}." if is_one else f"{low}."
