"""Take capitals from words that are no names."""

from __future__ import annotations

from collections.abc import Sequence

from weekly.text import english
from weekly.text.english import words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import FAULTS, FUNCTION
from weekly.text.titles.code_spans import NAMES

SYSTEMS = words("Android Debian Fedora Linux Mac Ubuntu Windows")
"""Names that keep their capital, though no names that are given theirs: "windows" may be others."""
_NOT_LOWERED = lazy_pattern(
    r"^(?:`|[A-Z]{2}|[A-Z]\w*\d|[A-Z][a-z]*[A-Z]|[A-Z][a-z]+file\b|I\b"
    r"|(?!(?:Basic|Better|Custom|Experimental|Faster|Improved|Initial|Missing|More|New|Support|Wrong) )[A-Z][a-z]+ [A-Z][a-z])"
)


def lowered(text: str, names: frozenset[str] = frozenset()) -> str:
    """Return a text without the capital of its first word, unless that is a name."""
    first = text.split(maxsplit=1)[0].removesuffix("'s") if text else ""
    return (
        text
        if _NOT_LOWERED.match(text) or first in names or first in SYSTEMS or first in NAMES or not text[:1].isalpha()
        else text[0].lower() + text[1:]
    )


_ENDS_IN_NOUN = lazy_pattern(rf"^(?:{'|'.join(sorted(FAULTS))})(?:e?s)?$")
_FEW = 4
"""Words of a title that may all have a capital: "Fix Memory Leaks"."""


def plain_case(text: str, names: Sequence[str]) -> str:
    """Return a text in which Every Word Has A Capital without these capitals."""
    words = text.split(" ")
    long = [word for word in words[1:] if len(word) > 3 and word.isalpha()]
    capitals = [word for word in long if word.istitle() and word not in names]
    if 2 < len(words) <= _FEW and all(word.istitle() for word in words) and _ENDS_IN_NOUN.search(words[-1].lower()):
        return " ".join([words[0], *(word if word in names or word in SYSTEMS else word.lower() for word in words[1:])])
    has_small = any(word.islower() and word not in FUNCTION for word in long)
    is_style = any(word == "Support" or english.verb(word) for word in capitals)  # no name has such words
    if (has_small and not is_style) or len(capitals) < 3 or len(capitals) < 0.6 * len(long):
        return text
    return " ".join(
        word.lower() if index and word.isalpha() and word.istitle() and word not in SYSTEMS.union(names) else word
        for index, word in enumerate(words)
    )
