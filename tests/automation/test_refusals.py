from __future__ import annotations

import pytest

from weekly.automation.refusals import is_outdated, line_of, reason_of

PUSH_PROTECTION = """\
remote: error: GH013: Repository rule violations found for refs/heads/main.
remote:
remote: - GITHUB PUSH PROTECTION
remote:   —————————————————————————————————————————
remote:     - Push cannot contain secrets
remote:       —— Slack API Token ————————————————————
remote:        locations:
remote:          - commit: 1234567
remote:            path: weeks/2023-03-20.toml:3
To https://github.com/o/r
 ! [remote rejected] HEAD -> main (push declined due to repository rule violations)
error: failed to push some refs to 'https://github.com/o/r'
"""


@pytest.mark.parametrize(
    ("stderr", "words", "advice"),
    [
        (PUSH_PROTECTION, "Slack API Token", "Unblock it at the address that GitHub gives, or mask it"),
        (PUSH_PROTECTION, "weeks/2023-03-20.toml:3", "the push holds text that looks like a secret"),
        ("remote: error: GH013: Commits must have verified signatures.", "verified signatures", "a rule demands signed commits"),
        ("remote: error: GH001: Large files detected.\nremote: error: File archive/2023-03-20.json is 101 MB", "is 101 MB", "a file is too large"),
        ("remote: error: GH006: Protected branch update failed", "GH006", "the branch is protected. Let the token's user bypass"),
        ("fatal: unable to access 'https://x/': The requested URL returned error: 403", "error: 403", "Give the job contents: write"),
        ("remote: Invalid username or password.\nfatal: Authentication failed for 'https://x/'", "Authentication failed", "Give a valid GITHUB_TOKEN"),
        ("fatal: something nobody knows", "something nobody knows", "see the log of the run"),
        ("", "no reason given", "see the log of the run"),
    ],
)  # fmt: skip
def test_a_refusal_is_shown_with_what_to_do(stderr: str, words: str, advice: str) -> None:
    reason = reason_of(stderr)
    assert words in reason
    assert advice in reason
    assert "\n" not in reason


def test_noise_and_endless_answers_are_left_out() -> None:
    assert line_of("hint: Updates were rejected\nTo https://x\nfatal: no") == "fatal: no"
    assert len(line_of("remote: x\n" * 5000)) < 700


def test_a_faster_push_is_known() -> None:
    assert is_outdated(" ! [rejected]        HEAD -> main (fetch first)")
    assert not is_outdated(PUSH_PROTECTION)
