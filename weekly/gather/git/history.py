"""Find the commits that landed pull requests on the main line of a clone's branches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import NamedTuple

import msgspec

from weekly.gather.base import Span, Tag
from weekly.gather.git import merge_message
from weekly.gather.git.command import Git, GitError, rows

_REMOTE, _LOCAL, _TAGS = "refs/remotes/origin/", "refs/heads/", "refs/tags/"
_COLUMNS = ("HEAD", "creatordate:unix", "objectname", "*objectname", "refname", "symref")
_FORMAT = ("-z", "--no-show-signature", "--encoding=UTF-8", "--format=%H%x00%P%x00%ct%x00%B")
_LAST = 1 << 30
_LATEST = 253_402_214_400
"""The last day that a datetime can hold. Commits and tags can claim any time, or none."""


def read_refs(git: Git, patterns: Sequence[str], *, is_bare: bool) -> tuple[dict[str, str], tuple[Tag, ...]]:
    """Return the tips of the default branch and of those that the patterns name, as origin had them, and the tags.

    A clone without origin has its own. "*" alone names no branch, since unmerged work lies in branches too. What two
    branches share belongs to the first. A tag of a tree or a file has no time and is left out.
    """
    columns = "%00".join(f"%({field})" for field in _COLUMNS)
    given = git.lines("for-each-ref", f"--format={columns}", "--sort=creatordate", _REMOTE, _LOCAL, _TAGS)
    refs = [line.split("\0") for line in given]
    tags = tuple(
        Tag(name.removeprefix(_TAGS), commit or tip, datetime.fromtimestamp(_time(at), UTC))
        for _, at, tip, commit, name, _ in refs
        if name.startswith(_TAGS) and at
    )
    branches = [(head, tip, name, target) for head, _, tip, _, name, target in refs if not name.startswith(_TAGS)]
    has_local, has_remote = (any(row[2].startswith(prefix) for row in branches) for prefix in (_LOCAL, _REMOTE))
    # In a bare clone `refs/remotes/origin` may be whatever somebody pushed there.
    prefix = _REMOTE if has_remote and not (is_bare and has_local) else _LOCAL
    own = sorted((name, tip) for _, tip, name, target in branches if name.startswith(prefix) and not target)
    tips = {name.removeprefix(prefix): tip for name, tip in own}
    if not tips:
        raise GitError("it has no commits", hint="fetch, or clone it anew")
    guesses = [target.removeprefix(prefix) for _, _, name, target in branches if name == f"{prefix}HEAD"]
    guesses += [name.removeprefix(_LOCAL) for head, _, name, _ in branches if head == "*"]
    default = next((name for name in [*guesses, *(tips if len(tips) == 1 else ())] if name in tips), None)
    if default is None:
        raise GitError("its default branch is not known", hint="run: git remote set-head origin --auto")
    wanted = [name for pattern in patterns if pattern != "*" for name in tips if fnmatchcase(name, pattern)]
    return {name: tips[name] for name in (default, *wanted)}, tags


class Landing(msgspec.Struct, frozen=True, kw_only=True):
    """A commit that landed a pull request.

    `index` counts from the branch's tip, `step` within a rollup. `is_joint`: the commit landed others too, and
    `parents` has the base and the tip of this one. `owner` has the branch, where the message names it.
    """

    sha: str
    parents: tuple[str, ...]
    at: int
    number: int
    branch: str
    index: int
    step: int = _LAST
    owner: str = ""
    is_joint: bool = False
    is_rollup: bool = False

    @property
    def merged_at(self) -> datetime:
        """The committer's time. The author's may be years older."""
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def is_merge(self) -> bool:
        """Tell whether the commit has several parents."""
        return len(self.parents) > 1


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Every pull request that landed, each once, by number.

    `unread` has the times and branches of commits that name none, or one of another repository. `newest` is the time of the
    latest commit, `reaches` the time since which nothing is missing, None where the history is complete.
    """

    landings: tuple[Landing, ...]
    unread: tuple[tuple[int, str], ...]
    newest: datetime
    reaches: datetime | None = None

    def within(self, span: Span) -> tuple[Landing, ...]:
        """Return what landed in a span, by number."""
        first, end = span.start.timestamp(), span.end.timestamp()
        return tuple(landing for landing in self.landings if first <= landing.at < end)

    def unread_within(self, span: Span, patterns: Sequence[str]) -> tuple[datetime, ...]:
        """Return the times of the commits in a span that name no pull request, on branches that patterns name."""
        first, end = span.start.timestamp(), span.end.timestamp()
        return tuple(
            datetime.fromtimestamp(at, UTC)
            for at, branch in self.unread
            if first <= at < end and any(fnmatchcase(branch, pattern) for pattern in patterns)
        )


class _Named(NamedTuple):
    """A pull request that a commit names. `title` is a hash of its title."""

    number: int
    owner: str
    title: int


class _Step(msgspec.Struct, frozen=True):
    """The data of each commit of the walk, small so that long histories fit."""

    parents: str
    at: int
    numbers: tuple[_Named, ...]
    is_copy: bool
    is_rollup: bool


def read(git: Git, branches: Mapping[str, str], shallow: frozenset[str], *, repo: str) -> History:
    """Walk all branches to their beginnings in one process.

    Git's --since stops at the first commit that claims to be older, and clocks go wrong.
    """
    steps = {
        sha: _step(parents, _time(at), message, repo)
        for sha, parents, at, message in rows(
            git.fields("log", "--first-parent", *_FORMAT, *branches.values(), "--"), 4
        )
    }
    found: dict[int, _Found] = {}
    ends, unread = [], []
    for branch, sha, index in _main_lines(branches, steps):
        step = steps[sha]
        if sha in shallow:
            ends.append(step.at)
        if not step.numbers:
            unread.append((step.at, branch))
        for landing, named in zip(_landings(sha, step, branch, index), step.numbers, strict=True):
            new, old = _Found(landing, step.is_copy, named.title), found.get(landing.number)
            if old is not None and _is_imported(new, old):
                first, new = sorted((old, new), key=lambda one: one.landing.at)
                unread.append((first.landing.at, first.landing.branch))
                found[landing.number] = new
            # The first one counts: others are backports, copies, or landed anew after a revert.
            elif old is None or (new.is_copy, landing.at) < (old.is_copy, old.landing.at):
                found[landing.number] = new
    return History(
        landings=tuple(found[number].landing for number in sorted(found)),
        unread=tuple(unread),
        newest=datetime.fromtimestamp(max(step.at for step in steps.values()), UTC),
        reaches=datetime.fromtimestamp(max(ends), UTC) if ends else None,
    )


class _Found(NamedTuple):
    """The first landing of a number, whether it is a copy, and a hash of its title."""

    landing: Landing
    is_copy: bool
    title: int


_APART = 90 * 24 * 3600
"""Seconds between two landings of one number under other titles, from which they are two pull requests."""


def _is_imported(one: _Found, other: _Found) -> bool:
    """Tell whether one number stands for two pull requests, the older of which came with another repository's history."""
    is_plain = not (one.is_copy or other.is_copy) and one.landing.branch == other.landing.branch
    return is_plain and one.title != other.title and abs(one.landing.at - other.landing.at) >= _APART


def with_rollups(git: Git, landings: Sequence[Landing], known: History) -> tuple[Landing, ...]:
    """Add the pull requests of a rollup, whose branch has a merge of each."""
    numbers = {landing.number for landing in known.landings}
    added: list[Landing] = []
    for landing in landings:
        if not landing.is_rollup or len(landing.parents) != 2:
            continue
        base, tip = landing.parents
        fields = git.fields(
            "log", "--first-parent", "--reverse", "--grep=^Rollup merge of #", *_FORMAT, f"{base}..{tip}"
        )
        for step, (sha, parents, _, message) in enumerate(rows(fields, 4)):
            for part in merge_message.read(message):
                if part.number not in numbers and message.startswith("Rollup merge of #"):
                    numbers.add(part.number)
                    added.append(
                        msgspec.structs.replace(
                            landing,
                            sha=sha,
                            parents=tuple(parents.split()),
                            number=part.number,
                            owner=part.owner,
                            step=step,
                            is_rollup=False,
                        )
                    )
    return tuple(sorted([*landings, *added], key=lambda landing: landing.number))


def _time(seconds: str) -> int:
    return min(int(seconds or 0), _LATEST)


def _step(parents: str, at: int, message: str, repo: str) -> _Step:
    named = merge_message.read(message, repo=repo)
    numbers = tuple(_Named(part.number, part.owner, hash(part.title.lower())) for part in named)
    is_copy = " " not in parents and bool(numbers) and merge_message.is_merge_subject(message)
    return _Step(parents, at, numbers, is_copy, is_rollup="\nRollup of " in message)


def _landings(sha: str, step: _Step, branch: str, index: int) -> Iterator[Landing]:
    base, *tips = step.parents.split() or [""]
    is_joint = len(step.numbers) > 1 and len(tips) == len(step.numbers)
    for position, (number, owner, _) in enumerate(step.numbers):
        parents = (base, tips[position]) if is_joint else tuple(step.parents.split())
        yield Landing(
            sha=sha,
            parents=parents,
            at=step.at,
            number=number,
            branch=branch,
            index=index,
            step=_LAST + position,
            owner=owner,
            is_joint=is_joint,
            is_rollup=step.is_rollup,
        )


def _main_lines(branches: Mapping[str, str], steps: dict[str, _Step]) -> Iterator[tuple[str, str, int]]:
    """Yield each commit with the first branch that has it. Shared commits belong to main."""
    seen: set[str] = set()
    for branch, tip in branches.items():
        sha, index = tip, 0
        while sha in steps and sha not in seen:
            seen.add(sha)
            yield branch, sha, index
            sha, index = steps[sha].parents.partition(" ")[0], index + 1
