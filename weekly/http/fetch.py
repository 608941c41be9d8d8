"""The one HTTP session for GitHub, the forum, feeds and calendars.

Every answer is bounded in bytes and time, every wait in seconds, and no connection error leaves this module as such.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec

from weekly import __version__
from weekly.http.clock import DEFAULT_MAX_WAIT, Clock
from weekly.http.messages import Reply, Request, is_same_site
from weekly.http.retry import (
    LIMIT_WAIT,
    FetchError,
    Pause,
    RetryBudget,
    UnansweredError,
    results,
    retry_after,
    within,
)

if TYPE_CHECKING:
    import requests

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_BYTES = 32 * 1024 * 1024
"""Bytes of one answer, unpacked."""
CONCURRENCY = 10
"""Requests to one server at the same time: a tenth of what GitHub allows one user."""
_MOST_REDIRECTS = 5
_CHUNK = 65_536

_FAULTS = {
    "NameResolution": ("no such host, or no network", False),
    "Connection refused": ("connection refused", False),
    "Network is unreachable": ("no network", False),
    "certificate": ("its certificate can't be verified", False),
    "IncompleteRead": ("the connection broke in the middle of the answer", True),
}
"""Meanings of connection errors by a sign in their text, and whether the request may have arrived."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of one answer: seconds without a byte, seconds in all, bytes unpacked."""

    silence: float = 20.0
    deadline: float = 40.0
    most_bytes: int = MOST_BYTES


BOUNDS = Bounds()
"""The limits where nothing else is set."""


class Session:
    """Sends a command's requests. Threads may share it. Each server has its own retry budget."""

    def __init__(
        self,
        *,
        max_wait: float = DEFAULT_MAX_WAIT,
        say: Callable[[str], object] = str,
        clock: Clock | None = None,
        bounds: Bounds | None = None,
        concurrency: int = CONCURRENCY,
    ) -> None:
        self.bounds = bounds or BOUNDS
        self.now = clock or Clock()
        self.requests = 0
        self._max_wait, self._say, self._concurrency = max_wait, say, concurrency
        self._budgets: dict[str, RetryBudget] = {}
        self._opened: requests.Session | None = None
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self.at_stop: list[Callable[[], None]] = []

    def stop(self) -> None:
        """Wake all threads that wait, and let them end. Call what is `at_stop`."""
        self._stopped.set()
        for end in self.at_stop:
            end()

    def in_parallel(self, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Return the results in the order of the items. An exception is raised when all are done."""
        todo = list(items)
        if min(len(todo), self._concurrency) < 2:
            return [work(item) for item in todo]
        pool = ThreadPoolExecutor(max_workers=min(len(todo), self._concurrency))
        try:
            return results([pool.submit(work, item) for item in todo])
        except (KeyboardInterrupt, SystemExit):
            self.stop()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def fetch(self, url: str) -> Reply:
        """GET a file. A redirect is followed on the same site."""
        reply = self.ask(Request(url=url, follows=is_same_site), partial(_file_pause, now=self.now))
        if reply.target and is_same_site(reply.url, reply.target):
            raise FetchError(f"{url}: redirected more than {_MOST_REDIRECTS} times")
        if reply.target:
            raise FetchError(
                f"{url}: leads to another site, {reply.target[:200]!r}; if that is meant, give its address"
            )
        if reply.status != 200:
            raise FetchError(f"{url}: answered {reply.status}")
        return msgspec.structs.replace(reply, url=url)

    def ask(self, request: Request, pause_of: Callable[[Reply, int], Pause | None]) -> Reply:
        """Send a request until it is answered. UnansweredError says why that didn't happen.

        `pause_of` takes a reply and the number of tries. It returns None where the reply is the answer.
        """
        budget = self._budget(request.url)
        began, tries, is_unsure = time.monotonic(), 0, False
        try:
            while True:
                budget.hold()
                tries += 1
                with budget.slots:
                    answer = self.within_time(lambda: self._follow(request), f"{request.url}: no whole answer")
                pause = pause_of(answer, tries) if isinstance(answer, Reply) else answer
                if isinstance(answer, Reply) and pause is None:
                    return answer
                if pause is not None:
                    is_unsure = is_unsure or (pause.may_have_arrived and not pause.is_limit)
                    end = time.monotonic() - began + pause.seconds_after(tries)
                    budget.wait(pause, request, tries, is_last=is_unsure and end > request.repeat_within)
        except UnansweredError as error:
            error.is_unsure = request.method != "GET" and (is_unsure or error.is_unsure)
            raise

    def within_time(self, work: Callable[[], Result], what: str) -> Result:
        """Return the result of `work`, or raise UnansweredError at the deadline."""
        try:
            return within(self.bounds.deadline, work, self._stopped)
        except TimeoutError as error:
            raise UnansweredError(f"{what} within {self.bounds.deadline:g} s", is_unsure=True) from error

    def _budget(self, url: str) -> RetryBudget:
        """Return the retry budget of an address's server."""
        new = RetryBudget(max_wait=self._max_wait, say=self._say, slots=self._concurrency, stopped=self._stopped)
        with self._lock:
            return self._budgets.setdefault(urlsplit(url).netloc, new)

    def _follow(self, request: Request) -> Reply | Pause:
        """Return the answer at an address or at its redirect target. A Pause means that the connection broke."""
        for left in range(_MOST_REDIRECTS, -1, -1):
            reply = self._send(request)
            target = reply.target if isinstance(reply, Reply) else ""
            if isinstance(reply, Pause) or not (left and target and request.follows):
                break
            if not request.follows(reply.url, target):
                break
            options = {name: value for name, value in request.options.items() if name != "params"}
            request = msgspec.structs.replace(request, url=target, options=options)
        return reply

    def _send(self, request: Request) -> Reply | Pause:
        """Send a request once."""
        from requests.exceptions import ChunkedEncodingError, ConnectTimeout, RequestException, Timeout
        from requests.exceptions import ConnectionError as BrokenError

        try:
            return self._exchange(request)
        except (Timeout, BrokenError, ChunkedEncodingError) as error:
            if isinstance(error, Timeout) or "timed out" in str(error).lower():
                what = f"{request.url}: no answer within {self.bounds.silence:g} s"
                raise UnansweredError(what, is_unsure=not isinstance(error, ConnectTimeout)) from error
            known = (meaning for sign, meaning in _FAULTS.items() if sign.lower() in str(error).lower())
            why, has_arrived = next(known, (f"the connection broke ({type(error).__name__})", True))
            return Pause(why=f"can't be reached: {why}", may_have_arrived=has_arrived)
        except (RequestException, ValueError) as error:
            what = f"{request.url}: its answer can't be read ({type(error).__name__})"
            raise UnansweredError(what, is_unsure=True) from error

    def _exchange(self, request: Request) -> Reply:
        sent = self.now()
        self.requests += 1
        response = self._session().request(
            request.method,
            request.url,
            headers=dict(request.headers),
            timeout=self.bounds.silence,
            stream=True,
            allow_redirects=False,
            **request.options,
        )
        with response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            self.now.compare(urlsplit(request.url).netloc, headers, sent)
            body = bytearray()
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > self.bounds.most_bytes:
                    what = f"{request.url}: larger than {self.bounds.most_bytes:,} bytes, so left unread"
                    raise UnansweredError(what, is_unsure=True)
        return Reply(url=request.url, status=response.status_code, headers=headers, body=bytes(body))

    def _session(self) -> requests.Session:
        """Return the session of `requests`, without cookies, retries or keys."""
        with self._lock:
            if self._opened is None:
                from http.cookiejar import DefaultCookiePolicy

                import requests
                from requests.adapters import HTTPAdapter

                self._opened = requests.Session()
                self._opened.auth = lambda prepared: prepared  # else keys of a .netrc replace ours
                self._opened.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
                self._opened.headers.update({"User-Agent": f"weekly/{__version__}", "Accept-Encoding": "gzip"})
                for scheme in ("http://", "https://"):
                    self._opened.mount(scheme, HTTPAdapter(max_retries=0, pool_maxsize=self._concurrency))
            return self._opened


def _file_pause(reply: Reply, _tries: int, *, now: Callable[[], float]) -> Pause | None:
    """Return the wait that a web server asks for, or that a fault needs."""
    seconds = retry_after(reply.headers.get("retry-after"), now())
    if reply.status == 429:
        wait = LIMIT_WAIT if seconds is None else seconds
        return Pause(seconds=wait, why="rate limit (429)", is_limit=seconds is not None)
    return Pause(seconds=seconds, why=f"server error ({reply.status})") if reply.status >= 500 else None
