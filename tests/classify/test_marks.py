"""Check the marks of titles, and labels in common use."""

from __future__ import annotations

import msgspec
import pytest

from tests.classify.pulls import pull
from weekly.classify.labels import kind_of_labels
from weekly.classify.marks import marks_of
from weekly.classify.rules import classify
from weekly.config.rules import KindRules, LabelRules, OmissionRules, PrefixRules
from weekly.model import Audience, Commit, Kind

RULES = KindRules()


@pytest.mark.parametrize(
    ("title", "kind", "text"),
    [
        ("fix (api): correct it", "bugfix", "correct it"),
        ("feat: ✨ add it", "improvement", "add it"),
        (":bug: hold the lock", "bugfix", "hold the lock"),
        ("⬆️ Move to 2.0", "dependencies", "Move to 2.0"),
        ("👷‍♂️ Speed up", "tests_ci", "Speed up"),
        ("[chore] fix it", "housekeeping", "fix it"),
        ("[exporter] [Docs] fix it", "documentation", "fix it"),
        ("[ABC-12][UI] Add it", None, "Add it"),
        ("ABC-12 Add it", None, "Add it"),
        ("XY-1: fix: hold it", "bugfix", "hold it"),
        ("[FIXED ABC-12] Show it", None, "Show it"),
        ("internal: fix it", "housekeeping", "fix it"),
        ("minor: Fix it", "housekeeping", "Fix it"),
        ("[WIP] fix: it", "bugfix", "it"),
        ("wip: it", None, "it"),
        ("UTF-8 names", None, "UTF-8 names"),
        ("lxd/storage: Fix it", None, "lxd/storage: Fix it"),
        ("feat：增加", "improvement", "增加"),
        ("♻️ tidy", "housekeeping", "tidy"),
    ],
)
def test_marks_are_taken_off_and_decide(title: str, kind: str | None, text: str) -> None:
    marks = marks_of(title, RULES)
    assert (marks.kind, marks.text) == (kind and Kind(kind), text)


def test_refactoring_is_the_projects_choice() -> None:
    for title in (
        "refactor: split the parser",
        "[refactor] split the parser",
        "♻️ split the parser",
        "Refactor the parser",
    ):
        assert classify(pull(title), RULES).kind is Kind.HOUSEKEEPING
        assert classify(pull(title), KindRules(refactoring=True)).kind is Kind.IMPROVEMENT


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("🎨 Redraw lists", Kind.IMPROVEMENT),
        (":art: Redraw lists", Kind.IMPROVEMENT),
        ("🐛 Hold the lock", Kind.BUGFIX),
        ("✨ Redraw lists", None),
    ],
)
def test_emoji_are_configurable(title: str, kind: Kind | None) -> None:
    rules = KindRules(prefixes=PrefixRules(improvement=("🎨", "art"), ignored=("✨",)))
    assert marks_of(title, rules).kind is kind


def test_prefixes_are_configurable() -> None:
    rules = KindRules(prefixes=PrefixRules(housekeeping=("plumbing",), ignored=("hold",)))
    assert classify(pull("[plumbing] hold: fix it"), rules).kind is Kind.HOUSEKEEPING


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("rfe", "improvement"), ("major-bug", "bugfix"), ("regression-fix", "bugfix"), ("internal", "housekeeping"),
        ("new-feature", "improvement"), ("code-quality", "housekeeping"), ("Type: Bug 🐛", "bugfix"), ("🐛 bug", "bugfix"),
        ("[Type] Bug", "bugfix"), ("pr: bugfix", "bugfix"), ("changelog: fix", "bugfix"), ("release-note/bug", "bugfix"),
        ("docs", "documentation"), ("refactor", "housekeeping"), ("Bug Fixes", "bugfix"), ("bug_fix", "bugfix"),
        (":sparkles: Enhancement", "improvement"), ("C-feature-accepted", "improvement"), ("Type - Feature", None),
        ("documentation", None), ("not-a-bug", None), ("bug: confirmed", None), ("debugging", None),
    ],
)  # fmt: skip
def test_labels_in_common_use_are_known(label: str, kind: str | None) -> None:
    found = kind_of_labels([label], RULES.labels)
    assert (found and found[0]) == (kind and Kind(kind))


def test_exact_label_comes_before_a_pattern() -> None:
    rules = LabelRules(improvement=("area/*",), bugfix=("area/fault",))
    assert kind_of_labels(["area/fault"], rules) == (Kind.BUGFIX, "area/fault")
    assert kind_of_labels(["area/x"], rules) == (Kind.IMPROVEMENT, "area/x")


@pytest.mark.parametrize(
    "given",
    [
        pull("chore!: remove the old flag"),
        pull("chore: remove it", body="Why\n\nBREAKING CHANGE: the old flag is gone"),
        pull("chore: remove it", commits=(Commit(subject="chore: remove it", body="BREAKING-CHANGE: it is gone"),)),
        pull("chore: remove it", labels=("breaking-change",)),
        pull("chore!: drop Python 3.9"),
        pull("deps!: drop support for Node 14"),
        pull("docs: remove it", labels=("breaking-change",)),
        pull("test!: remove the fixtures"),
        pull("💥 remove it"),
    ],
)
def test_breaking_change_is_news_whatever_its_type(given: object) -> None:
    verdict = classify(given, RULES)  # type: ignore[arg-type]
    assert (verdict.kind, verdict.is_breaking, verdict.audience) == (Kind.IMPROVEMENT, True, Audience.USERS)


def test_breaking_change_that_the_project_omits_is_no_news() -> None:
    rules = KindRules(omit=OmissionRules(labels=("skip-*",)))
    verdict = classify(pull("chore!: remove it", labels=("skip-news", "breaking-change")), rules)
    assert (verdict.kind, verdict.rule, verdict.is_breaking) == (Kind.HOUSEKEEPING, "omitted", False)


@pytest.mark.parametrize(
    "body", ["BREAKING CHANGE: none", "<!-- BREAKING CHANGE: say what breaks -->", "No BREAKING CHANGE: x"]
)
def test_breaking_footer_of_a_template_is_ignored(body: str) -> None:
    verdict = classify(pull("chore: tidy", body=body), RULES)
    assert (verdict.kind, verdict.is_breaking) == (Kind.HOUSEKEEPING, False)


@pytest.mark.parametrize(
    ("omit", "reason"),
    [
        (OmissionRules(labels=("skip-*",)), "label 'skip-news'"),
        (OmissionRules(authors=("octo*",)), "author octocat"),
        (OmissionRules(paths=("src/*",)), "only omitted paths changed: src/parser.go"),
        (OmissionRules(branches=("stable-*",)), "merged into stable-5"),
        (OmissionRules(repos=("*/Hello",)), "repository octo/hello"),
    ],
)
def test_omitted_pull_request_is_no_highlight(omit: OmissionRules, reason: str) -> None:
    given = pull("fix: a crash", labels=("skip-news",), base="stable-5")
    assert classify(given, RULES).kind is Kind.BUGFIX
    verdict = classify(given, KindRules(omit=omit))
    assert (verdict.kind, verdict.rule) == (Kind.HOUSEKEEPING, "omitted")
    assert verdict.evidence == f"left out by [kinds.omit]: {reason}"


@pytest.mark.parametrize(("paths", "cut"), [(("src/parser.go", "cmd/main.go"), ()), (("src/parser.go",), ("files",))])
def test_pull_request_that_changes_other_paths_is_not_omitted(paths: tuple[str, ...], cut: tuple[str, ...]) -> None:
    given = msgspec.structs.replace(pull("fix: a crash", files=paths), cut=cut)
    assert classify(given, KindRules(omit=OmissionRules(paths=("src/*",)))).kind is Kind.BUGFIX


@pytest.mark.parametrize("login", ["Copilot", "copilot-swe-agent", "devin-ai-integration[bot]", "app/claude"])
def test_work_of_coding_agents_can_be_a_highlight(login: str) -> None:
    assert classify(pull("feat: add dark mode", login=login, is_bot=True), RULES).kind is Kind.IMPROVEMENT
    rules = KindRules(coding_agents=())
    assert classify(pull("feat: add dark mode", login=login, is_bot=True), rules).kind is Kind.HOUSEKEEPING
