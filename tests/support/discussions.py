"""GitHub's Discussions on loopback: executes queries and mutations on the extract of the published schema.

It is a stand-in: no answer of it was recorded from the real service. A text's edits hold the whole text, the newest first,
and the text as it was begun once there is an edit.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from tests.support.github import execute
from tests.support.server import Request, Response

REPO = "example/report"
TOKEN = f"write-{token_hex(8)}"
BOT = "github-actions"
ONE_AT_A_TIME = threading.Lock()
START = datetime(2023, 4, 3, 8, tzinfo=UTC)
CATEGORIES = {
    "DC_1": ("Announcements", "announcements"),
    "DC_2": ("Show and tell", "show-and-tell"),
    "DC_3": ("Polls", "polls"),
}


@dataclass(kw_only=True)
class Discussion:
    number: int
    title: str
    body: str
    author: str
    created_at: datetime
    category: str = "DC_1"
    association: str = "NONE"
    is_bot: bool = False
    edited_at: datetime | None = None
    edits: list[tuple[datetime, str | None]] = field(default_factory=list)
    closed: bool = False
    comments: int = 0

    @property
    def id(self) -> str:
        return f"D_{self.number}"


@dataclass(kw_only=True)
class Discussions:
    """What this GitHub knows of one repository's discussions, and how they are set."""

    discussions: dict[int, Discussion] = field(default_factory=dict)
    is_enabled: bool = True
    may_write: bool = True
    viewers: dict[str, str] = field(default_factory=lambda: {TOKEN: BOT})
    now: datetime = START
    mutations: list[str] = field(default_factory=list)
    numbers: int = 0

    @property
    def only(self) -> Discussion:
        (discussion,) = self.discussions.values()
        return discussion

    def begin(self, title: str, body: str, *, user: str, **more: Any) -> Discussion:
        """Somebody begins a discussion by hand."""
        self.numbers += 1
        made = Discussion(
            number=self.numbers, title=title, body=body, author=user, created_at=self.now, is_bot=user == BOT, **more
        )
        self.discussions[made.number] = made
        return made

    def edit(self, discussion: Discussion, body: str | None = None, title: str | None = None) -> None:
        """Somebody edits a discussion: GitHub keeps the history of texts, not of titles."""
        self.now += timedelta(seconds=1)
        if body is not None and body != discussion.body:
            discussion.edits = discussion.edits or [(discussion.created_at, discussion.body)]
            discussion.edits.append((self.now, body))
            discussion.body, discussion.edited_at = body, self.now
        discussion.title = title if title is not None else discussion.title

    def __call__(self, request: Request) -> Response:
        if request.path != "/graphql":
            return Response.of_json({"message": "Not Found", "status": "404"}, 404)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.viewers:
            return Response.of_json({"message": "Bad credentials", "status": "401"}, 401)
        answers = _Answers(self, self.viewers[token])
        root = {
            "repository": answers.repository, "createDiscussion": answers.create, "updateDiscussion": answers.update,
            "deleteDiscussion": answers.delete,
        }  # fmt: skip
        with ONE_AT_A_TIME:
            result = execute(request.json["query"], root, request.json.get("variables"))
        body: dict[str, Any] = dict(result.formatted)
        if result.errors:
            body["errors"] = [dict(error.formatted) | dict(error.extensions or {}) for error in result.errors]
        return Response.of_json(body)


@dataclass(frozen=True)
class _Answers:
    """What one account is answered."""

    hub: Discussions
    viewer: str

    def repository(self, _: GraphQLResolveInfo[Any], owner: str, name: str, **__: Any) -> Any:
        if f"{owner}/{name}".lower() != REPO:
            raise _error("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
        categories = [{"id": key, "name": name, "slug": slug} for key, (name, slug) in CATEGORIES.items()]
        return {
            "id": "R_1",
            "hasDiscussionsEnabled": self.hub.is_enabled,
            "discussion": self.one,
            "discussions": self.listed,
            "discussionCategories": {"nodes": categories, "totalCount": len(categories)},
        }

    def one(self, _: GraphQLResolveInfo[Any], number: int) -> Any:
        discussion = self.hub.discussions.get(number) if self.hub.is_enabled else None
        if discussion is None:
            raise _error("NOT_FOUND", f"Could not resolve to a Discussion with the number of {number}.")
        return self._shown(discussion)

    def listed(self, _: GraphQLResolveInfo[Any], first: int, after: str | None = None, **asked: Any) -> Any:
        assert first <= 100
        assert asked["orderBy"] == {"field": "CREATED_AT", "direction": "DESC"}
        newest = sorted(self.hub.discussions.values(), key=lambda one: (one.created_at, one.number), reverse=True)
        start = int(after or 0)
        page = newest[start : start + first]
        info_of_page = {"endCursor": str(start + len(page)), "hasNextPage": start + len(page) < len(newest)}
        return {"nodes": [self._shown(one) for one in page], "pageInfo": info_of_page, "totalCount": len(newest)}

    def create(self, _: GraphQLResolveInfo[Any], input: dict[str, Any]) -> Any:  # noqa: A002  GitHub's name
        self._begin_write("create")
        assert input["repositoryId"] == "R_1"
        if input["categoryId"] == "DC_3":
            raise _error("UNPROCESSABLE", "Polls need a question and options")
        _check(input)
        made = self.hub.begin(input["title"].strip(), input["body"], user=self.viewer, category=input["categoryId"])
        return {"discussion": self._shown(made)}

    def update(self, _: GraphQLResolveInfo[Any], input: dict[str, Any]) -> Any:  # noqa: A002
        self._begin_write("update")
        discussion = self._by_id(input["discussionId"])
        _check(input)
        self.hub.edit(discussion, input.get("body"), input.get("title"))
        return {"discussion": self._shown(discussion)}

    def delete(self, _: GraphQLResolveInfo[Any], input: dict[str, Any]) -> Any:  # noqa: A002
        self._begin_write("delete")
        discussion = self.hub.discussions.pop(self._by_id(input["id"]).number)
        return {"discussion": self._shown(discussion)}

    def _begin_write(self, name: str) -> None:
        if not self.hub.may_write:
            raise _error("FORBIDDEN", "Resource not accessible by integration")
        self.hub.mutations.append(name)

    def _by_id(self, wanted: str) -> Discussion:
        for discussion in self.hub.discussions.values():
            if discussion.id == wanted:
                return discussion
        raise _error("NOT_FOUND", f"Could not resolve to a node with the global id of '{wanted}'.")

    def _shown(self, one: Discussion) -> dict[str, Any]:
        edits = [
            {"id": f"E_{place}", "editedAt": _time(when), "diff": text, "editor": None}
            for place, (when, text) in enumerate(one.edits)
        ]
        return {
            "id": one.id, "number": one.number, "title": one.title, "body": one.body, "closed": one.closed,
            "url": f"https://github.com/{REPO}/discussions/{one.number}", "createdAt": _time(one.created_at),
            "lastEditedAt": _time(one.edited_at) if one.edited_at else None, "authorAssociation": one.association,
            "viewerDidAuthor": one.author == self.viewer,
            "author": {"__typename": "Bot" if one.is_bot else "User", "id": one.author, "login": one.author},
            "comments": {"totalCount": one.comments},
            "userContentEdits": lambda info, first, **_: {"nodes": edits[::-1][:first], "totalCount": len(edits)},
        }  # fmt: skip


def _check(given: dict[str, Any]) -> None:
    for name, most in (("title", 256), ("body", 65_536)):
        if len(given.get(name) or "") > most:
            raise _error("UNPROCESSABLE", f"{name.capitalize()} is too long (maximum is {most} characters)")


def _error(kind: str, message: str) -> GraphQLError:
    error = GraphQLError(message)
    error.extensions = {"type": kind}
    return error


def _time(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
