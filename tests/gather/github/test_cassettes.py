"""The requests as they were recorded, played back: not one more, not one other. Made by tests/support/record.py."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from vcr.errors import CannotOverwriteExistingCassetteException

from tests.support.record import CASSETTES, READERS, REPOS, SPAN, tape
from weekly.gather.github.client import Access, GitHubClient
from weekly.http.fetch import Session
from weekly.week import Week

LXD = [11514, 11517, 11519, 11521, 11522, 11525, 11526, 11529]


@pytest.mark.parametrize(("name", "token", "requests"), [("graphql", "any", 1), ("rest", None, 10)])
def test_the_week_comes_from_its_cassette(name: str, token: str | None, requests: int) -> None:
    session = Session(concurrency=1)  # cassettes are not made for threads
    client = GitHubClient(session, Access(token=token))
    with tape("none").use_cassette(f"{name}.yaml") as cassette:
        readings = READERS[name](client, REPOS, SPAN)
    assert cassette.play_count == session.requests == requests
    assert {reading.repo: [pull.number for pull in reading.pulls] for reading in readings} == {
        "canonical/lxd": LXD,
        "lxc/lxc": [],
        "lxc/lxcfs": [],
        "lxc/distrobuilder": [710],
        "canonical/charm-lxd": [103],
    }


@pytest.mark.parametrize(("name", "token"), [("graphql", "any"), ("rest", None)])
def test_another_question_finds_no_answer(name: str, token: str | None) -> None:
    """Protects the matching: were bodies ignored, any GraphQL query would be answered with this week."""
    from weekly.gather.base import Span

    other = Week.of_instant(SPAN.end)
    client = GitHubClient(Session(max_wait=0, concurrency=1), Access(token=token))
    with tape("none").use_cassette(f"{name}.yaml"), pytest.raises(CannotOverwriteExistingCassetteException):
        READERS[name](client, REPOS, Span(start=other.start, end=other.end))


@pytest.mark.parametrize("path", sorted(CASSETTES.glob("*.yaml")), ids=lambda path: path.name)
def test_a_cassette_keeps_no_token_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for interaction in yaml.safe_load(text)["interactions"]:
        assert {name.lower() for name in interaction["request"]["headers"]} <= {"accept"}
        assert interaction["request"]["uri"].startswith("https://api.github.com/")
    assert "@" not in text
