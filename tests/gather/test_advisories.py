"""Published security advisories over real HTTP. The stand-in answers in GitHub's shape; nothing was recorded from GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.conftest import NOW
from tests.support.server import Request, Response, Server, serving
from tests.support.week_facts import facts_of
from weekly.compose.sources import advisories
from weekly.config.project import RepoName
from weekly.config.sections import AdvisoriesConfig
from weekly.gather.external import with_source_weeks
from weekly.gather.github import extras
from weekly.gather.github.client import Access, GitHubClient
from weekly.http.clock import Clock
from weekly.http.fetch import Session
from weekly.model import AdvisoryWeek, Block, Reach, Severity, Snapshot, Source
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
REPO = "canonical/lxd"
SOURCE = f"{REPO}/security-advisories"


def advisory(number: int, published: str, **more: Any) -> dict[str, Any]:
    """An advisory as GitHub lists it."""
    ghsa = f"GHSA-aaaa-bbbb-{number:04}"
    return {
        "ghsa_id": ghsa, "cve_id": f"CVE-2023-{number:05}", "summary": f"Hole {number}", "severity": "high",
        "state": "published", "published_at": published, "html_url": f"https://github.com/{REPO}/security/advisories/{ghsa}",
    } | more  # fmt: skip


class Pages:
    """Lists advisories newest first, in pages that the Link header connects."""

    def __init__(self, rows: Sequence[Any], size: int = 100) -> None:
        self.rows, self.size, self.requests = rows, size, 0

    def __call__(self, request: Request) -> Response:
        self.requests += 1
        assert request.path == f"/repos/{SOURCE}"
        assert (request.query["state"], request.query["direction"]) == ("published", "desc")
        start = int(request.query.get("after", "c:0").removeprefix("c:"))
        end = start + self.size
        answer = Response.of_json(self.rows[start:end])
        if end < len(self.rows):
            next_page = f"http://{request.headers['host']}{request.path}?per_page=100&after=c%3A{end}"
            answer = replace(answer, headers={**answer.headers, "link": f'<{next_page}>; rel="next"'})
        return answer


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(Server(Pages([]))) as server:
        yield server


def read(server: Server, answer: Any) -> AdvisoryWeek:
    server.answer = answer
    session = Session(clock=Clock(NOW.timestamp), max_wait=0)
    (week,) = extras.advisories(GitHubClient(session, Access(api_url=server.url)), SOURCE, [WEEK])
    return week


def shown(answer: AdvisoryWeek | None, *, required: bool = False) -> tuple[tuple[str, ...], list[Severity]]:
    """The section's bullets, and how grave its problems are."""
    bare = Snapshot(schema_version=1, week=WEEK, source=Source.REST, gathered_at=NOW, repos=())
    snapshot = with_source_weeks(bare, [answer] if answer else [])
    config = AdvisoriesConfig(repos=(RepoName(REPO),), required=required)
    facts = facts_of(snapshot)
    sections = advisories(config, facts)
    block = sections[0] if sections else None
    return (block.entries if isinstance(block, Block) else ()), [problem.severity for problem in facts.report.problems]


def test_the_weeks_advisories_are_listed_oldest_first(server: Server) -> None:
    rows = [
        advisory(4, "2023-04-03T00:00:00Z"),
        advisory(3, "2023-04-02T23:59:59Z", cve_id=None, severity=None),
        advisory(2, "2023-03-27T00:00:00Z"),
        advisory(1, "2023-03-26T23:59:59Z"),
    ]
    entries, problems = shown(read(server, Pages(rows)))
    url = f"https://github.com/{REPO}/security/advisories"
    assert entries == (
        f"Hole 2 ([CVE-2023-00002, GHSA-aaaa-bbbb-0002]({url}/GHSA-aaaa-bbbb-0002), high)",
        f"Hole 3 ([GHSA-aaaa-bbbb-0003]({url}/GHSA-aaaa-bbbb-0003))",
    )
    assert problems == []


def test_pages_are_read_back_to_the_week_and_no_further(server: Server) -> None:
    rows = [advisory(9 - day, f"2023-04-{9 - day:02}T12:00:00Z") for day in range(8)]
    rows += [advisory(100 + day, f"2022-12-{30 - day}T12:00:00Z") for day in range(9)]
    pages = Pages(rows, size=3)
    week = read(server, pages)
    assert [one.title for one in week.advisories] == ["Hole 2"]
    assert pages.requests == 3


def test_a_week_without_advisories_has_no_section(server: Server) -> None:
    assert shown(read(server, Pages([]))) == ((), [])


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda _: Response.of_json({"message": "Not Found", "status": "404"}, 404), id="not there"),
        pytest.param(lambda _: Response.of_json({"message": "Resource not accessible", "status": "403"}, 403), id="forbidden"),
        pytest.param(lambda _: Response.of_json({"advisories": []}), id="an object"),
        pytest.param(lambda _: Response.of_json([advisory(1, "yesterday")]), id="no date"),
        pytest.param(lambda _: Response.of_json([{"ghsa_id": "GHSA-1"}]), id="half a row"),
        pytest.param(lambda _: Response.of_json(["GHSA-1"]), id="a text"),
        pytest.param(lambda _: Response.of_json([advisory(1, "2023-03-28T00:00:00Z", summary=None)]), id="no summary"),
    ],
)  # fmt: skip
def test_an_answer_that_cant_be_used_is_a_problem(server: Server, answer: Any) -> None:
    week = read(server, answer)
    assert week.reach is Reach.FAILED
    assert shown(week) == ((), [Severity.NOTED])
    assert shown(week, required=True) == ((), [Severity.BLOCKS])


def test_an_archive_without_the_source_is_a_problem() -> None:
    assert shown(None) == ((), [Severity.NOTED])


def test_titles_are_no_markup(server: Server) -> None:
    evil = "<img src=x> [a](http://evil.example) @everyone\n# Heading"
    entries, _ = shown(read(server, Pages([advisory(1, "2023-03-28T00:00:00Z", summary=evil, severity="*high*")])))
    assert len(entries) == 1
    assert not re.search(r"(?<!\\)[<*]|(?<!\\)\]\(http://evil|\n|@everyone", entries[0])
