"""Check who notices a change, and the reason."""

from __future__ import annotations

import pytest

from tests.classify.pulls import pull
from weekly.classify.rules import classify
from weekly.config import KindRules
from weekly.model import Audience, Commit, Issue, PullRequest

RULES = KindRules(refactoring=True)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (pull("Fix a crash on empty input"), "the title says 'crash'"),
        (pull("Use the right lock", closes=(Issue(number=7),)), "closes #7"),
        (pull("Use the right lock", commits=(Commit(subject="a", body="Fixes #9"),)), "closes #9"),
        (pull("Add an option for quotas"), "the title says 'option'"),
        (pull("Expose more", files=("src/a.go", "doc/api-extensions.md")), "changes the API: doc/api-extensions.md"),
        (pull("feat!: drop the flag"), "it is a breaking change"),
        (pull("Tune it", body="```release-note\nLists are faster.\n```"), "it has a changelog entry"),
    ],
)
def test_what_users_see_is_for_users(given: PullRequest, reason: str) -> None:
    verdict = classify(given, RULES)
    assert (verdict.audience, verdict.audience_reason) == (Audience.USERS, reason)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (pull("Rename the helper functions"), "the title says 'Rename'"),
        (pull("Refactor the query builder"), "the title says 'Refactor'"),
        (pull("Code quality"), "the title says 'Code quality'"),
        (pull("Fix a panic", labels=("internal",)), "label 'internal'"),
        (pull("docs: explain crashes"), "its kind is documentation"),
    ],
)
def test_internal_work_is_for_developers(given: PullRequest, reason: str) -> None:
    rules = KindRules(refactoring=True)
    verdict = classify(given, rules)
    assert verdict.audience is Audience.DEVELOPERS
    if verdict.kind.is_highlight:
        assert verdict.audience_reason == reason


def test_highlight_in_doubt_is_for_users() -> None:
    verdict = classify(pull("feat: quotas"), RULES)
    assert (verdict.audience, verdict.audience_reason) == (Audience.USERS, "nothing says that it is internal")
