"""Turn a title into a sentence in the past tense, without its scope."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.text import english
from weekly.text.english import Form
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import NAMES, except_code, mark
from weekly.text.titles.nouns import SYSTEMS, from_noun, states_bug
from weekly.text.titles.parse import Title, parse, verb_at
from weekly.text.titles.phrases import FAULTS, FUNCTION
from weekly.text.titles.predicates import ASKED_FOR, joined, turned
from weekly.text.titles.wrappers import MOST_REVERTS, ONLY_REFERENCE

# The end of a first sentence, which a second one follows.
_SECOND = lazy_pattern(r"(?<=[a-z`)]{2})\. (?=[A-Z][a-z]+ [a-z`])")
_LAST_STOP = lazy_pattern(r"(?<=[\w`)])(?<!\betc)(?<! [A-Z])\.$")
_SUPPORT_GERUND = lazy_pattern(r"\bsupport (?=[a-z]+ing\b(?! (?:of|for|in|on)\b))")


def sentence(title: str, *, commands: Sequence[str] = (), names: Sequence[str] = NAMES, is_fix: bool = False) -> str:
    """Return a title as a sentence. Where turning it isn't safe, its words stay."""
    if both := _two_orders(title):
        return " ".join(sentence(part, commands=commands, names=names, is_fix=is_fix) for part in both)
    parts = parse(title)
    if parts.reverts:
        inner, is_back = innermost(parts)
        if inner.reverts:
            return finished(parts.text)
        if is_back:
            return sentence(inner.text, commands=commands, names=names, is_fix=is_fix)
        return finished(mark(_revert_phrase(inner), commands=commands, names=names))
    if parts.scope and _is_one_word(parts.text):
        if parts.verb and parts.verb.form is Form.BASE and _is_one_word(parts.scope):
            return sentence(f"{parts.text} {parts.scope}", commands=commands, names=names)
        return finished(mark(f"{parts.scope}: {parts.text}", commands=commands, names=names))
    text = mark(_tidied(plain_case(_LAST_STOP.sub("", parts.text), names)), commands=commands, names=names)
    is_bug = is_fix and states_bug(text)
    found = (
        _from_demand(text)
        or ("" if is_bug else turned(text, is_fix=is_fix))
        or from_noun(text, is_fix=is_fix, names=frozenset(names))
        or text
    )
    found = _VERB_OF_SUPPORT.sub(lambda match: f"{match[1]}{english.gerund(match[2] or match[3])}", found)
    found = _SUPPORT_GERUND.sub("support for ", found) if found.startswith("Added") and "ing " in found else found
    found = _SUPPORT_BOTH.sub(_gerunds, found) if "/" in found else found
    found = _CAPITAL_SUPPORT.sub(" support", found) if "Support" in found else found
    found = _NAMED_ALONE.sub(r"\1 support for \2", found)
    found = _ENDPOINT.sub(r"\1 the \2 endpoint", found)
    is_tool = found.replace("-", " ").partition(" ")[0] in commands
    return finished(found) if not is_tool else found[0] + finished(found)[1:]


def _two_orders(title: str) -> tuple[str, str] | None:
    """Return the sentences of a title that asks for two things: "Add pools. Use them by default"."""
    match = _SECOND.search(title)
    if match is None:
        return None
    first, second = title[: match.start()], title[match.end() :]
    is_order = verb_at(second) is not None and not ONLY_REFERENCE.match(second)
    return (first, second) if is_order and verb_at(parse(first).text) else None


def _from_demand(text: str) -> str:
    """Turn what should be into what is now: "Lists should not have a border" is "Lists no longer have a border"."""
    match = _DEMAND.match(text) if "hould" in text else None
    if match is None:
        return ""
    whose, base = match["whose"] or "", match["verb"]
    first, *others = whose.split() or [""]
    order = english.verb(first) if first else None
    if (order and order.base not in english.NOUN_LIKE) or not FUNCTION.isdisjoint(map(str.lower, (first, *others))):
        return ""
    base_of_many, third = _IRREGULAR.get(base, (base, english.third(base)))
    verb = base_of_many if english.is_plural(whose) else third
    when = "no longer" if match["no"] else "now"
    rest = f"{match['adverb'] or ''}{verb}{match['rest'] or ''}"
    if base == "be" and whose and not match["no"]:
        rest, when = f"now{match['rest'] or ''}", f"{match['adverb'] or ''}{verb}"
    return f"{whose[0].upper()}{whose[1:]} {when} {rest}" if whose else f"{when.capitalize()} {rest}"


_DEMAND = lazy_pattern(
    r"^(?:(?P<whose>[\w`.-]+(?: [\w`.-]+){0,4}) should|[Ss]hould)(?P<no> not)? "
    r"(?P<adverb>(?:also|always|only) )?(?P<verb>[a-z]+)(?P<rest> [^,;:]+)?$"
)
_IRREGULAR = {"be": ("are", "is"), "have": ("have", "has"), "do": ("do", "does")}

# "Support attach to namespaces" is support for attaching.
_VERB_OF_SUPPORT = lazy_pattern(
    rf"^(Added support for )(?:({'|'.join(sorted(ASKED_FOR))})(?= (?:across|between|from|into|to)\b)"
    r"|(choose|configure|customi[sz]e|define|disable|enable|ignore|override|select|skip|specify)(?= (?!(?:for|in|of|on)\b)[a-z`]))"
)
# "Added Debian 13" reads as if somebody made it.
_NAMED_ALONE = lazy_pattern(
    r"^(Added|Dropped|Removed) ((?!README|API|CI\b|FAQ)(?:[A-Z][\w.+-]*|[a-z]+(?:\d+|[A-Z]\w*))"
    r"(?: (?:[A-Z][\w.+-]*|\d[\w.]*))*\.?)$"
)
_CAPITAL_SUPPORT = lazy_pattern(r"(?<=\w) Support(?=\.?$)")
_ENDPOINT = lazy_pattern(r"^(Added|Deprecated|Dropped|Removed) (`(?:DELETE|GET|HEAD|PATCH|POST|PUT) /[^`]*`)\.?$")
_SUPPORT_BOTH = lazy_pattern(r"\b[Ss]upport for ([a-z]+)/([a-z]+)(?= (?!of\b)[a-z])")


def _is_one_word(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _gerunds(match: re.Match[str]) -> str:
    """Return "support for copy/move volumes" with its verbs as nouns."""
    lead = match[0].partition(" for ")[0]
    verbs = match.groups()
    return f"{lead} for {'/'.join(map(english.gerund, verbs))}" if ASKED_FOR.issuperset(verbs) else match[0]


_ASIDE = lazy_pattern(
    r"(?:,? and| &| \+|,) (?:(?:other|various|some|several|small|minor|related|misc|storage|assorted) ){0,3}"
    r"(?:bug ?fixes|fixes|improvements|tweaks|clean-?ups|refactor(?:ings?)?)$| - tweaks and polish$"
    r"|(?:,? and| &| \+) (?:minor|more|some) (?:[\w&-]+ ){1,4}(?:changes|fixes|improvements|refactoring|tweaks)$",
    re.IGNORECASE,
)
_PART = lazy_pattern(r"[\s,:;(–-]+(?:part|pt\.?) ?\d+\)?$", re.IGNORECASE)
_PARTS = lazy_pattern(r"^([^:`\"'(]{8,80}[^:`\"'(\s]): ((?!e\.g\.)[A-Za-z][a-z]+ [^:]{8,})$")
_STEP = lazy_pattern(r"\b(?:iteration|part|pass|phase|step|take)\b", re.IGNORECASE)
_FIXES_FAULT = lazy_pattern(
    rf"^[Ff]ix(?:e[sd])? .*\b(?!(?:bug|issue|problem|regression)s?\b)(?:{'|'.join(sorted(FAULTS))})(?:e?s)?\b"
)


def _telling_part(text: str, match: re.Match[str]) -> str:
    """Return the half of a title with a colon that stands alone: "Reduce memory: Use one arena" says what, then how.

    After a noun, or a step of several, the second half says what is done. A fix keeps both, unless the first names the fault.
    """
    what, how = match[1], match[2]
    if verb_at(how) is None or (how[0].islower() and not what.lower().startswith("fix")):
        return text
    if what.lower().startswith("fix"):
        return what if _FIXES_FAULT.match(what) else text
    return how if verb_at(what) is None or _STEP.search(what) or what.count(" ") < _NAMES else what


_NAMES = 2
"""Blanks of a first half that does more than name a matter, unlike "Implement MSC1234"."""


_TESTS = lazy_pattern(
    r"(?:[,;]| and|, and) (?:also )?(?:adds?|added|updates?|fix(?:es)?) (?:some |more |unit |the |a )*tests?$"
)
_QUOTED_FAULT = lazy_pattern(r"^([Ff]ix(?:e[sd])?:? )[\"“'](\w[^\"“”']+)[\"”']$")
_FAILS = lazy_pattern(r"^([Ff]ix(?:e[sd])? .+) fail(?= (?:after|at|during|for|if|in|of|on|when|with)\b)")
# Slips, each with letters without which its pattern finds nothing.
_WHEN_ORDER = lazy_pattern(
    r"\b(after|before|when|while) (add|create|delete|remove|rename|restore|update|use)"
    r"(?= (?!(?:and|by|for|from|in|of|on|or|to|fails|has|is|takes|was|with)\b)[a-z`])"
)
_SLIPS = (
    ("'s", lazy_pattern(r"\b([A-Z]{2,}|vm)'s\b(?=$| (?:on|in|for|with|from|to|and|or|when|if)\b)"), r"\1s"),
    ("ry and ", lazy_pattern(r"\b([Tt]ry) and(?= [a-z])"), r"\1 to"),
    (" ", _WHEN_ORDER, lambda match: f"{match[1]} {english.gerund(match[2])}"),
    ("not exist", lazy_pattern(r"\bif (?:it )?not exists?\b"), "if it doesn't exist"),
    ("if even ", lazy_pattern(r"\bif even\b"), "even if"),
    ("incl. ", lazy_pattern(r"\bincl\. "), "including "),
    ("num. of ", lazy_pattern(r"\bnum\. of "), "number of "),
    (" windows", lazy_pattern(r"\b(on|for) windows(?=$|[.,;)]| (?:\d|arm|x86|when|if)\b)"), r"\1 Windows"),
    (" windows build", lazy_pattern(r" windows (?=builds?\b)"), " Windows "),
    (" :", lazy_pattern(r" :-?[)pPD]$"), ""),
    (
        "support ",
        lazy_pattern(r"^((?:[Aa]dd|[Dd]rop|[Rr]emove)(?:ed|ped|d|s)? support) (?=[a-z]\w*\d|`|[A-Z])"),
        r"\1 for ",
    ),
    (
        "perf",
        lazy_pattern(
            r"\bperf(?=$|[.,]| (?:for|gains?|improvements?|issues?|of|optimi[sz]ations?|problems?|regressions?|when)\b)"
        ),
        "performance",
    ),
    (" missing a", lazy_pattern(r"^([Ff]ix(?:e[sd])?) missing an? "), r"\1 a missing "),
    (" issue #", lazy_pattern(r"^([Ff]ix(?:e[sd])?) issue #\d+ (?:for|in|on|with) "), r"\1 an issue with "),
    (
        "ix",
        lazy_pattern(
            r"^([Ff]ix(?:e[sd])?) (?=[A-Z])((?i:broken|bug|crash|duplicate|incorrect|invalid|missing|wrong)) (?=[a-z])"
        ),
        lambda match: f"{match[1]} {match[2].lower()} ",
    ),
    (" - ", lazy_pattern(r"(?<=\w) [-–—]+ (?:avoid|don['’]?t|do not|ensure|prevent) .+$"), ""),
    ("test", lazy_pattern(r"^([Ff]ix(?:e[sd])?) (?:\+|and|&) tests? for "), r"\1 "),
    ("ake ", lazy_pattern(r"^([Mm]ake) (?=(?:easier|harder|possible|simpler) to )"), r"\1 it "),
    ("llow for ", lazy_pattern(r"^([Aa]llow(?:ed|s)?) for (?!(?:an?|the)\b|[a-z]+ing\b)"), r"\1 "),
    ("ated to ", lazy_pattern(r"^[Uu]pdated to (?=(?:allow|avoid|check|handle|sanitize|skip|support|use) )"), ""),
    ("upport a", lazy_pattern(r"^[Ss]upport (?=an? (?:way|means|possibility) )"), "add "),
    (
        "ro",
        lazy_pattern(r"(?<![\w.,/-])ro(?=\+| (?:[A-Z]\w+ )?(?:access|bind|filesystem|mount|snapshot|subvolume))"),
        "read-only",
    ),
    ("rw", lazy_pattern(r"(?<![\w.,/-])rw(?=\+| (?:[A-Z]\w+ )?(?:access|bind|filesystem|mount))"), "read-write"),
    ("if exist", lazy_pattern(r"\bif exists?\b"), "if it exists"),
    ("ix", lazy_pattern(r"^([Ff]ix(?:e[sd])?) that\b"), r"\1 an issue where"),
    ("in ", lazy_pattern(r"^([Aa]dd(?:s|ed|ing)) in (?!(?:an?|the)\b)(?=[a-z])"), r"\1 "),
    ("tart adding ", lazy_pattern(r"^[Ss]tart adding "), "add "),
    ("reate ", lazy_pattern(r"^[Cc]reate (?:an? )?(?:[a-z]+ )?fix for "), "fix "),
    ("ork", lazy_pattern(r"^([Mm]akes? .+) (?:to work|working)\b"), r"\1 work"),
)
# "Force remove pools" is one verb.
_BOUND = lazy_pattern(
    r"^((?:(?:don['’]?t|do not|only|always|also) )?)(bind|bulk|double|force|hot|live|shuffle)[ -]([a-z]+)"
    r"(?= (?!(?:and|for|in|of|on|or|to|with)\b)[a-z`])",
    re.IGNORECASE,
)


def _one_verb(match: re.Match[str]) -> str:
    """Return "force-remove" for "force remove"."""
    whole = f"{match[2]}-{match[3]}"
    verb = english.verb(whole)
    is_noun = not match[1] and match[2].lower() == "double" and match[3] in english.NOUN_LIKE
    return f"{match[1]}{whole}" if verb and verb.form is Form.BASE and not is_noun else match[0]


_TWICE = lazy_pattern(r"\b(an?|and|for|from|in|is|not|of|on|the|to|with)(?: \1\b)+")
_BY_ORDER = lazy_pattern(
    r"(?<!sort )(?<!order )\bby (?:(only |not |also )([a-z]+)(?= [a-z])|([a-z]+)(?= (?:an?|the|it|its|all)\b))"
)
_ADDS_ACT = lazy_pattern(r"^([Aa]dd(?:ed|s)? )([a-z]+)(?= of )")
_NOT_DONE = lazy_pattern(r"^([Ff]ix(?:e[sd])? .+ not )(correct|working|[a-z]+ed) (?:bug|issue|problem)$")


def _by_doing(match: re.Match[str]) -> str:
    """Return "by only taking the lock" for "by only take the lock"."""
    verb = match[2] or match[3]
    found = english.verb(verb)
    is_order = found is not None and found.form is Form.BASE and verb == found.base
    return f"by {match[1] or ''}{english.gerund(verb)}" if is_order else match[0]


def _being(match: re.Match[str]) -> str:
    """Return "Fix the list not being sorted" for "Fix the list not sorted issue"."""
    return f"{match[1]}{'' if match[2] == 'working' else 'being '}{match[2]}"


def _act(match: re.Match[str]) -> str:
    """Return "Add parsing of options" for "Add parse of options"."""
    return match[0] if _is_noun_like(match[2]) else match[1] + english.gerund(match[2])


def _is_noun_like(word: str) -> bool:
    verb = english.verb(word)
    return verb is None or verb.form is not Form.BASE or verb.base in english.NOUN_LIKE


_WHOLE = {
    "UB": "undefined behavior", "aa profile": "AppArmor profile", "addr": "address", "addrs": "addresses", "arg": "argument",
    "args": "arguments", "bg": "background", "bins": "binaries", "cant": "can't", "creds": "credentials", "doesnt": "doesn't",
    "dont": "don't", "env var": "environment variable", "env vars": "environment variables", "isnt": "isn't",
    "msg": "message", "msgs": "messages",
    "netdevs": "network devices", "nullderef": "null dereference", "param": "parameter", "params": "parameters",
    "perms": "permissions", "phys": "physical", "prev": "previous",
    "unpriv": "unprivileged", "useragent": "user agent", "vol": "volume", "vols": "volumes", "w/": "with",
    "w/o": "without",
}  # fmt: skip
_SHORTENED = lazy_pattern(
    rf"(?<![\w`'\"./<=-])(?<!\w,)(?:{'|'.join(sorted(_WHOLE, reverse=True))})(?![\w`'\"./>=-]|,\w)"
)


def _tidied(text: str) -> str:
    """Return a title without "and various fixes" at its end, and without common slips."""
    if text.endswith(("fixes", "improvements", "tweaks", "ups", "changes", "refactoring", "refactor", "polish")):
        shorter = _ASIDE.sub("", text)
        text = shorter if verb_at(shorter) and " " in shorter else text
    text = _TESTS.sub("", text) if "test" in text else text
    text = _PART.sub("", text) if text.rstrip(")")[-1:].isdigit() else text
    if ": " in text and (match := _PARTS.match(text)):
        text = _telling_part(text, match)
    text = _FAILS.sub(r"\1 failure", _QUOTED_FAULT.sub(r"\1an issue where \2", text))
    text = _BY_ORDER.sub(_by_doing, text) if " by " in text else text
    text = _ADDS_ACT.sub(_act, text)
    text = _NOT_DONE.sub(_being, text) if " not " in text else text
    text = _BOUND.sub(_one_verb, _TWICE.sub(r"\1", text))
    for sign, slip, words in _SLIPS:
        text = slip.sub(words, text) if sign in text else text
    return except_code(text, lambda piece: _SHORTENED.sub(lambda match: _WHOLE[match[0]], piece))


def plain_case(text: str, names: Sequence[str]) -> str:
    """Return a text in which Every Word Has A Capital without these capitals."""
    words = text.split(" ")
    long = [word for word in words[1:] if len(word) > 3 and word.isalpha()]
    capitals = [word for word in long if word.istitle() and word not in names]
    has_small = any(word.islower() and word not in FUNCTION for word in long)
    is_style = any(word == "Support" or english.verb(word) for word in capitals)  # no name has such words
    if (has_small and not is_style) or len(capitals) < 3 or len(capitals) < 0.6 * len(long):
        return text
    return " ".join(
        word.lower() if index and word.isalpha() and word.istitle() and word not in SYSTEMS.union(names) else word
        for index, word in enumerate(words)
    )


def explaining_sentence(text: str, *, commands: Sequence[str] = (), names: Sequence[str] = NAMES) -> str:
    """Return a description's sentence in the same voice: "Replaces …" turns to the past, others stay."""
    text = mark(text, commands=commands, names=names)
    verb = verb_at(text)
    if verb is None or verb.form is not Form.THIRD or english.is_behaviour(verb.base):
        return finished(text)
    return finished(joined(english.past(verb.base).capitalize(), text.partition(" ")[2]))


_IDEOGRAPHIC = (("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"))
_ENDS = (".", "!", "?", "…", "。", "！", "？", "．", "｡", "।", "؟", "۔")


def finished(text: str) -> str:
    """Return a text with a capital and a full stop."""
    text = text.strip().removesuffix(" ...").rstrip(",;:").rstrip()
    if not text:
        return ""
    if "a" <= text[0] <= "z" and not text.startswith(("http:", "https:")):
        text = text[0].upper() + text[1:]
    if text.endswith(_ENDS):
        return text
    is_ideographic = any(first <= text[-1] <= last for first, last in _IDEOGRAPHIC)
    return f"{text}{'。' if is_ideographic else '.'}"


# Reverts --------------------------------------------------------------------------------------------------------------

_NOUNS = {
    "add": "addition", "change": "change", "convert": "conversion", "disable": "disabling", "drop": "removal",
    "enable": "enabling", "implement": "implementation", "introduce": "introduction", "move": "move", "port": "port",
    "refactor": "rework", "remove": "removal", "rename": "renaming", "replace": "replacement", "rework": "rework",
    "set": "setting", "simplify": "simplification", "switch": "switch", "update": "update", "upgrade": "upgrade",
    "bump": "update", "use": "use", "fix": "fix", "deprecate": "deprecation", "restrict": "restriction",
    "transition": "transition", "increase": "increase", "reduce": "reduction", "hide": "hiding", "expose": "exposing",
}  # fmt: skip
_JOINTS = {"support": "the support for", "limit": "the limit on", "allow": "a change that allowed"}


def innermost(parts: Title) -> tuple[Title, bool]:
    """Return the title that a chain of reverts is about, and whether the chain brings it back."""
    is_back = True
    for _ in range(MOST_REVERTS):
        if not parts.reverts:
            break
        parts, is_back = parse(parts.reverts), not is_back
    return parts, is_back


def _revert_phrase(inner: Title) -> str:
    """Return what was undone as a phrase: "Reverted the addition of …"."""
    text, verb = inner.text, inner.verb
    rest = text.partition(" ")[2].strip()
    if verb and verb.form in (Form.BASE, Form.THIRD) and rest:
        if verb.base in _JOINTS:
            return f"Reverted {_JOINTS[verb.base]} {rest}"
        if verb.base in _NOUNS:
            is_joined = rest.split()[0].lower() in ("to", "from", "for", "in", "on", "into")
            joint = "" if is_joined else " for" if verb.base == "fix" else " of"
            return f"Reverted the {_NOUNS[verb.base]}{joint} {rest}"
    if verb or re.match(r"^(?:don['’]?t|do not)\b", text, re.IGNORECASE):
        return f'Reverted "{text}"'
    return f"Reverted {text[:1].lower() + text[1:] if text[1:2].islower() else text}"
