"""Build the GraphQL document that asks for many things at once, each under an alias of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from weekly.gather.base import COMMITS, FILES, Span
from weekly.gather.github.search import searched
from weekly.model import PullRequest

LABELS, CLOSES = 20, 5
"""Labels and closed issues of a pull request that are asked for."""
RELEASES = 20
"""Releases, and tags, of a repository that the first request asks for."""

_FRAGMENTS = {
    "pull": f"""
fragment pull on PullRequest {{
  number title url body createdAt mergedAt authorAssociation baseRefName headRefName
  author {{ login __typename }}
  mergedBy {{ login __typename }}
  mergeCommit {{ oid }}
  labels(first: {LABELS}) {{ totalCount nodes {{ name }} }}
  files(first: {FILES}) {{ totalCount nodes {{ path additions deletions }} }}
  commits(first: {COMMITS}) {{ totalCount nodes {{ commit {{ messageHeadline messageBody }} }} }}
  closingIssuesReferences(first: {CLOSES}) {{
    totalCount
    nodes {{ number title author {{ login __typename }} labels(first: 10) {{ nodes {{ name }} }} }}
  }}
}}
""",
    "releases": """
fragment releases on ReleaseConnection {
  pageInfo { hasNextPage endCursor }
  nodes { name tagName createdAt publishedAt isPrerelease isDraft url }
}
""",
    "tags": """
fragment tags on RefConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    name
    target { oid ... on Commit { committedDate } ... on Tag { tagger { date } target { oid ... on Commit { committedDate } } } }
  }
}
""",
    "text": """
fragment text on Blob { text isTruncated }
""",
}


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the search for merged pull requests.

    `seen` has those of earlier pages. `is_slow` means that GitHub took too long for a longer page.
    """

    repo: str
    span: Span
    first: int
    after: str | None = None
    asked_as: str = ""
    seen: dict[int, PullRequest] = {}
    rereads: int = 0
    is_slow: bool = False

    @property
    def nodes(self) -> int:
        """Its weight in a request."""
        return self.first

    def smaller(self) -> Search | None:
        """Return the same with half the page, or None where nothing is left to halve."""
        return msgspec.structs.replace(self, first=self.first // 2, is_slow=True) if self.first > 1 else None

    def selection(self, n: int) -> str:
        """Return its part of the document."""
        return (
            f"n{n}: search(type: ISSUE, query: $q{n}, first: $f{n}, after: $a{n}) "
            "{ issueCount pageInfo { hasNextPage endCursor } nodes { ...pull } }"
        )

    def variables(self, n: int) -> dict[str, tuple[str, Any]]:
        """Return the type and value of its variables, by name."""
        query = searched(self.asked_as or self.repo, self.span)
        return {f"q{n}": ("String!", query), f"f{n}": ("Int!", self.first), f"a{n}": ("String", self.after)}


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """A repository's name, latest merged pull requests, releases and tags.

    Pull requests have number and time only. The last to change come first.
    """

    repo: str
    first: int
    releases: int = RELEASES

    @property
    def nodes(self) -> int:
        """A twentieth of the weight of whole pull requests."""
        return self.first // 20 + 1

    def smaller(self) -> Overview | None:
        """Return the same with half the lists, or None where nothing is left to halve."""
        if self.first == 1:
            return None
        return msgspec.structs.replace(self, first=self.first // 2, releases=-(-self.releases // 2))

    def selection(self, n: int) -> str:
        """Return its part of the document."""
        order = "orderBy: {field: UPDATED_AT, direction: DESC}"
        lists = f"{_releases(f'first: $l{n}')} {_tags(f'first: $l{n}')}" if self.releases else ""
        return (
            f"n{n}: repository(owner: $o{n}, name: $r{n}) {{ nameWithOwner isArchived "
            f"pullRequests(states: MERGED, first: $f{n}, {order}) {{ nodes {{ number mergedAt }} }} "
            f"{lists} }}"
        )

    def variables(self, n: int) -> dict[str, tuple[str, Any]]:
        """Return the type and value of its variables, by name."""
        lists = {f"l{n}": ("Int!", self.releases)} if self.releases else {}
        return {**_repository(self.repo, n), f"f{n}": ("Int!", self.first), **lists}


class MoreReleases(msgspec.Struct, frozen=True, kw_only=True):
    """A further page of a repository's releases and tags.

    A list without a cursor isn't asked for.
    """

    repo: str
    asked_as: str
    releases_after: str | None = None
    tags_after: str | None = None
    page: int = 1

    nodes = 5

    def smaller(self) -> None:
        """Return None, since there is nothing smaller."""
        return

    def selection(self, n: int) -> str:
        """Return its part of the document."""
        parts = [_releases(f"first: 100, after: $x{n}")] * bool(self.releases_after)
        parts += [_tags(f"first: 100, after: $y{n}")] * bool(self.tags_after)
        return f"n{n}: repository(owner: $o{n}, name: $r{n}) {{ {' '.join(parts)} }}"

    def variables(self, n: int) -> dict[str, tuple[str, Any]]:
        """Return the type and value of its variables, by name."""
        cursors = {f"x{n}": self.releases_after, f"y{n}": self.tags_after}
        return {
            **_repository(self.asked_as, n),
            **{name: ("String!", cursor) for name, cursor in cursors.items() if cursor},
        }


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """One pull request by its number."""

    repo: str
    asked_as: str
    number: int

    nodes = 1

    def smaller(self) -> None:
        """Return None, since there is nothing smaller."""
        return

    def selection(self, n: int) -> str:
        """Return its part of the document."""
        return f"n{n}: repository(owner: $o{n}, name: $r{n}) {{ pullRequest(number: $i{n}) {{ ...pull }} }}"

    def variables(self, n: int) -> dict[str, tuple[str, Any]]:
        """Return the type and value of its variables, by name."""
        return {**_repository(self.asked_as, n), f"i{n}": ("Int!", self.number)}


class FileTexts(msgspec.Struct, frozen=True, kw_only=True):
    """A file's text before and after a merge.

    Of several commits, it is also read before the first, in case they were rebased.
    """

    repo: str
    commit: str
    path: str
    commits: int = 1

    def selection(self, n: int) -> str:
        """Return its part of the document."""
        rebased = f" rebased: object(expression: $z{n}) {{ ...text }}" if self.commits > 1 else ""
        return (
            f"n{n}: repository(owner: $o{n}, name: $r{n}) {{ after: object(expression: $x{n}) {{ ...text }} "
            f"before: object(expression: $y{n}) {{ ...text }}{rebased} }}"
        )

    def variables(self, n: int) -> dict[str, tuple[str, Any]]:
        """Return the type and value of its variables, by name."""
        revisions = {f"x{n}": self.commit, f"y{n}": f"{self.commit}^"}
        if self.commits > 1:
            revisions[f"z{n}"] = f"{self.commit}~{self.commits}"
        return {
            **_repository(self.repo, n),
            **{name: ("String!", f"{revision}:{self.path}") for name, revision in revisions.items()},
        }


class EarlierPulls(msgspec.Struct, frozen=True, kw_only=True):
    """A count of all that an author had merged in a repository before an instant."""

    repo: str
    login: str
    end: datetime

    def selection(self, n: int) -> str:
        """Return its part of the document."""
        return f"n{n}: search(type: ISSUE, query: $q{n}, first: 1) {{ issueCount }}"

    def variables(self, n: int) -> dict[str, tuple[str, Any]]:
        """Return the type and value of its variables, by name."""
        last = self.end.astimezone(UTC) - timedelta(seconds=1)
        query = f"repo:{self.repo} is:pr is:merged author:{self.login} merged:<={last:%Y-%m-%dT%H:%M:%SZ}"
        return {f"q{n}": ("String!", query)}


Need = Search | Overview | MoreReleases | Detail


def document(needs: Sequence[Need | FileTexts | EarlierPulls]) -> tuple[str, Mapping[str, Any]]:
    """Return one query for all the needs, and its variables.

    The n-th need has the alias `n<n>`.
    """
    parts = [need.selection(n) for n, need in enumerate(needs)]
    variables = {name: pair for n, need in enumerate(needs) for name, pair in need.variables(n).items()}
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in variables.items())
    lines = [f"query Weekly({declared}) {{", *(f"  {part}" for part in parts), "}"]
    fragments = [text for name, text in _FRAGMENTS.items() if any(f"...{name} " in part for part in parts)]
    return "\n".join(lines) + "".join(fragments), {name: value for name, (_, value) in variables.items()}


def _releases(arguments: str) -> str:
    order = "orderBy: {field: CREATED_AT, direction: DESC}"
    return f"releases({arguments}, {order}) {{ ...releases }}"


def _tags(arguments: str) -> str:
    order = "orderBy: {field: TAG_COMMIT_DATE, direction: DESC}"
    return f'refs(refPrefix: "refs/tags/", {arguments}, {order}) {{ ...tags }}'


def _repository(repo: str, n: int) -> dict[str, tuple[str, Any]]:
    owner, _, name = repo.partition("/")
    return {f"o{n}": ("String!", owner), f"r{n}": ("String!", name)}
