"""Group pull requests that belong together, such as backports, follow-ups and series."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from weekly.model import Kind, PullRequest
from weekly.text import english, titles
from weekly.text.markdown import remarked
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
        return remarked(text, f"also in {english.listed(self.branches)}" if self.branches else "")


def groups(pulls: Sequence[PullRequest], kinds: Mapping[str, Kind]) -> list[Group]:
    """Return each pull request that leads, by number, with those that belong to it."""
    found: list[Group] = []
    index = _Index()
    for pull in sorted(pulls, key=lambda pull: (pull.repo, pull.number)):
        signs = _signs(pull, kinds[pull.ref])
        group, relation = index.group_of(signs)
        if relation:
            found[group].members.append((pull, f"{relation} of {found[group].lead.ref}"))
            if relation == "a backport" and (branch := _branch(signs)):
                found[group].branches.append(branch)
        else:
            group = len(found)
            found.append(Group(lead=pull, members=[], branches=[]))
        index.add(signs, group)
    return found


Key = tuple[str, ...]


class _Index:
    """Finds the first group that a pull request belongs to, without comparing it with every other one."""

    def __init__(self) -> None:
        self._numbers: dict[Key, int] = {}
        self._subjects: dict[Key, dict[str, int]] = {}
        self._texts: dict[Key, dict[str, int]] = {}
        self._words: dict[Key, list[tuple[frozenset[str], int]]] = {}

    def add(self, signs: _Signs, group: int) -> None:
        """Add a pull request of a group."""
        repo, pull = signs.pull.repo, signs.pull
        self._numbers.setdefault((repo, str(pull.number)), group)
        self._subjects.setdefault((repo, signs.subject), {}).setdefault(pull.base or "", group)
        self._texts.setdefault((repo, signs.partless), {}).setdefault(signs.parts.text.lower(), group)
        if signs.scope:
            self._words.setdefault((repo, signs.scope), []).append((_content(signs.parts), group))

    def group_of(self, signs: _Signs) -> tuple[int, str]:
        """Return the first group that a pull request belongs to, and its relation, empty where there is none."""
        found = min(self._related(signs), key=lambda pair: pair[0], default=None)
        return found or (-1, "")

    def _related(self, signs: _Signs) -> Iterator[tuple[int, str]]:
        repo, base = signs.pull.repo, signs.pull.base
        bases = self._subjects.get((repo, signs.subject), {}) if signs.subject else {}
        yield from ((group, "a backport") for other, group in bases.items() if other != base or not base)
        for numbers, relation in ((signs.backports, "a backport"), (signs.follows, "a follow-up")):
            yield from (
                (self._numbers[key], relation) for number in numbers if (key := (repo, str(number))) in self._numbers
            )
        texts = self._texts.get((repo, signs.partless), {})
        yield from ((group, "a further part") for text, group in texts.items() if text != signs.parts.text.lower())
        if _CONTINUES.search(signs.parts.text):
            words = _content(signs.parts)
            for others, group in self._words.get((repo, signs.scope), ()):
                if len(words & others) >= (1 if re.search(r"[/.]", signs.scope) else 2):
                    yield group, "a follow-up"


_CONTINUES = lazy_pattern(r"\bfollow(?:ing)?[- ]?ups?\b|\b(?:batch|further|more|remaining|v[2-9])\b", re.IGNORECASE)


class _Signs(NamedTuple):
    """The numbers and words that connect a pull request to others."""

    pull: PullRequest
    parts: titles.Title
    follows: frozenset[int]
    backports: frozenset[int]
    subject: str
    partless: str
    scope: str


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


def _content(title: titles.Title) -> frozenset[str]:
    scope = frozenset(re.findall(r"[\w-]+", title.scope.lower()))
    return frozenset(re.findall(r"[\w.-]{2,}\w", title.text.lower())) - _COMMON - scope
