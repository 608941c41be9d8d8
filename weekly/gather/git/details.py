"""Read the messages, commits, files and added lines of landings, in few processes however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from weekly.gather.base import COMMITS, FILES, PATCH_LINES, clean, has_room_for, unmoved, without_addresses
from weekly.gather.git.command import Git, GitError, rows
from weekly.gather.git.history import Landing
from weekly.model import FileChange, Patch
from weekly.text.patterns import lazy_pattern

_LOG = ("log", "-z", "--no-show-signature", "--encoding=UTF-8", "--stdin")
_FORMAT = "--format=%H%x00%P%x00%aN%x00%aE%x00%ae%x00%B"
_DIFF = ("diff-tree", "--stdin", "-r", "--root", "--no-ext-diff", "--no-textconv", "--diff-algorithm=myers")
_PATCH = ("-p", "-U0", "--no-renames", "--no-color", "--src-prefix=a/", "--dst-prefix=b/")
_COMMIT = lazy_pattern(r"[0-9a-f]{40,64}")


class CommitRecord(NamedTuple):
    """A commit. `author` and `address` go by .mailmap, `own_address` is as it was written."""

    parents: str
    author: str
    address: str
    own_address: str
    message: str


BranchCommits = Sequence[CommitRecord] | None
"""The commits of a merged branch, the oldest first, one more than is kept if there are more.

None where the clone was cut off, so that the beginning of the branch is unknown.
"""


def landing_commits(git: Git, landings: Sequence[Landing]) -> dict[str, CommitRecord]:
    """Return the landing commits themselves, by their SHA."""
    wanted = dict.fromkeys(landing.sha for landing in landings)
    return _commits(git, "--no-walk=unsorted", revisions=wanted) if wanted else {}


def _commits(git: Git, *options: str, revisions: Iterable[str]) -> dict[str, CommitRecord]:
    """Return commits by their SHA, in git's order."""
    fields = git.fields(*_LOG, _FORMAT, *options, stdin=revisions)
    return {sha: CommitRecord(*columns) for sha, *columns in rows(fields, 6)}


def branch_commits(git: Git, landings: Sequence[Landing], shallow: frozenset[str]) -> dict[int, BranchCommits]:
    """Return the commits of each merged branch that its base didn't have, with one process a base branch."""
    merges = [landing for landing in landings if landing.is_merge]
    commits: dict[int, BranchCommits] = {}
    for name in sorted({landing.branch for landing in merges}):
        oldest_first = sorted(
            (landing for landing in merges if landing.branch == name),
            key=lambda landing: (-landing.index, landing.step),
        )
        commits.update(_commits_along(git, oldest_first, shallow))
    return commits


def compared(git: Git, landings: Sequence[Landing]) -> dict[int, tuple[str, str]]:
    """Return the commit with each landing's changes and the one to compare it with, by number."""
    pairs = {}
    for landing in landings:
        base, tip = landing.parents[0] if landing.parents else "", landing.sha
        if landing.is_joint:
            tip = landing.parents[1]
            base = next(iter(git.lines("merge-base", base, tip, missing=())), base)
        pairs[landing.number] = (tip, base)
    return pairs


def changed_files(
    git: Git, pairs: Mapping[int, tuple[str, str]]
) -> tuple[Mapping[int, tuple[FileChange, ...]], tuple[str, ...]]:
    """Return the files that each landing changed, one more than is kept if there are more, and what the clone lacks.

    A partial clone may lack contents to count lines by, or even folders: then there are paths alone, or nothing.
    """
    wanted = dict.fromkeys(" ".join(pair).strip() for pair in pairs.values())
    attempts = (
        (_sized, ("--find-renames", "--numstat"), ()),
        (_named, ("--no-renames", "--raw"), ("files.sizes",)),
    )
    for read, options, lacks in attempts if wanted else ():
        files: dict[str, list[FileChange]] = defaultdict(list)
        try:
            for sha, change in read(git.fields(*_DIFF, "-z", *options, stdin=wanted)):
                if len(files[sha]) <= FILES:
                    files[sha].append(change)
        except GitError:
            continue
        return {number: tuple(files.get(sha, ())) for number, (sha, _) in pairs.items()}, lacks
    return {}, ("files",) if wanted else ()


def _commits_along(git: Git, merges: Sequence[Landing], shallow: frozenset[str]) -> Iterator[tuple[int, BranchCommits]]:
    """Yield the commits that each merge of a branch adds, the oldest merge first."""
    tips = [tip for merge in merges for tip in merge.parents[1:]]
    wanted = [f"^{merges[0].parents[0]}", merges[-1].parents[0], *tips]
    records = _commits(git, "--topo-order", "--reverse", revisions=dict.fromkeys(wanted))
    parents = {sha: record.parents.split() for sha, record in records.items()}
    order = {sha: index for index, sha in enumerate(records)}
    for merge in merges:
        _take_reachable(merge.parents[:1], parents)
        own_commits = sorted(_take_reachable(merge.parents[1:], parents), key=order.__getitem__)
        is_complete = shallow.isdisjoint(own_commits)
        yield merge.number, [records[sha] for sha in own_commits[: COMMITS + 1]] if is_complete else None


def _take_reachable(tips: Sequence[str], parents: dict[str, list[str]]) -> list[str]:
    """Remove from `parents` what can be reached from `tips`, and return it."""
    taken, ahead = [], list(tips)
    while ahead:
        sha = ahead.pop()
        above = parents.pop(sha, None)
        if above is not None:
            taken.append(sha)
            ahead += above
    return taken


def _sized(fields: Iterator[str]) -> Iterator[tuple[str, FileChange]]:
    """Yield paths with lines added and deleted. Binary files have none, and a renamed file has its new name."""
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


def patches(
    git: Git, pairs: Mapping[int, tuple[str, str]], patterns: Sequence[str]
) -> tuple[Mapping[int, tuple[Patch, ...]], tuple[str, ...]]:
    """Return each landing's patches, by number, with one process for all, or that the clone lacks them.

    `pairs` has the commit with a landing's changes and the one to compare it with.
    """
    if not pairs or not patterns:
        return {}, ()
    wanted = dict.fromkeys(" ".join(pair).strip() for pair in pairs.values())
    # Git's own "*" matches "/" too, as fnmatch's does; a folder's name matches all within it, which fnmatch undoes.
    paths = [f":(top){pattern}" for pattern in patterns]
    patches: dict[str, list[Patch]] = defaultdict(list)
    try:
        lines = git.fields(*_DIFF, *_PATCH, "--", *paths, stdin=wanted, end=b"\n")
        for sha, patch in _patches(lines):
            if has_room_for(patches[sha], patch) and any(fnmatchcase(patch.path, pattern) for pattern in patterns):
                patches[sha].append(patch)
    except GitError:  # a partial clone lacks the files' contents
        return {}, ("patches",)
    return {number: tuple(patches[sha]) for number, (sha, _) in pairs.items() if sha in patches}, ()


def _patches(lines: Iterator[str]) -> Iterator[tuple[str, Patch]]:
    """Yield the patches of a diff with the commit they belong to. Quoted paths and binary files are left out."""
    sha, path, is_new, in_hunk = "", "", False, False
    changed: dict[str, list[str]] = {"+": [], "-": [], "\\": []}
    for line in lines:
        if in_hunk and line.startswith(tuple(changed)):  # all lines of a hunk without context
            if len(changed[line[0]]) < PATCH_LINES:
                changed[line[0]].append(without_addresses(line[1:]))
            continue
        in_hunk = line.startswith("@@ ")
        is_commit = bool(_COMMIT.fullmatch(line))
        if is_commit or line.startswith("diff --git "):
            yield from _patch(sha, path, changed, is_new=is_new)
            path, is_new, changed = "", False, {sign: [] for sign in changed}
        if is_commit:
            sha = line
        elif line.startswith("new file mode "):
            is_new = True
        elif line.startswith("+++ b/"):
            path = line.removeprefix("+++ b/").removesuffix("\t")
    yield from _patch(sha, path, changed, is_new=is_new)


def _patch(sha: str, path: str, changed: Mapping[str, list[str]], *, is_new: bool) -> Iterator[tuple[str, Patch]]:
    """Yield a file's patch, if it adds lines."""
    added = unmoved(changed["+"], frozenset(changed["-"]))
    if path and added:
        yield sha, Patch(path=path, added=added, is_new=is_new)
