"""Manage pull requests and issues of the project's own repository."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from weekly.automation.git import Change
from weekly.automation.summary import ticked
from weekly.errors import GitHubWriteError
from weekly.gather.github.client import GitHubClient, github_shapes
from weekly.http.messages import errors_of
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
            repository = self._repository()
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
            repository = self._repository()
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
        pulls = self._repository().get_pulls(state="all", sort="created", direction="desc", head=f"{owner}:{branch}")
        ours = [pull for pull in pulls.get_page(0) if pull.head.ref == branch]
        return next((pull for pull in ours if pull.state == "open"), ours[0] if ours else None)

    def _issues(self) -> list[Issue.Issue]:
        """Return our open issues, the oldest first."""
        try:
            with self._refusals("issues can't be listed; give the job issues: write"):
                issues = self._repository().get_issues(state="open", sort="created", direction="asc", labels=[LABEL])
                return [one for one in issues.get_page(0) if one.title == self._title and "/pull/" not in one.html_url]
        except GitHubWriteError as error:
            if getattr(error.__cause__, "status", None) == 410:
                return []  # the repository has no issues
            raise

    @contextmanager
    def _refusals(self, hint: str, *, forbidden: str = "") -> Iterator[None]:
        """Turn a refusal into an error with advice, `forbidden` for a 403.

        UnansweredError for an answer in an unknown shape.
        """
        from github import BadAttributeException, GithubException, IncompletableObject

        base = self._client.access.base
        try:
            with github_shapes(base):
                yield
        except (BadAttributeException, IncompletableObject) as error:
            raise UnansweredError(f"{base}: the answer isn't GitHub's ({type(error).__name__}: {error})") from error
        except GithubException as error:
            reason = errors_of(error.data)
            advice = forbidden if forbidden and error.status == 403 else hint
            what = f"refused ({error.status}: {reason}); {advice}"
            raise GitHubWriteError(f"{base}/repos/{self._repo}: {what}") from error

    def _repository(self) -> RemoteRepository:
        """Return PyGithub's object. Our session sends its requests, to our server whatever an address says."""
        from github import Github

        client, base = self._client, self._client.access.base
        github = Github(base_url=base, retry=None, lazy=True)

        def send(verb: str, url: str, *more: Any, **_: Any) -> tuple[int, dict[str, Any], str]:
            parameters, headers, data, *_rest = more
            path = urlsplit(url)._replace(scheme="", netloc="").geturl()
            address = urljoin(base, path) if "://" in url else f"{base}{url}"
            reply = client.request(verb, address, {"params": parameters, "json": data}, headers)
            return reply.status, dict(reply.headers), reply.body.decode("utf-8", "replace")

        setattr(github.requester, "requestJson", send)  # noqa: B010  PyGithub has no hook, and no type for it
        return github.get_repo(self._repo)


def _proposal(pull: PullRequest.PullRequest) -> Proposal:
    return Proposal(number=pull.number, url=pull.html_url, is_open=pull.state == "open")
