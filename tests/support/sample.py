"""The stand-in GitHub as it was in the weeks of the sample archive."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.support.github import Hub
from weekly import archive
from weekly.model import PullRequest
from weekly.week import Week

ROOT = Path(__file__).parents[2]


def sample_hub() -> Hub:
    """The five repositories, of which two merged nothing in the week of 27 March 2023."""
    pulls: list[PullRequest] = []
    repos: list[str] = []
    for monday in archive.mondays(ROOT):
        snapshot = archive.load(ROOT, Week(monday=date.fromisoformat(monday)))
        assert snapshot is not None
        pulls += snapshot.pulls
        repos += [activity.repo for activity in snapshot.repos]
    return Hub(pulls=pulls, quiet=tuple(dict.fromkeys(repos)))
