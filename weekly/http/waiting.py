"""Waiting for threads so that Ctrl-C is heeded at once."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, wait
from typing import TypeVar

Result = TypeVar("Result")

GLANCE = 0.2
"""Seconds for which the main thread sleeps at most: a signal that comes just as it falls asleep doesn't wake it."""


def results(futures: Iterable[Future[Result]]) -> list[Result]:
    """The results in the order given; what one raises, is raised when all are done."""
    ordered = list(futures)
    left = set(ordered)
    while left:
        left = wait(left, timeout=GLANCE).not_done
    return [future.result() for future in ordered]
