"""Repositories that weekly.toml names by a pattern, discovered at each gather."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from tests.conftest import Weekly
from tests.gather.test_snapshot import pull
from tests.support.github import Hub
from tests.support.server import Server, serving
from weekly import archive
from weekly.config.project import RepoPattern, RepositoryConfig
from weekly.files.paths import FILE
from weekly.gather.github import listing
from weekly.gather.github.client import Access, GitHubClient
from weekly.http.fetch import Session
from weekly.week import Week

CONFIG = """
[project]
name = "Octo"
[[repositories]]
repo = "octo/main"
[[repositories]]
repo = "octo/*"
exclude = ["*-old"]
[[repositories]]
repo = "felix/*"
topic = "cats"
[[sections]]
kind = "introduction"
[[sections]]
kind = "highlights"
[[sections]]
kind = "upstream"
"""
WEEK = Week.of_day(datetime(2023, 3, 27, tzinfo=UTC).date())


@pytest.fixture
def hub() -> Hub:
    """An organisation and a person with many repositories."""
    return Hub(
        pulls=[
            pull(1, repo="octo/main"),
            pull(2, repo="octo/cat"),
            pull(3, repo="octo/fork"),
            pull(4, repo="felix/tail"),
        ],
        quiet=("octo/quiet", "octo/gone", "octo/tool-old", "felix/dog", *(f"many/r{number}" for number in range(150))),
        archived=frozenset({"octo/gone"}),
        forks=frozenset({"octo/fork"}),
        topics={"felix/tail": ("cats",)},
        people=frozenset({"felix"}),
    )


@pytest.fixture
def github(hub: Hub, weekly: Weekly) -> Iterator[Server]:
    (weekly.folder / FILE).write_text(CONFIG, encoding="utf-8")
    with serving(Server(hub)) as server:
        weekly.environment = {"GITHUB_API_URL": server.url, "GITHUB_TOKEN": "x"}
        yield server


def repos(weekly: Weekly, week: Week = WEEK) -> list[str]:
    snapshot = archive.load(weekly.folder, week)
    assert snapshot is not None
    return [repo.repo for repo in snapshot.repos]


def test_a_pattern_leaves_out_forks_archived_and_excluded_repositories(github: Server, weekly: Weekly) -> None:
    ran = weekly("gather", "--week", str(WEEK))
    assert ran.code == 0, ran.err
    assert repos(weekly) == ["octo/main", "octo/cat", "octo/quiet", "felix/tail"]
    asked = [request.path for request in github.requests]
    assert asked.count("/orgs/octo/repos") == 1
    assert asked.count("/graphql") == 1


def test_the_archived_week_renders_without_asking(github: Server, weekly: Weekly) -> None:
    weekly("gather", "--week", str(WEEK))
    before = len(github.requests)
    ran = weekly("render", "--week", str(WEEK))
    assert (ran.code, len(github.requests)) == (0, before)
    headings = [line for line in ran.out.partition("# Upstream changes")[2].splitlines() if line.startswith("## ")]
    assert headings == ["## main", "## cat", "## tail", "## Further projects"]
    assert "- Nothing to report this week: quiet" in ran.out


def test_new_renamed_and_archived_repositories_are_reported(github: Server, hub: Hub, weekly: Weekly) -> None:
    hub.pulls += [pull(9, repo="octo/leaving", merged_at=WEEK.start)]
    weekly("gather", "--week", str(WEEK))
    hub.pulls = [
        msgspec.structs.replace(one, repo="octo/lion") if one.repo == "octo/cat" else one for one in hub.pulls
    ] + [pull(10, repo="octo/new", merged_at=WEEK.end)]
    hub.renamed = {"octo/cat": "octo/lion"}
    hub.archived |= {"octo/leaving"}
    hub.topics = {}
    ran = weekly("gather", "--week", str(WEEK.shifted(1)))
    assert ran.code == 0, ran.err
    for line in (
        "octo/cat: is now octo/lion",
        "octo/new: is new in octo/*",
        "octo/leaving: is no longer in octo/*: it is archived",
        "felix/tail: is no longer in felix/* with the topic cats: it does not fit any more",
    ):
        assert line in ran.err
        assert line in weekly("check", "--week", str(WEEK.shifted(1))).out
    assert repos(weekly, WEEK.shifted(1)) == ["octo/main", "octo/lion", "octo/new", "octo/quiet"]


def test_a_repository_archived_in_the_week_is_still_read(github: Server, hub: Hub, weekly: Weekly) -> None:
    hub.archived = frozenset({"octo/cat"})
    weekly("gather", "--week", str(WEEK))
    assert "octo/cat" in repos(weekly)


def test_an_account_that_cannot_be_listed_is_a_gap(github: Server, hub: Hub, weekly: Weekly) -> None:
    hub.pulls, hub.quiet = [one for one in hub.pulls if one.repo == "octo/main"], ()
    assert weekly("gather", "--week", str(WEEK)).code == 1
    ran = weekly("render", "--week", str(WEEK))
    assert ran.code == 1
    assert "gap: felix/* with the topic cats: its repositories could not be listed" in ran.err
    assert "- **Not known:** felix/\\*: is not in the archive of this week" in ran.out


def test_a_long_list_takes_a_request_for_each_hundred(github: Server, weekly: Weekly) -> None:
    text = CONFIG.replace("octo/*", "many/*").replace("felix/*", "many/r1*").replace('topic = "cats"', "")
    (weekly.folder / FILE).write_text(text, encoding="utf-8")
    weekly("gather", "--week", str(WEEK))
    assert [request.query["page"] for request in github.requests if request.path == "/orgs/many/repos"] == ["1", "2"]
    assert len(repos(weekly)) == len(set(repos(weekly))) == 151
    assert "- Nothing to report this week: 150 projects" in weekly("render", "--week", str(WEEK)).out


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('repo = "octo/main"', 'repo = "octo/main"\nforks = true', "need a pattern as repo"),
        ('topic = "cats"', 'clone = "x"', "goes with one repository"),
        ('"felix/*"\ntopic = "cats"', '"octo/*"', "octo/* is listed twice"),
        ('"octo/main"', '"oc*/main"', "is not a repository"),
    ],
)
def test_a_pattern_that_cannot_work_is_refused(
    github: Server, weekly: Weekly, old: str, new: str, message: str
) -> None:
    (weekly.folder / FILE).write_text(CONFIG.replace(old, new), encoding="utf-8")
    ran = weekly("render")
    assert (ran.code, message in ran.err) == (2, True), ran.err


def test_patterns_and_a_folder_of_clones_do_not_go_together(github: Server, weekly: Weekly) -> None:
    assert "name the repositories of the clones" in weekly("gather", "--clones", str(weekly.folder)).err


def test_an_account_with_too_many_repositories_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_PAGES", 0)
    configured = [RepositoryConfig(repo=RepoPattern("felix/*"))]
    accounts = listing.accounts_of(GitHubClient(Session(), Access()), configured)
    _, (problem,) = listing.listings_of(configured, accounts, WEEK)
    assert str(problem).startswith("felix/*: its repositories could not be listed (200: more than 0; ask for less")
