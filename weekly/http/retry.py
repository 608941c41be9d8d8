"""Waiting as long as a server asks for: bounded, shared by all threads, and said."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import msgspec

from weekly.errors import SourceError
from weekly.http.waiting import GLANCE

UNSAID_WAIT = 60.0
"""Seconds to wait where a server asks for it without saying how long."""


DEFAULT_MAX_WAIT = 300.0
"""Seconds that a command waits at most for servers' limits, where nothing else is set."""


class UnansweredError(SourceError):
    """No answer that makes sense came, however often it was asked."""


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """How many seconds to wait, and why; where, if the reason doesn't say it.

    A limit may be met any number of times, a fault may not.
    """

    seconds: float
    why: str
    is_limit: bool = False
    where: str = ""


class Patience:
    """The waits of a whole command: shared by its threads, at most `max_wait` seconds in all, each one said."""

    def __init__(self, *, max_wait: float, say: Callable[[str], object], clock: Callable[[], float]) -> None:
        self._max_wait = max_wait
        self._say = say
        self.now = clock
        self._until = 0.0
        self._said_until = 0.0
        self._waited = 0.0
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Wake all who wait, to end."""
        self._stopped.set()

    def hold(self) -> None:
        """Wait as long as anyone was told to."""
        while (left := self._until - self.now()) > 0 and not self._stopped.is_set():
            self._sleep(left)
        if self._stopped.is_set():
            raise UnansweredError("interrupted while waiting")

    def _sleep(self, seconds: float) -> None:
        """Let time go by, unless all are to end."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._stopped.wait(min(left, GLANCE)):
            pass

    def wait(self, pause: Pause, url: str) -> None:
        """Have everybody wait, a little longer than asked so that not all come back at once."""
        seconds = pause.seconds * random.uniform(1.0, 1.1)  # noqa: S311  jitter, not a secret
        with self._lock:
            now = self.now()
            until = max(self._until, now + seconds)
            added = until - max(self._until, now)
            if self._waited + added > self._max_wait:
                raise UnansweredError(
                    f"{url}: {pause.why}; that would be {_spoken(seconds)} more, past --max-wait "
                    f"{_spoken(self._max_wait)}; run again later, or give a longer --max-wait"
                )
            self._waited += added
            self._until = until
            is_news = added >= 1.0 and until > self._said_until + 5.0
            self._said_until = until if is_news else self._said_until
        if is_news:
            where = f"{pause.where}: " if pause.where else ""
            self._say(f"{where}{pause.why}: waiting {_spoken(added)}")
        self.hold()


def retry_after(value: str | None, now: float) -> float | None:
    """The seconds that a Retry-After header asks for, as a number or a date."""
    if value is None:
        return None
    if (seconds := number_in(value)) is not None:
        return max(seconds, 0.0)
    from email.utils import parsedate_to_datetime  # only for a date: it takes a while to import

    try:
        return max(parsedate_to_datetime(value).timestamp() - now, 0.0)
    except ValueError:
        return UNSAID_WAIT


def number_in(value: str | None) -> float | None:
    """The number in a header; None where it is none."""
    try:
        return float(value) if value else None
    except ValueError:
        return None


def _spoken(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
