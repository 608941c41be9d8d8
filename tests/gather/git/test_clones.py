"""Clones: real repositories, built for the purpose, and what is read from them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Weekly
from tests.support.clones import ENVIRONMENT, WEB, Built, utc
from tests.support.server import Server
from weekly import archive
from weekly.gather.base import Reading, Span
from weekly.gather.git.clones import Clone, Clones
from weekly.model import Commit, FileChange, Outcome, Person, PullRequest, Severity, Source
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
SPAN = Span(start=WEEK.start, end=WEEK.end)
ALWAYS = Span(start=datetime(2000, 1, 1, tzinfo=UTC), end=datetime(2030, 1, 1, tzinfo=UTC))
LACKS = ("association", "body", "closes", "created_at", "labels")


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return Built(tmp_path / "built")


def read(
    folder: Path,
    *patterns: str,
    span: Span = SPAN,
    repo: str = "canonical/lxd",
    environment: Mapping[str, str] = ENVIRONMENT,
) -> Reading:
    clones = Clones({repo: Clone(folder=folder, patterns=patterns)}, environment=environment)
    (reading,) = clones.read((repo,), span)
    return reading


def titles(reading: Reading) -> dict[int, str]:
    return {pull.number: pull.title for pull in reading.pulls}


def bases(reading: Reading) -> dict[int, str | None]:
    return {pull.number: pull.base for pull in reading.pulls}


def one(reading: Reading) -> PullRequest:
    (pull,) = reading.pulls
    return pull


# What a landing tells ------------------------------------------------------------------------------------------------


def test_a_merge_gives_all_fields_that_git_has(built: Built) -> None:
    built.branch("topic")
    built.commit(
        "api: Add a thing\n\nBecause.\n\nSigned-off-by: A <a@b.example>",
        "2023-03-20 08:00",
        file="api/ü.go",
        text="1\n2\n",
    )
    built.commit(
        "doc: Tell it\n\nCo-authored-by: Grace H <grace@b.example>", "2023-03-21 08:00", file="doc.md", text="x\n"
    )
    built.checkout("main")
    built.commit("Meanwhile", "2023-03-22 08:00", file="other.go")
    built.merge("Merge pull request #7 from ada/feature/x\n\napi: Add a `thing`\n", "2023-03-28 10:11", "topic")
    reading = read(built.folder)
    assert one(reading) == PullRequest(
        repo="canonical/lxd",
        number=7,
        title="api: Add a `thing`",
        url="https://github.com/canonical/lxd/pull/7",
        author=Person(login="ada"),
        merged_at=utc("2023-03-28 10:11"),
        merged_by=Person(login="Boss", name="Boss"),
        base="main",
        head="feature/x",
        files=(FileChange(path="api/ü.go", additions=2), FileChange(path="doc.md", additions=1)),
        commits=(Commit(subject="api: Add a thing", body="Because."), Commit(subject="doc: Tell it")),
        coauthors=("Grace H",),
    )
    assert (reading.outcome, reading.total, reading.lacks) == (Outcome.UNPROVEN, None, LACKS)


def test_a_squash_has_one_commit(built: Built) -> None:
    text = "lxd: Fix it (#12) (#34)\n\n* One\n\n* Two\n\nCo-authored-by: Grace H <grace@b.example>"
    built.commit(
        text, "2023-03-28 12:00", by="Ada L <77+ada@users.noreply.github.com>", committer=WEB, file="a.go", text="1\n"
    )
    pull = one(read(built.folder))
    assert (pull.number, pull.title, pull.author) == (34, "lxd: Fix it (#12)", Person(login="ada", name="Ada L"))
    assert pull.commits == (Commit(subject="lxd: Fix it (#12)", body="* One\n\n* Two"),)
    assert pull.files == (FileChange(path="a.go", additions=1),)
    assert (pull.head, pull.merged_by, pull.body, pull.coauthors) == (None, None, "", ("Grace H",))


def test_a_merge_with_the_title_as_subject_has_the_description(built: Built) -> None:
    built.branch("topic")
    built.commit("Work", "2023-03-20 08:00", by="Grace H <1+grace@users.noreply.github.com>", file="a", text="1\n")
    built.checkout("main")
    built.merge("Add a thing (#8)\n\nIt was missing.\n\n- [x] Tested", "2023-03-28 10:00", "topic")
    pull = one(read(built.folder))
    assert (pull.number, pull.title, pull.body) == (8, "Add a thing", "It was missing.\n\n- [x] Tested")
    assert (pull.author, pull.commits) == (Person(login="grace", name="Grace H"), (Commit(subject="Work"),))


def test_a_missing_title_is_taken_from_the_only_commit_or_the_branch(built: Built) -> None:
    built.pull(1, "", "2023-03-28 10:00", head="one-thing", commits=("lxd: Do one thing",))
    built.pull(2, "", "2023-03-28 11:00", head="many.things", commits=("One", "Two"))
    assert titles(read(built.folder)) == {1: "lxd: Do one thing", 2: "many.things"}


def test_any_text_is_read_as_it_stands(built: Built) -> None:
    built.pull(1, "Ünïcode 漢字 🎉 <script>@all</script> [x](y)", "2023-03-28 10:00")
    built.pull(2, "Latin ? and a \x01 control\x1e.", "2023-03-28 11:00")
    built.rewrite(b"Latin ?", b"Latin \xe9")
    built.pull(3, "%H%x00%B ${IFS} `id` $(id) --upload-pack=x\\", "2023-03-28 12:00")
    built.pull(4, "commit a83edf2a79e4346f6e29e3dd3b97be4f5cf3ea05\ndiff --git", "2023-03-28 13:00")
    assert titles(read(built.folder)) == {
        1: "Ünïcode 漢字 🎉 <script>@all</script> [x](y)",
        2: "Latin � and a control .",
        3: "%H%x00%B ${IFS} `id` $(id) --upload-pack=x\\",
        4: "commit a83edf2a79e4346f6e29e3dd3b97be4f5cf3ea05",
    }


def test_another_encoding_is_converted(built: Built) -> None:
    built.git("config", "i18n.commitEncoding", "ISO-8859-1")
    built.commit(b"Caf\xe9 (#3)", "2023-03-28 10:00")
    assert titles(read(built.folder)) == {3: "Café"}


def test_paths_of_any_bytes_and_renames_and_binaries(built: Built) -> None:
    built.commit("Base", "2023-01-03 10:00", file="old name.go", text="line\n" * 20)
    (built.folder / "bin").write_bytes(b"\0\1\2")
    built.git("mv", "old name.go", 'new\t"name.go')
    (built.folder / ("a" * 40)).write_text("1\n")
    built.git("add", "--all")
    built.commit("Move (#5)", "2023-03-28 10:00")
    assert {file.path: (file.additions, file.deletions) for file in one(read(built.folder)).files} == {
        "a" * 40: (1, 0),
        "bin": (0, 0),
        'new\t"name.go': (0, 0),
    }


def test_files_and_commits_over_the_limit_are_marked_as_cut(built: Built) -> None:
    for n in range(101):
        (built.folder / f"{n:03}.go").write_text("x\n")
    built.git("add", "--all")
    built.pull(1, "Much", "2023-03-28 10:00", commits=tuple(f"Commit {n}" for n in range(51)))
    pull = one(read(built.folder))
    assert (len(pull.files), len(pull.commits), pull.cut) == (100, 50, ("files", "commits"))
    assert pull.commits[0].subject == "Commit 0"


# Whose it is ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "head", "by", "author"),
    [
        ("ada", "x", "Grace H <g@example.org>", Person(login="ada")),
        ("canonical", "dependabot/go_modules/x-1.2", "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", Person(login="dependabot", is_bot=True)),
        ("canonical", "renovate/x", "Anybody <a@example.org>", Person(login="renovate", is_bot=True)),
        ("Canonical", "fix", "Grace H <12+grace@users.noreply.github.com>", Person(login="grace", name="Grace H")),
        ("canonical", "fix", "Grace H <g@example.org>", Person(login="Grace H", name="Grace H")),
    ],
)  # fmt: skip
def test_authors(built: Built, owner: str, head: str, by: str, author: Person) -> None:
    built.pull(1, "Title", "2023-03-28 10:00", owner=owner, head=head, by=by)
    assert one(read(built.folder)).author == author


def test_a_login_is_learned_from_merges_of_forks(built: Built) -> None:
    by = "Grace H <g@example.org>"
    for n in (1, 2):
        built.pull(n, "Title", f"2023-01-0{n + 2} 10:00", owner="grace", by=by)
    built.pull(3, "Title", "2023-01-05 10:00", owner="once", by="Seen Once <once@example.org>")
    for n, owner in ((4, "one"), (5, "one"), (6, "other"), (7, "other")):
        built.pull(n, "Title", f"2023-01-0{n + 2} 10:00", owner=owner, by="Two Minds <two@example.org>")
    built.commit("By address (#8)", "2023-03-28 10:00", by="Grace Hopper <G@example.org>")
    built.commit("By name (#9)", "2023-03-28 11:00", by="Grace H <elsewhere@example.org>")
    built.commit("Once (#10)", "2023-03-28 12:00", by="Seen Once <once@example.org>")
    built.commit("Two (#11)", "2023-03-28 13:00", by="Two Minds <two@example.org>")
    logins = {pull.number: pull.author.login for pull in read(built.folder).pulls}
    assert logins == {8: "grace", 9: "grace", 10: "Seen Once", 11: "Two Minds"}


def test_a_squash_by_a_bot_has_the_bot_as_author(built: Built) -> None:
    by = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
    built.commit("build(deps): Bump x from 1 to 2 (#9)", "2023-03-28 10:00", by=by, committer=WEB)
    assert one(read(built.folder)).author == Person(login="dependabot", is_bot=True)


# Which commits count -------------------------------------------------------------------------------------------------


def test_the_commit_date_decides_about_the_week(built: Built) -> None:
    built.commit("Before (#1)", "2023-03-26 23:59")
    built.commit("First (#2)", "2023-03-27 00:00", authored="2019-01-01 00:00")
    built.commit("A commit of nobody's", "2023-03-28 00:00")
    built.commit("Last (#3)", "2023-04-02 23:59")
    built.commit("After (#4)", "2023-04-03 00:00", authored="2023-03-28 00:00")
    assert titles(read(built.folder)) == {2: "First", 3: "Last"}


def test_a_commit_with_a_wrong_date_hides_no_other(built: Built) -> None:
    built.pull(1, "Behind it", "2023-03-28 10:00")
    for n in range(20):
        built.commit(f"In 1999 ({n})", "1999-01-01 00:00")
    built.commit("In 2001 (#2)", "2001-01-01 00:00")
    built.commit("Later (#3)", "2023-04-09 10:00")
    assert titles(read(built.folder)) == {1: "Behind it"}


def test_a_pull_request_has_the_commits_that_its_base_lacked(built: Built) -> None:
    """A branch that took in main meanwhile, one on top of another, and one from long ago: each its own, none twice."""
    built.branch("old")
    built.commit("Old work", "2023-02-01 10:00", file="old")
    built.checkout("main")
    built.branch("lower")
    built.commit("Lower", "2023-03-01 10:00", file="lower")
    built.branch("upper")
    built.commit("Upper", "2023-03-02 10:00", file="upper")
    built.checkout("main")
    built.pull(1, "First", "2023-03-28 10:00", commits=("Mine",))
    built.merge("Merge pull request #2 from ada/lower\n\nLower", "2023-03-28 11:00", "lower")
    built.commit("Directly", "2023-03-28 12:00", file="direct")
    built.checkout("upper")
    built.merge("Merge branch 'main' into upper", "2023-03-28 13:00", "main")
    built.checkout("main")
    built.merge("Merge pull request #3 from ada/upper\n\nUpper", "2023-03-28 14:00", "upper")
    built.merge("Merge pull request #4 from ada/old\n\nOld", "2023-03-28 15:00", "old")
    reading = read(built.folder)
    assert {pull.number: [commit.subject for commit in pull.commits] for pull in reading.pulls} == {
        1: ["Mine"],
        2: ["Lower"],
        3: ["Upper", "Merge branch 'main' into upper"],
        4: ["Old work"],
    }
    assert {pull.number: [file.path for file in pull.files] for pull in reading.pulls} == {
        1: ["1-0.txt"],
        2: ["lower"],
        3: ["upper"],
        4: ["old"],
    }


def test_an_octopus_merge_has_the_commits_of_all_its_branches(built: Built) -> None:
    for arm in ("a", "b"):
        built.checkout("main")
        built.branch(arm)
        built.commit(f"Arm {arm}", "2023-03-20 10:00", file=arm)
    built.checkout("main")
    built.commit("Meanwhile", "2023-03-21 10:00", file="m")
    built.merge("Merge pull request #1 from ada/arms\n\nArms", "2023-03-28 10:00", "a", "b")
    pull = one(read(built.folder))
    assert sorted(commit.subject for commit in pull.commits) == ["Arm a", "Arm b"]
    assert [file.path for file in pull.files] == ["a", "b"]


def test_merges_of_a_subtree_are_not_listed(built: Built, tmp_path: Path) -> None:
    other = Built(tmp_path / "other", first="2023-01-03 09:00")
    other.pull(1, "Not ours", "2023-03-28 09:00")
    other.commit("Not ours either (#2)", "2023-03-28 09:30", file="theirs")
    built.pull(3, "Ours", "2023-03-28 10:00")
    built.git("fetch", "--quiet", str(other.folder), "main")
    built.merge(
        "Merge other's history into sub/", "2023-03-28 11:00", "FETCH_HEAD",
        options=("--strategy=ours", "--allow-unrelated-histories"),
    )  # fmt: skip
    built.git("read-tree", "--prefix=sub/", "-u", "FETCH_HEAD")
    built.commit("Bring in sub/", "2023-03-28 11:30")
    assert titles(read(built.folder)) == {3: "Ours"}


def test_a_pull_request_that_merges_another_project_is_listed(built: Built, tmp_path: Path) -> None:
    other = Built(tmp_path / "other", first="2023-01-03 09:00")
    other.pull(1, "Not ours", "2023-03-28 09:00")
    built.branch("import")
    built.git("fetch", "--quiet", str(other.folder), "main")
    built.merge("Import other", "2023-03-28 11:00", "FETCH_HEAD", options=("--allow-unrelated-histories",))
    built.checkout("main")
    built.merge("Merge pull request #3 from ada/import\n\nImport other", "2023-03-28 12:00", "import")
    pull = one(read(built.folder))
    assert (pull.number, len(pull.commits)) == (3, 4)


def test_a_number_that_another_repositorys_history_used_before_is_not_lost(built: Built) -> None:
    built.pull(5, "Brew coffee", "2020-03-24 10:00")  # came with the history of another repository
    built.commit("Brew tea (#6)", "2020-03-25 10:00")
    built.pull(5, "Bake bread", "2023-03-28 10:00")
    built.commit("Bake cake (#6)", "2023-03-29 10:00")
    built.commit("Bake cake (#6)", "2023-08-29 10:00")  # the same once more
    reading = read(built.folder, span=ALWAYS)
    assert [(pull.number, pull.title) for pull in reading.pulls] == [(5, "Bake bread"), (6, "Bake cake")]
    assert [pull.merged_at.month for pull in reading.pulls] == [3, 3]


def test_a_change_that_lands_again_after_a_revert_is_listed_once(built: Built) -> None:
    built.pull(1, "A thing", "2023-03-27 10:00")
    built.git("revert", "--no-edit", "-m", "1", "HEAD", at="2023-03-27 11:00")
    built.commit("Another (#2)", "2023-03-27 12:00", file="b")
    built.git("revert", "--no-edit", "HEAD", at="2023-03-27 13:00")
    built.commit('Revert "Another (#2)" (#3)', "2023-03-27 14:00")
    built.commit("Another (#2)", "2023-03-28 15:00", file="b")
    reading = read(built.folder)
    assert titles(reading) == {1: "A thing", 2: "Another", 3: 'Revert "Another (#2)"'}
    assert reading.pulls[1].merged_at == utc("2023-03-27 12:00")


# Which branches ------------------------------------------------------------------------------------------------------


@pytest.fixture
def released(built: Built) -> Built:
    """Main and a release branch, forked after #1; #3 was copied to it, #4 merged into it; unmerged work says "(#9)"."""
    built.pull(1, "Before the fork", "2023-03-27 10:00")
    built.branch("stable-5.0")
    built.checkout("main")
    built.pull(2, "On main", "2023-03-28 10:00")
    built.commit("Copied (#3)", "2023-03-28 11:00", file="copied")
    copied = built.git("rev-parse", "HEAD")
    built.checkout("stable-5.0")
    built.git("cherry-pick", copied, at="2023-03-29 10:00")
    built.pull(4, "A backport", "2023-03-29 11:00", base="stable-5.0")
    built.checkout("main")
    built.branch("ada/unmerged")
    built.commit("Unmerged (#9)", "2023-03-30 10:00", file="unmerged")
    built.checkout("main")
    return built


def test_release_branches_that_are_named_have_what_was_merged_there(released: Built) -> None:
    assert bases(read(released.folder)) == {1: "main", 2: "main", 3: "main"}
    assert bases(read(released.folder, "*")) == {1: "main", 2: "main", 3: "main"}
    assert bases(read(released.folder, "*", "stable-*")) == {1: "main", 2: "main", 3: "main", 4: "stable-5.0"}


def test_a_copy_on_main_of_a_release_branch_merge_belongs_to_the_release_branch(released: Built) -> None:
    released.checkout("stable-5.0")
    released.commit("Urgent (#5)", "2023-03-30 10:00", file="urgent")
    urgent = released.git("rev-parse", "HEAD")
    released.checkout("main")
    released.git("cherry-pick", urgent, at="2023-03-31 10:00")
    reading = read(released.folder, "stable-5.0")
    assert (bases(reading)[5], reading.pulls[-1].merged_at) == ("stable-5.0", utc("2023-03-30 10:00"))


def test_a_pattern_that_matches_no_branch_is_reported(released: Built) -> None:
    reading = read(released.folder, "*", "stable-9*", "main")
    assert [(problem.severity, problem.what) for problem in reading.problems[:1]] == [
        (Severity.NOTED, "its clone has no branch 'stable-9*'")
    ]
    assert reading.outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("options", [(), ("--bare",), ("--mirror",), ("--no-checkout",)], ids=" ".join)
def test_every_kind_of_clone_gives_the_same_pull_requests(
    released: Built, tmp_path: Path, options: tuple[str, ...]
) -> None:
    clone = released.cloned(tmp_path / "clone", *options)
    assert read(clone, "stable-*").pulls == read(released.folder, "stable-*").pulls


def test_a_clone_is_read_as_it_was_fetched_whatever_is_checked_out(released: Built, tmp_path: Path) -> None:
    clone = released.cloned(tmp_path / "clone")
    released.pull(6, "Newer", "2023-03-31 10:00")
    for arguments in (["checkout", "-q", "-b", "mine", "HEAD~1"], ["commit", "-q", "--allow-empty", "-m", "Mine (#8)"], ["fetch", "-q"]):  # fmt: skip
        names = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        subprocess.run(["git", "-C", str(clone), *arguments], check=True, env={**ENVIRONMENT, **names})
    assert titles(read(clone)) == {1: "Before the fork", 2: "On main", 3: "Copied", 6: "Newer"}


def test_without_origins_head_the_branch_that_is_checked_out_is_the_default(released: Built, tmp_path: Path) -> None:
    clone = released.cloned(tmp_path / "clone")
    (clone / ".git/refs/remotes/origin/HEAD").unlink()
    assert bases(read(clone)) == {1: "main", 2: "main", 3: "main"}
    (clone / ".git/HEAD").write_text("ref: refs/heads/nowhere\n")
    reading = read(clone)
    assert (reading.outcome, reading.problems[0].severity) == (Outcome.FAILED, Severity.BLOCKS)
    assert "git remote set-head origin --auto" in reading.problems[0].hint


def test_a_mirror_has_its_own_branches_whatever_was_pushed_to_it(released: Built, tmp_path: Path) -> None:
    released.git("update-ref", "refs/remotes/origin/HEAD", "HEAD~1")
    released.git("update-ref", "refs/remotes/origin/master", "HEAD~1")
    assert bases(read(released.cloned(tmp_path / "clone", "--mirror"))) == {1: "main", 2: "main", 3: "main"}


# What can't be read --------------------------------------------------------------------------------------------------


def failure(reading: Reading) -> str:
    assert (reading.outcome, reading.pulls) == (Outcome.FAILED, ())
    (problem,) = reading.problems
    assert problem.severity is Severity.BLOCKS
    assert problem.hint
    return problem.what


def test_a_missing_clone_is_reported(tmp_path: Path) -> None:
    assert failure(read(tmp_path / "none")) == f"its clone {tmp_path}/none isn't there"


def test_a_folder_within_another_repository_is_no_clone(built: Built) -> None:
    inner = built.folder / "inner"
    inner.mkdir()
    assert "can't be read: not a git repository" in failure(read(inner))


def test_an_empty_repository_is_reported(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "empty")], check=True, env=ENVIRONMENT)
    assert failure(read(tmp_path / "empty")).endswith("can't be read: it has no commits")


def test_missing_git_is_reported(built: Built, tmp_path: Path) -> None:
    message = failure(read(built.folder, environment={"PATH": str(tmp_path)}))
    assert message.endswith("git is not installed, or not on the PATH")


def test_a_damaged_clone_is_reported(built: Built) -> None:
    built.pull(1, "A thing", "2023-03-28 10:00")
    lost = built.git("rev-parse", "HEAD~1")
    (built.folder / ".git/objects" / lost[:2] / lost[2:]).unlink()
    assert "can't be read" in failure(read(built.folder))


def test_a_shallow_clone_is_a_gap_where_it_does_not_reach_back(built: Built, tmp_path: Path) -> None:
    built.pull(1, "Long ago", "2023-03-06 10:00")
    built.pull(5, "Some time ago", "2023-03-13 10:00")
    built.pull(2, "Before", "2023-03-20 10:00")
    built.pull(3, "In it", "2023-03-28 10:00")
    built.pull(4, "In it too", "2023-03-29 10:00")
    short = built.cloned(tmp_path / "short", "--depth=2")
    assert failure(read(short)) == "its clone is shallow and reaches back to 2023-03-28 only"
    long = built.cloned(tmp_path / "long", "--depth=4")
    reading = read(long)
    assert titles(reading) == {3: "In it", 4: "In it too"}
    assert [[commit.subject for commit in pull.commits] for pull in reading.pulls] == [["One"], ["One"]]


def test_a_shallow_clone_leaves_out_commits_of_unknown_branches(built: Built, tmp_path: Path) -> None:
    built.branch("old")
    built.commit("Old work", "2023-02-01 10:00", file="old")
    built.checkout("main")
    built.pull(1, "Before", "2023-03-20 10:00")
    built.merge("Merge pull request #2 from ada/old\n\nOld", "2023-03-28 10:00", "old")
    pull = one(read(built.cloned(tmp_path / "clone", "--depth=2")))
    assert (pull.title, pull.commits, pull.cut) == ("Old", (), ("commits",))


def test_a_partial_clone_has_paths_without_sizes_and_is_not_completed(built: Built, tmp_path: Path) -> None:
    built.git("config", "uploadpack.allowFilter", "true")
    built.pull(1, "A thing", "2023-03-28 10:00")
    clone = built.cloned(tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    before = sorted(path.name for path in (clone / ".git/objects").rglob("*"))
    reading = read(clone)
    assert one(reading).files == (FileChange(path="1-0.txt"),)
    assert reading.lacks == ("association", "body", "closes", "created_at", "files.sizes", "labels")
    bare = built.cloned(tmp_path / "treeless", "--filter=tree:0", "--no-checkout")
    assert read(bare).lacks == ("association", "body", "closes", "created_at", "files", "labels")
    assert sorted(path.name for path in (clone / ".git/objects").rglob("*")) == before


def test_entries_that_only_move_within_a_file_are_not_added(built: Built) -> None:
    built.commit("Begin", "2023-03-20 10:00", file="CHANGELOG.md", text="# Unreleased\n\n- One\n- Two\n- Three\n")
    built.commit(
        "Sort (#7)", "2023-03-28 10:00", file="CHANGELOG.md", text="# Unreleased\n\n- Three\n- New\n- One\n- Two\n"
    )
    clones = Clones(
        {"canonical/lxd": Clone(folder=built.folder)}, environment=ENVIRONMENT, patch_patterns=("CHANGELOG.md",)
    )
    (reading,) = clones.read(["canonical/lxd"], SPAN)
    assert [patch.added for pull in reading.pulls for patch in pull.patches] == [("- New",)]


def test_a_stale_clone_is_reported(built: Built, tmp_path: Path) -> None:
    built.pull(1, "A thing", "2023-03-28 10:00")
    (problem,) = read(built.folder).problems
    assert (problem.severity, problem.what) == (
        Severity.NOTED,
        "its clone may be out of date: it was last fetched, or committed to, on 2023-03-28 10:00 UTC",
    )
    clone = built.cloned(tmp_path / "clone")
    assert read(clone).problems == (), "a clone that was made after the week"
    os.utime(clone / ".git/refs/remotes/origin/HEAD", (0, WEEK.end.timestamp() - 60))
    assert [problem.severity for problem in read(clone).problems] == [Severity.NOTED]
    (clone / ".git/FETCH_HEAD").write_text("")
    assert len(read(clone).problems) == 1, "a fetch that failed"
    (clone / ".git/FETCH_HEAD").write_text("x\n")
    assert read(clone).problems == ()


def test_a_clone_from_before_the_week_is_a_gap(built: Built) -> None:
    built.pull(1, "A thing", "2023-03-20 10:00")
    reading = read(built.folder)
    assert (reading.outcome, [problem.what for problem in reading.problems]) == (
        Outcome.FAILED,
        ["its clone is older than the week: it was last fetched, or committed to, on 2023-03-20 10:00 UTC"],
    )
    (built.folder / ".git/FETCH_HEAD").write_text("x\n")
    assert read(built.folder).outcome is Outcome.UNPROVEN


def test_configuration_of_user_or_clone_changes_nothing(built: Built, tmp_path: Path) -> None:
    built.pull(1, "A thing", "2023-03-28 10:00")
    expected = read(built.folder).pulls
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    hostile = {
        "log.showSignature": "true", "gpg.program": str(trap), "core.pager": str(trap), "core.fsmonitor": str(trap),
        "diff.external": str(trap), "diff.x.textconv": str(trap), "log.follow": "true", "log.decorate": "full",
        "log.date": "relative", "format.pretty": "oneline", "color.ui": "always", "log.diffMerges": "separate",
        "diff.noprefix": "true", "diff.renames": "false", "core.quotePath": "true", "log.mailmap": "true",
        "i18n.logOutputEncoding": "UTF-16", "diff.orderFile": str(trap), "core.abbrev": "4",
    }  # fmt: skip
    for key, value in hostile.items():
        built.git("config", key, value)
    (built.folder / ".git/info/attributes").write_text("* diff=x\n")
    environment = {**ENVIRONMENT, "GIT_DIR": "/nowhere", "GIT_EXTERNAL_DIFF": str(trap), "GIT_PAGER": str(trap), "LC_ALL": "de_DE.UTF-8"}  # fmt: skip
    assert read(built.folder, environment=environment).pulls == expected
    assert not (tmp_path / "sprung").exists()


def test_reading_a_clone_writes_nothing(released: Built, tmp_path: Path) -> None:
    clone = released.cloned(tmp_path / "clone")
    before = {path: path.stat().st_mtime_ns for path in clone.rglob("*")}
    assert len(read(clone, "stable-*").pulls) == 4
    assert {path: path.stat().st_mtime_ns for path in clone.rglob("*")} == before


def test_a_history_is_walked_once_for_many_spans(released: Built) -> None:
    clones = Clones({"a/b": Clone(folder=released.folder)}, environment=ENVIRONMENT, site="https://ghe.example")
    (first,) = clones.read(("a/b",), SPAN)
    assert first.pulls[0].url == "https://ghe.example/a/b/pull/1"
    released.commit("Too late (#30)", "2023-03-28 10:00")
    assert clones.read(("a/b",), SPAN) == (first,)
    later = Span(start=WEEK.end, end=WEEK.end + timedelta(days=7))
    assert [reading.pulls for reading in clones.read(("a/b",), later)] == [()]


# From end to end -----------------------------------------------------------------------------------------------------

LISTED = ("canonical/lxd", "lxc/lxc", "lxc/lxcfs", "lxc/distrobuilder", "canonical/charm-lxd")


@pytest.fixture
def clones(tmp_path: Path) -> Path:
    """A clone of each repository, called in every way that is understood."""
    folder = tmp_path / "clones"
    for repo, place in zip(LISTED, ("canonical/lxd", "lxc+lxc", "lxcfs", "lxc/distrobuilder.git", "charm-lxd.git"), strict=True):  # fmt: skip
        built = Built(folder / place)
        built.pull(len(repo), f"Title of {repo}", "2023-03-28 10:00")
        built.commit("After", "2023-04-03 01:00")
    return folder


def test_gather_from_clones_needs_no_network(weekly: Weekly, clones: Path) -> None:
    weekly.environment = {"PATH": os.environ["PATH"]}
    ran = weekly("gather", "--week", "2023-03-27", "--clones", str(clones))
    assert (ran.code, ran.out) == (0, "")
    assert "5 pull requests in 5 repositories, unproven" in ran.err
    snapshot = archive.load(weekly.folder, WEEK)
    assert snapshot is not None
    assert (snapshot.source, snapshot.unproven) == (Source.CLONES, LISTED)
    assert [pull.title for pull in snapshot.pulls] == [f"Title of {repo}" for repo in LISTED]
    rendered = weekly("render", "--week", "2023-03-27")
    assert rendered.code == 0
    assert "- [Title of lxc/lxcfs](https://github.com/lxc/lxcfs/pull/9)" in rendered.out
    assert rendered.err.count("rebase merges don't show") == 5
    assert "gap" not in rendered.err


def test_an_unproven_week_is_published_to_a_folder_that_the_user_names(weekly: Weekly, clones: Path) -> None:
    weekly.environment = {"PATH": os.environ["PATH"]}
    assert weekly("gather", "--week", "2023-03-27", "--clones", str(clones)).code == 0
    named = weekly("publish", "--week", "2023-03-27", "--to", "posts")
    assert (named.code, named.err.count("note: "), named.err.count("was read from a clone")) == (0, 5, 5), named.err
    assert "Title of lxc/lxcfs" in (weekly.folder / "posts" / "2023-03-27.md").read_text(encoding="utf-8")


def test_a_week_that_github_counted_is_not_replaced_by_an_unproven_one(archived: Weekly, clones: Path) -> None:
    archived.environment = {"PATH": os.environ["PATH"]}
    before = archive.load(archived.folder, WEEK)
    ran = archived("gather", "--week", "2023-03-27", "--refresh", "--clones", str(clones))
    assert (ran.code, archive.load(archived.folder, WEEK)) == (0, before)
    assert "2023-03-27.json: left as it was, since its pull requests were counted, and clones don't count" in ran.err


def test_a_clone_that_is_missing_is_a_gap(weekly: Weekly, clones: Path) -> None:
    weekly.environment = {"PATH": os.environ["PATH"]}
    (clones / "lxcfs").rename(clones / "elsewhere")
    ran = weekly("gather", "--week", "2023-03-27", "--clones", str(clones))
    assert ran.code == 1
    assert (
        "lxc/lxcfs: its clone clones/lxc/lxcfs isn't there; clone it there, as lxc/lxcfs, lxc+lxcfs, lxcfs" in ran.err
    )
    assert "NOT complete" in ran.err
    missing = weekly("gather", "--week", "2023-03-27", "--refresh", "--clones", "nowhere")
    assert (missing.code, missing.err) == (
        2,
        "weekly: error: --clones nowhere: no such folder; give the folder of the clones\n",
    )


def test_one_repository_may_be_read_from_its_clone_and_the_rest_from_github(
    weekly: Weekly, clones: Path, github: Server
) -> None:
    config = weekly.folder / "weekly.toml"
    config.write_text(config.read_text().replace('name = "LXC"\n', 'name = "LXC"\nclone = "clones/lxc+lxc"\n'))
    weekly.environment = {"PATH": os.environ["PATH"], "GITHUB_TOKEN": "t", "GITHUB_API_URL": github.url}
    assert weekly("gather", "--week", "2023-03-27").code == 0
    snapshot = archive.load(weekly.folder, WEEK)
    assert snapshot is not None
    assert (snapshot.source, snapshot.unproven) == (Source.GRAPHQL, ("lxc/lxc",))
    assert [repo.repo for repo in snapshot.repos] == list(LISTED)
    assert [len(repo.pulls) for repo in snapshot.repos] == [8, 1, 0, 1, 1]
    asked = [request.body.decode() for request in github.requests]
    assert [("repo:lxc/lxc " in body, "repo:lxc/lxcfs " in body) for body in asked] == [(False, True)]
