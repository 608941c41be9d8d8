"""Check how changelog fragments are read: their kind, and the author's sentence."""

from __future__ import annotations

from fnmatch import fnmatchcase

import msgspec
import pytest

from tests.classify.pulls import patch, pull
from weekly.classify.fragments import note_in_diff, patch_patterns
from weekly.classify.plain_text import sentence
from weekly.classify.rules import classify
from weekly.config.rules import ChangelogRules, KindRules
from weekly.model import Audience, Kind

RULES = KindRules()


@pytest.mark.parametrize(
    ("path", "text", "kind", "expected"),
    [
        ("changelog.d/12.bugfix", "Keep the order of rooms.", "bugfix", "Keep the order of rooms."),
        ("news/7.feature.rst", "Add ``--all`` to :command:`list`.", "improvement", "Add `--all` to `list`."),
        ("CHANGES/8.feature.rst", "../CHANGES/7.feature.rst", "improvement", ""),
        ("src/app/newsfragments/7.bugfix.2.rst", "Close files.", "bugfix", "Close files."),
        ("newsfragments/+orphan.doc.md", "Explain tokens.", "documentation", "Explain tokens."),
        ("CHANGES/99.misc.rst", "Update the linter.", "housekeeping", "Update the linter."),
        ("changelog.d/feature/12.md", "Support IPv6.", "improvement", "Support IPv6."),
        ("changelog.d/20230101_ada.rst", "Fixed\n-----\n\n- Stop on errors.\n", "bugfix", "Stop on errors."),
        ("changelog.d/20230101_ada.md", "### Added\n\n- A way out.\n", "improvement", "A way out."),
        (".changelog/9.txt", "```release-note:bug\ncli: Keep the exit code\n```\n", "bugfix", "cli: Keep the exit code"),
        (
            "changelog/pending/a.yaml", "changes:\n- type: fix\n  scope: cli\n  description: Keep the exit code.\n",
            "bugfix", "`cli` - Keep the exit code.",
        ),
        (
            ".chloggen/b.yaml", "change_type: enhancement\ncomponent: pkg/tracereceiver\nnote: Wait for spans\n",
            "improvement", "`tracereceiver` - Wait for spans",
        ),
        ("changelog/unreleased/issue-9", "Enhancement: Show the speed\n\nNobody knew it.\n", "improvement", "Show the speed"),
        (".chloggen/c.yaml", "change_type: enhancement\ncomponent: all\nnote: Wait for spans\n", "improvement", "Wait for spans"),
        ("changelogs/fragments/5.yml", "bugfixes:\n  - ping - wait (#5).\n", "bugfix", "ping - wait."),
        ("changelogs/fragments/5.yaml", "minor_changes:\n- 'ping - it''s new'\n", "improvement", "ping - it's new"),
        ("releasenotes/notes/a-1.yaml", "---\nfixes:\n  - |\n    Free the lock\n    on exit.\n", "bugfix", "Free the lock on exit."),
        (".chloggen/a.yaml", "change_type: 'bug_fix'\nnote: \"`a` stops\"\nissues: [5]\nsubtext:\n", "bugfix", "`a` stops"),
        (".changeset/two-cats.md", "---\n'a': minor\n'b': minor\n---\n\nAdd a menu\n", "improvement", "Add a menu"),
        (".changeset/red-dogs.md", "---\n'@a/b': minor\n---\n\nAdd dark mode\n", "improvement", "`@a/b` - Add dark mode"),
        (".changeset/old-owls.md", "---\n'@a/b': major\n---\n\nDrop old names\n", "improvement", "`@a/b` - Drop old names"),
        ("CHANGELOG.md", "## [Unreleased]\n### Fixed\n- Crash at the start (#12)\n", "bugfix", "Crash at the start"),
        ("CHANGES.rst", "Unreleased\n==========\n\nAdded\n-----\n\n* A command.\n", "improvement", "A command."),
    ],
)  # fmt: skip
def test_fragment_gives_kind_and_sentence(path: str, text: str, kind: str, expected: str) -> None:
    given = pull("Update things", files=("src/a.py", path), patches=(patch(path, text),))
    note = note_in_diff(given, RULES)
    assert note is not None
    assert (note.kind, note.text) == (Kind(kind), expected)
    assert any(fnmatchcase(path, pattern) for pattern in patch_patterns(RULES))
    verdict = classify(given, RULES)
    assert (verdict.kind, verdict.rule, verdict.sure) == (Kind(kind), "changelog-entry", True)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("changelog.d/README.md", "Write a file here."),
        ("changelogs/config.yaml", "sections:\n  - bugfixes\n"),
        ("CHANGELOG.md", "## 1.2.0\n### Fixed\n- Crash\n"),
        ("CHANGELOG.md", "- Crash\n"),
        ("changelogs/fragments/5.yml", "release_summary: We made it.\n"),
        ("docs/news.rst", "Fixed a crash."),
        ("news/7.feature.rst", ""),
    ],
)
def test_other_files_are_no_fragments(path: str, text: str) -> None:
    assert note_in_diff(pull(patches=(patch(path, text),)), RULES) is None


def test_edited_entry_is_no_news() -> None:
    edited = patch("changelog/7.feature.rst", "The option now takes a list.", is_new=False)
    assert note_in_diff(pull(patches=(edited,)), RULES) is None


def test_fix_is_not_part_of_a_feature_s_sentence() -> None:
    given = (patch("news/1.feature.rst", "Read TOML."), patch("news/2.bugfix.rst", "Close files."))
    note = note_in_diff(pull(patches=given), RULES)
    assert note is not None
    assert note.text == "Read TOML."


def test_fix_counts_before_the_deprecation_that_comes_with_it() -> None:
    text = "deprecated_features:\n  - a - old option\nbugfixes:\n  - a - hold the lock\n"
    note = note_in_diff(pull(patches=(patch("changelogs/fragments/5.yml", text),)), RULES)
    assert note is not None
    assert (note.kind, note.text) == (Kind.BUGFIX, "a - hold the lock. a - old option.")


def test_removal_is_breaking() -> None:
    verdict = classify(pull(patches=(patch("news/1.removal.rst", "Drop Python 3.8."),)), RULES)
    assert (verdict.kind, verdict.is_breaking) == (Kind.IMPROVEMENT, True)


@pytest.mark.parametrize("mark", ["BREAKING: ", "**Breaking change:** ", "[BREAKING] ", "Breaking - "])
def test_mark_of_a_breaking_change_is_read(mark: str) -> None:
    entry = patch("news/1.feature.rst", f"{mark}Ports are numbers now.")
    given = [pull(patches=(entry,)), pull(body=f"```release-note\n{mark}Ports are numbers now.\n```\n")]
    assert [classify(one, RULES).is_breaking for one in given] == [True, True]
    note = note_in_diff(given[0], RULES)
    assert note is not None
    assert note.text == "Ports are numbers now."


def test_entry_of_the_api_changelog_is_for_developers() -> None:
    text = "change_type: enhancement\nnote: Add `Foo.Bar`\nchange_logs: [api]\n"
    verdict = classify(pull(patches=(patch(".chloggen/a.yaml", text),)), RULES)
    assert (verdict.kind, verdict.audience) == (Kind.IMPROVEMENT, Audience.DEVELOPERS)


def test_patch_of_a_changeset_is_decided_by_its_words() -> None:
    text = "---\n'a': patch\n---\n\nFix a crash on empty input\n"
    verdict = classify(pull(patches=(patch(".changeset/a.md", text),)), RULES)
    assert (verdict.kind, verdict.rule) == (Kind.BUGFIX, "changelog-entry")


def test_fragments_do_not_hide_that_only_tests_changed() -> None:
    verdict = classify(pull(files=("tests/test_a.py", "news/1.rst")), RULES)
    assert (verdict.kind, verdict.rule) == (Kind.TESTS_CI, "paths")


def test_types_and_folders_are_configurable() -> None:
    rules = KindRules(changelog=ChangelogRules(fragments=("notes/*",), bugfix=("mended",)))
    given = pull(patches=(patch("notes/1.mended.md", "It holds."),))
    assert note_in_diff(given, RULES) is None
    note = note_in_diff(given, rules)
    assert note is not None
    assert note.kind is Kind.BUGFIX


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":func:`~a.b.c` now takes ``x``; see :issue:`12`.", "`c` now takes `x`."),
        ("Fix :class:`Foo <a.Foo>` (`#12 <https://a.example/issues/12>`_).", "Fix `Foo`."),
        ("Read `the guide <https://a.example>`__ first", "Read the guide first"),
        ("Keep [links](https://a.example/b_(c)) (fixes #3, closes #4)", "Keep links"),
        ("#12: Keep it", "Keep it"),
        ("Keep it. Fixes #12.", "Keep it."),
        ("Use C(state) and O(name=x) -- by :user:`ada`", "Use `state` and `name=x`"),
        ("Return RV(a.b.user#module:home) for O(a.b.user#module:name=x:y)", "Return `home` for `name=x:y`"),
        ("Let P(a.b.env#lookup) read V(#1) and O(a.b.site#role:main:port)", "Let `a.b.env` read `#1` and `port`"),
        ("Keep it (https://github.com/a/b/pull/1, https://github.com/a/b/issues/2).", "Keep it."),
        ("JENKINS-123, Keep UTF-8", "Keep UTF-8"),
        ("First line\nsecond line\n\nAnother paragraph", "First line second line"),
        ("<!-- a form -->\n**Bold** move", "Bold move"),
        ("Version 1... and more", "Version 1... and more"),
        ("Call ``a.b()`` or ``__init__`` ( #5 )", "Call `a.b()` or `__init__`"),
        ("In :pr:`12`, the order changed (:issue:`13`)", "In #12, the order changed"),
        ("These are gone:\n\n- a\n- ``b``", "These are gone: a and `b`."),
        ("With it you can use\n\n* :option:`x`\n* ``y``\n\nMore.", "With it you can use `x` and `y`."),
        ("Tables are wider. They have:\n- a column. It is new.\n- another", "Tables are wider."),
        ("Colours are kept. See :ref:`the guide <colours>` for more details.", "Colours are kept."),
        ("Support CVE-2024-1 :pep:`8` :rfc:`2119`", "Support CVE-2024-1 PEP 8 RFC 2119"),
        ("Read L(the guide, https://a.example) first", "Read the guide first"),
    ],
)
def test_sentence_has_no_markup_and_no_issue_numbers(text: str, expected: str) -> None:
    assert sentence(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "bugfixes: [",
        "bugfixes: &a [*a]\n",
        "- " * 4_000,
        "bugfixes: {a: b}\n",
        "bugfixes: 2023-99-99\n",
        "bugfixes",
        "!!python/name:os.x a: b",
    ],
)
def test_broken_yaml_is_no_news(text: str) -> None:
    note = note_in_diff(pull(patches=(patch("changelogs/fragments/1.yml", text),)), RULES)
    assert note is None


def test_rewording_the_entries_of_others_is_no_news() -> None:
    entry = patch("news/7.bugfix.rst", "Fixed the order.", is_new=False)
    given = msgspec.structs.replace(pull("doc: Reword news", files=("news/7.bugfix.rst",)), patches=(entry,))
    assert note_in_diff(given, RULES) is None
    assert note_in_diff(msgspec.structs.replace(given, patches=(patch(entry.path, "Fixed the order."),)), RULES)


@pytest.mark.parametrize(
    ("word", "audience"),
    [("bugfix", Audience.USERS), ("deprecation", Audience.USERS), ("feature", Audience.DEVELOPERS)],
)
def test_entry_of_a_fix_or_a_deprecation_is_for_users(word: str, audience: Audience) -> None:
    entry = patch(f"news/7.{word}.rst", "The cleanup of folders ends.")
    assert classify(msgspec.structs.replace(pull(), patches=(entry,)), RULES).audience is audience


def test_hostile_fragments_are_read_quickly() -> None:
    for piece in ("(#1", "`", ":a:`", "- ", "#1, ", "[", "'", "https://a/issues/"):
        text = piece * 4_000
        for path in ("news/1.bugfix.rst", "changelogs/fragments/1.yml", "CHANGELOG.md"):
            given = msgspec.structs.replace(pull(), patches=(patch(path, f"bugfixes:\n  - {text}\n"),))
            classify(given, RULES)


def test_entries_that_are_collected_for_a_release_are_no_news() -> None:
    def given(*files: str, entries: int, title: str = "Collect the entries") -> object:
        text = "## [Unreleased]\n### Fixed\n" + "".join(f"- Crash {number}\n" for number in range(entries))
        return note_in_diff(pull(title, files=files, patches=(patch("CHANGELOG.md", text, is_new=False),)), RULES)

    assert given("CHANGELOG.md", entries=3) is None
    assert given("CHANGELOG.md", entries=2)
    assert given("CHANGELOG.md", "src/lake.go", entries=3, title="Fix crashes")


def test_entries_of_others_that_a_merge_adds_are_not_the_authors() -> None:
    others = "### Features\n- Boats may carry cows\n- Shores have lights\n- Nets are stronger\n"
    own = "### Bug fixes\n- The dam no longer leaks at night\n"

    def text(entries: str) -> str | None:
        given = pull(
            "Stop leaks of the dam", patches=(patch("CHANGELOG.md", f"## Unreleased\n{entries}", is_new=False),)
        )
        note = note_in_diff(given, RULES)
        return note.text if note else None

    assert text(others) is None
    assert text(others + own) == "The dam no longer leaks at night"
