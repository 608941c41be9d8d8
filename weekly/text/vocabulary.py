"""Read the word lists of vocabulary.txt."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path


@cache
def _sections() -> dict[str, str]:
    """Return the text of each section by its name."""
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split("\n")
    text = "\n".join(line for line in lines if not line.startswith("#"))
    return {name: body for name, _, body in (part.partition("]") for part in text.split("\n[")[1:])}


@cache
def word_list(name: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(name_list(name))


def name_list(name: str) -> tuple[str, ...]:
    """Return the words of a list in its order."""
    return tuple(_sections()[name].split())


def alternatives(name: str) -> str:
    """Return the regular expression of a list, which has some alternatives a line."""
    return "|".join(_sections()[name].split("\n")).strip("|")


@cache
def phrase_set(name: str) -> frozenset[str]:
    """Return the phrases of a list as they are written."""
    return frozenset(" ".join(phrase.split()) for phrase in _sections()[name].split(","))


class Phrases:
    """Finds phrases of up to three words in a text. `*` at the end of a phrase stands for any letters."""

    def __init__(self, phrases: frozenset[str]) -> None:
        self._whole = frozenset(phrase for phrase in phrases if not phrase.endswith("*"))
        self._begun = {
            length: tuple(phrase[:-1] for phrase in phrases if phrase.endswith("*") and phrase.count(" ") == length - 1)
            for length in (1, 2, 3)
        }

    def find(self, text: str) -> tuple[int, int]:
        """Return the start and end of the first phrase, or (0, 0)."""
        words = list(_WORD.finditer(text.lower()))
        for first in range(len(words)):
            for length in (3, 2, 1):
                if first + length > len(words):
                    continue
                phrase = " ".join(word[0] for word in words[first : first + length])
                if phrase in self._whole or (self._begun[length] and phrase.startswith(self._begun[length])):
                    return words[first].start(), words[first + length - 1].end()
        return 0, 0

    def search(self, text: str) -> str:
        """Return the first phrase in a text, or an empty string."""
        start, end = self.find(text)
        return text[start:end]

    def without(self, text: str) -> str:
        """Return a text without the phrases."""
        while (found := self.find(text)) != (0, 0):
            text = f"{text[: found[0]]}, {text[found[1] :]}"
        return text


_WORD = re.compile(r"[a-z0-9_][\w/'-]*")


@cache
def phrases(name: str) -> Phrases:
    """Return the phrases of a list."""
    return Phrases(phrase_set(name))
