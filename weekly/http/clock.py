"""Compare the local clock with the servers' Date headers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

DEFAULT_MAX_WAIT = 300.0
"""Seconds that a command waits at most for a server, where nothing else is set."""

TOLERANCE = 3600.0
"""Seconds that clocks may differ by before it is reported, where the week is the same by both."""


class ServerTime(NamedTuple):
    """The time by a server's clock."""

    host: str
    now: datetime


class Clock:
    """The local clock, and its lead over each server's, in seconds."""

    def __init__(self, local: Callable[[], float] = time.time) -> None:
        self._local = local
        self._ahead: dict[str, float] = {}
        self._reported: set[str] = set()

    def __call__(self) -> float:
        """Return the local time."""
        return self._local()

    def compare(self, host: str, headers: Mapping[str, str], sent: float) -> None:
        """Note a server's first date. It lies between the time of the request and now. A cache's date doesn't count."""
        date = None if "age" in headers else seconds_of(headers.get("date", ""))
        if date is not None and host not in self._ahead:
            early, late = sent - (date + 1.0), self() - date  # a date has no fractions of seconds
            self._ahead[host] = early if early > 0 else min(late, 0.0)

    def others(self, now: datetime) -> tuple[ServerTime, ...]:
        """Return the servers' times at the local time `now`."""
        return tuple(ServerTime(host, now - timedelta(seconds=ahead)) for host, ahead in sorted(self._ahead.items()))

    def news(self, now: datetime) -> Iterator[str]:
        """Report the clocks that differ by more than the tolerance, each once."""
        for other in self.others(now):
            if abs(self._ahead[other.host]) >= TOLERANCE and other.host not in self._reported:
                self._reported.add(other.host)
                yield f"{differing(now, other)}; correct the clock that is wrong"


def differing(now: datetime, other: ServerTime) -> str:
    """Return both times in words."""
    return f"this machine's clock has {now:%Y-%m-%d %H:%M} UTC, but {other.host}'s {other.now:%Y-%m-%d %H:%M}"


def seconds_of(date: str) -> float | None:
    """Return a header's date in seconds since 1970, if it is sane."""
    from email.utils import parsedate_to_datetime  # only with the first answer: start-up counts

    try:
        parsed = parsedate_to_datetime(date)
        parsed = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return parsed.timestamp() if 2000 < parsed.year < 3000 else None
    except (ValueError, TypeError, LookupError, ArithmeticError):
        return None
