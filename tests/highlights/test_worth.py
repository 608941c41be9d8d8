"""A sentence is judged as an editor would: empty, internal, or worth its line."""

from __future__ import annotations

import pytest

from weekly.classify.internal import internal_reason
from weekly.highlights.worth import has_predicate, is_imperative, is_left_open, is_vague, names_single_object


@pytest.mark.parametrize(
    "title",
    [
        "Bugfixes", "Code quality (20300102)", "Various small fixes", "Hardening", "Pools follow-up", "feature/blue-pools",
        "fix-names", "Address review comments", "Fix due to recent changes", "Backports (2.x)", "pools: misc cleanups",
        "Add missing :", "Include fixes for Lake", 'Rework "pools: fixes" PR', "Smaller cleanups and simplifications", "Add pool_quota extension", "Fixes from Upstream", "Prepare v2.1 release",
        "Revert latest sorting", "Post 1.2.3 release", "Address code review feedback", "Merge pull request #12 from octo/pools", "Revert #12",
        "Fixed issue #12", "Add missing changelog for #12", "Add changelog entry for pools", "Pre- release fixes", "Merge 2.x into main", "Post- lake changes",
        "Pull request 12", "Merge 1.2.3", "Merge octo/lake@0a1b", "Re-fix pools", "Bug lake 4711", "Issue 12 fix", "Bump 1.2.3",
        "Fix a couple of bugs in #12", "Add some minor fixes", "Update CREDITS for me", "Support more features etc.",
        "Add more error checking", "Remove duplicate word", "Fix some things", "Missing parentheses", "More pools",
        "Pools improvements", "Fix some issues before 1.2", "Merge back release 2.30", "Merge release-2.26 branch to main",
        "Add options for the following pools", "Apply suggestion from the code review", "Fix a few small things seen in tests",
    ],
)  # fmt: skip
def test_titles_that_say_nothing_are_vague(title: str) -> None:
    assert is_vague(title)


@pytest.mark.parametrize(
    "title",
    [
        "Fix names of pools",
        "Pool resizing",
        "Remove i18n",
        "Add blue pools",
        "Remove duplicate pools",
        "Pool list improvements",
        "Apply the comment filter to pools",
    ],
)
def test_titles_with_an_object_are_not_vague(title: str) -> None:
    assert not is_vague(title)


@pytest.mark.parametrize(
    "sentence",
    [
        "Added a `makePool` helper.", "Removed unused names.", "Fixed `pool_new()` call.", "Now returns NULL in `pool_init`.",
        "Fixed typos.", "Moved methods to `request` package.", "Renamed `PoolInfo`.", "Improved the documentation of pools.",
        "Switched to `strings.Cut`.", "Now checks if `P_POOL` is defined.",
    ],
)  # fmt: skip
def test_changes_of_code_are_internal(sentence: str) -> None:
    assert internal_reason(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Added a `pool.size` key.", "Added a `pool_size` option.", "Fixed `tool pool list`.", "Added `--all` to `tool list`.",
        "Fixed a crash in `pool_init`.", "Fixed wrong exit code of the daemon.", "Now reads environment variables.",
        "No longer fails with `PoolError`.", "Fixed file names with blanks.",
    ],
)  # fmt: skip
def test_what_users_see_is_not_internal(sentence: str) -> None:
    assert internal_reason(sentence) == ""


@pytest.mark.parametrize(
    "title",
    [
        "Fix CentOS",
        "Fix wrong check",
        "Fix dead links",
        "Fix return value",
        "Wrap errors",
        "Generalised quotas",
        "Add more aliases",
        "Improve error messages",
        "Add checks",
        "Properly handle pools",
        "Don't return errors",
        "Tweak mkfs options",
    ],
)
def test_titles_with_one_object_of_many_say_too_little(title: str) -> None:
    assert names_single_object(title)


@pytest.mark.parametrize(
    "title",
    ["Add FreeBSD", "Fix wrong size of pools", "Return errors of pools", "Fix pool checks", "Handle pools", "Fix"],
)
def test_titles_that_name_their_object_say_enough(title: str) -> None:
    assert not names_single_object(title)


def test_predicates_and_orders_differ_from_nouns() -> None:
    assert has_predicate("Added pools.")
    assert has_predicate("No longer fails.")
    assert has_predicate("Lids now also show wood.")
    assert has_predicate("Closing a lid no longer burns wood.")
    assert has_predicate("Lids are now hot.")
    assert not has_predicate("It now burns wood.")
    assert not has_predicate("Small tweaks now that lids are hot.")
    assert not has_predicate("Lids now shown correctly.")
    assert not has_predicate("Blue pools.")
    assert is_imperative("Remove pools and lakes.")
    assert not is_imperative("Removed pools.")
    assert not has_predicate("Shared pools.")
    assert is_left_open("Fixed a crash on cop….")
    assert is_left_open("Fixed a crash on copies of non-existing.")
    assert not is_left_open("Fixed a crash when the pool is nonexistent.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Simplified `security.mode` selection logic.", "Split the parser into separate files.", "Now copies names if nil.",
        "Removed unnecessary quotas.", "Removed names from the pools table.", "Added a `pool_size` API extension.", "Moved pool package.",
        "Moved names into their own package.", "Centralized port selection.", "Cleaned up initial pools.", "Restructured lists.",
        "Fixed clippy warnings.", "Now propagates `HTTPPoolFunc` to lists.", "Now uses one `PoolLoader` per plugin.",
    ],
)  # fmt: skip
def test_changes_without_an_effect_on_users_are_internal(sentence: str) -> None:
    assert internal_reason(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Added a new `pool_size` field.", "Added logging to a separate file.", "Updated to version 2.",
        "Fixed names in Ubuntu.", "Removed names from the routing table.", "Added `pool.size`.", "Fixed security of pools.", "Cleaned up mounts on failure.", "Added support for `pool.toml`.",
    ],
)  # fmt: skip
def test_changes_that_users_see_are_not_internal(sentence: str) -> None:
    assert not internal_reason(sentence)
