"""Run PyGithub on our session, with its waits, limits and deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from weekly import __version__
from weekly.errors import SourceError
from weekly.gather.github.client import GitHubClient
from weekly.http.messages import Reply
from weekly.http.retry import UnansweredError

if TYPE_CHECKING:
    from github.Repository import Repository

PER_PAGE = 100


class RefusedError(SourceError):
    """GitHub refused a request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"refused ({status}: {reason})")
        self.status = status


def repository_of(client: GitHubClient, repo: str) -> Repository:
    """Return PyGithub's object of a repository.

    It asks GitHub only for what is read of it.
    """
    from github.Auth import Token
    from github.Repository import Repository
    from github.Requester import Requester

    class SessionRequester(Requester):
        """A requester with its own connection classes, which Requester keeps per class."""

    class SessionConnection(_Connection):
        """A connection for this client. PyGithub makes one for each request."""

        def __init__(self, *_: object, **__: object) -> None:
            super().__init__(client)

    SessionRequester.injectConnectionClasses(cast("Any", SessionConnection), cast("Any", SessionConnection))
    requester = SessionRequester(
        auth=Token(client.access.token) if client.access.token else None,
        base_url=client.access.base,
        timeout=int(client.session.bounds.silence),
        user_agent=f"weekly/{__version__}",
        per_page=PER_PAGE,
        verify=True,
        retry=None,  # our session retries, and says so
        pool_size=None,
        lazy=True,
    )
    return Repository(requester, url=f"/repos/{repo}")


@contextmanager
def pygithub_errors(client: GitHubClient) -> Iterator[None]:
    """Turn PyGithub's exceptions into ours.

    RefusedError is for a refusal, UnansweredError for an answer in an unknown shape.
    """
    from github import BadAttributeException, GithubException, IncompletableObject

    try:
        yield
    except (BadAttributeException, IncompletableObject) as error:
        what = f"the answer isn't GitHub's, or in a shape that is new ({type(error).__name__}: {error})"
        raise UnansweredError(f"{client.access.base}: {what}") from error
    except GithubException as error:
        reply = Reply(url=client.access.base, status=error.status, data=error.data)
        raise RefusedError(error.status, reply.errors) from error
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"the answer isn't GitHub's, or in a shape that is new ({type(error).__name__}: {error})"
        raise UnansweredError(f"{client.access.base}: {what}") from error


class _Connection:
    """The connection that PyGithub uses."""

    def __init__(self, client: GitHubClient) -> None:
        self.host = ""
        self._client = client
        self._request: tuple[str, str, Any, dict[str, str]] = ("", "", None, {})

    def request(self, verb: str, url: str, data: Any, headers: dict[str, str], _: bool = False) -> None:
        """Note what is to be sent."""
        self._request = (verb, url, data, headers)

    def getresponse(self) -> _Response:
        """Send it."""
        verb, path, data, headers = self._request
        base = self._client.access.base
        server = base[: base.index("/", base.index("//") + 2)] if base.count("/") > 2 else base
        return _Response(self._client.request(verb, f"{server}{path}", {"data": data}, headers))

    def close(self) -> None:
        """Do nothing, since the session keeps the connection."""


class _Response:
    """The response that PyGithub reads."""

    def __init__(self, reply: Reply) -> None:
        self.status = reply.status
        self._reply = reply

    def getheaders(self) -> list[tuple[str, str]]:
        """Return the headers."""
        return list(self._reply.headers.items())

    def read(self) -> str:
        """Return the body."""
        return self._reply.body.decode("utf-8", "replace")
