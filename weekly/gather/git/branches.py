"""Which branches of a clone to read: what was fetched, not what is checked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import msgspec

from weekly.gather.git.command import Git, GitError

_REMOTE, _LOCAL = "refs/remotes/origin/", "refs/heads/"


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A branch by the name that GitHub knows it by, and its newest commit."""

    name: str
    tip: str


class Branches(msgspec.Struct, frozen=True, kw_only=True):
    """The default branch first, then those that the patterns name; and the patterns that fit none."""

    branches: tuple[Branch, ...]
    unmatched: tuple[str, ...] = ()


def find(git: Git, patterns: Sequence[str]) -> Branches:
    """The branches as origin had them, or the clone's own where it has no origin, as in a bare clone.

    A bare "*" names no branch: unmerged work lies in branches too. The order of the patterns decides which of two
    branches has what they share.
    """
    shown = git.lines("for-each-ref", "--format=%(objectname) %(refname) %(symref)", _REMOTE, _LOCAL)
    refs: dict[str, tuple[str, str]] = {}
    for line in shown:
        tip, name, target = line.split(" ")
        refs[name] = (tip, target)
    prefix = _REMOTE if any(name.startswith(_REMOTE) for name in refs) else _LOCAL
    tips = {
        name.removeprefix(prefix): tip
        for name, (tip, target) in sorted(refs.items())
        if name.startswith(prefix) and not target
    }
    if not tips:
        raise GitError("it has no commits", hint="fetch, or clone it anew")
    default = _default(git, prefix, tips, refs)
    names = [default]
    wanted = [pattern for pattern in patterns if pattern != "*"]
    for pattern in wanted:
        names += [name for name in tips if fnmatchcase(name, pattern)]
    return Branches(
        branches=tuple(Branch(name=name, tip=tips[name]) for name in dict.fromkeys(names)),
        unmatched=tuple(pattern for pattern in wanted if not any(fnmatchcase(name, pattern) for name in tips)),
    )


def _default(git: Git, prefix: str, tips: Mapping[str, str], refs: Mapping[str, tuple[str, str]]) -> str:
    """What origin's HEAD points to; else the branch that is checked out, or the only one there is."""
    told = refs.get(f"{_REMOTE}HEAD", ("", ""))[1].removeprefix(_REMOTE) if prefix == _REMOTE else ""
    head = git.lines("symbolic-ref", "--quiet", "HEAD", missing=())
    checked_out = [line.removeprefix(_LOCAL) for line in head]
    only = list(tips) if len(tips) == 1 else []
    guesses = [told, *checked_out, *only]
    found = next((name for name in guesses if name in tips), None)
    if found is None:
        raise GitError("it doesn't tell the default branch", hint="run: git remote set-head origin --auto")
    return found
