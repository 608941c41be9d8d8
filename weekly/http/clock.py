"""This machine's clock beside those of the servers that answer: a wrong one takes weeks for over that aren't."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

MUCH = 3600.0
"""Seconds that clocks may differ by before a word is said of it, as long as it makes no other week."""


class Elsewhere(NamedTuple):
    """What time it is by a server's clock."""

    host: str
    now: datetime


class Clock:
    """Seconds since 1970 by this machine, and how far ahead that is of each server that has answered."""

    def __init__(self, machines: Callable[[], float] = time.time) -> None:
        self._machines = machines
        self._ahead: dict[str, float] = {}
        self._told: set[str] = set()

    def __call__(self) -> float:
        """The time by this machine."""
        return self._machines()

    def hear(self, host: str, headers: Mapping[str, str], asked: float) -> None:
        """Learn from an answer to what was `asked` at that time; one without a sane date teaches nothing."""
        date = _date(headers)
        if date is not None and host not in self._ahead:
            early, late = asked - (date + 1.0), self() - date  # a date has no parts of seconds
            self._ahead[host] = early if early > 0 else late if late < 0 else 0.0

    def others(self, now: datetime) -> tuple[Elsewhere, ...]:
        """What time the servers have where this machine has `now`."""
        return tuple(Elsewhere(host, now - timedelta(seconds=ahead)) for host, ahead in sorted(self._ahead.items()))

    def news(self, now: datetime) -> Iterator[str]:
        """What is to be said of clocks that differ by much, of each server once."""
        for host, there in self.others(now):
            if abs(self._ahead[host]) >= MUCH and host not in self._told:
                self._told.add(host)
                yield f"{differing(now, Elsewhere(host, there))}; set the one right that is wrong"


def differing(now: datetime, other: Elsewhere) -> str:
    """Both clocks, as an error or a note tells them."""
    return f"this machine's clock has {now:%Y-%m-%d %H:%M} UTC, but {other.host}'s {other.now:%Y-%m-%d %H:%M}"


def _date(headers: Mapping[str, str]) -> float | None:
    """When a server answered, by its own clock; None where it doesn't say, or a cache may have answered for it."""
    from email.utils import parsedate_to_datetime  # only with the first answer: start-up counts

    if "age" in headers:
        return None
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return date.timestamp() if 2000 < date.year < 3000 else None
    except (ValueError, TypeError, LookupError, ArithmeticError):
        return None
