"""Split scopes and paths into the names that they have."""

from __future__ import annotations

import re
from typing import NamedTuple

from weekly.config.rules import PrefixRules
from weekly.model import PullRequest
from weekly.text.patterns import lazy_pattern

_TYPED = lazy_pattern(r"(?P<type>[^()!]+)(?:\((?P<scope>[^()]*)\))?!?")
_TYPES = frozenset(("build", "chore", "revert", "style", *PrefixRules(housekeeping=()).names()))
"""The types of conventional commits, none of which names a part of a project. Other housekeeping may be a command: "lint"."""
_PARTS = lazy_pattern(r"[/:.,]|\s+")


class Scope(NamedTuple):
    """A scope in small letters with its segments: "lxd/storage/zfs". `named` is that with its repository: "lxd: zfs"."""

    whole: str
    segments: list[str]
    named: str


def parts_of(path: str) -> tuple[str, ...]:
    """Return the folders of a file and its name without the ending."""
    *folders, name = path.split("/")
    return (*folders, name.partition(".")[0])


def own_names(repo: str) -> frozenset[str]:
    """Return the words of a repository's owner and name, which name no part of it."""
    return frozenset(re.split(r"[/-]", repo.lower()))


def read_scope(pull: PullRequest, named: str) -> Scope:
    """Read a scope without the types of conventional commits: "fix(zfs)" is "zfs"."""
    scopes = [without_type(scope) for scope in named.split(": ")]
    whole = "/".join(scope for scope in scopes if scope).replace(" ", "-").lower()
    segments = [segment for segment in _PARTS.split(whole if "/" in whole else whole.replace("-", " ")) if segment]
    return Scope(whole, segments, f"{pull.repo.rpartition('/')[2].lower()}: {whole}")


def without_type(scope: str) -> str:
    """Return a scope without the type of a conventional commit: "fix(zfs)" is "zfs"."""
    match = _TYPED.fullmatch(scope)
    return ((match["scope"] or "") if match and match["type"].strip().lower() in _TYPES else scope).strip()
