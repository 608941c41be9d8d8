"""A forge is one entry in a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from weekly.gather.base import Reading, Span
from weekly.gather.github.client import GitHubClient
from weekly.gather.snapshot import Read
from weekly.model import Outcome, Person, PullRequest, Source
from weekly.pipeline import backend
from weekly.pipeline.backend import FORGES, backend_of, github_client
from weekly.pipeline.context import Context, Project
from weekly.week import Week

CONFIG = '[project]\nname = "App"\n[[repositories]]\nrepo = "octo/app"\n[[sections]]\nkind = "upstream"\n'


def context(folder: Path, **environment: str) -> Context:
    (folder / "weekly.toml").write_text(CONFIG, encoding="utf-8")
    return Context.real()._replace(folder=folder, environment=environment)


def toy(context: Context, client: GitHubClient, options: object) -> tuple[Read, Source] | None:
    def read(repos: Sequence[str], span: Span) -> tuple[Reading, ...]:
        return tuple(Reading(repo=repo, outcome=Outcome.ACTIVE, pulls=(pull(repo, span.start),)) for repo in repos)

    return (read, Source.SAMPLE) if context.get("TOY_URL") else None


def pull(repo: str, at: datetime) -> PullRequest:
    url = f"https://forge.example/{repo}/-/merge_requests/1"
    return PullRequest(repo=repo, number=1, title="Add a queue", url=url, author=Person(login="ada"), merged_at=at)


@pytest.mark.parametrize(("name", "is_asked"), [("TOY_URL", True), ("OTHER", False)])
def test_the_first_forge_that_applies_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, is_asked: bool
) -> None:
    monkeypatch.setattr(backend, "FORGES", (toy, *FORGES))
    world = context(tmp_path, **{name: "https://forge.example"})
    chosen = backend_of(github_client(world, max_wait=0), Project.at(tmp_path), world, None)
    assert chosen.source is (Source.SAMPLE if is_asked else Source.REST)
    if is_asked:
        week = Week.of_day(datetime(2023, 3, 28).date())
        (reading,) = chosen.read(["octo/app"], Span(start=week.start, end=week.end))
        assert reading.pulls[0].title == "Add a queue"


@pytest.mark.parametrize(("token", "source"), [("t", Source.GRAPHQL), ("", Source.REST)])
def test_github_is_asked_by_graphql_with_a_token_only(tmp_path: Path, token: str, source: Source) -> None:
    world = context(tmp_path, GITHUB_TOKEN=token)
    assert backend_of(github_client(world, max_wait=0), Project.at(tmp_path), world, None).source is source
