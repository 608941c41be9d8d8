"""Gathering over real HTTP, from a stand-in on loopback, by GraphQL and by REST."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from benchmarks.stand_in import points
from tests.support.facts import MISSING, SHARED, real_pulls
from tests.support.github import Hub
from tests.support.hostile import EVERY
from tests.support.server import Request, Response, Server, serving
from weekly.gather.base import Reading
from weekly.gather.github import graphql, rest
from weekly.gather.github.client import Access, GitHubClient
from weekly.gather.github.graphql import USUAL
from weekly.gather.snapshot import batches, changes, gather
from weekly.http.clock import Clock
from weekly.http.fetch import Session
from weekly.model import Commit, FileChange, Issue, Outcome, Person, Problem, PullRequest, Severity, Snapshot, Source
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
NOW = datetime(2023, 4, 3, 12, tzinfo=UTC)
REPOS = ("canonical/lxd", "lxc/lxc", "lxc/lxcfs", "lxc/distrobuilder", "canonical/charm-lxd")
WAYS = pytest.mark.parametrize("way", ["graphql", "rest"])


class GatherOptions(msgspec.Struct):
    """A snapshot, and what it took."""

    snapshot: Snapshot
    requests: int
    messages: list[str]


def ask(
    server: Server, way: str, *, repos: tuple[str, ...] = REPOS, week: Week = WEEK, now: datetime = NOW
) -> GatherOptions:
    messages: list[str] = []
    session = Session(max_wait=0, say=messages.append, clock=Clock(now.timestamp))
    client = GitHubClient(session, Access(token="t0ken" if way == "graphql" else None, api_url=server.url))
    reader = graphql.read if way == "graphql" else rest.read
    source = Source.GRAPHQL if way == "graphql" else Source.REST
    (snapshot,) = gather(lambda asked, span: reader(client, asked, span), repos, [week], source=source, now=lambda: now)
    return GatherOptions(snapshot, len(server.requests), messages)


def numbers(snapshot: Snapshot) -> dict[str, list[int]]:
    return {repo.repo: [pull.number for pull in repo.pulls] for repo in snapshot.repos}


def pull(number: int, *, repo: str = "a/b", **fields: Any) -> PullRequest:
    values: dict[str, Any] = {
        "repo": repo,
        "number": number,
        "title": f"Title {number}",
        "url": f"https://github.com/{repo}/pull/{number}",
        "author": Person(login="octocat"),
        "merged_at": WEEK.start + timedelta(minutes=number),
        "base": "main",
    }
    return PullRequest(**values | fields)


@WAYS
def test_the_week_takes_one_request_with_a_token_and_two_a_repository_without(github: Server, way: str) -> None:
    asked = ask(github, way)
    assert asked.requests == {"graphql": 1, "rest": 10}[way]
    assert numbers(asked.snapshot)["canonical/lxd"] == [11514, 11517, 11519, 11521, 11522, 11525, 11526, 11529]
    assert [repo.outcome for repo in asked.snapshot.repos] == ["active", "quiet", "quiet", "active", "active"]
    assert [repo.total for repo in asked.snapshot.repos] == [8, 0, 0, 1, 1]
    assert asked.snapshot.problems == ()


def test_both_ways_give_the_same_pull_requests(github: Server) -> None:
    by_graphql, by_rest = (ask(github, way).snapshot for way in ("graphql", "rest"))
    assert by_rest.repos[0].lacks == ("base", "closes", "commits", "files", "head", "merged_by")
    for one, other in zip(by_graphql.pulls, by_rest.pulls, strict=True):
        assert (one.ref, one.title, one.url, one.merged_at, one.author) == (
            other.ref, other.title, other.url, other.merged_at, other.author,
        )  # fmt: skip


def test_requests_without_a_token_run_in_parallel(hub: Hub) -> None:
    together = threading.Barrier(len(REPOS), timeout=15)  # it answers none before all are asked

    def answer(request: Request) -> Response:
        together.wait()
        return hub(request)

    with serving(Server(answer)) as server:
        ask(server, "rest")
        assert server.most_at_once == len(REPOS)


def test_graphql_fills_all_fields() -> None:
    whole = pull(
        1,
        title="A `title`\nof two lines",
        body="Why.\r\n\r\nSigned-off-by: A <a@b.example>\nCo-authored-by: Ada L <ada@b.example>",
        author=Person(login="renovate", is_bot=True),
        merged_by=Person(login="boss"),
        created_at=WEEK.start - timedelta(days=3),
        association="MEMBER",
        head="feature",
        labels=("kind/bug", "ünïcode"),
        files=(FileChange(path="a.go", additions=3, deletions=1),),
        commits=(Commit(subject="One", body="More.\n\nReviewed-by: B <b@c.example>"),),
        closes=(Issue(number=9, title="It is broken", labels=("bug",), reporter=Person(login="finder")),),
    )
    with serving(Server(Hub(pulls=[whole]))) as server:
        (found,) = ask(server, "graphql", repos=("a/b",)).snapshot.pulls
    assert found == msgspec.structs.replace(
        whole,
        title="A `title` of two lines",
        body="Why.",
        commits=(Commit(subject="One", body="More."),),
        coauthors=("Ada L",),
    )


@WAYS
def test_bots_and_deleted_accounts_are_recognised(way: str) -> None:
    pulls = [
        pull(1, author=Person(login="dependabot", is_bot=True)),
        pull(2, author=Person(login="ghost")),
        pull(3, author=Person(login="robot-smith")),
    ]
    with serving(Server(Hub(pulls=pulls))) as server:
        found = ask(server, way, repos=("a/b",)).snapshot.pulls
    assert [one.author for one in found] == [one.author for one in pulls]


def test_what_is_longer_than_a_page_is_marked_as_cut() -> None:
    many = tuple(FileChange(path=f"{n}.go") for n in range(101))
    with serving(Server(Hub(pulls=[pull(1, files=many, body="x" * 20_001)]))) as server:
        (found,) = ask(server, "graphql", repos=("a/b",)).snapshot.pulls
    assert len(found.files) == 100
    assert found.cut == ("files", "body")


@WAYS
def test_the_edges_of_the_week_are_half_open(way: str) -> None:
    pulls = [
        pull(1, merged_at=WEEK.start - timedelta(seconds=1)),
        pull(2, merged_at=WEEK.start),
        pull(3, merged_at=WEEK.end - timedelta(seconds=1)),
        pull(4, merged_at=WEEK.end),
    ]
    with serving(Server(Hub(pulls=pulls))) as server:
        assert numbers(ask(server, way, repos=("a/b",)).snapshot) == {"a/b": [2, 3]}


@WAYS
@pytest.mark.parametrize("count", [100, 101, 250])
def test_more_than_a_page_is_read_to_its_end(way: str, count: int) -> None:
    with serving(Server(Hub(pulls=[pull(n) for n in range(1, count + 1)]))) as server:
        asked = ask(server, way, repos=("a/b",))
    assert numbers(asked.snapshot)["a/b"] == list(range(1, count + 1))
    rest = -(-count // 100) + 1  # and the list of releases
    assert asked.requests == (rest if way == "rest" else 1 - (-(count - USUAL) // 100))


@WAYS
def test_more_than_a_search_gives_is_split(way: str) -> None:
    """GitHub's searches end at 1,000 results without a word but the count."""
    spread = [pull(n, merged_at=WEEK.start + timedelta(seconds=n * 200)) for n in range(1, 2501)]
    with serving(Server(Hub(pulls=spread))) as server:
        asked = ask(server, way, repos=("a/b",))
    assert numbers(asked.snapshot)["a/b"] == list(range(1, 2501))
    assert asked.snapshot.repos[0].total == 2500


@WAYS
def test_more_than_a_search_gives_in_one_second_is_a_gap(way: str) -> None:
    crowd = [pull(n, merged_at=WEEK.start) for n in range(1, 1002)]
    with serving(Server(Hub(pulls=crowd))) as server:
        asked = ask(server, way, repos=("a/b",))
    assert asked.snapshot.repos[0].outcome is Outcome.FAILED
    assert "in one second" in str(asked.snapshot.blocking[0])


@WAYS
def test_what_the_search_has_not_indexed_comes_from_the_list(way: str) -> None:
    hub = Hub(pulls=[pull(1), pull(2), pull(3)], unindexed=frozenset({"a/b#3"}))
    with serving(Server(hub)) as server:
        asked = ask(server, way, repos=("a/b",), now=WEEK.end + timedelta(minutes=30))
    assert numbers(asked.snapshot)["a/b"] == [1, 2, 3]
    assert (asked.snapshot.repos[0].total, asked.snapshot.repos[0].unindexed) == (2, 1)
    assert asked.snapshot.blocking == ()
    assert "merged too recently" in str(asked.snapshot.problems[0])


def test_a_list_that_cannot_be_read_while_the_search_may_lag_is_a_gap() -> None:
    """Protects the hours after a week's end: without the list nobody knows what the search has not got yet."""
    hub = Hub(pulls=[pull(1)])
    with serving(Server(hub)) as server:
        server.faults = [lambda request: None, lambda request: Response.of_json({"message": "Not Found"}, 404)]
        asked = ask(server, "rest", repos=("a/b",), now=WEEK.end + timedelta(minutes=30))
    assert numbers(asked.snapshot)["a/b"] == [1], "what was found is kept"
    assert "its own list of pull requests could not be read" in str(asked.snapshot.blocking[0])


@WAYS
def test_a_renamed_repository_is_followed_and_reported(way: str) -> None:
    hub = Hub(pulls=[pull(1, repo="new/name")], renamed={"old/name": "new/name"})
    with serving(Server(hub)) as server:
        asked = ask(server, way, repos=("old/name",))
    assert numbers(asked.snapshot) == {"old/name": [1]}
    assert asked.snapshot.repos[0].renamed_to == "new/name"
    assert "is now new/name; write the new name into weekly.toml" in str(asked.snapshot.problems[0])
    assert asked.snapshot.blocking == ()


@WAYS
@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.FORBIDDEN])
def test_a_repository_that_gives_nothing_is_never_quiet(way: str, outcome: Outcome) -> None:
    forbidden = frozenset({"x/gone"} if outcome is Outcome.FORBIDDEN else ())
    hub = Hub(pulls=[pull(1)], quiet=("a/quiet", *forbidden), forbidden=forbidden)
    with serving(Server(hub)) as server:
        asked = ask(server, way, repos=("a/b", "x/gone", "a/quiet"))
    assert [repo.outcome for repo in asked.snapshot.repos] == [Outcome.ACTIVE, outcome, Outcome.QUIET]
    (problem,) = asked.snapshot.blocking
    assert problem.where == "x/gone"
    assert problem.hint


def test_an_archived_repository_is_reported() -> None:
    hub = Hub(quiet=("a/old",), archived=frozenset({"a/old"}))
    with serving(Server(hub)) as server:
        snapshot = ask(server, "graphql", repos=("a/old",)).snapshot
    (repo,) = snapshot.repos
    assert [str(problem) for problem in snapshot.problems] == [
        "a/old: is archived on GitHub; take it out of weekly.toml when you like"
    ]
    assert snapshot.blocking == ()
    assert repo.is_archived
    assert repo.outcome is Outcome.QUIET


def test_an_unreadable_pull_request_keeps_the_others_and_leaves_a_gap() -> None:
    hub = Hub(pulls=[pull(1), pull(2)], unreadable=frozenset({"a/b#2"}))
    hub.list_length = 1
    with serving(Server(hub)) as server:
        asked = ask(server, "graphql", repos=("a/b",))
    assert asked.snapshot.repos[0].outcome is Outcome.FAILED
    assert 1 in numbers(asked.snapshot)["a/b"]
    assert any("could not be read" in problem.what for problem in asked.snapshot.blocking)


def test_a_query_that_is_too_slow_is_asked_by_halves(hub: Hub) -> None:
    hub.most_nodes = 60
    with serving(Server(hub)) as server:
        asked = ask(server, "graphql")
    assert sum(map(len, numbers(asked.snapshot).values())) == 10
    assert asked.snapshot.problems == ()
    assert 1 < asked.requests < 30


def test_a_query_that_is_always_too_slow_is_a_gap() -> None:
    heavy = pull(1, files=tuple(FileChange(path=str(n)) for n in range(90)))
    with serving(Server(Hub(pulls=[heavy, pull(2, repo="a/light")], most_nodes=80))) as server:
        asked = ask(server, "graphql", repos=("a/b", "a/light"))
    assert [repo.outcome for repo in asked.snapshot.repos] == [Outcome.FAILED, Outcome.ACTIVE]


def test_results_that_say_they_are_incomplete_are_a_gap(hub: Hub) -> None:
    hub.incomplete = True
    with serving(Server(hub)) as server:
        asked = ask(server, "rest", repos=("canonical/lxd",))
    assert "incomplete" in str(asked.snapshot.blocking[0])


@pytest.fixture
def shifting() -> Iterator[Server]:
    """A search whose second page has slipped by one while the first was read; the next reading is whole."""
    pulls = [pull(n) for n in range(1, 121)]
    with serving(Server(Hub(pulls=pulls))) as server:
        yield server


def test_pages_that_shift_while_they_are_read_are_read_anew(shifting: Server) -> None:
    hub = shifting.answer
    assert isinstance(hub, Hub)
    everything = list(hub.pulls)

    def without_the_first(request: Any) -> None:
        hub.pulls = everything[1:]

    def whole_again(request: Any) -> None:
        hub.pulls = everything

    shifting.faults = [lambda request: None, without_the_first, whole_again]
    assert numbers(ask(shifting, "graphql", repos=("a/b",)).snapshot)["a/b"] == list(range(1, 121))


def test_weeks_are_asked_for_in_runs_without_a_hole() -> None:
    weeks = [WEEK.shifted(n) for n in (0, 1, 2, 3, 4, 5, 7)]
    assert [[week.weeks_since(WEEK) for week in run] for run in batches(weeks[::-1])] == [[0, 1, 2, 3, 4], [5], [7]]


def test_changes_since_the_last_gathering_are_listed() -> None:
    def snapshot(*pulls: PullRequest) -> Snapshot:
        with serving(Server(Hub(pulls=list(pulls), quiet=("a/b",)))) as server:
            return ask(server, "graphql", repos=("a/b",)).snapshot

    old = snapshot(pull(1), pull(2), pull(3, labels=("a",)))
    new = snapshot(pull(1), pull(3, labels=("b", "c")), pull(4), pull(2, merged_at=WEEK.end))
    assert changes(old, old) == ()
    assert changes(old, new) == (
        "a/b#4: new: Title 4",
        "a/b#2: gone: Title 2",
        "a/b#3: relabelled from a to b, c",
    )
    undone = snapshot(pull(1), pull(2), pull(3, labels=("a",)), pull(5, title='Revert "Title 2"'))
    assert changes(old, undone) == ('a/b#5: new: Revert "Title 2"', "a/b#2: reverted by a/b#5")
    retitled = snapshot(pull(1, title="Other"), pull(2), pull(3, labels=("a",)))
    assert changes(old, retitled) == ("a/b#1: retitled from 'Title 1' to 'Other'",)


@pytest.mark.skipif(not SHARED.is_dir(), reason=MISSING)
def test_real_weeks_are_complete_from_both_apis() -> None:
    everything = list(real_pulls())
    repos = tuple(dict.fromkeys(one.repo for one in everything))
    weeks = sorted({Week.of_instant(one.merged_at) for one in everything})
    assert len(weeks) == 56
    with serving(Server(Hub(pulls=everything))) as server:
        for week in weeks if EVERY else weeks[::7]:
            late = week.end + timedelta(days=1)
            one, other = (ask(server, way, repos=repos, week=week, now=late).snapshot for way in ("graphql", "rest"))
            expected = sorted(pull.ref for pull in everything if pull.merged_at in week)
            assert sorted(pull.ref for pull in one.pulls) == sorted(pull.ref for pull in other.pulls) == expected
            assert not one.problems
            assert not other.problems
            assert [(a.title, a.author, a.labels, a.merged_at, a.url) for a in one.pulls] == [
                (b.title, b.author, b.labels, b.merged_at, b.url) for b in other.pulls
            ]


# A huge week ---------------------------------------------------------------------------------------------------------


def crowd(repos: int) -> Hub:
    """So many repositories: the first merged 230 pull requests, the others three each, every tenth none."""
    pulls = [_pull("many/r0", number) for number in range(1, 231)]
    pulls += [_pull(f"many/r{place}", number) for place in range(1, repos) if place % 10 for number in range(1, 4)]
    return Hub(pulls=pulls, quiet=tuple(f"many/r{place}" for place in range(repos)))


def _pull(repo: str, number: int) -> PullRequest:
    return PullRequest(
        repo=repo,
        number=number,
        title=f"Add thing {number}",
        url=f"https://github.com/{repo}/pull/{number}",
        author=Person(login="octocat"),
        merged_at=WEEK.start + timedelta(minutes=number),
    )


def test_many_repositories_take_few_requests_and_few_points() -> None:
    """Short first pages, since GitHub counts what a page may hold; what is left of the busy one comes in full pages."""
    hub = crowd(300)
    names = tuple(f"many/r{place}" for place in range(300))
    with serving(Server(hub)) as server:
        asked = ask(server, "graphql", repos=names)
    assert sum(len(repo.pulls) for repo in asked.snapshot.repos) == len(hub.pulls)
    assert all(repo.outcome.is_answer for repo in asked.snapshot.repos)
    assert asked.requests <= 300 // graphql.SEARCHES + 3
    assert sum(map(points, server.requests)) <= 300
    searches = [request.json["query"].count(" search(") for request in server.requests]
    assert max(searches) <= graphql.SEARCHES


def test_a_page_that_follows_a_slow_one_is_no_longer_than_that() -> None:
    """What was too much for GitHub once is not asked again."""
    hub = crowd(1)
    hub.most_nodes = 30
    with serving(Server(hub)) as server:
        asked = ask(server, "graphql", repos=("many/r0",))
    assert len(asked.snapshot.repos[0].pulls) == 230
    pages = [
        int(page)
        for request in server.requests
        for page in re.findall(r"n0: search\(.*?first: (\d+)", request.json["query"])
    ]
    slow = pages.index(25)
    assert set(pages[slow:]) == {25}


def test_a_problem_of_a_pull_request_is_in_its_own_week_only() -> None:
    """Several weeks are read at once, and each is archived as if it had been read alone."""
    first, second = WEEK.shifted(-1), WEEK
    pulls = tuple(pull(number, merged_at=week.start + timedelta(days=1)) for number, week in ((1, first), (2, second)))
    problems = tuple(
        Problem(where=where, what="is incomplete", severity=Severity.NOTED) for where in ("a/b#1", "a/b#2", "a/b")
    )
    reading = Reading(repo="a/b", outcome=Outcome.ACTIVE, total=2, pulls=pulls, problems=problems)
    weeks = gather(lambda repos, span: (reading,), ["a/b"], [first, second], source=Source.GRAPHQL, now=lambda: NOW)
    assert [[problem.where for problem in week.problems] for week in weeks] == [["a/b#1", "a/b"], ["a/b#2", "a/b"]]
