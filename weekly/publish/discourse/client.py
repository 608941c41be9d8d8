"""One way to ask a Discourse forum: timeouts, bounded waits, no redirect away from it, and no key in any error.

Every write that goes through here may be repeated: a new topic has an external id, and the forum remembers its answer
for two minutes; an edit names the text that it replaces; an upload is known by its content.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import msgspec

from weekly import __version__
from weekly.errors import ForumError, GivenError, UnsureError
from weekly.http.clock import Clock
from weekly.publish.discourse.limits import Pause, fault_of, is_read_only, limit_of

if TYPE_CHECKING:
    from requests import Response, Session

TIMEOUT = (10.0, 60.0)
"""Seconds to connect, and for an answer: a long post takes the forum some to cook."""
TRIES = 4
"""How often one request is sent when the forum is out of order, the first time included."""
FIRST_PAUSE = 1.0
"""Seconds before the second try; doubled each time."""
REMEMBERED = 100.0
"""Seconds for which a new post may be sent again: the forum remembers its answer for 120, by its own clock."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """The forum's address and who asks; without a key, what anybody may read."""

    url: str
    key: str | None = None
    user: str | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise GivenError(f"DISCOURSE_URL: {self.url!r} is no address; give one as https://forum.example.org")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise GivenError("DISCOURSE_URL: has more than an address in it; keys go into DISCOURSE_API_KEY")
        if self.key and not (self.key.isascii() and self.key.isprintable() and " " not in self.key):
            raise GivenError("DISCOURSE_API_KEY: has characters that no key has; copy it anew, on one line")
        if self.user and not self.user.isprintable():
            raise GivenError("DISCOURSE_API_USERNAME: has characters that no name has; copy it anew, on one line")

    @property
    def base(self) -> str:
        """The address without a slash at its end."""
        return self.url.rstrip("/")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer whose body is JSON."""

    url: str
    status: int
    data: Any

    @property
    def errors(self) -> str:
        """What the forum says is wrong, on one line."""
        said = self.data.get("errors") if isinstance(self.data, dict) else None
        texts = [said] if isinstance(said, str) else [str(text) for text in said or ()]
        return " ".join(" ".join(texts).split()) or "no reason given"


class Client:
    """Asks one forum, one request after the other."""

    def __init__(
        self,
        access: Access,
        *,
        max_wait: float = 300.0,
        say: Callable[[str], object] = str,
        clock: Clock | None = None,
    ) -> None:
        self.access = access
        self._max_wait = max_wait
        self._waited = 0.0
        self._say = say
        self._clock = clock or Clock()
        self._opened: Session | None = None

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Reply:
        """Read a path; a redirect is followed within the forum, any 4xx but 429 is returned."""
        url = self.access.base + path
        for _ in range(4):
            reply = self._ask("GET", url, {"params": dict(query or {})})
            if reply.status not in (301, 302, 303, 307, 308):
                return reply
            url, query = self._within(url, str(reply.data)), None
        raise ForumError(f"{url}: redirects in a circle; look at the forum's address in DISCOURSE_URL")

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Reply:
        """Send JSON. UnsureError where no answer came, however often it was repeated."""
        return self._write(method, path, {"json": dict(body)})

    def send_file(self, path: str, name: str, content: bytes, fields: Mapping[str, str]) -> Reply:
        """Send a file as a form does."""
        return self._write("POST", path, {"files": {"file": (name, content)}, "data": dict(fields)})

    def _write(self, method: str, path: str, body: dict[str, Any]) -> Reply:
        if not self.access.key or not self.access.user:
            raise GivenError(
                "DISCOURSE_API_KEY and DISCOURSE_API_USERNAME: needed to publish; set both, or look with --dry-run"
            )
        reply = self._ask(method, self.access.base + path, body)
        if 300 <= reply.status < 400:
            target = urljoin(reply.url, str(reply.data))
            raise ForumError(
                f"{reply.url}: redirects to {_shown(target)}, and nothing was written; set DISCOURSE_URL to where it leads"
            )
        return reply

    def _ask(self, method: str, url: str, options: dict[str, Any]) -> Reply:
        """Send until there is an answer, as often as is sensible."""
        began, tries, unsure = monotonic(), 0, False
        while True:
            tries += 1
            asked = self._clock()
            sent = self._send(method, url, options)
            self._clock.hear(urlsplit(url).netloc, sent.headers, asked)
            limit = limit_of(sent.status, sent.headers, sent.data, tries)
            if limit is None and sent.is_answer:
                return Reply(url=url, status=sent.status, data=sent.data)
            unsure = unsure or (method != "GET" and limit is None and sent.may_have_arrived)
            why = limit or Pause(seconds=FIRST_PAUSE * 2.0 ** (tries - 1), why=sent.fault, where=urlsplit(url).netloc)
            late = method != "GET" and monotonic() - began + why.seconds > REMEMBERED and unsure
            if late or (limit is None and tries >= TRIES):
                raise self._given_up(url, f"{why.why}, {tries} time{'s'[: tries != 1]} over", unsure=unsure)
            self._wait(why, url, unsure=unsure)

    def _send(self, method: str, url: str, options: dict[str, Any]) -> _Sent:
        from requests.exceptions import RequestException

        try:
            response = self._session().request(method, url, timeout=TIMEOUT, allow_redirects=False, **options)
            return _Sent.of(response)
        except RequestException as error:
            return _Sent.failed(error)

    def _session(self) -> Session:
        if self._opened is None:
            from requests import Session

            self._opened = Session()
            self._opened.headers.update({"Accept": "application/json", "User-Agent": f"weekly/{__version__}"})
            if self.access.key:
                self._opened.headers["Api-Key"] = self.access.key
            if self.access.key and self.access.user:
                self._opened.headers["Api-Username"] = self.access.user.encode()
        return self._opened

    def _within(self, url: str, location: str) -> str:
        """Where a redirect leads, if that is the same server: the key goes nowhere else."""
        target = urljoin(url, location)
        if urlsplit(target)[:2] != urlsplit(url)[:2]:
            raise ForumError(
                f"{url}: redirects to {_shown(target)}; set DISCOURSE_URL (or forum.url) to where it leads"
            )
        return target

    def _wait(self, pause: Pause, url: str, *, unsure: bool) -> None:
        if self._waited + pause.seconds > self._max_wait:
            raise self._given_up(
                url, f"{pause.why}; that would be {pause.seconds:.0f} s more, past --max-wait", unsure=unsure
            )
        self._waited += pause.seconds
        if pause.seconds >= 1.0:
            where = f"{pause.where}: " if pause.where else ""
            self._say(f"{where}{pause.why}: waiting {pause.seconds:.0f} s")
        sleep(pause.seconds)

    def _given_up(self, url: str, why: str, *, unsure: bool) -> ForumError:
        if unsure:
            return UnsureError(f"{url}: {why}; it may have been written all the same: run again, which looks first")
        return ForumError(f"{url}: {why}; run again later")


class _Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one request: an answer in JSON, a redirect, or a fault."""

    status: int = 0
    headers: Mapping[str, str] = {}
    data: Any = None
    is_answer: bool = False
    may_have_arrived: bool = True
    fault: str = ""

    @classmethod
    def of(cls, response: Response) -> _Sent:
        status, headers = response.status_code, {name.lower(): value for name, value in response.headers.items()}
        if 300 <= status < 400 and "location" in headers:
            return cls(status=status, headers=headers, data=headers["location"], is_answer=True)
        try:
            data = json.loads(response.content)
        except (ValueError, RecursionError):
            data = None
        return cls(
            status=status,
            headers=headers,
            data=data,
            is_answer=status < 500 and isinstance(data, dict | list),
            may_have_arrived=not is_read_only(data),
            fault=fault_of(status, headers, data),
        )

    @classmethod
    def failed(cls, error: Exception) -> _Sent:
        """A connection that broke: one that never came about has brought nothing there."""
        text = str(error)
        known = {
            "NameResolution": "no such host, or no network",
            "Connection refused": "connection refused",
            "Network is unreachable": "no network",
            "timed out": "no answer in time",
            "certificate": "its certificate can't be verified",
        }
        sign = next((sign for sign in known if sign.lower() in text.lower()), "")
        never = sign in ("NameResolution", "Connection refused", "Network is unreachable", "certificate")
        never = never or "ConnectTimeout" in type(error).__name__
        what = known.get(sign, f"the connection broke ({type(error).__name__})")
        return cls(may_have_arrived=not never, fault=f"can't be reached: {what}")


def _shown(url: str) -> str:
    """An address without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
