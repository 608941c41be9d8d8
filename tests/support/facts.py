"""The facts of real pull requests, where the folder that holds them is at hand, as our records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from weekly.model import Commit, FileChange, Outcome, Person, PullRequest, RepoActivity, Snapshot, Source
from weekly.week import Week

SHARED = Path(__file__).parents[3] / "shared"
MISSING = "the folder of shared facts is not next to this checkout"


def real_pulls(path: Path = SHARED / "data" / "pull-requests.jsonl") -> Iterator[PullRequest]:
    """Every pull request of the data, without the bodies of its commits, which are their authors' words."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield PullRequest(
                repo=row["repo"],
                number=row["number"],
                title=row["title"],
                url=row["url"],
                author=Person.of_login(row["author"]),
                merged_at=datetime.fromisoformat(row["merged_at"]),
                base=row["base"],
                head=row["head"],
                commits=tuple(Commit(subject=commit["subject"]) for commit in row["commits"]),
                files=tuple(FileChange(**change) for change in row["files"]),
            )


def sample(week: Week, repos: tuple[str, ...], pulls: Iterator[PullRequest], gathered_at: datetime) -> Snapshot:
    """A week's snapshot as it can be rebuilt from the repositories' public history."""
    found = sorted((pull for pull in pulls if pull.merged_at in week), key=lambda pull: pull.number)
    return Snapshot(
        schema_version=1,
        week=week,
        source=Source.SAMPLE,
        gathered_at=gathered_at,
        note="Rebuilt from the public git history of the repositories, not gathered from GitHub.",
        repos=tuple(_activity(repo, tuple(pull for pull in found if pull.repo == repo)) for repo in repos),
    )


def _activity(repo: str, pulls: tuple[PullRequest, ...]) -> RepoActivity:
    return RepoActivity(
        repo=repo,
        outcome=Outcome.ACTIVE if pulls else Outcome.QUIET,
        lacks=("association", "body", "closes", "commits.body", "created_at", "labels", "merged_by"),
        pulls=pulls,
    )
