"""Which pull requests of a week belong together: reverts and what they undo, backports, follow-ups, series."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from weekly.model import Kind, PullRequest
from weekly.text import titles
from weekly.text.vocabulary import word_list


class Tie(NamedTuple):
    """That a pull request is told with, or undone by, another, and why."""

    other: PullRequest
    why: str


_REVERTED_NUMBER = re.compile(
    r"^[ \t]*Reverts\s+(?P<repo>[\w.-]+/[\w.-]+)?#(?P<number>\d+)", re.IGNORECASE | re.MULTILINE
)
_REVERTED_MERGE = re.compile(r"^Merge pull request #(\d+)\b")
_BACKPORT_NAME = re.compile(r"^(?:backport(?:s|ed)?(?: of)?|cherry-?pick(?:s|ed)?(?: of)?)\b[:\s]*", re.IGNORECASE)
_BACKPORT_OF = re.compile(
    r"\b(?:back-?port(?:s|ed)?|cherry-?pick(?:s|ed)?) (?:of |from )?(?:pull request |pr )?\S{0,200}?(?:#|/pull/)(\d+)",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"\bfollow(?:s|ing|ed)?(?:[- ]?up)?s?(?: on| from| to| of| for| up)*\s*:?\s*(?:pull request |pr )?\S{0,200}?(?:#|/pull/)(\d+)"
    r"|\b(?:part|take) (?:two|2) of \S{0,200}?#(\d+)",
    re.IGNORECASE,
)
_PART = re.compile(r"[,:;]?\s*\(?(?:part|pt\.?|take|step)\s*\d+\)?$|\s*\(\d+/\d+\)$|\s*\(?\bagain\)?$", re.IGNORECASE)
_COMMON = word_list("common")


def undone(pulls: Sequence[PullRequest]) -> dict[str, Tie]:
    """Reverts and what they revert in the same week, by ref; a revert that is itself reverted undoes nothing."""
    found: dict[str, Tie] = {}
    for revert in sorted(pulls, key=lambda pull: (pull.merged_at, pull.number), reverse=True):
        if revert.ref in found:
            continue
        target = _reverted(revert, pulls, found)
        if target is not None:
            found[target.ref] = Tie(revert, f"reverted in the same week by {revert.ref}")
            found[revert.ref] = Tie(target, f"reverts {target.ref} of the same week")
    return found


def _reverted(revert: PullRequest, pulls: Iterable[PullRequest], known: Mapping[str, Tie]) -> PullRequest | None:
    """What a pull request reverts, by its title or its description, among those of which that isn't known yet."""
    quoted = titles.parse(revert.title).reverts
    body = _REVERTED_NUMBER.search(revert.body)
    merge = _REVERTED_MERGE.match(quoted)
    numbers = {int(match) for match in (merge and merge[1], body and not body["repo"] and body["number"]) if match}
    if body and body["repo"] and body["repo"].lower() == revert.repo.lower():
        numbers.add(int(body["number"]))
    if not numbers and not quoted:
        return None
    for pull in sorted(pulls, key=lambda pull: pull.number, reverse=True):
        elsewhere = pull.base and revert.base and pull.base != revert.base
        if elsewhere or pull.repo != revert.repo or pull.number >= revert.number:
            continue
        is_meant = pull.number in numbers or (quoted and not merge and _same_title(pull.title, quoted, revert.title))
        if is_meant and pull.ref not in known:
            return pull
    return None


def _same_title(title: str, quoted: str, revert: str) -> bool:
    if title.rstrip("\"'… ") == quoted.rstrip("\"'… "):
        return True
    return revert.endswith("…") and len(quoted) > 20 and title.startswith(quoted.rstrip("… "))


def groups(
    pulls: Sequence[PullRequest], kinds: Mapping[str, Kind]
) -> list[tuple[PullRequest, list[tuple[PullRequest, str]]]]:
    """Each pull request that leads, by number, with those that are told with it and why."""
    found: list[tuple[PullRequest, list[tuple[PullRequest, str]]]] = []
    known = _Known()
    for pull in sorted(pulls, key=lambda pull: (pull.repo, pull.number)):
        signs = _signs(pull, kinds[pull.ref])
        group, why = known.group(signs)
        if why:
            found[group][1].append((pull, why))
        else:
            group = len(found)
            found.append((pull, []))
        known.add(signs, group)
    return found


class _Signs(NamedTuple):
    """What ties a pull request to another, read once: whom it names, and what another one must have in common with it."""

    pull: PullRequest
    parts: titles.Title
    follows: frozenset[int]
    backports: frozenset[int]
    subject: str
    partless: str
    scope: str

    @property
    def keys(self) -> tuple[tuple[str, str, str], ...]:
        """What it may be found by: only those that share one of these, or are named, can be tied."""
        repo = self.pull.repo
        found = [
            (repo, "number", str(self.pull.number)),
            (repo, "subject", self.subject),
            (repo, "part", self.partless),
        ]
        return (*found, (repo, "scope", self.scope)) if self.scope else tuple(found)

    @property
    def asks(self) -> tuple[tuple[str, str, str], ...]:
        """What those may be found by that it can be tied to."""
        named = ((self.pull.repo, "number", str(number)) for number in self.follows | self.backports)
        return (*self.keys[1:], *named)


def _signs(pull: PullRequest, kind: Kind) -> _Signs:
    parts = titles.parse(pull.title)
    said = f"{pull.title}\n{pull.body}"
    own = f"{kind} {pull.author}"
    return _Signs(
        pull=pull,
        parts=parts,
        follows=frozenset(int(number) for match in _FOLLOWS.finditer(said) for number in match.groups() if number),
        backports=frozenset(int(number) for number in _BACKPORT_OF.findall(said)),
        subject=_BACKPORT_NAME.sub("", parts.text).lower().strip(" ."),
        partless=f"{own} {_without_part(parts.text).lower()}",
        scope=f"{own} {parts.scope.lower()}" if parts.scope else "",
    )


def _without_part(text: str) -> str:
    """A text without the "(part 2)", "2/3" or "again" at its end; most are seen not to have one by their last character."""
    return _PART.sub("", text) if text[-1:].isdigit() or text.endswith((")", "n", "N")) else text


class _Known:
    """The pull requests that have a group, to be found by what they could have in common with another."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
        self._signs: list[tuple[int, _Signs]] = []

    def add(self, signs: _Signs, group: int) -> None:
        """Take in a pull request of a group."""
        place = (group, len(self._signs))
        self._signs.append((group, signs))
        for key in signs.keys:
            self._places.setdefault(key, []).append(place)

    def group(self, signs: _Signs) -> tuple[int, str]:
        """The first group that a pull request belongs to, and why; no words where there is none."""
        for group, place in sorted({place for key in signs.asks for place in self._places.get(key, ())}):
            if why := _why(signs, self._signs[place][1]):
                return group, why
        return -1, ""


def _why(one: _Signs, other: _Signs) -> str:
    """Why a pull request is told with an earlier one of its repository; empty where it isn't."""
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
    """Whether two titles of one scope are about one thing: a narrow scope and a word shared, or two words."""
    shared = _content(one) & _content(two)
    return len(shared) >= (1 if re.search(r"[/.]", one.scope) else 2)


def _content(title: titles.Title) -> frozenset[str]:
    scope = frozenset(re.findall(r"[\w-]+", title.scope.lower()))
    return frozenset(re.findall(r"[\w.-]{2,}\w", title.text.lower())) - _COMMON - scope
