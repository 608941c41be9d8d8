"""A GitHub on loopback: executes the GraphQL that is sent, answers REST in the published shapes.

What it answers comes from our records; `Hub` holds what GitHub knows besides. It is a stand-in: no answer of it was
recorded from the real service.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha1
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OverlappingFieldsCanBeMergedRule,
    build_schema,
    execute_sync,
    parse,
    specified_rules,
    validate,
)

from tests.support.github_commits import create_commit
from tests.support.server import Request, Response
from weekly.model import Issue, PullRequest

_BY_AUTHOR = re.compile(r"repo:(?P<repo>\S+) is:pr is:merged author:(?P<login>\S+) merged:<=(?P<last>\S+)")
_QUALIFIERS = re.compile(
    r"repo:(?P<repo>\S+) (?:is:pr is:merged |type:pr )(?P<when>merged|created|closed):(?P<first>\S+?)\.\.(?P<last>\S+?)"
    r"(?: sort:created-asc)?"
)
CAP = 1000
RULES = [rule for rule in specified_rules if rule is not OverlappingFieldsCanBeMergedRule]
"""What a query is held to. `state` of issues and of pull requests has two types, and GitHub lets it be asked at once."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """A release, as its maintainers made it."""

    tag: str
    published_at: datetime
    created_at: datetime | None = None
    name: str = ""
    notes: str = ""
    is_draft: bool = False
    is_prerelease: bool = False


@dataclass(frozen=True, kw_only=True)
class Tagged:
    """A tag; an annotated one has a time of its own."""

    name: str
    committed_at: datetime
    tagged_at: datetime | None = None
    commit: str = ""


@dataclass(kw_only=True)
class Hub:
    """What this GitHub knows: pull requests by repository, and what is the matter with some of them."""

    pulls: list[PullRequest] = field(default_factory=list)
    quiet: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    readmes: dict[str, str] = field(default_factory=dict)
    archived: frozenset[str] = frozenset()
    forks: frozenset[str] = frozenset()
    topics: dict[str, tuple[str, ...]] = field(default_factory=dict)
    people: frozenset[str] = frozenset()
    """Accounts that are no organisations."""
    forbidden: frozenset[str] = frozenset()
    unindexed: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()
    token: str | None = None
    most_nodes: int | None = None
    incomplete: bool = False
    list_length: int = 100
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    default_branch: str = "main"
    releases: dict[str, list[Published]] = field(default_factory=dict)
    tags: dict[str, list[Tagged]] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    """Files by revision and path, as `merge_of(pull):path`; None for one that is no text."""
    truncated: frozenset[str] = frozenset()
    repositories: dict[str, Path] = field(default_factory=dict)
    """Bare git repositories, for commits through the API."""

    def repos(self) -> set[str]:
        return {pull.repo for pull in self.pulls} | set(self.quiet)

    def found(self, name: str) -> str | None:
        """The repository of that name, or whose old name it is."""
        name = self.renamed.get(name, name)
        return next((repo for repo in self.repos() if repo.lower() == name.lower()), None)

    def search(self, query: str) -> tuple[list[PullRequest], int] | None:
        """What a search gives, in the order of creation, and what it counts; None where the repository isn't there."""
        if match := _BY_AUTHOR.fullmatch(query):
            last = datetime.fromisoformat(match["last"])
            of_author = [pull for pull in self.pulls if (pull.repo, pull.author.login) == match.group("repo", "login")]
            return [], sum(pull.merged_at <= last for pull in of_author)
        match = _QUALIFIERS.fullmatch(query)
        assert match is not None, f"a search that this stand-in doesn't know: {query}"
        repo = self.found(match["repo"])
        if repo is None or repo in self.forbidden:
            return None
        first, last = datetime.fromisoformat(match["first"]), datetime.fromisoformat(match["last"])
        hits = [
            pull
            for pull in self.pulls
            if pull.repo == repo
            and pull.ref not in self.unindexed
            and first <= _when(pull, match["when"]).replace(microsecond=0) <= last
        ]
        hits.sort(key=lambda pull: pull.number)
        return hits[:CAP], len(hits)

    def listed(self, repo: str) -> list[PullRequest]:
        """The repository's own list, the last to change first."""
        pulls = [pull for pull in self.pulls if pull.repo == repo]
        return sorted(pulls, key=lambda pull: pull.merged_at, reverse=True)[: self.list_length]

    def __call__(self, request: Request) -> Response:
        if self.token is not None and self.token not in request.headers.get("authorization", ""):
            return Response.of_json({"message": "Bad credentials", "status": "401"}, 401)
        if request.method == "POST" and request.path.endswith("/graphql"):
            return _graphql(self, request)
        if request.path.endswith("/search/issues"):
            return _search(self, request)
        if match := re.search(r"/(users|orgs)/([^/]+)/repos$", request.path):
            is_there = match[1] == "users" or match[2] not in self.people
            return _list_repositories(self, match[2] if is_there else "", request)
        if match := re.search(r"/repos/([^/]+/[^/]+?)/labels$", request.path):
            return Response.of_json([{"name": name} for name in self.labels.get(match[1], ())])
        if (match := re.search(r"/repos/([^/]+/[^/]+?)/readme$", request.path)) and match[1] in self.readmes:
            return Response.of_json(
                {"content": b64encode(self.readmes[match[1]].encode()).decode(), "encoding": "base64"}
            )
        if match := re.search(r"/repos/([^/]+/[^/]+?)/releases$", request.path):
            return _list_releases(self, match[1], request)
        if match := re.search(r"/repos/([^/]+/[^/]+?)(/pulls)?$", request.path):
            return _repository(self, match[1], request) if match[2] is None else _list(self, match[1], request)
        return Response.of_json({"message": "Not Found", "status": "404"}, 404)


def _when(pull: PullRequest, what: str) -> datetime:
    """When it was created, or merged, by which it was closed."""
    return pull.created_at or pull.merged_at if what == "created" else pull.merged_at


# REST ----------------------------------------------------------------------------------------------------------------


def _search(hub: Hub, request: Request) -> Response:
    result = hub.search(request.query["q"])
    if result is None:
        what = "The listed users and repositories cannot be searched either because the resources do not exist"
        errors = [{"message": what, "resource": "Search", "field": "q", "code": "invalid"}]
        return Response.of_json({"message": "Validation Failed", "errors": errors, "status": "422"}, 422)
    hits, count = result
    size, number = int(request.query.get("per_page", 30)), int(request.query.get("page", 1))
    assert size <= 100
    items = [_item(hub, pull) for pull in hits[(number - 1) * size : number * size]]
    return Response.of_json({"total_count": count, "incomplete_results": hub.incomplete, "items": items})


def _list_repositories(hub: Hub, owner: str, request: Request) -> Response:
    """An account's repositories by name, or those whose last pull request was merged last first."""
    names = [repo for repo in hub.repos() if repo.lower().startswith(f"{owner.lower()}/")]
    if not names:
        return Response.of_json({"message": "Not Found", "status": "404"}, 404)
    merged = {repo: [pull.merged_at for pull in hub.pulls if pull.repo == repo] for repo in sorted(names)}
    rows = [
        {
            "id": _number(hub, repo), "full_name": repo, "fork": repo in hub.forks, "archived": repo in hub.archived,
            "topics": list(hub.topics.get(repo, ())),
            "pushed_at": _time(max(times)) if times else "2011-01-26T19:06:43Z",
        }
        for repo, times in merged.items()
    ]  # fmt: skip
    if request.query.get("sort") == "pushed":
        rows.sort(key=lambda row: str(row["pushed_at"]), reverse=True)
    size, page = int(request.query.get("per_page", 30)), int(request.query.get("page", 1))
    return Response.of_json(rows[(page - 1) * size : page * size])


def _number(hub: Hub, repo: str) -> int:
    """A repository's number, which stays when it gets another name."""
    first = next((old for old, new in hub.renamed.items() if new == repo), repo)
    return int(sha1(first.encode(), usedforsecurity=False).hexdigest()[:8], 16)


def _repository(hub: Hub, name: str, request: Request) -> Response:
    repo = hub.found(name)
    if repo is None:
        return Response.of_json({"message": "Not Found", "status": "404"}, 404)
    if repo in hub.forbidden:
        return Response.of_json({"message": "Repository access blocked", "status": "403"}, 403)
    shown = {"full_name": _present(hub, repo), "archived": repo in hub.archived, "default_branch": hub.default_branch}
    return Response.of_json(shown)


def _list(hub: Hub, name: str, request: Request) -> Response:
    repo = hub.found(name)
    if repo is None:
        return Response.of_json({"message": "Not Found", "status": "404"}, 404)
    pulls = hub.listed(repo)[: int(request.query.get("per_page", 30))]
    return Response.of_json([_listed(hub, pull) for pull in pulls])


def _list_releases(hub: Hub, name: str, request: Request) -> Response:
    repo = hub.found(name)
    if repo is None:
        return Response.of_json({"message": "Not Found", "status": "404"}, 404)
    size, number = int(request.query.get("per_page", 30)), int(request.query.get("page", 1))
    assert size <= 100
    shown = [_release(hub, repo, release) for release in _newest(hub.releases.get(repo, []))]
    names = {
        "tagName": "tag_name", "name": "name", "createdAt": "created_at", "publishedAt": "published_at",
        "isDraft": "draft", "isPrerelease": "prerelease", "url": "html_url",
        "description": "body",
    }  # fmt: skip
    page = shown[(number - 1) * size : number * size]
    return Response.of_json([{ours: release[theirs] for theirs, ours in names.items()} for release in page])


def _newest(releases: Sequence[Published]) -> list[Published]:
    return sorted(releases, key=lambda release: release.created_at or release.published_at, reverse=True)


def _release(hub: Hub, repo: str, release: Published) -> dict[str, Any]:
    return {
        "__typename": "Release",
        "id": release.tag,
        "tagName": release.tag,
        "name": release.name or None,
        "createdAt": _time(release.created_at or release.published_at),
        "publishedAt": None if release.is_draft else _time(release.published_at),
        "isDraft": release.is_draft,
        "isPrerelease": release.is_prerelease,
        "description": release.notes or None,
        "url": f"https://github.com/{_present(hub, repo)}/releases/tag/{release.tag}",
    }


def _listed(hub: Hub, pull: PullRequest) -> dict[str, Any]:
    item = _item(hub, pull)
    del item["pull_request"]
    return item | {"merged_at": _time(pull.merged_at), "base": {"ref": pull.base}, "head": {"ref": pull.head}}


def _item(hub: Hub, pull: PullRequest) -> dict[str, Any]:
    url = _url(hub, pull)
    return {
        "number": pull.number,
        "title": pull.title,
        "body": pull.body or None,
        "html_url": url,
        "user": _account(pull.author.login, "Bot" if pull.author.is_bot else "User"),
        "author_association": pull.association or "CONTRIBUTOR",
        "labels": [{"name": label} for label in pull.labels],
        "created_at": _time(pull.created_at or pull.merged_at),
        "closed_at": _time(pull.merged_at),
        "state": "closed",
        "pull_request": {"merged_at": _time(pull.merged_at), "html_url": url},
    }


def _account(login: str, kind: str) -> dict[str, str] | None:
    if login == "ghost":
        return None
    return {"login": f"{login}[bot]" if kind == "Bot" else login, "type": kind}


# GraphQL -------------------------------------------------------------------------------------------------------------


@cache
def schema() -> GraphQLSchema:
    built = build_schema((Path(__file__).parent / "github.graphql").read_text(encoding="utf-8"))
    for name in ("Actor", "SearchResultItem", "Node", "GitObject"):
        built.type_map[name].resolve_type = lambda value, info, kind: value["__typename"]  # type: ignore[attr-defined]  # of interfaces and unions
    return built


def _graphql(hub: Hub, request: Request) -> Response:
    if not request.headers.get("authorization"):
        return Response.of_json({"message": "This endpoint requires you to be authenticated.", "status": "401"}, 401)
    asked = request.json
    root = {
        "search": _searcher(hub),
        "repository": _repositories(hub),
        "rateLimit": _rate,
        "createCommitOnBranch": _commits(hub),
    }
    result = execute(asked["query"], root, asked.get("variables"))
    body: dict[str, Any] = dict(result.formatted)
    if result.errors:  # GitHub names the type next to the message
        body["errors"] = [dict(error.formatted) | dict(error.extensions or {}) for error in result.errors]
    if hub.most_nodes is not None and _nodes(body.get("data")) > hub.most_nodes:
        return Response(status=502, body=b"<html>Server Error</html>", headers={"content-type": "text/html"})
    return Response.of_json(body)


def execute(query: str, root: dict[str, Any], variables: dict[str, Any] | None) -> ExecutionResult:
    document, errors = _checked(query)
    if errors:
        return ExecutionResult(errors=errors)
    result = execute_sync(schema(), document, root_value=root, variable_values=variables)
    assert isinstance(result, ExecutionResult)
    return result


@lru_cache(maxsize=256)
def _checked(query: str) -> tuple[DocumentNode, list[GraphQLError]]:
    """Parse and validate a query. Tests send few different ones."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return DocumentNode(), [error]
    return document, validate(schema(), document, RULES)


def _nodes(value: Any) -> int:
    """How many nodes an answer holds: what its time depends on."""
    if isinstance(value, dict):
        own = len(value["nodes"]) if isinstance(value.get("nodes"), list) else 0
        return own + sum(_nodes(item) for item in value.values())
    return sum(_nodes(item) for item in value) if isinstance(value, list) else 0


def _rate(info: GraphQLResolveInfo[Any], **arguments: Any) -> dict[str, Any]:
    return {"cost": 1, "limit": 5000, "remaining": 4999, "resetAt": "2030-01-01T00:00:00Z"}


def _commits(hub: Hub) -> Callable[..., Any]:
    def create_commit_on_branch(info: GraphQLResolveInfo[Any], input: dict[str, Any]) -> Any:  # noqa: A002  GitHub's name
        repo = input["branch"]["repositoryNameWithOwner"]
        if repo not in hub.repositories:
            raise _error("FORBIDDEN", "Resource not accessible by integration")
        oid, stale = create_commit(hub.repositories[repo], input)
        if stale:
            raise _error("STALE_DATA", stale)
        return {"commit": {"__typename": "Commit", "id": oid, "oid": oid}}

    return create_commit_on_branch


def _searcher(hub: Hub) -> Callable[..., Any]:
    def search(info: GraphQLResolveInfo[Any], query: str, type: str, first: int, after: str | None = None) -> Any:  # noqa: A002  GitHub's name
        assert type == "ISSUE"
        if not 1 <= first <= 100:
            raise _error(
                "EXCESSIVE_PAGINATION", f"Requesting {first} records exceeds the `first` limit of 100 records."
            )
        hits, count = hub.search(query) or ([], 0)
        start = int(after.removeprefix("cursor:")) if after else 0
        page = hits[start : start + first]
        nodes = [_lazily(hub, pull) for pull in page]
        end = start + len(page)
        return {
            "issueCount": count,
            "nodes": nodes,
            "pageInfo": {"endCursor": f"cursor:{end}" if page else None, "hasNextPage": end < len(hits)},
        }

    return search


def _repositories(hub: Hub) -> Callable[..., Any]:
    def repository(info: GraphQLResolveInfo[Any], owner: str, name: str, **_: Any) -> Any:
        repo = hub.found(f"{owner}/{name}")
        if repo is None:
            raise _error("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
        if repo in hub.forbidden:
            raise _error("FORBIDDEN", "Resource not accessible by personal access token")

        def pulls(info: GraphQLResolveInfo[Any], first: int, **_: Any) -> Any:
            listed = hub.listed(repo)[:first]
            return {"nodes": [_node(hub, pull) for pull in listed], "pageInfo": {"hasNextPage": False}, "totalCount": 0}

        def pull(info: GraphQLResolveInfo[Any], number: int) -> Any:
            return next((_node(hub, one) for one in hub.listed(repo) if one.number == number), None)

        return {
            "nameWithOwner": _present(hub, repo),
            "isArchived": repo in hub.archived,
            "releases": _pages([_release(hub, repo, release) for release in _newest(hub.releases.get(repo, []))]),
            "refs": _pages([_tag(tag) for tag in _newest_tags(hub.tags.get(repo, []))]),
            "object": lambda info, expression: _blob(hub, expression),
            "pullRequests": pulls,
            "pullRequest": pull,
        }

    return repository


def _newest_tags(tags: Sequence[Tagged]) -> list[Tagged]:
    return sorted(tags, key=lambda tag: tag.committed_at, reverse=True)


def _tag(tag: Tagged) -> dict[str, Any]:
    oid = tag.commit or _oid(tag.name)
    commit: dict[str, Any] = {"__typename": "Commit", "id": oid, "oid": oid, "committedDate": _time(tag.committed_at)}
    target = commit
    if tag.tagged_at:
        own = _oid(f"tag {tag.name}")
        tagger = {"date": _time(tag.tagged_at)}
        target = {"__typename": "Tag", "id": own, "oid": own, "name": tag.name, "tagger": tagger, "target": commit}
    return {"__typename": "Ref", "id": tag.name, "name": tag.name, "target": target}


def _blob(hub: Hub, expression: str) -> dict[str, Any] | None:
    if expression not in hub.texts:
        return None
    text = hub.texts[expression]
    shown = {"text": text, "isTruncated": expression in hub.truncated, "isBinary": text is None, "byteSize": 1}
    return {"__typename": "Blob", "id": expression, "oid": _oid(expression)} | shown


def _pages(nodes: Sequence[Any]) -> Callable[..., Any]:
    def connection(info: GraphQLResolveInfo[Any], first: int, after: str | None = None, **_: Any) -> Any:
        start = int(after.removeprefix("cursor:")) if after else 0
        end = start + first
        page = {"endCursor": f"cursor:{end}", "hasNextPage": end < len(nodes)}
        return {"nodes": nodes[start:end], "pageInfo": page, "totalCount": len(nodes)}

    return connection


def _error(kind: str, message: str) -> GraphQLError:
    error = GraphQLError(message)
    error.extensions = {"type": kind}
    return error


def _lazily(hub: Hub, pull: PullRequest) -> Any:
    if pull.ref in hub.unreadable:
        return _error("FORBIDDEN", "Although you appear to have the correct authorization credentials, …")
    return _node(hub, pull)


def _node(hub: Hub, pull: PullRequest) -> dict[str, Any]:
    return {
        "__typename": "PullRequest",
        "id": pull.ref,
        "state": "MERGED",
        "number": pull.number,
        "title": pull.title,
        "url": _url(hub, pull),
        "body": pull.body,
        "createdAt": _time(pull.created_at or pull.merged_at),
        "mergedAt": _time(pull.merged_at),
        "updatedAt": _time(pull.merged_at),
        "closedAt": _time(pull.merged_at),
        "author": _actor(pull.author.login, is_bot=pull.author.is_bot),
        "authorAssociation": pull.association or "CONTRIBUTOR",
        "mergedBy": _actor(pull.merged_by.login, is_bot=False) if pull.merged_by else None,
        "mergeCommit": _commit(pull, f"Merge pull request #{pull.number}", ""),
        "baseRefName": pull.base or "main",
        "headRefName": pull.head or "patch-1",
        "labels": _connection([_label(label) for label in pull.labels]),
        "files": _connection(
            [{"path": file.path, "additions": file.additions, "deletions": file.deletions} for file in pull.files]
        ),
        "commits": _connection(
            [{"id": "c", "commit": _commit(pull, commit.subject, commit.body)} for commit in pull.commits]
        ),
        "comments": _connection([]),
        "reviews": _connection([]),
        "reactions": {"totalCount": 0},
        "closingIssuesReferences": _connection([_issue(issue) for issue in pull.closes]),
    }


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "id": "i",
        "number": issue.number,
        "title": issue.title,
        "author": _actor(issue.reporter.login, is_bot=issue.reporter.is_bot) if issue.reporter else None,
        "labels": _connection([_label(label) for label in issue.labels]),
    }


def _commit(pull: PullRequest, subject: str, body: str) -> dict[str, Any]:
    oid = _oid(f"{pull.ref} {subject}")
    user = None if pull.author.is_bot else _actor(pull.author.login, is_bot=False)
    by = {"user": user}
    shown = {"id": oid, "oid": oid, "messageHeadline": subject, "messageBody": body}
    return shown | {"committer": by, "authors": _connection([by])}


def _oid(text: str) -> str:
    return sha1(text.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()


def merge_of(pull: PullRequest) -> str:
    """The commit by which a pull request was merged."""
    return _oid(f"{pull.ref} Merge pull request #{pull.number}")


def _label(name: str) -> dict[str, str]:
    return {"__typename": "Label", "id": name, "name": name}


def _actor(login: str, *, is_bot: bool) -> dict[str, str] | None:
    if login == "ghost":
        return None
    return {"__typename": "Bot" if is_bot else "User", "id": login, "login": login}


def _connection(nodes: Sequence[Any]) -> Callable[..., Any]:
    def connection(
        info: GraphQLResolveInfo[Any], first: int | None = None, last: int | None = None, after: str | None = None
    ) -> Any:
        shown = nodes[:first] if last is None else nodes[-last:]
        return {"nodes": shown, "edges": [{"node": node} for node in shown], "totalCount": len(nodes)}

    return connection


def _url(hub: Hub, pull: PullRequest) -> str:
    return f"https://github.com/{_present(hub, pull.repo)}/pull/{pull.number}"


def _present(hub: Hub, repo: str) -> str:
    return next((new for old, new in hub.renamed.items() if old == repo), repo)


def _time(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
