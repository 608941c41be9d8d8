"""Check who notices a change, and the reason."""

from __future__ import annotations

import pytest

from tests.classify.pulls import pull
from weekly.classify.rules import classify
from weekly.config.highlights import HighlightRules
from weekly.config.rules import KindRules
from weekly.model import Audience, Commit, Issue, PullRequest

RULES = KindRules(refactoring=True)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (pull("Use the right lock", closes=(Issue(number=7),)), "closes #7"),
        (pull("Use the right lock", commits=(Commit(subject="a", body="Fixes #9"),)), "closes #9"),
        (pull("feat!: drop the flag"), "it is a breaking change"),
        (pull("Tune it", body="```release-note\nLists are faster.\n```"), "it has a changelog entry"),
        (pull("Tune lists", files=("src/a.go", "doc/lists.md")), "code and documentation changed"),
    ],
)
def test_what_people_write_for_users_is_for_users(given: PullRequest, reason: str) -> None:
    verdict = classify(given, RULES)
    assert (verdict.audience, verdict.audience_reason) == (Audience.USERS, reason)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (pull("Rework the lists", labels=("internal", "enhancement")), "label 'internal'"),
        (pull("Fix a panic", labels=("internal",)), "label 'internal'"),
        (pull("Remove old pools", files=("pools/pool.pb.go",)), "it changes generated code"),
        (
            pull("Remove old pools", files=(".workshop/pools", ".editorconfig")),
            "only files that users don't see changed: .workshop/pools",
        ),
        (pull("docs: explain crashes"), "its kind is documentation"),
        (pull("Refactor the query builder"), "the title says 'refactor'"),
        (pull("Code quality"), "it is about 'code'"),
        (pull("Rename the helper functions"), "it is about 'helper'"),
    ],
)
def test_internal_work_is_for_developers(given: PullRequest, reason: str) -> None:
    verdict = classify(given, RULES)
    assert verdict.audience is Audience.DEVELOPERS
    if verdict.kind.is_highlight:
        assert verdict.audience_reason == reason


@pytest.mark.parametrize(
    "title",
    [
        "Allow static addresses", "Exports addresses of pools", "Fix start on hosts without swap in makePool()",
        "Add SeaBIOS", "Show a restart button", "Fix names with Configuration as Code", "Add support for a cache",
        "Remove names from the routing table", "feat: quotas", "Fix a crash on empty input", "Add an option for quotas",
    ],
)  # fmt: skip
def test_words_that_users_know_are_for_users(title: str) -> None:
    assert classify(pull(title), RULES).audience is Audience.USERS


def test_a_project_that_lists_large_internal_changes_is_stricter_with_the_others() -> None:
    given = pull("Use one lock for all lists")
    audiences = [classify(given, RULES, known=HighlightRules(internal=kept)).audience for kept in ("count", "after")]
    assert audiences == [Audience.USERS, Audience.DEVELOPERS]


def test_an_advisory_is_for_users_whatever_the_title_says() -> None:
    assert classify(pull("Refactor helper", body="Closes CVE-2030-12345"), RULES).audience is Audience.USERS
