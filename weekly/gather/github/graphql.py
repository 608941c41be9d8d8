"""GraphQL: all repositories in one request, each search beside the repository's own list of what was merged last.

The search is complete but lags by minutes; the list doesn't lag but reaches back only so far. The union has neither
fault, and the search's count proves it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from weekly.errors import SourceError
from weekly.gather.base import Reading, Span, blocked, noted
from weekly.gather.github.client import GitHubClient, TooSlowError
from weekly.gather.github.pulls import pull_of_node
from weekly.gather.github.queries import Detail, Recent, Search, document
from weekly.gather.github.search import SEARCH_CAP, complete, github_shapes, gone
from weekly.http.retry import UnansweredError
from weekly.model import Outcome, Problem, PullRequest

PAGE = 100
"""Pull requests a page: the most that GitHub gives. A week of five repositories has some 80 in all, well within the
ten seconds that GitHub takes for a query; a query that is too slow is asked again by halves."""
NODES = 600
"""Nodes that one request may ask for, over all its pages: five full pages of pull requests, and the lists."""
FEW, MANY = 5, 100
"""A first page's pull requests where there are many repositories, and how many those are: most merge a handful a week,
and a page costs what it may hold. The pages that follow are as long as what is left."""
SEARCHES = 50
"""Searches in a request: each takes GitHub some time, however little it finds, and ten seconds are all that it takes."""
RECENT = 100
"""Entries of a repository's own list, a fifth of that where there are many: only their number and time, so that they
cost next to nothing. What the search doesn't have yet was merged minutes ago, and stands at its top."""
REREADS = 2
"""How often a search is read anew whose pages shifted while they were read."""


class _Progress:
    """One repository's answers as they come in."""

    def __init__(self, repo: str) -> None:
        self.repo = repo
        self.found: dict[int, PullRequest] = {}
        self.counts: Counter[str] = Counter()
        self.listed: set[int] = set()
        self.unindexed: set[int] = set()
        self.outcome: Outcome | None = None
        self.renamed_to: str | None = None
        self.is_archived = False
        self.problems: list[Problem] = []

    def fail(self, what: str) -> None:
        """Note a gap, once."""
        problem = blocked(self.repo, what, hint="gather again with --refresh")
        if problem not in self.problems:
            self.problems.append(problem)

    def reading(self) -> Reading:
        """What became of the repository."""
        if self.outcome is not None:
            return gone(self.repo, self.outcome)
        problems = list(self.problems)
        if self.unindexed:
            what = f"{len(self.unindexed)} merged so lately that the search did not have them yet"
            problems.append(noted(self.repo, what, hint="taken from the repository's own list"))
        return complete(
            self.repo,
            self.found,
            max(self.counts.values(), default=0),
            unindexed=len(self.unindexed),
            problems=tuple(problems),
            renamed_to=self.renamed_to,
            is_archived=self.is_archived,
        )


def read(client: GitHubClient, repos: Sequence[str], span: Span) -> tuple[Reading, ...]:
    """Every repository's merged pull requests in the span, in the order of `repos`.

    In a normal week that is one request. SourceError where GitHub can't be asked at all.
    """
    progress = {repo: _Progress(repo) for repo in repos}
    page = max(FEW, min(PAGE, 5 * PAGE // len(repos)))
    recent = RECENT if len(repos) < MANY else RECENT // 5
    todo: list[Search | Recent | Detail] = []
    for repo in repos:
        todo += [Search(repo=repo, span=span, first=page), Recent(repo=repo, first=recent)]
    while todo:
        answers = client.session.in_parallel(lambda needs: _ask(client, needs), list(_requests(todo)))
        _raise_if_deaf(client, answers)
        todo = [need for answer in answers for need in _taken(answer, progress, span, client.access.base)] or _late(
            progress
        )
    return tuple(progress[repo].reading() for repo in repos)


Need = Search | Recent | Detail


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One need and what came for it: a value, the errors that speak of it, or the reason why nothing came."""

    need: Need
    value: Any = None
    errors: tuple[Mapping[str, Any], ...] = ()
    fault: str = ""


def _raise_if_deaf(client: GitHubClient, answers: Sequence[Sequence[_Answer]]) -> None:
    """Where GitHub never answered at all, that is its fault or the network's, and no repository's."""
    faults = [answer.fault for group in answers for answer in group]
    if client.answered == 0 and all(faults):
        raise UnansweredError(faults[0])


def _requests(todo: Sequence[Need]) -> Iterable[tuple[Need, ...]]:
    """Pack the needs into as few requests as the number of nodes allows; a repository's search and list together."""
    pack: list[Need] = []
    nodes = searches = 0
    for need in todo:
        is_search = isinstance(need, Search)
        if pack and (nodes + need.nodes > NODES or searches + is_search > SEARCHES):
            yield tuple(pack)
            pack, nodes, searches = [], 0, 0
        pack.append(need)
        nodes += need.nodes
        searches += is_search
    if pack:
        yield tuple(pack)


def _ask(client: GitHubClient, needs: Sequence[Need]) -> list[_Answer]:
    """Send one request; where GitHub finds it too slow, send it by halves, down to a single pull request a page."""
    query, variables = document(needs)
    try:
        reply = client.graphql(query, variables)
    except TooSlowError as error:
        return _ask_by_halves(client, needs, str(error))
    except UnansweredError as error:
        return [_Answer(need=need, fault=str(error)) for need in needs]
    data = reply.data.get("data") if isinstance(reply.data, dict) else None
    errors = list(reply.data.get("errors") or ()) if isinstance(reply.data, dict) else []
    if not isinstance(data, dict):
        if errors and not any(_is_too_slow(error) for error in errors):
            raise SourceError(f"{client.access.base}: GitHub refused the query: {errors[0].get('message')}")
        if not errors:
            raise SourceError(f"{client.access.base}: answered {reply.status}: {_message(reply.data)}")
        return _ask_by_halves(client, needs, str(errors[0].get("message")))
    return [_answer(need, place, data, errors) for place, need in enumerate(needs)]


def _ask_by_halves(client: GitHubClient, needs: Sequence[Need], why: str) -> list[_Answer]:
    if len(needs) > 1:
        middle = (len(needs) + 1) // 2
        return [*_ask(client, needs[:middle]), *_ask(client, needs[middle:])]
    smaller = needs[0].smaller()
    if smaller is None:
        return [_Answer(need=needs[0], fault=why)]
    return _ask(client, [smaller])


def _answer(need: Need, place: int, data: Mapping[str, Any], errors: Sequence[Mapping[str, Any]]) -> _Answer:
    alias = f"n{place}"
    own = tuple(error for error in errors if isinstance(error, dict) and (error.get("path") or [""])[0] == alias)
    general = tuple(error for error in errors if isinstance(error, dict) and not error.get("path"))
    return _Answer(need=need, value=data.get(alias), errors=own or (general if data.get(alias) is None else ()))


def _taken(answers: Sequence[_Answer], progress: Mapping[str, _Progress], span: Span, url: str) -> list[Need]:
    """Take a request's answers in; what is to be asked next because of them."""
    more: list[Need] = []
    for answer in answers:
        state = progress[answer.need.repo]
        try:
            with github_shapes(url):
                more += _taken_one(answer, state, span)
        except UnansweredError as error:
            state.fail(str(error))
    return more


def _taken_one(answer: _Answer, state: _Progress, span: Span) -> list[Need]:
    match answer.need:
        case Search():
            return _taken_search(answer, answer.need, state)
        case Recent():
            return _taken_recent(answer, state, span)
        case Detail():
            return _taken_detail(answer, state)


def _taken_search(answer: _Answer, need: Search, state: _Progress) -> list[Need]:
    if not isinstance(answer.value, dict):
        state.fail(answer.fault or _said(answer.errors, "the search gave no answer"))
        return []
    for error in answer.errors:
        state.fail(f"a pull request could not be read: {_message(error)}")
    count, nodes = answer.value["issueCount"], answer.value["nodes"] or []
    if count > SEARCH_CAP and need.after is None:
        halves = need.span.halves()
        if not halves:
            state.fail(f"more than {SEARCH_CAP} pull requests were merged in one second")
        return [msgspec.structs.replace(need, span=half) for half in halves]
    pulls = [pull_of_node(need.repo, node) for node in nodes if node]
    seen = need.seen | {pull.number: pull for pull in pulls if pull.merged_at in need.span}
    pages = answer.value["pageInfo"]
    if pages["hasNextPage"]:
        left = need.first if need.is_slow else max(1, min(PAGE, count - len(seen)))
        return [msgspec.structs.replace(need, after=pages["endCursor"], seen=seen, first=left)]
    if len(seen) < count and need.rereads < REREADS and not answer.errors:
        return [msgspec.structs.replace(need, after=None, seen=seen, rereads=need.rereads + 1)]
    state.counts[need.asked_as or need.repo] += count
    state.found.update(seen)
    return []


def _taken_recent(answer: _Answer, state: _Progress, span: Span) -> list[Need]:
    if not isinstance(answer.value, dict):
        kinds = {str(error.get("type")) for error in answer.errors}
        if kinds & {"NOT_FOUND"}:
            state.outcome = Outcome.NOT_FOUND
        elif kinds & {"FORBIDDEN", "INSUFFICIENT_SCOPES"}:
            state.outcome = Outcome.FORBIDDEN
        else:
            state.fail(answer.fault or _said(answer.errors, "its own list gave no answer"))
        return []
    state.is_archived = bool(answer.value["isArchived"])
    for node in (answer.value["pullRequests"] or {}).get("nodes") or ():
        if node and node["mergedAt"] and datetime.fromisoformat(node["mergedAt"]) in span:
            state.listed.add(node["number"])
    name = answer.value["nameWithOwner"]
    if name.lower() == state.repo.lower():
        return []
    state.renamed_to = name
    return [Search(repo=state.repo, span=span, first=PAGE, asked_as=name)]


def _taken_detail(answer: _Answer, state: _Progress) -> list[Need]:
    node = answer.value.get("pullRequest") if isinstance(answer.value, dict) else None
    if node is None:
        state.fail(answer.fault or _said(answer.errors, "a pull request of its own list could not be read"))
        return []
    pull = pull_of_node(state.repo, node)
    state.found[pull.number] = pull
    return []


def _late(progress: Mapping[str, _Progress]) -> list[Need]:
    """What the repositories' own lists have and the searches had not: to be asked for one by one."""
    needs: list[Need] = []
    for state in progress.values():
        missing = state.listed - state.found.keys() - state.unindexed
        state.unindexed |= missing
        needs += [
            Detail(repo=state.repo, asked_as=state.renamed_to or state.repo, number=number)
            for number in sorted(missing)
        ]
    return needs


def _is_too_slow(error: Mapping[str, Any]) -> bool:
    message = _message(error).lower()
    return error.get("type") in ("RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED") or "timeout" in message


def _said(errors: Sequence[Mapping[str, Any]], otherwise: str) -> str:
    return _message(errors[0]) if errors else otherwise


def _message(value: Any) -> str:
    return str(value.get("message", "no reason given")) if isinstance(value, dict) else "no reason given"
