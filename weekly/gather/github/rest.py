"""REST, for those without a token: one search a repository, side by side.

It can't tell a pull request's paths, commits or branches, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from weekly.gather.base import Reading, Span, blocked, noted
from weekly.gather.github.client import GitHubClient
from weekly.gather.github.pulls import REST_LACKS, pull_of_item
from weekly.gather.github.search import SEARCH_CAP, complete, github_shapes, gone, searched
from weekly.http.messages import Reply
from weekly.http.retry import UnansweredError
from weekly.model import Outcome, PullRequest

PAGE = 100
"""Entries a page: the most that GitHub gives."""
REREADS = 2
"""How often a search is read anew that came incomplete, or whose pages shifted while they were read."""
LAG = timedelta(hours=6)
"""For so long after its end, a week is also looked up in the repositories' own lists: the search lags by minutes."""


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a search gave, and what it counts."""

    pulls: dict[int, PullRequest]
    count: int
    fault: str = ""


def read(client: GitHubClient, repos: Sequence[str], span: Span) -> tuple[Reading, ...]:
    """Every repository's merged pull requests in the span, in the order of `repos`."""
    readings = client.session.in_parallel(lambda repo: _read_one(client, repo, span), repos)
    return tuple(readings)


def _read_one(client: GitHubClient, repo: str, span: Span, asked_as: str = "") -> Reading:
    try:
        with github_shapes(client.access.base):
            found = _search(client, asked_as or repo, repo, span)
            if isinstance(found, Reply):
                return _refused(client, repo, span, found, asked_as)
            late: dict[int, PullRequest] | None = (
                _late(client, asked_as or repo, repo, span, found) if _may_lag(client, span) else {}
            )
    except UnansweredError as error:
        if client.answered == 0:
            raise
        return Reading(repo=repo, outcome=Outcome.FAILED, problems=(blocked(repo, str(error)),))
    problems = [blocked(repo, found.fault, hint="gather again with --refresh")] if found.fault else []
    if late is None:
        hint = "the search may lag behind; gather again with --refresh"
        problems.append(blocked(repo, "its own list of pull requests could not be read", hint=hint))
        late = {}
    if late:
        what = f"{len(late)} merged so lately that the search did not have them yet"
        problems.append(noted(repo, what, hint="taken from the repository's own list"))
    return complete(
        repo,
        found.pulls | late,
        found.count,
        unindexed=len(late),
        problems=tuple(problems),
        renamed_to=_renamed(repo, found.pulls) or asked_as or None,
        lacks=REST_LACKS,
    )


def _search(client: GitHubClient, name: str, repo: str, span: Span) -> _Found | Reply:
    """All that the search for a span gives, read anew while it is less than it counts; a Reply where it was refused."""
    seen: dict[int, PullRequest] = {}
    fault, count = "", 0
    for _ in range(1 + REREADS):
        first = _page(client, name, span, 1)
        if not _is_result(first):
            return first
        count = first.data["total_count"]
        if count > SEARCH_CAP:
            return _search_halves(client, name, repo, span)
        rest = range(2, -(-count // PAGE) + 1)
        pages = [first, *client.session.in_parallel(lambda number: _page(client, name, span, number), rest)]
        fault = next((f"page {n}: {_said(page)}" for n, page in enumerate(pages, 1) if not _is_result(page)), "")
        read = [page for page in pages if _is_result(page)]
        pulls = [pull_of_item(repo, item) for page in read for item in page.data["items"]]
        seen |= {pull.number: pull for pull in pulls if pull.merged_at in span}
        if any(page.data["incomplete_results"] for page in read):
            fault = "GitHub's search ran out of time and says that its results are incomplete"
        if not fault and len(seen) >= count:
            break
    return _Found(pulls=seen, count=count, fault=fault)


def _search_halves(client: GitHubClient, name: str, repo: str, span: Span) -> _Found | Reply:
    """A span with more results than a search gives, as its halves."""
    halves = span.halves()
    if not halves:
        return _Found(pulls={}, count=0, fault=f"more than {SEARCH_CAP} pull requests were merged in one second")
    pulls: dict[int, PullRequest] = {}
    count, fault = 0, ""
    for found in client.session.in_parallel(lambda half: _search(client, name, repo, half), halves):
        if isinstance(found, Reply):
            return found
        pulls |= found.pulls
        count, fault = count + found.count, fault or found.fault
    return _Found(pulls=pulls, count=count, fault=fault)


def _page(client: GitHubClient, name: str, span: Span, number: int) -> Reply:
    query, _, sort = searched(name, span).rpartition(" sort:")
    field, _, order = sort.partition("-")
    parameters: dict[str, Any] = {"q": query, "sort": field, "order": order, "per_page": PAGE}
    return client.get("/search/issues", parameters | ({"page": number} if number > 1 else {}))


def _refused(client: GitHubClient, repo: str, span: Span, reply: Reply, asked_as: str) -> Reading:
    """Find out why a search was refused: the repository is gone, closed to us, or has another name now."""
    about = client.get(f"/repos/{asked_as or repo}", {})
    if about.status == 200 and isinstance(about.data, Mapping):
        name = str(about.data.get("full_name", repo))
        if name.lower() != (asked_as or repo).lower() and not asked_as:
            return _read_one(client, repo, span, asked_as=name)
        problem = blocked(repo, f"the search was refused ({reply.status}): {_said(reply)}", hint="try again later")
        return Reading(repo=repo, outcome=Outcome.FAILED, problems=(problem,))
    outcomes = {404: Outcome.NOT_FOUND, 403: Outcome.FORBIDDEN, 451: Outcome.FORBIDDEN}
    return gone(repo, outcomes.get(about.status, Outcome.FAILED), hint="" if about.status in outcomes else _said(about))


def _may_lag(client: GitHubClient, span: Span) -> bool:
    """Whether the search may not have it all yet."""
    return client.session.now() - span.end.timestamp() < LAG.total_seconds()


def _late(client: GitHubClient, name: str, repo: str, span: Span, found: _Found) -> dict[int, PullRequest] | None:
    """What the repository's own list has merged in the span and the search has not; None where it can't be read."""
    parameters = {"state": "closed", "sort": "updated", "direction": "desc", "per_page": PAGE}
    reply = client.get(f"/repos/{name}/pulls", parameters)
    if reply.status != 200 or not isinstance(reply.data, list):
        return None
    pulls = [pull_of_item(repo, item) for item in reply.data if item["merged_at"]]
    return {pull.number: pull for pull in pulls if pull.merged_at in span and pull.number not in found.pulls}


def _renamed(repo: str, pulls: Mapping[int, PullRequest]) -> str | None:
    """The name that the answers use, where it isn't the one that was asked for."""
    for pull in pulls.values():
        name = "/".join(pull.url.split("/")[3:5])
        return name if name.lower() != repo.lower() else None
    return None


def _is_result(reply: Reply) -> bool:
    return reply.status == 200 and isinstance(reply.data, dict) and "total_count" in reply.data


def _said(reply: Reply) -> str:
    message = reply.data.get("message") if isinstance(reply.data, dict) else None
    return f"{reply.status}: {message or 'no reason given'}"
