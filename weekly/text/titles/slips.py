"""Mend common slips of titles: forgotten words, short forms, and what says nothing."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import Form
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import FAULTS
from weekly.text.titles.code_spans import except_code, spans
from weekly.text.titles.parse import verb_at

_ASIDE = lazy_pattern(
    r"(?:,? and| &| \+|,) (?:(?:other|various|some|several|small|minor|related|misc|storage|assorted) ){0,3}"
    r"(?:bug ?fixes|fixes|improvements|tweaks|clean-?ups|refactor(?:ings?)?)$"
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
    r"\b(after|before|when|while) (add|clear|create|delete|disable|edit|enable|install|mount|remove|rename|restore|select|unmount"
    r"|update|use)"
    r"(?= (?!(?:and|by|for|from|in|of|on|or|to|fails|has|is|takes|was|with)\b)[a-z`])(?! [\w -]+ (?:are|is|was|were)\b)"
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
    ("in windows", lazy_pattern(r"\bin windows(?=$|[.,;)]| (?:if|when)\b)"), "on Windows"),
    (" ", lazy_pattern(r" [—–](?=[a-z][\w-]+(?:$|[ ,.=]))"), " --"),
    (
        "inux",
        lazy_pattern(r"\b(alpine|amazon|arch|oracle|rocky) [lL]inux\b"),
        lambda match: f"{match[1].title()} Linux",
    ),
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
    ("ake ", lazy_pattern(r"^([Mm]ake) (?=(?:easier|harder|(?:im)?possible|simpler) to )"), r"\1 it "),
    (
        "windows ",
        lazy_pattern(
            r"\bwindows (?=(?:32|64|agent|binar|build|console|event|exporter|host|installer|issue"
            r"|machine|path|platform|registry|service|support|terminal"
            r"|user)\w*)"
        ),
        "Windows ",
    ),
    ("olving ", lazy_pattern(r"^(?:[Rr]es|[Ss])olving (?=(?:issues|problems|bugs)\b)"), "Fix "),
    (", ", lazy_pattern(r", (?:attempt|round|take|try) \d$"), ""),
    ("nbreak", lazy_pattern(r"^[Uu]nbreak(?:s|ing)? (?=[a-z`])"), "Fix "),
    (" we ", lazy_pattern(r",? (?:as|because|since) we (?:(?:already|also|always|now|only) )?[a-z]+ [^,;:]+$"), ""),
    ("llow for ", lazy_pattern(r"^([Aa]llow(?:ed|s)?) for (?!(?:an?|the)\b|[a-z]+ing\b)"), r"\1 "),
    (
        "ated to ",
        lazy_pattern(r"^[Uu]pdated to (?=(?:allow|avoid|check|ensure|fix|prevent|handle|sanitize|skip|support|use) )"),
        "",
    ),
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
    ("fix", lazy_pattern(r"^(?:[Aa]dd(?:ed|s)?|[Cc]reate) (?:an? |the )?(?:[a-z]+ )?fix(?:es)? for "), "fix "),
    (", it", lazy_pattern(r"^(?!(?:after|if|once|when|while)\b)(.+), it(?:['’]s| is) .+$", re.IGNORECASE), r"\1"),
    ("ac", lazy_pattern(r"(?<![\w`/.-])[Mm]ac[ -]?(?:OS|os)(?: ?[Xx])?(?![\w`/.-])"), "macOS"),
    ("upport of ", lazy_pattern(r"^([Aa]dd(?:ed|s)? support) of "), r"\1 for "),
    ("upports for", lazy_pattern(r"^([Aa]dd(?:ed|s)?) supports for\b"), r"\1 support for"),
    ("ue ", lazy_pattern(r"(?i)^(?!fix(?:e[sd])? issue \d+$)(.*\bissue) \d{3,}$"), r"\1"),
    (
        "ake",
        lazy_pattern(r"^([Mm]ake \S+) (works|behaves|returns|respects|supports)(?= [a-z])"),
        lambda match: f"{match[1]} {_base(match[2])}",
    ),
    ("workaround ", lazy_pattern(r"\bto workaround\b"), "to work around"),
    (
        " added",
        lazy_pattern(r"^(?![A-Za-z]+ed )((?:[\w`.-]+ ){1,6}[\w`.-]+) added$"),
        lambda match: f"Add {english.uncapitalised(match[1])}",
    ),
    ("his ", lazy_pattern(r"^[Tt]his (?=(?:adds|allows|changes|fixes|improves|makes|removes)\b)"), ""),
    (" nits", lazy_pattern(r"(?: \+|,? and| &|,) nits$"), ""),
    ("non-", lazy_pattern(r"\bnon-(linux|windows|unix)\b"), lambda match: f"non-{match[1].title()}"),
    ("non exist", lazy_pattern(r"\bnon exist"), "non-exist"),
    (" + ", lazy_pattern(r"(?<=[a-z]) \+ (?=[a-z]+ )"), " and "),
    ("TLS1", lazy_pattern(r"\bTLS(?=1\.\d)"), "TLS "),
    ("; ", lazy_pattern(r"(?<=; )([A-Z])(?=[a-z]+ )"), lambda match: match[1].lower()),
    (
        "n",
        lazy_pattern(r"^[Oo]n ([A-Z]\w+),? ((?:do not|don['’]?t|never) (?:(?! (?:if|when) ).)+)"),
        r"\2 on \1",
    ),
    (
        " now ",
        lazy_pattern(r"^(\S*(?:[^\Ws]|`)) now ([a-z]+)(?= [a-z`])"),
        lambda match: f"{match[1]} now {_third(match[2])}",
    ),
    (
        "s",
        lazy_pattern(r"\b(does not|doesn['’]t|did not|didn['’]t|cannot|can['’]t) ([a-z]+s)(?=$|[ ,.])"),
        lambda match: f"{match[1]} {_base(match[2])}",
    ),
    ("ork", lazy_pattern(r"^([Mm]akes? .+) (?:to work|working)\b"), r"\1 work"),
)


def _third(word: str) -> str:
    verb = english.verb(word)
    return english.third(verb.base) if verb and verb.form is Form.BASE else word


def _base(word: str) -> str:
    verb = english.verb(word)
    is_third = verb is not None and verb.form is Form.THIRD
    return verb.base if verb and is_third else "exist" if word == "exists" else word


# "Force remove pools" is one verb.
_BOUND = lazy_pattern(
    rf"^((?:(?:don['’]?t|do not|only|always|also) )?)({'|'.join(word.rstrip('-') for word in english.BOUND_WORDS)})[ -]([a-z]+)"
    r"(?= (?!(?:and|for|in|of|on|or|to|with)\b)[a-z`/])",
    re.IGNORECASE,
)


def _one_verb(match: re.Match[str]) -> str:
    """Return "force-remove" for "force remove"."""
    whole = f"{match[2]}-{match[3]}"
    verb = english.verb(whole)
    is_noun = not match[1] and match[2].lower() == "double" and match[3] in english.NOUN_LIKE
    return f"{match[1]}{whole}" if verb and verb.form is Form.BASE and not is_noun else match[0]


_TWICE = lazy_pattern(r"\b(an?|and|are|be|by|for|from|if|in|is|not|of|on|the|to|when|with)(?: \1\b)+")
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
    rf"(?<![\w`'\"./<=*-])(?<!\w,)(?:{'|'.join(sorted(_WHOLE, reverse=True))})(?![\w`'\"./>=-]|,\w)"
)


def _with_blanks(text: str) -> str:
    """Return a title with a blank before each code span that follows a letter: "field of`name`"."""
    pieces = [piece for piece, _ in spans(text)]
    return "".join(
        f" {piece}" if piece[0] == "`" and before[-1:].islower() else piece
        for before, piece in zip(["", *pieces], pieces, strict=False)
    )


def tidied(text: str) -> str:
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
    text = _with_blanks(text) if "`" in text else text
    for sign, slip, words in _SLIPS:
        text = slip.sub(words, text) if sign in text else text
    return except_code(text, lambda piece: _SHORTENED.sub(lambda match: _WHOLE[match[0]], piece))
