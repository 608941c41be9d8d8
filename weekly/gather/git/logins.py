"""Whose login goes with which author: learned from the merges that name the fork a branch came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from weekly.gather.git.command import Git, rows
from weekly.gather.git.history import Landing
from weekly.gather.git.merge_message import owner_of

_LEAST, _SHARE = 2, 2 / 3
"""How often an author must have been seen with a login, and in which part of all cases."""


def learn(git: Git, landings: Sequence[Landing], *, apart: str) -> Mapping[str, str]:
    """Logins by addresses and names, in lower case; branches in the repository's own account, `apart`, tell nothing."""
    merges = {landing.sha: landing.parents[1] for landing in landings if len(landing.parents) > 1}
    owners = {}
    for sha, subject in rows(_log(git, "%H%x00%s", merges), 2):
        owner = owner_of(subject)
        if owner and owner.casefold() != apart.casefold():
            owners[merges[sha]] = owner
    votes: dict[str, Counter[str]] = {}
    for sha, *keys in rows(_log(git, "%H%x00%an%x00%ae", dict.fromkeys(owners)), 3):
        for key in dict.fromkeys(key.casefold() for key in keys):
            votes.setdefault(key, Counter())[owners[sha]] += 1
    return {key: login for key, counted in votes.items() if (login := _won(counted))}


def _log(git: Git, form: str, wanted: Mapping[str, object]) -> Iterator[str]:
    options = ("-z", "--no-show-signature", "--encoding=UTF-8", "--no-walk=unsorted", "--stdin", f"--format={form}")
    return git.fields("log", *options, stdin=wanted) if wanted else iter(())


def _won(counted: Counter[str]) -> str:
    login, most = min(counted.items(), key=lambda item: (-item[1], item[0]))
    return login if most >= _LEAST and most >= _SHARE * counted.total() else ""
