"""Find the pull requests of a week that undo each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from weekly.model import PullRequest
from weekly.text import titles
from weekly.text.titles.wrappers import undone_by


class Tie(NamedTuple):
    """A pull request that another one undoes or is undone by, and the reason."""

    other: PullRequest
    why: str


_IN_BODY = re.compile(
    r"^[ \t]*(?:This )?Reverts\s+(?P<repo>[\w.-]+/[\w.-]+)?(?:#|https://\S+/pull/)(?P<number>\d+)",
    re.IGNORECASE | re.MULTILINE,
)
_MERGE = re.compile(r"^Merge pull request #(\d+)\b")
_NUMBER = re.compile(r"^(?:pr |pull request |changes? (?:of|from|in) )?#(\d+)\b", re.IGNORECASE)
_NUMBER_AT_END = re.compile(r"\s*\(#(\d+)\)[\"”']?$")


def undone(pulls: Sequence[PullRequest]) -> dict[str, Tie]:
    """Return reverts and what they revert in the same week, by ref; a revert that is itself reverted undoes nothing."""
    found: dict[str, Tie] = {}
    for revert in sorted(pulls, key=lambda pull: (pull.merged_at, pull.number), reverse=True):
        if revert.ref in found:
            continue
        target = _target(revert, pulls, found)
        if target is not None:
            found[target.ref] = Tie(revert, f"reverted in the same week by {revert.ref}")
            found[revert.ref] = Tie(target, f"reverts {target.ref} of the same week")
    return found


def _target(revert: PullRequest, pulls: Iterable[PullRequest], known: Mapping[str, Tie]) -> PullRequest | None:
    """Return what a pull request reverts, by its title or description, among those that nothing reverts yet."""
    quoted = titles.parse(revert.title).reverts
    numbers = _numbers(revert, quoted)
    if not numbers and not quoted:
        return None
    for pull in sorted(pulls, key=lambda pull: pull.number, reverse=True):
        is_elsewhere = pull.base and revert.base and pull.base != revert.base
        if is_elsewhere or pull.repo != revert.repo or pull.number >= revert.number or pull.ref in known:
            continue
        if pull.number in numbers or (quoted and _is_title(pull.title, quoted, revert.title)):
            return pull
    return None


def _numbers(revert: PullRequest, quoted: str) -> frozenset[int]:
    body = _IN_BODY.search(revert.body)
    is_own = body is not None and (not body["repo"] or body["repo"].lower() == revert.repo.lower())
    matches = (_MERGE.match(quoted), _NUMBER.match(quoted), _NUMBER_AT_END.search(quoted))
    found = {int(match[1]) for match in matches if match}
    return frozenset(found | ({int(body["number"])} if body and is_own else set()))


def _is_title(title: str, quoted: str, revert: str) -> bool:
    if _plain(title) == _plain(quoted):
        return True
    return revert.endswith("…") and len(quoted) > 20 and title.startswith(quoted.rstrip("… "))


def _plain(title: str) -> str:
    """Return a title without its number, scope and quotes; a revert keeps that it is one."""
    text = _NUMBER_AT_END.sub("", title.strip()).rstrip("\"'… ")
    inner = undone_by(text)
    return f"revert {_plain(inner)}" if inner else titles.parse(text).text.lower()
