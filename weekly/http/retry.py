"""Retry requests: how long to wait, how often to try, and when to give up."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from time import monotonic
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from weekly.errors import SourceError
from weekly.http.clock import seconds_of
from weekly.http.messages import Reply, Request

Result = TypeVar("Result")

LIMIT_WAIT = 60.0
"""Seconds to wait where a server asks for it without a number."""
FIRST_PAUSE = 1.0
"""Seconds before the second try after a fault; doubled each time."""
TRIES = 4
"""The attempts for a request that meets a fault, the first one included."""
LIMITED_TRIES = 20
"""The attempts for a request that meets a rate limit, the first one included."""
GLANCE = 0.2
"""Seconds that the main thread sleeps at most: a signal that comes just as it falls asleep doesn't wake it."""


class FetchError(SourceError):
    """A request gave nothing usable. Repeating it at once is of no use."""


class UnansweredError(FetchError):
    """No usable answer came. `is_unsure` means that a write may have taken place."""

    def __init__(self, message: str, *, is_unsure: bool = False) -> None:
        super().__init__(message)
        self.is_unsure = is_unsure


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """Why and how long to wait before the next try.

    Without `seconds`, the wait doubles with each try. `may_have_arrived` means that the server may have acted on it.
    """

    why: str
    seconds: float | None = None
    is_limit: bool = False
    may_have_arrived: bool = True

    def seconds_after(self, tries: int) -> float:
        """Return the seconds to wait after so many tries."""
        return FIRST_PAUSE * 2.0 ** (tries - 1) if self.seconds is None else self.seconds


def fault_pause(reply: Reply, whose: str) -> Pause | None:
    """Return the wait after a server's error, or after an answer that isn't JSON."""
    if reply.status >= 500:
        return Pause(why=f"server error ({reply.status})")
    if reply.data is not None or reply.status == 204:
        return None
    kind = reply.kind or "an unnamed type"
    return Pause(why=f"answered {reply.status} with {kind} that isn't {whose}JSON, so perhaps a proxy's page")


class RetryBudget:
    """The waits for one server, at most `max_wait` seconds in all, and its slots for requests at the same time.

    All threads share them. Each wait is reported. `stopped` wakes the threads that wait, and lets them end.
    """

    def __init__(self, *, max_wait: float, say: Callable[[str], object], slots: int, stopped: threading.Event) -> None:
        self.slots = threading.BoundedSemaphore(slots)
        self._max_wait = max_wait
        self._say = say
        self._until = 0.0
        self._reported_until = float("-inf")
        self._waited = 0.0
        self._lock = threading.Lock()
        self._stopped = stopped

    def hold(self) -> None:
        """Wait until the announced pause is over."""
        while (left := self._until - monotonic()) > 0 and not self._stopped.is_set():
            self._sleep(left)
        if self._stopped.is_set():
            raise UnansweredError("interrupted while waiting")

    def _sleep(self, seconds: float) -> None:
        """Sleep in short steps, so that `stop` and signals are noticed."""
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0 and not self._stopped.wait(min(left, GLANCE)):
            pass

    def wait(self, pause: Pause, request: Request, tries: int, *, is_last: bool) -> None:
        """Make all threads wait, each a little longer than asked. UnansweredError after the last try."""
        if is_last or tries >= (LIMITED_TRIES if pause.is_limit else TRIES):
            times = f"tried {tries} time{'s'[: tries != 1]}"
            raise UnansweredError(f"{request.url}: {pause.why}, {times}{request.advice}")
        seconds = pause.seconds_after(tries) * random.uniform(1.0, 1.1)  # noqa: S311  jitter, not a secret
        with self._lock:
            now = monotonic()
            until = max(self._until, now + seconds)
            added = until - max(self._until, now)
            if self._waited + added > self._max_wait:
                raise UnansweredError(
                    f"{request.url}: {pause.why}; that would be {_duration(seconds)} more, past --max-wait "
                    f"{_duration(self._max_wait)}; run again later, or give a longer --max-wait"
                )
            self._waited += added
            self._until = until
            is_news = added >= 1.0 and until > self._reported_until + 5.0
            self._reported_until = until if is_news else self._reported_until
        if is_news:
            self._say(f"{urlsplit(request.url).netloc}: {pause.why}: waiting {_duration(added)}")
        self.hold()


def within(seconds: float, work: Callable[[], Result], stopped: threading.Event) -> Result:
    """Return the result of `work`, or raise TimeoutError when the time is over or `stopped` is set.

    Name look-ups, headers that drip in and parsers at work on something hostile have no time limit of their own.
    The thread that is left is a daemon and keeps no process alive.
    """
    done: Future[Result] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001  it is raised in the thread that waits
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    end = monotonic() + seconds
    while not stopped.is_set() and (left := end - monotonic()) > 0:
        if wait([done], timeout=min(left, GLANCE)).done:
            return done.result()
    raise TimeoutError


def results(futures: Iterable[Future[Result]]) -> list[Result]:
    """Return the results in the order given. An exception is raised when all are done."""
    ordered = list(futures)
    left = set(ordered)
    while left:
        left = wait(left, timeout=GLANCE).not_done
    return [future.result() for future in ordered]


def retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for, as a number or a date."""
    if value is None:
        return None
    if (seconds := number_in(value)) is not None:
        return max(seconds, 0.0)
    date = seconds_of(value)
    return LIMIT_WAIT if date is None else max(date - now, 0.0)


def number_in(value: object) -> float | None:
    """Return the finite number that a header or a field holds, else None."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if abs(number) < 1e12 else None


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
