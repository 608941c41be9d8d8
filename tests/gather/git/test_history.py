"""Facts that a clone gives next to the merges of GitHub's button."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.support.clones import ENVIRONMENT, Built
from weekly.gather.base import Reading, Span
from weekly.gather.git.clones import Clone, Clones
from weekly.gather.git.command import Git
from weekly.model import FileChange, Patch, Person
from weekly.text.versions import is_prerelease
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
SPAN = Span(start=WEEK.start, end=WEEK.end)


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return Built(tmp_path / "built")


def read(folder: Path, *patterns: str, patch_patterns: tuple[str, ...] = ()) -> Reading:
    clone = Clone(folder=folder, patterns=patterns)
    clones = Clones({"own/name": clone}, environment=ENVIRONMENT, patch_patterns=patch_patterns)
    (reading,) = clones.read(("own/name",), SPAN)
    return reading


def branch(built: Built, name: str, *commits: str, at: str = "2023-03-26 10:00", start: str = "main") -> None:
    built.branch(name, start)
    for subject in commits:
        built.commit(
            subject,
            at,
            file=f"{name}/{subject}.txt".replace(" ", "-"),
            text=f"{subject}\n",
            by="Ada L <ada@example.org>",
        )
    built.checkout("main")


# Merges by other tools -----------------------------------------------------------------------------------------------


def test_bors_merges_of_one_and_of_two_pull_requests(built: Built) -> None:
    branch(built, "one", "Fix the queue")
    branch(built, "two", "Add a test", "Add another")
    branch(built, "three", "Drop it")
    built.merge("Merge #7\n\n7: Fix the queue r=bob a=alice\n\nIt was wrong.", "2023-03-28 10:00", "one")
    built.merge("Merge #8 #9\n\n8: Test r=bob a=ada\n\n9: Drop r=bob a=grace\n", "2023-03-28 11:00", "two", "three")
    reading = read(built.folder)
    assert [(pull.number, pull.title, pull.author) for pull in reading.pulls] == [
        (7, "Fix the queue", Person(login="alice")),
        (8, "Test", Person(login="ada")),
        (9, "Drop", Person(login="grace")),
    ]
    assert [[commit.subject for commit in pull.commits] for pull in reading.pulls] == [
        ["Fix the queue"],
        ["Add a test", "Add another"],
        ["Drop it"],
    ]
    assert [[file.path for file in pull.files] for pull in reading.pulls] == [
        ["one/Fix-the-queue.txt"],
        ["two/Add-a-test.txt", "two/Add-another.txt"],
        ["three/Drop-it.txt"],
    ]
    assert (reading.pulls[0].body, reading.unread) == ("It was wrong.", ())


def test_a_rollup_lists_what_it_landed(built: Built) -> None:
    branch(built, "one", "First work")
    branch(built, "two", "Second work")
    built.branch("rollup")
    built.merge("Rollup merge of #11 - ada:one, r=bob\n\nFirst title\n\nWhy.", "2023-03-26 11:00", "one")
    built.merge("Rollup merge of #12 - grace:two, r=bob\n\nSecond title", "2023-03-26 12:00", "two")
    built.checkout("main")
    message = (
        "Auto merge of #13 - bob:rollup, r=bob\n\nRollup of 2 pull requests\n\nSuccessful merges:\n\n - #11 (First)\n"
    )
    built.merge(message, "2023-03-28 10:00", "rollup")
    reading = read(built.folder)
    assert [(pull.number, pull.title, pull.author.login) for pull in reading.pulls] == [
        (11, "First title", "ada"),
        (12, "Second title", "grace"),
        (13, "Rollup of 2 pull requests", "bob"),
    ]
    assert {pull.merged_at for pull in reading.pulls} == {datetime(2023, 3, 28, 10, tzinfo=UTC)}
    assert [[commit.subject for commit in pull.commits] for pull in reading.pulls[:2]] == [
        ["First work"],
        ["Second work"],
    ]
    assert reading.pulls[1].files == (FileChange(path="two/Second-work.txt", additions=1),)


def test_a_merge_with_one_parent_is_read_but_yields_to_its_original(built: Built) -> None:
    built.commit("Merge pull request #5 from ada/alone\n\nA rebased merge\n\nMore.", "2023-03-28 09:00", file="a")
    branch(built, "topic", "Work")
    built.merge("Merge pull request #6 from ada/topic\n\nThe original", "2023-03-29 10:00", "topic")
    built.branch("stable", "main~1")
    built.commit("Merge pull request #6 from ada/topic\n\nA copy with an earlier date", "2023-03-28 10:00")
    built.checkout("main")
    pulls = read(built.folder, "stable").pulls
    assert [(pull.number, pull.title, pull.base) for pull in pulls] == [
        (5, "A rebased merge", "main"),
        (6, "The original", "main"),
    ]
    assert pulls[0].commits[0].body == "More."


def test_commits_that_name_no_pull_request_are_counted(built: Built) -> None:
    branch(built, "topic", "Work (#3)", "More")
    built.commit("Release 1.0", "2023-03-28 10:00")
    built.merge("Merge branch 'topic'", "2023-03-29 10:00", "topic")
    built.commit("Later", "2023-04-03 10:00")
    built.commit("Fine (#9)", "2023-03-30 10:00")
    reading = read(built.folder)
    assert reading.unread == (datetime(2023, 3, 29, 10, tzinfo=UTC), datetime(2023, 3, 28, 10, tzinfo=UTC))
    assert [pull.number for pull in reading.pulls] == [9]


def test_commits_of_branches_that_are_not_shown_are_not_counted(built: Built) -> None:
    built.branch("stable-5.0")
    built.commit("On stable", "2023-03-28 10:00")
    built.checkout("main")
    built.commit("On main", "2023-03-29 10:00")
    assert [len(read(built.folder, *patterns).unread) for patterns in ((), ("stable-*",), ("main", "stable-*"))] == [
        1,
        1,
        2,
    ]
    assert read(built.folder, "stable-*").unread == (datetime(2023, 3, 28, 10, tzinfo=UTC),)


# People --------------------------------------------------------------------------------------------------------------


def test_mailmap_of_the_default_branch_gives_names(built: Built) -> None:
    built.commit("Map (#1)", "2023-01-03 10:00", file=".mailmap",
                 text="Ada Lovelace <ada@new.example> <ada@old.example>\nGrace Hopper <grace@new.example> <g@old.example>\n")  # fmt: skip
    by = "ada <ada@old.example>"
    built.commit(
        "Fix (#2)\n\nCo-authored-by: gh <g@old.example>\nCo-authored-by: Joan <j@x.example>", "2023-03-28 10:00", by=by
    )
    for folder in (built.folder, built.cloned(built.folder.parent / "bare", "--bare")):
        (pull,) = read(folder).pulls
        assert (pull.author.name, pull.coauthors) == ("Ada Lovelace", ("Grace Hopper", "Joan"))
    (built.folder / ".mailmap").write_text("Somebody Else <ada@new.example> <ada@old.example>\n")
    assert read(built.folder).pulls[0].author.name == "Ada Lovelace"


# Releases ------------------------------------------------------------------------------------------------------------


def test_tags_of_the_week_are_releases(built: Built) -> None:
    built.git("tag", "v5.12")
    built.commit("Work (#1)", "2023-03-28 10:00")
    built.git("tag", "v5.13.0-rc.1")
    built.git("tag", "nightly")
    built.commit("Work (#2)", "2023-03-29 10:00")
    for name in ("v5.13.0", "v5", "v5.13", "module/v5.13.0", "v0.13.0", "lxd-5.13"):
        built.git("tag", name)
    built.git("tag", "-a", "-m", "Old work, tagged late", "v4.0.9", "HEAD~2", at="2023-03-30 10:00")
    built.git("tag", "v9.0", built.git("hash-object", "-w", "--stdin", stdin=b"a file"))
    assert [
        (release.tag, release.is_prerelease, f"{release.published_at:%d %H}") for release in read(built.folder).releases
    ] == [
        ("v5.13.0-rc.1", True, "28 10"),
        ("lxd-5.13", False, "29 10"),
        ("v5.13.0", False, "29 10"),
        ("v4.0.9", False, "30 10"),
    ]
    assert read(built.folder).releases[0].url == "https://github.com/own/name/releases/tag/v5.13.0-rc.1"


@pytest.mark.parametrize("claimed", [b"99999999999999 +0000", b"soon"])
def test_a_commit_or_tag_of_an_impossible_time_is_in_no_week(built: Built, claimed: bytes) -> None:
    built.commit("Work (#1)", "2023-03-28 10:00")
    built.commit("Work (#2)", "2023-03-28 10:00")
    built.rewrite(b"> 1679997600 +0000\n\nW", b"> " + claimed + b"\n\nW")
    built.git("tag", "v5.13")
    assert [pull.number for pull in read(built.folder).pulls] == [1]
    assert read(built.folder).releases == ()


def test_a_release_of_security_fixes_is_a_security_release_and_a_large_one_is_not(built: Built) -> None:
    built.commit("Work (#1)", "2023-03-27 10:00")
    built.git("tag", "v1.1")
    for message, tag in (
        ("[SECURITY-99]\n\nCheck names", "v1.2"),
        ("Tests for [SECURITY-99] (#2)", "v1.3"),
        ("web: Fix CVE-2023-1", "v1.4"),
    ):
        built.commit(message, "2023-03-28 10:00")
        built.git("tag", tag)
    for number in range(8):
        built.commit("Fix CVE-2023-2" if number == 3 else f"Add {number}", "2023-03-28 11:00")
    built.git("tag", "v2.0")
    found = {release.tag: release.is_security for release in read(built.folder).releases}
    assert found == {"v1.1": False, "v1.2": True, "v1.3": False, "v1.4": True, "v2.0": False}


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("v1.0", False), ("1.0rc1", True), ("1.0.0-alpha", True), ("v2.0.0.beta3", True), ("1.2a1", True), ("1.2b2", True),
     ("1.0.dev0", True), ("4.0.0-M3", True), ("5.2.Final", False), ("v1.2.3-lts", False), ("1.2.3-1ubuntu1", False),
     ("release-2.0-preview.4", True), ("2023-03-27", False), ("jenkins-2.578", False), ("v1.0.0+build.5", False)],
)  # fmt: skip
def test_a_suffix_marks_a_prerelease(tag: str, expected: bool) -> None:
    assert is_prerelease(tag) is expected


# Added lines ---------------------------------------------------------------------------------------------------------


def test_added_lines_of_files_that_patterns_name(built: Built) -> None:
    built.commit("Base", "2023-01-03 10:00", file="doc/api-extensions.md", text="# One\n\nText.\n")
    built.branch("topic")
    text = "# One\n\nText changed.\n\n    ## `new_thing`\n+++ b/x\n@@ -1 +1 @@\nBy Ada <ada@example.org>\n"
    built.commit("Work", "2023-03-26 10:00", file="doc/api-extensions.md", text=text)
    built.commit("Work", "2023-03-26 10:00", file="changelogs/fragments/1 a.yml", text="bugfixes:\r\n  - x\r\n")
    built.commit("Work", "2023-03-26 10:00", file="src/main.go", text="x\n")
    built.checkout("main")
    built.merge("Merge pull request #4 from ada/topic\n\nTitle", "2023-03-28 10:00", "topic")
    built.commit("Gone (#5)", "2023-03-29 10:00", file="changelogs/fragments/1 a.yml", text="bugfixes:\n")
    reading = read(built.folder, patch_patterns=("doc/*.md", "changelogs/fragments/*"))
    assert [pull.patches for pull in reading.pulls] == [
        (
            Patch(path="changelogs/fragments/1 a.yml", added=("bugfixes:", "  - x"), is_new=True),
            Patch(
                path="doc/api-extensions.md",
                added=("Text changed.", "", "    ## `new_thing`", "+++ b/x", "@@ -1 +1 @@", "By Ada "),
            ),
        ),
        (Patch(path="changelogs/fragments/1 a.yml", added=("bugfixes:",)),),
    ]
    assert [pull.patches for pull in read(built.folder).pulls] == [(), ()], "nothing is read without patterns"


def test_added_lines_are_bounded(built: Built) -> None:
    for n in range(25):
        (built.folder / f"{n:02}.md").write_text("line\n" * 600)
    built.git("add", "--all")
    built.commit("Much (#1)", "2023-03-28 10:00", file="zz.md", text="x" * 50_000)
    (pull,) = read(built.folder, patch_patterns=("*.md",)).pulls
    assert (len(pull.patches), {len(patch.added) for patch in pull.patches}) == (20, {500})


def test_a_partial_clone_says_that_it_lacks_the_added_lines(built: Built, tmp_path: Path) -> None:
    built.git("config", "uploadpack.allowFilter", "true")
    built.commit("Note (#1)", "2023-03-28 10:00", file="notes/1.md")
    clone = built.cloned(tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    reading = read(clone, patch_patterns=("notes/*",))
    assert reading.pulls[0].patches == ()
    assert "patches" in reading.lacks


# Secrets -------------------------------------------------------------------------------------------------------------


def test_git_runs_without_our_secrets(tmp_path: Path) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "git").write_text("#!/bin/sh\nenv\n")
    (bin_folder / "git").chmod(0o755)
    secrets = {"GITHUB_TOKEN": "s3cret", "DISCOURSE_API_KEY": "s3cret", "WEEKLY_TOKEN": "s3cret", "ANY": "s3cret"}
    path = f"{bin_folder}:{ENVIRONMENT['PATH']}"
    git = Git(folder=tmp_path, environment={"PATH": path, "HOME": "/home/me", **secrets})
    printed = "\n".join(git.lines("log"))
    assert "HOME=/home/me" in printed
    assert "s3cret" not in printed
