"""The introduction says what the week was about, and no more than is known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from weekly.highlights.introduction import ProjectWeek, introduce
from weekly.model import Kind, Person, PullRequest, Verdict

IMPROVEMENT, BUGFIX = Kind.IMPROVEMENT, Kind.BUGFIX


def project(name: str, *titles: tuple[str, Kind], is_known: bool = True) -> ProjectWeek:
    pulls = tuple(
        PullRequest(
            repo=f"o/{name}", number=number, title=title, url="https://example.org", author=Person(login="ann"),
            merged_at=datetime(2023, 3, 27, tzinfo=UTC),
        )
        for number, (title, _) in enumerate(titles, start=1)
    )  # fmt: skip
    verdicts = {
        pull.ref: Verdict(kind=kind, rule="r", evidence="e") for pull, (_, kind) in zip(pulls, titles, strict=True)
    }
    return ProjectWeek(name=name, pulls=pulls, verdicts=verdicts, is_known=is_known)


LXD = project(
    "LXD",
    ("Migration: Add a", IMPROVEMENT),
    ("Migration: Add b", IMPROVEMENT),
    ("zfs: c", IMPROVEMENT),
    ("lvm: d", BUGFIX),
)


def test_each_active_project_has_a_clause_and_main_themes_come_first() -> None:
    lxc = project("LXC", ("Fix a", BUGFIX), ("Fix b", BUGFIX))
    distrobuilder = project("Distrobuilder", ("Bump a", Kind.DEPENDENCIES))
    assert introduce([LXD, lxc, distrobuilder]) == (
        "The past week has seen a focus on migration and storage in LXD, bug fixes in LXC, "
        "and a dependency update in Distrobuilder."
    )


@pytest.mark.parametrize(
    ("projects", "said"),
    [
        ([project("A"), project("B")], "The past week has been a quiet one: nothing was merged."),
        ([project("A"), project("B", is_known=False)], "The past week has been quiet in A."),
        ([project("A", is_known=False)], ""),
        ([project("A", ("Fix a", BUGFIX))], "The past week has been a quiet one, with a bug fix in A."),
        (
            [project("A", ("Fix a", BUGFIX)), project("B", is_known=False)],
            "The past week brought a bug fix in A.",
        ),
    ],
)
def test_a_quiet_week_is_said_plainly_and_a_gap_is_never_called_quiet(projects: list[ProjectWeek], said: str) -> None:
    assert introduce(projects) == said


@pytest.mark.parametrize(
    ("titles", "clause"),
    [
        ([("Add a", IMPROVEMENT), ("Fix b", BUGFIX), ("Fix c", BUGFIX)], "an improvement and bug fixes in A"),
        ([("Bump a", Kind.DEPENDENCIES)] * 3, "dependency updates in A"),
        ([("a", Kind.TESTS_CI), ("b", Kind.DOCUMENTATION), ("c", Kind.TESTS_CI)], "documentation, tests and CI in A"),
        ([("zfs: a", BUGFIX), ("lvm: b", BUGFIX), ("zfs: c", BUGFIX)], "bug fixes for storage in A"),
    ],
)
def test_singular_and_plural_are_right(titles: list[tuple[str, Kind]], clause: str) -> None:
    assert introduce([project("A", *titles)]) == f"The past week has seen a focus on {clause}."
