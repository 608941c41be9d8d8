"""A week whose pull requests can't all be shown is never called quiet."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from weekly.compose.projects import ProjectActivity, group_by_project
from weekly.config.project import RepoName, RepositoryConfig
from weekly.model import Outcome, Person, PullRequest, Release, RepoActivity, Snapshot, Source
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))


def grouped(activity: RepoActivity, *branches: str) -> ProjectActivity:
    repository = RepositoryConfig(repo=RepoName("octo/hello"), branches=branches or ("*",))
    snapshot = Snapshot(schema_version=1, week=WEEK, source=Source.CLONES, gathered_at=WEEK.end, repos=(activity,))
    (project,) = group_by_project(snapshot, (repository,))
    return project


def activity(*bases: str | None, unread: int = 0) -> RepoActivity:
    pulls = tuple(
        PullRequest(repo="octo/hello", number=number, title="Fix it", url=f"https://a.example/{number}", base=base,
                    author=Person(login="ada"), merged_at=datetime(2023, 3, 28, tzinfo=UTC))
        for number, base in enumerate(bases, 1)
    )  # fmt: skip
    outcome = Outcome.ACTIVE if pulls else Outcome.QUIET
    return RepoActivity(repo="octo/hello", outcome=outcome, pulls=pulls, unread_merges=unread)


@pytest.mark.parametrize(
    ("bases", "branches", "what"),
    [
        (("master",), ("main",), "1 pull request went to master, which branches (main) leaves out"),
        (("trunk", "dev", "dev"), ("main", "v*"), "3 pull requests went to dev, trunk, which branches (main, v*) leaves out"),
        (("main", "master"), ("main",), ""),
        ((None,), ("main",), ""),
        ((), ("main",), ""),
    ],
)  # fmt: skip
def test_branches_that_leave_out_the_whole_week_are_a_gap(
    bases: tuple[str | None, ...], branches: tuple[str, ...], what: str
) -> None:
    project = grouped(activity(*bases), *branches)
    assert [gap.what for gap in project.gaps] == ([what] if what else [])
    assert project.is_known is not bool(what)


def test_releases_are_linked_by_day_with_their_kind() -> None:
    days = {"v2.1.1": 31, "v2.1": 28, "v3.0-rc1": 29}
    releases = tuple(
        Release(tag=tag, published_at=datetime(2023, 3, day, tzinfo=UTC), is_prerelease="rc" in tag)
        for tag, day in days.items()
    )
    links = grouped(msgspec.structs.replace(activity("main"), releases=releases)).release_links
    assert [(link.day.day, link.remark) for link in links] == [(28, ""), (29, "pre-release"), (31, "bug fix release")]


@pytest.mark.parametrize(
    ("bases", "unread", "gaps", "doubts"),
    [
        ((), 1, ["1 commit of the week names no pull request"], []),
        ((), 12, ["12 commits of the week name no pull request"], []),
        (("main",), 2, [], ["2 commits of the week name no pull request"]),
        (("main",), 0, [], []),
    ],
)
def test_commits_without_a_pull_request_keep_a_week_from_being_quiet(
    bases: tuple[str, ...], unread: int, gaps: list[str], doubts: list[str]
) -> None:
    project = grouped(activity(*bases, unread=unread))
    assert [gap.what for gap in project.gaps] == gaps
    assert [doubt.what for doubt in project.doubts] == doubts
    assert project.is_known is not bool(gaps)
