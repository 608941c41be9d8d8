"""Run PyGithub on our session, with its waits, limits and deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from weekly import __version__
from weekly.gather.github.client import PER_PAGE, GitHubClient, RefusedError
from weekly.http.messages import Reply
from weekly.http.retry import UnansweredError

if TYPE_CHECKING:
    from github.Repository import Repository


def repository_of(client: GitHubClient, repo: str) -> Repository:
    """Return PyGithub's object of a repository. It asks GitHub only for what is read of it."""
    from github.Repository import Repository
    from github.Requester import Requester

    base = client.access.base

    class SessionRequester(Requester):
        def requestJson(  # noqa: N802  PyGithub's name
            self,
            verb: str,
            url: str,
            parameters: dict[str, Any] | None = None,
            headers: dict[str, Any] | None = None,
            input: Any | None = None,  # noqa: A002  PyGithub's name
            *_: object,
            **__: object,
        ) -> tuple[int, dict[str, Any], str]:
            """Send a request by our session, to our server whatever an address says."""
            path = urlsplit(url)._replace(scheme="", netloc="").geturl()
            address = urljoin(base, path) if "://" in url else f"{base}{url}"
            reply = client.request(verb, address, {"params": parameters, "json": input}, headers)
            return reply.status, dict(reply.headers), reply.body.decode("utf-8", "replace")

    requester = SessionRequester(
        auth=None,
        base_url=base,
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
    """Turn PyGithub's exceptions into RefusedError, or UnansweredError for an answer in an unknown shape."""
    from github import BadAttributeException, GithubException, IncompletableObject

    shapes = (
        BadAttributeException,
        IncompletableObject,
        AssertionError,
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
    )
    try:
        yield
    except shapes as error:
        what = f"the answer isn't GitHub's, or in a shape that is new ({type(error).__name__}: {error})"
        raise UnansweredError(f"{client.access.base}: {what}") from error
    except GithubException as error:
        reply = Reply(url=client.access.base, status=error.status, data=error.data)
        raise RefusedError(error.status, reply.errors) from error
