"""Months of Mondays with everything that goes wrong, by seed; `WEEKLY_SEEDS=1000` plays as many new ones."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.support.simulator import failure_of, plan, play, shrink

FIXED = tuple(range(4))
LENGTH = 24
MORE = int(os.environ.get("WEEKLY_SEEDS", "0"))
NEW = random.Random(os.environ.get("PYTEST_XDIST_TESTRUNUID"))  # noqa: S311  the same in all processes of a run
SEEDS = FIXED if not MORE else tuple(NEW.getrandbits(32) for _ in range(MORE))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_story_of_mondays_keeps_its_promises(seed: int, tmp_path: Path) -> None:
    steps = plan(seed, LENGTH)
    if failure_of(tmp_path / "world", seed, steps) is None:
        return
    steps = shrink(tmp_path / "world", seed, steps)
    failure = failure_of(tmp_path / "world", seed, steps)
    assert failure is not None
    words = "\n".join(f"  {number}. {line}" for number, line in enumerate(failure[1], 1))
    pytest.fail(f"seed {seed}: {failure[0]}\n{words}", pytrace=False)


def test_a_story_has_many_mondays(tmp_path: Path) -> None:
    world = play(tmp_path / "world", 1, plan(1, 8))
    assert world.mondays >= 2
    assert world.commands > world.mondays
