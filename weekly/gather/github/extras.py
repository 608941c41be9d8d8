"""Read commits of packaging branches and published advisories, and count open issues for newcomers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from weekly.config.sections import NewcomersConfig
from weekly.errors import SourceError
from weekly.gather.github.client import GitHubClient
from weekly.model import Advisory, AdvisoryWeek, BranchCommit, BranchWeek, OpenIssues, Problem, Reach, Severity
from weekly.text.markdown import harmless, normalise
from weekly.week import Week

PAGE = 100
MOST_PAGES = 10
_CURSOR = re.compile(r'[?&]after=([^&>]+)[^>]*>;\s*rel="next"')
"""Pages of commits of a packaging branch. One with more a week isn't listed by commits."""


def commits(
    client: GitHubClient, repo: str, branch: str, weeks: Sequence[Week], *, severity: Severity
) -> tuple[BranchWeek, ...]:
    """Return a branch's commits in each of the weeks, without merges, the oldest first."""
    source = f"{repo}@{branch}"
    try:
        rows = _rows(client, repo, branch, weeks[0].start, weeks[-1].end)
        dated = sorted(((_instant(row), row) for row in reversed(rows)), key=lambda pair: pair[0])
        dated_commits = [(instant, _commit(row)) for instant, row in dated]
    except (SourceError, LookupError, TypeError, ValueError) as error:
        what = str(error) if isinstance(error, SourceError) else f"gave commits that can't be read ({error!r})"
        problem = Problem(where=source, what=harmless(what), severity=severity, hint="gather with --refresh")
        return tuple(BranchWeek(source=source, reach=Reach.FAILED, problem=problem) for _ in weeks)
    return tuple(
        BranchWeek(source=source, commits=tuple(commit for instant, commit in dated_commits if instant in week))
        for week in weeks
    )


def open_issues(client: GitHubClient, wanted: NewcomersConfig) -> OpenIssues:
    """Count the issues for newcomers that are open now."""
    source = source_of(wanted)
    fault = ""
    try:
        reply = client.get("/search/issues", {"q": f"repo:{wanted.repo} {wanted.query}", "per_page": 1})
        count = reply.data.get("total_count") if isinstance(reply.data, dict) else None
        if reply.status == 200 and isinstance(count, int):
            return OpenIssues(source=source, count=count)
        fault = f"the search was refused ({reply.status})"
    except SourceError as error:
        fault = str(error)
    problem = Problem(where=source, what=f"not counted: {harmless(fault)}", severity=Severity.NOTED)
    return OpenIssues(source=source, reach=Reach.FAILED, problem=problem)


def advisories(client: GitHubClient, source: str, weeks: Sequence[Week]) -> tuple[AdvisoryWeek, ...]:
    """Return a repository's published security advisories in each of the weeks, the oldest first."""
    try:
        rows = _published(client, source, weeks[0].start)
        dated = [(datetime.fromisoformat(row["published_at"]), _advisory(row)) for row in reversed(rows)]
    except (SourceError, AttributeError, LookupError, TypeError, ValueError) as error:
        what = str(error) if isinstance(error, SourceError) else f"gave advisories that can't be read ({error!r})"
        problem = Problem(where=source, what=harmless(what), severity=Severity.NOTED, hint="gather with --refresh")
        return tuple(AdvisoryWeek(source=source, reach=Reach.FAILED, problem=problem) for _ in weeks)
    return tuple(
        AdvisoryWeek(source=source, advisories=tuple(advisory for instant, advisory in dated if instant in week))
        for week in weeks
    )


def source_of(wanted: NewcomersConfig) -> str:
    """Return the name of a count in the archive."""
    return f"{wanted.repo} {wanted.query}"


def _rows(client: GitHubClient, repo: str, branch: str, first: datetime, end: datetime) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for number in range(1, MOST_PAGES + 1):
        asked = {"sha": branch, "since": _stamp(first), "until": _stamp(end), "per_page": PAGE, "page": number}
        reply = client.get(f"/repos/{repo}/commits", asked)
        if reply.status != 200 or not isinstance(reply.data, list):
            raise SourceError(f"its commits could not be read ({reply.status}: {reply.errors})")
        rows += [row for row in reply.data if len(row["parents"]) < 2]
        if len(reply.data) < PAGE:
            return rows
    raise SourceError(f"has more than {PAGE * MOST_PAGES} commits in that time, which no reader wants to know")


def _published(client: GitHubClient, source: str, first: datetime) -> list[Mapping[str, Any]]:
    """Return the advisories since an instant, the newest first. A further page begins after the last one's cursor."""
    rows: list[Mapping[str, Any]] = []
    asked = {"state": "published", "sort": "published", "direction": "desc", "per_page": PAGE}
    for _ in range(MOST_PAGES):
        reply = client.get(f"/repos/{source}", asked)
        if reply.status != 200 or not isinstance(reply.data, list):
            raise SourceError(f"its advisories could not be read ({reply.status}: {reply.errors})")
        page = [row for row in reply.data if datetime.fromisoformat(row["published_at"]) >= first]
        rows += page
        cursor = _CURSOR.search(reply.headers.get("link", ""))
        if len(page) < len(reply.data) or cursor is None:
            return rows
        asked = asked | {"after": unquote(cursor[1])}
    raise SourceError(f"has more than {PAGE * MOST_PAGES} advisories in that time")


def _stamp(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _instant(row: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(row["commit"]["committer"]["date"])


def _advisory(row: Mapping[str, Any]) -> Advisory:
    numbers = (row["cve_id"], row["ghsa_id"])
    return Advisory(
        numbers=tuple(harmless(number) for number in numbers if number),
        title=normalise(row["summary"]),
        severity=harmless(row["severity"] or ""),
        url=row["html_url"],
    )


def _commit(row: Mapping[str, Any]) -> BranchCommit:
    subject = str(row["commit"]["message"]).strip().partition("\n")[0]
    return BranchCommit(sha=row["sha"], subject=normalise(subject), url=row["html_url"])
