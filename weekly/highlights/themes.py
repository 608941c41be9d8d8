"""Find the themes that a week's highlights share, in the words of the project."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from weekly.model import PullRequest
from weekly.text import english, titles
from weekly.text.titles.code_spans import NAMES
from weekly.text.vocabulary import word_list


class Theme(NamedTuple):
    """A theme's name for readers, and the words that indicate it in scopes, labels, titles and paths."""

    name: str
    words: frozenset[str]


def themes_of(own: Mapping[str, Sequence[str]]) -> tuple[Theme, ...]:
    """Return the themes that a project's configuration names."""
    return tuple(Theme(name, english.words(" ".join(words).lower())) for name, words in own.items())


_SCOPE, _LABEL, _TITLE, _PATH = 4, 3, 2, 1
"""The weight of a theme's word, by where it stands."""
_SHARE = 0.3
"""The share of the highlights that a theme has at least. Where only words of titles indicate it, it needs half of them."""


def main_themes(pulls: Sequence[PullRequest], themes: Sequence[Theme], share: float = _SHARE) -> list[Theme]:
    """Return the two themes that most of the pull requests share, each of two pull requests at least."""
    read = [_Words.of(pull) for pull in pulls]
    scores = []
    for rank, theme in enumerate(themes or _own_themes(pulls)):
        weights = [weight for words in read if (weight := words.weight(theme))]
        firm = sum(weight > _PATH for weight in weights)
        if firm >= max(2, share * len(pulls)) and sum(weights) >= len(pulls):
            scores.append((-sum(weights), rank, theme))
    scores.sort(key=lambda score: score[:2])
    return [theme for total, _, theme in scores[:2] if 2 * total <= scores[0][0]]


def _own_themes(pulls: Sequence[PullRequest]) -> list[Theme]:
    """Return the words of scopes that several titles share, and that people also use in sentences."""
    spelling = {name.lower(): name for name in NAMES}
    own = tuple({pull.repo.rpartition("/")[2].lower() for pull in pulls})
    parsed = [titles.parse(pull.title) for pull in pulls]
    prose = {word for parts in parsed for word in _scope_words(parts.text)}
    counts = Counter(word for parts in parsed for word in set(_scope_words(parts.scope)) & (prose | set(spelling)))
    return [
        Theme(spelling.get(word, _called(word)), frozenset((word,)))
        for word, count in sorted(counts.items())
        if count > 1 and word not in word_list("no_theme") and len(word) > 2 and not word.startswith(own)
    ]


def _called(word: str) -> str:
    """Return a word with the article of a part of which there is one: "the sidebar"."""
    return f"the {word}" if word in word_list("parts") | word_list("part_nouns") else word


def _scope_words(scope: str) -> list[str]:
    return re.findall(r"[a-z][a-z0-9-]+", scope.lower())


class _Words(NamedTuple):
    """The words of one pull request by source. `folders` have their numbers of files."""

    scope: frozenset[str]
    labels: frozenset[str]
    title: frozenset[str]
    folders: tuple[tuple[frozenset[str], int], ...]

    @classmethod
    def of(cls, pull: PullRequest) -> _Words:
        """Read a pull request."""
        parts = titles.parse(pull.title)
        folders = Counter([change.path.rpartition("/")[0] for change in pull.files])
        return cls(
            scope=_split(parts.scope),
            labels=frozenset([word for label in pull.labels for word in _split(label)]),
            title=_stripped(r"[\w./-]+", parts.text.lower()),
            folders=tuple((_split(folder), files) for folder, files in folders.items()),
        )

    def weight(self, theme: Theme) -> int:
        """Return how firmly the words name a theme. Paths count where more than half of the files share it."""
        for words, weight in ((self.scope, _SCOPE), (self.labels, _LABEL), (self.title, _TITLE)):
            if not theme.words.isdisjoint(words):
                return weight
        within = sum([files for words, files in self.folders if not theme.words.isdisjoint(words)])
        return _PATH if within and 2 * within > sum([files for _, files in self.folders]) else 0


@lru_cache(maxsize=10_000)  # folders, scopes and labels recur
def _split(text: str) -> frozenset[str]:
    low = text.lower()
    return frozenset(re.findall(r"[a-z0-9_]+", low)) | _stripped(r"[\w.-]+", low)


def _stripped(pattern: str, text: str) -> frozenset[str]:
    """Return the words of a text, without the signs that they end in."""
    return frozenset([word.rstrip("./-") for word in re.findall(pattern, text)])
