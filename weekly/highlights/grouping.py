"""Group pull requests that belong together, such as backports, follow-ups and series."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from weekly.model import Kind, PullRequest
from weekly.text import english, titles
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import word_list

_BACKPORT_NAME = lazy_pattern(r"^(?:backport(?:s|ed)?(?: of)?|cherry-?pick(?:s|ed)?(?: of)?)\b[:\s]*", re.IGNORECASE)
_BACKPORT_OF = lazy_pattern(
    r"\b(?:back-?port(?:s|ed)?|cherry[- ]?pick(?:s|ed)?) (?:of |from )?(?:pull request |pr )?\S{0,200}?(?:#|/pull/)(\d+)",
    re.IGNORECASE,
)
_FOLLOWS = lazy_pattern(
    r"\bfollow(?:s|ing|ed)?(?:[- ]?up)?s?(?: on| from| to| of| for| up)*\s*:?\s*(?:pull request |pr )?\S{0,200}?(?:#|/pull/)(\d+)"
    r"|\b(?:part|take) (?:two|2) of \S{0,200}?#(\d+)",
    re.IGNORECASE,
)
_PART = lazy_pattern(
    r"[,:;]?\s*\(?(?:part|pt\.?|take|step)\s*\d+\)?$|\s*\(\d+/\d+\)$|,?\s*\(?\bagain\)?$", re.IGNORECASE
)
_COMMON = word_list("common")


class Group(NamedTuple):
    """Pull requests on one subject, with the leading one, reasons for the others, and branches of backports."""

    lead: PullRequest
    members: list[tuple[PullRequest, str]]
    branches: list[str]

    @property
    def pulls(self) -> tuple[PullRequest, ...]:
        """All of them, the lead first."""
        return (self.lead, *(member for member, _ in self.members))

    def noted(self, text: str) -> str:
        """Return a text with the branches that it was backported to, at the end of its first sentence."""
        if not self.branches:
            return text
        end = re.search(r"[.!?](?=\s|$)", text)
        at = end.start() if end else len(text)
        return f"{text[:at]} (also in {english.listed(self.branches)}){text[at:]}"


def groups(pulls: Sequence[PullRequest], kinds: Mapping[str, Kind]) -> list[Group]:
    """Return each pull request that leads, by number, with those that belong to it."""
    found: list[Group] = []
    index = _Index()
    for pull in sorted(pulls, key=lambda pull: (pull.repo, pull.number)):
        signs = _signs(pull, kinds[pull.ref])
        group, why = index.group_of(signs)
        if why:
            found[group].members.append((pull, why))
            if why.startswith("a backport") and (branch := _branch(signs)):
                found[group].branches.append(branch)
        else:
            group = len(found)
            found.append(Group(lead=pull, members=[], branches=[]))
        index.add(signs, group)
    return found


Entry = tuple[int, int]
"""A pull request's group, and its position among all."""
Key = tuple[str, ...]


class _Index:
    """Finds the first group that a pull request belongs to, without comparing it with every other one.

    Of the pull requests that share a key, only the earliest is kept: whatever ties to a later one ties to it.
    """

    def __init__(self) -> None:
        self._signs: list[_Signs] = []
        self._earliest: dict[Key, Entry] = {}
        self._bases: dict[Key, dict[str, Entry]] = {}
        self._texts: dict[Key, dict[str, Entry]] = {}

    def add(self, signs: _Signs, group: int) -> None:
        """Add a pull request of a group."""
        entry = (group, len(self._signs))
        self._signs.append(signs)
        for key in ((signs.pull.repo, "number", str(signs.pull.number)), *signs.series):
            self._earliest[key] = min(entry, self._earliest.get(key, entry))
        bases = self._bases.setdefault((signs.pull.repo, signs.subject), {})
        bases[signs.base] = min(entry, bases.get(signs.base, entry))
        texts = self._texts.setdefault((signs.pull.repo, signs.partless), {})
        text = signs.parts.text.lower()
        texts[text] = min(entry, texts.get(text, entry))
        if len(texts) > 2:  # one of two differs from any other
            del texts[max(texts, key=lambda text: texts[text])]

    def group_of(self, signs: _Signs) -> tuple[int, str]:
        """Return the first group that a pull request belongs to, and why, without a reason where there is none."""
        for group, at in sorted(set(self._candidates(signs))):
            if why := _why(signs, self._signs[at]):
                return group, why
        return -1, ""

    def _candidates(self, signs: _Signs) -> Iterator[Entry]:
        repo = signs.pull.repo
        numbers = ((repo, "number", str(number)) for number in signs.follows | signs.backports)
        yield from (self._earliest[key] for key in (*numbers, *signs.series) if key in self._earliest)
        if signs.subject:
            bases = self._bases.get((repo, signs.subject), {})
            yield from (entry for base, entry in bases.items() if base != signs.base or not base)
        yield from self._texts.get((repo, signs.partless), {}).values()


class _Signs(NamedTuple):
    """The numbers and words that connect a pull request to others."""

    pull: PullRequest
    parts: titles.Title
    follows: frozenset[int]
    backports: frozenset[int]
    subject: str
    partless: str
    scope: str

    @property
    def base(self) -> str:
        """The base branch, "" where it is unknown."""
        return self.pull.base or ""

    @property
    def series(self) -> Iterator[Key]:
        """The keys that a series shares, the scope and as many words as that takes."""
        if not self.scope:
            return
        count = _words_of_series(self.parts)
        for shared in combinations(sorted(_content(self.parts))[:_MOST_WORDS], count):
            yield (self.pull.repo, "series", self.scope, *shared)


_MOST_WORDS = 16
"""Words of a title by which a series is found."""


def _signs(pull: PullRequest, kind: Kind) -> _Signs:
    parts = titles.parse(pull.title)
    both = f"{pull.title}\n{pull.body}"
    own = f"{kind} {pull.author}"
    picked = {int(number) for number in _BACKPORT_OF.findall(both)} | ({parts.picks} if parts.picks else set())
    return _Signs(
        pull=pull,
        parts=parts,
        follows=frozenset(int(number) for match in _FOLLOWS.finditer(both) for number in match.groups() if number),
        backports=frozenset(picked),
        subject=_BACKPORT_NAME.sub("", parts.text).lower().strip(" ."),
        partless=f"{own} {_PART.sub('', parts.text).lower()}",
        scope=f"{own} {parts.scope.lower()}" if parts.scope else "",
    )


def _branch(signs: _Signs) -> str:
    """Return the name of a backport's branch without its prefix, as "5.21" for stable-5.21."""
    branch = signs.parts.branch or signs.pull.base or ""
    return re.sub(r"^(?:stable|release)[-/]?", "", branch)


def _why(one: _Signs, other: _Signs) -> str:
    """Return why a pull request is told with an earlier one of its repository, empty where it isn't."""
    ref, number = other.pull.ref, other.pull.number
    is_elsewhere = one.pull.base is None or one.pull.base != other.pull.base
    if is_elsewhere and (number in one.backports or one.subject == other.subject):
        return f"a backport, told with {ref}"
    if number in one.follows:
        return f"a follow-up, told with {ref}"
    if one.partless == other.partless and one.parts.text.lower() != other.parts.text.lower():
        return f"a further part, told with {ref}"
    if one.scope and one.scope == other.scope and _is_series(one.parts, other.parts):
        return f"of one series on {one.parts.scope}, told with {ref}"
    return ""


def _is_series(one: titles.Title, two: titles.Title) -> bool:
    """Return whether two titles of one scope are about one thing."""
    return len(_content(one) & _content(two)) >= _words_of_series(one)


def _words_of_series(title: titles.Title) -> int:
    """Return how many words two titles of a scope must share. A narrow scope says much by itself."""
    return 1 if re.search(r"[/.]", title.scope) else 2


def _content(title: titles.Title) -> frozenset[str]:
    scope = frozenset(re.findall(r"[\w-]+", title.scope.lower()))
    return frozenset(re.findall(r"[\w.-]{2,}\w", title.text.lower())) - _COMMON - scope
