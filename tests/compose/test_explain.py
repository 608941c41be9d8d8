"""The reason for a verdict in plain words."""

from __future__ import annotations

import pytest

from weekly.classify.words import reason_of
from weekly.model import Kind, Verdict


@pytest.mark.parametrize(
    ("rule", "evidence", "reason"),
    [
        ("label", "label 'kind/bug'", "It has the label 'kind/bug'."),
        ("bot", "made by the bot renovate", "It was made by the bot renovate."),
        ("conventional-commit", "the title begins with 'fix:'", "The title begins with 'fix:'."),
        (
            "conventional-commit",
            "every commit has a prefix, such as 'fix'",
            "Every commit has a prefix, such as 'fix'.",
        ),
        ("paths", "only documentation changed: README.md", "Only documentation changed: README.md."),
        ("issue-label", "closes #7, labelled 'bug'", "It closes #7, labelled 'bug'."),
        ("editor", "weeks/2023-03-27.toml:4", "You chose the kind in weeks/2023-03-27.toml:4."),
        ("words", "12 lines changed, the title says 'fix', 'crash', paths contain 'ui'", "The title says 'fix'."),
        ("words", "only code changed, the title says 'src'", "Only code changed."),
        ("words", "commits say 'typo', one line changed", "Commits say 'typo'."),
        ("words", "nothing decides", "Nothing decides."),
        ("another-rule", "the changelog says 'Fixed'", "The changelog says 'Fixed'."),
    ],
)
def test_the_reason_is_one_plain_sentence(rule: str, evidence: str, reason: str) -> None:
    assert reason_of(Verdict(kind=Kind.BUGFIX, rule=rule, evidence=evidence)) == reason
