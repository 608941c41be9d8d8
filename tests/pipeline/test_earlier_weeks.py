"""A revert of what an earlier post announced is announced as well."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.pipeline.test_month import CONFIG, REPO, merged
from weekly import archive
from weekly.model import Outcome, PullRequest, RepoActivity, Snapshot, Source
from weekly.pipeline.context import Project
from weekly.pipeline.post import draft_week
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27), zone="UTC")


def gathered(week: Week, *pulls: PullRequest) -> Snapshot:
    activity = RepoActivity(repo=REPO, outcome=Outcome.ACTIVE, total=len(pulls), pulls=pulls)
    return Snapshot(schema_version=1, week=week, source=Source.GRAPHQL, gathered_at=week.end, repos=(activity,))


@pytest.mark.parametrize(
    ("earlier", "title", "body", "weeks", "sentence"),
    [
        (
            "client: Only retry addresses that fail",
            None,
            "",
            1,
            'Reverted "Only retry addresses that fail".',
        ),
        ("Add a dark theme", "Back to the old look", "Reverts octo/cat#1", 6, "Reverted the addition of a dark theme."),
        ("Fix a crash on start", None, "", 8, "Reverted the fix for a crash on start."),
        ("client: Only retry addresses that fail", None, "", 9, None),
        ("tests: Only retry tests that fail", None, "", 1, None),
    ],
)
def test_a_revert_of_an_announced_change_is_a_highlight(
    tmp_path: Path, earlier: str, title: str | None, body: str, weeks: int, sentence: str | None
) -> None:
    (tmp_path / "weekly.toml").write_text(CONFIG, encoding="utf-8")
    before = WEEK.shifted(-weeks)
    archive.save(tmp_path, gathered(before, merged(1, earlier, str(before.monday))))
    revert = merged(2, title or f'Revert "{earlier}"', "2023-03-28", body)
    judgement = draft_week(gathered(WEEK, revert), Project.at(tmp_path))
    found = [str(one.text) for one in judgement.selections["cat"].highlights]
    assert found == ([sentence] if sentence else [])
    if sentence:
        assert judgement.verdicts[revert.ref].evidence == "reverts octo/cat#1, which an earlier post announced"
