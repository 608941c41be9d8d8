"""A month is made from the archived weeks and the editor's notes on them, each matter once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from tests.conftest import Weekly
from weekly import archive
from weekly.model import (
    FeedItem,
    FeedWeek,
    Outcome,
    Person,
    PullRequest,
    Release,
    RepoActivity,
    Snapshot,
    Source,
)
from weekly.week import Month, Week

REPO = "octo/cat"
CONFIG = """
[project]
name = "Cat"
[[repositories]]
repo = "octo/cat"
[[sections]]
kind = "introduction"
[[sections]]
kind = "highlights"
[[sections]]
kind = "block"
heading = "Chores"
text = "What this week left to do."
[[sections]]
kind = "feed"
heading = "Blog"
feeds = [{ url = "https://cat.example/feed" }]
[[sections]]
kind = "upstream"
"""


def merged(number: int, title: str, day: str, body: str = "") -> PullRequest:
    return PullRequest(
        repo=REPO,
        number=number,
        title=title,
        url=f"https://github.com/{REPO}/pull/{number}",
        author=Person.of_login("octocat"),
        merged_at=datetime.fromisoformat(f"{day}T12:00:00+00:00"),
        base="main",
        body=body,
    )


def gathered(*pulls: PullRequest, week: Week, feed: FeedWeek) -> Snapshot:
    own = tuple(pull for pull in pulls if pull.merged_at in week)
    tags = (Release(tag="v1.0", published_at=datetime(2023, 3, 2, tzinfo=UTC), url=f"https://github.com/{REPO}"),)
    activity = RepoActivity(
        repo=REPO,
        outcome=Outcome.ACTIVE if own else Outcome.QUIET,
        total=len(own),
        releases=tags if week.monday == date(2023, 2, 27) else (),
        pulls=own,
    )
    return Snapshot(
        schema_version=1,
        week=week,
        source=Source.GRAPHQL,
        gathered_at=week.end,
        repos=(activity,),
        feeds=(feed,),
    )


@pytest.fixture
def month(weekly: Weekly) -> Callable[..., str]:
    """Archive the weeks of March 2023 with these pull requests, and render the month."""
    (weekly.folder / "weekly.toml").write_text(CONFIG, encoding="utf-8")

    def render(*pulls: PullRequest, notes: dict[str, str] | None = None, code: int = 0) -> str:
        for week in Month(monday=date(2023, 3, 1)).weeks:
            items = tuple(
                FeedItem(key=str(day), title=f"News of {day:%d %B}", url=f"https://cat.example/{day}", published=day)
                for day in (datetime(2023, 2, 28, tzinfo=UTC), datetime(2023, 3, 30, tzinfo=UTC))
                if day in week
            )
            feed = FeedWeek(source="https://cat.example/feed", items=items)
            archive.save(weekly.folder, gathered(*pulls, week=week, feed=feed))
        for name, text in (notes or {}).items():
            path = weekly.folder / "weeks" / f"{name}.toml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        ran = weekly("render", "--month", "2023-03")
        assert ran.code == code, ran.err
        return ran.out

    return render


def bullets(text: str) -> list[str]:
    section = text.partition("## cat\n")[2].partition("# Chores")[0]
    return [line[2:] for line in section.splitlines() if line.startswith("- ")]


def test_a_pull_request_belongs_to_the_month_of_its_merge(month: Callable[..., str]) -> None:
    days = ("2023-02-28", "2023-03-01", "2023-03-31", "2023-04-01")
    text = month(*(merged(number, f"Update thing {number}", day) for number, day in enumerate(days, 1)))
    assert [f"pull/{number})" in text for number in (1, 2, 3, 4)] == [False, True, True, False]
    assert text.startswith("**Status for March 2023.**")
    assert "This month saw the release of cat 1.0." in text
    assert "What this month left to do." in text
    assert ("News of 28 February" in text, "News of 30 March" in text) == (False, True)


def test_backports_and_equal_sentences_of_other_weeks_share_a_bullet(month: Callable[..., str]) -> None:
    text = month(
        merged(1, "Add support for VM generation ID", "2023-03-02"),
        merged(2, "Add support for instance generation ID", "2023-03-15"),
        merged(3, "Fix a crash in the tail", "2023-03-08"),
        merged(4, "Fix a crash in the tail", "2023-03-22"),
    )
    assert bullets(text) == ["Added support for a VM and an instance generation ID.", "Fixed a crash in the tail."]
    assert text.count("/pull/") == 4


def test_what_a_later_week_reverts_is_no_news_even_in_the_editors_words(month: Callable[..., str]) -> None:
    text = month(
        merged(1, "Add support for wings", "2023-03-02"),
        merged(2, 'Revert "Add support for wings"', "2023-03-22", "Reverts octo/cat#1"),
        notes={"2023-02-27": '[pulls]\n"#1".text = "Cats fly."\n'},
    )
    assert "Cats fly" not in text
    assert "wings" not in text.partition("# Upstream")[0]


def test_the_editors_sentence_wins_over_drafts_of_other_weeks(month: Callable[..., str]) -> None:
    text = month(
        merged(1, "Add support for tails", "2023-03-02"),
        merged(2, "Support for tails, follow-up", "2023-03-15", "A follow-up to #1"),
        merged(3, "Add longer ears", "2023-03-16"),
        notes={"2023-02-27": '[pulls]\n"#1".text = "Cats have tails."\n', "2023-03-13": '[pulls]\n"#3".show = false\n'},
    )
    assert bullets(text) == ["Cats have tails."]


def test_sentences_of_two_weeks_on_one_matter_are_one_bullet(month: Callable[..., str]) -> None:
    text = month(
        merged(1, "Add support for tails", "2023-03-02"),
        merged(2, "Support for tails, follow-up", "2023-03-15", "A follow-up to #1"),
        merged(3, "Fix typos in paws", "2023-03-07"),
        merged(4, "Fix typos in ears", "2023-03-28"),
        notes={
            "2023-02-27": '[pulls]\n"#1".text = "Cats have tails."\n',
            "2023-03-13": '[pulls]\n"#2".text = "Tails wag."\n',
            "2023-03-06": '[pulls]\n"#3".text = "Fixed many typos in the messages."\n',
            "2023-03-27": '[pulls]\n"#4".text = "Fixed many typos in the messages."\n',
        },
    )
    assert bullets(text) == ["Cats have tails. Tails wag.", "Fixed many typos in the messages."]


def test_the_months_own_notes_win(month: Callable[..., str]) -> None:
    text = month(
        merged(1, "Add support for tails", "2023-03-02"),
        notes={
            "2023-02-27": 'introduction = "A week."\n[pulls]\n"#1".text = "Cats have tails."\n',
            "2023-03": 'introduction = "A month."\n[pulls]\n"#1".text = "All cats have tails."\n',
        },
    )
    assert bullets(text) == ["All cats have tails."]
    assert ("A month." in text, "A week." in text) == (True, False)


def test_words_without_a_pull_request_go_with_most_days_of_their_week(month: Callable[..., str]) -> None:
    note = '[[highlights]]\nproject = "cat"\ntext = "Said {}."\n[projects.cat]\ntext = "Prose {}."\n'
    text = month(
        merged(1, "Add ears", "2023-03-07"),
        notes={day: note.replace("{}", day) for day in ("2023-02-27", "2023-03-06", "2023-03-27")},
    )
    mondays = [
        day for day in ("2023-02-27", "2023-03-06", "2023-03-27") if f"Said {day}." in text and f"Prose {day}." in text
    ]
    assert mondays == ["2023-02-27", "2023-03-06", "2023-03-27"], "each of these weeks has its Thursday in March"
    assert "Added ears" not in text, "prose replaces the week's bullets"


def test_the_highlights_of_a_busy_month_come_from_all_its_weeks(month: Callable[..., str]) -> None:
    nouns = [
        "apple",
        "bread",
        "cheese",
        "dates",
        "eggs",
        "figs",
        "grapes",
        "honey",
        "ice",
        "juice",
        "kale",
        "lemons",
        "melons",
        "nuts",
        "olives",
    ]
    days = ("2023-03-02", "2023-03-15", "2023-03-30")
    shown = bullets(month(*(merged(n, f"Add {noun}", days[n % 3]) for n, noun in enumerate(nouns))))
    assert len(shown) == 12
    assert [sum(f"Added {noun}." in shown for noun in nouns[week::3]) for week in range(3)] == [4, 4, 4]


def test_a_missing_week_is_named_in_the_post(month: Callable[..., str], weekly: Weekly) -> None:
    month(merged(1, "Add ears", "2023-03-07"))
    archive.path_of(weekly.folder, Week(monday=date(2023, 3, 13))).unlink()
    ran = weekly("render", "--month", "2023-03", "-o", str(weekly.folder))
    assert ran.code == 1
    assert "gap: the week of 13th to 19th March 2023: is missing; gather it: weekly gather --week 2023-03-13" in ran.err
    text = (weekly.folder / "2023-03.md").read_text(encoding="utf-8")
    assert "- **Not known:** the week of 13th to 19th March 2023 is missing" in text


def test_a_month_without_any_week_is_an_error(weekly: Weekly) -> None:
    ran = weekly("render", "--month", "2022-12")
    assert ran.code == 2
    assert "has no week of December 2022; gather them: weekly gather --since 2022-11-28 --until 2022-12-26" in ran.err


@pytest.mark.parametrize(
    ("text", "message"), [("2023", "is not a month"), ("2023-13", "is not a month"), ("2999-01", "has not begun yet")]
)
def test_what_is_no_past_month_is_refused(weekly: Weekly, text: str, message: str) -> None:
    ran = weekly("render", "--month", text)
    assert (ran.code, message in ran.err) == (2, True)


def test_a_month_and_a_week_are_not_given_together(weekly: Weekly) -> None:
    assert "--month goes without a week" in weekly("render", "2023-03-27", "--month", "last").err


def test_months_follow_each_other_over_the_year() -> None:
    december = Month(monday=date(2023, 12, 1))
    assert (december.title, str(december.shifted(1)), str(december.shifted(-12))) == (
        "December 2023",
        "2024-01",
        "2022-12",
    )
    assert (december.sunday, december.appears) == (date(2023, 12, 31), date(2024, 1, 1))
    assert [str(december.weeks[0]), str(december.weeks[-1])] == ["2023-11-27", "2023-12-25"]


def test_an_edited_highlight_keeps_its_position_and_takes_no_further_room(month: Callable[..., str]) -> None:
    nouns = [
        "ants",
        "bees",
        "cows",
        "dogs",
        "elks",
        "foxes",
        "goats",
        "hens",
        "ibexes",
        "jays",
        "koalas",
        "lambs",
        "mice",
        "newts",
    ]
    pulls = [merged(number, f"Fix a crash of {noun}", "2023-03-07") for number, noun in enumerate(nouns, 1)]
    before = bullets(month(*pulls))
    after = bullets(month(*pulls, notes={"2023-03-06": '[pulls]\n"#2".text = "Bees fly again."\n'}))
    assert len(before) == 12
    assert after == [before[0], "Bees fly again.", *before[2:]]


def test_what_a_month_reverts_of_earlier_weeks_is_described(month: Callable[..., str], weekly: Weekly) -> None:
    week = Week(monday=date(2023, 2, 20))
    added = merged(1, "Add a turbo mode for mice", "2023-02-22")
    archive.save(weekly.folder, gathered(added, week=week, feed=FeedWeek(source="https://cat.example/feed", items=())))
    text = month(merged(2, "revert: Add a turbo mode for mice", "2023-03-14"))
    assert bullets(text) == ["Reverted the addition of a turbo mode for mice."]


def test_the_weeks_before_a_month_are_counted_from_its_first_day() -> None:
    march, may = Month(monday=date(2023, 3, 1)), Month(monday=date(2023, 5, 1))  # a Wednesday and a Monday
    assert [str(march.earlier(1)), str(march.earlier(2)), str(may.earlier(1))] == [
        "2023-02-27",
        "2023-02-20",
        "2023-04-24",
    ]
