"""Learn which login belongs to which author, from the merges that name the fork a branch came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from weekly.gather.git.command import Git, rows
from weekly.gather.git.history import Landing

_LEAST, _SHARE = 2, 2 / 3
"""The number and the share of cases in which an author must have had a login."""


def learn(git: Git, landings: Sequence[Landing], *, account: str) -> Mapping[str, str]:
    """Return logins by addresses and names, in lower case.

    Branches in the repository's own `account` say nothing about their authors.
    """
    owners = {
        landing.parents[1]: landing.owner
        for landing in landings
        if len(landing.parents) == 2 and landing.owner and landing.owner.casefold() != account.casefold()
    }
    if not owners:
        return {}
    options = ("-z", "--no-show-signature", "--encoding=UTF-8", "--no-walk=unsorted", "--stdin")
    votes: dict[str, Counter[str]] = {}
    fields = git.fields("log", *options, "--format=%H%x00%aN%x00%aE%x00%an%x00%ae", stdin=owners)
    for sha, *keys in rows(fields, 5):
        for key in dict.fromkeys(key.casefold() for key in keys):
            votes.setdefault(key, Counter())[owners[sha]] += 1
    return {key: login for key, counted in votes.items() if (login := _winner(counted))}


def _winner(counted: Counter[str]) -> str:
    login, votes = min(counted.items(), key=lambda item: (-item[1], item[0]))
    return login if votes >= _LEAST and votes >= _SHARE * counted.total() else ""
