"""Thanks go to people: bots left out, newcomers welcomed, co-authors credited, nobody twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from weekly.highlights.thanks import Thanks, thank
from weekly.model import Person, PullRequest


def by(login: str, *, name: str = "", is_bot: bool = False, **fields: Any) -> PullRequest:
    return PullRequest(
        repo="o/r",
        number=1,
        title="t",
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
    found = thank(pulls, bots=("weblate",))
    assert found == Thanks(regulars=("Ann Other", "Zoe"), newcomers=("new",), coauthors=("Bob",))
    assert found.text == (
        "Thanks to Ann Other, Zoe and new for this week's changes. Thanks also to Bob for co-authoring them. "
        "Welcome to new, with their first contribution!"
    )


def test_nobody_to_thank_is_nothing_to_say() -> None:
    assert thank([by("bot", is_bot=True)]).text == ""


def test_coding_agents_are_not_thanked() -> None:
    partners = (
        "Claude Opus <noreply@anthropic.com>",
        "Copilot <198982749+Copilot@users.noreply.github.com>",
        "Cursor <cursoragent@cursor.com>",
        "Devin <devin-ai-integration[bot]@users.noreply.github.com>",
        "Claude Martin <claude@example.org>",
    )
    assert thank([by("ann", coauthors=partners), by("copilot-swe-agent")]) == Thanks(
        regulars=("ann",), coauthors=("Claude Martin",)
    )


def test_a_person_with_several_addresses_is_thanked_once() -> None:
    partners = (
        "Ann Other <12+ann@users.noreply.github.com>",
        "Eve <eve@example.org>",
        "Eve Example <eve@example.org>",
    )
    assert thank([by("ann", coauthors=partners)]) == Thanks(regulars=("ann",), coauthors=("Eve",))
