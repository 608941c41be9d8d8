"""Links to newcomers' issues lead to the server of the project."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from tests.gather.test_snapshot import pull
from tests.support.week_facts import facts_of
from weekly.compose.sources import contribute
from weekly.config.project import RepoName
from weekly.config.sections import ContributeConfig, NewcomersConfig
from weekly.model import Contribute, Outcome, RepoActivity, Snapshot, Source
from weekly.week import Week

GHE = "https://ghe.example.com"
QUERY = "issues?q=is%3Aissue+is%3Aopen+label%3A%22good+first+issue%22"


def snapshot(*urls: str, site: str = "https://github.com") -> Snapshot:
    repos = tuple(
        RepoActivity(
            repo=repo, outcome=Outcome.ACTIVE, pulls=(pull(1, repo=repo, url=f"{url}/{repo}/pull/1"),) if url else ()
        )
        for repo, url in zip(("a/b", "a/other"), urls, strict=False)
    )
    week = Week(monday=date(2023, 3, 27))
    made = Snapshot(
        schema_version=1, week=week, source=Source.GRAPHQL, gathered_at=datetime(2023, 4, 3, tzinfo=UTC), repos=repos
    )
    return msgspec.structs.replace(made, site=site)


@pytest.mark.parametrize(
    ("week", "site"),
    [
        (snapshot("https://github.com"), "https://github.com"),
        (snapshot(GHE), GHE),
        (snapshot("", GHE), GHE),
        (snapshot("https://github.com", GHE), "https://github.com"),
        (snapshot(), "https://github.com"),
        (snapshot(site=GHE), GHE),
        (snapshot("", "", site=GHE), GHE),
    ],
)
def test_the_link_leads_to_the_repositorys_server(week: Snapshot, site: str) -> None:
    config = ContributeConfig(issues=(NewcomersConfig(repo=RepoName("a/b")),))
    facts = facts_of(week)
    (section,) = contribute(config, facts)
    assert isinstance(section, Contribute)
    assert section.issues[0].url == f"{site}/a/b/{QUERY}"
