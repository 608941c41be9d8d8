"""Describe a revert as what it undoes."""

from __future__ import annotations

import re

from weekly.text.english import Form
from weekly.text.titles.parse import Title, parse

_NOUNS = {
    "add": "addition of", "allow": "", "change": "change of", "convert": "conversion of", "disable": "disabling of",
    "drop": "removal of", "enable": "enabling of", "implement": "implementation of", "introduce": "introduction of",
    "limit": "limit on", "move": "move of", "port": "port of", "refactor": "rework of", "remove": "removal of",
    "rename": "renaming of", "replace": "replacement of", "rework": "rework of", "set": "setting of", "simplify": "simplification of",
    "support": "support for", "switch": "switch", "update": "update of", "upgrade": "upgrade of", "bump": "update of",
    "use": "use of", "fix": "fix of", "deprecate": "deprecation of", "restrict": "restriction of", "transition": "transition",
    "increase": "increase of", "reduce": "reduction of", "hide": "hiding of", "expose": "exposing of",
}  # fmt: skip
_PREPOSITIONS = ("to", "from", "for", "in", "on", "into")


def innermost(parts: Title) -> tuple[Title, bool]:
    """Return the title that a chain of reverts is about, and whether the chain brings it back."""
    is_back = False
    while parts.reverts:
        inner = parse(parts.reverts)
        if not inner.reverts:
            return inner, is_back
        parts, is_back = parse(inner.reverts), not is_back
        if not parts.reverts:
            return parts, is_back
    return parts, is_back


def revert_phrase(inner: Title) -> str:
    """Return what was undone as a phrase: "Reverted the addition of …"."""
    text = inner.text
    verb = inner.verb
    rest = text.partition(" ")[2].strip()
    if verb and verb.form in (Form.BASE, Form.THIRD) and verb.base in _NOUNS and rest:
        if verb.base == "allow":
            return f"Reverted a change that allowed {rest}"
        noun = _NOUNS[verb.base].removesuffix(" of")
        joint = "" if rest.split()[0].lower() in _PREPOSITIONS or noun.endswith((" for", " on")) else " of"
        return f"Reverted the {noun}{joint} {rest}"
    if verb or re.match(r"^(?:don['’]?t|do not)\b", text, re.IGNORECASE):
        return f'Reverted "{text}"'
    return f"Reverted {text[:1].lower() + text[1:] if text[1:2].islower() else text}"
