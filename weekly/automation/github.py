"""Manage pull requests and issues of the project's own repository."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from weekly import __version__
from weekly.automation.git import Change
from weekly.automation.summary import ticked
from weekly.errors import GitHubWriteError
from weekly.gather.github.client import PER_PAGE, GitHubClient, RefusedError
from weekly.http.messages import Reply
from weekly.http.retry import UnansweredError
from weekly.model import Record

if TYPE_CHECKING:
    from github import Issue, PullRequest
    from github.Repository import Repository as RemoteRepository

LABEL = "weekly"
"""Only people with write access can label: so nobody else's issue is taken for ours."""
TITLE = "The weekly post needs a hand"
"""The issue's title, by which it is found again. A project in a folder follows in brackets."""
MAY_PROPOSE = (
    "tick 'Allow GitHub Actions to create and approve pull requests' in Settings > Actions > General > Workflow "
    "permissions (perhaps the organisation's first), and give the job pull-requests: write"
)


_COMMIT = """
mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}
"""


class Proposal(Record, frozen=True, kw_only=True):
    """A pull request of ours."""

    number: int
    url: str
    is_open: bool


class Repository:
    """One repository on GitHub, with the right to write there."""

    def __init__(self, client: GitHubClient, repo: str, *, folder: str = ".") -> None:
        self._client = client
        self._repo = repo
        self._title = TITLE if folder == "." else f"{TITLE} ({folder})"

    def proposal(self, branch: str) -> Proposal | None:
        """Return the newest pull request of a branch of ours, open ones first."""
        with self._refusals("pull requests can't be listed; give the job pull-requests: write"):
            pull = self._pull(branch)
            return _proposal(pull) if pull else None

    def propose(self, branch: str, base: str, title: str, body: str) -> Proposal:
        """Open the branch's pull request, or update the open one."""
        with self._refusals("pull requests can't be listed; give the job pull-requests: write"):
            known = self._pull(branch)
        with self._refusals(f"see what the branch {branch} holds, and its pull requests", forbidden=MAY_PROPOSE):
            if known is not None and known.state == "open":
                known.edit(title=title, body=ticked(body, known.body or ""))
                return _proposal(known)
            repository = repository_of(self._client, self._repo)
            return _proposal(repository.create_pull(base, branch, title=title, body=body))

    def commit(self, change: Change) -> bool:
        """Add a commit that GitHub signs. Return False where the branch has other commits meanwhile."""
        asked = {
            "branch": {"repositoryNameWithOwner": self._repo, "branchName": change.branch},
            "expectedHeadOid": change.parent,
            "message": {"headline": change.message},
            "fileChanges": {
                "additions": [
                    {"path": path, "contents": base64.b64encode(content).decode()}
                    for path, content in change.files.items()
                    if content is not None
                ],
                "deletions": [{"path": path} for path, content in change.files.items() if content is None],
            },
        }
        reply = self._client.graphql(_COMMIT, {"input": asked})
        errors = reply.data.get("errors") if isinstance(reply.data, dict) else None
        if any(error.get("type") == "STALE_DATA" for error in errors or ()):
            return False
        if errors or reply.status >= 400:
            hint = "signed commits are made through the API; give the job contents: write"
            raise GitHubWriteError(f"{self._client.access.graphql}: {change.branch}: {reply.errors}; {hint}")
        return True

    def open_issue(self, body: str) -> str:
        """Open the one issue, or update it. Return its address."""
        issues = self._issues()
        with self._refusals("the issue can't be written; give the job issues: write, and switch issues on"):
            if issues:
                issues[0].edit(title=self._title, body=body)
                return issues[0].html_url
            repository = repository_of(self._client, self._repo)
            return repository.create_issue(self._title, body=body, labels=[LABEL]).html_url

    def close_issues(self, comment: str) -> int:
        """Close every issue of ours with a comment. Return how many there were."""
        issues = self._issues()
        for issue in issues:
            with self._refusals("the issue can't be closed; give the job issues: write"):
                issue.create_comment(comment)
                issue.edit(state="closed", state_reason="completed")
        return len(issues)

    def _pull(self, branch: str) -> PullRequest.PullRequest | None:
        owner = self._repo.partition("/")[0]
        pulls = repository_of(self._client, self._repo).get_pulls(
            state="all", sort="created", direction="desc", head=f"{owner}:{branch}"
        )
        ours = [pull for pull in pulls.get_page(0) if pull.head.ref == branch]
        return next((pull for pull in ours if pull.state == "open"), ours[0] if ours else None)

    def _issues(self) -> list[Issue.Issue]:
        """Return our open issues, the oldest first."""
        try:
            with pygithub_errors(self._client):
                issues = repository_of(self._client, self._repo).get_issues(
                    state="open", sort="created", direction="asc", labels=[LABEL]
                )
                return [
                    issue
                    for issue in issues.get_page(0)
                    if issue.title == self._title and "/pull/" not in issue.html_url
                ]
        except RefusedError as error:
            if error.status == 410:
                return []  # the repository has no issues
            raise self._refusal(error, "issues can't be listed; give the job issues: write") from error

    @contextmanager
    def _refusals(self, hint: str, *, forbidden: str = "") -> Iterator[None]:
        """Turn a refusal into an error with advice.

        `forbidden` is the advice for a 403.
        """
        try:
            with pygithub_errors(self._client):
                yield
        except RefusedError as error:
            raise self._refusal(error, forbidden if forbidden and error.status == 403 else hint) from error

    def _refusal(self, error: RefusedError, hint: str) -> GitHubWriteError:
        return GitHubWriteError(f"{self._client.access.base}/repos/{self._repo}: {error}; {hint}")


def _proposal(pull: PullRequest.PullRequest) -> Proposal:
    return Proposal(number=pull.number, url=pull.html_url, is_open=pull.state == "open")


def repository_of(client: GitHubClient, repo: str) -> RemoteRepository:
    """Return PyGithub's object of a repository. It asks GitHub only for what is read of it."""
    from github.Repository import Repository as RemoteRepository
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
    return RemoteRepository(requester, url=f"/repos/{repo}")


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
