"""What the post shows where: gaps, doubts, hidden branches, and the place of each pull request, from records to records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from weekly.compose.projects import group_by_project
from weekly.config.project import RepositoryConfig
from weekly.errors import NotesError
from weekly.model import (
    SCHEMA_VERSION,
    Outcome,
    Person,
    Placement,
    Post,
    Problem,
    PullRequest,
    RepoActivity,
    Severity,
    Snapshot,
    Source,
)
from weekly.pipeline.context import Project
from weekly.pipeline.post import post_of
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
CONFIG = """
[project]
name = "Octo"

[series]
title = "Week #{number}"
anchor = { week = 2023-03-20, number = 7 }

[[repositories]]
repo = "octo/hello"
name = "Hello"
branches = ["main"]

[[repositories]]
repo = "octo/tools"
name = "Hello"

[highlights]
most = 1

[[sections]]
kind = "introduction"
heading = "Introduction"
level = 2

[[sections]]
kind = "highlights"
level = 3

[[sections]]
kind = "block"
heading = "Jobs"
text = "None."

[[sections]]
kind = "upstream"
heading = "Upstream changes"
level = 2
"""


def pull(number: int, title: str, *, repo: str = "octo/hello", base: str | None = "main") -> PullRequest:
    return PullRequest(
        repo=repo, number=number, title=title, url=f"https://github.com/{repo}/pull/{number}", base=base,
        author=Person(login="octocat"), merged_at=datetime(2023, 3, 28, tzinfo=UTC),
    )  # fmt: skip


def snapshot(*repos: RepoActivity) -> Snapshot:
    return Snapshot(schema_version=SCHEMA_VERSION, week=WEEK, source=Source.CLONES, gathered_at=WEEK.end, repos=repos)


def activity(*pulls: PullRequest, repo: str = "octo/hello", outcome: Outcome = Outcome.ACTIVE) -> RepoActivity:
    return RepoActivity(repo=repo, outcome=outcome, pulls=pulls, lacks=("labels",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "weekly.toml").write_text(CONFIG, "utf-8")
    return tmp_path


def composed(folder: Path, *repos: RepoActivity, notes: str = "") -> Post:
    (folder / "weeks").mkdir(exist_ok=True)
    (folder / "weeks" / "2023-03-27.toml").write_text(notes, "utf-8")
    return post_of(snapshot(*repos), Project.at(folder))


def placed(post: Post) -> dict[str, Placement]:
    return {placement.pull.ref: placement for placement in post.placements}


def test_each_pull_request_has_its_placement_and_remarks(folder: Path) -> None:
    post = composed(
        folder,
        activity(
            pull(1, "Fix a crash of the server"),
            pull(2, "Fix a panic on start of the server"),
            pull(3, "Fix a leak", base="stable-5.0"),
        ),
        activity(pull(4, "Add support for widgets", repo="octo/tools", base=None), repo="octo/tools"),
        notes='[[highlights]]\npulls = ["octo/tools#4"]\ntext = "Widgets!"\n',
    )
    of = placed(post)
    assert list(of) == ["octo/hello#1", "octo/hello#2", "octo/tools#4", "octo/hello#3"]
    entries = of["octo/tools#4"]
    assert entries.places == ("Hello: Improvements", "Upstream changes: Hello")
    assert (entries.editor, entries.lacks, entries.remarks) == (("text (weeks/2023-03-27.toml:1)",), ("labels",), ())
    hidden = of["octo/hello#3"]
    assert (hidden.places, hidden.editor) == ((), ())
    assert hidden.remarks == ("base branch stable-5.0 is not among the branches to be shown",)
    fixes = [of["octo/hello#1"], of["octo/hello#2"]]
    assert {one.verdict.kind.value for one in fixes} == {"bugfix"}
    first = [one for one in fixes if one.places == ("Hello: Bug fixes", "Upstream changes: Hello")]
    left = [one for one in fixes if one.places == ("Upstream changes: Hello",)]
    assert len(first) + len(left) == 2
    assert all(one.remarks for one in left)
    assert not any("base branch" in remark for one in fixes for remark in one.remarks)


def test_a_gap_is_reported_with_a_hint(folder: Path) -> None:
    post = composed(folder, activity(outcome=Outcome.NOT_FOUND))
    hint = "gather it: weekly gather --week 2023-03-27 --refresh"
    gone = Problem(where="octo/hello", what=Outcome.NOT_FOUND.sentence, severity=Severity.BLOCKS, hint=hint)
    absent = Problem(where="octo/tools", what="is not in the archive of this week", severity=Severity.BLOCKS, hint=hint)
    assert post.problems == (gone, absent)
    project = next(section for section in post.sections if section.heading == "Upstream changes").projects[0]  # type: ignore[union-attr]
    assert (project.name, project.gaps, project.pulls) == ("Hello", (gone, absent), ())


def test_an_unproven_repository_is_noted(folder: Path) -> None:
    post = composed(folder, activity(outcome=Outcome.UNPROVEN), activity(repo="octo/tools", outcome=Outcome.QUIET))
    what = "was read from a clone, where nothing counts the pull requests, and rebase merges don't show"
    hint = "gather from GitHub, or allow it on a forum: publish_unproven"
    assert post.problems == (Problem(where="octo/hello", what=what, severity=Severity.NOTED, hint=hint),)


def test_a_pull_request_of_two_repositories_is_listed_once() -> None:
    """As after a repository was renamed, with the old name listed as well."""
    both = pull(1, "Fix it")
    repositories = tuple(RepositoryConfig(repo=repo) for repo in ("octo/old", "octo/hello"))  # type: ignore[arg-type]
    entries = group_by_project(snapshot(activity(both, repo="octo/old"), activity(pull(2, "Add"), both)), repositories)
    assert [[pull.number for pull in one.pulls] for one in entries] == [[1], [2]]
    assert all(one.is_known for one in entries)


def test_title_and_headings_come_from_the_configuration(folder: Path) -> None:
    post = composed(folder, activity(), activity(repo="octo/tools"))
    assert post.title == "Week #8"
    assert [(section.heading, section.level) for section in post.sections] == [
        ("Introduction", 2),
        ("Jobs", 1),
        ("Upstream changes", 2),
    ]
    assert composed(folder, activity(), activity(repo="octo/tools"), notes="number = 12\n").title == "Week #12"
    assert composed(folder, activity(), activity(repo="octo/tools"), notes='title = "Mine"\n').title == "Mine"


def test_a_note_on_a_missing_block_is_an_error(folder: Path) -> None:
    with pytest.raises(NotesError, match=r"weeks/2023-03-27\.toml: blocks: there is no block 'Job'; .*Jobs"):
        composed(folder, activity(), activity(repo="octo/tools"), notes="[blocks.Job]\nshow = false\n")


def test_notes_replace_the_text_of_a_block(folder: Path) -> None:
    both = activity(), activity(repo="octo/tools")
    for notes, text in (("", "None."), ('[blocks.Jobs]\ntext = "Two."\n', "Two.")):
        (block,) = [section for section in composed(folder, *both, notes=notes).sections if section.heading == "Jobs"]
        assert block.text == text
