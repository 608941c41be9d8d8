"""Merge highlights that say the same, join those that differ in one place, and list those on one object together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain, islice

import msgspec

from weekly.model import Highlight, Words
from weekly.text.english import listed, words
from weekly.text.markdown import nested
from weekly.text.patterns import lazy_pattern

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
    """Return highlights, each with the later ones that are now part of it."""
    merged: list[tuple[Highlight, list[Highlight]]] = []
    texts = [spoken(one.text) for one in highlights]
    index = SentenceIndex(texts)
    frames: dict[tuple[object, ...], int] = {}
    stories = _stories(highlights)
    later = {number for numbers in stories.values() for number in numbers[1:]}
    for number, (one, text) in enumerate(zip(highlights, texts, strict=True)):
        if number in later:
            continue
        if number in stories:
            index.add(text)
            merged.append(_story([highlights[at] for at in stories[number]]))
            continue
        frame = _frame(one)
        at = frames.get(frame)
        whole = "" if at is None else joined(merged[at][0].text, one.text)
        at = at if whole else index.same(text)
        if at is not None and (whole or not _differ_in_code(merged[at][0].text, one.text)):
            first, others = merged[at]
            pulls = (*first.pulls, *one.pulls)
            merged[at] = (msgspec.structs.replace(first, pulls=pulls, text=whole or first.text), [*others, one])
            continue
        index.add(text)
        if frame:
            frames.setdefault(frame, len(merged))
        merged.append((one, []))
    return merged


def _differ_in_code(one: str, other: str) -> bool:
    """Return whether each of two sentences has a code span that the other lacks."""
    first, second = (frozenset(re.findall(r"`[^`]+`", text)) for text in (one, other))
    return bool(first - second and second - first)


def _frame(one: Highlight) -> tuple[object, ...]:
    """Return what drafts of one form share: repository, kind, and the first and last word. Sub-bullets share none."""
    if one.words is not Words.DRAFTED or "\n" in one.text:
        return ()
    words = one.text.split()
    return one.pulls[0].repo, one.verdict.kind, words[0], words[-1]


def joined(one: str, other: str) -> str:
    """Return two sentences that differ in one place as one, empty where they don't: "… of Btrfs and ZFS volumes."."""
    first, second = one.split(), other.split()
    shortest = min(len(first), len(second))
    start = next((at for at in range(shortest) if first[at] != second[at]), shortest)
    end = next((at for at in range(shortest - start) if first[-1 - at] != second[-1 - at]), shortest - start)
    left, right = first[start : len(first) - end], second[start : len(second) - end]
    if not (start and left and right and end):
        return ""
    if not _JOINTS.isdisjoint((left[-1], right[-1])) or not _DETERMINERS.isdisjoint((left[0], right[0])):
        return ""
    earlier, _, last = " ".join(left).rpartition(" and ")
    items = [*(earlier.split(", ") if earlier else ()), last, " ".join(right)]
    if any(word[-1] in ".,:;" or '"' in word for item in items for word in item.split()):
        return ""
    articles = ("a", "an", "the")
    differing = len(left) + len(right) - ((left[0] in articles) != (right[0] in articles))
    if start + end <= differing or (earlier and "and" in right):
        return ""
    return " ".join([*first[:start], listed(items), *first[len(first) - end :]])


_JOINTS = words("a an and as at by for from in of on or the to with")
"""Words that need the one after them, so that "and" can't follow."""
_DETERMINERS = words("further missing more new old other our several some various")
"""Words that tell one sentence from another, and don't say what it is about."""

STORY = 3
"""Pull requests of one matter that make sub-bullets, and a feature that may have a section of its own."""
_MOST_LISTED = 4
"""Parts that one sentence lists."""
_OBJECT = lazy_pattern(
    r"(?P<verb>Added|Fixed|Improved|Introduced|Removed|Updated) (?P<article>an? |the |some )?"
    rf"(?P<part>(?!(?:an?|the|{'|'.join(sorted(_DETERMINERS))}) )(?:(?!(?:as|at|by|for|from|in|of|on|that|to|when|with)\b)\S+ )+?)"
    r"(?P<object>[a-z-]{3,} [a-z-]{2,}?[a-z])(?P<plural>s?)\."
)
"""A sentence that only says which of several objects it is about, such as "Added network ACL lifecycle events."."""


def _stories(highlights: Sequence[Highlight]) -> dict[int, list[int]]:
    """Return the positions of highlights with the same verb and object, by that of the first."""
    found: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, one in enumerate(highlights):
        match = _OBJECT.fullmatch(one.text) if one.words is Words.DRAFTED and not one.verdict.is_breaking else None
        if match:
            found[one.pulls[0].repo, one.verdict.kind, match["verb"], match["object"]].append(number)
    return {numbers[0]: numbers for numbers in found.values() if len(numbers) >= STORY}


def _story(members: Sequence[Highlight]) -> tuple[Highlight, list[Highlight]]:
    """Return one highlight on the object of several, with sub-bullets where one sentence would be long."""
    matches = [match for one in members if (match := _OBJECT.fullmatch(one.text))]
    plural = "s" if any(match["plural"] or match["article"] in ("a ", "an ") for match in matches) else ""
    verb, noun = matches[0]["verb"], matches[0]["object"] + plural
    parts = list(dict.fromkeys(match["part"].strip() for match in matches))
    is_short = len(parts) <= _MOST_LISTED and not any(" " in part for part in parts)
    text: str = f"{verb} {listed(parts)} {noun}." if is_short else nested(f"{verb} {noun}:", parts)
    pulls = tuple(pull for one in members for pull in one.pulls)
    return msgspec.structs.replace(members[0], pulls=pulls, text=text), list(members[1:])


_MOST_COMPARED = 32
"""Sentences with the same rare words that one is compared with."""


class SentenceIndex:
    """Finds the sentence that says the same, by its rarest words. `texts` are all sentences to come, as words."""

    def __init__(self, texts: Sequence[frozenset[str]]) -> None:
        self._counts = Counter(chain.from_iterable(texts))
        self._texts: list[frozenset[str]] = []
        self._equal: dict[frozenset[str], int] = {}
        self._by_word: dict[str, list[int]] = {}

    def add(self, text: frozenset[str]) -> None:
        """Add the words of a sentence."""
        self._equal.setdefault(text, len(self._texts))
        for word in self._rarest(text):
            self._by_word.setdefault(word, []).append(len(self._texts))
        self._texts.append(text)

    def same(self, text: frozenset[str]) -> int | None:
        """Return the position of the first sentence that says the same."""
        near = dict.fromkeys(chain.from_iterable(self._by_word.get(word, ()) for word in self._rarest(text)))
        compared = sorted(islice(near, _MOST_COMPARED))
        first = next((at for at in compared if says_the_same(text, self._texts[at])), None)
        equal = self._equal.get(text)
        return equal if first is None or (equal is not None and equal < first) else first

    def _rarest(self, text: frozenset[str]) -> list[str]:
        """Return so many of the rarest words that near-equal sentences share one of them."""
        rarest = sorted(text, key=lambda word: (self._counts[word], word))
        return rarest[: 2 + int((1 - _SHARED) * len(text))]
