"""Each limit and failure of GitHub, over GraphQL and REST: a whole snapshot, or a named problem. Nothing in between.

The clock of these tests stands still but for the waits, which end at once and are summed up.
"""

from __future__ import annotations

import re
import time
from itertools import pairwise
from typing import Any

import pytest

from tests.conftest import Weekly
from tests.support.github import Hub
from tests.support.server import Request, Response, Server
from weekly.http import fetch, retry

NOW = 1_680_507_000  # 3 April 2023, 7:30
HTML = Response(status=200, body=b"<html>Sign in to the hotel's network</html>", headers={"content-type": "text/html"})


def json(status: int, message: str = "", **headers: str) -> Response:
    return Response.of_json({"message": message, "documentation_url": "https://docs.github.com/"}, status, **headers)


def errors(kind: str, message: str, data: object = None, **headers: str) -> Response:
    return Response.of_json({"data": data, "errors": [{"type": kind, "message": message}]}, 200, **headers)


PRIMARY = json(403, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=str(NOW + 90))
SECONDARY = json(403, "You have exceeded a secondary rate limit.", retry_after="30")

PASSING = {
    "primary limit": (PRIMARY, "GitHub's rate limit: waiting"),
    "primary limit, 429": (
        json(429, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=str(NOW + 60)),
        "GitHub's rate limit: waiting",
    ),
    "secondary limit": (SECONDARY, "GitHub's secondary rate limit: waiting 3"),
    "secondary limit, a date": (
        json(429, "slow down", retry_after="Mon, 03 Apr 2023 07:31:00 GMT"),
        "GitHub's secondary rate limit: waiting",
    ),
    "secondary limit without a word on how long": (
        json(403, "You have exceeded a secondary rate limit."),
        "GitHub's secondary rate limit: waiting 6",
    ),
    "429 with a page": (
        Response(status=429, body=b"<html>", headers={"content-type": "text/html"}),
        "GitHub's secondary rate limit: waiting",
    ),
    "500": (json(500, "Server Error"), "server error (500)"),
    "503": (Response(status=503, body=b"", headers={}), "server error (503)"),
    "connection cut before the answer": (Response(body=None), ""),
    "connection cut in the answer": (Response(body=b"{" * 1000, cut=True), ""),
    "a proxy's page": (HTML, "perhaps a proxy's page"),
    "an empty body": (Response(status=200, body=b""), "isn't JSON"),
    "half of a JSON": (Response(status=200, body=b'{"data": {'), "isn't JSON"),
    "JSON, but no object": (Response(status=200, body=b"17"), "isn't JSON"),
}
GRAPHQL_PASSING = {
    "rate limit with status 200": (
        errors("RATE_LIMITED", "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=str(NOW + 60)),
        "GitHub's rate limit: waiting",
    ),
    "secondary limit with status 200": (errors("RATE_LIMITED", "secondary", retry_after="20"), "waiting 2"),
    "502": (Response(status=502, body=b"<html>"), ""),
    "504": (Response(status=504, body=b""), ""),
    "too many resources": (errors("RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded."), ""),
    "timeout with status 200": (
        Response.of_json({"errors": [{"message": "Something went wrong. This may be the result of a timeout."}]}),
        "",
    ),
}
LASTING = {
    "401": (json(401, "Bad credentials"), r"the token in GITHUB_TOKEN was refused \(401"),
    "500": (json(500, "Server Error"), r"server error \(500\), tried 4 times"),
    "a proxy's page": (HTML, r"answered 200 with text/html that isn't JSON.*, tried 4 times"),
    "connection cut": (Response(body=None), r"can't be reached: .*, tried 4 times"),
    "primary limit past the bound": (
        json(403, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=str(NOW + 3000)),
        r"GitHub's rate limit; that would be \d+ min more, past --max-wait 5 min; run again later",
    ),
    "secondary limit without end": (SECONDARY, r"secondary rate limit; that would be .* past --max-wait"),
    "404": (json(404, "Not Found"), r"404|was not found"),
    "403": (json(403, "Resource not accessible"), r"403|may not be read"),
}
GRAPHQL_LASTING = {
    "a query that is refused": (
        errors("GRAPHQL_VALIDATION_FAILED", "Field 'x' doesn't exist"),
        "refused the query: Field 'x'",
    ),
    "502": (Response(status=502, body=b"<html>"), r"gave up on the query \(502\)"),
    "another shape": (Response.of_json({"data": {"n0": {"total": 3}}}), "isn't GitHub's"),
    "null instead of pages": (Response.of_json({"data": {f"n{n}": None for n in range(10)}}), "gave no answer"),
}
REST_LASTING = {
    "another shape": (
        Response.of_json({"total_count": 1, "items": [{}], "incomplete_results": False}),
        "isn't GitHub's",
    ),
}


class Clock:
    """Time that goes on by waiting alone."""

    def __init__(self) -> None:
        self.waited = 0.0

    def __call__(self) -> float:
        return NOW + self.waited

    def wait(self, seconds: float) -> None:
        self.waited += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, weekly: Weekly) -> Clock:
    clock = weekly.clock = Clock()
    monkeypatch.setattr(retry, "monotonic", clock)
    monkeypatch.setattr(retry.RetryBudget, "_sleep", lambda self, seconds: clock.wait(seconds))
    return clock


def gather(weekly: Weekly, server: Server, way: str, *options: str) -> Any:
    weekly.environment = {"GITHUB_API_URL": server.url, "GITHUB_TOKEN": "t0ken" if way == "graphql" else ""}
    started = time.monotonic()
    ran = weekly("gather", "--week", "2023-03-27", "--refresh", *options)
    assert time.monotonic() - started < 55, "it waited in earnest: for a limit that is a minute at least"
    assert "Traceback" not in ran.err
    assert "bug in weekly" not in ran.err
    return ran


def cases(*tables: dict[str, Any], ways: tuple[str, ...] = ("graphql", "rest")) -> list[Any]:
    return [
        pytest.param(way, *row, id=f"{way}: {name}") for table in tables for name, row in table.items() for way in ways
    ]


@pytest.mark.parametrize(
    ("way", "response", "message"),
    [*cases(PASSING), *cases(GRAPHQL_PASSING, ways=("graphql",))],
)
def test_a_passing_fault_is_waited_for(
    way: str, response: Response, message: str, weekly: Weekly, github: Server, clock: Clock
) -> None:
    github.faults = [lambda request: response, lambda request: response]
    ran = gather(weekly, github, way)
    assert ran.code == 0, ran.err
    assert "10 pull requests in 5 repositories, complete" in ran.err
    assert message in ran.err
    assert not re.search(r"^weekly: (?:can't be reached|server error|answered)", ran.err, re.MULTILINE), "it says where"
    assert clock.waited < 300


@pytest.mark.parametrize(
    ("way", "response", "error"),
    [*cases(LASTING), *cases(GRAPHQL_LASTING, ways=("graphql",)), *cases(REST_LASTING, ways=("rest",))],
)
def test_a_lasting_fault_is_a_named_problem_within_max_wait(
    way: str, response: Response, error: str, weekly: Weekly, github: Server, clock: Clock
) -> None:
    github.answer = lambda request: response
    ran = gather(weekly, github, way)
    assert ran.code == 1
    assert ran.out == ""
    assert re.search(error, ran.err), ran.err
    assert clock.waited <= 330
    archived = weekly.folder / "archive" / "2023-03-27.json"
    if archived.exists():  # then it shows the gaps
        assert weekly("explain", "--week", "2023-03-27").code in (0, 1)
        assert '"blocks"' in archived.read_text()


@pytest.mark.parametrize("way", ["graphql", "rest"])
def test_one_repository_that_fails_leaves_the_others(
    way: str, weekly: Weekly, github: Server, hub: Hub, clock: Clock
) -> None:
    def but_for_lxcfs(request: Request) -> Response:
        if "lxc%2Flxcfs" in str(request.query) or "lxc/lxcfs" in request.query.get("q", ""):
            return json(500, "Server Error")
        response = hub(request)
        if request.method == "POST":
            body = __import__("json").loads(response.body or b"{}")
            (alias,) = re.findall(r"(n\d+): search\(.*repo:lxc/lxcfs ", request.json["query"])
            body["data"][alias] = None
            body["errors"] = [{"type": "SERVICE_UNAVAILABLE", "message": "Try again", "path": [alias]}]
            return Response.of_json(body)
        return response

    github.answer = but_for_lxcfs
    ran = gather(weekly, github, way)
    assert ran.code == 1
    assert re.search(r"weekly: lxc/lxcfs: .*(Try again|server error)", ran.err), ran.err
    assert "10 pull requests in 5 repositories, NOT complete" in ran.err
    post = weekly("render", "--week", "2023-03-27")
    assert post.code == 1
    assert "**Not known:** lxc/lxcfs: could not be read in full" in post.out


def test_max_wait_sets_the_bound(weekly: Weekly, github: Server, clock: Clock) -> None:
    github.faults = [lambda request: PRIMARY]
    assert gather(weekly, github, "graphql", "--max-wait", "30").code == 1
    github.faults = [lambda request: PRIMARY]
    assert gather(weekly, github, "graphql", "--max-wait", "120").code == 0


def test_threads_share_one_wait(weekly: Weekly, github: Server, clock: Clock) -> None:
    """Five searches that all meet the limit wait once."""
    github.faults = [lambda request: PRIMARY] * 5
    ran = gather(weekly, github, "rest")
    assert ran.code == 0
    assert clock.waited < 5 * 91
    assert ran.err.count("GitHub's rate limit: waiting") == 1


def test_a_request_is_never_repeated_at_once(weekly: Weekly, github: Server, clock: Clock) -> None:
    times: list[float] = []

    def broken(request: Request) -> Response:
        times.append(clock())
        return json(500, "Server Error")

    github.answer = broken
    gather(weekly, github, "graphql")
    pauses = [after - before for before, after in pairwise(times)]
    assert len(pauses) == 3
    assert pauses == sorted(pauses)
    assert pauses[0] >= 1


@pytest.mark.parametrize("status", [502, 504])
@pytest.mark.parametrize("more", [0, 300])
def test_an_endpoint_that_finds_every_query_too_slow_costs_few_requests(
    status: int, more: int, weekly: Weekly, github: Server, clock: Clock
) -> None:
    text = (weekly.folder / "weekly.toml").read_text(encoding="utf-8")
    rows = "".join(f'\n[[repositories]]\nrepo = "many/r{number}"\n' for number in range(more))
    text = text.replace("\n[[repositories]]", f"{rows}\n[[repositories]]", 1)
    (weekly.folder / "weekly.toml").write_text(text, encoding="utf-8")
    github.answer = lambda request: Response(status=status, body=b"<html>")
    ran = gather(weekly, github, "graphql")
    assert ran.code == 1
    assert "gave up on" in ran.err
    assert sum(request.path.endswith("/graphql") for request in github.requests) <= 20


def test_an_answer_of_github_that_drips_is_a_named_problem(
    weekly: Weekly, github: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "BOUNDS", fetch.Bounds(deadline=0.5))
    github.answer = lambda request: Response(body=b"{" * 1000, drip=0.02)
    ran = gather(weekly, github, "graphql")
    assert ran.code == 1
    assert "/graphql: no whole answer within 0.5 s" in ran.err
    assert len(github.requests) == 1


SAML = "Resource protected by organization SAML enforcement. You must grant your token access to this organization."


@pytest.mark.parametrize("way", ["graphql", "rest"])
@pytest.mark.parametrize(
    ("sso", "what"),
    [
        (
            "required; url=https://github.com/orgs/lxc/sso?x=1",
            "authorise the token at https://github.com/orgs/lxc/sso?x=1",
        ),
        ("partial-results; organizations=1,2", "give a GITHUB_TOKEN that may read it"),
        ("", "give a GITHUB_TOKEN that may read it"),
    ],
)
def test_a_refusal_gives_the_reason_and_what_to_do(
    way: str, sso: str, what: str, weekly: Weekly, github: Server, clock: Clock
) -> None:
    headers = {"x_github_sso": sso} if sso else {}

    def refuse(request: Request) -> Response:
        if request.method == "GET":
            return json(403, SAML, **headers)
        names = re.findall(r"(n\d+):", request.json["query"])
        errors = [{"type": "FORBIDDEN", "message": SAML, "path": [name]} for name in names]
        return Response.of_json({"data": dict.fromkeys(names), "errors": errors}, 200, **headers)

    github.answer = refuse
    ran = gather(weekly, github, way)
    assert ran.code == 1
    assert f"weekly: lxc/lxcfs: may not be read with this token; {what} (GitHub's reason: {SAML})" in ran.err


@pytest.mark.parametrize(
    ("environment", "sent", "variable"),
    [
        ({"GH_TOKEN": "second"}, "second", "GH_TOKEN"),
        ({"GITHUB_TOKEN": "first", "GH_TOKEN": "second"}, "first", "GITHUB_TOKEN"),
        ({"GITHUB_TOKEN": "", "GH_TOKEN": "second"}, "second", "GH_TOKEN"),
    ],
)
def test_the_token_comes_from_either_variable_and_an_error_names_it(
    environment: dict[str, str], sent: str, variable: str, weekly: Weekly, github: Server
) -> None:
    weekly.environment = {"GITHUB_API_URL": github.url, **environment}
    assert weekly("gather", "--week", "2023-03-27", "--refresh").code == 0
    assert {request.headers["authorization"] for request in github.requests} == {f"Bearer {sent}"}
    github.answer = lambda request: json(401, f"Bad credentials {sent}")
    ran = weekly("gather", "--week", "2023-03-27", "--refresh")
    assert f"the token in {variable} was refused" in ran.err
    assert sent not in ran.err
