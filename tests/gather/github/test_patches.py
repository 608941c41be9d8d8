"""The lines that pull requests add to named files: one further request a week, and none where nothing matches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Weekly
from tests.gather.test_snapshot import WEEK, pull
from tests.support.github import Hub, merge_of
from tests.support.server import Request, Response, Server, serving
from weekly import archive
from weekly.gather.base import Reading, ReadOptions, Span
from weekly.gather.github import graphql
from weekly.gather.github.client import Access, GitHubClient
from weekly.gather.github.further import FILES_AT_ONCE, _added
from weekly.http.fetch import Session
from weekly.model import Commit, FileChange, Patch, PullRequest, Severity

PATTERNS = ("doc/api-extensions.md", "changelogs/*")
OLD = "# API extensions\n\n## one\n\nAdds one.\n"
NEW = OLD + "\n## two\n\nAdds two.\n"


def changing(path: str, additions: int = 4, number: int = 1, **fields: Any) -> PullRequest:
    return pull(number, files=(FileChange(path=path, additions=additions),), **fields)


def read(hub: Hub, patterns: tuple[str, ...] = PATTERNS, **faults: Any) -> tuple[Reading, list[Request]]:
    with serving(Server(hub)) as server:
        server.faults = [lambda request: None, faults["second"]] if faults else []
        client = GitHubClient(Session(max_wait=0), Access(token="t0ken", api_url=server.url))
        (reading,) = graphql.read(
            client, ("a/b",), Span(start=WEEK.start, end=WEEK.end), ReadOptions(patch_patterns=patterns)
        )
        return reading, server.requests


def texts(one: PullRequest, path: str, before: str | None, after: str | None, **more: str) -> dict[str, str | None]:
    found = {f"{merge_of(one)}^:{path}": before, f"{merge_of(one)}:{path}": after}
    found = {name: text for name, text in found.items() if text != "missing"}
    return found | {f"{merge_of(one)}{revision.replace('t', '~')}:{path}": text for revision, text in more.items()}


def test_what_was_added_to_a_named_file_is_read() -> None:
    one = changing("doc/api-extensions.md")
    reading, requests = read(Hub(pulls=[one], texts=texts(one, "doc/api-extensions.md", OLD, NEW)))
    assert reading.pulls[0].patches == (
        Patch(path="doc/api-extensions.md", added=("", "## two", "", "Adds two."), is_new=False),
    )
    assert len(requests) == 2
    assert reading.problems == ()


def test_a_new_file_is_all_added() -> None:
    one = changing("changelogs/fragment/12.yml", 2)
    after = "bugfixes:\n  - Mend it, see A <a@b.example>\n"
    reading, _ = read(Hub(pulls=[one], texts=texts(one, "changelogs/fragment/12.yml", "missing", after)))
    added = ("bugfixes:", "  - Mend it, see A ")
    assert reading.pulls[0].patches == (Patch(path="changelogs/fragment/12.yml", added=added, is_new=True),)


@pytest.mark.parametrize(
    ("one", "patterns"),
    [
        (changing("src/a.go"), PATTERNS),
        (changing("doc/api-extensions.md"), ()),
        (changing("doc/api-extensions.md", additions=0), PATTERNS),
    ],
)
def test_nothing_is_asked_where_nothing_matches(one: PullRequest, patterns: tuple[str, ...]) -> None:
    reading, requests = read(Hub(pulls=[one]), patterns)
    assert len(requests) == 1
    assert reading.pulls[0].patches == ()


def test_all_files_of_all_pull_requests_come_in_one_request() -> None:
    pulls = [changing(f"changelogs/{number}.md", 1, number) for number in range(1, 31)]
    known: dict[str, str | None] = {}
    for one in pulls:
        known |= texts(one, one.files[0].path, "missing", f"Line {one.number}\n")
    reading, requests = read(Hub(pulls=pulls, texts=known))
    assert [one.patches[0].added for one in reading.pulls] == [(f"Line {number}",) for number in range(1, 31)]
    assert len(requests) == 2


def test_of_rebased_commits_all_are_read() -> None:
    path = "doc/api-extensions.md"
    one = changing(path, 2, commits=(Commit(subject="One"), Commit(subject="Two")))
    known = texts(one, path, "a\nb\n", "a\nb\nc\n", t2="a\n")
    reading, _ = read(Hub(pulls=[one], texts=known))
    assert reading.pulls[0].patches == (Patch(path=path, added=("b", "c"), is_new=False),)


def test_of_a_squashed_or_merged_branch_only_its_own_lines_are_read() -> None:
    path = "doc/api-extensions.md"
    one = changing(path, 1, commits=(Commit(subject="One"), Commit(subject="Two")))
    known = texts(one, path, "a\nb\n", "a\nb\nc\n", t2="a\n")
    reading, _ = read(Hub(pulls=[one], texts=known))
    assert reading.pulls[0].patches == (Patch(path=path, added=("c",), is_new=False),)


def test_a_file_that_is_truncated_or_no_text_is_noted_and_the_title_stands() -> None:
    path = "doc/api-extensions.md"
    long, binary = changing(path, number=1), changing(path, number=2)
    known = texts(long, path, OLD, NEW) | texts(binary, path, OLD, None)
    hub = Hub(pulls=[long, binary], texts=known, truncated=frozenset({f"{merge_of(long)}:{path}"}))
    reading, _ = read(hub)
    assert [str(problem) for problem in reading.problems] == [
        f"a/b#{number}: {path} is not read, and its title stands; the file is too large, or no text"
        for number in (1, 2)
    ]
    assert {problem.severity for problem in reading.problems} == {Severity.NOTED}
    assert [one.patches for one in reading.pulls] == [(), ()]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Response(status=502, body=b"<html>"), "gave up on the query (502)"),
        (Response.of_json({"data": None, "errors": [{"type": "X", "message": "Not today"}]}), "Not today"),
        (
            Response.of_json(
                {"data": {"n0": None}, "errors": [{"type": "FORBIDDEN", "message": "No", "path": ["n0"]}]}
            ),
            "No",
        ),
        (Response.of_json({"data": {"n0": {"after": 1, "before": 2}}}), "isn't GitHub's"),
    ],
)
def test_a_request_that_is_refused_is_noted_and_the_titles_stand(answer: Response, reason: str) -> None:
    one = changing("doc/api-extensions.md")
    reading, requests = read(Hub(pulls=[one]), second=lambda request: answer)
    assert len(requests) == 2, "it isn't repeated"
    assert reading.pulls[0].patches == ()
    (problem,) = reading.problems
    assert problem.severity is Severity.NOTED
    assert reason in problem.hint
    assert reading.outcome == "active"


def test_more_files_than_one_request_takes_are_noted() -> None:
    pulls = [changing(f"changelogs/{number}.md", 1, number) for number in range(1, FILES_AT_ONCE + 4)]
    known: dict[str, str | None] = {}
    for one in pulls:
        known |= texts(one, one.files[0].path, "missing", "Line\n")
    reading, requests = read(Hub(pulls=pulls, texts=known))
    assert len(requests) == 3, "two pages, and the files"
    assert sum(bool(one.patches) for one in reading.pulls) == FILES_AT_ONCE
    assert len(reading.problems) == 3


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [
        ("", "a\nb", ["a", "b"]),
        ("a\nb\nc", "a\nB\nc", ["B"]),
        ("a\nb\nc", "a\nc", []),
        ("x\ny", "new\nx\ny", ["new"]),
        ("h\nh\n", "h\nh\nh\n", ["h"]),
        ("\n".join(map(str, range(9000))), "\n".join(map(str, [-1, *range(1, 9000, 2), 7.5])), ["-1", "7.5"]),
    ],
)
def test_the_added_lines_of_a_text(before: str, after: str, added: list[str]) -> None:
    assert _added(before, after) == added


def test_a_gathered_week_keeps_the_added_lines_of_the_projects_files(weekly: Weekly) -> None:
    path = "doc/api-extensions.md"
    one = changing(path, repo="canonical/lxd")
    other = changing("lxd/main.go", number=2, repo="canonical/lxd")
    hub = Hub(
        pulls=[one, other],
        texts=texts(one, path, OLD, NEW),
        quiet=("lxc/lxc", "lxc/lxcfs", "lxc/distrobuilder", "canonical/charm-lxd"),
    )
    with serving(Server(hub)) as server:
        weekly.environment = {"GITHUB_API_URL": server.url, "GITHUB_TOKEN": "t0ken"}
        assert weekly("gather", "--week", "2023-03-27").code == 0
        assert len(server.requests) == 2
    archived = archive.load(weekly.folder, WEEK)
    assert archived is not None
    assert [one.patches for one in archived.pulls] == [
        (Patch(path=path, added=("", "## two", "", "Adds two."), is_new=False),),
        (),
    ]
