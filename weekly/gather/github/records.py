"""Turn GitHub's pull requests, releases and tags into records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from weekly.classify.advisories import is_about_security
from weekly.gather.base import (
    BODY_LIMIT,
    COMMIT_LIMIT,
    Span,
    Tag,
    clean,
    coauthors,
    is_prerelease,
    line,
    noted,
    releases_within,
)
from weekly.model import Commit, FileChange, Issue, Person, Problem, PullRequest, Release

PAGES = 3
"""Further pages that are asked for where the newest releases don't reach back to the span."""


def pull_of_node(repo: str, node: Mapping[str, Any]) -> PullRequest:
    """Return the record of a GraphQL node, or of REST's in its shape. What an API lacks is null or missing."""
    lists = {
        "labels": node["labels"],
        "files": node["files"],
        "commits": node["commits"],
        "closes": node["closingIssuesReferences"],
    }
    cut = [name for name, value in lists.items() if value and value["totalCount"] > len(value["nodes"] or ())]
    body = clean(node["body"])
    messages = [entry["commit"] for entry in _nodes(node["commits"])]
    return PullRequest(
        repo=repo,
        number=node["number"],
        title=line(node["title"]),
        url=node["url"],
        author=_person(node["author"]),
        merged_at=datetime.fromisoformat(node["mergedAt"]),
        merged_by=_person(node["mergedBy"]) if "mergedBy" in node else None,
        created_at=datetime.fromisoformat(node["createdAt"]),
        association=node["authorAssociation"],
        base=line(node["baseRefName"]) or None,
        head=line(node["headRefName"]) or None,
        labels=tuple(line(label["name"]) for label in _nodes(node["labels"])),
        body=body[:BODY_LIMIT],
        files=tuple(
            FileChange(path=clean(file["path"]), additions=file["additions"], deletions=file["deletions"])
            for file in _nodes(node["files"])
        ),
        commits=tuple(
            Commit(subject=line(message["messageHeadline"]), body=clean(message["messageBody"])[:COMMIT_LIMIT])
            for message in messages
        ),
        coauthors=coauthors(node["body"], *(message["messageBody"] for message in messages)),
        closes=tuple(_issue(issue) for issue in _nodes(node["closingIssuesReferences"])),
        cut=(*cut, *(["body"] if len(body) > BODY_LIMIT else [])),
    )


def _person(account: Mapping[str, Any] | None) -> Person:
    if account is None:
        return Person.of_login(None)
    return Person.of_login(line(account["login"]), kind=account["__typename"])


def _issue(issue: Mapping[str, Any]) -> Issue:
    labels = tuple(line(label["name"]) for label in _nodes(issue["labels"]))
    reporter = _person(issue["author"]) if issue["author"] else None
    return Issue(number=issue["number"], title=line(issue["title"]), labels=labels, reporter=reporter)


def _nodes(connection: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Return a connection's nodes, without the nulls for what may not be read."""
    return [node for node in (connection or {}).get("nodes") or () if node]


class ReleaseLists:
    """Collects the releases and tags of a repository from pages of lists.

    The lists begin with the newest and have no filter.
    """

    def __init__(self, repo: str, span: Span, *, pages: str) -> None:
        self._repo, self._span, self._pages = repo, span, pages
        self._releases: dict[str, Release] = {}
        self._tags: dict[str, Tag] = {}
        self.problems: list[Problem] = []

    def in_span(self) -> tuple[Release, ...]:
        """Return the span's releases and the tags without one, the oldest first."""
        tags = [tag for name, tag in self._tags.items() if name not in self._releases]
        return releases_within(self._span, self._releases.values(), tags, pages=self._pages)

    def take_page(self, value: Mapping[str, Any], *, page: int, reason: str = "") -> dict[str, str]:
        """Take in lists in GraphQL's shape. Return the cursors of those that don't reach back to the span."""
        cursors: dict[str, str] = {}
        for name, read in (("releases", self._read_releases), ("refs", self._read_tags)):
            if name not in value:
                continue
            if value[name] is None:
                self.fail(reason)
                continue
            oldest = read([node for node in value[name]["nodes"] or () if node])
            info = value[name]["pageInfo"]
            if not info["hasNextPage"] or oldest is None or oldest < self._span.start:
                continue
            if page <= PAGES:
                cursors[name] = info["endCursor"]
                continue
            what = f"its newest releases and tags reach back to {oldest:%Y-%m-%d} only, so older ones are missing"
            self._note(noted(self._repo, what, hint="name them in the week's notes"))
        return cursors

    def fail(self, reason: str) -> None:
        """Note that a list couldn't be read."""
        what = f"its releases could not be read{f': {reason}' if reason else ''}, so they are missing"
        self._note(noted(self._repo, what, hint="gather again with --refresh"))

    def _note(self, problem: Problem) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def _read_releases(self, nodes: Sequence[Mapping[str, Any]]) -> datetime | None:
        """Take in releases. Return when the oldest was created."""
        for node in nodes:
            if node["isDraft"] or not node["publishedAt"]:
                continue
            self._releases[node["tagName"]] = Release(
                tag=line(node["tagName"]),
                published_at=datetime.fromisoformat(node["publishedAt"]),
                name=line(node["name"]),
                url=node["url"],
                is_prerelease=node["isPrerelease"] or is_prerelease(node["tagName"]),
                is_security=is_about_security(node.get("description") or ""),
            )
        return min((datetime.fromisoformat(node["createdAt"]) for node in nodes), default=None)

    def _read_tags(self, nodes: Sequence[Mapping[str, Any]]) -> datetime | None:
        """Take in tags. Return when the oldest tagged commit was made."""
        committed = []
        for node in nodes:
            for commit, date, at in _tagged(node["target"] or {}):
                self._tags[node["name"]] = Tag(name=node["name"], commit=commit, at=at)
                committed.append(date)
        return min(committed, default=None)


def _tagged(target: Mapping[str, Any]) -> Iterator[tuple[str, datetime, datetime]]:
    """Yield a tag's commit and both dates. A tag of a file or tree gives nothing."""
    commit = target if "committedDate" in target else target.get("target") or {}
    if "committedDate" not in commit:
        return
    date = datetime.fromisoformat(commit["committedDate"])
    tagger = (target.get("tagger") or {}).get("date")
    yield commit["oid"], date, datetime.fromisoformat(tagger) if tagger else date
