"""Ask one Discourse forum, within its limits and with its key.

Every write may be repeated. A new topic has an external id, and the forum remembers its answer for two minutes. An edit
names the text that it replaces. An upload is identified by its content.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from weekly.errors import ForumError, GivenError
from weekly.http.fetch import Session
from weekly.http.messages import Reply, Request, is_same_origin
from weekly.http.retry import Pause, UnansweredError, fault_pause, number_in
from weekly.publish.base import unsure

LIMIT_WAIT = 10.0
"""Seconds to wait where a 429 has no number, as a proxy's in front of the forum; doubled each time."""
REMEMBERED = 100.0
"""Seconds for which a new post may be sent again: the forum remembers its answer for 120, by its own clock."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """The forum's address and the user who asks."""

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


class Client:
    """Asks one forum, one request after the other."""

    def __init__(self, session: Session, access: Access) -> None:
        self.access = access
        self._session = session

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Reply:
        """Read a path, and follow redirects within the forum.

        A 4xx is returned, unless it is about limits.
        """
        return self._ask("GET", path, {"params": dict(query or {})})

    def write(self, method: str, path: str, **body: Mapping[str, Any]) -> Reply:
        """Send JSON, or files and data as a form does. UnsureError where no answer came, however often it was repeated."""
        if not self.access.key or not self.access.user:
            raise GivenError(
                "DISCOURSE_API_KEY and DISCOURSE_API_USERNAME: needed to publish; set both, or look with --dry-run"
            )
        return self._ask(method, path, body)

    def _ask(self, method: str, path: str, options: Mapping[str, Any]) -> Reply:
        """Send a request until there is an answer, as often as is sensible."""
        headers: dict[str, str | bytes] = {"Accept": "application/json"}
        if self.access.key:
            headers["Api-Key"] = self.access.key
        if self.access.key and self.access.user:
            headers["Api-Username"] = self.access.user.encode()
        request = Request(
            url=self.access.base + path,
            method=method,
            headers=headers,
            options=options,
            follows=is_same_origin if method == "GET" else None,
            repeat_within=REMEMBERED,
        )
        try:
            reply = self._session.ask(request, _pause)
        except UnansweredError as error:
            if error.is_unsure:
                raise unsure(error) from error
            raise ForumError(str(error) if "run again" in str(error) else f"{error}; run again later") from error
        if reply.target and method == "GET" and is_same_origin(reply.url, reply.target):
            raise ForumError(f"{reply.url}: redirects in a circle; look at the forum's address in DISCOURSE_URL")
        if reply.target:
            leads = f"redirects to {_shown(reply.target)}{'' if method == 'GET' else ', and nothing was written'}"
            raise ForumError(f"{reply.url}: {leads}; set DISCOURSE_URL (or forum.url) to where it leads")
        return reply


def _pause(reply: Reply, tries: int) -> Pause | None:
    """Return the wait that a limit or a fault needs, if any."""
    if reply.status == 429:
        return Pause(seconds=_limit_wait(reply, tries), why="the forum's rate limit (429)", is_limit=True)
    if reply.target or (reply.status < 500 and reply.data is not None):
        return None
    if isinstance(reply.data, dict) and reply.data.get("error_type") == "read_only":
        why = f"the forum is read-only ({reply.status}), as during its maintenance"
        return Pause(why=why, may_have_arrived=False)
    return fault_pause(reply, "the forum's ")


def _limit_wait(reply: Reply, tries: int) -> float:
    """Return the seconds that a 429 asks for, in its body or its header."""
    extras = reply.data.get("extras") if isinstance(reply.data, dict) else None
    stated = extras.get("wait_seconds") if isinstance(extras, dict) else None
    numbers = [number_in(value) for value in (stated, reply.headers.get("retry-after"))]
    seconds = [number for number in numbers if number is not None and number >= 0]
    return max(seconds) if seconds else LIMIT_WAIT * 2.0 ** (tries - 1)


def _shown(url: str) -> str:
    """Return an address without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
