"""Test the chart of the weeks."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest

from tests.conftest import Weekly
from weekly.model import Kind
from weekly.preview.trend import HEIGHT, MOST, WIDTH, Count, Trend, trend_of
from weekly.week import Week

LAST = Week(monday=date(2023, 3, 27))


def count(back: int, **kinds: int) -> Count:
    by_kind = {Kind(name): number for name, number in kinds.items()}
    return Count(week=LAST.shifted(-back), total=sum(kinds.values()), by_kind=by_kind)


def drawn(*counts: Count) -> Trend:
    made = trend_of(counts, LAST)
    assert made
    return made


def test_a_bar_is_as_high_as_its_count() -> None:
    made = drawn(count(0, improvement=6, bugfix=4), count(1, improvement=5))
    assert [line.value for line in made.scale] == [0, 5, 10]
    first, last = made.bars
    assert sum(piece.height for piece in last.segments) == pytest.approx(
        2 * sum(piece.height for piece in first.segments)
    )
    assert [piece.kind for piece in last.segments] == [Kind.IMPROVEMENT, Kind.BUGFIX]
    assert last.segments[0].y + last.segments[0].height == pytest.approx(made.base)
    assert last.segments[1].y + last.segments[1].height == pytest.approx(last.segments[0].y)
    assert last.is_shown
    assert not first.is_shown


def test_a_week_that_is_not_archived_is_no_quiet_week() -> None:
    made = drawn(count(0, bugfix=1), count(1), count(3, bugfix=2))
    assert [bar.count is None for bar in made.bars] == [False, True, False, False]
    assert "1 of the weeks is not in the archive" in made.alternative
    assert "between 0 and 2, 1 in the last" in made.alternative


def test_years_of_weeks_stay_within_the_chart() -> None:
    made = drawn(*(count(back, improvement=back % 90, housekeeping=1) for back in range(200)))
    assert len(made.bars) == MOST
    for bar in made.bars:
        assert 0 <= bar.x < bar.x + bar.width <= WIDTH
        assert all(0 <= piece.y < HEIGHT for piece in bar.segments)
    assert all(one.x + one.width <= other.x for one, other in zip(made.bars, made.bars[1:], strict=False))
    assert 5 < sum(bool(bar.tick) for bar in made.bars) < 9


def test_one_week_is_no_trend_and_later_weeks_are_ignored() -> None:
    assert trend_of([count(0, bugfix=1)], LAST) is None
    assert trend_of([count(0, bugfix=1), count(-1, bugfix=9)], LAST) is None
    assert trend_of([], LAST) is None


def test_quiet_weeks_alone_can_be_drawn() -> None:
    made = drawn(count(0), count(1))
    assert made.kinds == ()
    assert [bar.segments for bar in made.bars] == [(), ()]


@pytest.mark.parametrize(
    ("shown", "others", "comparison"),
    [
        (
            12,
            [10, 10],
            "12 pull requests were merged this week, more than the mean of 2 earlier weeks, 10 (20% more).",
        ),
        (
            5,
            [10, 10],
            "5 pull requests were merged this week, fewer than the mean of 2 earlier weeks, 10 (50% fewer).",
        ),
        (10, [9, 11], "10 pull requests were merged this week, about as many as the mean of 2 earlier weeks (10)."),
        (1, [4], "1 pull request was merged this week, fewer than in an earlier week, 4."),
        (4, [4], "4 pull requests were merged this week, about as many as in an earlier week (4)."),
        (3, [0, 0], "3 pull requests were merged this week, more than the mean of 2 earlier weeks, 0."),
        (0, [0], "0 pull requests were merged this week, about as many as in an earlier week (0)."),
        (3, [1, 2], "3 pull requests were merged this week, more than the mean of 2 earlier weeks, 1.5 (100% more)."),
    ],
)
def test_the_week_is_compared_with_the_mean(shown: int, others: list[int], comparison: str) -> None:
    made = drawn(count(0, bugfix=shown), *(count(back, bugfix=number) for back, number in enumerate(others, 1)))
    assert made.comparison == comparison
    mean = sum(others) / len(others)
    top = made.scale[-1]
    assert made.base - made.mean.y == pytest.approx((made.base - top.y) * mean / top.value, abs=0.02)


def test_a_week_that_is_not_archived_is_compared_with_nothing() -> None:
    assert drawn(count(1, bugfix=1), count(2, bugfix=2)).comparison == ""


def test_the_chart_shows_the_archive(archived: Weekly) -> None:
    folder = archived.folder / "archive"
    raw = json.loads((folder / "2023-03-20.json").read_text(encoding="utf-8"))
    (folder / "2023-03-13.json").write_text("not JSON", encoding="utf-8")
    shutil.copy(folder / "2023-03-20.json", folder / "2023-04-10.json")  # later than the week shown
    ran = archived("preview", "--week", "2023-03-27", "-o", "-")
    assert ran.code == 0
    assert "2023-03-13.json" in ran.err
    merged = sum(len(repo.get("pulls", ())) for repo in raw["repos"])
    assert f"<title>20th to 26th March 2023: {merged} merged</title>" in ran.out
    assert ran.out.count('<g class="bar') == 2
