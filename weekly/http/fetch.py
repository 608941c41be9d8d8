"""Fetching what isn't GitHub's: bounded in bytes, time and redirects, and with the waits that GitHub is asked with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NoReturn, TypeVar
from urllib.parse import urljoin, urlsplit

import msgspec

from weekly import __version__
from weekly.errors import SourceError
from weekly.http.retry import UNSAID_WAIT, Patience, Pause, retry_after
from weekly.http.waiting import GLANCE

if TYPE_CHECKING:
    from requests import Response

Result = TypeVar("Result")

TIMEOUT = 20.0
"""Seconds for one answer to be whole: from looking up the name to the last byte."""
MOST_BYTES = 5_000_000
"""The largest feed or calendar: a channel's feed has 30 kB, a busy calendar of years 1 MB."""
TRIES = 3
"""How often a server that is out of order, or asks to come later, is asked."""
_REDIRECTS = 5
_PORTS = {"http": 80, "https": 443}


class FetchError(SourceError):
    """What was asked for didn't come, or isn't what it should be; trying again at once is of no use."""


class _Passing(Exception):  # noqa: N818  a state, not an error
    """A fault that may pass: worth another try after the pause."""

    def __init__(self, pause: Pause) -> None:
        self.pause = pause


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What came: its bytes, and the type that the server gives it."""

    url: str
    body: bytes
    kind: str


class Web:
    """Fetches for one command. Each server has a patience of its own, so that none holds up another, nor GitHub."""

    def __init__(
        self,
        *,
        max_wait: float = 300.0,
        timeout: float | None = None,
        most_bytes: int | None = None,
        say: Callable[[str], object] = str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.timeout = timeout or TIMEOUT
        self._most_bytes = most_bytes or MOST_BYTES
        self._max_wait, self._say, self._clock = max_wait, say, clock
        self._patience: dict[str, Patience] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Wake all who wait, to end."""
        self._stopped.set()
        with self._lock:
            for patience in self._patience.values():
                patience.stop()

    def fetch(self, url: str) -> Page:
        """GET an address; FetchError or UnansweredError says why it gave nothing."""
        patience = self._patience_for(url)
        tries = 0
        while True:
            patience.hold()
            tries += 1
            try:
                return self.within_time(lambda: self._once(url), f"{url}: no whole answer")
            except _Passing as fault:
                pause = fault.pause
            if tries >= TRIES:
                raise FetchError(f"{url}: {pause.why}, {tries} times over")
            seconds = pause.seconds * 2.0 ** (0 if pause.is_limit else tries - 1)
            patience.wait(msgspec.structs.replace(pause, seconds=seconds), url)

    def within_time(self, work: Callable[[], Result], what: str) -> Result:
        """The result of `work`, or FetchError where it takes too long.

        Name look-ups, headers that drip in and parsers at work on something hostile know no time limit of their own.
        The thread that is left behind is a daemon, and keeps no process alive.
        """
        done: SimpleQueue[Callable[[], Result]] = SimpleQueue()

        def run() -> None:
            try:
                result = work()
                done.put(lambda: result)
            except Exception as error:  # noqa: BLE001  it is raised where it is waited for
                done.put(partial(_raise, error))

        threading.Thread(target=run, daemon=True).start()
        end = time.monotonic() + self.timeout
        while not self._stopped.is_set() and (left := end - time.monotonic()) > 0:
            with suppress(Empty):
                return done.get(timeout=min(left, GLANCE))()
        raise FetchError(f"{what} within {self.timeout:g} s")

    def _patience_for(self, url: str) -> Patience:
        with self._lock:
            server = urlsplit(url).netloc
            if server not in self._patience:
                self._patience[server] = Patience(max_wait=self._max_wait, say=self._say, clock=self._clock)
            return self._patience[server]

    def _once(self, url: str) -> Page:
        """One try: `_Passing` where another is worth it."""
        from requests.exceptions import ChunkedEncodingError, RequestException, Timeout
        from requests.exceptions import ConnectionError as BrokenError

        try:
            return self._follow(url)
        except (Timeout, BrokenError, ChunkedEncodingError) as error:
            if isinstance(error, Timeout) or "timed out" in str(error).lower():
                raise FetchError(f"{url}: no whole answer within {self.timeout:g} s") from error
            why = f"{urlsplit(url).hostname} can't be reached, or hung up"
            raise _Passing(Pause(seconds=1.0, why=why)) from error
        except (RequestException, ValueError) as error:
            raise FetchError(f"{url}: what it answers can't be read ({type(error).__name__})") from error

    def _follow(self, url: str) -> Page:
        """The answer at an address, or at the one that it has moved to on the same site."""
        at = url
        for _ in range(1 + _REDIRECTS):
            with _get(at, self.timeout) as response:
                if response.status_code not in (301, 302, 303, 307, 308) or "location" not in response.headers:
                    return self._read(url, response)
                at, old = urljoin(at, response.headers["location"]), at
            if not _is_same_site(old, at):
                raise FetchError(f"{url}: leads to another site, {at[:200]!r}; if that is meant, give its address")
        raise FetchError(f"{url}: redirected more than {_REDIRECTS} times")

    def _read(self, url: str, response: Response) -> Page:
        status, server = response.status_code, urlsplit(url).hostname
        if status == 429 or status >= 500:
            asked = retry_after(response.headers.get("retry-after"), self._clock())
            why = f"{server} asks to come later (429)" if status == 429 else f"{server} is out of order ({status})"
            wait = UNSAID_WAIT if status == 429 else 1.0
            raise _Passing(Pause(seconds=wait if asked is None else asked, why=why, is_limit=asked is not None))
        if status != 200:
            raise FetchError(f"{url}: answered {status} {response.reason or ''}".rstrip())
        body = bytearray()
        for chunk in response.iter_content(65_536):
            body += chunk
            if len(body) > self._most_bytes:
                raise FetchError(f"{url}: larger than {self._most_bytes:,} bytes, so left unread")
        return Page(url=url, body=bytes(body), kind=response.headers.get("content-type", "").partition(";")[0].strip())


def _raise(error: Exception) -> NoReturn:
    raise error


def _get(url: str, timeout: float) -> Response:
    import requests

    headers = {"User-Agent": f"weekly/{__version__}", "Accept-Encoding": "gzip"}
    return requests.get(url, headers=headers, timeout=timeout, stream=True, allow_redirects=False)


def _is_same_site(old: str, new: str) -> bool:
    """Whether an address is on the site of another: its host or a part of it, as safe or safer, at the usual port."""
    try:
        one, two = urlsplit(old), urlsplit(new)
        ports = one.port or _PORTS.get(one.scheme), two.port or _PORTS.get(two.scheme)
    except ValueError:
        return False
    hosts = sorted(((one.hostname or "").removeprefix("www."), (two.hostname or "").removeprefix("www.")), key=len)
    is_near = hosts[0] != "" and (hosts[0] == hosts[1] or hosts[1].endswith(f".{hosts[0]}"))
    is_as_safe = two.scheme == one.scheme or (one.scheme, two.scheme) == ("http", "https")
    return is_near and is_as_safe and (ports[0] == ports[1] or ports == (80, 443))
