"""Turn what begins with a verb into what was done, or what the program does now."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import Form, Verb, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.parse import ADVERB, NEGATIVE, verb_at
from weekly.text.titles.phrases import FAULTS, FUNCTION, PREPOSITIONS, tail, with_article
from weekly.text.vocabulary import phrase_set, word_list

_CRASHES = {"crash": "a crash", "panic": "a panic", "hang": "a hang", "deadlock": "a deadlock", "segfault": "a crash"}
_CIRCUMSTANCE = words("when on in during while where with after at for due whenever before")
_PAIR = lazy_pattern(r"(and|&|\+|/|or)\s*([A-Za-z-]+)\s+(?=\S)")
_SLASHED = lazy_pattern(r"^([A-Za-z-]+)/([A-Za-z-]+)(?=\s)")
_UNTURNED = ("be", "have", "do")
_CONDITION = lazy_pattern(r"^((?:if|when) [^,]+), (?:then )?([^,]+)$", re.IGNORECASE)


# An order, unlike "Error when copying" that names what went wrong.
_ERROR = lazy_pattern(r"^error (?:out )?(?=(?:if|unless)\b|on .+ (?:if|when)\b)", re.IGNORECASE)


def turned(text: str, *, is_fix: bool = False) -> str:
    """Return a text that begins with a verb as an event or a behaviour, empty where that is unsure."""
    if match := _EMPHASIS.match(text):
        text, is_fix = text[match.end() :], True
    text = _without_sure(text)
    if (match := _CONDITION.match(text)) and (main := _turned_main(match[2], is_fix=is_fix)):
        return _with_condition(main, f"{match[1][0].lower()}{match[1][1:]}")
    text = _DID_NOT.sub("", text) if is_fix else _ERROR.sub("return an error ", text)
    if match := NEGATIVE.match(text):
        return _negated(text[match.end() :])
    if match := ADVERB.match(text):
        return _qualified(match[1].lower(), text[match.end() :])
    first, rest = _split(text)
    if first.lower() in ("do", "be", "have") and rest and _follows_auxiliary(first.lower(), rest):
        return joined(f"Now {english.third(first.lower())}", tail(rest, Form.THIRD))
    if match := _SLASHED.match(text):
        if ASKED_FOR.issuperset((match[1].lower(), match[2].lower())):
            both = "/".join(english.gerund(word.lower()) for word in match.groups())
            return joined(f"Added support for {both}", text[match.end() :].strip())
        text = f"{match[1]} / {match[2]}{text[match.end() :]}" if english.verb(match[2]) else text
    verb = verb_at(text)
    if verb is None:
        return ""
    rest = _split(text)[1]
    if re.match(r"(?:and|&|\+|/|or)\s", rest):
        return _pair(verb, rest)
    return _done(verb, rest, is_fix=is_fix)


def _turned_main(text: str, *, is_fix: bool) -> str:
    """Turn what a condition stands before, which the program does each time."""
    if match := re.match(r"(stop|use) ", text, re.IGNORECASE):
        return joined(f"Now {english.third(match[1].lower())}", tail(text[match.end() :], Form.THIRD))
    return turned(text, is_fix=is_fix)


def joined(lead: str, rest: str | None) -> str:
    """Return a lead and what follows it, empty where that is unsure."""
    return "" if rest is None else f"{lead} {rest}".rstrip()


_EMPHASIS = lazy_pattern(
    r"^(?:actually|really) |^(?:hopefully|possibly|probably) (?=fix)|^(?:try|attempt) to (?=(?:avoid|fix|improve|prevent|reduce)\b)",
    re.IGNORECASE,
)
_SURE = lazy_pattern(r"^make sure (?:that we|to|we) (?=([a-z]+)(?: ([a-z]+))? .*)", re.IGNORECASE)


def _without_sure(text: str) -> str:
    """Return "release the lock" for "make sure to release the lock", where that is what the program does."""
    match = _SURE.match(text)
    if match is None:
        return text
    order = text[match.end() :]
    is_qualified = ADVERB.match(order) is not None
    verb = english.verb(match[2] if is_qualified else match[1])
    acts = (
        verb is not None
        and verb.form is Form.BASE
        and (is_qualified or _acts(verb, order.partition(" ")[2], is_fix=True))
    )
    return order if acts else text


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


def _split(text: str) -> tuple[str, str]:
    first, _, rest = text.partition(" ")
    return first, rest.strip()


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


def _base_verb(text: str) -> Verb | None:
    verb = verb_at(text) or english.verb(_split(text)[0])
    return verb if verb and verb.form is Form.BASE and verb.base not in _UNTURNED else None


def _negated(text: str) -> str:
    """Turn what a title forbids: "Don't crash by …" fixed a crash, any other "don't" is no longer done."""
    text = text.removesuffix(" anymore").removesuffix(" any more")
    first, rest = _split(text)
    if fixed := _fixed_crash(first.lower(), rest):
        return fixed
    if first.lower() == "leak" and rest and rest.split()[0].lower() not in FUNCTION:
        return f"Fixed a memory leak{rest[6:]}" if rest.startswith("memory") else f"Fixed a leak of {rest}"
    manner = ""
    if match := ADVERB.match(text):
        manner, text = match[0], text[match.end() :]
    if match := _SLASHED.match(text):
        verbs = [english.verb(match[1]), english.verb(match[2])]
        if all(verb and verb.form is Form.BASE for verb in verbs):
            both = " or ".join(english.third(verb.base) for verb in verbs if verb)
            return joined(f"No longer {manner}{both}", tail(text[match.end() :].strip(), Form.THIRD))
    verb = _base_verb(text)
    base = verb.base if verb else _split(text)[0]
    if verb is None and (base in _UNTURNED or not _VERB_OF_ANY_KIND.fullmatch(base)):
        return ""
    rest = _OR_ORDER.sub(_or_third, with_article(base, _split(text)[1]))
    return joined(f"No longer {manner}{english.third(base)}", tail(rest, Form.THIRD))


_OR_ORDER = lazy_pattern(r" or ([a-z]+)(?= [a-z`])")


def _or_third(match: re.Match[str]) -> str:
    """Return "or allows" for "or allow" after "No longer sets it"."""
    verb = english.verb(match[1])
    is_order = verb is not None and verb.form is Form.BASE and verb.base not in english.NOUN_LIKE
    return f" or {english.third(verb.base)}" if verb and is_order else match[0]


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


_WHOLLY = words("also completely entirely finally fully mostly partially partly temporarily")


def _qualified(adverb: str, text: str) -> str:
    first, rest = _split(text)
    if f"{first} {rest.partition(' ')[0]}".lower() in phrase_set("compounds"):
        return ""  # "Only block devices hold data"
    verb = english.verb(first)
    is_mended = verb is not None and verb.form is Form.PAST and adverb in ("properly", "correctly")
    is_form = verb is not None and (verb.form is Form.THIRD or (verb.form is Form.GERUND and adverb == "explicitly"))
    is_turned = verb and (verb.form is Form.BASE or (adverb != "better" and is_form) or is_mended)
    if verb is None or not is_turned or verb.base in _UNTURNED:
        return ""
    is_change = not english.is_behaviour(verb.base) and verb.base not in ("set", "support", "use")
    is_change = is_change and (adverb != "also" or verb.base in word_list("built"))
    if is_change and (adverb in _WHOLLY or verb.base == "fix"):
        return joined(
            f"{adverb.capitalize()} {english.past(verb.base)}", tail(with_article(verb.base, rest), Form.PAST)
        )
    if adverb == "better" and verb.base == "handle":
        return f"Improved handling of {rest}"
    if adverb == "better" and verb.base in english.NOUN_LIKE:
        return ""
    return joined(
        f"Now {adverb} {english.third(verb.base)}", tail(with_article(verb.base, rest), Form.THIRD, verb.form)
    )


def _pair(verb: Verb, rest: str) -> str:
    """Turn both verbs of "Fix and improve X", which share what follows."""
    match = _PAIR.match(rest)
    other = english.verb(match[2]) if match else None
    if match and match[1] == "/" and other is None:
        return _done(verb, rest, is_fix=False)  # "Use / as the separator"
    if match and match[1] == "or" and verb.base == "fix" and other and other.form is verb.form:
        return joined(f"Fixed or {english.past(other.base)}", tail(rest[match.end() :], Form.PAST, verb.form))
    if match is None or other is None or match[1] == "or" or other.form is not verb.form:
        return ""
    rest = rest[match.end() :]
    if english.is_behaviour(verb.base) or (english.is_behaviour(other.base) and verb.base not in word_list("built")):
        lead = f"Now {english.third(verb.base)} and {english.third(other.base)}"
        return joined(lead, tail(rest, Form.THIRD, verb.form)) if verb.form is not Form.PAST else ""
    if english.is_behaviour(other.base):
        if rest.split(maxsplit=1)[0].lower() in PREPOSITIONS:
            return ""
        return joined(f"{english.past(verb.base).capitalize()} and now {english.third(other.base)}", rest)
    lead = f"{english.past(verb.base).capitalize()} and {english.past(other.base)}"
    return joined(lead, tail(rest, Form.PAST, verb.form))


# What users ask a program to do: "Move/copy volumes between projects" lets them.
ASKED_FOR = words("attach copy create delete detach export import move pull push rename restore start stop")
# What a program does at last if that is called a fix.
_MENDED = word_list("mended")
_BROUGHT_BACK = lazy_pattern(
    r"^(?:missing |[\"'“‘])|\b(?:ability|APIs?|behaviou?r|compatibility|functionality|support|workaround)\b"
)
_EACH_TIME = lazy_pattern(
    r"(?<![\w-])(?:when|whenever|if|unless|while|until|upon|consistently|automatically|asynchronously|in parallel|each time|every time"
    r"|more (?:efficient|quick|frequent)ly|as (?:early|late|quickly|soon) as|at (?:boot|shutdown|start|startup)"
    r"|on (?:[\w-]+ )?(?:shutdown|start|startup|stop|exit|error|errors|failure|boot|reboot|creation|deletion|removal|restart|success"
    r"|add|attach|change|create|delete|detach|disconnect|launch|rebuild|remove|rename|timeout|reload|login|logout|update|upgrade|refresh|migration|copy|move|import|export|restore|backup|resize)"
    r"|(?:before|after|during|prior to) (?:[\w-]+ ){0,2}(?:shutdown|start|startup|stop|exit|boot|creation|delete|edit|deletion|removal"
    r"|restart|migration|copy|move|snapshot|evacuation|refresh|restore|update|attach|detach|join|login"
    r"|[a-z]+ing|(?:[\w-]+ ){1,4}(?:is|are))|on (?:demand|[a-z]+ing$|`[\w -]+`$))(?![\w-])(?! (?:the )?(?:tests?|lint|ci)\b)"
)
# What is a part of the source, and no program acts on: "Apply ruff rules".
_OF_SOURCE = lazy_pattern(
    r"\b(?:changelog|(?<!error )(?<!exit )(?<!status )code|egg|flake8|imports?|lint rules?|logic|macros?|makefile|mocks?"
    r"|place in|README\S*|ruff|semantics|statements?|submodules?|typeshed|version to v?\d\S*)\b|\bwhitespaces?$"
    r"|\bfix to\b|^(?:un(?:needed|necessary|used)|old) |\ba bit\b|^back (?:the )?(?:old|previous) ",
    re.IGNORECASE,
)
_DONE_TO_SOURCE = words("apply bring copy generate place promote re-generate regenerate rotate sort")
_WORDING = lazy_pattern(r"\b(?:change ?log|docs|documentation|help|label|message|text|wording)\b", re.IGNORECASE)
_ONCE = frozenset((base, form) for base in ("stop", "start") for form in Form)
_PROPERLY = lazy_pattern(r" ((?:correct|full|proper)ly)(?=$|\.| (?:for|in|on|when|with)\b)")
_NO_ACT = lazy_pattern(r"(?:ed|ing|ly|ss|be|have|do|not)$|^\w{1,2}$")
_TO_DO = lazy_pattern(r"^to ([a-z]+) (.+)$")


def _done(verb: Verb, rest: str, *, is_fix: bool) -> str:
    base = verb.base
    if base == "support" and rest:
        if match := _PROPERLY.search(rest):
            return joined(f"Now {match[1]} supports", tail(f"{rest[: match.start()]}{rest[match.end() :]}", Form.THIRD))
        return joined("Added support for", tail(rest, Form.PAST, verb.form))
    if base == "allow" and (match := _TO_DO.match(rest)):
        allowed = english.verb(match[1])
        if allowed or not _NO_ACT.search(match[1]):
            return joined(f"Allowed {english.gerund(allowed.base if allowed else match[1])}", match[2])
    if base in ("avoid", "stop"):
        rest = _as_activity(rest)
        if prevented := _no_longer(rest):
            return prevented
    if base == "use" and verb.form is not Form.PAST:
        return joined("Now uses", tail(with_article("use", rest), Form.THIRD, verb.form))
    if verb.form is not Form.PAST and _acts(verb, rest, is_fix=is_fix):
        return joined(f"Now {english.third(base)}", tail(with_article(base, rest), Form.THIRD, verb.form))
    return joined(english.past(base).capitalize(), tail(with_article(base, rest), Form.PAST, verb.form))


def _acts(verb: Verb, rest: str, *, is_fix: bool) -> bool:
    """Return whether the program does something each time it runs, and nobody did it once to the project."""
    base, is_source = verb.base, _OF_SOURCE.search(rest) is not None
    if base == "set" and not _SET_ONCE.search(rest):
        return True  # "Set the name of pools" would read as an order
    if base == "raise" and _RAISED.search(rest):
        return True
    if is_fix and base in _MENDED and not is_source and not _BROUGHT_BACK.search(rest):
        return True
    if base in _WORDED and _WORDING.search(rest):
        return False
    is_tidied = is_source and base in ("clean", "cleanup", "extract", "move", "split")
    is_each_time = base not in word_list("built") and not rest.startswith(("new ", "a new ")) and not is_tidied
    if is_each_time and _EACH_TIME.search(_OTHER_ORDER.split(rest, maxsplit=1)[0]):
        return True
    is_behaviour = english.is_behaviour(base) or base == "default"
    return is_behaviour and (base, verb.form) not in _ONCE and not (is_source and base in _DONE_TO_SOURCE)


_OTHER_ORDER = lazy_pattern(r",? and (?=(?:add|allow|fix|improve|make|remove|support|update|use)\b)")
_SET_ONCE = lazy_pattern(r" to (?:\S+|a .+|the .+)$| version\b|^up ")
_RAISED = lazy_pattern(r"^(?:an? )?(?:\S+ )?\S*(?:error|exception|warning)s?\b", re.IGNORECASE)
_WORDED = words("clean cleanup remove update")


def _no_longer(rest: str) -> str:
    """Return what "Avoid doing X" or "Stop doing X" ends, empty where something else than an activity is avoided."""
    gerund, _, thing = rest.partition(" ")
    verb = english.verb(gerund)
    is_activity = verb is not None and verb.form is Form.GERUND and gerund.lower() not in _NO_ACTIVITY
    is_phrase = bool(thing) and thing.split()[0].lower() in PREPOSITIONS - _TAKEN_BY_VERBS
    if verb is None or not is_activity or not thing or is_phrase:
        return ""
    what = _HEAD.split(thing, maxsplit=1)[0].rpartition(" ")[2].lower()
    is_mishap = verb.base not in _REPORTS and (what in _MISHAPS or what.removesuffix("s") in FAULTS)
    if is_mishap or _GOES_ON.search(thing):
        return ""
    return joined(f"No longer {english.third(verb.base)}", tail(thing, Form.THIRD, Form.GERUND))


def _as_activity(rest: str) -> str:
    """Return "unmounting pools" for "unmount pools"."""
    first, _, thing = rest.partition(" ")
    verb = english.verb(first)
    is_order = verb is not None and verb.form is Form.BASE and verb.base not in english.NOUN_LIKE | english.FAULTS
    return f"{english.gerund(first.lower())} {thing}" if is_order and thing and first.lower() == first else rest


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
