"""The first-parent history of a clone's branches: which commits landed which pull requests, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from weekly.gather.base import Span
from weekly.gather.git.branches import Branch
from weekly.gather.git.command import Git, rows
from weekly.gather.git.merge_message import number_of


class Landing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A commit by which a pull request landed; `place` counts from the branch's tip."""

    sha: str
    parents: tuple[str, ...]
    at: int
    number: int
    branch: str
    place: int

    @property
    def merged_at(self) -> datetime:
        """The committer's time: an author's may be years older."""
        return datetime.fromtimestamp(self.at, UTC)


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Every pull request that landed, each once; `newest` is the time of the latest commit seen.

    `reaches` is the time from which on nothing is missing; None where all is there.
    """

    landings: tuple[Landing, ...]
    newest: datetime
    reaches: datetime | None = None

    def within(self, span: Span) -> tuple[Landing, ...]:
        """What landed in a span, by number."""
        first, end = span.start.timestamp(), span.end.timestamp()
        return tuple(landing for landing in self.landings if first <= landing.at < end)


class _Step(msgspec.Struct, frozen=True, gc=False):
    """A commit on the way: what is kept of each, so that the whole way fits."""

    parents: str
    at: int
    number: int | None


def read(git: Git, branches: Sequence[Branch], shallow: frozenset[str]) -> History:
    """Walk the branches in one go, all of them to their beginnings.

    Git's own --since stops at the first commit that claims to be older, and clocks go wrong; the whole walk of ten
    thousand merges takes a third of a second.
    """
    steps = {}
    tips = [branch.tip for branch in branches]
    options = ("--first-parent", "-z", "--no-show-signature", "--encoding=UTF-8", "--format=%H%x00%P%x00%ct%x00%s")
    for sha, parents, at, subject in rows(git.fields("log", *options, *tips, "--"), 4):
        steps[sha] = _Step(parents, int(at), number_of(subject, parents=parents.count(" ") + 1))
    landings: dict[int, Landing] = {}
    ends = []
    for branch, sha, place in _ways(branches, steps):
        step = steps[sha]
        if sha in shallow:
            ends.append(step.at)
        if step.number is None or (step.number in landings and landings[step.number].at <= step.at):
            continue  # landed before: a backport, a copy, or landed anew after a revert
        landings[step.number] = Landing(
            sha=sha,
            parents=tuple(step.parents.split()),
            at=step.at,
            number=step.number,
            branch=branch.name,
            place=place,
        )
    return History(
        landings=tuple(landings[number] for number in sorted(landings)),
        newest=datetime.fromtimestamp(max(step.at for step in steps.values()), UTC),
        reaches=datetime.fromtimestamp(max(ends), UTC) if ends else None,
    )


def _ways(branches: Sequence[Branch], steps: dict[str, _Step]) -> Iterator[tuple[Branch, str, int]]:
    """Each commit with the first of the branches that it is on: what a release branch shares with main is main's."""
    seen: set[str] = set()
    for branch in branches:
        sha, place = branch.tip, 0
        while sha in steps and sha not in seen:
            seen.add(sha)
            yield branch, sha, place
            sha, place = steps[sha].parents.partition(" ")[0], place + 1
