"""Judge whether a sentence says something, and to whom, as an editor would."""

from __future__ import annotations

import re

from weekly.classify.lexicon import GRAVE
from weekly.text import english, titles
from weekly.text.english import Form, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import spans
from weekly.text.vocabulary import phrases

_EMPTY_WORDS = words(
    "a an and assorted bug bugfix bugfixes changes change cleanup cleanups clean up few fix fixes fixup fixups general improvements"
    " improvement minor misc miscellaneous more other random small some the tiny trivial tweaks varied various code quality hardening"
    " refactoring rework followup follow ups part wip stuff things bits backports backport review comments comment feedback address"
    " suggestions work nit nits polish preparation prep again batch round ai to of for from in with on tidy optimizations optimisations"
    " enhancements updates update new do make further final initial all several security cosmetic regression regressions deprecated extra"
    " removed remove removes drop plugins modules integration adjustments adjustment"
)
_FOLLOW_UP = lazy_pattern(
    r"\bfollow(?:ing)?[- ]?ups?\b|\bcode quality\b|^(?:more|further) \w+ bits\b|\bbackports?\b.*\(", re.IGNORECASE
)
_MENDS = words("adjust change extend fix harden improve rework set tweak update")
_WRONG = words("bad broken dead incorrect invalid missing wrong")
UNTOLD = words(
    "alias aliases arch call calls check checks command commands condition conditions definition definitions distro error errors field"
    " fields flag flags if-condition link links logic message messages metadata method methods name names option options return script"
    " scripts support type types usage value values"
)
_ASSORTED = lazy_pattern(
    r"^(?:various|misc|miscellaneous|assorted|several|some|small|minor) (?:[\w-]+ ){0,3}"
    r"(?:fixes|improvements?|tweaks|changes|updates|clean-?ups?)\b",
    re.IGNORECASE,
)
_BRANCH_FIRST = lazy_pattern(r"^(?:feature|feat|fix|bugfix|hotfix|chore|dev|topic)/\S", re.IGNORECASE)
_NO_OBJECT = lazy_pattern(
    r"^(?:fix(?:e[sd])? (?:due|in|on|for|when|with|after|by)\b|add(?:s|ed)? missing\W*$)", re.IGNORECASE
)
_FIXES_FROM = lazy_pattern(
    r"^(?:bug ?)?fix(?:es)? from \w+$|^prepare (?:for )?(?:the )?(?:\S+ )?release$", re.IGNORECASE
)
_BRANCH_LIKE = lazy_pattern(r"^(?=.*[-_/.\d])[a-z0-9][\w./-]*$", re.IGNORECASE)


def is_vague(title: str) -> bool:
    """Return whether a title says nothing: "Bugfixes", "Code quality (20260702)", a branch's name."""
    text = titles.parse(title).text
    if _FOLLOW_UP.search(text) or _BRANCH_LIKE.match(text):
        return True
    if _NO_OBJECT.match(text) or _FIXES_FROM.match(text) or _BRANCH_FIRST.match(text) or _ASSORTED.match(text):
        return True
    return frozenset(re.findall(r"(?!\d+\b)[^\W_]{2,}|[^\W\d_a-z]", text.lower())) <= _EMPTY_WORDS


def names_single_object(title: str) -> bool:
    """Return whether a title says no more than one word of what it mends or adds: "Fix CentOS"."""
    text = titles.parse(title).text.lower().rstrip(".").removeprefix("properly ").removeprefix("correctly ")
    first, *rest = [word for word in text.split() if word != "initial"] or [""]
    verb = english.verb(first)
    if verb is None or not rest or not all(re.fullmatch(r"[a-z][\w-]*", word) for word in rest):
        return False
    if verb.base == "add" or (verb.base == "handle" and "properly " in title.lower()):
        return len(rest) == 1 and (verb.base == "handle" or rest[0] in UNTOLD)
    is_vague = rest[0] in _WRONG and rest[1:] and rest[1] in UNTOLD
    return verb.base in _MENDS and (
        len(rest) == 1
        or (len(rest) == 2 and bool(is_vague or re.match("error (?:message|handling|path)", " ".join(rest))))
    )


_CODE_NAME = lazy_pattern(
    r"^\*?(?:.*[()].*|[a-z]\.\w+|.*(?:->|::).*|\[\].*|[a-z]\w*[A-Z]\w*|[A-Z][a-z0-9]+(?:[A-Z]\w*)+|[A-Za-z]\w*\.[A-Z]\w*(?:\.\w+)*"
    r"|_*[A-Za-z0-9]+(?:_[A-Za-z0-9]*)+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/[\w./-]+|[\w/-]+\.(?:go|c|h|py|java|rs|js|ts|sh|in|am|ac|json))$"
)
_USER_NAME = lazy_pattern(r"^(?:--?\w.*|/.*|.+ .+|[a-z][\w-]*(?:\.[a-z*][\w*-]*)+|\?\w.*|[\w.-]+=.*)$")
_OPTION_WORD = lazy_pattern(
    r"^\W*(?:\w+ )?(?:options?|parameters?|settings?|keys?|modules?|plugins?|flags?|commands?|fields?|extensions?|inventory|lookup"
    r"|filter|callback|endpoints?|properties|property|environment|variables?|metrics?|features?|metadata|events?)\b",
    re.IGNORECASE,
)
_OPTION_BEFORE = lazy_pattern(
    r"\b(?:options?|parameters?|settings?|keys?|modules?|plugins?|flags?|commands?|API extensions?|extension)\W*$",
    re.IGNORECASE,
)
_DOCUMENTATION = lazy_pattern(
    r"^(?:fixed|updated|improved|removed|added|corrected|reworked) (?:[\w'-]+ ){0,5}"
    r"(?:docs|documentation|docstrings?|readme|manpages?|instructions)"
    r"(?= (?:to|for|of|in|on|from)\b|\.?$)",
    re.IGNORECASE,
)


def internal_reason(sentence: str, *, has_public_names: bool = False) -> str:
    """Return why only developers would notice what a sentence says; empty where users may."""
    text = titles.parse(sentence).text.rstrip(".")
    words = phrases("known_to_users").without(_prose(text))
    is_grave = bool(GRAVE.search(_prose(text)))
    if phrase := phrases("never_news" if is_grave else "internal").search(words):
        return f"it is about {phrase.lower()!r}"
    if _ONLY_CODE.match(text):
        return "it is about a detail of the code"
    if _CALL.search(words):
        return "it is about a call"
    if _DOCUMENTATION.match(text):
        return "it is about documentation"
    names = [name for name in code_names(text) if not (has_public_names and _SNAKE.match(name))]
    if names and not is_grave:
        return f"it is about {names[0]}"
    return ""


# What is only rearranged in the code, or has no object but a file of the build or a field of a structure.
_ONLY_CODE = lazy_pattern(
    r"^(?:Updated|Ported|Adapted|Converted) to (?:now )?uses? \S+|^(?:Moved|Split) .+ (?:in)?to (?:an? |its |their )?"
    r"(?:separate|own|new|different|dedicated) (?:source )?(?:files?|modules?)$"
    r"|^\w+ (?:an? |the )?(?:new )?`(?=\w*[a-z])[A-Z]\w*` fields?$|^Added (?:an? |the )?`?[\w.-]+`? (?:API )?extension$"
    r"|^(?:Added|Moved|Reworked|Shared|Split) (?:an? |the )?(?:new )?[\w-]+ package$"
    r"|^(?!.*\b(?:firewall|output|partition|route|routing) tables?$)\w+ .+ (?:from|to|in) (?:[a-z]+ ){1,3}tables?$"
    r"|^(?:Added|Removed|Updated|Simplified|Renamed) (?:an? |the )?(?:new )?`[\w./-]*\w\.(?:ya?ml|toml|cfg|ini|lock|mod)`$"
)


def internal_note(sentence: str) -> str:
    """Return why only developers would notice what an author noted for the changelog."""
    phrase = phrases("internal_notes").search(phrases("known_to_users").without(_prose(sentence)))
    return f"it is about {phrase.lower()!r}" if phrase else ""


def _prose(text: str) -> str:
    return " ".join("".join("" if is_code else piece for piece, is_code in spans(text)).split())


_SNAKE = lazy_pattern(r"^`[a-z][a-z0-9]*(?:_[a-z0-9]+)*`$")
_AS_CIRCUMSTANCE = lazy_pattern(
    r"\b(?:(?<!issue )(?<!issues )with|when|while|by|as|using|via|until|unless|because|than)\b[^,;]*$", re.IGNORECASE
)


_IN_CODE = lazy_pattern(r" in `\*?_*[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+`\.?$| in `[a-z]\w*[A-Z]\w*(?:\(\))?`\.?$")


def has_code(sentence: str) -> bool:
    """Return whether a sentence has a name of code anywhere."""
    names = (piece.strip("` ") for piece, is_code in spans(sentence) if is_code)
    return any(_CODE_NAME.match(name) for name in names)


def code_names(text: str) -> list[str]:
    """Return the names of code in a sentence, where nothing else in it is known to users."""
    pieces, found, is_known = spans(text), [], False
    for index, (piece, is_code) in enumerate(pieces):
        if not is_code:
            continue
        name = piece.strip("` ")
        after = pieces[index + 1][0] if index + 1 < len(pieces) else ""
        before = pieces[index - 1][0] if index else ""
        if _OPTION_WORD.match(after) or _OPTION_BEFORE.search(before):
            return []
        if _AS_CIRCUMSTANCE.search("".join(piece for piece, _ in pieces[:index])):
            continue
        if _CODE_NAME.match(name):
            found.append(piece)
        elif _USER_NAME.match(name):
            is_known = True
    return [] if is_known and not _IN_CODE.search(text) else found


def has_predicate(sentence: str) -> bool:
    """Return whether a drafted sentence says what was done or is done now, and isn't a mere noun."""
    first = sentence.split(maxsplit=1)[0].lower() if sentence else ""
    if first in ("now", "no", "also", "switched", "made", "shared"):
        return first != "shared"
    verb = english.verb(first)
    return verb is not None and (verb.form is Form.PAST or english.past(verb.base) == first)


_CALL = lazy_pattern(r"\b(?:[a-z]+ calls?$|calls to\b|system calls? to\b)")
_LEFT_OPEN = lazy_pattern(
    r" (?:when|if|for|to|of|in|on|with|and|or|the|a|an|from|by|as|subsequent|(?<!is )(?<!are )(?<!was )(?:non-)?exist(?:ing|ent))\.$",
    re.IGNORECASE,
)


def is_left_open(sentence: str) -> bool:
    """Return whether a sentence ends in the middle: "Now checks names when."."""
    return bool(_LEFT_OPEN.search(sentence)) and not _ASKS.search(sentence)


_ASKS = lazy_pattern(r"\b(?:what|where|which|who|whom)\b")


def is_clear(sentence: str) -> bool:
    """Return whether a drafted sentence has a verb, and says what users may notice."""
    return has_predicate(sentence) and not is_imperative(sentence) and not internal_reason(sentence)


def is_imperative(sentence: str) -> bool:
    """Return whether a sentence still begins with an order."""
    first = sentence.split(maxsplit=1)[0] if sentence else ""
    verb = english.verb(first)
    return (
        verb is not None
        and verb.form is Form.BASE
        and english.past(verb.base) != first.lower()
        and verb.base not in english.NOUN_LIKE
    )
