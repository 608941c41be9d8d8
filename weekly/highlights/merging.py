"""Merge highlights that say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from weekly.model import Highlight
from weekly.text.english import words

_UNTELLING = words(
    "a an the some all more now of for in on to and this that with when was were are can fixed added updated improved removed"
)
_SHARED = 0.85
"""The share of words that near-equal sentences have in common."""


def content(text: str) -> frozenset[str]:
    """Return the words of a text that tell what it is about."""
    return frozenset(word.removesuffix("s") for word in re.findall(r"[a-z0-9]{3,}", text.lower())) - _UNTELLING


def says_the_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two sets of words are equal, or long and nearly so."""
    if one == other:
        return True
    return min(len(one), len(other)) > 4 and len(one & other) >= _SHARED * max(len(one), len(other))


def spoken(sentence: str) -> frozenset[str]:
    """Return the words of a sentence, without articles and brackets."""
    text = re.sub(r"\[[^\]]*\]\*?|\([^)]*\)", " ", sentence.lower())
    return frozenset(word.removesuffix("s") for word in re.findall(r"[a-z0-9][a-z0-9.-]*(?<![.-])", text)) - _ARTICLES


_ARTICLES = words("a an the some all more now of for in on to and")


def merge(highlights: Sequence[Highlight]) -> list[tuple[Highlight, list[Highlight]]]:
    """Return highlights, each with the later ones that say the same and are now part of it."""
    merged: list[tuple[Highlight, list[Highlight]]] = []
    said: list[frozenset[str]] = []
    index: dict[str, list[int]] = {}
    for one in highlights:
        new = spoken(one.text)
        near = sorted({at for word in _prefix(new) for at in index.get(word, ())})
        at = next((at for at in near if says_the_same(new, said[at])), None)
        if at is not None:
            first, others = merged[at]
            merged[at] = (msgspec.structs.replace(first, pulls=(*first.pulls, *one.pulls)), [*others, one])
            continue
        for word in _prefix(new):
            index.setdefault(word, []).append(len(merged))
        merged.append((one, []))
        said.append(new)
    return merged


def _prefix(said: frozenset[str]) -> Iterator[str]:
    """Return so many of the longest words that near-equal sentences share one of them."""
    longest_first = sorted(said, key=lambda word: (-len(word), word))
    return iter(longest_first[: 2 + int((1 - _SHARED) * len(said))] or [""])
