"""Check each rule of the classifier alone, against the others, and all of them on judged pull requests."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from weekly.classify import rules as rules_module
from weekly.classify import tokens
from weekly.classify.paths import role_of_path
from weekly.classify.rules import CERTAIN, classify
from weekly.classify.weights import ALWAYS, FILE, REST, contributions, likelihood, parse_weights, shipped_weights
from weekly.config.rules import KindRules, LabelRules, PathRules, PrefixRules
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
    """Return a pull request with the given fields."""
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


def kind_and_rule(verdict: Verdict) -> tuple[str, str]:
    """Return the kind and the rule of a verdict."""
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
def test_label_decides_the_kind(labels: tuple[str, ...], kind: str) -> None:
    assert kind_and_rule(classify(pull("docs: whatever", labels=labels), RULES)) == (kind, "label")


@pytest.mark.parametrize(
    "labels", [("documentation",), ("not-a-bug",), ("API", "Documentation"), ("bug", "enhancement")]
)
def test_ambiguous_label_leaves_it_to_the_next_rule(labels: tuple[str, ...]) -> None:
    """Labels put on by path, and labels that contradict each other, decide nothing."""
    assert kind_and_rule(classify(pull("fix: a crash", labels=labels), RULES)) == ("bugfix", "conventional-commit")


def test_projects_own_label_is_matched_by_pattern() -> None:
    rules = KindRules(labels=LabelRules(bugfix=("*defect*",)))
    verdict = classify(pull("Whatever", labels=("Severity 1 Defect (confirmed)",)), rules)
    assert kind_and_rule(verdict) == ("bugfix", "label")
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
def test_work_of_a_bot_is_no_highlight(login: str, title: str, files: tuple[str, ...], kind: str) -> None:
    assert kind_and_rule(classify(pull(title, login=login, files=files), RULES)) == (kind, "bot")


def test_label_overrules_the_bot_rule() -> None:
    """A bot that cherry-picks carries people's work and their labels."""
    assert kind_and_rule(classify(pull("Fix it", login="cherrypicker[bot]", labels=("kind/bug",)), RULES)) == (
        "bugfix",
        "label",
    )


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
        ("style: blanks", "housekeeping"),
        ("revert: feat: add an option", "housekeeping"),
    ],
)
def test_conventional_commit_prefix_decides_the_kind(title: str, kind: str) -> None:
    verdict = classify(pull(title), RULES)
    assert kind_and_rule(verdict) == (kind, "conventional-commit")
    assert verdict.evidence == f"the title begins with '{title[: title.index(':') + 1]}'"


@pytest.mark.parametrize(
    "title", ["lxd/storage: Fix a crash", "fix a crash", "fix:no blank", "Fixes: ", "storage(zfs): quotas"]
)
def test_scope_is_no_conventional_commit_prefix(title: str) -> None:
    assert classify(pull(title), RULES).rule == "words"


def test_prefixes_of_all_commits_decide_for_a_vague_title() -> None:
    fixes = ("chore: prepare", "fix(db): close rows")
    assert kind_and_rule(classify(pull("Various changes", commits=fixes), RULES)) == ("bugfix", "conventional-commit")
    assert classify(pull("Various changes", commits=(*fixes, "more")), RULES).rule == "words"
    assert classify(pull("Various changes", commits=fixes, cut=("commits",)), RULES).rule == "words"


def test_prefixes_are_configurable() -> None:
    assert classify(pull("fix: it"), KindRules(conventional_commits=False)).rule == "words"
    rules = KindRules(prefixes=PrefixRules(bugfix=("mend",)))
    assert kind_and_rule(classify(pull("mend(ui): it"), rules)) == ("bugfix", "conventional-commit")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("## Type\r\n- [x] Bug fix (non-breaking change which fixes an issue)\r\n- [ ] New feature\r\n", "bugfix"),
        ("- [ ] Bugfix\n- [X] New feature", "improvement"),
        ("* [x] 🐛 Bug fix", "bugfix"),
    ],
)
def test_ticked_box_decides_the_kind(body: str, kind: str) -> None:
    assert kind_and_rule(classify(pull(body=body), RULES)) == (kind, "ticked-box")


@pytest.mark.parametrize(
    "body", ["- [x] Bug fix\n- [x] New feature", "- [ ] Bug fix", "- [x] Features documented and tested"]
)
def test_ambiguous_boxes_are_ignored(body: str) -> None:
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
def test_pull_request_of_unimportant_paths_is_no_highlight(files: tuple[str, ...], kind: str, evidence: str) -> None:
    verdict = classify(pull("Fix a crash", files=files, closes=(Issue(number=7, labels=("bug",)),)), RULES)
    assert (*kind_and_rule(verdict), verdict.evidence) == (kind, "paths", evidence)


def test_paths_rule_ignores_mixed_and_incomplete_lists() -> None:
    assert classify(pull(files=("doc/a.md", "src/a.go")), RULES).rule == "words"
    assert classify(pull(files=("doc/a.md",), cut=("files",)), RULES).rule == "words"
    assert classify(pull(files=("doc/a.md",)), KindRules(paths=PathRules(documentation=()))).rule == "words"


def test_version_bump_in_ci_is_a_dependency_update() -> None:
    verdict = classify(pull("Bump actions/checkout from 3 to 4", files=(".github/workflows/a.yml",)), RULES)
    assert kind_and_rule(verdict) == ("dependencies", "paths")


@pytest.mark.parametrize(("labels", "kind"), [(("kind/bug",), "bugfix"), (("type: feature",), "improvement")])
def test_label_of_a_closed_issue_decides_the_kind(labels: tuple[str, ...], kind: str) -> None:
    verdict = classify(pull(closes=(Issue(number=6), Issue(number=7, labels=labels))), RULES)
    assert (*kind_and_rule(verdict), verdict.evidence) == (kind, "issue-label", f"closes #7, labelled '{labels[0]}'")


def note(text: str, fence: str = "```", mark: str = "release-note") -> str:
    """Return a description with a release note."""
    return f"**What this does**:\nThings.\r\n\r\n{fence}{mark}\r\n{text}\r\n{fence}\r\n\r\nMore.\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Fixed a crash of the kubelet when a volume is missing.", "bugfix"),
        ("Added support for dual-stack load balancers.", "improvement"),
        ("kubectl: new option `--all` to list everything", "improvement"),
    ],
)
def test_release_note_decides_the_kind(text: str, kind: str) -> None:
    verdict = classify(pull("Update manager", body=note(text)), RULES)
    assert kind_and_rule(verdict) == (kind, "release-note")
    assert verdict.evidence.startswith("the release note says ")


@pytest.mark.parametrize("text", ["NONE", "none", " None. ", "N/A", '"NONE"'])
def test_release_note_none_is_no_highlight(text: str) -> None:
    issue = Issue(number=7, labels=("kind/bug",))
    verdict = classify(pull("Fix a crash", body=note(text), closes=(issue,)), RULES)
    assert kind_and_rule(verdict) == ("housekeeping", "release-note")
    assert classify(pull("Fix a crash", body=note(text), labels=("kind/bug",)), RULES).rule == "label"


def test_release_note_mark_is_configurable() -> None:
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
        ("Use correct project in live copies", "bugfix"),
        ("Fix segfault on empty input", "bugfix"),
        ("Add test for empty input", "tests_ci"),
        ("Fix flaky unit tests", "tests_ci"),
        ("Prevent deadlock when the queue is full", "bugfix"),
        ("Add support for NVMe storage", "improvement"),
        ("Fix typo in help", "documentation"),
        ("Add unit tests for the parser", "tests_ci"),
    ],
)
def test_words_of_the_title_decide_the_kind(title: str, kind: str) -> None:
    """Only the titles are known here, and most fixes don't use the word."""
    verdict = classify(pull(title, files=()), RULES)
    assert kind_and_rule(verdict) == (kind, "words")
    assert verdict.evidence.startswith(("the title says '", "the title begins with '"))


def test_commits_decide_for_a_vague_title() -> None:
    mends = ("lxd/db: Don't leak rows on error", "lxd/migration: Fix crash on missing profile")
    adds = ("lxd/db: Add option to list rows", "lxd/migration: Add support for profiles")
    assert classify(pull("Various changes", commits=mends), RULES).kind is Kind.BUGFIX
    assert classify(pull("Various changes", commits=adds), RULES).kind is Kind.IMPROVEMENT
    assert "commits say " in classify(pull("Various changes", commits=mends), RULES).evidence


def test_description_counts_but_its_template_does_not() -> None:
    plain = classify(pull("Update manager"), RULES)
    crash = classify(pull("Update manager", body="It crashed with a nil pointer, because the lock was lost."), RULES)
    form = "<!-- does it fix a bug or crash? -->\n## Bug fixes\n- [ ] fixes a crash\n\nSigned-off-by: A <a@b.c>\n"
    assert classify(pull("Update manager", body=form), RULES) == plain
    assert crash != plain
    assert crash.kind is Kind.BUGFIX


def test_empty_pull_request_is_unsure() -> None:
    verdict = classify(pull("", files=()), RULES)
    assert verdict.rule == "words"
    assert not verdict.sure
    assert verdict.evidence == "nothing decides"


def test_threshold_for_unsure_verdicts_is_configurable() -> None:
    assert classify(pull(labels=("bug",)), RULES).confidence == CERTAIN
    verdict = classify(pull("Various changes", files=()), RULES)
    assert not verdict.sure
    assert classify(pull("Various changes", files=()), KindRules(unsure_below=0.0)).sure
    assert not classify(pull(labels=("bug",)), KindRules(unsure_below=1.0)).sure


def test_confidence_equal_to_the_threshold_is_sure() -> None:
    verdict = classify(pull("Rework the parser"), RULES)
    for least, sure in ((verdict.confidence, True), (verdict.confidence + 0.001, False)):
        assert classify(pull("Rework the parser"), KindRules(unsure_below=least)).sure is sure
    assert verdict.confidence == round(verdict.confidence, 3)


@pytest.mark.parametrize(
    ("known", "login"), [("Helper", "helper[bot]"), ("helper[bot]", "Helper"), ("helper", "app/helper")]
)
def test_configured_bot_matches_every_spelling_of_its_login(known: str, login: str) -> None:
    verdict = classify(pull("Add a feature", login=login), KindRules(bots=(known,)))
    assert (verdict.rule, verdict.evidence) == ("bot", f"made by the bot {login}")


@pytest.mark.parametrize(
    ("given", "evidence"),
    [
        (pull("Work", commits=("fix: a", "feat(ui): b")), "every commit has a prefix, such as 'feat(ui):'"),
        (pull("Work", commits=("docs: a", "chore: b")), "every commit has a prefix, such as 'docs:'"),
        (pull("Work", body="- [x] Bug fix\r\n- [ ] New feature\r\n"), "ticked in the description: 'Bug fix'"),
        (pull("Work", body="- [ ] Bug fix\r\n- [x] New feature\r\n"), "ticked in the description: 'New feature'"),
        (pull("Work", body="```release-note\r\nNONE\r\n```\r\n"), "the release note says that there is none"),
    ],
)
def test_evidence_quotes_the_statement(given: PullRequest, evidence: str) -> None:
    assert classify(given, RULES).evidence == evidence


def test_release_note_is_a_highlight_whatever_its_words() -> None:
    for title in ("Update the tests", "Fix a typo in the documentation", "github: Update workflows"):
        note = f"```release-note\n{title}\n```"
        assert classify(pull(title, files=()), RULES).kind not in (Kind.IMPROVEMENT, Kind.BUGFIX)
        verdict = classify(pull(title, body=note, files=()), RULES)
        assert (verdict.kind in (Kind.IMPROVEMENT, Kind.BUGFIX), verdict.rule) == (True, "release-note")


def test_version_in_a_documentation_title_is_no_dependency_update() -> None:
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
def test_kind_of_most_changed_lines_decides(files: tuple[tuple[str, int, int], ...], kind: Kind) -> None:
    assert classify(changed(*files), RULES).kind is kind


def test_longest_matching_pattern_decides() -> None:
    rules = KindRules(paths=PathRules(documentation=("zone/*",), tests_ci=("zone/a/*",), dependencies=("z*",)))
    assert classify(pull(files=("zone/a/b",)), rules).kind is Kind.TESTS_CI
    assert classify(pull(files=("zone/b",)), rules).kind is Kind.DOCUMENTATION


WEIGHTS = {
    ALWAYS: (0.0, 0.0, 0.0),
    "word:a1": (0.1, 2.0, 0.0),
    "scope:area": (0.0, 3.0, 0.0),
    "files:0": (0.0, 1.0, 0.5),
    "role:code": (0.0, 1.0, 0.0),
    "word:bett": (2.0, 0.0, 0.0),
    "word:faint": (0.0, 0.05, 0.0),
}


def test_evidence_of_words_lists_what_speaks_for_the_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The weightiest comes first. Evidence against the kind, or hardly for it, is left out."""
    monkeypatch.setattr(rules_module, "shipped_weights", lambda: WEIGHTS)
    verdict = classify(pull("area: a1 better faint", commits=("other",)), RULES)
    assert (verdict.kind, verdict.evidence) == (
        Kind.BUGFIX,
        "the title says 'a1', 'area', only code changed, one file changed",
    )
    assert classify(pull("Nothing known", files=()), RULES).evidence == "nothing decides"


def test_evidence_lists_at_most_five_words(monkeypatch: pytest.MonkeyPatch) -> None:
    names = "one", "two", "three", "four", "five", "six"
    weights = {f"word:{tokens.stem(name)}": (0.0, 1.0 + place / 8, 0.0) for place, name in enumerate(names)}
    monkeypatch.setattr(rules_module, "shipped_weights", lambda: weights)
    verdict = classify(pull(" ".join(names), files=()), RULES)
    assert verdict.evidence == "the title says 'six', 'five', 'four', 'three', 'two'"


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
def test_kinds_without_highlight_are_distinguished(title: str, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_module, "shipped_weights", lambda: {ALWAYS: (0.0, 0.0, 9.0)})
    assert classify(pull(title, files=()), RULES).kind is kind


def test_weights_are_parsed() -> None:
    weights = parse_weights("# a remark\nword:a b\t1.00\t-0.50\t-0.25\n(always)\t0.10\t0.20\t-0.30\n")
    assert weights == {"word:a b": (1.0, -0.5, -0.25), "(always)": (0.1, 0.2, -0.3)}


def test_likelihood_is_the_softmax_of_summed_weights() -> None:
    weights = {"a": (1.0, 0.0, -1.0), "b": (0.0, 2.0, 0.0)}
    found = likelihood({"a": 1.0, "b": 0.5, "unknown": 9.0}, weights)
    total = 2 * math.e + 1 / math.e
    assert list(found) == [Kind.IMPROVEMENT, Kind.BUGFIX, REST]
    assert found == pytest.approx(
        {Kind.IMPROVEMENT: math.e / total, Kind.BUGFIX: math.e / total, REST: 1 / math.e / total}
    )
    assert likelihood({"a": 400.0, "b": 400.0}, weights)[Kind.BUGFIX] == pytest.approx(1.0)
    assert list(likelihood({"a": 1.0}, weights, (Kind.BUGFIX, REST))) == [Kind.BUGFIX, REST]


def test_contributions_are_summed_by_evidence() -> None:
    weights = {"a": (1.0, 0.0, -1.0), "b": (0.0, 2.0, 0.0), "c": (3.0, 0.0, 0.0)}
    fix, add = ("title", "fix"), ("title", "add")
    found = contributions(
        {"a": 1.0, "b": 0.5, "c": 1.0, "d": 1.0},
        weights,
        Kind.IMPROVEMENT,
        Kind.BUGFIX,
        {"a": fix, "b": fix, "c": add, "d": add},
    )
    assert found == {fix: 0.0, add: 3.0}


def test_incomplete_weights_are_refused() -> None:
    assert parse_weights("# a remark\n") == {}
    for text in ("a\t1.00\t2.00\n", "a\t1.00\t2.00\nb\t1.00\t2.00\t3.00\t4.00\n", "a\t1.00\t2.00\tmuch\n"):
        with pytest.raises(ValueError, match=r"values to unpack|could not convert"):
            parse_weights(text)


def test_hostile_text_is_classified_quickly() -> None:
    """No pattern backtracks without limit on these texts."""
    started = time.process_time()
    for piece in ("<!--", "a", "`", "- [x] ", "```release-note\n", "\n", "fixes ", "(cherry-picked", "a-", "#1 ", "@"):
        verdict = classify(pull(piece * 50, body=piece * 60_000, commits=(piece * 50,)), RULES)
        assert 0 < verdict.confidence <= 1
    for piece in ("avoid ", "better error "):
        classify(pull(piece * 11_000), RULES)
    assert time.process_time() - started < 5


def test_verdicts_do_not_depend_on_hash_seed_or_locale() -> None:
    script = (
        "from tests.classify.test_rules import *\n"
        "for title in ('Use correct project', 'Various changes', 'Add an option', 'Don\\'t crash'):\n"
        "    print(classify(pull(title, commits=('a: Fix it', 'b: Add more')), RULES))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONPATH": str(BENCHMARKS.parent)},
        ).stdout
        for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("77", "tr_TR.UTF-8"))
    }  # fmt: skip
    assert len(outputs) == 1
    assert b"bugfix" in outputs.pop()


def test_weights_file_is_sorted_and_readable() -> None:
    text = FILE.read_text("utf-8")
    names = [line.split("\t")[0] for line in text.splitlines()[1:]]
    assert names == sorted(set(names))
    assert len(text) < 150_000
    assert all(abs(sum(weights)) <= 0.02 for weights in shipped_weights().values())


@has_data
def test_no_persons_name_is_a_feature() -> None:
    """No login or name in the data is a feature, even where it is also a common word."""
    from benchmarks.judged import names
    from benchmarks.train_kinds import is_name, name_parts

    people = name_parts(names(DATA))
    assert len(people) > 500
    assert is_name("word:stgraber", people)
    assert [name for name in shipped_weights() if is_name(name, people)] == []


@has_data
def test_training_weeks_are_classified_well() -> None:
    """The certain rules are right on the training weeks, and the shipped weights fit them."""
    from benchmarks.judged import load
    from benchmarks.kinds import judge
    from benchmarks.train_kinds import judged_example

    split = load(DATA)
    assert len(split.held_out_weeks) == 14
    results = judge([judged_example(one) for one in split.training if one.sure], shipped_weights())
    certain = [one for one in results if one.verdict.rule != "words"]
    assert len(certain) > 250
    assert all(one.is_right for one in certain)
    assert sum(one.is_right for one in results) / len(results) > 0.93
    week = {one.example.pull.ref: one.verdict.kind for one in results if str(one.example.monday) == "2023-03-27"}
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
    """The script makes the file in the package byte by byte."""
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


def test_judged_projects_are_others_than_those_measured() -> None:
    rows = table(BENCHMARKS / "judged-projects.tsv")
    names = {row["pull_request"].partition("#")[0] for row in rows}
    measured = {"ansible-collections/community.general", "jenkinsci/jenkins", "open-telemetry/opentelemetry-collector"}
    assert not names & (measured | {"rust-lang/rust-analyzer", "pytest-dev/pytest", "canonical/lxd", "lxc/incus"})
    assert len({row["pull_request"] for row in rows}) == len(rows) > 11_000
    assert len(names) > 150
    given = {row[reader].rstrip("?") for row in rows for reader in ("first_reader", "second_reader")}
    assert given == {"", "improvement", "bugfix", "internal", "internal fix"}


@pytest.mark.parametrize(
    ("title", "kind", "evidence"),
    [
        ("Add a size check to avoid a panic", Kind.BUGFIX, "avoid a panic"),
        ("Add a guard so that lids never crash", Kind.BUGFIX, "crash"),
        ("Show a better error message for lids", Kind.IMPROVEMENT, "better error message"),
        ("Make the error message clearer", Kind.IMPROVEMENT, "error message clearer"),
    ],
)
def test_words_that_mislead_alone_are_weighed_together(title: str, kind: Kind, evidence: str) -> None:
    verdict = classify(pull(title), KindRules())
    assert verdict.kind is kind
    assert f"'{evidence}'" in verdict.evidence


def test_training_data_excludes_the_later_weeks_set_aside() -> None:
    learned, fresh = (table(BENCHMARKS / f"{name}.tsv") for name in ("judged", "judged-weeks"))
    assert not {row["pull_request"] for row in learned} & {row["pull_request"] for row in fresh}
    assert all(three(row["kind"]) == three(row["second"]) for row in fresh if row["sure"] == "yes")


def three(kind: str) -> str:
    return kind if Kind(kind).is_highlight else "rest"


@has_data
def test_training_data_excludes_the_weeks_set_aside() -> None:
    from benchmarks.judged import held_out_weeks, load, monday_of, pulls

    split, known = load(DATA), {pull.ref: pull for pull in pulls(DATA)}
    judged = {row["pull_request"] for row in table(BENCHMARKS / "judged.tsv")}
    assert not judged & {one.pull.ref for one in (*split.training, *split.held_out)}
    fresh = {monday_of(known[row["pull_request"]].merged_at) for row in table(BENCHMARKS / "judged-weeks.tsv")}
    aside = fresh | set(split.held_out_weeks)
    assert held_out_weeks(one.monday for one in (*split.training, *split.held_out)) == split.held_out_weeks
    assert len(aside) == 28
    assert not {monday_of(known[ref].merged_at) for ref in judged if ref in known} & aside


def test_benchmarks_report_missing_data(tmp_path: Path) -> None:
    for script in ("kinds", "train_kinds"):
        run = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{script}", "--data", str(tmp_path), "--clones", str(tmp_path)],
            capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(BENCHMARKS.parent)},
        )  # fmt: skip
        assert run.returncode == 1
        assert "name their folder with --data DIR" in run.stderr
        assert "Traceback" not in run.stderr


def test_endings_and_names_in_code_are_unified() -> None:
    assert {tokens.stem(word) for word in ("fixes", "fixing", "fixed")} == {"fix"}
    assert tokens.tokens("Don’t call `rm -rf` or lxc_start()") == [
        "don't",
        "call",
        tokens.CODE,
        "or",
        tokens.CODE,
    ]
    assert tokens.split_scope("lxd/storage: zfs: Fix it") == (["lxd", "storage", "zfs"], "Fix it")


@pytest.mark.parametrize(
    "title",
    [
        "Prepare release version 8.0.1",
        "Prepare for v0.95.0 release",
        "Set next version",
        "Cut 2.1.0",
        "Add Ann Lee to AUTHORS",
        "Update the contributors list",
        "Added myself to CONTRIBUTORS",
    ],
)
def test_release_chores_and_lists_of_names_are_housekeeping(title: str) -> None:
    assert classify(pull(title), RULES).kind is Kind.HOUSEKEEPING


@pytest.mark.parametrize("title", ["Set the release of locks in order", "Add a page to the contributors dialog"])
def test_titles_that_only_resemble_chores_are_weighed(title: str) -> None:
    assert "list of names" not in classify(pull(title), RULES).evidence


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Fix copy of pools between remotes", Kind.BUGFIX),
        ("Copy pools between remotes", Kind.IMPROVEMENT),
    ],
)
def test_a_doubtful_improvement_whose_title_begins_with_fix_is_a_bug_fix(title: str, kind: Kind) -> None:
    one = pull(title, commits=("api: pool_copy extension", "Add support for copying pools", "Add pool copy"))
    files = (FileChange(path="doc/api-extensions.md", additions=9), FileChange(path="lib/copy.go", additions=200))
    verdict = classify(msgspec.structs.replace(one, files=files), RULES)
    assert (verdict.kind, verdict.sure and kind is Kind.BUGFIX) == (kind, False)
    assert (verdict.evidence == "the title begins with 'Fix'") is (kind is Kind.BUGFIX)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Merge release-3.9 into main", Kind.HOUSEKEEPING),
        ("merge release 3.13.0-rc.1 to main", Kind.HOUSEKEEPING),
        ("Update Go dependencies for v3.10 release", Kind.DEPENDENCIES),
        ("ui: Upgrade all dependencies", Kind.DEPENDENCIES),
    ],
)
def test_titles_on_merges_and_dependencies_are_no_highlights(title: str, kind: Kind) -> None:
    assert classify(pull(title), KindRules()).kind is kind


def test_only_folders_of_documentation_make_a_file_documentation() -> None:
    assert [role_of_path(path) for path in ("docs/a.txt", "doc/a.txt", "docker/main.go", "a/b.md")] == [
        "documentation",
        "documentation",
        "code",
        "documentation",
    ]
