"""Read all repositories by GraphQL, in a normal week with one request.

The search is complete but lags by minutes; a repository's own list doesn't lag but reaches back only so far. Together
they have neither fault, and the search's count proves it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from weekly.errors import SourceError
from weekly.gather.base import Reading, ReadOptions, Span
from weekly.gather.github import further
from weekly.gather.github.client import GitHubClient, TooSlowError
from weekly.gather.github.progress import PAGE, Answer, Progress, message_of
from weekly.gather.github.queries import Need, Overview, Search, document
from weekly.gather.github.search import github_shapes
from weekly.http.retry import UnansweredError

NODES = 650
"""Nodes that one request may ask for, over all its pages: five full pages of pull requests, and the lists."""
USUAL = 30
"""Pull requests that a repository merges in a week at most, in nearly all weeks. A page costs what it may hold."""
FEW, MANY = 5, 100
"""A first page's pull requests where there are many repositories, and how many those are: most merge a handful a week,
and a page costs what it may hold. The pages that follow are as long as what is left."""
SEARCHES = 50
"""Searches in a request: each takes GitHub some time, however little it finds, and ten seconds are all that it takes."""
RECENT = 100
"""Entries of a repository's own list, a fifth of that where there are many: only their number and time, so that they
cost next to nothing. What the search doesn't have yet was merged minutes ago, and stands at its top."""


def read(
    client: GitHubClient, repos: Sequence[str], span: Span, options: ReadOptions | None = None
) -> tuple[Reading, ...]:
    """Return every repository's pull requests and releases in the span, in the order of `repos`.

    One further request reads what `options` name. SourceError where GitHub can't be asked at all.
    """
    if not repos:
        return ()
    progress = {repo: Progress(repo, span, site=client.access.site) for repo in repos}
    weeks = (span.end - span.start) / timedelta(weeks=1)
    page = max(FEW, min(PAGE, math.ceil(USUAL * weeks), 5 * PAGE // len(repos)))
    recent = RECENT if len(repos) < MANY else RECENT // 5
    todo: list[Need] = []
    for repo in repos:
        todo += [Search(repo=repo, span=span, first=page), Overview(repo=repo, first=recent)]
    while todo:
        answers = client.session.in_parallel(lambda needs: _ask(client, needs), list(_requests(todo)))
        _raise_if_silent(client, answers)
        more = [need for group in answers for answer in group for need in _take(answer, progress, client.access.base)]
        todo = more or [need for state in progress.values() for need in state.missing()]
    readings = tuple(state.reading() for state in progress.values())
    merges = {repo: progress[repo].merges for repo in repos}
    return further.complete(client, readings, merges, span, options or ReadOptions())


def _raise_if_silent(client: GitHubClient, answers: Sequence[Sequence[Answer]]) -> None:
    """Raise if GitHub never answered.

    Then no repository is at fault.
    """
    faults = [answer.fault for group in answers for answer in group]
    if client.answered == 0 and all(faults):
        raise UnansweredError(faults[0])


def _requests(todo: Sequence[Need]) -> Iterable[tuple[Need, ...]]:
    """Pack the needs into few requests.

    A repository's search and overview stay together.
    """
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


def _ask(client: GitHubClient, needs: Sequence[Need]) -> list[Answer]:
    """Send one request, and halves of it if GitHub finds it too slow.

    The smallest asks for one pull request.
    """
    query, variables = document(needs)
    try:
        reply = client.graphql(query, variables)
    except TooSlowError as error:
        return _ask_by_halves(client, needs, str(error))
    except UnansweredError as error:
        return [Answer(need=need, fault=str(error)) for need in needs]
    data = reply.data.get("data") if isinstance(reply.data, dict) else None
    errors = list(reply.data.get("errors") or ()) if isinstance(reply.data, dict) else []
    if not isinstance(data, dict):
        if errors and not any(_is_too_slow(error) for error in errors):
            raise SourceError(f"{client.access.base}: GitHub refused the query: {errors[0].get('message')}")
        if not errors:
            raise SourceError(f"{client.access.base}: answered {reply.status}: {message_of(reply.data)}")
        return _ask_by_halves(client, needs, str(errors[0].get("message")))
    return [_answer(need, n, data, errors, sso=reply.headers.get("x-github-sso", "")) for n, need in enumerate(needs)]


def _ask_by_halves(client: GitHubClient, needs: Sequence[Need], why: str) -> list[Answer]:
    if len(needs) > 1:
        middle = (len(needs) + 1) // 2
        return [*_ask(client, needs[:middle]), *_ask(client, needs[middle:])]
    smaller = needs[0].smaller()
    if smaller is None:
        return [Answer(need=needs[0], fault=why)]
    return _ask(client, [smaller])


def _answer(need: Need, n: int, data: Mapping[str, Any], errors: Sequence[Mapping[str, Any]], *, sso: str) -> Answer:
    alias = f"n{n}"
    own = tuple(error for error in errors if isinstance(error, dict) and (error.get("path") or [""])[0] == alias)
    general = tuple(error for error in errors if isinstance(error, dict) and not error.get("path"))
    own = own or (general if data.get(alias) is None else ())
    return Answer(need=need, value=data.get(alias), errors=own, sso=sso)


def _take(answer: Answer, progress: Mapping[str, Progress], url: str) -> Sequence[Need]:
    """Take an answer in. Return what is to be asked next because of it."""
    state = progress[answer.need.repo]
    try:
        with github_shapes(url):
            return state.take(answer)
    except UnansweredError as error:
        state.fail(str(error))
        return ()


def _is_too_slow(error: Mapping[str, Any]) -> bool:
    message = message_of(error).lower()
    return error.get("type") in ("RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED") or "timeout" in message
