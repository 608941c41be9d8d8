"""Group the pull requests of a week that belong together: backports, follow-ups, series."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from weekly.model import Kind, PullRequest
from weekly.text import english, titles
from weekly.text.vocabulary import word_list

_BACKPORT_NAME = re.compile(r"^(?:backport(?:s|ed)?(?: of)?|cherry-?pick(?:s|ed)?(?: of)?)\b[:\s]*", re.IGNORECASE)
_BACKPORT_OF = re.compile(
    r"\b(?:back-?port(?:s|ed)?|cherry[- ]?pick(?:s|ed)?) (?:of |from )?(?:pull request |pr )?\S{0,200}?(?:#|/pull/)(\d+)",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"\bfollow(?:s|ing|ed)?(?:[- ]?up)?s?(?: on| from| to| of| for| up)*\s*:?\s*(?:pull request |pr )?\S{0,200}?(?:#|/pull/)(\d+)"
    r"|\b(?:part|take) (?:two|2) of \S{0,200}?#(\d+)",
    re.IGNORECASE,
)
_PART = re.compile(r"[,:;]?\s*\(?(?:part|pt\.?|take|step)\s*\d+\)?$|\s*\(\d+/\d+\)$|\s*\(?\bagain\)?$", re.IGNORECASE)
_COMMON = word_list("common")


class Group(NamedTuple):
    """Pull requests of one matter: the one that leads, the others with their reasons, and the branches of backports."""

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
    seen: list[tuple[int, _Signs]] = []
    index: dict[tuple[str, str, str], list[int]] = {}
    for pull in sorted(pulls, key=lambda pull: (pull.repo, pull.number)):
        signs = _signs(pull, kinds[pull.ref])
        related = sorted({(seen[at][0], at) for key in signs.related for at in index.get(key, ())})
        group, why = next(
            ((at, why) for at, index_of in related if (why := _why(signs, seen[index_of][1]))), (len(found), "")
        )
        if why:
            found[group].members.append((pull, why))
            if why.startswith("a backport") and (branch := _branch(signs)):
                found[group].branches.append(branch)
        else:
            found.append(Group(lead=pull, members=[], branches=[]))
        for key in signs.keys:
            index.setdefault(key, []).append(len(seen))
        seen.append((group, signs))
    return found


class _Signs(NamedTuple):
    """What ties a pull request to others: numbers that it names, and words that both have."""

    pull: PullRequest
    parts: titles.Title
    follows: frozenset[int]
    backports: frozenset[int]
    subject: str
    partless: str
    scope: str

    @property
    def keys(self) -> Iterator[tuple[str, str, str]]:
        """The keys by which later pull requests find this one."""
        yield self.pull.repo, "number", str(self.pull.number)
        yield from self._words

    @property
    def related(self) -> Iterator[tuple[str, str, str]]:
        """The keys of earlier pull requests that may be tied to this one."""
        yield from self._words
        yield from ((self.pull.repo, "number", str(number)) for number in self.follows | self.backports)

    @property
    def _words(self) -> Iterator[tuple[str, str, str]]:
        found = (("subject", self.subject), ("part", self.partless), ("scope", self.scope))
        return ((self.pull.repo, name, value) for name, value in found if value)


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
    """Return the name of a backport's branch, without its prefix: "5.21" for stable-5.21."""
    branch = signs.parts.branch or signs.pull.base or ""
    return re.sub(r"^(?:stable|release)[-/]?", "", branch)


def _why(one: _Signs, other: _Signs) -> str:
    """Return why a pull request is told with an earlier one of its repository; empty where it isn't."""
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
    shared = _content(one) & _content(two)
    return len(shared) >= (1 if re.search(r"[/.]", one.scope) else 2)


def _content(title: titles.Title) -> frozenset[str]:
    scope = frozenset(re.findall(r"[\w-]+", title.scope.lower()))
    return frozenset(re.findall(r"[\w.-]{2,}\w", title.text.lower())) - _COMMON - scope
