"""Each rung of the ladder, on its own and against the others, and the whole on judged pull requests where they are."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.classify import features, rules
from weekly.classify.rules import CERTAIN, _fits, classify
from weekly.classify.weights import ALWAYS, FILE, REST, leanings, likelihood, parse_weights, shipped_weights
from weekly.config import KindRules, LabelRules, PathRules, PrefixRules
from weekly.model import Commit, FileChange, Issue, Kind, Person, PullRequest, Verdict

RULES = KindRules()
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
DATA = Path(__file__).parents[3] / "shared" / "data"
has_data = pytest.mark.skipif(
    not (DATA / "kinds.tsv").is_file(), reason=f"{DATA}: the judged pull requests are missing"
)


def pull(
    title: str = "Rework the parser",
    *,
    login: str = "octocat",
    labels: tuple[str, ...] = (),
    body: str = "",
    files: tuple[str, ...] = ("src/parser.go",),
    commits: tuple[str, ...] = (),
    closes: tuple[Issue, ...] = (),
    cut: tuple[str, ...] = (),
) -> PullRequest:
    """A pull request of which only what matters is said."""
    return PullRequest(
        repo="octo/hello",
        number=1,
        title=title,
        url="https://github.com/octo/hello/pull/1",
        author=Person(login=login),
        merged_at=datetime(2023, 3, 28, tzinfo=UTC),
        labels=labels,
        body=body,
        files=tuple(FileChange(path=path, additions=3, deletions=1) for path in files),
        commits=tuple(Commit(subject=subject) for subject in commits),
        closes=closes,
        cut=cut,
    )


def told(verdict: Verdict) -> tuple[str, str]:
    """What tables compare: the kind and the rule."""
    return verdict.kind.value, verdict.rule


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (("kind/bug",), "bugfix"),
        (("Kind/Bug",), "bugfix"),
        (("type: bug",), "bugfix"),
        (("type:bug",), "bugfix"),
        (("bug",), "bugfix"),
        (("area/kubelet", "kind/regression", "size/XL"), "bugfix"),
        (("kind/feature",), "improvement"),
        (("kind/api-change",), "improvement"),
        (("type: enhancement",), "improvement"),
        (("enhancement",), "improvement"),
        (("kind/documentation",), "documentation"),
        (("kind/flake",), "tests_ci"),
        (("kind/cleanup",), "housekeeping"),
        (("dependencies", "go"), "dependencies"),
        (("kind/documentation", "kind/bug"), "bugfix"),
        (("kind/cleanup", "kind/feature"), "improvement"),
    ],
)
def test_label_tells_the_kind(labels: tuple[str, ...], kind: str) -> None:
    assert told(classify(pull("docs: whatever", labels=labels), RULES)) == (kind, "label")


@pytest.mark.parametrize(
    "labels", [("documentation",), ("not-a-bug",), ("API", "Documentation"), ("bug", "enhancement")]
)
def test_label_that_tells_nothing_is_passed_by(labels: tuple[str, ...]) -> None:
    """A label that a machine puts on by path, and two that contradict each other, leave it to the next rung."""
    assert told(classify(pull("fix: a crash", labels=labels), RULES)) == ("bugfix", "conventional-commit")


def test_label_of_the_project_is_mapped_by_pattern() -> None:
    rules = KindRules(labels=LabelRules(bugfix=("*defect*",)))
    verdict = classify(pull("Whatever", labels=("Severity 1 Defect (confirmed)",)), rules)
    assert told(verdict) == ("bugfix", "label")
    assert verdict.evidence == "label 'Severity 1 Defect (confirmed)'"
    assert classify(pull("Whatever", labels=("bug",)), rules).rule != "label"


@pytest.mark.parametrize(
    ("login", "title", "files", "kind"),
    [
        ("dependabot[bot]", "Bump golang.org/x/text from 0.3.7 to 0.3.8", ("go.mod", "go.sum"), "dependencies"),
        ("dependabot", "Bump actions/checkout from 3 to 4", (".github/workflows/tests.yml",), "dependencies"),
        ("app/dependabot", "build(deps): bump x from 1 to 2", ("go.mod",), "dependencies"),
        ("renovate[bot]", "fix(deps): update module x to v2", ("go.mod",), "dependencies"),
        ("weblate", "Translations update from Hosted Weblate", ("po/de.po",), "housekeeping"),
        ("weblate", "Update translation files", ("locale/de.json",), "housekeeping"),
        ("some-new-thing[bot]", "Add a feature", ("src/main.go",), "housekeeping"),
    ],
)
def test_bot_makes_no_highlight(login: str, title: str, files: tuple[str, ...], kind: str) -> None:
    assert told(classify(pull(title, login=login, files=files), RULES)) == (kind, "bot")


def test_bots_label_by_a_maintainer_wins() -> None:
    """A robot that cherry-picks carries people's work, and their label with it."""
    assert told(classify(pull("Fix it", login="cherrypicker[bot]", labels=("kind/bug",)), RULES)) == ("bugfix", "label")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("fix: stop at the first error", "bugfix"),
        ("fix(api): stop at the first error", "bugfix"),
        ("Fix(api)!: stop at the first error", "bugfix"),
        ("feat: add an option", "improvement"),
        ("feat!: drop the old option", "improvement"),
        ("feat(cli)!: drop the old option", "improvement"),
        ("perf(db): cache", "improvement"),
        ("docs: a crash is fixed so", "documentation"),
        ("docs(api): a crash", "documentation"),
        ("doc: a crash", "documentation"),
        ("test: fix a crash", "tests_ci"),
        ("ci: fix a crash", "tests_ci"),
        ("fix(ci): cache", "tests_ci"),
        ("fix(deps): update x", "dependencies"),
        ("build(deps-dev): bump x", "dependencies"),
        ("chore(deps): bump x", "dependencies"),
        ("chore: fix a crash", "housekeeping"),
        ("chore!: drop Python 3.9", "improvement"),
        ("style: blanks", "housekeeping"),
        ("revert: feat: add an option", "housekeeping"),
    ],
)
def test_conventional_commit_tells_the_kind(title: str, kind: str) -> None:
    verdict = classify(pull(title), RULES)
    assert told(verdict) == (kind, "conventional-commit")
    assert verdict.evidence == f"title begins '{title[: title.index(':') + 1]}'"


@pytest.mark.parametrize(
    "title", ["lxd/storage: Fix a crash", "fix a crash", "fix:no blank", "Fixes: ", "storage(zfs): quotas"]
)
def test_scope_is_no_conventional_commit(title: str) -> None:
    assert classify(pull(title), RULES).rule == "words"


def test_prefixes_of_every_commit_tell_for_a_vague_title() -> None:
    fixes = ("chore: prepare", "fix(db): close rows")
    assert told(classify(pull("Various changes", commits=fixes), RULES)) == ("bugfix", "conventional-commit")
    assert classify(pull("Various changes", commits=(*fixes, "more")), RULES).rule == "words"
    assert classify(pull("Various changes", commits=fixes, cut=("commits",)), RULES).rule == "words"


def test_prefixes_are_the_projects() -> None:
    assert classify(pull("fix: it"), KindRules(conventional_commits=False)).rule == "words"
    rules = KindRules(prefixes=PrefixRules(bugfix=("mend",)))
    assert told(classify(pull("mend(ui): it"), rules)) == ("bugfix", "conventional-commit")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("## Type\r\n- [x] Bug fix (non-breaking change which fixes an issue)\r\n- [ ] New feature\r\n", "bugfix"),
        ("- [ ] Bugfix\n- [X] New feature", "improvement"),
        ("* [x] 🐛 Bug fix", "bugfix"),
    ],
)
def test_ticked_box_tells_the_kind(body: str, kind: str) -> None:
    assert told(classify(pull(body=body), RULES)) == (kind, "ticked-box")


@pytest.mark.parametrize(
    "body", ["- [x] Bug fix\n- [x] New feature", "- [ ] Bug fix", "- [x] Features documented and tested"]
)
def test_boxes_that_tell_nothing_are_passed_by(body: str) -> None:
    assert classify(pull(body=body), RULES).rule == "words"


@pytest.mark.parametrize(
    ("files", "kind", "evidence"),
    [
        (("doc/storage.md",), "documentation", "only documentation changed: doc/storage.md"),
        (("README.md", "docs/a.rst", "LICENSE"), "documentation", "only documentation changed: README.md and 2 more"),
        (
            ("lxd/db_test.go", ".github/workflows/a.yml"),
            "tests_ci",
            "only tests and CI changed: lxd/db_test.go and 1 more",
        ),
        (("go.mod", "go.sum"), "dependencies", "only dependencies changed: go.mod and 1 more"),
        ((".gitignore",), "housekeeping", "only housekeeping changed: .gitignore"),
        ((".github/ISSUE_TEMPLATE.md",), "housekeeping", "only housekeeping changed: .github/ISSUE_TEMPLATE.md"),
        (("tests/README.md",), "tests_ci", "only tests and CI changed: tests/README.md"),
        (("doc/a.md", "doc/b.md", "test/a.sh"), "documentation", "only documentation changed: doc/a.md and 2 more"),
    ],
)
def test_paths_alone_make_no_highlight(files: tuple[str, ...], kind: str, evidence: str) -> None:
    verdict = classify(pull("Fix a crash", files=files, closes=(Issue(number=7, labels=("bug",)),)), RULES)
    assert (*told(verdict), verdict.evidence) == (kind, "paths", evidence)


def test_one_file_of_the_program_or_a_cut_list_is_no_evidence() -> None:
    assert classify(pull(files=("doc/a.md", "src/a.go")), RULES).rule == "words"
    assert classify(pull(files=("doc/a.md",), cut=("files",)), RULES).rule == "words"
    assert classify(pull(files=("doc/a.md",)), KindRules(paths=PathRules(documentation=()))).rule == "words"


def test_moving_a_version_in_ci_is_a_dependency() -> None:
    verdict = classify(pull("Bump actions/checkout from 3 to 4", files=(".github/workflows/a.yml",)), RULES)
    assert told(verdict) == ("dependencies", "paths")


@pytest.mark.parametrize(("labels", "kind"), [(("kind/bug",), "bugfix"), (("type: feature",), "improvement")])
def test_issue_label_tells_the_kind(labels: tuple[str, ...], kind: str) -> None:
    verdict = classify(pull(closes=(Issue(number=6), Issue(number=7, labels=labels))), RULES)
    assert (*told(verdict), verdict.evidence) == (kind, "issue-label", f"closes #7, labelled '{labels[0]}'")


def note(text: str, fence: str = "```", mark: str = "release-note") -> str:
    """A description with a release note among other things."""
    return f"**What this does**:\nThings.\r\n\r\n{fence}{mark}\r\n{text}\r\n{fence}\r\n\r\nMore.\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Fixed a crash of the kubelet when a volume is missing.", "bugfix"),
        ("Added support for dual-stack load balancers.", "improvement"),
        ("kubectl: new option `--all` to list everything", "improvement"),
    ],
)
def test_release_note_tells_the_kind(text: str, kind: str) -> None:
    verdict = classify(pull("Update manager", body=note(text)), RULES)
    assert told(verdict) == (kind, "release-note")
    assert verdict.evidence.startswith("release note: ")


@pytest.mark.parametrize("text", ["NONE", "none", " None. ", "N/A", '"NONE"'])
def test_release_note_of_none_is_no_highlight(text: str) -> None:
    issue = Issue(number=7, labels=("kind/bug",))
    verdict = classify(pull("Fix a crash", body=note(text), closes=(issue,)), RULES)
    assert told(verdict) == ("housekeeping", "release-note")
    assert classify(pull("Fix a crash", body=note(text), labels=("kind/bug",)), RULES).rule == "label"


def test_release_note_is_the_projects() -> None:
    assert (
        classify(pull(body=note("NONE", "~~~", "changelog")), KindRules(release_note="changelog")).rule
        == "release-note"
    )
    assert classify(pull(body=note("NONE")), KindRules(release_note="")).rule == "words"
    assert classify(pull(body=note("")), RULES).rule == "words"
    assert classify(pull(body="```release-note\nNONE"), RULES).rule == "words"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Don't crash by passing a nil localConfig", "bugfix"),
        ("Use correct project in live migration", "bugfix"),
        ("Fix segfault on empty input", "bugfix"),
        ("Prevent deadlock when the queue is full", "bugfix"),
        ("Add support for NVMe storage", "improvement"),
        ("Refactor the migration code", "improvement"),
        ("Fix typo in help", "documentation"),
        ("Add unit tests for the parser", "tests_ci"),
    ],
)
def test_words_tell_the_kind(title: str, kind: str) -> None:
    """Most fixes don't say so; nothing but the title is known of these."""
    verdict = classify(pull(title, files=()), RULES)
    assert told(verdict) == (kind, "words")
    assert verdict.evidence.startswith("title: '")


def test_commits_explain_a_vague_title() -> None:
    mends = ("lxd/db: Don't leak rows on error", "lxd/migration: Fix crash on missing profile")
    adds = ("lxd/db: Add option to list rows", "lxd/migration: Add support for profiles")
    assert classify(pull("Various changes", commits=mends), RULES).kind is Kind.BUGFIX
    assert classify(pull("Various changes", commits=adds), RULES).kind is Kind.IMPROVEMENT
    assert "commits: " in classify(pull("Various changes", commits=mends), RULES).evidence


def test_description_is_weighed_but_not_its_form() -> None:
    plain = classify(pull("Update manager"), RULES)
    crash = classify(pull("Update manager", body="It crashed with a nil pointer, because the lock was lost."), RULES)
    form = "<!-- does it fix a bug or crash? -->\n## Bug fixes\n- [ ] fixes a crash\n\nSigned-off-by: A <a@b.c>\n"
    assert classify(pull("Update manager", body=form), RULES) == plain
    assert crash != plain
    assert crash.kind is Kind.BUGFIX


def test_nothing_to_go_by_is_unsure() -> None:
    verdict = classify(pull("", files=()), RULES)
    assert verdict.rule == "words"
    assert not verdict.sure
    assert verdict.evidence == "nothing tells"


def test_certain_evidence_is_sure_and_the_threshold_is_the_projects() -> None:
    assert classify(pull(labels=("bug",)), RULES).confidence == CERTAIN
    verdict = classify(pull("Various changes", files=()), RULES)
    assert not verdict.sure
    assert classify(pull("Various changes", files=()), KindRules(unsure_below=0.0)).sure
    assert not classify(pull(labels=("bug",)), KindRules(unsure_below=1.0)).sure


def test_what_is_just_sure_enough_is_sure() -> None:
    verdict = classify(pull("Rework the parser"), RULES)
    for least, sure in ((verdict.confidence, True), (verdict.confidence + 0.001, False)):
        assert classify(pull("Rework the parser"), KindRules(unsure_below=least)).sure is sure
    assert verdict.confidence == round(verdict.confidence, 3)


@pytest.mark.parametrize(
    ("known", "login"), [("Helper", "helper[bot]"), ("helper[bot]", "Helper"), ("helper", "app/helper")]
)
def test_bot_of_the_project_goes_by_any_of_its_names(known: str, login: str) -> None:
    verdict = classify(pull("Add a feature", login=login), KindRules(bots=(known,)))
    assert (verdict.rule, verdict.evidence) == ("bot", f"made by the bot {login}")


@pytest.mark.parametrize(
    ("given", "evidence"),
    [
        (pull("Work", commits=("fix: a", "feat(ui): b")), "every commit has a prefix, such as 'feat(ui):'"),
        (pull("Work", commits=("docs: a", "chore: b")), "every commit has a prefix, such as 'docs:'"),
        (pull("Work", body="- [x] Bug fix\r\n- [ ] New feature\r\n"), "ticked in the description: 'Bug fix'"),
        (pull("Work", body="- [ ] Bug fix\r\n- [x] New feature\r\n"), "ticked in the description: 'New feature'"),
        (pull("Work", body="```release-note\r\nNONE\r\n```\r\n"), "release note: NONE"),
    ],
)
def test_evidence_is_what_was_said(given: PullRequest, evidence: str) -> None:
    assert classify(given, RULES).evidence == evidence


def test_a_release_note_is_a_highlight_whatever_its_words() -> None:
    for title in ("Update the tests", "Fix a typo in the documentation", "github: Update workflows"):
        note = f"```release-note\n{title}\n```"
        assert classify(pull(title, files=()), RULES).kind not in (Kind.IMPROVEMENT, Kind.BUGFIX)
        verdict = classify(pull(title, body=note, files=()), RULES)
        assert (verdict.kind in (Kind.IMPROVEMENT, Kind.BUGFIX), verdict.rule) == (True, "release-note")


def test_a_version_in_words_of_documentation_moves_no_dependency() -> None:
    for title in ("Explain the way to 5.0", "Update the guide"):
        assert classify(pull(title, files=("doc/upgrade.md",)), RULES).kind is Kind.DOCUMENTATION


def changed(*files: tuple[str, int, int]) -> PullRequest:
    changes = tuple(FileChange(path=path, additions=more, deletions=less) for path, more, less in files)
    return msgspec.structs.replace(pull("Whatever"), files=changes)


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ((("doc/a.md", 0, 9), ("test/b.sh", 5, 0)), Kind.DOCUMENTATION),  # lines that go count too
        ((("doc/a.md", 5, 0), ("test/b.sh", 0, 9)), Kind.TESTS_CI),
        ((("doc/a.md", 0, 0), ("doc/b.md", 0, 0), ("test/b.sh", 0, 0)), Kind.DOCUMENTATION),  # a renamed file counts
        ((("test/a.sh", 0, 0), ("test/b.sh", 0, 0), ("doc/a.md", 1, 0), ("test/c.sh", 0, 0)), Kind.TESTS_CI),
    ],
)
def test_most_of_the_change_tells(files: tuple[tuple[str, int, int], ...], kind: Kind) -> None:
    assert classify(changed(*files), RULES).kind is kind


def test_the_most_exact_pattern_tells() -> None:
    rules = KindRules(paths=PathRules(documentation=("zone/*",), tests_ci=("zone/a/*",), dependencies=("z*",)))
    assert classify(pull(files=("zone/a/b",)), rules).kind is Kind.TESTS_CI
    assert classify(pull(files=("zone/b",)), rules).kind is Kind.DOCUMENTATION


FELT = {
    ALWAYS: (0.0, 0.0, 0.0),
    "word:a1": (0.1, 2.0, 0.0),
    "scope:area": (0.0, 3.0, 0.0),
    "files:0": (0.0, 1.0, 0.5),
    "role:code": (0.0, 1.0, 0.0),
    "word:bett": (2.0, 0.0, 0.0),
    "word:faint": (0.0, 0.05, 0.0),
}


def test_evidence_of_words_is_what_tipped_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """By place, the weightiest first; what speaks against it, or hardly for it, is no evidence."""
    monkeypatch.setattr(rules, "shipped_weights", lambda: FELT)
    verdict = classify(pull("area: a1 better faint", commits=("other",)), RULES)
    assert (verdict.kind, verdict.evidence) == (Kind.BUGFIX, "title: 'a1', 'area'; changed: code; size: 1 file")
    assert classify(pull("Nothing known", files=()), RULES).evidence == "nothing tells"


def test_evidence_of_words_is_five_at_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    names = "one", "two", "three", "four", "five", "six"
    weights = {f"word:{features.stem(name)}": (0.0, 1.0 + place / 8, 0.0) for place, name in enumerate(names)}
    monkeypatch.setattr(rules, "shipped_weights", lambda: weights)
    verdict = classify(pull(" ".join(names), files=()), RULES)
    assert verdict.evidence == "title: 'six', 'five', 'four', 'three', 'two'"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("gomod: Tidy", Kind.DEPENDENCIES),
        ("Bump the toolchain", Kind.DEPENDENCIES),
        ("lxd/tests/helper: Rename", Kind.TESTS_CI),
        ("tests:Rename", Kind.TESTS_CI),
        ("doc/howto: Rename", Kind.DOCUMENTATION),
        ("Rename", Kind.HOUSEKEEPING),
    ],
)
def test_what_is_no_highlight_is_told_apart(title: str, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "shipped_weights", lambda: {ALWAYS: (0.0, 0.0, 9.0)})
    assert classify(pull(title, files=()), RULES).kind is kind


def test_weights_are_read_as_they_are_written() -> None:
    weights = parse_weights("# a remark\nword:a b\t1.00\t-0.50\t-0.25\n(always)\t0.10\t0.20\t-0.30\n")
    assert weights == {"word:a b": (1.0, -0.5, -0.25), "(always)": (0.1, 0.2, -0.3)}


def test_likelihood_is_that_of_the_summed_weights() -> None:
    weights = {"a": (1.0, 0.0, -1.0), "b": (0.0, 2.0, 0.0)}
    found = likelihood({"a": 1.0, "b": 0.5, "unknown": 9.0}, weights)
    total = 2 * math.e + 1 / math.e
    assert list(found) == [Kind.IMPROVEMENT, Kind.BUGFIX, REST]
    assert found == pytest.approx(
        {Kind.IMPROVEMENT: math.e / total, Kind.BUGFIX: math.e / total, REST: 1 / math.e / total}
    )
    assert likelihood({"a": 400.0, "b": 400.0}, weights)[Kind.BUGFIX] == pytest.approx(1.0)
    assert list(likelihood({"a": 1.0}, weights, (Kind.BUGFIX, REST))) == [Kind.BUGFIX, REST]


def test_what_leans_is_summed_up_by_what_a_reader_sees() -> None:
    weights = {"a": (1.0, 0.0, -1.0), "b": (0.0, 2.0, 0.0), "c": (3.0, 0.0, 0.0)}
    fix, add = ("title", "fix"), ("title", "add")
    found = leanings(
        {"a": 1.0, "b": 0.5, "c": 1.0, "d": 1.0},
        weights,
        Kind.IMPROVEMENT,
        Kind.BUGFIX,
        {"a": fix, "b": fix, "c": add, "d": add},
    )
    assert found == {fix: 0.0, add: 3.0}


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("doc/a.md", "doc/*", True), ("src/doc/a.md", "doc/*", False), ("a/b_test.go", "*_test.go", True), ("x", "*", True),
        ("a/b_test.gox", "*_test.go", False), ("go.sum", "go.[ms]*", True), ("go.work", "go.[ms]*", False), ("ab", "a?b", False),
    ],
)  # fmt: skip
def test_a_path_is_of_a_pattern_as_fnmatch_says(path: str, pattern: str, fits: bool) -> None:
    assert _fits(path, pattern) is fits is fnmatchcase(path, pattern)


def test_a_file_of_weights_that_is_cut_short_is_not_read() -> None:
    assert parse_weights("# a remark\n") == {}
    for text in ("a\t1.00\t2.00\n", "a\t1.00\t2.00\nb\t1.00\t2.00\t3.00\t4.00\n", "a\t1.00\t2.00\tmuch\n"):
        with pytest.raises(ValueError, match=r"values to unpack|could not convert"):
            parse_weights(text)


@given(
    title=st.text("ab: fixaddn't`", max_size=20),
    subjects=st.lists(
        st.sampled_from(("lxd: Fix a crash", "Add support for it", "doc: typo", "don't fail")), max_size=3
    ),
    data=st.data(),
)
def test_features_that_nobody_knows_are_left_out_and_nothing_else(
    title: str, subjects: list[str], data: st.DataObject
) -> None:
    """What is known of a pull request is what all of it would be without the rest."""
    told = pull(title, commits=tuple(subjects), files=("lxd/api.go", "doc/a.md"), body="This fixes a crash")
    whole = features.features(told)
    assert whole.strengths.keys() == whole.seen.keys()
    known = data.draw(st.sets(st.sampled_from(sorted(whole.strengths))))
    some = features.features(told, known=known)
    assert some.strengths == {name: strength for name, strength in whole.strengths.items() if name in known}
    assert some.seen == {name: seen for name, seen in whole.seen.items() if name in known}


def test_hostile_text_is_read_in_time() -> None:
    """No text makes the patterns run away: each of these took seconds with a careless one."""
    started = datetime.now(UTC)
    for piece in ("<!--", "a", "`", "- [x] ", "```release-note\n", "\n", "fixes ", "(cherry-picked", "a-", "#1 ", "@"):
        verdict = classify(pull(piece * 50, body=piece * 60_000, commits=(piece * 50,)), RULES)
        assert 0 < verdict.confidence <= 1
    assert (datetime.now(UTC) - started).total_seconds() < 5


def test_verdicts_do_not_hang_on_hash_seed_or_locale() -> None:
    script = (
        "from tests.classify.test_rules import *\n"
        "for title in ('Use correct project', 'Various changes', 'Add an option', 'Don\\'t crash'):\n"
        "    print(classify(pull(title, commits=('a: Fix it', 'b: Add more')), RULES))\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONPATH": str(BENCHMARKS.parent)},
        ).stdout
        for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("77", "tr_TR.UTF-8"))
    }  # fmt: skip
    assert len(said) == 1
    assert b"bugfix" in said.pop()


def test_weights_are_a_readable_file() -> None:
    text = FILE.read_text("utf-8")
    names = [line.split("\t")[0] for line in text.splitlines()[1:]]
    assert names == sorted(set(names))
    assert len(text) < 150_000
    assert all(abs(sum(weights)) <= 0.02 for weights in shipped_weights().values())


@has_data
def test_no_name_is_learned() -> None:
    """Neither login nor name of anybody in the data is a feature, not even where it is a common word as well."""
    from benchmarks.judged import names
    from benchmarks.train_kinds import is_name, name_parts

    people = name_parts(names(DATA))
    assert len(people) > 500
    assert is_name("word:stgraber", people)
    assert [name for name in shipped_weights() if is_name(name, people)] == []


@has_data
def test_judged_weeks_are_told_apart() -> None:
    """The certain rungs are right on the training weeks, and the shipped weights fit what they were learned from."""
    from benchmarks.judged import load
    from benchmarks.kinds import judge

    split = load(DATA)
    assert len(split.held_out_weeks) == 14
    told = [one for one in judge(split.training, shipped_weights()) if one.judged.sure]
    certain = [one for one in told if one.verdict.rule != "words"]
    assert len(certain) > 250
    assert all(one.want == one.got for one in certain)
    assert sum(one.want == one.got for one in told) / len(told) > 0.93
    week = {one.judged.pull.ref: one.verdict.kind for one in told if str(one.judged.monday) == "2023-03-27"}
    improvements = {f"canonical/lxd#{number}" for number in (11514, 11519, 11521, 11522, 11529)} | {
        "canonical/charm-lxd#103"
    }
    bugfixes = {f"canonical/lxd#{number}" for number in (11517, 11525, 11526)}
    assert {ref for ref in improvements if week[ref] is Kind.IMPROVEMENT} == improvements
    assert {ref for ref in bugfixes if week[ref] is Kind.BUGFIX} == bugfixes
    assert week["lxc/distrobuilder#710"] is Kind.DEPENDENCIES


@has_data
@pytest.mark.skipif("WEEKLY_CLONES" not in os.environ, reason="WEEKLY_CLONES names no folder of the judged clones")
def test_training_makes_the_shipped_weights(tmp_path: Path) -> None:
    """The file in the package is what the script makes, byte by byte."""
    pytest.importorskip("scipy", reason="scipy is not installed: make kinds does it")
    script = [
        sys.executable,
        "-m",
        "benchmarks.train_kinds",
        "--data",
        str(DATA),
        "--clones",
        os.environ["WEEKLY_CLONES"],
        "-o",
        str(tmp_path / "kinds.tsv"),
    ]
    subprocess.run(script, check=True, env={**os.environ, "PYTHONPATH": str(BENCHMARKS.parent)})
    assert (tmp_path / "kinds.tsv").read_bytes() == FILE.read_bytes()


def table(path: Path) -> list[dict[str, str]]:
    names, *rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("name", "columns", "least"), [("judged", {"by"}, 6000), ("judged-weeks", {"second"}, 300)])
def test_judged_files_are_well_formed(name: str, columns: set[str], least: int) -> None:
    rows = table(BENCHMARKS / f"{name}.tsv")
    assert set(rows[0]) == {"pull_request", "kind", "sure", "title"} | columns
    assert len({row["pull_request"] for row in rows}) == len(rows) > least
    assert {row["kind"] for row in rows} == {kind.value for kind in Kind}
    assert {row["sure"] for row in rows} == {"yes", "no"}


def test_nothing_is_learned_of_the_fresh_weeks() -> None:
    learned, fresh = (table(BENCHMARKS / f"{name}.tsv") for name in ("judged", "judged-weeks"))
    assert not {row["pull_request"] for row in learned} & {row["pull_request"] for row in fresh}
    assert all(three(row["kind"]) == three(row["second"]) for row in fresh if row["sure"] == "yes")


def three(kind: str) -> str:
    return kind if Kind(kind).is_highlight else "rest"


@has_data
def test_nothing_is_learned_of_the_weeks_set_aside() -> None:
    from benchmarks.judged import held_out_weeks, load, monday_of, pulls

    split, known = load(DATA), {pull.ref: pull for pull in pulls(DATA)}
    judged = {row["pull_request"] for row in table(BENCHMARKS / "judged.tsv")}
    assert not judged & {one.pull.ref for one in (*split.training, *split.held_out)}
    fresh = {monday_of(known[row["pull_request"]].merged_at) for row in table(BENCHMARKS / "judged-weeks.tsv")}
    aside = fresh | set(split.held_out_weeks)
    assert held_out_weeks(one.monday for one in (*split.training, *split.held_out)) == split.held_out_weeks
    assert len(aside) == 28
    assert not {monday_of(known[ref].merged_at) for ref in judged if ref in known} & aside


def test_benchmarks_say_what_is_missing(tmp_path: Path) -> None:
    for script in ("kinds", "train_kinds"):
        run = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{script}", "--data", str(tmp_path), "--clones", str(tmp_path)],
            capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(BENCHMARKS.parent)},
        )  # fmt: skip
        assert run.returncode == 1
        assert "name their folder with --data DIR" in run.stderr
        assert "Traceback" not in run.stderr


def test_endings_and_code_are_one() -> None:
    assert {features.stem(word) for word in ("fixes", "fixing", "fixed")} == {"fix"}
    assert features.tokens("Don’t call `rm -rf` or lxc_start()") == [
        "don't",
        "call",
        features.CODE,
        "or",
        features.CODE,
    ]
    assert features.split_scope("lxd/storage: zfs: Fix it") == (["lxd", "storage", "zfs"], "Fix it")


NOISE = (
    "<!-- a\nform -->", "- [x] done", "* [ ] not", "# Heading", "```\ncode\n```", "~~~", "Signed-off-by: A <a@b.example>",
    "cc somebody", "  Link: x", "license MIT", "reviewed by", "see the docs", "refs 12", "X-Ref y", "(cherry picked from",
    "(CHERRY-picked)", "https://a.example", "http://b", "0badcafe", "deadbeef1", "@somebody", "mail@b.example",
)  # fmt: skip


@given(
    pieces=st.lists(st.sampled_from(NOISE) | st.text("ab0#[x]<!-@:/(\n )`~cé", max_size=12), max_size=6),
    joint=st.sampled_from(["\n", " ", ""]),
)
def test_the_quick_look_for_noise_misses_none(pieces: list[str], joint: str) -> None:
    """Most lines have none and are passed by; whatever has any is cleaned as ever."""
    text = joint.join(pieces)
    assert features.clean(text) == features._NOISE.sub(" ", text)
