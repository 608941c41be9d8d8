from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.automation.schedule import MOST_BEHIND, due, joined
from weekly.errors import ConfigError
from weekly.publish.record import Stage
from weekly.week import Week

LAST = Week(monday=date(2023, 3, 27))


def back(*weeks: int) -> list[Week]:
    return [LAST.shifted(-n) for n in weeks]


@pytest.mark.parametrize(
    ("first", "records", "skipped", "expected"),
    [
        (0, {}, [], [0]),
        (3, {}, [], [3, 2, 1, 0]),
        (3, {2: Stage.PUBLISHED}, [], [3, 1, 0]),  # one that failed lies between those that went well
        (
            3,
            {3: Stage.PUBLISHED, 2: Stage.PUBLISHED, 1: Stage.PUBLISHED, 0: Stage.PUBLISHED},
            [],
            [0],
        ),  # it may have news
        (3, {9: Stage.PUBLISHED}, [], [3, 2, 1, 0]),  # the first week goes before older records
        (None, {3: Stage.PUBLISHED}, [], [2, 1, 0]),
        (None, {0: Stage.PUBLISHED}, [], [0]),
        (None, {3: Stage.PUBLISHED, 5: Stage.SENDING}, [], [2, 1, 0]),  # older than the newest record: no surprise
        (None, {2: Stage.SENDING}, [], [2, 1, 0]),  # a run that died while it was sent
        (1, {1: Stage.WAITING}, [], [1, 0]),  # was it approved?
        (3, {}, [2, 0], [3, 1]),
        (-1, {}, [], []),  # the series has not begun
    ],
)
def test_due_weeks(first: int | None, records: dict[int, Stage], skipped: list[int], expected: list[int]) -> None:
    found = due(
        first=None if first is None else LAST.shifted(-first),
        records={LAST.shifted(-n): stage for n, stage in records.items()},
        skipped=back(*skipped),
        last=LAST,
    )
    assert list(found) == back(*expected)


def test_a_series_without_a_first_week_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"schedule\.first_week: missing, and nothing is published yet"):
        due(first=None, records={}, last=LAST)


def test_too_many_missing_weeks_are_an_error() -> None:
    """A clock in 2099 is no reason to ask for a lifetime of weeks."""
    far = LAST.shifted(MOST_BEHIND - 1)
    assert len(due(first=LAST, records={}, last=far)) == MOST_BEHIND
    with pytest.raises(
        ConfigError, match=r"105 weeks are left behind from 2023-03-27 to .*; correct this machine's clock"
    ):
        due(first=LAST, records={}, last=far.shifted(1))
    records = {LAST.shifted(n): Stage.PUBLISHED for n in range(500)}
    assert len(due(first=LAST, records=records, last=LAST.shifted(500))) == 1


@given(st.integers(0, 60), st.dictionaries(st.integers(-2, 80), st.sampled_from(Stage)))
def test_each_missing_week_is_due_once(first: int, records: dict[int, Stage]) -> None:
    stages = {LAST.shifted(-n): stage for n, stage in records.items()}
    found = due(first=LAST.shifted(-first), records=stages, last=LAST)
    assert list(found) == sorted(set(found))
    for n in range(first + 1):
        week = LAST.shifted(-n)
        assert (week in found) == (n == 0 or stages.get(week) is not Stage.PUBLISHED)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([{2: Stage.PUBLISHED, 1: Stage.WAITING}], {2: Stage.PUBLISHED, 1: Stage.WAITING}),
        ([{2: Stage.PUBLISHED}, {}], {2: Stage.PUBLISHED}),  # a new target begins with the next week
        ([{3: Stage.PUBLISHED, 2: Stage.PUBLISHED}, {2: Stage.PUBLISHED}], {3: Stage.PUBLISHED, 2: Stage.PUBLISHED}),
        ([{2: Stage.PUBLISHED, 1: Stage.PUBLISHED}, {2: Stage.PUBLISHED}], {2: Stage.PUBLISHED, 1: Stage.SENDING}),
        ([{1: Stage.PUBLISHED}, {1: Stage.WAITING}], {1: Stage.WAITING}),
        ([{}, {}], {}),
    ],
)
def test_a_week_is_published_once_every_target_has_it(
    targets: list[dict[int, Stage]], expected: dict[int, Stage]
) -> None:
    stages = [{LAST.shifted(-ago): stage for ago, stage in target.items()} for target in targets]
    assert joined(stages) == {LAST.shifted(-ago): stage for ago, stage in expected.items()}
