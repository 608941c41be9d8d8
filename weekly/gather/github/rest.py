"""Read repositories by REST without a token, with a search and a list of releases for each.

It lacks a pull request's paths, commits and branches, and tags without a release.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import msgspec

from weekly.gather.base import Reading, Span, blocked
from weekly.gather.github.client import PER_PAGE, GitHubClient
from weekly.gather.github.pulls import REST_LACKS, pull_of_item
from weekly.gather.github.releases import ReleaseLists
from weekly.gather.github.search import SEARCH_CAP, complete, github_shapes, gone, refusal_hint, searched
from weekly.http.messages import Reply
from weekly.http.retry import UnansweredError
from weekly.model import Outcome, PullRequest

REREADS = 2
"""The attempts to read a search that is incomplete, or whose pages shift meanwhile."""
LAG = timedelta(hours=6)
"""For so long after its end, a week is also read from the repositories' own lists: the search lags by minutes."""
RELEASES = 20
"""Releases a page: each comes with its notes and the list of its files."""


class _Result(msgspec.Struct, frozen=True, kw_only=True):
    """The pull requests that a search gave, and how many it counts."""

    pulls: dict[int, PullRequest]
    total: int
    fault: str = ""


def read(client: GitHubClient, repos: Sequence[str], span: Span) -> tuple[Reading, ...]:
    """Return every repository's pull requests and releases in the span, in the order of `repos`."""
    readings = client.session.in_parallel(lambda repo: _read_one(client, repo, span), repos)
    return tuple(readings)


def _read_one(client: GitHubClient, repo: str, span: Span, asked_as: str = "") -> Reading:
    try:
        with github_shapes(client.access.base):
            result = _search(client, asked_as or repo, repo, span)
            if isinstance(result, Reply):
                return _refused(client, repo, span, result, asked_as)
            late = _late(client, asked_as or repo, repo, span, result)
    except UnansweredError as error:
        if client.answered == 0:
            raise
        return Reading(repo=repo, outcome=Outcome.FAILED, problems=(blocked(repo, str(error)),))
    problems = [blocked(repo, result.fault, hint="gather again with --refresh")] if result.fault else []
    if late is None:
        hint = "the search may lag behind; gather again with --refresh"
        problems.append(blocked(repo, "its own list of pull requests could not be read", hint=hint))
    late = late or {}
    return complete(
        repo,
        result.pulls | late,
        result.total,
        _releases(client, asked_as or repo, repo, span),
        unindexed=len(late),
        problems=problems,
        renamed_to=_renamed(repo, result.pulls) or asked_as or None,
        lacks=REST_LACKS,
    )


def _releases(client: GitHubClient, name: str, repo: str, span: Span) -> ReleaseLists:
    """Return the releases of the span. What can't be read is a warning."""
    releases = ReleaseLists(repo, span, pages=f"{client.access.site}/{repo}")
    try:
        for page in count(1):
            parameters = {"per_page": RELEASES} | ({"page": page} if page > 1 else {})
            reply = client.get(f"/repos/{name}/releases", parameters)
            if reply.status != 200 or not isinstance(reply.data, list):
                releases.fail(_reason(reply))
                break
            with github_shapes(client.access.base):
                if not releases.take_items(reply.data, is_last=len(reply.data) < RELEASES, page=page):
                    break
    except UnansweredError as error:
        releases.fail(str(error))
    return releases


def _search(client: GitHubClient, name: str, repo: str, span: Span) -> _Result | Reply:
    """Return all that the search for a span gives, or the reply that refused it.

    It is read anew while it gives less than it counts.
    """
    seen: dict[int, PullRequest] = {}
    fault, total = "", 0
    for _ in range(1 + REREADS):
        first = _page(client, name, span, 1)
        if not _is_result(first):
            return first
        total = first.data["total_count"]
        if total > SEARCH_CAP:
            return _search_halves(client, name, repo, span)
        rest = range(2, -(-total // PER_PAGE) + 1)
        pages = [first, *client.session.in_parallel(lambda number: _page(client, name, span, number), rest)]
        fault = next((f"page {n}: {_reason(page)}" for n, page in enumerate(pages, 1) if not _is_result(page)), "")
        read = [page for page in pages if _is_result(page)]
        pulls = [pull_of_item(repo, item) for page in read for item in page.data["items"]]
        seen |= {pull.number: pull for pull in pulls if pull.merged_at in span}
        if any(page.data["incomplete_results"] for page in read):
            fault = "GitHub's search ran out of time and says that its results are incomplete"
        if not fault and len(seen) >= total:
            break
    return _Result(pulls=seen, total=total, fault=fault)


def _search_halves(client: GitHubClient, name: str, repo: str, span: Span) -> _Result | Reply:
    """Search the halves of a span with more results than a search gives."""
    halves = span.halves()
    if not halves:
        return _Result(pulls={}, total=0, fault=f"more than {SEARCH_CAP} pull requests were merged in one second")
    pulls: dict[int, PullRequest] = {}
    total, fault = 0, ""
    for result in client.session.in_parallel(lambda half: _search(client, name, repo, half), halves):
        if isinstance(result, Reply):
            return result
        pulls |= result.pulls
        total, fault = total + result.total, fault or result.fault
    return _Result(pulls=pulls, total=total, fault=fault)


def _page(client: GitHubClient, name: str, span: Span, number: int) -> Reply:
    query, _, sort = searched(name, span).rpartition(" sort:")
    field, _, order = sort.partition("-")
    parameters: dict[str, Any] = {"q": query, "sort": field, "order": order, "per_page": PER_PAGE}
    return client.get("/search/issues", parameters | ({"page": number} if number > 1 else {}))


def _refused(client: GitHubClient, repo: str, span: Span, reply: Reply, asked_as: str) -> Reading:
    """Find out why a search was refused.

    The repository is gone, closed to us, or has another name now.
    """
    about = client.get(f"/repos/{asked_as or repo}", {})
    if about.status == 200 and isinstance(about.data, Mapping):
        name = str(about.data.get("full_name", repo))
        if name.lower() != (asked_as or repo).lower() and not asked_as:
            return _read_one(client, repo, span, asked_as=name)
        problem = blocked(repo, f"the search was refused ({reply.status}): {_reason(reply)}", hint="try again later")
        return Reading(repo=repo, outcome=Outcome.FAILED, problems=(problem,))
    outcomes = {404: Outcome.NOT_FOUND, 403: Outcome.FORBIDDEN, 451: Outcome.FORBIDDEN}
    outcome = outcomes.get(about.status, Outcome.FAILED)
    hint = "" if outcome is Outcome.NOT_FOUND else _reason(about)
    if outcome is Outcome.FORBIDDEN:
        hint = refusal_hint(about.errors, about.headers.get("x-github-sso", ""))
    return gone(repo, outcome, hint=hint)


def _late(client: GitHubClient, name: str, repo: str, span: Span, result: _Result) -> dict[int, PullRequest] | None:
    """Return what the repository's list has and the search has not yet. None means that the list can't be read."""
    if client.session.now() - span.end.timestamp() >= LAG.total_seconds():
        return {}
    parameters = {"state": "closed", "sort": "updated", "direction": "desc", "per_page": PER_PAGE}
    reply = client.get(f"/repos/{name}/pulls", parameters)
    if reply.status != 200 or not isinstance(reply.data, list):
        return None
    pulls = [pull_of_item(repo, item) for item in reply.data if item["merged_at"]]
    return {pull.number: pull for pull in pulls if pull.merged_at in span and pull.number not in result.pulls}


def _renamed(repo: str, pulls: Mapping[int, PullRequest]) -> str | None:
    """Return the name that the answers use, where it is another one."""
    for pull in pulls.values():
        name = "/".join(pull.url.split("/")[3:5])
        return name if name.lower() != repo.lower() else None
    return None


def _is_result(reply: Reply) -> bool:
    return reply.status == 200 and isinstance(reply.data, dict) and "total_count" in reply.data


def _reason(reply: Reply) -> str:
    return f"{reply.status}: {reply.errors}"
