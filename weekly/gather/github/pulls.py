"""Turn GitHub's pull requests into records, from GraphQL and REST."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from weekly.gather.base import BODY_LIMIT, COMMIT_LIMIT, clean, coauthors, line
from weekly.model import Commit, FileChange, Issue, Person, PullRequest

REST_LACKS = ("base", "closes", "commits", "files", "head", "merged_by")
"""The fields of a pull request that a REST search lacks."""


def pull_of_node(repo: str, node: Mapping[str, Any]) -> PullRequest:
    """Return the record of a GraphQL node with the fields that we ask for."""
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
        author=_person(node["author"], "__typename"),
        merged_at=datetime.fromisoformat(node["mergedAt"]),
        merged_by=_person(node["mergedBy"], "__typename"),
        created_at=datetime.fromisoformat(node["createdAt"]),
        association=node["authorAssociation"],
        base=line(node["baseRefName"]),
        head=line(node["headRefName"]),
        labels=tuple(line(label["name"]) for label in _nodes(node["labels"])),
        body=body[:BODY_LIMIT],
        files=tuple(
            FileChange(path=clean(file["path"]), additions=file["additions"], deletions=file["deletions"])
            for file in _nodes(node["files"])
        ),
        commits=tuple(_commit(message) for message in messages),
        coauthors=coauthors(node["body"], *(message["messageBody"] for message in messages)),
        closes=tuple(_issue(issue) for issue in _nodes(node["closingIssuesReferences"])),
        cut=(*cut, *(["body"] if len(body) > BODY_LIMIT else [])),
    )


def pull_of_item(repo: str, item: Mapping[str, Any]) -> PullRequest:
    """Return the record of an entry of a REST search, or of a repository's list."""
    body = clean(item["body"])
    merged_at: str = item.get("merged_at") or item["pull_request"]["merged_at"]
    return PullRequest(
        repo=repo,
        number=item["number"],
        title=line(item["title"]),
        url=item["html_url"],
        author=_person(item["user"], "type"),
        merged_at=datetime.fromisoformat(merged_at),
        created_at=datetime.fromisoformat(item["created_at"]),
        association=item.get("author_association") or "",
        base=line((item.get("base") or {}).get("ref")) or None,
        head=line((item.get("head") or {}).get("ref")) or None,
        labels=tuple(line(label if isinstance(label, str) else label.get("name")) for label in item["labels"]),
        body=body[:BODY_LIMIT],
        coauthors=coauthors(item["body"]),
        cut=("body",) if len(body) > BODY_LIMIT else (),
    )


def _person(account: Mapping[str, Any] | None, kind: str) -> Person:
    if account is None:
        return Person.of_login(None)
    return Person.of_login(line(account["login"]), kind=account[kind])


def _commit(message: Mapping[str, Any]) -> Commit:
    return Commit(subject=line(message["messageHeadline"]), body=clean(message["messageBody"])[:COMMIT_LIMIT])


def _issue(issue: Mapping[str, Any]) -> Issue:
    labels = tuple(line(label["name"]) for label in _nodes(issue["labels"]))
    reporter = _person(issue["author"], "__typename") if issue["author"] else None
    return Issue(number=issue["number"], title=line(issue["title"]), labels=labels, reporter=reporter)


def _nodes(connection: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Return a connection's nodes, without the nulls for what may not be read."""
    return [node for node in (connection or {}).get("nodes") or () if node]
