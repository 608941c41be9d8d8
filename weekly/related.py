"""Which pull requests of a week belong together: reverts and what they undo, backports, follow-ups, series."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from weekly import titles
from weekly.model import Kind, PullRequest
from weekly.titles.english import words


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
_COMMON = words(
    "add added adds fix fixes fixed remove removes use uses update updates make makes improve support handle allow rework"
    " move set check ensure change new more some various missing when with from into only don't not instead and the for"
    " that this in on of to a an is are be if by as it its after before during lxc lxd code config option key cleanup"
)


def undone(pulls: Sequence[PullRequest]) -> dict[str, Tie]:
    """Reverts and what they revert in the same week, by ref; a revert that is itself reverted undoes nothing."""
    found: dict[str, Tie] = {}
    for revert in sorted(pulls, key=lambda pull: (pull.merged_at, pull.number), reverse=True):
        if revert.ref in found:
            continue
        target = _reverted(revert, [pull for pull in pulls if pull.ref not in found])
        if target is not None:
            found[target.ref] = Tie(revert, f"reverted in the same week by {revert.ref}")
            found[revert.ref] = Tie(target, f"reverts {target.ref} of the same week")
    return found


def _reverted(revert: PullRequest, pulls: Iterable[PullRequest]) -> PullRequest | None:
    quoted = titles.apart(revert.title).reverts
    body = _REVERTED_NUMBER.search(revert.body)
    merge = _REVERTED_MERGE.match(quoted)
    numbers = {int(match) for match in (merge and merge[1], body and not body["repo"] and body["number"]) if match}
    if body and body["repo"] and body["repo"].lower() == revert.repo.lower():
        numbers.add(int(body["number"]))
    for pull in sorted(pulls, key=lambda pull: pull.number, reverse=True):
        elsewhere = pull.base and revert.base and pull.base != revert.base
        if elsewhere or pull.repo != revert.repo or pull.number >= revert.number:
            continue
        if pull.number in numbers or (quoted and not merge and _same_title(pull.title, quoted, revert.title)):
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
    for pull in sorted(pulls, key=lambda pull: (pull.repo, pull.number)):
        for lead, members in found:
            why = next(
                (why for other in (lead, *(member for member, _ in members)) if (why := _why(pull, other, kinds))), ""
            )
            if why:
                members.append((pull, why))
                break
        else:
            found.append((pull, []))
    return found


def _why(pull: PullRequest, other: PullRequest, kinds: Mapping[str, Kind]) -> str:
    """Why a pull request is told with an earlier one; empty where it isn't."""
    if pull.repo != other.repo:
        return ""
    if _is_backport(pull, other):
        return f"a backport, told with {other.ref}"
    numbers = {
        int(number) for match in _FOLLOWS.finditer(f"{pull.title}\n{pull.body}") for number in match.groups() if number
    }
    if other.number in numbers:
        return f"a follow-up, told with {other.ref}"
    if pull.author != other.author or kinds[pull.ref] is not kinds[other.ref]:
        return ""
    one, two = titles.apart(pull.title), titles.apart(other.title)
    if _PART.sub("", one.text).lower() == _PART.sub("", two.text).lower() and one.text.lower() != two.text.lower():
        return f"a further part, told with {other.ref}"
    if one.scope and one.scope.lower() == two.scope.lower() and _is_series(one, two):
        return f"of one series on {one.scope}, told with {other.ref}"
    return ""


def _is_backport(pull: PullRequest, other: PullRequest) -> bool:
    if pull.base is not None and pull.base == other.base:
        return False
    named = {int(number) for number in _BACKPORT_OF.findall(f"{pull.title}\n{pull.body}")}
    return other.number in named or _subject(pull) == _subject(other)


def _subject(pull: PullRequest) -> str:
    parts = titles.apart(pull.title)
    return _BACKPORT_NAME.sub("", parts.text).lower().strip(" .")


def _is_series(one: titles.Title, two: titles.Title) -> bool:
    """Whether two titles of one scope are about one thing: a narrow scope and a word shared, or two words."""
    shared = _content(one) & _content(two)
    return len(shared) >= (1 if re.search(r"[/.]", one.scope) else 2)


def _content(title: titles.Title) -> frozenset[str]:
    scope = frozenset(re.findall(r"[\w-]+", title.scope.lower()))
    return frozenset(re.findall(r"[\w.-]{2,}\w", title.text.lower())) - _COMMON - scope
