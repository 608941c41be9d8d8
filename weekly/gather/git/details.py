"""What landings brought with them: messages, commits and files, in a few processes for however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from weekly.gather.base import COMMITS, FILES, clean
from weekly.gather.git.command import Git, GitError, rows
from weekly.gather.git.history import Landing
from weekly.model import FileChange

_LOG = ("log", "-z", "--no-show-signature", "--encoding=UTF-8", "--stdin")
_DIFF = ("diff-tree", "--stdin", "-r", "-z", "--root", "--no-ext-diff", "--no-textconv", "--diff-algorithm=myers")


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A commit as it stands in the history."""

    author: str
    address: str
    message: str
    is_merge: bool = False


class Branched(msgspec.Struct, frozen=True, kw_only=True):
    """The commits of a merged branch, the oldest first, and whether there are more."""

    commits: tuple[Written, ...] = ()
    is_cut: bool = False


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """The files that landings touched, and which of them touched more; `lacks` is what the clone couldn't tell."""

    files: Mapping[str, tuple[FileChange, ...]]
    more: frozenset[str] = frozenset()
    lacks: tuple[str, ...] = ()


def landed(git: Git, landings: Sequence[Landing]) -> dict[str, Written]:
    """The landing commits themselves."""
    if not landings:
        return {}
    wanted = [landing.sha for landing in landings]
    fields = git.fields(*_LOG, "--no-walk=unsorted", "--format=%H%x00%an%x00%ae%x00%B", stdin=wanted)
    return {
        sha: Written(author=author, address=address, message=message)
        for sha, author, address, message in rows(fields, 4)
    }


def branched(git: Git, landings: Sequence[Landing], shallow: frozenset[str]) -> dict[str, Branched]:
    """The commits of each merged branch that its base didn't have: one process for each base branch.

    Where the clone was cut off, a branch's beginning can't be told from what it was based on: then none is given.
    """
    merges = [landing for landing in landings if len(landing.parents) > 1]
    found: dict[str, Branched] = {}
    for name in sorted({landing.branch for landing in merges}):
        line = sorted((one for one in merges if one.branch == name), key=lambda one: -one.place)
        found.update(_along(git, line, shallow))
    return found


def touched(git: Git, landings: Sequence[Landing]) -> Touched:
    """The files that each landing changed on its branch.

    A partial clone has no contents to count lines by, or not even folders: then there are paths alone, or nothing.
    """
    if not landings:
        return Touched(files={})
    wanted = [" ".join((landing.sha, *landing.parents[:1])) for landing in landings]
    ways = (
        (_sized(git.fields(*_DIFF, "--find-renames", "--numstat", stdin=wanted)), ()),
        (_named(git.fields(*_DIFF, "--no-renames", "--raw", stdin=wanted)), ("files.sizes",)),
    )
    for changes, lacks in ways:
        files: dict[str, list[FileChange]] = {}
        more = set()
        try:
            for sha, change in changes:
                known = files.setdefault(sha, [])
                if len(known) < FILES:
                    known.append(change)
                else:
                    more.add(sha)
        except GitError:
            continue
        return Touched(files={sha: tuple(known) for sha, known in files.items()}, more=frozenset(more), lacks=lacks)
    return Touched(files={}, lacks=("files",))


def _along(git: Git, line: Sequence[Landing], shallow: frozenset[str]) -> Iterator[tuple[str, Branched]]:
    """Merges of one branch, the oldest first: each has what it reaches and none before it did."""
    wanted = [f"^{line[0].parents[0]}", line[-1].parents[0], *(tip for merge in line for tip in merge.parents[1:])]
    fields = git.fields(
        *_LOG, "--topo-order", "--reverse", "--format=%H%x00%P%x00%an%x00%ae%x00%B", stdin=dict.fromkeys(wanted)
    )
    parents: dict[str, list[str]] = {}
    written: dict[str, Written] = {}
    order: dict[str, int] = {}
    for sha, above, author, address, message in rows(fields, 5):
        parents[sha] = above.split()
        order[sha] = len(order)
        written[sha] = Written(author=author, address=address, message=message, is_merge=" " in above)
    for merge in line:
        _reach(merge.parents[:1], parents)
        mine = sorted(_reach(merge.parents[1:], parents), key=order.__getitem__)
        if not shallow.isdisjoint(mine):
            yield merge.sha, Branched(is_cut=True)
        else:
            told = tuple(written[sha] for sha in mine[:COMMITS])
            yield merge.sha, Branched(commits=told, is_cut=len(mine) > COMMITS)


def _reach(tips: Sequence[str], parents: dict[str, list[str]]) -> list[str]:
    """Take out what can be reached from `tips`, so that nobody has it after."""
    found, ahead = [], list(tips)
    while ahead:
        sha = ahead.pop()
        above = parents.pop(sha, None)
        if above is not None:
            found.append(sha)
            ahead += above
    return found


def _sized(fields: Iterator[str]) -> Iterator[tuple[str, FileChange]]:
    """Paths with lines added and deleted; binary files have none, and of a renamed one the new name counts."""
    sha = ""
    for field in fields:
        added, tab, rest = field.partition("\t")
        if not tab:
            sha = field.strip()
            continue
        deleted, _, path = rest.partition("\t")
        if not path:
            next(fields, "")
            path = next(fields, "")
        additions, deletions = (int(count) if count.isdecimal() else 0 for count in (added, deleted))
        yield sha, FileChange(path=clean(path), additions=additions, deletions=deletions)


def _named(fields: Iterator[str]) -> Iterator[tuple[str, FileChange]]:
    sha = ""
    for field in fields:
        if field.startswith(":"):
            yield sha, FileChange(path=clean(next(fields, "")))
        else:
            sha = field.strip()
