from __future__ import annotations

import time

import pytest

from weekly.gather.base import coauthors
from weekly.gather.git import merge_message
from weekly.gather.git.merge_message import Message


@pytest.mark.parametrize(
    ("text", "number", "title", "rest"),
    [
        ("Merge pull request #1 from a/b\n\nTitle\n", 1, "Title", ""),
        ("Merge pull request #1 from a/b\r\n\r\nTitle\r\n\r\nMore.", 1, "Title", "More."),
        ("Merge pull request #1 from a/b", 1, "", ""),
        ("Merge pull request #1 from a:b\n\nTitle", 1, "Title", ""),
        ("Merge pull request #14 Add a hook\n\nMore.", 14, "Add a hook", "More."),
        ("Merge pull request #14, handle an infinite tolerance", 14, "handle an infinite tolerance", ""),
        ("Merge pull request #14 from a/b: a title", 14, "a title", ""),
        ("[FIXED JENKINS-13035] Merge pull request #1141\n\nTitle", 1141, "Title", ""),
        ("Merge PR #6734: Fix the store", 6734, "Fix the store", ""),
        ("Merge #29000: net: drop it\n\nbody", 29000, "net: drop it", "body"),
        ("Merge own/name#29000: net: drop it", 29000, "net: drop it", ""),
        ("Auto merge of #7 - ada:goto-def, r=grace\n\nfeat: go\n\nCloses #6", 7, "feat: go", "Closes #6"),
        ("Auto merge of #7 - ada:goto-def, r=grace,hopper rollup=always", 7, "", ""),
        ("Rollup merge of #8 - ada:x/y, r=grace\n\nTitle", 8, "Title", ""),
        ("Merge #7\n\n7: Fix the queue r=bob a=alice\n\nIt was wrong.", 7, "Fix the queue", "It was wrong."),
        ("Merge #7\n\n7: Fix it a=alice", 7, "Fix it", ""),
        ("Land #19000, Fix the module", 19000, "Fix the module", ""),
        ("Pull #12: Remove it", 12, "Remove it", ""),
        ("A title (#2)", 2, "A title", ""),
        ("A title (#2)\n\nA body", 2, "A title", "A body"),
        ("A title (#2) (#3)", 3, "A title (#2)", ""),
        ("Fix the limit (GH-2)", 2, "Fix the limit", ""),
        ("Fix the lock (gh-3) (gh-4)", 4, "Fix the lock (gh-3)", ""),
        ("gh-3: Fix the lock (#4)", 4, "gh-3: Fix the lock", ""),
        ("Fix the lock (PR #5)", 5, "Fix the lock", ""),
        ("Fix the lookup (#1284).", 1284, "Fix the lookup", ""),
        ("A title (#2) [skip ci]", 2, "A title", ""),
        ("A title (#2) (cherry picked from commit 1a2b3c)", 2, "A title", ""),
        ("Merge pull request #13696 from own/release-8.4.2 (#13698)", 13698, "Merge pull request #13696 from own/release-8.4.2", ""),
        ("[notes] Merge pull request #5 from own/x (#7)\n\nMore.", 7, "[notes] Merge pull request #5 from own/x", "More."),
        ("A title (#2): and more of it", 2, "A title", ""),
        ("A title (#2) - backport", 2, "A title", ""),
        ("A title\n\nBody\n\nPR-URL: https://github.com/own/name/pull/12\nReviewed-By: B", 12, "A title", "Body\n\nPR-URL: https://github.com/own/name/pull/12\nReviewed-By: B"),
        ("A title\n\nPull Request resolved: https://github.com/Own/Name/pull/12", 12, "A title", "Pull Request resolved: https://github.com/Own/Name/pull/12"),
        ("A title\n\nGitHub-Pull-Request: own/name#12", 12, "A title", "GitHub-Pull-Request: own/name#12"),
        ("A title\n\nPull-Request: #12", 12, "A title", "Pull-Request: #12"),
        ("A title\n\nThis closes #12.", 12, "A title", "This closes #12."),
        ("A title that goes on and on until it is cut in the mid… (#2)\n\n…dle of a word", 2, "A title that goes on and on until it is cut in the middle of a word", ""),
        ("A title cut between … (#2)\n\n…words\n\nMore.", 2, "A title cut between words", "More."),
        ("A title cut betw... (#2)\r\n\r\n...een words\r\n\r\n* One", 2, "A title cut between words", "* One"),
        ("A title that ends so… (#2)\n\nA body", 2, "A title that ends so…", "A body"),
        ('Revert "A title (#2)" (#4)', 4, 'Revert "A title (#2)"', ""),
    ],
)  # fmt: skip
def test_a_message_that_names_its_pull_request(text: str, number: int, title: str, rest: str) -> None:
    (message,) = merge_message.read(text, repo="own/name")
    assert (message.number, message.title, message.text) == (number, title, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(#5)",
        "See #5",
        "Noting #2331",
        "gh-5: Fix the lock",
        "Fix the crash, fixes #141",
        "Fix the crash (fixes #141)",
        "A title\n\nCloses #12",
        "A title\n\nFixes: #12",
        "A title (owner/name#5)",
        "A title (#٥)",
        "A title (#99999999999999999999)",
        'Revert "A title (#2)"',
        'Revert "Merge #9177"',
        "Merge pull request from GHSA-1234\n\nTitle",
        "Merge branch 'x' (#2) into main",
        "Merge branch 'topic (#2)'",
        "Merge other/name#12: a title",
        "A title\n\nPR-URL: https://github.com/other/name/pull/12",
        "A title\n\nSee https://github.com/own/name/pull/12",
        "Merged in ada/fix (pull request #287)",
        "merged in ada/fix (PR #195)",
        "Users report (#1378), apparently, that white space is lost",
        "Merge #",
    ],
)
def test_a_message_that_names_no_pull_request_of_this_repository(text: str) -> None:
    assert merge_message.read(text, repo="own/name") == ()


def test_bors_lands_several_at_once_each_with_its_part_of_the_body() -> None:
    text = "Merge #7 #9 #12\n\n7: One r=x a=ada\n\nBecause.\n\n9: Two, r=later r=x a=grace\n\nCo-authored-by: Ada <a@b.c>\n"
    assert merge_message.read(text) == (
        Message(number=7, title="One", text="Because.", owner="ada"),
        Message(number=9, title="Two, r=later", text="Co-authored-by: Ada <a@b.c>", owner="grace"),
        Message(number=12, title=""),
    )


def test_the_branch_is_known_where_the_message_names_it() -> None:
    texts = (
        "Merge pull request #1 from ada/feature/x\n\nTitle",
        "Auto merge of #1 - ada:feature/x, r=grace\n\nTitle",
        "Title\n\nCloses #1 from ada/feature/x.\n\nAuthored-by: Ada <a@b.c>",
    )
    for text in texts:
        (message,) = merge_message.read(text)
        assert (message.number, message.title, message.owner, message.head) == (1, "Title", "ada", "feature/x")


@pytest.mark.parametrize(
    "text",
    [
        "(#1)[" * 20_000 + "x",
        "Merge #7\n\n7: " + " " * 100_000 + "x",
        "Merge #7\n\n" + "7: a r=b a=c\n" * 20_000,
        "A title\n\n" + "PR: " * 50_000 + "\n" + "Closes #1 from " * 20_000,
        "Merge pull request #1 from " + "a/" * 50_000,
        "[" * 100_000 + "] (#1)",
        "A title (#1)\n\nCo-authored-by:" + " " * 50_000,
    ],
    ids=range(7),
)
def test_a_hostile_message_is_read_in_time(text: str) -> None:
    """Protects against patterns whose time grows with the square of the text: these would take minutes."""
    start = time.process_time()
    merge_message.read(text, repo="own/name")
    coauthors(text)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("rest", ["", "some text", "13: Another one r=ada a=bob"])
def test_bors_without_a_part_of_its_own_leaves_the_title_open(rest: str) -> None:
    assert [(message.number, message.title) for message in merge_message.read(f"Merge #12\n\n{rest}")] == [(12, "")]


def test_a_title_that_ends_like_a_reviewer_is_kept() -> None:
    (message,) = merge_message.read("Merge #12\n\n12: Set color=red r=ada a=bob\n\nBecause.")
    assert (message.title, message.owner, message.text) == ("Set color=red", "bob", "Because.")
    (message,) = merge_message.read("Merge #12\n\n12: Set color=red")
    assert (message.title, message.owner) == ("Set color=red", "")
