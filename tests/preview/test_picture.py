"""Test the picture of the trend."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from weekly.errors import ConfigError
from weekly.preview import picture
from weekly.preview.trend import WIDTH, Count, Trend, trend_of
from weekly.week import Week

LAST = Week(monday=date(2023, 3, 27))
MARKED, OTHERS, MEAN = (5, 80, 174), (116, 136, 157), (188, 76, 0)


def trend(*totals: int | None) -> Trend:
    """The trend of weeks up to LAST, None for one that isn't archived."""
    weeks = (LAST.shifted(number + 1 - len(totals)) for number in range(len(totals)))
    counts = [Count(week=week, total=total) for week, total in zip(weeks, totals, strict=True) if total is not None]
    made = trend_of(counts, LAST)
    assert made
    return made


def heights(made: Trend, colour: tuple[int, int, int]) -> list[int]:
    """The pixels of a colour in the middle column of each bar."""
    image = Image.open(BytesIO(picture.draw(made))).convert("RGB")
    scale = image.width / (WIDTH + 24)
    columns = [round((bar.x + bar.width / 2 + 12) * scale) for bar in made.bars]
    rows = range(int(40 * scale), image.height)
    return [sum(image.getpixel((x, y)) == colour for y in rows) for x in columns]


def test_a_bar_of_the_picture_is_as_high_as_its_count() -> None:
    made = trend(100, 50, 0, 25, 75)
    others, marked = heights(made, OTHERS), heights(made, MARKED)
    assert (others[2], others[4]) == (1, 0), "a quiet week is a hairline"
    assert others[0] > 150
    assert others[0] == pytest.approx(2 * others[1], abs=14)  # the line of the mean cuts some pixels
    assert others[0] == pytest.approx(4 * others[3], abs=14)
    assert marked[:4] == [0, 0, 0, 0]
    assert marked[4] == pytest.approx(0.75 * others[0], abs=14)  # its number and day are of its colour, too


def test_the_mean_is_a_line_at_its_height() -> None:
    made = trend(10, 30, 20, 10)
    image = Image.open(BytesIO(picture.draw(made))).convert("RGB")
    rows = {y for y in range(80, image.height) for x in range(100, image.width, 9) if image.getpixel((x, y)) == MEAN}
    scale = image.width / (WIDTH + 24)
    assert sum(rows) / len(rows) / scale - 34 == pytest.approx(made.mean.y, abs=0.6)
    assert len(rows) <= 4


def test_a_week_that_is_not_archived_has_no_bar() -> None:
    assert heights(trend(10, None, 10, 10), OTHERS)[1] <= 4, "the upper and lower line of a frame"


def test_equal_figures_have_equal_bytes() -> None:
    assert picture.draw(trend(3, 1, None, 2)) == picture.draw(trend(3, 1, None, 2))
    assert picture.digest(trend(3, 1, None, 2)) == picture.digest(trend(3, 1, None, 2))
    digests = {picture.digest(trend(*totals)) for totals in ((3, 1, None, 2), (3, 1, 0, 2), (1, 3, None, 2))}
    assert len(digests) == 3


@pytest.mark.parametrize("totals", [(0, 0, 0, 0), (1, 2, 3, 4), (9_876,) * 52, (None, *range(150))])
def test_any_figures_fit_the_picture(totals: tuple[int | None, ...]) -> None:
    image = Image.open(BytesIO(picture.draw(trend(*totals))))
    assert (image.format, image.size) == ("PNG", (1380, 367))
    edges = [image.getpixel((x, y)) for x in (2, image.width - 3) for y in range(20, image.height - 20)]
    assert set(edges) == {(246, 248, 250, 255)}, "nothing is cut at an edge"


def test_an_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "is_installed", lambda: False)
    with pytest.raises(ConfigError, match=r'trend\.show: needs Pillow, .* pip install "weekly-status-post\[trend\]"'):
        picture.draw(trend(1, 2, 3, 4))
