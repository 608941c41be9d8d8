"""List an account's repositories, and read names, branches and labels."""

from __future__ import annotations

import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any, NamedTuple

from weekly.config.project import RepositoryConfig
from weekly.gather.base import blocked, noted
from weekly.gather.github.client import PER_PAGE, GitHubClient, RefusedError, github_shapes
from weekly.model import Listed, Listing, Problem, Record
from weekly.week import Week

_FIELDS = {"id", "full_name", "fork", "archived", "pushed_at"}
MOST_PAGES = 50
"""Pages of an account's repositories. One with more is refused, since its post would name thousands."""
PAGES = 3
"""The most pages of a hundred labels that are read. Few labels tell a kind."""


class Account(NamedTuple):
    """An account's repositories as GitHub lists them, none where it can't be listed because of `fault`."""

    rows: tuple[Mapping[str, Any], ...] = ()
    fault: str = ""


def accounts_of(client: GitHubClient, repositories: Sequence[RepositoryConfig]) -> dict[str, Account]:
    """Return the accounts that patterns are about, each listed once."""
    owners = dict.fromkeys(one.repo.partition("/")[0] for one in repositories if one.is_pattern)
    return dict(zip(owners, client.session.in_parallel(lambda owner: _account(client, owner), owners), strict=True))


def listings_of(
    repositories: Sequence[RepositoryConfig], accounts: Mapping[str, Account], week: Week
) -> tuple[tuple[Listing, ...], tuple[Problem, ...]]:
    """Return each pattern's repositories in a week, and the accounts that could not be listed."""
    listings, problems = [], []
    for repository in (one for one in repositories if one.is_pattern):
        account = accounts[repository.repo.partition("/")[0]]
        if account.fault:
            hint = "check the name in weekly.toml, and gather again with --refresh"
            problems.append(blocked(repository.source, account.fault, hint=hint))
            continue
        rows = [row for row in account.rows if _fits(row, repository, week.start)]
        found = sorted((Listed(repo=row["full_name"], id=row["id"]) for row in rows), key=lambda one: one.repo.lower())
        listings.append(Listing(source=repository.source, repos=tuple(found)))
    return tuple(listings), tuple(problems)


def news(old: Sequence[Listing], new: Sequence[Listing], accounts: Mapping[str, Account]) -> Iterator[Problem]:
    """Yield what is new, renamed, archived or gone since an earlier week."""
    before = {listing.source: listing for listing in old}
    rows = {row["id"]: row for account in accounts.values() for row in account.rows}
    for listing in new:
        if listing.source not in before:
            continue
        known = {one.id: one.repo for one in before[listing.source].repos}
        current = {one.id: one.repo for one in listing.repos}
        for number, repo in current.items():
            if number not in known:
                yield noted(repo, f"is new in {listing.source}", hint="exclude it if the post isn't about it")
            elif known[number] != repo:
                yield noted(known[number], f"is now {repo}", hint="change its name where weekly.toml has it")
        for number, repo in known.items():
            if number not in current:
                why = "is archived" if number in rows and rows[number]["archived"] else "does not fit any more"
                why = why if number in rows else "was deleted, transferred or made private"
                yield noted(repo, f"is no longer in {listing.source}: it {why}")


def _fits(row: Mapping[str, Any], repository: RepositoryConfig, start: datetime) -> bool:
    """Tell whether a pattern stands for a repository. An archived one counts if it changed since the week began."""
    full = row["full_name"].lower()
    if not fnmatchcase(full, repository.repo.lower()) or (row["fork"] and not repository.forks):
        return False
    if any(fnmatchcase(text, pattern.lower()) for pattern in repository.exclude for text in (full, full.split("/")[1])):
        return False
    if repository.topic and repository.topic.lower() not in (row.get("topics") or ()):
        return False
    return not row["archived"] or datetime.fromisoformat(row["pushed_at"] or "1970-01-01T00:00:00Z") >= start


def _account(client: GitHubClient, owner: str) -> Account:
    """List an organisation's or a person's repositories."""
    fault = ""
    for path in (f"/orgs/{owner}/repos", f"/users/{owner}/repos"):
        pages = client.pages(path, {"sort": "full_name"}, fault="its repositories could not be listed", most=MOST_PAGES)
        try:
            with github_shapes(path):
                rows = [row for page in pages for row in page if row.keys() >= _FIELDS]
            return Account(rows=tuple(rows))
        except RefusedError as error:
            fault = str(error)
            if error.status != 404:
                break
    return Account(fault=fault)


class About(Record, frozen=True, kw_only=True):
    """A repository's own name, branch and labels, and how its README spells it. `is_known` means that GitHub answered."""

    repo: str
    spelling: str = ""
    branch: str = ""
    labels: tuple[str, ...] = ()
    is_known: bool = False

    @property
    def name(self) -> str:
        """Its name without its owner's, as the README spells it."""
        return self.spelling or self.repo.partition("/")[2]


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
        spelling = spelling_in(_readme(client, name), name.partition("/")[2])
        branch = reply.data["default_branch"]
        return About(repo=name, spelling=spelling, branch=branch, labels=_labels(client, name), is_known=True)


def _readme(client: GitHubClient, repo: str) -> str:
    """Return the text of a repository's README, empty where it has none."""
    reply = client.get(f"/repos/{repo}/readme", {})
    content = reply.data.get("content") if reply.status == 200 and isinstance(reply.data, dict) else None
    return b64decode(content).decode("utf-8", "replace")[:_BEGINNING] if isinstance(content, str) else ""


def spelling_in(text: str, name: str) -> str:
    """Return a name as a text spells it most: "Argo CD" for "argo-cd". Empty where the text writes it in small letters."""
    letters = re.sub(r"[\W_]", "", name)
    if not letters:
        return ""
    pattern = r"(?<![\w/.@:#-])" + r"[ _-]?".join(map(re.escape, letters)) + r"(?![\w/]|-\w|\.\w)"
    found = Counter(re.findall(pattern, _NO_PROSE.sub(" ", text), re.IGNORECASE))
    best, times = next(iter(found.most_common(1)), ("", 0))
    is_shouted = best.isupper() and len(letters) > _INITIALS
    return best if times >= _TWICE and not best.islower() and not is_shouted else ""


# Code, addresses and tags of a README, whose spelling is another.
_NO_PROSE = re.compile(r"```.*?```|`[^`\n]*`|https?://\S+|\]\([^)\n]*\)|<[^>]*>", re.DOTALL)
_BEGINNING, _TWICE, _INITIALS = 20_000, 2, 5
"""Characters of a README that are read, how often it has a spelling, and the letters that initials have at most."""


def _labels(client: GitHubClient, repo: str) -> tuple[str, ...]:
    pages = client.pages(f"/repos/{repo}/labels", {}, fault="its labels could not be read", most=PAGES + 1)
    try:
        return tuple(label["name"] for page in islice(pages, PAGES) for label in page)
    except RefusedError:
        return ()  # the usual ones are written
