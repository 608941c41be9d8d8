"""Highlights: whose words, what belongs together, what a revert undoes, in which order and how many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from weekly.config.highlights import HighlightRules
from weekly.highlights.merging import merge
from weekly.highlights.select import Selection, highlight, marked
from weekly.model import (
    Audience,
    Commit,
    FileChange,
    Highlight,
    Issue,
    Kind,
    Patch,
    Person,
    PullRequest,
    Verdict,
    Words,
)
from weekly.text.markdown import nested

START = datetime(2023, 3, 27, tzinfo=UTC)


def pull(number: int, title: str, *, author: str = "ann", **fields: Any) -> PullRequest:
    return PullRequest(
        repo="o/r", number=number, title=title, url=f"https://example.org/{number}", author=Person(login=author),
        merged_at=START + timedelta(minutes=number), **fields,
    )  # fmt: skip


def choose(
    *pulls: PullRequest, kinds: dict[int, Kind] | None = None, internal_numbers: tuple[int, ...] = (), **rules: Any
) -> Selection:
    verdicts = {
        one.ref: Verdict(
            kind=(kinds or {}).get(one.number, Kind.IMPROVEMENT),
            rule="r",
            evidence="e",
            audience=Audience.DEVELOPERS if one.number in internal_numbers else Audience.USERS,
        )
        for one in pulls
    }
    return highlight(pulls, verdicts, HighlightRules(**rules))


def drafted(chosen: Selection) -> list[tuple[str, list[int]]]:
    return [(one.text, [each.number for each in one.pulls]) for one in (*chosen.improvements, *chosen.bugfixes)]


def left(chosen: Selection) -> list[tuple[int, str]]:
    return [(one.pull.number, one.why) for one in chosen.left_out]


def test_the_release_note_wins_over_the_draft() -> None:
    noted = pull(1, "Add foo", body="```release-note\nvolumes can be cloned\n```")
    chosen = choose(noted, pull(2, "Add bar", body="Users can now clone their volumes."))
    words = {one.pulls[0].number: (one.text, one.words) for one in chosen.improvements}
    assert words == {
        1: ("Volumes can now be cloned.", Words.AUTHOR),
        2: ("Added a bar. Users can now clone their volumes.", Words.DRAFTED),
    }


def test_a_changelog_entry_in_the_diff_wins_over_the_title() -> None:
    entry = Patch(
        path="changelogs/fragments/1-pools.yml",
        added=("minor_changes:", '  - "pool_info - add a ``quota`` option."'),
        is_new=True,
    )
    assert drafted(choose(pull(1, "Pools, take two", patches=(entry,)))) == [
        ("Added a `quota` option to `pool_info`.", [1])
    ]


def test_entries_that_say_the_same_are_counted_by_module() -> None:
    lines = tuple(f'  - "pool_{name} - fix reading of sizes."' for name in "abc")
    entry = Patch(path="changelogs/fragments/1-pools.yml", added=("bugfixes:", *lines), is_new=True)
    chosen = choose(pull(1, "Sizes", patches=(entry,)), kinds={1: Kind.BUGFIX})
    assert drafted(chosen) == [("Fixed reading of sizes in three modules.", [1])]


def test_an_entry_that_states_a_bug_becomes_its_fix() -> None:
    lines = ("bugfixes:", '  - "pool_info - using a long name returned an error."')
    entry = Patch(path="changelogs/fragments/1-pools.yml", added=lines, is_new=True)
    chosen = choose(pull(1, "Names", patches=(entry,)), kinds={1: Kind.BUGFIX})
    assert drafted(chosen) == [("Fixed an issue in `pool_info` where using a long name returned an error.", [1])]


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("ui: Fixed the order of pools.", "Fixed the order of pools in the UI."),
        ("host volumes: Fixed the size of pools.", "Fixed the size of pools."),
        ("Overhaul of the list of pools.", "Overhauled the list of pools."),
        ("`list` shows the size of pools.", "`list` now shows the size of pools."),
        ("Pools can be renamed.", "Pools can now be renamed."),
        ("Pools can be renamed now.", "Pools can be renamed now."),
        ("Pools can no longer be renamed.", "Pools can no longer be renamed."),
        ("Pools can not be renamed.", "Pools can not be renamed."),
        ("Fixed a crash of pools. Introduced in 1.2.", "Fixed a crash of pools."),
        ("Added a pool. This is useful for lakes.", "Added a pool."),
        ("Removed the old flag. Use `--pool` instead.", "Removed the old flag. Use `--pool` instead."),
        ("Forget all pools on shutdown.", "Now forgets all pools on shutdown."),
    ],
)
def test_a_note_is_a_sentence_of_the_post(note: str, text: str) -> None:
    entry = Patch(path=".changelog/1.txt", added=("```release-note:improvement", note, "```"), is_new=True)
    assert drafted(choose(pull(1, "Pools", patches=(entry,)))) == [(text, [1])]


def test_no_further_sentence_makes_it_too_long_or_repeats_the_title() -> None:
    body = "Users can now clone their volumes."
    assert drafted(choose(pull(1, "Add bar", body=body), longest=20)) == [("Added a bar.", [1])]
    assert drafted(choose(pull(1, "Add bar", body=body), explain=0)) == [("Added a bar.", [1])]
    assert drafted(choose(pull(1, "Allow users to clone volumes now", body=body))) == [
        ("Allowed users to clone volumes now.", [1])
    ]


@pytest.mark.parametrize(
    ("title", "issue", "text"),
    [
        (
            "Fix nil check",
            "Pools fail to start after an upgrade",
            "Fixed an issue where pools fail to start after an upgrade.",
        ),
        ("Fix nil check", "Memory leak in small pools", "Fixed a memory leak in small pools."),
        ("Fix listing of pools", "Pools fail to start", "Fixed listing of pools."),
        ("Fix nil check", "Document the pools", "Fixed a nil check."),
    ],
)
def test_an_internal_fix_is_the_fault_that_its_issue_complains_of(title: str, issue: str, text: str) -> None:
    one = pull(1, title, closes=(Issue(number=2, title=issue),))
    assert [found for found, _ in drafted(choose(one, kinds={1: Kind.BUGFIX}))] == [text]


@pytest.mark.parametrize(
    ("subjects", "text"),
    [
        (("Add quotas of pools", "Fix a crash on start"), "Added quotas of pools, and fixed a crash on start."),
        (("Fix listing of pools", "Fix a crash on start"), "Fixed listing of pools and a crash on start."),
        (
            ("Drop old pools", "Add quotas of pools", "Fix a crash on start"),
            "Added quotas of pools, dropped old pools, and fixed a crash on start.",
        ),
        (("Show quotas of pools", "Fix a crash on start"), "Now shows quotas of pools. Fixed a crash on start."),
    ],
)
def test_what_several_commits_do_is_one_sentence(subjects: tuple[str, ...], text: str) -> None:
    commits = tuple(Commit(subject=subject) for subject in subjects)
    assert [found for found, _ in drafted(choose(pull(1, "Various fixes", commits=commits)))] == [text]


def test_a_title_that_says_nothing_gives_way_to_the_commits() -> None:
    subjects = ("tests: Add a case", "lib: Don't leak sockets", "Merge branch 'x' into y", "Fix crash on start")
    commits = tuple(Commit(subject=subject) for subject in subjects)
    assert drafted(choose(pull(1, "Bugfixes", commits=commits))) == [
        ("Fixed a leak of sockets and a crash on start.", [1])
    ]
    assert drafted(choose(pull(1, "Various small fixes"))) == []
    assert left(choose(pull(1, "Various small fixes"))) == [(1, "neither its title nor its commits say what is new")]
    assert drafted(choose(pull(1, "Storage fixes", commits=commits))) == drafted(
        choose(pull(1, "Bugfixes", commits=commits))
    )
    assert drafted(choose(pull(1, "Storage fixes"))) == []


@pytest.mark.parametrize(
    ("title", "subjects", "text"),
    [
        (
            "Pool copy and move events",
            ("Add PoolCopied", "Handle PoolCopied event"),
            "Added pool copy and move events.",
        ),
        ("Quota fixes (again, all)", ("Correct names", "Add quota of snapshots"), "Added quota of snapshots."),
        ("Quotas for new pools", ("Implement quotas", "Test them"), "Implemented quotas for new pools."),
        ("Pools: mirrors", ("Add mirrors driver", "Sort names"), "Added a mirrors driver."),
        ("Pool quota updates", ("Correct names of quotas", "Add quota of snapshots"), "Added quota of snapshots."),
    ],
)
def test_the_commits_complete_a_title(title: str, subjects: tuple[str, ...], text: str) -> None:
    commits = tuple(Commit(subject=subject) for subject in subjects)
    assert drafted(choose(pull(1, title, commits=commits))) == [(text, [1])]


def test_titles_on_code_quality_give_no_highlights_whatever_their_commits_do() -> None:
    commits = (Commit(subject="Fix names of pools"),)
    assert drafted(choose(pull(1, "Small cleanups", commits=commits))) == []
    assert drafted(choose(pull(2, "Small fixes", commits=commits))) == [("Fixed names of pools.", [2])]


def test_a_revert_cancels_what_it_reverts_and_both_say_so() -> None:
    chosen = choose(pull(1, "Add foo"), pull(2, "Add bar"), pull(3, 'Revert "Add foo"'))
    assert drafted(chosen) == [("Added a bar.", [2])]
    assert left(chosen) == [(1, "reverted in the same week by o/r#3"), (3, "reverts o/r#1 of the same week")]


def test_a_revert_of_an_unknown_change_that_cannot_be_turned_has_no_bullet() -> None:
    chosen = choose(pull(1, "Add bar"), pull(2, 'Revert "stop looking for ghosts"'))
    assert drafted(chosen) == [("Added a bar.", [1])]
    assert left(chosen) == [(2, "it takes back a change that readers don't know")]


def test_a_title_of_thousands_of_reverts_is_read() -> None:
    chosen = choose(pull(1, 'Revert "' * 5_000), pull(2, "Add pools"))
    assert [one.pulls[0].number for one in chosen.improvements] == [2]


def test_a_reverted_revert_undoes_nothing() -> None:
    chosen = choose(pull(1, "Add foo"), pull(2, 'Revert "Add foo"'), pull(3, 'Revert "Revert "Add foo""'))
    assert drafted(chosen) == [("Added foo.", [1])]
    assert [number for number, _ in left(chosen)] == [2, 3]


def test_a_revert_of_another_kind_or_by_number_cancels_too_but_not_on_another_branch() -> None:
    housekeeping = {2: Kind.HOUSEKEEPING}
    assert drafted(choose(pull(1, "Add foo"), pull(2, "Take it back", body="Reverts o/r#1"), kinds=housekeeping)) == []
    kept = choose(pull(1, "Add foo", base="main"), pull(2, 'Revert "Add foo"', base="stable-1"), kinds=housekeeping)
    assert drafted(kept) == [("Added foo.", [1])]


def test_a_revert_of_an_older_change_is_a_highlight() -> None:
    assert drafted(choose(pull(3, 'Revert "Add foo"'))) == [("Reverted the addition of foo.", [3])]


def test_backports_follow_ups_and_parts_share_a_highlight() -> None:
    chosen = choose(
        pull(1, "api: Fix the parser", base="main"),
        pull(2, "api: Fix the parser (stable-5.0)", base="stable-5.0", author="bob"),
        pull(3, "Polish it", body="Follow-up to #1", author="eve"),
        pull(4, "lib/cloudinit: Fix vendor parsing"),
        pull(5, "lib/cloudinit: Follow-up on vendor parsing"),
        pull(6, "Rename tables"),
        pull(7, "Rename tables, part 2"),
    )
    assert [numbers for _, numbers in sorted(drafted(chosen), key=lambda one: one[1])] == [[1, 2, 3], [4, 5], [6, 7]]
    assert left(chosen) == [
        (2, "a backport of o/r#1"),
        (3, "a follow-up of o/r#1"),
        (5, "a follow-up of o/r#4"),
        (7, "a further part of o/r#6"),
    ]


def test_changes_of_one_scope_that_share_words_have_a_bullet_each() -> None:
    chosen = choose(
        pull(1, "VM: Add GPU passthrough"),
        pull(2, "VM: Add CPU hotplug"),
        pull(3, "lib/x: Fix parsing of names"),
        pull(4, "lib/x: Fix crash when parsing long lists"),
    )
    assert sorted(numbers for _, numbers in drafted(chosen)) == [[1], [2], [3], [4]]


@pytest.mark.parametrize(
    ("titles", "sentence"),
    [
        (
            ("Export bridge addresses via BGP", "Export OVN addresses via BGP"),
            "Exported bridge and OVN addresses via BGP.",
        ),
        (
            ("Take a snapshot when backing up BTRFS volumes", "Take a snapshot when backing up ZFS volumes"),
            "Now takes a snapshot when backing up Btrfs and ZFS volumes.",
        ),
        (
            ("Check swap for metrics", "Check memory limit for metrics"),
            "Now checks swap and the memory limit for metrics.",
        ),
        (
            [f"Check the size of {name} volumes after each restore" for name in ("ZFS", "LVM", "Ceph", "Btrfs")],
            "Now checks the size of ZFS, LVM, Ceph and Btrfs volumes after each restore.",
        ),
    ],
)
def test_sentences_that_differ_in_one_place_are_joined(titles: Sequence[str], sentence: str) -> None:
    chosen = choose(*(pull(number, title) for number, title in enumerate(titles, 1)))
    numbers = [number for number, _ in enumerate(titles, 1)]
    assert drafted(chosen) == [(sentence, numbers)]
    assert left(chosen) == [(number, "shares the bullet of o/r#1") for number in numbers[1:]]


@pytest.mark.parametrize(
    ("titles", "text"),
    [
        (
            (
                "Add network ACL lifecycle events",
                "Add an instance *backup* lifecycle event",
                "Add pool lifecycle events",
            ),
            "Added lifecycle events:\n- network ACL\n- instance \\*backup\\*\n- pool",
        ),
        (
            ("Fix ZFS memory leak", "Fix a CephFS memory leak", "Fix volume copy memory leak"),
            "Fixed memory leaks:\n- ZFS\n- CephFS\n- volume copy",
        ),
        (
            ("Add a `boot.mode` config key", "Add a `boot.order` config key", "Add a `ui.theme` config key"),
            "Added `boot.mode`, `boot.order` and `ui.theme` config keys.",
        ),
    ],
)
def test_three_sentences_on_one_object_are_one_highlight(titles: tuple[str, ...], text: str) -> None:
    chosen = choose(*(pull(number, title) for number, title in enumerate(titles, 1)))
    assert drafted(chosen) == [(text, [1, 2, 3])]
    assert left(chosen) == [(2, "shares the bullet of o/r#1"), (3, "shares the bullet of o/r#1")]


@pytest.mark.parametrize(
    "titles",
    [
        ("Add network ACL lifecycle events", "Add pool lifecycle events"),
        ("Add pool lifecycle events", "Fix lost lifecycle events", "Remove old lifecycle events"),
        ("Add a lifecycle event", "Add a pool lifecycle event", "Add a volume lifecycle event"),
        ("Add new lifecycle events", "Add missing lifecycle events", "Add more lifecycle events"),
        ("Add tests for storage pools", "Add names to storage pools", "Add alerts about storage pools"),
    ],
)
def test_sentences_on_several_objects_stay_apart(titles: tuple[str, ...]) -> None:
    chosen = choose(*(pull(number, title) for number, title in enumerate(titles, 1)))
    assert sorted(numbers for _, numbers in drafted(chosen)) == [[number] for number, _ in enumerate(titles, 1)]


def test_two_follow_ups_that_say_more_are_sub_bullets() -> None:
    pulls = (
        pull(1, "Add quotas of pools"),
        pull(2, "Show alerts in the monitor", body="Follow-up to #1"),
        pull(3, "Allow larger volumes", body="Follows #1"),
    )
    text = "Added quotas of pools.\n- Now shows alerts in the monitor.\n- Allowed larger volumes."
    assert drafted(choose(*pulls)) == [(text, [1, 2, 3])]
    assert drafted(choose(*pulls[:2])) == [("Added quotas of pools. Now shows alerts in the monitor.", [1, 2])]


def test_bullets_with_sub_bullets_are_not_joined_to_one_line() -> None:
    points = ["Now shows alerts in the monitor.", "Allowed larger volumes."]
    verdict = Verdict(kind=Kind.IMPROVEMENT, rule="label", evidence="x")
    bullets = [
        Highlight(
            pulls=(pull(number, "x"),), text=nested(f"Added {name} quotas to all projects.", points), verdict=verdict
        )
        for number, name in enumerate(("pool", "disk"), 1)
    ]
    assert not any("-" in one.text.partition("\n")[0] for one, _ in merge(bullets))


def test_sub_bullets_may_share_words_with_their_lead() -> None:
    pulls = (
        pull(1, "Deprecate the pool API"),
        pull(2, "Deprecate the volume API", body="Follows #1"),
        pull(3, "Deprecate the pool API", body="Part two of #1"),
        pull(4, "Deprecate the image and alias APIs", body="Follows #2"),
    )
    text = "Deprecated the pool API.\n- Deprecated the volume API.\n- Deprecated the image and alias APIs."
    assert drafted(choose(*pulls)) == [(text, [1, 2, 3, 4])]


@pytest.mark.parametrize(
    "titles",
    [
        ("Fix crash on start", "Fix leak of descriptors"),
        ("Add quotas", "Add volumes"),
        ('Reword "no pool" in the help page', 'Reword "no network" in the help page'),
        ("Fix the name in lists, pools and the help page", "Fix the size of the names and pools and the help page"),
        ("Add support for `/dev/pool` in lakes", "Add support for small lakes"),
    ],
)
def test_sentences_that_share_little_are_not_joined(titles: tuple[str, str]) -> None:
    chosen = choose(*(pull(number, title) for number, title in enumerate(titles, 1)))
    assert sorted(numbers for _, numbers in drafted(chosen)) == [[1], [2]]


def test_what_touches_users_comes_first_whatever_its_size() -> None:
    big = (FileChange(path="src/a.c", additions=500),)
    documented = (FileChange(path="doc/a.md", additions=1),)
    pulls = (
        pull(1, "Rework the parser", files=big),
        pull(2, "Add a quota"),
        pull(3, "Add a report", files=documented),
        pull(4, "Fix a crash on start"),
        pull(5, "Fix vulnerability in uploads"),
    )
    bugs = {4: Kind.BUGFIX, 5: Kind.BUGFIX}
    assert [numbers for _, numbers in drafted(choose(*pulls, kinds=bugs, most=4))] == [[3], [2], [5], [4]]
    assert left(choose(*pulls, kinds=bugs, most=4)) == [(1, "past the four highlights that a project may have")]
    assert drafted(choose(*reversed(pulls))) == drafted(choose(*pulls))


def test_each_list_may_have_its_own_cap() -> None:
    pulls = (
        pull(1, "Add pears"),
        pull(2, "Add plums"),
        pull(3, "Fix a crash of ovens"),
        pull(4, "Fix a crash of kilns"),
    )
    bugs = {3: Kind.BUGFIX, 4: Kind.BUGFIX}
    assert [numbers for _, numbers in drafted(choose(*pulls, kinds=bugs, most_bugfixes=1))] == [[1], [2], [3]]
    assert [numbers for _, numbers in drafted(choose(*pulls, kinds=bugs, most_improvements=0.25))] == [[1], [3], [4]]


def test_a_fix_of_which_only_a_name_is_internal_is_not_counted() -> None:
    fix, addition = pull(1, "Fix names in makePool()"), pull(2, "Add makePool()")
    verdicts = {
        one.ref: Verdict(
            kind=kind, rule="r", evidence="e", audience=Audience.DEVELOPERS, audience_reason="it is about `makePool()`"
        )
        for one, kind in ((fix, Kind.BUGFIX), (addition, Kind.IMPROVEMENT))
    }
    chosen = highlight((fix, addition), verdicts, HighlightRules())
    assert ([one.number for one in chosen.internal], len(chosen.left_out)) == ([2], 2)


def test_the_closing_line_counts_what_people_keep_in_order() -> None:
    pulls = [pull(1, "Add a pool"), pull(2, "Rework the locks"), pull(3, "Refactor pools"), pull(4, "Bump lake")]
    kinds = {3: Kind.HOUSEKEEPING, 4: Kind.DEPENDENCIES}
    assert [one.number for one in choose(*pulls, kinds=kinds, internal_numbers=(2,)).internal] == [2, 3]
    assert choose(*pulls, kinds=kinds, internal="hide").internal == ()


def test_internal_changes_are_counted_hidden_or_follow_where_they_are_large() -> None:
    large = (FileChange(path="src/a.c", additions=500),)
    pulls = (
        pull(1, "Add a quota"),
        pull(2, "Rework the socket code", files=large),
        pull(3, "Add a `makeSocket` helper"),
    )
    counted = choose(*pulls, internal_numbers=(2, 3))
    assert drafted(counted) == [("Added a quota.", [1])]
    assert [one.number for one in counted.internal] == [2, 3]
    hidden = choose(*pulls, internal_numbers=(2, 3), internal="hide")
    assert hidden.internal == ()
    assert left(hidden)[0] == (2, "only developers notice it: it changes internal code")
    after = choose(*pulls, internal_numbers=(2, 3), internal="after")
    assert drafted(after) == [("Added a quota.", [1]), ("Reworked the socket code.", [2])]


def test_highlights_that_say_the_same_are_one() -> None:
    chosen = choose(pull(1, "Use pidfds in the monitor"), pull(2, "Uses pidfds in the monitor", author="eve"))
    assert drafted(chosen) == [("Now uses pidfds in the monitor.", [1, 2])]
    assert left(chosen) == [(2, "shares the bullet of o/r#1")]


def test_near_equal_sentences_about_different_code_stay_apart() -> None:
    same = "the caller lists all of them in every project that it may see with"
    chosen = choose(pull(1, f"Fix lists where {same} `GET /pools`"), pull(2, f"Fix lists where {same} `GET /images`"))
    assert [numbers for _, numbers in drafted(chosen)] == [[1], [2]]


def test_an_entry_on_security_comes_first() -> None:
    pulls = [pull(1, "Fix the size of pools"), pull(2, "Fix copies of lakes")]
    types = {"o/r#1": "bug", "o/r#2": "security"}
    verdicts = {
        ref: Verdict(
            kind=Kind.BUGFIX,
            rule="changelog-entry",
            evidence=f"its changelog entry says '{name}': .changelog/1.txt",
            audience=Audience.USERS,
        )
        for ref, name in types.items()
    }
    assert [one.pulls[0].number for one in highlight(pulls, verdicts, HighlightRules()).bugfixes] == [2, 1]


def test_advisories_are_named() -> None:
    fix = pull(
        1, "Restrict template paths", body="See CVE-2030-12345", commits=(Commit(subject="x", body="CVE-2030-12345"),)
    )
    assert drafted(choose(fix)) == [("Restricted template paths (CVE-2030-12345).", [1])]


@pytest.mark.parametrize(
    ("first", "title", "body"),
    [
        ("Add foo", 'Revert "Add foo" (#3)', ""),
        ("feat: add foo", "revert: feat: add foo", ""),
        ("ui: Add foo", 'ui: Revert "ui: Add foo"', ""),
        ("Add foo", "Revert #1", ""),
        ("Add foo", "Back to the old way", "This reverts #1."),
        ("Add foo", "Revert add foo", ""),
    ],
)
def test_reverts_are_read_in_every_form(first: str, title: str, body: str) -> None:
    assert drafted(choose(pull(1, first), pull(2, title, body=body))) == []


def test_a_reapplied_change_has_one_highlight() -> None:
    chosen = choose(pull(1, "Add foo"), pull(2, 'Revert "Add foo"'), pull(3, 'Reapply "Add foo"'))
    assert drafted(chosen) == [("Added foo.", [1])]


def test_backports_name_their_branch() -> None:
    chosen = choose(
        pull(1, "Fix a leak of sockets", base="main"),
        pull(2, "Backport PR #1 on branch 2.x (Fix a leak of sockets)", base="stable-2", author="bot"),
    )
    assert drafted(chosen) == [("Fixed a leak of sockets (also in 2).", [1, 2])]


def test_dependency_updates_are_one_line_where_asked_for() -> None:
    pulls = (pull(1, "build(deps): bump foo from 1 to 2"), pull(2, "bump o/bar from 1 to 2 in /x"), pull(3, "Add b"))
    kinds = {1: Kind.DEPENDENCIES, 2: Kind.DEPENDENCIES}
    assert drafted(choose(*pulls, kinds=kinds)) == [("Added b.", [3])]
    assert drafted(choose(*pulls, kinds=kinds, fold_dependencies=True)) == [
        ("Added b.", [3]),
        ("Updated two dependencies: `foo` and `o/bar`.", [1, 2]),
    ]


def test_no_pull_requests_make_no_highlights() -> None:
    assert choose() == Selection()


def test_a_commit_that_ends_in_dots_has_its_rest_from_the_body() -> None:
    cut = Commit(subject="pools: Fix names of pools that are...", body="...renamed during\na backup.\n\nMore.")
    assert drafted(choose(pull(1, "Pool names", commits=(cut,)))) == [
        ("Fixed names of pools that are renamed during a backup.", [1])
    ]


def test_a_cut_commit_without_its_rest_never_replaces_the_title() -> None:
    cut = Commit(subject="pools: Don't fail when listing a pool…")
    chosen = choose(pull(1, "Don't fail when listing a pool that is gone", commits=(cut,)), kinds={1: Kind.BUGFIX})
    assert drafted(chosen) == [("No longer fails when listing a pool that is gone.", [1])]


@pytest.mark.parametrize(
    ("title", "subject", "texts"),
    [
        ("Fix lake", "pools: Fix names of quotas", []),
        ("Fix lake", "pools: Fix names of the lake", ["Fixed names of the lake in `pools`."]),
        ("Fix lake-tool", "pools: Fix names of quotas", ["Fixed an issue with lake-tool."]),
        ("Pool avoid duplicate names of quotas on restore", "Allow pools of two lakes", []),
        ("Fix regression in PoolNames", "lakes: Fix PoolNames", []),
        ("Fix regression in PoolNames when lakes are renamed", "Sort", ["Fixed a regression when lakes are renamed."]),
        ("Pool quota fixes", "pools: Improve pool quota", ["Fixed issues with pool quota."]),
        ("Replace Quota with DNSQuota", "Sort", []),
        ("Pool quota", "pools: Make pool quota simpler", []),
        ("Add columns to pools table for quotas", "Sort", []),
        ("Replace `%s` where `%q` fits", "Sort", []),
    ],
)  # fmt: skip
def test_a_commit_about_something_else_or_code_makes_no_highlight(title: str, subject: str, texts: list[str]) -> None:
    one = pull(1, title, commits=(Commit(subject=subject), Commit(subject="Sort")))
    chosen = choose(one, kinds={1: Kind.BUGFIX}, commands=("lake-tool",))
    assert [text for text, _ in drafted(chosen)] == texts


def test_a_series_of_titles_without_verbs_has_the_sentence_of_its_first() -> None:
    pulls = (
        pull(number, f"pools: {name} batch of quota fixes", commits=(Commit(subject=f"pools: Allow {what} in names"),))
        for number, name, what in ((1, "first", "blanks of quota"), (2, "second", "dots of lakes"))
    )
    chosen = choose(*pulls, kinds={1: Kind.BUGFIX, 2: Kind.BUGFIX})
    assert [text for text, _ in drafted(chosen)] == ["Allowed blanks of quota in names."]


def test_a_fix_that_names_only_areas_has_the_sentences_of_its_commits() -> None:
    commit = Commit(subject="pools: Fix names of pools")
    kinds = {1: Kind.BUGFIX, 2: Kind.BUGFIX}
    chosen = choose(pull(1, "Pool and DNS fixes", commits=(commit,)), pull(2, "API, DNS and pool fixes"), kinds=kinds)
    assert drafted(chosen) == [("Fixed names of pools.", [1])]
    assert [number for number, _ in left(chosen)] == [2]


def test_a_note_names_the_part_that_it_begins_with() -> None:
    entry = Patch(
        path="changelogs/fragments/1-dns.yml",
        added=("bugfixes:", "  - pool_dns lookup plugin - fix reading of names."),
        is_new=True,
    )
    assert drafted(choose(pull(1, "DNS names", patches=(entry,)))) == [
        ("Fixed reading of names in the `pool_dns` lookup plugin.", [1])
    ]


@pytest.mark.parametrize(
    ("component", "sentence"),
    [
        ("udpreceiver", "Now waits for spans in `udpreceiver`."),
        ("r", "Now waits for spans."),
        ("spanreceiver", "Now waits for spans."),
    ],
)
def test_a_note_names_the_component_of_its_entry(component: str, sentence: str) -> None:
    lines = ("change_type: enhancement", f"component: {component}", "note: Wait for spans")
    entry = Patch(path=".chloggen/spans.yaml", added=lines, is_new=True)
    assert drafted(choose(pull(1, "Spans", patches=(entry,)))) == [(sentence, [1])]


def test_removed_support_and_deprecations_come_first() -> None:
    titles = (
        "Add a menu",
        "Remove Flash support",
        "Add a clock",
        "Deprecate the old menu",
        "Require Java 21 or newer",
        "Deprecate `a.b.Old`",
    )
    texts = [text for text, _ in drafted(choose(*(pull(number, title) for number, title in enumerate(titles, 1))))]
    assert texts == [
        "Removed Flash support.",
        "Deprecated the old menu.",
        "Now requires Java 21 or newer.",
        "Added a menu.",
        "Added a clock.",
        "Deprecated `a.b.Old`.",
    ]


def test_a_draft_says_that_a_change_is_breaking() -> None:
    one = pull(1, "Add a menu")
    verdict = Verdict(kind=Kind.IMPROVEMENT, rule="r", evidence="e", audience=Audience.USERS, is_breaking=True)
    assert drafted(marked(highlight([one], {one.ref: verdict}, HighlightRules()))) == [
        ("Added a menu. This is a breaking change.", [1])
    ]


@pytest.mark.parametrize(
    ("title", "path", "is_drafted"),
    [
        ("Keep lake_depth of pools", "lakes/pool.go", True),
        ("Keep lake_depth of pools", "lakes/pool.c", False),
        ("Keep LAKE_DEPTH of pools", "lakes/pool.go", True),
        ("Keep `__depth__` of pools", "lakes/pool.py", True),
        ("Keep `lakes.depth.Pool` of dams", "lakes/pool.py", True),
        ("Keep LakeDepth of pools", "lakes/pool.go", False),
        ("Use lakes.Depth for pools", "lakes/pool.go", False),
        ("Use lakes.Depth for pools", "lakes/pool.py", True),
        ("Keep LakeError of pools", "lakes/pool.go", True),
        ("Keep lakeDepth of pools", "lakes/pool.go", False),
        ("Keep pools in depth.rs", "lakes/depth.rs", False),
        ("Keep `lake::depth` of pools", "lakes/pool.rs", False),
    ],
)
def test_names_are_drafted_that_users_write_themselves(title: str, path: str, *, is_drafted: bool) -> None:
    chosen = choose(pull(1, title, files=(FileChange(path=path, additions=9, deletions=2),)))
    assert bool(drafted(chosen)) is is_drafted
    assert is_drafted or left(chosen)[0][1].startswith("its sentence names code only: `")


@pytest.mark.parametrize(
    ("title", "additions", "texts"),
    [
        ("Custom Lake Pages", 90, ["Added custom lake pages."]),
        ("Dam depth option", 90, ["Added a dam depth option."]),
        ("Dam support via ferries", 0, ["Added dam support via ferries."]),
        ("Dam depth option", 20, []),
        ("Lakes: dam depth option", 20, []),
        ("Dam option", 90, []),
        ("Dam option", 190, ["Added a dam option."]),
        ("Lake scrobbling", 190, ["Added lake scrobbling."]),
        ("Lake testing", 190, []),
        ("Dam without depth option", 90, []),
        ("Dam depth updates", 90, []),
    ],
)
def test_a_noun_title_of_a_thing_is_new_where_nearly_all_is_added(title: str, additions: int, texts: list[str]) -> None:
    change = FileChange(path="lakes/dam.go", additions=additions, deletions=additions // 10)
    assert [text for text, _ in drafted(choose(pull(1, title, files=(change,))))] == texts


def test_a_description_that_quotes_a_title_reverts_it() -> None:
    chosen = choose(
        pull(1, "Fixes #9: Keep the pools"),
        pull(2, "Fixes #8: Fix a crash", commits=(Commit(subject="a", body='Reverts "Fixes #9: Keep the pools"'),)),
    )
    assert left(chosen) == [(1, "reverted in the same week by o/r#2"), (2, "reverts o/r#1 of the same week")]


@pytest.mark.parametrize("title", ["Fix dam bug", "Fix an optional lake issue", "Fix some problems"])
def test_a_fix_that_names_no_fault_makes_no_highlight(title: str) -> None:
    assert drafted(choose(pull(1, title), kinds={1: Kind.BUGFIX})) == []
