"""One way to ask GitHub: PyGithub's connections, our own patience. Every wait is bounded, shared and said."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from weekly import __version__
from weekly.errors import SourceError
from weekly.gather.github.limits import pause_of
from weekly.http.clock import Clock
from weekly.http.retry import Patience, Pause, UnansweredError
from weekly.http.waiting import results

if TYPE_CHECKING:
    from github import Github

Item = TypeVar("Item")
Result = TypeVar("Result")

API_URL = "https://api.github.com"
TIMEOUT = 20
"""Seconds for one answer: GitHub itself gives up on a query after 10."""
CONCURRENCY = 10
"""Requests under way at once: a tenth of what GitHub allows one user."""
TRIES = 4
"""How often one request is sent when GitHub is out of order, the first time included."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer whose body is JSON: its status and value."""

    status: int
    data: Any


class TooSlowError(SourceError):
    """GitHub gave up on a query, as it does after ten seconds: ask for less at once."""


class Client:
    """Asks one GitHub server for one user. Threads may share it; each request has a `Github` object to itself."""

    def __init__(
        self,
        *,
        token: str | None,
        api_url: str = API_URL,
        graphql_url: str | None = None,
        max_wait: float = 300.0,
        concurrency: int = CONCURRENCY,
        say: Callable[[str], object] = str,
        clock: Clock | None = None,
    ) -> None:
        self.token = token
        self.api_url = api_url.rstrip("/")
        self.graphql_url = graphql_url
        self._clock = clock or Clock()
        self._patience = Patience(max_wait=max_wait, say=say, clock=self._clock)
        self._idle: LifoQueue[Github] = LifoQueue()
        self._turns = threading.BoundedSemaphore(concurrency)
        self._concurrency = concurrency
        self.requests = 0
        self.answered = 0

    def now(self) -> float:
        """Seconds since 1970, by the clock that the command goes by."""
        return self._clock()

    def get(self, path: str, parameters: Mapping[str, Any]) -> Reply:
        """GET a path of the REST API; a 4xx that isn't about limits or the token is returned."""
        return self._ask(f"{self.api_url}{path}", lambda github: _get(github, path, parameters))

    def graphql(self, query: str, variables: Mapping[str, Any]) -> Reply:
        """POST a query; the reply's data is the whole object, `errors` included. TooSlowError where GitHub gave up."""
        return self._ask(self.graphql_url or f"{self.api_url}/graphql", lambda github: _post(github, query, variables))

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> Reply:
        """POST or PATCH a path of the REST API; a 4xx that isn't about limits or the token is returned."""
        return self._ask(f"{self.api_url}{path}", lambda github: _sent(github, method, path, body))

    def side_by_side(self, ask: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """`ask` of each, together; the results in the order of the items. What one raises, is raised when all are done."""
        todo = list(items)
        if min(len(todo), self._concurrency) < 2:
            return [ask(item) for item in todo]
        pool = ThreadPoolExecutor(max_workers=min(len(todo), self._concurrency))
        try:
            return results([pool.submit(ask, item) for item in todo])
        except (KeyboardInterrupt, SystemExit):
            self.stop()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """Wake all who wait, to end; nothing else is asked."""
        self._patience.stop()

    def _ask(self, url: str, send: Callable[[Github], tuple[int, dict[str, str], str]]) -> Reply:
        """Send until there is an answer, as often as is sensible."""
        tries = 0
        while True:
            self._patience.hold()
            tries += 1
            asked = self.now()
            status, headers, body = self._send(send)
            self._clock.hear(urlsplit(url).netloc, headers, asked)
            reply = _reply(status, body)
            pause = pause_of(status, headers, reply.data if reply else None, tries, self.now())
            if pause is None and reply is not None:
                self.answered += 1
                return _checked(url, reply)
            if status in (502, 504) and url.endswith("/graphql"):
                raise TooSlowError(f"{url}: gave up on the query ({status})")
            why = _fault(status, headers, body)
            pause = pause or Pause(seconds=2.0 ** (tries - 1), why=why, where=urlsplit(url).netloc)
            if not pause.is_limit and tries >= TRIES:
                raise UnansweredError(
                    f"{url}: {pause.why}, {tries} times over; try again later, or look at GitHub's status page"
                )
            self._patience.wait(pause, url)

    def _send(self, send: Callable[[Github], tuple[int, dict[str, str], str]]) -> tuple[int, dict[str, str], str]:
        """One request; status 0 and the reason as body where the connection failed."""
        from requests.exceptions import RequestException

        with self._turns:
            github = self._github()
            try:
                self.requests += 1
                return send(github)
            except RequestException as error:
                return 0, {}, _reason(error)
            except (RuntimeError, ValueError) as error:  # PyGithub's word on redirects and on broken encodings
                return 0, {}, str(error)
            finally:
                self._idle.put(github)

    def _github(self) -> Github:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._new_github()

    def _new_github(self) -> Github:
        from github import Auth, Github

        # PyGithub's pacing and retries are off: they sleep without a word and don't know GraphQL's limits.
        return Github(
            auth=Auth.Token(self.token) if self.token else None,
            base_url=(self.graphql_url or "").removesuffix("/graphql") or self.api_url,
            user_agent=f"weekly/{__version__}",
            timeout=TIMEOUT,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )


def _get(github: Github, path: str, parameters: Mapping[str, Any]) -> tuple[int, dict[str, str], str]:
    accept = {"Accept": "application/vnd.github+json"}
    return github.requester.requestJson("GET", path, parameters=dict(parameters), headers=accept)


def _sent(github: Github, method: str, path: str, body: Mapping[str, Any]) -> tuple[int, dict[str, str], str]:
    accept = {"Accept": "application/vnd.github+json"}
    return github.requester.requestJson(method, path, input=dict(body), headers=accept)


def _post(github: Github, query: str, variables: Mapping[str, Any]) -> tuple[int, dict[str, str], str]:
    requester = github.requester
    return requester.requestJson("POST", requester.graphql_url, input={"query": query, "variables": dict(variables)})


def _reply(status: int, body: str) -> Reply | None:
    """The answer, None where it is no JSON object or list, or none came."""
    if not status or status >= 500:
        return None
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return Reply(status=status, data=data) if isinstance(data, (dict, list)) else None


def _checked(url: str, reply: Reply) -> Reply:
    if reply.status == 401:
        raise SourceError(f"{url}: the token in GITHUB_TOKEN was refused (401 Bad credentials); give one that is valid")
    return reply


def _fault(status: int, headers: Mapping[str, str], body: str) -> str:
    if not status:
        return body
    if status >= 500:
        return f"out of order ({status})"
    kind = headers.get("content-type", "an unnamed type").partition(";")[0]
    return f"answered {status} with {kind} that isn't JSON, so perhaps a proxy's page"


def _reason(error: Exception) -> str:
    """What a failed connection means, in a few words."""
    text = str(error)
    known = {
        "NameResolution": "no such host, or no network",
        "Connection refused": "connection refused",
        "Network is unreachable": "no network",
        "timed out": f"no answer within {TIMEOUT} s",
        "certificate": "its certificate can't be verified",
    }
    fitting = (meaning for sign, meaning in known.items() if sign.lower() in text.lower())
    return "can't be reached: " + next(fitting, f"the connection broke ({type(error).__name__})")
