"""The GraphQL that is sent: needs of a repository, and the one document that asks for many of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from weekly.gather.base import COMMITS, FILES, Span
from weekly.gather.github.search import searched
from weekly.model import PullRequest

LABELS, CLOSES = 20, 5
"""How many of each a pull request is asked for, beside files and commits."""

_PULL = f"""
fragment pull on PullRequest {{
  number title url body createdAt mergedAt authorAssociation baseRefName headRefName
  author {{ login __typename }}
  mergedBy {{ login __typename }}
  labels(first: {LABELS}) {{ totalCount nodes {{ name }} }}
  files(first: {FILES}) {{ totalCount nodes {{ path additions deletions }} }}
  commits(first: {COMMITS}) {{ totalCount nodes {{ commit {{ messageHeadline messageBody }} }} }}
  closingIssuesReferences(first: {CLOSES}) {{ totalCount nodes {{ number title labels(first: 10) {{ nodes {{ name }} }} }} }}
}}
"""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the search for what a repository merged in a span; `seen` is what earlier pages gave.

    `is_slow` where GitHub took too long for a longer page.
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
        """What it weighs in a request."""
        return self.first

    def smaller(self) -> Search | None:
        """The same with half the page."""
        return msgspec.structs.replace(self, first=self.first // 2, is_slow=True) if self.first > 1 else None

    def selection(self, n: int) -> str:
        """Its part of the document."""
        return (
            f"n{n}: search(type: ISSUE, query: $q{n}, first: $f{n}, after: $a{n}) "
            "{ issueCount pageInfo { hasNextPage endCursor } nodes { ...pull } }"
        )

    def variables(self, n: int) -> dict[str, tuple[str, Any]]:
        """The variables of its part: type and value by name."""
        query = searched(self.asked_as or self.repo, self.span)
        return {f"q{n}": ("String!", query), f"f{n}": ("Int!", self.first), f"a{n}": ("String", self.after)}


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    """A repository's own list of what was merged, the last to change first: number and time only."""

    repo: str
    first: int

    @property
    def nodes(self) -> int:
        """What it weighs: a twentieth of whole pull requests."""
        return self.first // 20

    def smaller(self) -> Recent | None:
        """The same with half the page."""
        return msgspec.structs.replace(self, first=self.first // 2) if self.first > 1 else None

    def selection(self, n: int) -> str:
        """Its part of the document."""
        order = "orderBy: {field: UPDATED_AT, direction: DESC}"
        return (
            f"n{n}: repository(owner: $o{n}, name: $r{n}) {{ nameWithOwner isArchived "
            f"pullRequests(states: MERGED, first: $f{n}, {order}) {{ nodes {{ number mergedAt }} }} }}"
        )

    def variables(self, n: int) -> dict[str, tuple[str, Any]]:
        """The variables of its part: type and value by name."""
        return {**_repository(self.repo, n), f"f{n}": ("Int!", self.first)}


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """One pull request by its number."""

    repo: str
    asked_as: str
    number: int

    nodes = 1

    def smaller(self) -> None:
        """There is nothing smaller."""
        return

    def selection(self, n: int) -> str:
        """Its part of the document."""
        return f"n{n}: repository(owner: $o{n}, name: $r{n}) {{ pullRequest(number: $i{n}) {{ ...pull }} }}"

    def variables(self, n: int) -> dict[str, tuple[str, Any]]:
        """The variables of its part: type and value by name."""
        return {**_repository(self.asked_as, n), f"i{n}": ("Int!", self.number)}


def document(needs: Sequence[Search | Recent | Detail]) -> tuple[str, Mapping[str, Any]]:
    """The query for all the needs, the n-th under the alias `n<n>`, and its variables."""
    parts = [need.selection(n) for n, need in enumerate(needs)]
    variables = {name: pair for n, need in enumerate(needs) for name, pair in need.variables(n).items()}
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in variables.items())
    lines = [
        f"query Weekly({declared}) {{",
        *(f"  {part}" for part in parts),
        "  rateLimit { cost remaining resetAt }",
        "}",
    ]
    text = "\n".join(lines) + (_PULL if any("...pull" in part for part in parts) else "")
    return text, {name: value for name, (_, value) in variables.items()}


def _repository(repo: str, n: int) -> dict[str, tuple[str, Any]]:
    owner, _, name = repo.partition("/")
    return {f"o{n}": ("String!", owner), f"r{n}": ("String!", name)}
