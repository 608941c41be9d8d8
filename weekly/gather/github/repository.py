"""Read a repository's name, default branch and labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from weekly.gather.github.client import PER_PAGE, GitHubClient, RefusedError
from weekly.gather.github.search import github_shapes
from weekly.model import Record

PAGES = 3
"""Pages of a hundred labels at most; those that tell kinds are few."""


class About(Record, frozen=True, kw_only=True):
    """A repository's own name, branch and labels. `is_known` means that GitHub answered."""

    repo: str
    branch: str = ""
    labels: tuple[str, ...] = ()
    is_known: bool = False

    @property
    def name(self) -> str:
        """Its name without its owner's."""
        return self.repo.partition("/")[2]


def about(client: GitHubClient, repos: Sequence[str]) -> tuple[About, ...]:
    """Return each repository in the order given. One that GitHub doesn't show has its name alone."""
    return tuple(client.session.in_parallel(lambda repo: _about(client, repo), repos))


def active_repositories(client: GitHubClient, owner: str, *, since: datetime, most: int = 30) -> tuple[str, ...]:
    """Return an account's own repositories with commits since a time, the most recent first.

    Forks and archived repositories are left out.
    """
    reply = client.get(f"/users/{owner}/repos", {"sort": "pushed", "per_page": PER_PAGE, "type": "owner"})
    rows = reply.data if reply.status == 200 and isinstance(reply.data, list) else []
    return tuple(
        str(row["full_name"])
        for row in rows
        if not row.get("fork")
        and not row.get("archived")
        and datetime.fromisoformat(row.get("pushed_at") or "1970-01-01T00:00:00Z") >= since
    )[:most]


def _about(client: GitHubClient, repo: str) -> About:
    with github_shapes(client.access.base):
        reply = client.get(f"/repos/{repo}", {})
        if reply.status != 200:
            return About(repo=repo)
        name = reply.data["full_name"]
        return About(repo=name, branch=reply.data["default_branch"], labels=_labels(client, name), is_known=True)


def _labels(client: GitHubClient, repo: str) -> tuple[str, ...]:
    pages = client.pages(f"/repos/{repo}/labels", {}, fault="its labels could not be read", most=PAGES + 1)
    try:
        return tuple(label["name"] for page in islice(pages, PAGES) for label in page)
    except RefusedError:
        return ()  # the usual ones are written
