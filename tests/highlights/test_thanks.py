"""Thanks go to people: bots left out, newcomers welcomed, co-authors credited, nobody twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from weekly.config.highlights import ThanksRules
from weekly.highlights.thanks import Thanks, thank
from weekly.model import Issue, Person, PullRequest

SHOWN = ThanksRules(show=True)


def by(login: str, *, name: str = "", is_bot: bool = False, title: str = "t", **fields: Any) -> PullRequest:
    return PullRequest(
        repo="o/r",
        number=fields.pop("number", 1),
        title=title,
        url="https://example.org",
        author=Person(login=login, name=name, is_bot=is_bot),
        merged_at=datetime(2023, 3, 27, tzinfo=UTC),
        **fields,
    )


def test_people_are_thanked_once_and_bots_never() -> None:
    pulls = [
        by("zoe"),
        by(
            "ann",
            name="Ann Other",
            coauthors=("Bob <b@example.org>", "zoe <z@example.org>", "renovate[bot] <r@example.org>"),
        ),
        by("Zoe"),
        by("new", association="FIRST_TIME_CONTRIBUTOR"),
        by("dependabot[bot]", is_bot=True),
        by("weblate"),
        by("ghost"),
    ]
    found = thank(pulls, SHOWN, bots=("weblate",))
    assert found == Thanks(regulars=("Ann Other", "Zoe"), newcomers=("new",), coauthors=("Bob",))
    assert found.text == (
        "Thanks to Ann Other, Zoe and new for this week's changes. Thanks also to Bob for co-authoring them. "
        "Welcome to new, with their first contribution!"
    )


def test_nobody_to_thank_is_nothing_to_say() -> None:
    assert thank([by("bot", is_bot=True)], SHOWN).text == ""


def test_coding_agents_are_not_thanked() -> None:
    partners = (
        "Claude Opus <noreply@anthropic.com>",
        "Copilot <198982749+Copilot@users.noreply.github.com>",
        "Cursor <cursoragent@cursor.com>",
        "Devin <devin-ai-integration[bot]@users.noreply.github.com>",
        "Claude Martin <claude@example.org>",
    )
    assert thank([by("ann", coauthors=partners), by("copilot-swe-agent")], SHOWN) == Thanks(
        regulars=("ann",), coauthors=("Claude Martin",)
    )


def test_a_person_with_several_addresses_is_thanked_once() -> None:
    partners = (
        "Ann Other <12+ann@users.noreply.github.com>",
        "Eve <eve@example.org>",
        "Eve Example <eve@example.org>",
    )
    assert thank([by("ann", coauthors=partners)], SHOWN) == Thanks(regulars=("ann",), coauthors=("Eve",))


def reported(*logins: str, is_bot: bool = False) -> tuple[Issue, ...]:
    return tuple(Issue(number=9, reporter=Person(login=login, is_bot=is_bot)) for login in logins)


def test_reporters_are_thanked_once_unless_they_contribute_or_merge() -> None:
    pulls = [
        by("ann", closes=reported("Zoe", "ann", "bob"), coauthors=("Bob <1+bob@users.noreply.github.com>",)),
        by("cas", number=2, closes=reported("zoe", "ann", "fin", "ghost"), merged_by=Person(login="fin")),
        by("ann", number=3, closes=(*reported("stale", is_bot=True), Issue(number=4))),
    ]
    assert thank(pulls, ThanksRules(show=True, reporters=True)).text == (
        "Thanks to ann and cas for this week's changes. Thanks also to Bob for co-authoring them. "
        "Thanks also to zoe for reporting issues that this week's changes resolve."
    )
    assert thank(pulls, ThanksRules(reporters=True), noun="month").text == (
        "Thanks to zoe for reporting issues that this month's changes resolve."
    )
    brief = thank(pulls, ThanksRules(show=True, reporters=True)).brief
    assert brief == "Thanks to two contributors, one co-author and one issue reporter for this week's changes."
    assert "zoe" not in thank(pulls, SHOWN).text
    assert thank(pulls, ThanksRules()).text == ""


def test_who_reported_what_a_revert_reopens_is_not_thanked() -> None:
    pulls = [
        by("ann", number=5, title="Fix the start", closes=reported("zoe")),
        by("ann", number=6, title='Revert "Fix the start"'),
    ]
    assert not thank(pulls, ThanksRules(reporters=True)).reporters
