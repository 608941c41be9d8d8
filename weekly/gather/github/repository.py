"""What a repository says of itself: its name as it spells it, its default branch, its labels."""

from __future__ import annotations

from collections.abc import Sequence

from weekly.gather.github.client import Client, Reply
from weekly.gather.github.search import github_shapes
from weekly.model import Record

PAGES = 3
"""Pages of a hundred labels at most; those that tell kinds are few."""


class About(Record, frozen=True, kw_only=True):
    """A repository; `is_known` where it could be asked."""

    repo: str
    branch: str = ""
    labels: tuple[str, ...] = ()
    is_known: bool = False

    @property
    def name(self) -> str:
        """Its name without its owner's."""
        return self.repo.partition("/")[2]


def about(client: Client, repos: Sequence[str]) -> tuple[About, ...]:
    """Each repository, in their order; one that can't be read is told by its name alone."""
    return tuple(client.side_by_side(lambda repo: _about(client, repo), repos))


def _about(client: Client, repo: str) -> About:
    reply = client.get(f"/repos/{repo}", {})
    if reply.status != 200:
        return About(repo=repo)
    with github_shapes(client.api_url):
        name, branch = str(reply.data["full_name"]), str(reply.data["default_branch"])
        return About(repo=name, branch=branch, labels=tuple(_labels(client, name)), is_known=True)


def _labels(client: Client, repo: str) -> list[str]:
    found: list[str] = []
    for page in range(1, PAGES + 1):
        reply: Reply = client.get(f"/repos/{repo}/labels", {"per_page": 100, "page": page})
        if reply.status != 200 or not isinstance(reply.data, list):
            break
        found += [str(item["name"]) for item in reply.data]
        if len(reply.data) < 100:
            break
    return found
