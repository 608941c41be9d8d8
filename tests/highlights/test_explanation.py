"""An explanation has the sentences of a description that readers gain by, and nothing that is in doubt."""

from __future__ import annotations

import pytest

from weekly.highlights.explanation import MOST_SENTENCES, explanation, formerly, mended, restated


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        (
            "This allows users to attach a disk to two machines.",
            ("This allows users to attach a disk to two machines.",),
        ),
        ("This PR lets the agent start without a network.", ("This lets the agent start without a network.",)),
        ("Backups are now written to a temporary file.", ("Backups are now written to a temporary file.",)),
        ("The list no longer shows removed members.", ("The list no longer shows removed members.",)),
        ("Previously the address was only shown to admins.", ("Previously the address was only shown to admins.",)),
        (
            "- `tool list` no longer fails on old servers\n- Tests for it\n",
            ("`tool list` no longer fails on old servers.",),
        ),
    ],
)
def test_a_gain_for_users_is_explained(body: str, sentences: tuple[str, ...]) -> None:
    assert explanation(body) == sentences


@pytest.mark.parametrize(
    "body",
    [
        "Follow-up to #12, which now works.",
        "@somebody now users can see this here.",
        "WIP: users should now be able to log in.",
        "Moves the struct to another package.",
        "Is because the handlers for pools are different now.",
        "Delete the clone so that users can now retry.",
        "A later change will allow users to pick a name.",
        "I think that users can now pick a name.",
        "Currently the daemon now crashes on a full disk.",
        "It ensures that the pool is now kept.",
        "This lets `getPool()` now return two values.",
        "Le service est maintenant plus rapide pour tous.",
        "12:01:02 daemon now started with two pools",
        "We can now not rename any of them easily.",
        "With this, we discovered that the daemon now keeps pools.",
        "The cache can now be enabled with the instructions here.",
    ],
)
def test_doubts_promises_orders_and_fragments_are_left_out(body: str) -> None:
    assert explanation(body) == ()


def test_a_long_description_is_for_reviewers() -> None:
    body = "This allows users to attach a disk to two machines. " + "It has a cache. " * MOST_SENTENCES
    assert explanation(body) == ()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("This fixes a bug where pools were lost.", "Fixed a bug where pools were lost."),
        ("Some words first.\n\nFixes an issue in which old pools stay.", "Fixed an issue in which old pools stay."),
        ("This fixes the issue by sorting pools.", ""),
        ("This fixes an issue where `getPool()` returns nil.", ""),
        ("This fixes a bug where pools were lost in #12.", ""),
        ("This fixes a bug where pools are lost if\n\n- they are full", ""),
        ("This fixes a bug where ![a picture](https://x.example/y.png) is shown twice.", ""),
    ],
)
def test_a_fix_is_the_fault_that_its_description_names(body: str, text: str) -> None:
    assert mended(("", body)) == text


@pytest.mark.parametrize(
    ("title", "body", "text"),
    [
        ("Rename pool file", "This renames the pool file to `pool.yaml`.", "renames the pool file to `pool.yaml`."),
        ("pools: Sort names", "This change sorts names in the list of pools.", "sorts names in the list of pools."),
        ("Quotas for pools", "This adds quotas for pools, in bytes.", "adds quotas for pools, in bytes."),
        ("Rename pool file", "This drops the pool file.", ""),
        ("Rename pool file", "This renames it.", ""),
        ("Rename pool file", "The file of the pool has another name.", ""),
        ("Rename pool file", "This renames the pool file, see #12.", ""),
    ],
)
def test_a_statement_that_says_more_than_the_title_replaces_it(title: str, body: str, text: str) -> None:
    assert restated(("", body), title) == text


def test_a_bug_fix_is_explained_by_problem_effect_and_remedy() -> None:
    body = (
        "When a pool was renamed, the old name was kept in the cache. This then caused uploads to fail.\n\n"
        "The cache is now cleared. Some more background on caches is in the book."
    )
    assert explanation(body, is_fix=True) == (
        "When a pool was renamed, the old name was kept in the cache.",
        "This then caused uploads to fail.",
        "The cache is now cleared.",
    )
    assert explanation(body, is_fix=True, most=1) == ("When a pool was renamed, the old name was kept in the cache.",)
    assert explanation(body, is_fix=True, most=0) == ()


def test_an_old_state_is_marked_as_old() -> None:
    assert formerly("Uploads were lost.") == "Previously, uploads were lost."
    assert formerly("`tool` was slow.") == "Previously, `tool` was slow."
    assert formerly("LXD was slow.") == "Previously, LXD was slow."
    assert formerly("Previously it was slow.") == "Previously it was slow."


def test_a_remark_on_a_fix_is_no_explanation() -> None:
    assert explanation("This allows the list to be drawn at its own pace.", is_fix=True) == ()
    fault = "When a pool was renamed, the old name was kept."
    assert explanation(f"{fault} This was noticed in the lab.", is_fix=True) == (fault,)
