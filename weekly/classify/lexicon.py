"""Find the traits of words that mean the same in any project, such as symptoms, remedies and internal work.

A model of single words knows those of its own examples only. With these lists, what it learns from `panic` holds for
`segfault` too.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import phrase_set

_TRAITS = (
    "addition", "cosmetic", "docs", "fix", "internals", "past", "refactoring", "remedy", "removal", "symptom", "tests", "upkeep", "user",
)  # fmt: skip
_LONGEST = 3
"""The most words that a phrase has."""

GRAVE = lazy_pattern(
    r"\b(?:crash\w*|panics?|data loss|corrupt\w*|security|vulnerab\w*|CVE-\d\S*|GHSA-\S+|deadlocks?|hangs?|leaks?|regressions?|escapes?"
    r"|races?|out[- ]of[- ]bounds?|OOB|overflows?|use[- ]after[- ]free|privileges?)\b",
    re.IGNORECASE,
)
"""Words of faults that matter to every user."""

Traits = tuple[tuple[str, str], ...]
"""Pairs of a trait and the word or phrase that shows it, the traits in order."""


@cache
def _entries() -> dict[str, Traits]:
    """Return the traits of words and phrases. The beginnings of words end with a star."""
    found: dict[str, Traits] = {}
    for trait in _TRAITS:
        for entry in phrase_set(f"trait_{trait}"):
            found[entry] = (*found.get(entry, ()), (trait, entry))
    return found


@cache
def _longest_beginning() -> int:
    """Return the most letters of a word's beginning in the lists."""
    return max(len(entry) for entry in _entries() if entry.endswith("*")) - 1


@cache
def _first_words() -> frozenset[str]:
    """Return the words that a phrase begins with."""
    return frozenset(entry.split()[0] for entry in _entries() if " " in entry)


def traits(words: list[str]) -> list[tuple[str, str]]:
    """Return each trait in a text with its word or phrase, in the text's order."""
    found: list[tuple[str, str]] = []
    for index, word in enumerate(words):
        found += _traits_of_word(word)
        for end in range(index + 2, min(index + _LONGEST, len(words)) + 1) if word in _first_words() else ():
            found += _entries().get(" ".join(words[index:end]), ())
    return found


@lru_cache(maxsize=20_000)  # the words of a week recur; without it, a third of the time goes here
def _traits_of_word(word: str) -> Traits:
    keys = (word, *(f"{word[:end]}*" for end in range(3, min(len(word), _longest_beginning()) + 1)))
    return tuple((trait, word) for trait in sorted({trait for key in keys for trait, _ in _entries().get(key, ())}))
