"""Check `weekly learn`: what it learns from, what it writes, and that other commands use it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.classify.pulls import pull
from tests.conftest import Weekly
from weekly import archive
from weekly.classify.learning import LEAST
from weekly.model import SCHEMA_VERSION, Outcome, Patch, RepoActivity, Snapshot, Source
from weekly.pipeline.learn import needless_scopes, phrases, spellings, tools
from weekly.week import Week

CONFIGURATION = """
[project]
name = "App"

[series]
title = "Weekly status"

[[repositories]]
repo = "octo/hello"
name = "App"

[[sections]]
kind = "highlights"

[[sections]]
kind = "upstream"
"""
VERBS = {"bug": "Frobnicate", "enhancement": "Gronk", "internal": "Zap"}


def project(folder: Path, *, weeks: int, turned_after: int = 99, by: str = "labels") -> Weekly:
    """Return a project whose labels say what its odd verbs mean, and say otherwise after some weeks."""
    (folder / "weekly.toml").write_text(CONFIGURATION, "utf-8")
    number = 0
    for index in range(weeks):
        week = Week(monday=date(2022, 11, 7) + timedelta(weeks=index))
        pulls = []
        for place in range(9):
            number += 1
            label = list(VERBS)[(place + (index >= turned_after)) % 3]
            title = f"{list(VERBS.values())[place % 3]} part {number}"
            at = datetime.combine(week.monday, datetime.min.time(), UTC) + timedelta(hours=place)
            given = pull(title, labels=(label,) if by == "labels" and index < weeks - 1 else ())
            if by == "entries" and label != "internal":
                entry = "bugfix" if label == "bug" else "feature"
                patch = Patch(path=f"newsfragments/{number}.{entry}.md", added=(f"{title}.",), is_new=True)
                given = msgspec.structs.replace(given, patches=(patch,))
            pulls.append(
                msgspec.structs.replace(
                    given, number=number, merged_at=at, url=f"https://github.com/octo/hello/pull/{number}"
                )
            )
        activity = RepoActivity(repo="octo/hello", outcome=Outcome.ACTIVE, total=9, pulls=tuple(pulls))
        archive.save(
            folder,
            Snapshot(
                schema_version=SCHEMA_VERSION,
                week=week,
                gathered_at=datetime(2024, 1, 1, tzinfo=UTC),
                source=Source.GRAPHQL,
                repos=(activity,),
            ),
        )
    return Weekly(folder)


def test_learned_words_decide_in_other_commands(tmp_path: Path) -> None:
    weekly = project(tmp_path, weeks=15)
    before = weekly("explain", "--week", "2023-02-13").out
    ran = weekly("learn")
    assert ran.code == 0, ran.err
    assert "126 of 135 archived pull requests have a known kind: 126 by labels" in ran.err
    assert "300 are best; gather older weeks: weekly gather --since 2022-06-13" in ran.err
    assert "100.0% are right (33.3% without it)" in ran.err
    assert "wrote learned.tsv" in ran.err
    text = (tmp_path / "learned.tsv").read_text("utf-8")
    assert "first:frobnicat\t" in text
    after = weekly("explain", "--week", "2023-02-13").out
    assert after != before
    assert after.count("kind: bugfix") == after.count("kind: improvement") == 3
    assert "unchanged: learned.tsv" in weekly("learn").err
    assert (tmp_path / "learned.tsv").read_text("utf-8") == text


def test_too_few_pull_requests_teach_nothing(tmp_path: Path) -> None:
    ran = project(tmp_path, weeks=3)("learn")
    assert ran.code == 0
    assert "60 are needed, and 300 are best" in ran.err
    assert "nothing learned" in ran.err
    assert not (tmp_path / "learned.tsv").exists()


def test_nothing_is_written_that_would_make_verdicts_worse(tmp_path: Path) -> None:
    weekly = project(tmp_path, weeks=13, turned_after=8)
    (tmp_path / "learned.tsv").write_text("(sharpness)\t1.00\n", "utf-8")
    ran = weekly("learn")
    assert ran.code == 0
    assert "nothing learned: it would not make verdicts better" in ran.err
    assert (tmp_path / "learned.tsv").read_text("utf-8") == "(sharpness)\t1.00\n"


def test_editors_kinds_count_before_labels(tmp_path: Path) -> None:
    weekly = project(tmp_path, weeks=15)
    (tmp_path / "weeks").mkdir()
    (tmp_path / "weeks" / "2022-11-07.toml").write_text(
        '[[highlights]]\npulls = ["#1"]\nkind = "documentation"\n\n[[highlights]]\npulls = ["#2"]\nshow = false\n',
        "utf-8",
    )
    assert "2 by editors, 124 by labels" in weekly("learn").err


def test_a_missing_changelog_entry_tells_where_others_have_one(tmp_path: Path) -> None:
    err = project(tmp_path, weeks=10, by="entries")("learn").err
    assert "90 of 90 archived pull requests have a known kind: 60 by changelog entries, 30 by missing" in err
    assert "wrote learned.tsv" in err


def test_spellings_that_editors_corrected_twice_are_proposed() -> None:
    pairs = [
        ("microcloud: fix a leak", "Fixed a leak in MicroCloud."),
        ("Support ovn in microcloud", "MicroCloud now supports OVN with MicroCloud."),
        ("Add OVN uplinks", "OVN uplinks were added."),
        ("Sort rows", "Rows are sorted."),
    ]
    assert spellings(pairs) == {"MicroCloud"}


def test_tools_whose_commands_editors_showed_as_code_twice_are_proposed() -> None:
    pairs = [
        ("Fix incus admin init", "Fixed `incus admin init`."),
        ("cli: Speed up incus list", "Made `incus list` faster."),
        ("Sort `acme show` and node groups", "Sorted `acme show` and `node groups`."),  # was code before
        ("Let acme show ids", "`acme show` now has identifiers."),
        ("Add quotas", "Added `incus quota set`."),  # not in the title
    ]
    assert tools(pairs) == {"incus"}


def test_phrases_that_editors_added_twice_to_a_scope_are_proposed() -> None:
    pairs = [
        ("daemon/xfs: Fix a leak", "Fixed a leak of handles on XFS."),
        ("xfs: Sort rows", "Rows are sorted on XFS."),
        ("web: Add tabs", "Added tabs in the web page."),
        ("Sort keys", "Keys are sorted on XFS."),
        ("nbd: Add retries on NBD", "Added retries on NBD."),
        ("nbd: Limit the depth on NBD", "Limited the depth on NBD."),
    ]
    assert phrases(pairs) == {("xfs", "on XFS")}


def test_a_scope_of_most_titles_is_needless() -> None:
    half = LEAST // 2
    usual = [pull("ceph: Add pools"), pull("fix(ceph): Fix pools"), pull("csi: Ceph: Sort pools")]
    many = [usual[place % 3] for place in range(half + 1)]
    others = [pull("nfs: Add exports"), *[pull("Add exports")] * (half - 2)]
    assert needless_scopes([*many, *others]) == {"ceph"}
    assert needless_scopes([*many[1:], *others, pull("Add exports")]) == set(), "it isn't more than half"
    assert needless_scopes([*many, *others][1:]) == set(), "they are too few"
    outer = [pull("ceph/pools: Add pools")] * LEAST
    assert needless_scopes(outer[:half] + [pull("ceph/lists: Sort")] * half) == set(), "an outer part has inner ones"
    own = [msgspec.structs.replace(one, repo="octo/ceph") for one in (*many, *others)]
    assert needless_scopes(own) == set(), "no phrase has the project's own name"


def test_a_needless_scope_is_proposed_until_it_is_configured(tmp_path: Path) -> None:
    weekly = project(tmp_path, weeks=12)
    for file in (tmp_path / "archive").glob("*.json"):
        file.write_text(file.read_text("utf-8").replace('"title": "', '"title": "ceph: '), "utf-8")
    proposal = 'leave it out in highlights.scopes: ceph = ""'
    assert proposal in weekly("learn").err
    with (tmp_path / "weekly.toml").open("a", encoding="utf-8") as configuration:
        configuration.write('\n[highlights.scopes]\nCeph = ""\n')
    assert proposal not in weekly("learn").err


def test_an_empty_archive_names_the_command_that_fills_it(tmp_path: Path) -> None:
    ran = project(tmp_path, weeks=0)("learn")
    assert ran.code == 0
    assert "0 of 0 archived pull requests have a known kind" in ran.err
    assert "gather older weeks: weekly gather --since 20" in ran.err


def test_unlabelled_pull_requests_are_to_be_labelled(tmp_path: Path) -> None:
    ran = project(tmp_path, weeks=40, by="nothing")("learn")
    assert "0 of 360 archived pull requests have a known kind" in ran.err
    assert "label pull requests" in ran.err


@pytest.mark.parametrize("text", ["", "word:a\t1\t2\t3\n", "(sharpness)\tmuch\n", "(sharpness)\t1.0\nword:a\t1\t2\n"])
def test_broken_file_is_reported(tmp_path: Path, text: str) -> None:
    weekly = project(tmp_path, weeks=1)
    (tmp_path / "learned.tsv").write_text(text, "utf-8")
    ran = weekly("render", "2022-11-07")
    assert ran.code == 2
    assert "learned.tsv: " in ran.err
    assert "weekly learn" in ran.err
