"""Read all repositories by GraphQL, in a normal week with one request.

The search is complete but lags by minutes; a repository's own list doesn't lag but reaches back only so far. Together
they have neither fault, and the search's count proves it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from weekly.gather.base import Reading, ReadOptions, Span
from weekly.gather.github import further
from weekly.gather.github.client import GitHubClient, TooSlowError, github_shapes
from weekly.gather.github.progress import PAGE, Progress
from weekly.gather.github.queries import Answer, Need, Overview, Search, ask
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
        groups = client.session.in_parallel(lambda needs: _ask(client, needs), list(_requests(todo)))
        answers = [answered for group in groups for answered in group]
        if client.answered == 0 and all(answer.fault for _, answer in answers):
            raise UnansweredError(answers[0][1].fault)  # no repository is at fault
        more = [new for need, answer in answers for new in _take(need, answer, progress, client.access.base)]
        todo = more or [need for state in progress.values() for need in state.missing()]
    readings = tuple(state.reading() for state in progress.values())
    return further.complete(client, readings, span, options or ReadOptions())


def _requests(todo: Sequence[Need]) -> Iterable[tuple[Need, ...]]:
    """Pack the needs into few requests. A repository's search and overview stay together."""
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


def _ask(client: GitHubClient, needs: Sequence[Need]) -> list[tuple[Need, Answer]]:
    """Send one request, and halves of it if GitHub finds it too slow. The smallest asks for one pull request."""
    try:
        return list(zip(needs, ask(client, [need.selection() for need in needs]), strict=True))
    except UnansweredError as error:
        return [(need, Answer(fault=str(error))) for need in needs]
    except TooSlowError as error:
        if len(needs) > 1:
            middle = (len(needs) + 1) // 2
            return [*_ask(client, needs[:middle]), *_ask(client, needs[middle:])]
        smaller = needs[0].smaller()
        return _ask(client, [smaller]) if smaller else [(needs[0], Answer(fault=str(error)))]


def _take(need: Need, answer: Answer, progress: Mapping[str, Progress], url: str) -> Sequence[Need]:
    """Take an answer in. Return what is to be asked next because of it."""
    state = progress[need.repo]
    try:
        with github_shapes(url):
            return state.take(need, answer)
    except UnansweredError as error:
        state.fail(str(error))
        return ()
