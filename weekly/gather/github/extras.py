"""Read commits of packaging branches and published advisories, and count open issues for newcomers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from weekly.config.sections import NewcomersConfig
from weekly.errors import SourceError
from weekly.gather.base import fault_of, noted
from weekly.gather.github.client import GitHubClient, github_shapes
from weekly.model import Advisory, AdvisoryWeek, BranchCommit, BranchWeek, OpenIssues, Reach
from weekly.text.markdown import harmless, normalise
from weekly.week import Week

MOST_PAGES = 10
"""Pages of commits of a packaging branch. One with more a week isn't listed by commits."""


def commits(
    client: GitHubClient, repo: str, branch: str, weeks: Sequence[Week], *, is_required: bool
) -> tuple[BranchWeek, ...]:
    """Return a branch's commits in each of the weeks, without merges, the oldest first."""
    source = f"{repo}@{branch}"
    asked = {"sha": branch, "since": _stamp(weeks[0].start), "until": _stamp(weeks[-1].end)}
    try:
        with github_shapes(source):
            pages = client.pages(
                f"/repos/{repo}/commits", asked, fault="its commits could not be read", most=MOST_PAGES
            )
            rows = [row for page in pages for row in page if len(row["parents"]) < 2]
            dated = sorted(map(_commit, reversed(rows)), key=lambda pair: pair[0])
    except SourceError as error:
        problem = fault_of(source, error, is_required=is_required)
        return tuple(BranchWeek(source=source, reach=Reach.FAILED, problem=problem) for _ in weeks)
    return tuple(
        BranchWeek(source=source, commits=tuple(commit for instant, commit in dated if instant in week))
        for week in weeks
    )


def open_issues(client: GitHubClient, wanted: NewcomersConfig, weeks: Sequence[Week]) -> tuple[OpenIssues, ...]:
    """Count the issues for newcomers that are open now, the same for each of the weeks."""
    source = source_of(wanted)
    try:
        reply = client.get("/search/issues", {"q": f"repo:{wanted.repo} {wanted.query}", "per_page": 1})
        count = reply.data.get("total_count") if reply.status == 200 and isinstance(reply.data, dict) else None
        fault = f"the search was refused ({reply.status})"
    except SourceError as error:
        count, fault = None, str(error)
    if isinstance(count, int):
        return (OpenIssues(source=source, count=count),) * len(weeks)
    problem = noted(source, f"not counted: {harmless(fault)}")
    return (OpenIssues(source=source, reach=Reach.FAILED, problem=problem),) * len(weeks)


def advisories(client: GitHubClient, source: str, weeks: Sequence[Week]) -> tuple[AdvisoryWeek, ...]:
    """Return a repository's published security advisories in each of the weeks, the oldest first."""
    asked = {"state": "published", "sort": "published", "direction": "desc"}
    dated: list[tuple[datetime, Advisory]] = []
    try:
        with github_shapes(source):
            path = f"/repos/{source}"
            for page in client.pages(
                path, asked, fault="its advisories could not be read", most=MOST_PAGES, has_cursors=True
            ):
                dated += [(datetime.fromisoformat(row["published_at"]), _advisory(row)) for row in page]
                if dated and dated[-1][0] < weeks[0].start:
                    break
    except SourceError as error:
        problem = fault_of(source, error)
        return tuple(AdvisoryWeek(source=source, reach=Reach.FAILED, problem=problem) for _ in weeks)
    return tuple(
        AdvisoryWeek(source=source, advisories=tuple(advisory for instant, advisory in dated[::-1] if instant in week))
        for week in weeks
    )


def source_of(wanted: NewcomersConfig) -> str:
    """Return the name of a count in the archive."""
    return f"{wanted.repo} {wanted.query}"


def _stamp(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _advisory(row: Mapping[str, Any]) -> Advisory:
    numbers = (row["cve_id"], row["ghsa_id"])
    return Advisory(
        numbers=tuple(harmless(number) for number in numbers if number),
        title=normalise(row["summary"]),
        severity=harmless(row["severity"] or ""),
        url=row["html_url"],
    )


def _commit(row: Mapping[str, Any]) -> tuple[datetime, BranchCommit]:
    subject = str(row["commit"]["message"]).strip().partition("\n")[0]
    commit = BranchCommit(sha=row["sha"], subject=normalise(subject), url=row["html_url"])
    return datetime.fromisoformat(row["commit"]["committer"]["date"]), commit
