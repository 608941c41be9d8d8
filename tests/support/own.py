"""The project's own repository on the stand-in GitHub: its pull requests and issues, and who may write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.support.github import Hub
from tests.support.server import Request, Response

REPO = "example/report"


@dataclass(kw_only=True)
class Own:
    """Answers for REPO itself, and has the hub answer for all other repositories."""

    hub: Hub
    pulls: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    comments: list[tuple[int, str]] = field(default_factory=list)
    may_propose: bool = True
    may_tell: bool = True

    def __call__(self, request: Request) -> Response:
        match = re.fullmatch(rf"/repos/{REPO}/(pulls|issues)(?:/(\d+))?(/comments)?", request.path)
        if match is None:
            return self.hub(request)
        if not request.headers.get("authorization"):
            return Response.of_json({"message": "Requires authentication", "status": "401"}, 401)
        kind, number, comments = match.groups()
        if kind == "pulls":
            return self._pulls(request, int(number or 0))
        return self._issues(request, int(number or 0), is_comment=bool(comments))

    def _pulls(self, request: Request, number: int) -> Response:
        if request.method == "GET":
            owner, _, head = request.query["head"].partition(":")
            assert owner == REPO.partition("/")[0]
            assert request.query["state"] == "all"
            return Response.of_json([pull for pull in reversed(self.pulls) if pull["head"]["ref"] == head])
        if not self.may_propose:
            what = "GitHub Actions is not permitted to create or approve pull requests."
            return Response.of_json({"message": what, "status": "403"}, 403)
        if number:
            self.pulls[number - 1] |= request.json
            return Response.of_json(self.pulls[number - 1])
        asked = request.json
        if any(one["head"]["ref"] == asked["head"] and one["state"] == "open" for one in self.pulls):
            errors = [{"message": f"A pull request already exists for example:{asked['head']}."}]
            return Response.of_json({"message": "Validation Failed", "errors": errors, "status": "422"}, 422)
        number = len(self.pulls) + 1
        made = _made(request, "pull", number)
        made |= asked | {"head": {"ref": asked["head"]}, "base": {"ref": asked["base"]}}
        self.pulls.append(made)
        return Response.of_json(made, 201)

    def _issues(self, request: Request, number: int, *, is_comment: bool) -> Response:
        if request.method == "GET":
            labels = set(request.query["labels"].split(","))
            found = [
                one
                for one in self.issues
                if labels <= {label["name"] for label in one["labels"]} and one["state"] == "open"
            ]
            return Response.of_json(found)
        if not self.may_tell:
            return Response.of_json({"message": "Resource not accessible by integration", "status": "403"}, 403)
        if is_comment:
            self.comments.append((number, request.json["body"]))
            return Response.of_json({"id": len(self.comments), "body": request.json["body"]}, 201)
        if number:
            self.issues[number - 1] |= request.json
            return Response.of_json(self.issues[number - 1])
        number = len(self.issues) + 1
        shown = {"labels": [{"name": name} for name in request.json.get("labels", ())]}
        self.issues.append(_made(request, "issues", number) | request.json | shown)
        return Response.of_json(self.issues[-1], 201)


def _made(request: Request, kind: str, number: int) -> dict[str, Any]:
    """What GitHub gives to a pull request or an issue; its own address is the server's that was asked."""
    path = f"/repos/{REPO}/{kind.replace('pull', 'pulls')}/{number}"
    return {
        "number": number,
        "url": f"http://{request.headers['host']}{path}",
        "html_url": f"https://github.com/{REPO}/{kind}/{number}",
        "state": "open",
    }
