"""Ask one GitHub server, within its limits and with its token."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

import msgspec

from weekly.errors import SourceError
from weekly.http.fetch import Session
from weekly.http.messages import Reply, Request, is_same_origin
from weekly.http.retry import LIMIT_WAIT, Pause, UnansweredError, fault_pause, number_in, retry_after
from weekly.model.github_urls import SITE
from weekly.text.patterns import lazy_pattern

API_URL = "https://api.github.com"
VARIABLES = ("GITHUB_TOKEN", "GH_TOKEN", "GITHUB_API_URL", "GITHUB_GRAPHQL_URL", "GITHUB_SERVER_URL")
PER_PAGE = 100
"""Entries of a page of the REST API, the most that GitHub gives."""
_CURSOR = lazy_pattern(r'[?&]after=([^&>]+)[^>]*>;\s*rel="next"')
MOST_SLOW = 20
"""Queries in a row that GitHub may find too slow, before none is asked any more."""


class TooSlowError(SourceError):
    """GitHub gave up on a query after ten seconds. A smaller one may pass."""


class RefusedError(SourceError):
    """GitHub refused a request."""

    def __init__(self, status: int, reason: str, *, what: str = "refused") -> None:
        super().__init__(f"{what} ({status}: {reason})")
        self.status = status


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses of a GitHub server and the token for it. `variable` names where the token comes from."""

    token: str | None = None
    variable: str = "GITHUB_TOKEN"
    api_url: str = API_URL
    graphql_url: str = ""
    site: str = SITE

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Access:
        """Return the addresses and the token that an environment names."""
        given = {name: environment.get(name, "").strip() for name in VARIABLES}
        return cls(
            token=given["GITHUB_TOKEN"] or given["GH_TOKEN"] or None,
            variable="GH_TOKEN" if given["GH_TOKEN"] and not given["GITHUB_TOKEN"] else "GITHUB_TOKEN",
            api_url=given["GITHUB_API_URL"] or API_URL,
            graphql_url=given["GITHUB_GRAPHQL_URL"],
            site=(given["GITHUB_SERVER_URL"] or SITE).rstrip("/"),
        )

    @property
    def base(self) -> str:
        """The address of the REST API, without a slash at its end."""
        return self.api_url.rstrip("/")

    @property
    def graphql(self) -> str:
        """The address of the GraphQL API, which GitHub Enterprise has next to the REST API."""
        return self.graphql_url or f"{self.base.removesuffix('/v3')}/graphql"


class GitHubClient:
    """Asks one GitHub server for one user. Threads may share it."""

    def __init__(self, session: Session, access: Access) -> None:
        self.session = session
        self.access = access
        self.answered = 0
        self._slow = 0
        self._lock = threading.Lock()

    def get(self, path: str, parameters: Mapping[str, Any]) -> Reply:
        """GET a path of the REST API. A 4xx is returned, unless it is about limits or the token."""
        return self.request("GET", f"{self.access.base}{path}", {"params": dict(parameters)})

    def pages(
        self, path: str, parameters: Mapping[str, Any], *, fault: str, most: int, has_cursors: bool = False
    ) -> Iterator[list[Mapping[str, Any]]]:
        """Yield the pages of a list. RefusedError, which begins with `fault`, where it is refused or too long."""
        asked = {**parameters, "per_page": PER_PAGE}
        for number in range(1, most + 1):
            reply = self.get(path, asked if has_cursors else asked | {"page": number})
            if reply.status != 200 or not isinstance(reply.data, list):
                raise RefusedError(reply.status, reply.errors, what=fault)
            yield reply.data
            cursor = _CURSOR.search(reply.headers.get("link", ""))
            if cursor and has_cursors:
                asked["after"] = unquote(cursor[1])
            elif has_cursors or len(reply.data) < PER_PAGE:
                return
        raise RefusedError(200, f"more than {PER_PAGE * most:,}; ask for less in weekly.toml", what=fault)

    def graphql(self, query: str, variables: Mapping[str, Any] | None = None, *, is_write: bool = False) -> Reply:
        """POST a query. The reply's data is the whole object, `errors` included.

        A write that may have arrived isn't sent again.
        """
        url = self.access.graphql
        with self._lock:
            self._slow += 1
            if self._slow > MOST_SLOW:
                raise UnansweredError(f"{url}: gave up on {MOST_SLOW} queries in a row; try again later")
        reply = self.request(
            "POST", url, {"json": {"query": query, "variables": dict(variables or {})}}, is_write=is_write
        )
        if reply.status in (502, 504):
            raise TooSlowError(f"{url}: gave up on the query ({reply.status})")
        with self._lock:
            self._slow = 0
        return reply

    def request(
        self,
        method: str,
        url: str,
        options: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
        *,
        is_write: bool = False,
    ) -> Reply:
        """Send a request until GitHub answers it. Redirects within the server are followed."""
        token = {"Authorization": f"Bearer {self.access.token}"} if self.access.token else {}
        request = Request(
            url=url,
            method=method,
            headers={"Accept": "application/vnd.github+json", **(headers or {}), **token},
            options=options,
            follows=is_same_origin,
            repeat_within=0.0 if is_write else float("inf"),
            advice="; try again later, or read local clones with weekly gather --clones DIR",
        )
        reply = self.session.ask(request, self._pause)
        self.answered += 1
        if reply.target:
            raise SourceError(f"{url}: redirects to {reply.target}; set GITHUB_API_URL to where it leads")
        if reply.status == 401:
            what = f"the token in {self.access.variable} was refused (401 Bad credentials)"
            raise SourceError(f"{url}: {what}; give one that is valid")
        return reply

    def _pause(self, reply: Reply, tries: int) -> Pause | None:
        if (limit := _limit(reply, tries, self.session.now())) is not None:
            return limit
        if reply.target or (reply.status in (502, 504) and reply.url == self.access.graphql):
            return None
        return fault_pause(reply, "")


def _limit(reply: Reply, tries: int, now: float) -> Pause | None:
    """Return the wait that a rate limit asks for, if the answer is about one."""
    status, headers = reply.status, reply.headers
    if status not in (403, 429) and not (status == 200 and _error_types(reply.data) & {"RATE_LIMITED", "RATE_LIMIT"}):
        return None
    if (after := retry_after(headers.get("retry-after"), now)) is not None:
        return Pause(seconds=after, why="GitHub's secondary rate limit", is_limit=True)
    if headers.get("x-ratelimit-remaining") == "0" or (status == 200 and "x-ratelimit-reset" in headers):
        reset = number_in(headers.get("x-ratelimit-reset"))
        if reset is not None:
            return Pause(seconds=max(reset - now, 0.0) + 1.0, why="GitHub's rate limit", is_limit=True)
    message = reply.errors.lower()
    if status in (200, 429) or "rate limit" in message or "abuse" in message:
        seconds = LIMIT_WAIT * 2.0 ** (tries - 1)  # as GitHub asks for
        return Pause(seconds=seconds, why="GitHub's secondary rate limit", is_limit=True)
    return None


def _error_types(data: Any) -> set[str]:
    errors = data.get("errors") if isinstance(data, dict) else None
    return {str(error.get("type")) for error in errors or () if isinstance(error, dict)}


@contextmanager
def github_shapes(url: str) -> Iterator[None]:
    """Report an error in this block as an answer of unknown shape."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, AssertionError) as error:
        what = f"{type(error).__name__}: {error}"
        raise UnansweredError(f"{url}: the answer isn't GitHub's, or in a shape that is new ({what})") from error
