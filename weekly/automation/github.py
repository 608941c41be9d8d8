"""Manage pull requests and issues of the project's own repository."""

from __future__ import annotations

import base64
from typing import Any, TypeVar

import msgspec

from weekly.automation.git import Change
from weekly.automation.summary import ticked
from weekly.errors import GitHubWriteError
from weekly.gather.github.client import GitHubClient
from weekly.http.retry import UnansweredError

T = TypeVar("T")

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


class _Head(msgspec.Struct, frozen=True):
    """The branch of a pull request."""

    ref: str


class Proposal(msgspec.Struct, frozen=True):
    """A pull request of ours."""

    number: int
    state: str
    head: _Head
    url: str = msgspec.field(name="html_url")
    body: str | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has merged or closed it."""
        return self.state == "open"


class _Issue(msgspec.Struct, frozen=True):
    """An issue. GitHub lists pull requests among them."""

    number: int
    title: str
    url: str = msgspec.field(name="html_url")


class Repository:
    """One repository on GitHub, with the right to write there."""

    def __init__(self, client: GitHubClient, repo: str, *, folder: str = ".") -> None:
        self._client = client
        self._repo = repo
        self._title = TITLE if folder == "." else f"{TITLE} ({folder})"

    def proposal(self, branch: str) -> Proposal | None:
        """Return the newest pull request of a branch of ours, open ones first."""
        head = f"{self._repo.partition('/')[0]}:{branch}"
        query = {"state": "all", "sort": "created", "direction": "desc", "head": head}
        hint = "pull requests can't be listed; give the job pull-requests: write"
        pulls = [one for one in self._ask("GET", "/pulls", list[Proposal], hint, query) if one.head.ref == branch]
        return next((pull for pull in pulls if pull.is_open), pulls[0] if pulls else None)

    def propose(self, branch: str, base: str, title: str, body: str) -> Proposal:
        """Open the branch's pull request, or update the open one."""
        known = self.proposal(branch)
        method, path, asked = "POST", "/pulls", {"title": title, "body": body, "base": base, "head": branch}
        if known is not None and known.is_open:
            method, path = "PATCH", f"/pulls/{known.number}"
            asked = {"title": title, "body": ticked(body, known.body or "")}
        hint = f"see what the branch {branch} holds, and its pull requests"
        return self._ask(method, path, Proposal, hint, asked, forbidden=MAY_PROPOSE)

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
        issues, hint = self._issues(), "the issue can't be written; give the job issues: write, and switch issues on"
        asked = {"title": self._title, "body": body}
        if issues:
            return self._ask("PATCH", f"/issues/{issues[0].number}", _Issue, hint, asked).url
        return self._ask("POST", "/issues", _Issue, hint, {**asked, "labels": [LABEL]}).url

    def close_issues(self, comment: str) -> int:
        """Close every issue of ours with a comment. Return how many there were."""
        issues, hint = self._issues(), "the issue can't be closed; give the job issues: write"
        for issue in issues:
            path, asked = f"/issues/{issue.number}", {"state": "closed", "state_reason": "completed"}
            self._ask("POST", f"{path}/comments", dict[str, Any], hint, {"body": comment})
            self._ask("PATCH", path, _Issue, hint, asked)
        return len(issues)

    def _issues(self) -> list[_Issue]:
        """Return our open issues, the oldest first. A repository without issues has none."""
        query = {"state": "open", "sort": "created", "direction": "asc", "labels": LABEL}
        hint = "issues can't be listed; give the job issues: write"
        issues = self._ask("GET", "/issues", list[_Issue], hint, query, gone=[])
        return [issue for issue in issues if issue.title == self._title and "/pull/" not in issue.url]

    def _ask(
        self,
        method: str,
        path: str,
        kind: type[T],
        hint: str,
        values: dict[str, Any],
        *,
        forbidden: str = "",
        gone: T | None = None,
    ) -> T:
        """Return the answer of the REST API, `gone` for a 410. A refusal's advice is `hint`, or `forbidden` for a 403."""
        base = self._client.access.base
        options = {"params" if method == "GET" else "json": values}
        reply = self._client.request(method, f"{base}/repos/{self._repo}{path}", options)
        if reply.status == 410 and gone is not None:
            return gone
        if reply.status >= 400:
            advice = forbidden if forbidden and reply.status == 403 else hint
            raise GitHubWriteError(f"{base}/repos/{self._repo}: refused ({reply.status}: {reply.errors}); {advice}")
        try:
            return msgspec.convert(reply.data, kind)
        except msgspec.ValidationError as error:
            raise UnansweredError(f"{base}: the answer isn't GitHub's ({error})") from error
