"""Turn GitHub's pull requests, releases and tags into records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from weekly.classify.advisories import is_about_security
from weekly.gather.base import BODY_LIMIT, COMMIT_LIMIT, Tag, clean, coauthors, line
from weekly.model import Commit, FileChange, Issue, Person, PullRequest, Release
from weekly.text.versions import is_prerelease


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


def releases_of(connection: Mapping[str, Any]) -> tuple[dict[str, Release], datetime | None]:
    """Return a page's releases by their tags, and when the oldest was created."""
    nodes = _nodes(connection)
    releases = {
        node["tagName"]: Release(
            tag=line(node["tagName"]),
            published_at=datetime.fromisoformat(node["publishedAt"]),
            name=line(node["name"]),
            url=node["url"],
            is_prerelease=node["isPrerelease"] or is_prerelease(node["tagName"]),
            is_security=is_about_security(node.get("description") or ""),
        )
        for node in nodes
        if node["publishedAt"] and not node["isDraft"]
    }
    return releases, min((datetime.fromisoformat(node["createdAt"]) for node in nodes), default=None)


def tags_of(connection: Mapping[str, Any]) -> tuple[dict[str, Tag], datetime | None]:
    """Return a page's tags by their names, and when the oldest tagged commit was made."""
    found = [(node["name"], *tagged) for node in _nodes(connection) for tagged in _tagged(node["target"] or {})]
    tags = {name: Tag(name=name, commit=commit, at=at) for name, commit, _, at in found}
    return tags, min((date for _, _, date, _ in found), default=None)


def _tagged(target: Mapping[str, Any]) -> Iterator[tuple[str, datetime, datetime]]:
    """Yield a tag's commit and both dates. A tag of a file or tree gives nothing."""
    commit = target if "committedDate" in target else target.get("target") or {}
    if "committedDate" not in commit:
        return
    date = datetime.fromisoformat(commit["committedDate"])
    tagger = (target.get("tagger") or {}).get("date")
    yield commit["oid"], date, datetime.fromisoformat(tagger) if tagger else date
