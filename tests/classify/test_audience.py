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
        (pull("Fix a crash on empty input"), "the title says 'crash'"),
        (pull("Use the right lock", closes=(Issue(number=7),)), "closes #7"),
        (pull("Use the right lock", commits=(Commit(subject="a", body="Fixes #9"),)), "closes #9"),
        (pull("Add an option for quotas"), "the title says 'option'"),
        (pull("Expose more", files=("src/a.go", "doc/api-extensions.md")), "changes the API: doc/api-extensions.md"),
        (pull("feat!: drop the flag"), "it is a breaking change"),
        (pull("fix(pools): pass PoolMode to copies"), "nothing says that it is internal"),
        (
            pull("Add lake_name", files=("a.go", "docs/configuration.md")),
            "changes the configuration: docs/configuration.md",
        ),
        (pull("Tune it", body="```release-note\nLists are faster.\n```"), "it has a changelog entry"),
    ],
)
def test_what_users_see_is_for_users(given: PullRequest, reason: str) -> None:
    verdict = classify(given, RULES)
    assert (verdict.audience, verdict.audience_reason) == (Audience.USERS, reason)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (pull("Rename the helper functions"), "it is about 'helper'"),
        (pull("Refactor the query builder"), "it is about 'refactored'"),
        (pull("Code quality"), "it is about 'code'"),
        (pull("Fix a panic", labels=("internal",)), "label 'internal'"),
        (pull("lake/db/generate: add pools"), "the title is about lake/db/generate"),
        (pull("build: link pools"), "the title is about build"),
        (pull("[Makefiles] Add quotas"), "the title is about makefiles"),
        (pull("Fix a crash in the unit tests"), "it is about 'unit tests'"),
        (pull("Add makePool() to the scheduler"), "it is about `makePool()`"),
        (
            pull("Remove old pools", files=("pools/pool.pb.go",)),
            "only files that users don't see changed: pools/pool.pb.go",
        ),
        (
            pull("Remove old pools", files=(".workshop/pools", ".editorconfig")),
            "only files that users don't see changed: .workshop/pools",
        ),
        (pull("docs: explain crashes"), "its kind is documentation"),
        (pull("Add a devcontainer for the lake"), "it is about 'devcontainer'"),
        (pull("Fix typing errors in the loader"), "it is about 'typing errors'"),
        (pull("Improve the hints of lake._inner.pools"), "it is about `lake._inner.pools`"),
        (pull("Use `%v` in lists"), "it is about `%v`"),
        (pull("Finish replacing acme/clock with other/tempo"), "it is about a detail of the code"),
        (pull("Sync shared files from acme/template"), "it is about a detail of the code"),
        (pull("Add depth to lake proto", files=("lakepb/lake.proto",)), "it is about a detail of the code"),
        (pull("fix: skip copies on the write path"), "it is about 'write path'"),
        (pull("DB: Remove old pools of lakes"), "the title is about db"),
        (
            pull("Add a second start", files=("docs/development/start.md", ".gitpod.yml", "pyproject.toml")),
            "only files that users don't see changed: docs/development/start.md",
        ),
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


@pytest.mark.parametrize(
    "title",
    [
        "Allow static addresses", "Exports addresses of pools", "Fix start on hosts without swap in makePool()",
        "Add SeaBIOS", "Move the restart button", "Fix names with Configuration as Code", "Add support for a cache", "Remove names from the routing table",
    ],
)  # fmt: skip
def test_words_that_also_name_code_are_for_users(title: str) -> None:
    assert classify(pull(title), RULES).audience is Audience.USERS


def test_names_that_users_know_are_no_code() -> None:
    given = pull("Add pool_info to PowerLake", files=("plugins/pool_info.py",))
    assert classify(given, RULES).audience is Audience.DEVELOPERS
    known = HighlightRules(names=("PowerLake",), modules=("plugins/*",))
    assert classify(given, RULES, known=known).audience is Audience.USERS


def test_an_advisory_is_for_users_whatever_the_title_says() -> None:
    assert classify(pull("Refactor helper", body="Closes CVE-2030-12345"), RULES).audience is Audience.USERS
