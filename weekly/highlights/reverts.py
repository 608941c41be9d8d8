"""Find the pull requests that undo others of their week or of earlier weeks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from weekly.model import PullRequest
from weekly.text import titles
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.wrappers import MOST_REVERTS, undone_by


class Tie(NamedTuple):
    """A pull request that another one undoes or is undone by, and the reason."""

    other: PullRequest
    why: str


_IN_BODY = lazy_pattern(
    r"^[ \t]*(?:This )?Reverts\s+(?:\"(?P<title>[^\"\n]{8,})\"|(?P<repo>[\w.-]+/[\w.-]+)?(?:#|https://\S+/pull/)(?P<number>\d+))",
    re.IGNORECASE | re.MULTILINE,
)
_MERGE = lazy_pattern(r"^Merge pull request #(\d+)\b")
_NUMBER = lazy_pattern(r"^(?:pr |pull request |changes? (?:of|from|in) )?#(\d+)\b", re.IGNORECASE)
_NUMBER_AT_END = lazy_pattern(r"\s*\(#(\d+)\)[\"”']?$")


def undone(pulls: Sequence[PullRequest]) -> dict[str, Tie]:
    """Return reverts and what they revert in the same week, by ref. A reverted revert undoes nothing."""
    found: dict[str, Tie] = {}
    index = _Index(pulls)
    for revert in sorted(pulls, key=lambda pull: (pull.merged_at, pull.number), reverse=True):
        if revert.ref in found:
            continue
        target = index.target(revert, found)
        if target is not None:
            found[target.ref] = Tie(revert, f"reverted in the same week by {revert.ref}")
            found[revert.ref] = Tie(target, f"reverts {target.ref} of the same week")
    return found


RULE = "revert"
"""The rule of a verdict on a revert of what an earlier post announced."""


def undone_before(pulls: Sequence[PullRequest], earlier: Sequence[PullRequest]) -> dict[str, PullRequest]:
    """Return what the reverts of a week undo of `earlier` weeks, by the reverts' refs."""
    own = {pull.ref for pull in pulls}
    ties = undone([*earlier, *pulls])
    return {ref: tie.other for ref, tie in ties.items() if ref in own and tie.other.ref not in own}


def named(revert: PullRequest, original: PullRequest | None) -> PullRequest:
    """Return a revert whose title names what it undoes, or the same pull request where there is no `original`."""
    return msgspec.structs.replace(revert, title=f'Revert "{original.title}"') if original else revert


def is_revert(pull: PullRequest) -> bool:
    """Return whether a title or description says that a pull request undoes another one."""
    return bool(titles.parse(pull.title).reverts or _IN_BODY.search(_text(pull)))


def _text(pull: PullRequest) -> str:
    """Return the description, or the text of the only commit where the source has no description."""
    return pull.body or (pull.commits[0].body if len(pull.commits) == 1 else "")


class _Index:
    """Finds the pull request that a revert is about."""

    def __init__(self, pulls: Sequence[PullRequest]) -> None:
        self._pulls = sorted(pulls, key=lambda pull: pull.number)
        self._by_number: dict[tuple[str, int], list[PullRequest]] = {}
        self._by_title: dict[tuple[str, str], list[PullRequest]] = {}

    def target(self, revert: PullRequest, known: Mapping[str, Tie]) -> PullRequest | None:
        """Return what a pull request reverts, by title or description, among those that nothing reverts yet."""
        match = _IN_BODY.search(_text(revert))
        quoted = titles.parse(revert.title).reverts or (match["title"] if match and match["title"] else "")
        numbers = _numbers(revert, quoted)
        if not numbers and not quoted:
            return None
        candidates = self._candidates(revert, quoted, numbers)
        return max(
            (pull for pull in candidates if _may_be_reverted(pull, revert) and pull.ref not in known),
            key=lambda pull: pull.number,
            default=None,
        )

    def _candidates(self, revert: PullRequest, quoted: str, numbers: frozenset[int]) -> Iterator[PullRequest]:
        self._fill()
        for number in numbers:
            yield from self._by_number.get((revert.repo, number), ())
        if quoted:
            yield from self._by_title.get((revert.repo, _plain(quoted)), ())
        if revert.title.endswith("…") and len(quoted) > 20:
            begun = quoted.rstrip("… ")
            yield from (pull for pull in self._pulls if pull.title.startswith(begun))

    def _fill(self) -> None:
        """Read the titles once there is a revert, since most weeks have none."""
        if self._by_number:
            return
        for pull in self._pulls:
            self._by_number.setdefault((pull.repo, pull.number), []).append(pull)
            self._by_title.setdefault((pull.repo, _plain(pull.title)), []).append(pull)


def _may_be_reverted(pull: PullRequest, revert: PullRequest) -> bool:
    is_elsewhere = pull.base and revert.base and pull.base != revert.base
    return not is_elsewhere and pull.repo == revert.repo and pull.number < revert.number


def _numbers(revert: PullRequest, quoted: str) -> frozenset[int]:
    body = _IN_BODY.search(_text(revert))
    is_own = body is not None and body["number"] and (not body["repo"] or body["repo"].lower() == revert.repo.lower())
    matches = (_MERGE.match(quoted), _NUMBER.match(quoted), _NUMBER_AT_END.search(quoted))
    found = {int(match[1]) for match in matches if match}
    return frozenset(found | ({int(body["number"])} if body and is_own else set()))


def _plain(title: str) -> str:
    """Return a title without its number, scope and quotes. A revert remains one."""
    text, depth = _bare(title), 0
    while depth < MOST_REVERTS and (inner := undone_by(text)):
        text, depth = _bare(inner), depth + 1
    return "revert " * depth + titles.parse(text).text.lower()


def _bare(title: str) -> str:
    return _NUMBER_AT_END.sub("", title.strip()).rstrip("\"'… ")
