"""Ask by GraphQL for many things at once, each under an alias of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from weekly.errors import SourceError
from weekly.gather.base import COMMITS, FILES, Span
from weekly.gather.github.client import GitHubClient, TooSlowError
from weekly.http.messages import errors_of
from weekly.model import PullRequest

LABELS, CLOSES = 20, 5
"""Labels and closed issues of a pull request that are asked for."""
RELEASES = 20
"""Releases, and tags, of a repository that the first request asks for."""

_TOO_SLOW = ("RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED")
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
  nodes { name tagName createdAt publishedAt isPrerelease isDraft url description }
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
}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a part of a query, with the errors about it.

    `fault` is the reason why nothing came. `sso` is where a token is authorised for an organisation.
    """

    value: Any = None
    errors: tuple[Mapping[str, Any], ...] = ()
    fault: str = ""
    sso: str = ""

    def reason(self, otherwise: str) -> str:
        """Return why it isn't whole."""
        return self.fault or (errors_of(self.errors[0]) if self.errors else otherwise)


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

    def selection(self) -> str:
        """Return its part of the query."""
        query = _text(searched(self.asked_as or self.repo, self.span))
        page = f"first: {self.first}{_after(self.after)}"
        return (
            f"search(type: ISSUE, query: {query}, {page}) "
            "{ issueCount pageInfo { hasNextPage endCursor } nodes { ...pull } }"
        )


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

    def selection(self) -> str:
        """Return its part of the query."""
        order = "orderBy: {field: UPDATED_AT, direction: DESC}"
        lists = f"{_releases(self.releases)} {_tags(self.releases)}" if self.releases else ""
        return (
            f"{_repository(self.repo)} {{ nameWithOwner isArchived "
            f"pullRequests(states: MERGED, first: {self.first}, {order}) {{ nodes {{ number mergedAt }} }} {lists} }}"
        )


class MoreReleases(msgspec.Struct, frozen=True, kw_only=True):
    """A further page of a repository's releases and tags. A list without a cursor isn't asked for."""

    repo: str
    asked_as: str
    releases_after: str | None = None
    tags_after: str | None = None
    page: int = 1

    nodes = 5

    def smaller(self) -> None:
        """Return None, since there is nothing smaller."""
        return

    def selection(self) -> str:
        """Return its part of the query."""
        releases = _releases(100, self.releases_after) if self.releases_after else ""
        tags = _tags(100, self.tags_after) if self.tags_after else ""
        return f"{_repository(self.asked_as)} {{ {releases} {tags} }}"


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """One pull request by its number."""

    repo: str
    asked_as: str
    number: int

    nodes = 1

    def smaller(self) -> None:
        """Return None, since there is nothing smaller."""
        return

    def selection(self) -> str:
        """Return its part of the query."""
        return f"{_repository(self.asked_as)} {{ pullRequest(number: {self.number}) {{ ...pull }} }}"


Need = Search | Overview | MoreReleases | Detail


def searched(repo: str, span: Span) -> str:
    """Return the search for a repository's merged pull requests. GitHub's range includes both ends, to the second."""
    first = span.start.astimezone(UTC)
    last = span.end.astimezone(UTC) - timedelta(seconds=1)
    return f"repo:{repo} is:pr is:merged merged:{first:%Y-%m-%dT%H:%M:%SZ}..{last:%Y-%m-%dT%H:%M:%SZ} sort:created-asc"


def file_texts(repo: str, commit: str, path: str, *, commits: int) -> str:
    """Select a file's text before and after a merge.

    Of several commits, it is also read before the first, in case they were rebased.
    """
    revisions = {"after": commit, "before": f"{commit}^"} | ({"rebased": f"{commit}~{commits}"} if commits > 1 else {})
    texts = (
        f"{name}: object(expression: {_text(f'{revision}:{path}')}) {{ ... on Blob {{ text isTruncated }} }}"
        for name, revision in revisions.items()
    )
    return f"{_repository(repo)} {{ {' '.join(texts)} }}"


def earlier_pulls(repo: str, login: str, end: datetime) -> str:
    """Select the count of all that an author had merged in a repository before an instant."""
    last = end.astimezone(UTC) - timedelta(seconds=1)
    query = f"repo:{repo} is:pr is:merged author:{login} merged:<={last:%Y-%m-%dT%H:%M:%SZ}"
    return f"search(type: ISSUE, query: {_text(query)}, first: 1) {{ issueCount }}"


def document(selections: Sequence[str]) -> str:
    """Return one query for all the selections. The n-th has the alias `n<n>`."""
    parts = "".join(f"  n{n}: {selection}\n" for n, selection in enumerate(selections))
    return f"query Weekly {{\n{parts}}}" + "".join(text for name, text in _FRAGMENTS.items() if f"...{name} " in parts)


def ask(client: GitHubClient, selections: Sequence[str]) -> list[Answer]:
    """Send one query. TooSlowError where a smaller one may pass, SourceError where GitHub refuses it whole."""
    reply = client.graphql(document(selections))
    answered = reply.data if isinstance(reply.data, dict) else {}
    data, errors = answered.get("data"), [one for one in answered.get("errors") or () if isinstance(one, dict)]
    base = client.access.base
    if not isinstance(data, dict):
        if not errors:
            raise SourceError(f"{base}: answered {reply.status}: {reply.errors}")
        if any(error.get("type") in _TOO_SLOW or "timeout" in errors_of(error).lower() for error in errors):
            raise TooSlowError(reply.errors)
        raise SourceError(f"{base}: GitHub refused the query: {errors_of(errors[0])}")
    sso = reply.headers.get("x-github-sso", "")
    names = [f"n{n}" for n in range(len(selections))]
    return [Answer(value=data.get(name), errors=_errors_about(name, data, errors), sso=sso) for name in names]


def _errors_about(
    name: str, data: Mapping[str, Any], errors: Sequence[Mapping[str, Any]]
) -> tuple[Mapping[str, Any], ...]:
    """Return an alias's errors, or those of the whole query where it has no value."""
    own = tuple(error for error in errors if (error.get("path") or [""])[0] == name)
    return own or tuple(error for error in errors if data.get(name) is None and not error.get("path"))


def _releases(first: int, after: str | None = None) -> str:
    order = "orderBy: {field: CREATED_AT, direction: DESC}"
    return f"releases(first: {first}{_after(after)}, {order}) {{ ...releases }}"


def _tags(first: int, after: str | None = None) -> str:
    order = "orderBy: {field: TAG_COMMIT_DATE, direction: DESC}"
    return f'refs(refPrefix: "refs/tags/", first: {first}{_after(after)}, {order}) {{ ...tags }}'


def _after(cursor: str | None) -> str:
    return f", after: {_text(cursor)}" if cursor else ""


def _repository(repo: str) -> str:
    owner, _, name = repo.partition("/")
    return f"repository(owner: {_text(owner)}, name: {_text(name)})"


def _text(value: str) -> str:
    """Return a string of GraphQL, which escapes as JSON does."""
    return json.dumps(value, ensure_ascii=False)
