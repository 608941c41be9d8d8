"""First contributions, counted by the one further request of a week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.gather.test_snapshot import WEEK, pull
from tests.support.github import Hub, merge_of
from tests.support.server import Request, Response, Server, serving
from weekly.gather.base import ReadOptions, Span
from weekly.gather.github import graphql
from weekly.gather.github.client import Access, GitHubClient
from weekly.http.fetch import Session
from weekly.model import FileChange, Person, PullRequest

OPTIONS = ReadOptions(counts_newcomers=True)


def by(login: str, number: int, *, weeks_ago: int = 0, **fields: Any) -> PullRequest:
    merged_at = WEEK.start + timedelta(minutes=number) - timedelta(weeks=weeks_ago)
    return pull(number, author=Person(login=login), merged_at=merged_at, association="CONTRIBUTOR", **fields)


def read(
    *pulls: PullRequest, options: ReadOptions = OPTIONS, refusal: Response | None = None, **known: Any
) -> tuple[dict[str, str], list[Request]]:
    """The associations by author and number, and the requests."""
    with serving(Server(Hub(pulls=list(pulls), **known))) as server:
        server.faults = [lambda request: None, lambda request: refusal]
        client = GitHubClient(Session(max_wait=0), Access(token="t0ken", api_url=server.url))
        repos = tuple(dict.fromkeys(one.repo for one in pulls))
        readings = graphql.read(client, repos, Span(start=WEEK.start, end=WEEK.end), options)
        associations = {f"{one.author.login} {one.ref}": one.association for read in readings for one in read.pulls}
        return associations, server.requests


def test_an_author_without_earlier_pull_requests_is_a_newcomer() -> None:
    associations, requests = read(by("new", 2), by("new", 3), by("old", 4), by("old", 1, weeks_ago=30))
    assert associations == {
        "new a/b#2": "FIRST_TIME_CONTRIBUTOR", "new a/b#3": "CONTRIBUTOR", "old a/b#4": "CONTRIBUTOR",
    }  # fmt: skip
    assert len(requests) == 2


def test_who_is_new_to_one_repository_alone_is_no_newcomer() -> None:
    associations, _ = read(by("old", 2, repo="a/c"), by("old", 3), by("old", 1, weeks_ago=30))
    assert set(associations.values()) == {"CONTRIBUTOR"}


def test_members_and_bots_are_not_asked_for() -> None:
    pulls = [
        pull(1, association="MEMBER"), pull(2, author=Person(login="dependabot", is_bot=True)),
        pull(3, author=Person(login="ghost")),
    ]  # fmt: skip
    assert len(read(*pulls)[1]) == 1


def test_nothing_is_asked_where_thanks_are_not_shown() -> None:
    associations, requests = read(by("new", 2), options=ReadOptions())
    assert associations == {"new a/b#2": "CONTRIBUTOR"}
    assert len(requests) == 1


def test_files_and_newcomers_come_in_the_same_request() -> None:
    one = by("new", 2, files=(FileChange(path="CHANGES.md", additions=1),))
    options = ReadOptions(counts_newcomers=True, patch_patterns=("CHANGES.md",))
    associations, requests = read(one, options=options, texts={f"{merge_of(one)}:CHANGES.md": "New.\n"})
    assert associations == {"new a/b#2": "FIRST_TIME_CONTRIBUTOR"}
    assert len(requests) == 2


def test_what_is_refused_leaves_the_associations_as_they_are() -> None:
    refusal = Response(status=502, body=b"")
    assert read(by("new", 2), refusal=refusal)[0] == {"new a/b#2": "CONTRIBUTOR"}


def test_an_author_that_the_search_does_not_know_is_no_newcomer() -> None:
    one = by("hidden", 2)
    none = Response.of_json({"data": {"n0": {"issueCount": 0}}})
    assert read(one, refusal=none)[0] == {"hidden a/b#2": "CONTRIBUTOR"}
