"""Turn titles that state what was wrong into fixes."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import FAULTS, FUNCTION
from weekly.text.titles.capitals import lowered
from weekly.text.titles.code_spans import masked
from weekly.text.titles.parse import ADVERB, NEGATIVE, verb_at
from weekly.text.titles.phrases import is_fault
from weekly.text.vocabulary import word_list

_FIX_CLAUSE = lazy_pattern(r"^fix(?:e[sd])?:? (?![\"'])(.+)$", re.IGNORECASE)
_STATED = (
    (lazy_pattern(r"^(?:bug ?fix(?:ing)?|hotfix) (?:for|of)\s+", re.IGNORECASE), "Fixed"),
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
    r"^(?P<subject>[^,:]{2,70}?) (?:(?:can|could|may|might) (?:crash|deadlock|fail|hang|leak|panic|segfault)"
    r"|fails|crashes|hangs|panics|leaks|breaks|prevents"
    r"|(?:accidentally|randomly|sometimes) (?:\w+ly )?[a-z]+s(?= )|(?<=s )(?:fail|crash|hang|leak|break)(?= \w)"
    r"|(?:caused(?! by)|gets? (?=[a-z]+(?:ed|en|t)\b)|got(?= lost| stuck| [a-z]+ed\b))"
    r"|(?:gets?|has|have|returns?|shows?) (?:an? )?(?:bad|broken|duplicate|incorrect|invalid|unexpected|wrong)"
    r"|(?:does|do|did|is|are|was|were|can|could|would)(?: not|n['’]t)|cannot|won['’]t"
    r"|(?:is|are) (?:(?:accidentally|erroneously|mistakenly|unexpectedly|wrongly) "
    r"|impossible|broken|missing|ignored|lost|wrong(?:ly)?|incorrect(?:ly)?|inconsistent"
    r"|unusable|empty|truncated|duplicated|confusing|corrupt(?:ed)?|garbled|misaligned|misleading|off by|out of sync"
    r"|outdated|stale|stuck|too \w+|unreachable|unreadable))\b",
    re.IGNORECASE,
)
# After "Fix" these are nouns: "Fix memory leaks on exit".
_FAULTS = lazy_pattern(
    r"^[^,:]+? (?:fail|break|crash|hang|leak|panic|(?:breaks|crashes|hangs|leaks|panics)"
    r"(?=$|/| (?:after|at|by|detected|during|for|found|from|identified|if|in|of|on|reported|seen|when|with)\b))(?!\w)",
    re.IGNORECASE,
)
# What an order can take as its object, though it is a fault: "Handle agents not responding".
_TAKES_FAULT = word_list("takes_fault")
_CIRCUMSTANCE = lazy_pattern(
    r"\b(?:when|whenever|if|while|where|that|which|because|unless|after|before|as|so)\b", re.IGNORECASE
)


def states_bug(text: str) -> bool:
    """Return whether a title with a noun in front states what was wrong: "List not showing all pools"."""
    verb = verb_at(text)
    if _leads_to(text) or _is_fault(text):
        return True
    if (match := _FIX_CLAUSE.match(text)) is not None:
        clause = _BROKEN_CLAUSE.match(masked(match[1]))
        if clause is not None and _CIRCUMSTANCE.search(clause["subject"]):
            return False
        return (
            (clause is not None and _FAULTS.match(match[1]) is None)
            or _name_acts(match[1])
            or _is_passive(match[1])
            or _may_happen(match[1])
        )
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
    is_name = is_fault(last, _BREAKAGE) and FUNCTION.isdisjoint(rest)
    if not (is_name or rest == ["error"]):
        return False
    return verb is not None and verb.form is not english.Form.PAST and verb.base not in word_list("takes_fault")


_BREAKAGE = words("crash deadlock hang leak overflow panic race regression segfault")


def _name_acts(clause: str) -> bool:
    """Return whether a name of the code does something: "`SearchFilter` renders fields"."""
    match = _NAME_ACTS.match(clause)
    verb = english.verb(match[1]) if match else None
    if match is None or verb is None or verb.form is not english.Form.THIRD:
        return False
    return verb.base not in english.NOUN_LIKE or match[2] in ("a", "an", "the")


def _is_passive(clause: str) -> bool:
    """Return whether a clause says what is done to a thing: "The list is sorted twice"."""
    match = _PASSIVE.match(clause)
    return match is not None and not _CIRCUMSTANCE.search(match[0])


def _may_happen(clause: str) -> bool:
    """Return whether a clause says what may happen or happens no longer: "The lid may close"."""
    match = _MAY.match(clause)
    return match is not None and not _CIRCUMSTANCE.search(match[0])


_MAY = lazy_pattern(
    r"(?!(?:for|how|so|that|to|what)\b)[^:,]{2,70}? (?:(?:can|could|may|might) (?:sometimes )?(?!be\b)[a-z]{3,}"
    r"|no longer (?:[a-z]+s|work))\b",
    re.IGNORECASE,
)
_PASSIVE = lazy_pattern(
    r"(?:the )?(?!what|how|which)(?:[\w`-]+ ){1,3}(?:is|are|was|were) (?:always |never |not )?[a-z]+ed\b"
)
_NAME_ACTS = lazy_pattern(r"(?:`[^`]+`|[A-Za-z]+(?:[A-Z][a-z]+|[_.-]\w+)+(?: rule)?) ([a-z]+s) (?!and\b)(\S+)")


# What a title says of the fixed state: "Closing a lid no longer fails".
_REMEDY = lazy_pattern(
    r"(?:fix(?:e[sd])?:? )?(?=[^:]{2,70} no longer (?:breaks?|caus(?:es?|ing)|crash(?:es)?|fails?|hangs?|leaks?|panics?|throws?)\b)",
    re.IGNORECASE,
)


def from_fault(text: str) -> str:
    """Return the fix of what a title states as broken."""
    if (match := _FIX_CLAUSE.match(text)) and states_bug(text):
        return f"Fixed an issue where {lowered(match[1])}"
    if match := _REMEDY.match(text):
        return text[match.end() :]
    for pattern, lead in _STATED:
        if match := pattern.match(text):
            return f"{lead} {text[match.end() :]}"
    broken = None if ADVERB.match(text) else _BROKEN_CLAUSE.match(text)  # "properly close lids and don't spill"
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
    if not is_one and not is_fault(head):
        return ""
    has_article = phrase.lower().startswith(("a ", "an ", "the "))
    return f"{english.article(text)} {text}" if is_one and not has_article else text
