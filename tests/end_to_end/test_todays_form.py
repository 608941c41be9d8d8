"""The form of 2023 and today's form from one archive, and today's form next to the skeleton of the team's script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from tests.conftest import ROOT, Weekly
from weekly import archive, config
from weekly.model import Post, Snapshot
from weekly.pipeline.context import Project
from weekly.pipeline.post import post_of
from weekly.render.post import to_markdown

EXAMPLE = ROOT / "examples" / "lxd-today"
SECTIONS = ("Introduction", "Bug Fixes", "LXD UI", "LXD images", "All changes")
PROJECTS = {
    "LXD": "canonical/lxd",
    "LXD UI": "canonical/lxd-ui",
    "LXD Charm": "canonical/charm-lxd",
    "LXD Terraform provider": "terraform-lxd/terraform-provider-lxd",
    "PyLXD": "canonical/pylxd",
    "LXD snap": "canonical/lxd-pkg-snap",
}
"""The headings of All changes and their repositories, in the order of the team's script."""
ENTRY = re.compile(r"^- \[.+\]\(https://github\.com/([^/]+/[^/]+)/pull/(\d+)\)$", re.MULTILINE)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    settings = config.load(EXAMPLE / "weekly.toml")
    (monday,) = archive.mondays(EXAMPLE)
    found = archive.load(EXAMPLE, archive.week_named(EXAMPLE, monday, settings.project.zone))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def post(snapshot: Snapshot) -> Post:
    return post_of(snapshot, Project.at(EXAMPLE))


def skeleton(snapshot: Snapshot) -> Iterator[tuple[str, set[str]]]:
    """Yield the headings that the team's script prints, with the merged pull requests that a search lists below each."""
    for heading in SECTIONS:
        yield heading, set()
    for heading, repo in PROJECTS.items():
        yield heading, {pull.ref for pull in snapshot.pulls if pull.repo == repo and pull.merged_at in snapshot.week}


def listed(text: str) -> list[tuple[str, set[str]]]:
    """Return the headings of a post, with the pull requests of the list below each."""
    parts = re.split(r"^#{1,2} (.+)$", text, flags=re.MULTILINE)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [(heading, {f"{repo}#{number}" for repo, number in ENTRY.findall(part)}) for heading, part in pairs]


def highlighted(post: Post) -> set[str]:
    """Return the pull requests that have a place besides the list of all changes."""
    return {placement.pull.ref for placement in post.placements if len(placement.places) > 1}


def test_todays_form_has_what_the_teams_script_prints(snapshot: Snapshot, post: Post) -> None:
    """Each heading in its order, and each pull request below its project, with nothing between but features and news."""
    wanted, found = list(skeleton(snapshot)), listed(to_markdown(post))
    assert sum(len(refs) for _, refs in wanted) == len(snapshot.pulls)
    features = [section.heading for section in post.sections if section.template == "feature"]
    assert [part for part in found if part[0] not in (*features, "Improvements")] == wanted
    assert [heading for heading, _ in found[1:4]] == [*features, "Improvements"]


def test_both_forms_come_from_one_archive(snapshot: Snapshot, post: Post) -> None:
    """With the repositories of today, the form of 2023 lists the same pull requests and shows the same highlights."""
    today = config.load(EXAMPLE / "weekly.toml")
    seed = msgspec.structs.replace(
        config.load(ROOT / "weekly.toml"),
        repositories=today.repositories, kinds=today.kinds, highlights=today.highlights, project=today.project,
    )  # fmt: skip
    old = post_of(snapshot, Project(root=EXAMPLE, config=seed))
    todays, seeds = dict(listed(to_markdown(post))), dict(listed(to_markdown(old)))
    assert {name: seeds[name] for name in PROJECTS} == {name: todays[name] for name in PROJECTS}
    assert [section.heading for section in old.sections][:6] == [
        "Introduction",
        "Job openings",
        "Initial access to the UI",
        "Images for amd64v3",
        "LXD",
        "LXD UI",
    ]
    assert highlighted(old) == highlighted(post)


def test_the_example_passes_its_check() -> None:
    weekly = Weekly(EXAMPLE)
    weekly.now = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    assert weekly("check", "2026-02-23") == (0, "No findings.\n", "")
