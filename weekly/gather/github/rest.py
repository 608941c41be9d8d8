"""Read repositories by REST without a token, with a search and a list of releases for each.

It lacks a pull request's paths, commits and branches, and tags without a release.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from weekly.gather.base import Reading, Span
from weekly.gather.github.client import PER_PAGE, GitHubClient, github_shapes
from weekly.gather.github.progress import REREADS, SEARCH_CAP, Progress
from weekly.gather.github.queries import Answer, Detail, MoreReleases, Need, Overview, Search, searched
from weekly.http.messages import Reply
from weekly.http.retry import UnansweredError

LACKS = ("base", "closes", "commits", "files", "head", "merged_by")
"""The fields of a pull request that a search lacks."""
LAG = timedelta(hours=6)
"""For so long after its end, a week is also read from the repositories' own lists: the search lags by minutes."""
RELEASES = 20
"""Releases a page: each comes with its notes and the list of its files."""
_KINDS = {404: "NOT_FOUND", 403: "FORBIDDEN", 451: "FORBIDDEN"}
"""GraphQL's types of errors by REST's status."""
_NAMES = {
    "name": "name",
    "tagName": "tag_name",
    "createdAt": "created_at",
    "publishedAt": "published_at",
    "isPrerelease": "prerelease",
    "isDraft": "draft",
    "url": "html_url",
    "description": "body",
}
"""REST's names of a release's fields by GraphQL's."""


def read(client: GitHubClient, repos: Sequence[str], span: Span) -> tuple[Reading, ...]:
    """Return every repository's pull requests and releases in the span, in the order of `repos`."""
    return tuple(client.session.in_parallel(lambda repo: _Reader(client, repo, span).read(), repos))


class _Reader:
    """Answers one repository's needs from the REST API, in the shapes of GraphQL."""

    def __init__(self, client: GitHubClient, repo: str, span: Span) -> None:
        self._client, self._span, self._name = client, span, repo
        self._progress = Progress(repo, span, site=client.access.site, lacks=LACKS)
        self._listed: dict[int, Mapping[str, Any]] = {}
        self._refusal: Answer | None = None

    def read(self) -> Reading:
        """Ask as long as something is needed. UnansweredError where GitHub never answered."""
        repo = self._name
        todo: list[Need] = [Search(repo=repo, span=self._span, first=PER_PAGE), Overview(repo=repo, first=PER_PAGE)]
        try:
            with github_shapes(self._client.access.base):
                while todo:
                    need = todo.pop(0)
                    todo = [*self._progress.take(need, self._answer(need)), *todo] or self._progress.missing()
        except UnansweredError as error:
            if self._client.answered == 0:
                raise
            self._progress.fail(str(error))
        return self._progress.reading()

    def _answer(self, need: Need) -> Answer:
        if isinstance(need, Search):
            return self._search(need)
        if isinstance(need, MoreReleases):
            return self._releases(int(need.releases_after or 1))
        if isinstance(need, Detail):
            return Answer(value={"pullRequest": _node(self._listed[need.number])})
        return self._refusal or self._overview()

    def _search(self, need: Search) -> Answer:
        page = int(need.after or 1)
        query, _, sort = searched(need.asked_as or self._name, need.span).rpartition(" sort:")
        field, _, order = sort.partition("-")
        asked: dict[str, Any] = {"q": query, "sort": field, "order": order, "per_page": PER_PAGE}
        for _ in range(1 + REREADS):
            reply = self._client.get("/search/issues", asked | ({"page": page} if page > 1 else {}))
            if reply.status != 200 or not isinstance(reply.data, dict) or "total_count" not in reply.data:
                return self._refused(need, reply)
            if not reply.data["incomplete_results"]:
                break
        what = "GitHub's search ran out of time and says that its results are incomplete"
        total, items = reply.data["total_count"], reply.data["items"]
        for item in items[:1]:
            self._name = "/".join(item["html_url"].split("/")[3:5])  # it may have another name now
        has_next = page * PER_PAGE < min(total, SEARCH_CAP)
        return Answer(
            value={
                "issueCount": total,
                "nodes": [_node(item) for item in items],
                "pageInfo": {"hasNextPage": has_next, "endCursor": str(page + 1)},
            },
            errors=({"message": what},) if reply.data["incomplete_results"] else (),
        )

    def _refused(self, need: Search, reply: Reply) -> Answer:
        """Find out why a search was refused. The repository is gone, closed to us, or has another name now."""
        about = self._client.get(f"/repos/{self._name}", {})
        if about.status == 200 and isinstance(about.data, Mapping):
            name = str(about.data.get("full_name", self._name))
            if name.lower() == self._name.lower():
                return Answer(fault=f"the search was refused ({reply.status}: {reply.errors})")
            self._name = name
            return self._search(msgspec.structs.replace(need, asked_as=name))
        error = {"type": _KINDS.get(about.status), "message": about.errors}
        self._refusal = Answer(errors=(error,), sso=about.headers.get("x-github-sso", ""))
        return self._refusal

    def _overview(self) -> Answer:
        if self._client.session.now() - self._span.end.timestamp() < LAG.total_seconds():
            asked = {"state": "closed", "sort": "updated", "direction": "desc", "per_page": PER_PAGE}
            reply = self._client.get(f"/repos/{self._name}/pulls", asked)
            if reply.status != 200 or not isinstance(reply.data, list):
                return Answer(fault="its own list of pull requests could not be read")
            self._listed = {row["number"]: row for row in reply.data if row["merged_at"]}
        nodes = [{"number": number, "mergedAt": row["merged_at"]} for number, row in self._listed.items()]
        releases = self._releases(1)
        about = {"nameWithOwner": self._name, "isArchived": False, "pullRequests": {"nodes": nodes}}
        return msgspec.structs.replace(releases, value=about | releases.value)

    def _releases(self, page: int) -> Answer:
        """Return a page of the releases. What can't be read is a warning."""
        asked = {"per_page": RELEASES} | ({"page": page} if page > 1 else {})
        try:
            reply = self._client.get(f"/repos/{self._name}/releases", asked)
            fault = f"{reply.status}: {reply.errors}"
        except UnansweredError as error:
            reply, fault = Reply(url="", status=0), str(error)
        if reply.status != 200 or not isinstance(reply.data, list):
            return Answer(value={"releases": None}, errors=({"message": fault},))
        nodes = [{name: item[theirs] for name, theirs in _NAMES.items()} for item in reply.data]
        page_info = {"hasNextPage": len(nodes) == RELEASES, "endCursor": str(page + 1)}
        return Answer(value={"releases": {"nodes": nodes, "pageInfo": page_info}})


def _node(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of a search, or of a repository's list, in GraphQL's shape."""
    user, labels = item["user"], item["labels"]
    names = [label if isinstance(label, str) else label.get("name") for label in labels]
    return {
        "number": item["number"],
        "title": item["title"],
        "url": item["html_url"],
        "body": item["body"],
        "createdAt": item["created_at"],
        "mergedAt": item.get("merged_at") or item["pull_request"]["merged_at"],
        "authorAssociation": item.get("author_association") or "",
        "baseRefName": (item.get("base") or {}).get("ref"),
        "headRefName": (item.get("head") or {}).get("ref"),
        "author": user and {"login": user["login"], "__typename": user["type"]},
        "labels": {"totalCount": len(names), "nodes": [{"name": name} for name in names]},
        **dict.fromkeys(("files", "commits", "closingIssuesReferences")),
    }
