"""Rendering a week costs as much more as it has more pull requests, whatever their titles have in common."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.hostile import sampled
from weekly import config
from weekly.model import Commit, FileChange, Outcome, Person, PullRequest, RepoActivity, Snapshot, Source
from weekly.pipeline.context import Project
from weekly.pipeline.post import rendered_post
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
PARTS = [
    "storage",
    "network",
    "instance",
    "cluster",
    "image",
    "migration",
    "backup",
    "snapshot",
    "profile",
    "device",
    "console",
    "agent",
    "proxy",
]
VERBS = ["Add", "Fix", "Rework", "Remove", "Improve", "Support", "Handle", "Avoid"]
SMALL, FACTOR, MOST = 300, 4, 6.5
"""Pull requests of the small week, how many times as many the large one has, and how many times its cost is allowed."""


def titles(kind: str, count: int) -> Iterator[str]:
    chosen = random.Random(1)  # noqa: S311  the same titles each time
    for number in range(count):
        yield {
            "the same": "lxd/storage: Fix a crash of the pool",
            "varied": f"{chosen.choice(VERBS)} {chosen.choice(PARTS)} {number} for the {chosen.choice(PARTS)}",
            "backports": f"Backport of #{number // 2 + 1}: fix",
            "reverts": f'Revert "Add thing {number - 1}"' if number % 2 else f"Add thing {number}",
        }[kind]


def week(kind: str, count: int) -> Snapshot:
    pulls = tuple(
        PullRequest(
            repo="canonical/lxd",
            number=number,
            title=title,
            url=f"https://github.com/canonical/lxd/pull/{number}",
            author=Person(login=f"user{number % 20}"),
            merged_at=WEEK.start + timedelta(minutes=number),
            base="main",
            body="This allows users to do it without having to restart." if number % 3 == 0 else "",
            files=(FileChange(path=f"lxd/{PARTS[number % 13]}/file.go", additions=5),),
            commits=(Commit(subject=title),),
        )
        for number, title in enumerate(titles(kind, count), 1)
    )
    repo = RepoActivity(repo="canonical/lxd", outcome=Outcome.ACTIVE, total=count, pulls=pulls)
    return Snapshot(
        schema_version=1, week=WEEK, source=Source.GRAPHQL, gathered_at=datetime(2023, 4, 3, tzinfo=UTC), repos=(repo,)
    )


@pytest.mark.parametrize("kind", sampled(["the same", "backports", "reverts", "varied"], 3))
def test_the_cost_grows_with_the_work(kind: str, tmp_path: Path) -> None:
    """In CPU time of this process. Four times the work takes some four times as long; what is quadratic, sixteen."""
    project = Project(root=tmp_path, config=config.load(ROOT / "weekly.toml"))

    def seconds(snapshot: Snapshot) -> float:
        start = time.process_time()
        rendered_post(snapshot, project)
        return time.process_time() - start

    small, large = week(kind, SMALL), week(kind, SMALL * FACTOR)
    least = min(seconds(small) for _ in range(2))
    assert seconds(large) < MOST * least or seconds(large) < MOST * least
