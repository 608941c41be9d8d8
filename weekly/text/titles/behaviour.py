"""Decide whether a verb says what the program does each time, or what somebody did to the project once."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import Verb, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import FAULTS
from weekly.text.vocabulary import word_list

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
    r"|[a-z]+ing|(?:[\w-]+ ){1,4}(?:is|are))|on (?:demand|[a-z]+ing$|`[\w -]+`$))"
    r"(?![\w-])(?! (?:the )?(?:tests?|lint|ci|branch(?:es)?|clauses?|conditions?|paths?|statements?)\b)"
)
# What is a part of the source, and no program acts on: "Apply ruff rules".
_OF_SOURCE = lazy_pattern(
    r"\b(?:changelog|(?<!error )(?<!exit )(?<!status )code(?! (?:actions?|blocks?|completions?|fences?|folding|frames?|lens))"
    r"|egg|flake8|imports?|lint rules?|logic|macros?|makefile|mocks?"
    r"|place in|README\S*|ruff|semantics|statements?|submodules?|typeshed|version to v?\d\S*)\b|\bwhitespaces?$"
    r"|\bfix to\b|^(?:un(?:needed|necessary|used)|old) |\ba bit\b|^back (?:the )?(?:old|previous) ",
    re.IGNORECASE,
)
_DONE_TO_SOURCE = words("apply bring copy generate place promote re-generate regenerate rotate sort")
_WORDING = lazy_pattern(r"\b(?:change ?log|docs|documentation|help|label|message|text|wording)\b", re.IGNORECASE)
_REMEDIES = words("avoid correct fix prevent resolve")
_ONCE = words("start stop")


def says_behaviour(verb: Verb, rest: str, *, is_fix: bool) -> bool:
    """Return whether the program does something each time it runs, and nobody did it once to the project."""
    base, is_source = verb.base, _OF_SOURCE.search(rest) is not None
    if base in _REMEDIES and not FAULTS.isdisjoint(rest.lower().split()[:4]):
        return False
    if base == "set" and not _SET_ONCE.search(rest):
        return True  # "Set the name of pools" would read as an order
    if base == "raise" and _RAISED.search(rest):
        return True
    if is_fix and base in _MENDED and not is_source and not _BROUGHT_BACK.search(rest):
        return True
    if base in _WORDED and _WORDING.search(rest):
        return False
    if (base == "drop" and _DROPPED.match(rest)) or (base == "resolve" and is_fix and _LOOKED_UP.match(rest)):
        return True
    is_into = base != "add" or " to " in rest
    if is_fix and base in ("add", "remove", "update") and is_into and not is_source and _AT_RUN_TIME.search(rest):
        return True
    is_tidied = is_source and base in ("clean", "cleanup", "extract", "move", "split")
    is_each_time = base not in word_list("built") and not rest.startswith(("new ", "a new ")) and not is_tidied
    if is_each_time and _EACH_TIME.search(_OTHER_ORDER.split(_QUOTED.sub("", rest), maxsplit=1)[0]):
        return True
    is_behaviour = english.is_behaviour(base) or base == "default"
    return is_behaviour and base not in _ONCE and not (is_source and base in _DONE_TO_SOURCE)


_DROPPED = lazy_pattern(r"(?:[\w-]+ )?(?:connections|events|frames|messages|packets|requests|traffic)\b(?! support)")
_LOOKED_UP = lazy_pattern(r"(?:[\w-]+ )?(?:addresse?|host(?:name)?|name|path|symlink|url)s?\b", re.IGNORECASE)
_AT_RUN_TIME = lazy_pattern(
    r"^(?!(?:[\w-]+ )*(?i:checks?|conditions?|guards?|locks?|messages?|missing|option|retr\w+|support|tests?|validation|workaround)\b)"
    r"[^,]* (?:after|before|when) (?:[a-z]+ing|disable|enable|install|sync)\b"
)
_QUOTED = lazy_pattern(r"\"[^\"]*\"")
_OTHER_ORDER = lazy_pattern(r",? and (?=(?:add|allow|fix|improve|make|remove|support|update|use)\b)")
_SET_ONCE = lazy_pattern(r" to (?:\S+|a .+|the .+)$| version\b|^up ")
_RAISED = lazy_pattern(r"^(?:an? )?(?:\S+ )?\S*(?:error|exception|warning)s?\b", re.IGNORECASE)
_WORDED = words("clean cleanup remove update")
