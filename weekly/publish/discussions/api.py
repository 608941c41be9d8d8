"""Ask GitHub about one repository's discussions. Answers become records, refusals become one clear line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from weekly.errors import ChangedError, ForumError, GivenError, SourceError
from weekly.gather.github.client import GitHubClient, TooSlowError
from weekly.http.messages import Reply
from weekly.http.retry import UnansweredError
from weekly.publish.base import unsure

T = TypeVar("T")

_POST, *_QUERIES = Path(__file__).with_name("documents.graphql").read_text("utf-8").split("\n\n")
DOCUMENTS = tuple(f"{text}\n{_POST}" if "...post" in text else text for text in _QUERIES)
REPOSITORY, ONE, NEWEST, CREATE, UPDATE, DELETE = DOCUMENTS

PAGE = 50
MOST_PAGES = 40
"""Pages of discussions to look through for a week's own."""
EDITS = 5
"""The newest edits to read after a write. Nobody makes more while it is under way."""
TRIES = 3
"""The attempts to read what GitHub finds too slow."""


class _Answer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The part of an answer that is used."""


class Author(_Answer, frozen=True, kw_only=True):
    """The account that began a discussion."""

    kind: str = msgspec.field(name="__typename")
    login: str


class Edit(_Answer, frozen=True, kw_only=True):
    """A text as an edit left it, None if somebody removed it from the history."""

    edited_at: datetime
    diff: str | None = None


class _Edits(_Answer, frozen=True, kw_only=True):
    nodes: tuple[Edit, ...] = ()


class _Comments(_Answer, frozen=True, kw_only=True):
    total_count: int = 0


class Discussion(_Answer, frozen=True, kw_only=True):
    """A discussion, and whether this token's account began it."""

    id: str
    number: int
    title: str
    body: str
    url: str
    created_at: datetime
    last_edited_at: datetime | None = None
    closed: bool = False
    viewer_did_author: bool = False
    author_association: str = "NONE"
    author: Author | None = None
    comments: _Comments = _Comments()
    user_content_edits: _Edits | None = None

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The newest edits, the last first."""
        return self.user_content_edits.nodes if self.user_content_edits else ()

    @property
    def is_untouched(self) -> bool:
        """Tell whether our text is as it was begun."""
        return self.viewer_did_author and self.last_edited_at is None


class Category(_Answer, frozen=True, kw_only=True):
    """A category of discussions."""

    id: str
    name: str
    slug: str


class Discussions:
    """Asks for the discussions of one repository."""

    def __init__(self, client: GitHubClient, repository: str) -> None:
        self._client = client
        self._owner, _, self._name = repository.partition("/")
        self.url = f"{client.access.site}/{repository}/discussions"

    def discussion(self, number: int, *, edits: int = 1) -> Discussion | None:
        """Return a discussion, or None if there is none."""
        known = self._read(ONE, number=number, edits=edits).get("discussion")
        return self._convert(known, Discussion) if known else None

    def newest(self, since: datetime) -> Iterator[Discussion]:
        """Yield the discussions that were begun since then, the newest first."""
        after = None
        for _ in range(MOST_PAGES):
            page = self._enabled(self._read(NEWEST, first=PAGE, after=after)).get("discussions") or {}
            for discussion in self._convert(page.get("nodes") or (), tuple[Discussion, ...]):
                if discussion.created_at < since:
                    return
                yield discussion
            info = page.get("pageInfo") or {}
            if not info.get("hasNextPage"):
                return
            after = info.get("endCursor")
        raise ForumError(
            f"{self.url}: has more than {MOST_PAGES * PAGE} discussions since then; restore the week's record"
        )

    def create(self, category: str, title: str, body: str) -> Discussion:
        """Begin a discussion. Called twice, it begins two."""
        repository = self._enabled(self._read(REPOSITORY))
        listed = (repository.get("discussionCategories") or {}).get("nodes") or ()
        given = {
            "repositoryId": repository.get("id"),
            "categoryId": self._category(category, self._convert(listed, tuple[Category, ...])),
            "title": title,
            "body": body,
        }
        created = self._ask(CREATE, {"input": given}, is_write=True).get("createDiscussion") or {}
        return self._convert(created.get("discussion"), Discussion)

    def update(self, discussion: Discussion, **fields: str) -> None:
        """Change a discussion's title or text, whatever they are by now."""
        self._ask(UPDATE, {"input": {"discussionId": discussion.id, **fields}}, is_write=True)

    def delete(self, discussion: Discussion) -> None:
        """Delete a discussion."""
        self._ask(DELETE, {"input": {"id": discussion.id}}, is_write=True)

    def _category(self, wanted: str, categories: tuple[Category, ...]) -> str:
        name = wanted.rstrip("/").rpartition("/categories/")[2].strip().casefold()
        for category in categories:
            if name in (category.name.casefold(), category.slug.casefold()):
                return category.id
        names = ", ".join(category.name for category in categories)
        raise ForumError(f"{self.url}: has no category {wanted!r}; correct discussions.category (it has: {names})")

    def _enabled(self, repository: Mapping[str, Any]) -> Mapping[str, Any]:
        if not repository.get("hasDiscussionsEnabled"):
            raise ForumError(
                f"{self.url}: discussions are switched off; tick them in the repository's Settings > General"
            )
        return repository

    def _read(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the repository's part of an answer."""
        data = self._ask(query, {"owner": self._owner, "name": self._name, **variables})
        repository = data.get("repository")
        if not isinstance(repository, dict):
            raise ForumError(
                f"{self.url}: no such repository, or the token may not see it; correct discussions.repository, or give "
                "the token access"
            )
        return repository

    def _send(self, query: str, variables: Mapping[str, Any], *, is_write: bool) -> Reply:
        """Return GitHub's answer. Ask again where it is too slow, unless the query writes."""
        if not self._client.access.token:
            raise GivenError("GITHUB_TOKEN: needed to read and write GitHub Discussions; set it")
        tries = 0
        while True:
            tries += 1
            try:
                return self._client.graphql(query, variables, is_write=is_write)
            except TooSlowError as error:
                if is_write:
                    raise unsure(error) from error
                if tries == TRIES:
                    raise ForumError(f"{error}; run again later") from error
            except SourceError as error:
                is_unsure = is_write and isinstance(error, UnansweredError) and error.is_unsure
                raise unsure(error) if is_unsure else ForumError(str(error)) from error

    def _ask(self, query: str, variables: Mapping[str, Any], *, is_write: bool = False) -> dict[str, Any]:
        """Return an answer's data. ForumError where GitHub refuses, ChangedError where the discussion is gone."""
        reply = self._send(query, variables, is_write=is_write)
        data = reply.data.get("data") if isinstance(reply.data, dict) else None
        if is_write and isinstance(data, dict) and all(data.values()):
            return data  # it was done, whatever couldn't be shown of it
        fault = _fault(reply)
        is_gone = fault.get("type") == "NOT_FOUND"
        if isinstance(data, dict) and (not fault or (is_gone and not is_write)):
            return data
        if is_gone and not {"discussionId", "id"}.isdisjoint(variables.get("input", {})):
            raise ChangedError(f"{self.url}: somebody deleted the discussion meanwhile")
        raise ForumError(
            f"{self.url}: refused ({fault.get('type') or reply.status}: {reply.errors}); {_advice(fault, reply)}"
        )

    def _convert(self, data: Any, kind: type[T]) -> T:
        try:
            return msgspec.convert(data, kind)
        except msgspec.ValidationError as error:
            raise ForumError(f"{self.url}: the answer isn't GitHub's: {error}; check GITHUB_GRAPHQL_URL") from error


_MAY_WRITE = (
    "give the workflow's job discussions: write, or the token the permission to write discussions; in a category for "
    "announcements only maintainers begin discussions, and in one for polls no program does, so choose another "
    "(discussions.category) or give a maintainer's token"
)
_ADVICE = {"FORBIDDEN": _MAY_WRITE, "UNPROCESSABLE": f"correct what it says; {_MAY_WRITE}"}


def _advice(fault: Mapping[str, Any], reply: Reply) -> str:
    if reply.status == 404:
        return "check GITHUB_GRAPHQL_URL"
    return _ADVICE.get("FORBIDDEN" if reply.status == 403 else str(fault.get("type")), "see GitHub's answer")


def _fault(reply: Reply) -> dict[str, Any]:
    """Return the first error of an answer, empty where there is none."""
    errors = reply.data.get("errors") if isinstance(reply.data, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    return first if isinstance(first, dict) else {}
