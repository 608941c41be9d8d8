"""Check the forms of release notes in descriptions."""

from __future__ import annotations

import pytest

from tests.classify.pulls import pull
from weekly.classify.release_notes import note_in_description, says_none
from weekly.classify.rules import classify
from weekly.config.rules import KindRules
from weekly.model import Commit, Kind

RULES = KindRules()


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("```release-note\nsort keeps the order\n```", None, "Sort keeps the order"),
        ("```release-note:bug\nsort keeps the order\n```", "bugfix", "Sort keeps the order"),
        ("```release-note:new-feature\nit sorts\n```", "improvement", "It sorts"),
        ("### Proposed changelog entries\n\n- XY-12, Hold the lock\n\n### More\n\n- x", None, "Hold the lock"),
        ("Release Notes:\n\n- Fixed a hang (#12)\n", "bugfix", "Fixed a hang"),
        ("Release note (bug fix): a hang\nis gone.\n\nEpic: none", "bugfix", "A hang is gone."),
        ("Release note (sql change): more types", "improvement", "More types"),
        ("## Changelog\n\nFixed: it holds\n", "bugfix", "It holds"),
        ("**Release note**: Added `x`.", "improvement", "Added `x`."),
        ("Changelog-Fixed: it holds", "bugfix", "It holds"),
    ],
)
def test_release_note_is_read(body: str, kind: str | None, text: str) -> None:
    note = note_in_description(pull(body=body), RULES)
    assert note is not None
    assert (note.kind, note.text) == (kind and Kind(kind), text)


@pytest.mark.parametrize(
    "text",
    [
        "NONE",
        "n/a",
        "N/A.",
        "No release note needed",
        "not applicable",
        "(none)",
        "`NONE`",
        "- None",
        "Nothing",
        "no changelog",
        "",
    ],
)
def test_note_that_says_none_is_empty(text: str) -> None:
    assert says_none(text)
    note = note_in_description(pull(body=f"```release-note\n{text}\n```"), RULES)
    assert note is not None
    assert note.text == ""


@pytest.mark.parametrize(
    "text", ["None of the commands fail", "No longer crashes", "Internal links work", "Nothing is lost on restart"]
)
def test_sentence_that_begins_like_none_is_a_note(text: str) -> None:
    assert not says_none(text)


@pytest.mark.parametrize(
    "body", ["```release-note\n<!-- Write your note here, or NONE -->\n```", "### Changelog\n<!-- x\n-->\n\n## Next"]
)
def test_comments_in_a_note_are_no_note(body: str) -> None:
    note = note_in_description(pull(body=body), RULES)
    assert note is not None
    assert note.text == ""
    assert classify(pull(body=body), RULES).rule == "words"


def test_type_of_a_note_decides_before_the_prefix() -> None:
    verdict = classify(pull("chore: tidy lists", body="```release-note:bug\nlists are whole again\n```"), RULES)
    assert (verdict.kind, verdict.rule, verdict.evidence) == (
        Kind.BUGFIX,
        "release-note",
        "the release note says 'bug'",
    )


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("Text\n\nChangelog: none", "release-note"),
        ("Text\n\nChangelog: whatever", "words"),
        ("Release note (none): It holds.", "release-note"),
    ],
)
def test_an_unknown_type_is_no_release_note(body: str, rule: str) -> None:
    assert classify(pull("Tidy", body=body, commits=(Commit(subject="Tidy", body=body),)), RULES).rule == rule


def test_trailer_of_a_commit_decides() -> None:
    verdict = classify(pull(commits=(Commit(subject="Hold it", body="Text\n\nChangelog: fixed"),)), RULES)
    assert (verdict.kind, verdict.rule) == (Kind.BUGFIX, "release-note")
