"""Choose the branches of a clone to read, whatever is checked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import msgspec

from weekly.gather.git.command import Git, GitError

_REMOTE, _LOCAL = "refs/remotes/origin/", "refs/heads/"


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A branch by its name on GitHub, and its newest commit."""

    name: str
    tip: str


class Branches(msgspec.Struct, frozen=True, kw_only=True):
    """The default branch, then those that the patterns name, and the patterns that match none."""

    branches: tuple[Branch, ...]
    unmatched: tuple[str, ...] = ()


def find(git: Git, patterns: Sequence[str]) -> Branches:
    """Return the branches as origin had them, or the clone's own where it has no origin.

    "*" alone names no branch, since unmerged work lies in branches too. What two branches share belongs to the first.
    """
    listed = git.lines("for-each-ref", "--format=%(objectname) %(refname) %(symref)", _REMOTE, _LOCAL)
    refs: dict[str, tuple[str, str]] = {}
    for line in listed:
        tip, name, target = line.split(" ")
        refs[name] = (tip, target)
    prefix = _prefix(git, refs)
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


def _prefix(git: Git, refs: Mapping[str, object]) -> str:
    """Return where the branches are. In a bare clone `refs/remotes/origin` may be whatever somebody pushed there."""
    is_bare = git.lines("rev-parse", "--is-bare-repository", missing=()) == ["true"]
    has_local, has_remote = (any(name.startswith(prefix) for name in refs) for prefix in (_LOCAL, _REMOTE))
    return _REMOTE if has_remote and not (is_bare and has_local) else _LOCAL


def _default(git: Git, prefix: str, tips: Mapping[str, str], refs: Mapping[str, tuple[str, str]]) -> str:
    """Return what origin's HEAD points to, else the branch that is checked out, else the only branch."""
    remote = refs.get(f"{_REMOTE}HEAD", ("", ""))[1].removeprefix(_REMOTE) if prefix == _REMOTE else ""
    head = git.lines("symbolic-ref", "--quiet", "HEAD", missing=())
    checked_out = [line.removeprefix(_LOCAL) for line in head]
    only = list(tips) if len(tips) == 1 else []
    guesses = [remote, *checked_out, *only]
    default = next((name for name in guesses if name in tips), None)
    if default is None:
        raise GitError("its default branch is not known", hint="run: git remote set-head origin --auto")
    return default
