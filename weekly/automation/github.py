"""Pull requests and issues of the project's own repository: found, opened, brought up to date, closed."""

from __future__ import annotations

from typing import Any

from weekly.errors import GitHubWriteError
from weekly.gather.github.client import Client, Reply
from weekly.gather.github.search import github_shapes
from weekly.model import Record

LABEL = "weekly"
"""Only those who may write to the repository can label: so nobody else's issue is taken for ours."""
TITLE = "The weekly post needs a hand"
"""The issue's title, by which it is found again."""
MAY_PROPOSE = (
    "tick 'Allow GitHub Actions to create and approve pull requests' in Settings > Actions > General > Workflow "
    "permissions (perhaps the organisation's first), and give the job pull-requests: write"
)


class Proposal(Record, frozen=True, kw_only=True):
    """A pull request of ours: its number, its address, and whether it is open."""

    number: int
    url: str
    is_open: bool


class Repository:
    """One repository on GitHub, with the right to write there."""

    def __init__(self, client: Client, repo: str) -> None:
        self._client = client
        self._path = f"/repos/{repo}"
        self._owner = repo.partition("/")[0]

    def proposal(self, branch: str) -> Proposal | None:
        """The newest pull request of a branch of ours, open or not."""
        parameters = {"head": f"{self._owner}:{branch}", "state": "all", "sort": "created", "direction": "desc"}
        reply = self._client.get(f"{self._path}/pulls", parameters)
        found = self._taken(reply, "pull requests can't be listed; give the job pull-requests: write")
        with github_shapes(self._client.api_url):
            ours = [_proposal(item) for item in found if item["head"]["ref"] == branch]
        return next((one for one in ours if one.is_open), ours[0] if ours else None)

    def propose(self, branch: str, base: str, title: str, body: str) -> Proposal:
        """Open the branch's pull request, or bring the open one up to date."""
        known = self.proposal(branch)
        fields = {"title": title, "body": body}
        if known is not None and known.is_open:
            reply = self._client.send("PATCH", f"{self._path}/pulls/{known.number}", fields)
        else:
            reply = self._client.send("POST", f"{self._path}/pulls", fields | {"head": branch, "base": base})
        hint = MAY_PROPOSE if reply.status == 403 else f"see what the branch {branch} holds, and its pull requests"
        made = self._taken(reply, hint)
        with github_shapes(self._client.api_url):
            return _proposal(made)

    def troubled(self, body: str) -> str:
        """Open the one issue, or bring it up to date; its address."""
        numbers = self._issues()
        fields: dict[str, Any] = {"title": TITLE, "body": body}
        if numbers:
            reply = self._client.send("PATCH", f"{self._path}/issues/{numbers[0]}", fields)
        else:
            reply = self._client.send("POST", f"{self._path}/issues", fields | {"labels": [LABEL]})
        made = self._taken(reply, "the issue can't be written; give the job issues: write, and switch issues on")
        with github_shapes(self._client.api_url):
            return str(made["html_url"])

    def well_again(self, words: str) -> int:
        """Close what was opened, with a word; how many there were."""
        numbers = self._issues()
        for number in numbers:
            path = f"{self._path}/issues/{number}"
            why = "the issue can't be closed; give the job issues: write"
            self._taken(self._client.send("POST", f"{path}/comments", {"body": words}), why)
            self._taken(self._client.send("PATCH", path, {"state": "closed", "state_reason": "completed"}), why)
        return len(numbers)

    def _issues(self) -> list[int]:
        """Ours that are open, the oldest first."""
        parameters = {"labels": LABEL, "state": "open", "sort": "created", "direction": "asc", "per_page": 100}
        reply = self._client.get(f"{self._path}/issues", parameters)
        if reply.status == 410:
            return []  # issues are switched off here
        found = self._taken(reply, "issues can't be listed; give the job issues: write")
        with github_shapes(self._client.api_url):
            return [item["number"] for item in found if "pull_request" not in item and item["title"] == TITLE]

    def _taken(self, reply: Reply, hint: str) -> Any:
        if reply.status in (200, 201):
            return reply.data
        message = reply.data.get("message") if isinstance(reply.data, dict) else None
        errors = reply.data.get("errors") if isinstance(reply.data, dict) else None
        details = "; ".join(str(one.get("message", one)) for one in errors or () if isinstance(one, dict))
        said = " ".join(filter(None, (message, details))) or "no reason given"
        raise GitHubWriteError(f"{self._client.api_url}{self._path}: refused ({reply.status}: {said}); {hint}")


def _proposal(item: Any) -> Proposal:
    return Proposal(number=item["number"], url=item["html_url"], is_open=item["state"] == "open")
