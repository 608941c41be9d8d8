"""Find the words and names by which only developers understand a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.classify.lexicon import GRAVE
from weekly.model import FileChange
from weekly.text import titles
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import spans
from weekly.text.vocabulary import phrases

_CODE_NAME = lazy_pattern(
    r"^\*?(?:(?!.*\([1-8]\)$).*[()].*|(?:\w+\.)+_\w+(?:\.\w+)*|%\w|[a-z]\.\w+|.*(?:->|::).*|\[\].*|[a-z]\w*[A-Z]\w*(?:\.\w+)*|[A-Z]+[a-z0-9]+[A-Z]\w*|[A-Z]{2,}[a-z]{3,}\w*|[A-Za-z]\w*\.[A-Z]\w*(?:\.\w+)*"
    r"|_*[A-Za-z0-9]+(?:_[A-Za-z0-9]*)+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/[\w./-]+|[\w/-]+\.(?:go|c|h|py|java|rs|js|ts|sh|in|am|ac|json))$"
)
_USER_NAME = lazy_pattern(r"^(?:--?\w.*|/.*|.+ .+|[a-z][\w-]*(?:\.[a-z*][\w*-]*)+|\?\w.*|[\w.-]+=.*)$")
_OPTION_WORD = lazy_pattern(
    r"^\W*(?:(?!(?:by|for|from|in|of|on|per|to|with) )\w+ )?"
    r"(?:options?|parameters?|settings?|keys?|modules?|plugins?|flags?|commands?|fields?|extensions?|inventory|lookup"
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


def internal_reason(sentence: str, *, has_public_names: bool = False, files: Sequence[FileChange] | None = None) -> str:
    """Return the reason why only developers notice a change, or an empty string.

    With the changed files, names that users write themselves are no reason.
    """
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
    names = [name for name in names if files is None or not is_public(name, files)]
    if names and not is_grave:
        return f"it is about {names[0]}"
    return ""


# What is only rearranged in the code, or has no object but a package or a table.
_ONLY_CODE = lazy_pattern(
    r"^(?:Extracted|Moved|Split) .+ (?:in)?to (?:an? |its |their )?(?:separate|own|new|different|dedicated) (?:source )?"
    r"(?:files?|modules?|packages?)$|^Added (?:an? |the )?`?[\w.-]+`? (?:API )?extension$"
    r"|^(?:Centrali[sz]ed|Consolidated|Decoupled|Deduplicated|Generali[sz]ed|Inlined|Moderni[sz]ed|Rearranged|Reorgani[sz]ed|Restructured) "
    r"|^Cleaned up (?!.*\b(?:after|if|on|when)\b)"
    r"|^(?:Dropped|Removed) (?:an? |the |some )?(?:defunct|leftover|needless|unnecessary) "
    r"|^(?:Added|Moved|Reworked|Shared|Split) (?:an? |the )?(?:new )?[\w-]+ package(?: and |$)"
    r"|^(?!.*\b(?:firewall|output|partition|route|routing) tables?$)\w+ .+ (?:from|to|in) (?:`?[a-z_]+`? ){1,3}tables?(?: (?:for|to) .+)?$"
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


def has_code(sentence: str) -> bool:
    """Return whether a sentence has a name of code anywhere."""
    return bool(first_code(sentence))


def first_code(sentence: str) -> str:
    """Return the first name of code in a sentence, or an empty string."""
    names = (piece.strip("` ") for piece, is_code in spans(sentence) if is_code)
    return next((name for name in names if _CODE_NAME.match(name)), "")


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
    return [] if is_known else found


_SHAPES = (
    (
        "file",
        lazy_pattern(
            r"^[\w./-]+\.(?:am|c|cc|cpp|cs|cxx|go|h|hpp|hs|in|ac|java|js|jsx|kt|php|py|rb|rs|scala|sh|swift|ts|tsx)$"
        ),
    ),
    ("path", lazy_pattern(r"::|->|^\[\]|^%|^\*")),
    ("special", lazy_pattern(r"^__\w+__$")),
    ("constant", lazy_pattern(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")),
    ("snake", lazy_pattern(r"^[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+$")),
    ("dotted", lazy_pattern(r"^[a-z]\w*(?:\(\))?\.\w[\w.]*(?:\(.*\))?$")),
    ("call", lazy_pattern(r"[()]")),
    ("pascal", lazy_pattern(r"^[A-Z]")),
)


def shape_of(name: str) -> str:
    """Return how a name of code is written, such as "snake" or "pascal"."""
    return next((shape for shape, pattern in _SHAPES if pattern.search(name.strip("` "))), "camel")


_PUBLIC = frozenset(("constant", "dotted", "snake", "special"))
"""Shapes of options, functions of an interface and variables, which users write themselves."""


def is_public(name: str, files: Sequence[FileChange]) -> bool:
    """Return whether users may know a name of code by its shape. In C and Go, functions may look like options."""
    is_of_go = _EXPORTED.search(name) and (not files or any(change.path.endswith(".go") for change in files))
    is_met = _MET.search(name) is not None
    return is_met or (shape_of(name) in _PUBLIC and not in_c(files) and not is_of_go)


_EXPORTED = lazy_pattern(r"^`?[a-z]\w*\.[A-Z]\w*(?:\(.*)?`?$")
# Errors that users see, and files that they write.
_MET = lazy_pattern(r"[a-z](?:Error|Exception)`?$|^`?setup\.py`?$")


def in_c(files: Sequence[FileChange]) -> bool:
    """Return whether files of C change, and not of C++."""
    return any(change.path.endswith(".c") for change in files)


_CALL = lazy_pattern(r"\b(?:[a-z]+ calls?$|calls to\b|system calls? to\b)")


def without_function(sentence: str) -> str:
    """Return a sentence without the function that it changes, where enough remains."""
    shorter = _IN_FUNCTION.sub("", sentence)
    return shorter if len(shorter.split()) >= _ENOUGH else sentence


_IN_FUNCTION = lazy_pattern(
    r" in `(?:\w+\.)*(?:[A-Za-z]\w*\(\)|[a-z]+[A-Z]\w*|[A-Z]\w*[a-z][A-Z]\w*)`(?=,|\.$| (?:as|for|if|on|to|when|while)\b)"
)
_ENOUGH = 5
