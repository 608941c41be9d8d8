"""The table that compares other tools with weekly: its counting, what it runs, and that docs/benchmarks.md shows it as it is."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from benchmarks import histories, peers, tools
from benchmarks.reckoning import Entry, entries, reckon
from benchmarks.stand_in import API, AUTHORITY, REPOS, Stand, own_authority
from tests.conftest import ROOT
from tests.support.facts import SHARED
from tests.support.github import Hub
from tests.support.hostile import EVERY
from tests.support.server import Server, serving

PAGE = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
LXD = "canonical/lxd"


@pytest.mark.parametrize(
    ("line", "ref"),
    [
        pytest.param("- Fix it [#12](https://github.com/canonical/lxd/pull/12) ([@ada](https://github.com/ada))", f"{LXD}#12", id="github-activity"),
        pytest.param("- Fix it ([#12](https://github.com/canonical/lxd/pull/12))", f"{LXD}#12", id="git-cliff"),
        pytest.param("- Fix it [`#12`](https://github.com/canonical/lxd/pull/12)", f"{LXD}#12", id="auto-changelog"),
        pytest.param("- [Fix it](https://github.com/canonical/lxd/pull/12)", f"{LXD}#12", id="weekly"),
        pytest.param("- Revert [x](https://github.com/a/b/pull/1) ([#12](https://github.com/canonical/lxd/pull/12))", f"{LXD}#12", id="a link in the title"),
        pytest.param("([full changelog](https://github.com/canonical/lxd/compare/a...b))", None, id="no bullet"),
        pytest.param("- Fix it [`#12`](https://github.com/canonical/lxd/issues/12)", None, id="an issue"),
    ],
)  # fmt: skip
def test_a_bullet_tells_the_pull_request_that_it_links_to(line: str, ref: str | None) -> None:
    assert [one.ref for one in entries(line)] == ([ref] if ref else [])


@pytest.mark.parametrize(
    ("heading", "three"),
    [
        ("## Bugs fixed", "bugfix"),
        ("## Enhancements made", "improvement"),
        ("## Merged PRs", "rest"),
        ("### Bug Fixes", "bugfix"),
        ("### 🚀 Features", "improvement"),
        ("## Documentation", "rest"),
    ],
)
def test_a_heading_tells_the_kind(heading: str, three: str) -> None:
    bullet = f"- Fix it ([#12](https://github.com/{LXD}/pull/12))"
    assert entries(f"## Bugs fixed\n\n{heading}\n\n{bullet}") == [Entry(ref=f"{LXD}#12", three=three)]


def test_what_is_missing_twice_wrong_or_of_another_kind_counts() -> None:
    found = [Entry(ref=ref, three=three) for ref, three in (("a#1", "bugfix"), ("a#2", "rest"), ("a#2", "rest"), ("a#9", "rest"))]  # fmt: skip
    score = reckon(found, ["a#1", "a#2", "a#3"], {"a#1": "bugfix", "a#2": "improvement", "a#3": "rest"})
    assert (str(score.found), score.twice, score.wrong, str(score.kinds)) == ("2 of 3", 1, 1, "1 of 3")


def liar(stage: tools.Stage) -> Iterator[tools.Call]:
    """Asks once, tells one pull request twice and one that isn't there, and fails for a repository."""
    bullets = [f"- a ([#1](https://github.com/{LXD}/pull/{number}))" for number in (11517, 11517, 1)]
    ask = f"import os, urllib.request as web; web.urlopen(os.environ['GITHUB_API_URL'] + '/repos/{LXD}')"
    yield tools.Call(argv=[sys.executable, "-c", f"{ask}; print(*{bullets!r}, sep='\\n')"], cwd=stage.folder, of=LXD)
    yield tools.Call(argv=[sys.executable, "-c", "raise SystemExit('nothing here')"], cwd=stage.folder, of="lxc/lxc")


@pytest.fixture(scope="module")
def week() -> tools.Period:
    return replace(next(peers.periods()), rounds=1)


@pytest.fixture(scope="module")
def measured(week: tools.Period, tmp_path_factory: pytest.TempPathFactory) -> dict[str, peers.Measured]:
    ours = [job for job in tools.JOBS if job.name in REQUESTS]
    others = [
        tools.Job(name="liar", calls=liar, compared_to="liar"),
        tools.Job(name="absent", calls=liar, program="/nowhere"),
    ]
    return {
        **peers.measure(week, ours, tmp_path_factory.mktemp("ours"), latencies=(150,)),
        **peers.measure(week, others, tmp_path_factory.mktemp("others")),
    }


REQUESTS = {"weekly, GraphQL": 1, "the project's former script": 5}
if EVERY:
    REQUESTS |= {"weekly, REST": 10, "weekly, clones": 0}


@pytest.mark.skipif(not EVERY, reason="make proof measures all tools")
def test_a_week_measured_for_all_tools(week: tools.Period, measured: dict[str, peers.Measured]) -> None:
    """One test, since the measurement takes ten seconds and each worker would repeat it."""
    for name, asked in REQUESTS.items():
        own = measured[name]
        score, _ = peers.scores(own.entries, week)
        assert (own.requests, str(score.found), score.twice, score.wrong, own.failed) == (asked, "10 of 10", 0, 0, {})
        assert len(own.times[150]) == 1
    assert measured["the project's former script"].times[150][0] > 5 * 0.150, "the latency was not waited for"
    check_errors(week, measured)
    check_an_absent_tool(week, measured)
    if SHARED.is_dir():
        check_kinds(week, measured)


def check_kinds(week: tools.Period, measured: dict[str, peers.Measured]) -> None:
    score, aside = peers.scores(measured["weekly, GraphQL"].entries, week)
    assert score.kinds.whole == 10
    assert score.kinds.part > 7
    assert str(aside) == "–"  # this week's were learned from


def check_errors(week: tools.Period, measured: dict[str, peers.Measured]) -> None:
    job = tools.Job(name="liar", calls=liar, compared_to="liar")
    cells = dict(zip(peers.HEADINGS[2:], peers.row(job, week, measured)[2:], strict=True))
    assert (cells["requests"], cells["found"], cells["listed twice"], cells["wrong"]) == ("1", "1 of 10", "1", "1")
    assert list(peers.failures(week, {"liar": measured["liar"]})) == [
        "week, liar: ended with an error for lxc/lxc: nothing here"
    ]


def test_a_tool_that_tells_something_else_each_time_is_shown_to(week: tools.Period, tmp_path: Path) -> None:
    """Else one that fails early would be thought quick."""
    counter = tmp_path / "counter"

    def whims(stage: tools.Stage) -> Iterator[tools.Call]:
        number = int(counter.read_text()) + 1 if counter.exists() else 11514
        counter.write_text(str(number))
        line = f"- a ([#1](https://github.com/{LXD}/pull/{number}))"
        yield tools.Call(argv=[sys.executable, "-c", f"print({line!r})"], cwd=stage.folder)

    measured = peers.measure(week, [tools.Job(name="whims", calls=whims)], tmp_path)
    assert list(peers.failures(week, measured)) == [
        "week, whims: ended with an error for a later run: its output differs from the first run's"
    ]


def check_an_absent_tool(week: tools.Period, measured: dict[str, peers.Measured]) -> None:
    job = tools.Job(name="absent", calls=liar, program="/nowhere")
    cells = peers.row(job, week, measured)
    assert cells[:3] == ["week", "absent", "not installed"]
    assert len(peers.table([cells]).splitlines()) == 3


def test_medians_and_ratios_are_of_the_same_latency() -> None:
    own, base = peers.Measured(), peers.Measured()
    own.times, base.times = {0: [3.0, 1.0, 2.0], 150: [6.0]}, {0: [1.0], 150: [2.0]}
    own.peaks = base.peaks = [1.0]
    job = replace(tools.JOBS[1], compared_to="base")
    cells = peers.row(job, NOTHING, {job.name: own, "base": base})
    assert cells[3:5] == ["2.00 s (2.0 x)", "6.00 s (3.0 x)"]


NOTHING = tools.Period(
    name="none", data="week", first=next(peers.periods()).first, last=next(peers.periods()).last, rounds=1,
    there=frozenset(), kinds={}, aside=frozenset(),
)  # fmt: skip


def test_a_tool_that_knows_but_one_github_is_answered_in_its_place(hub: Hub, tmp_path: Path) -> None:
    with serving(Server(hub, tls=own_authority(tmp_path))) as server, requests.Session() as session:
        session.trust_env = False
        session.proxies, session.verify = {"https": server.url}, str(tmp_path / AUTHORITY)
        for _ in range(2):  # over the same connection
            reply = session.get(f"https://{API}/repos/{LXD}", timeout=5)
            assert reply.json()["full_name"] == LXD
        assert session.head(f"https://{API}/repos/{LXD}", timeout=5).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            session.get("https://example.org/", timeout=5)
    assert [request.method for request in server.requests] == ["GET", "GET", "HEAD"]


def test_a_server_without_a_certificate_is_no_proxy(hub: Hub) -> None:
    with serving(Server(hub)) as server, requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": server.url}
        with pytest.raises(requests.exceptions.ProxyError, match="405"):
            session.get(f"https://{API}/repos/{LXD}", timeout=5)


def test_a_search_by_what_was_closed_with_edges_is_answered(hub: Hub) -> None:
    """As github-activity asks: fields of issues next to those of pull requests, and their `state` of two types."""
    query = f"""{{ search(first: 50, query: "repo:{LXD} type:pr closed:2023-03-27T00:00:00Z..2023-04-02T23:59:59Z",
        type: ISSUE) {{ issueCount nodes {{
          ... on PullRequest {{ number state labels(first: 10) {{ edges {{ node {{ name }} }} }}
            commits(first: 100) {{ edges {{ node {{ commit {{ authors(first: 10) {{ edges {{ node {{ user {{ login }} }} }} }} }} }} }} }}
            comments(last: 100) {{ edges {{ node {{ url }} }} }} reactions(content: THUMBS_UP) {{ totalCount }} }}
          ... on Issue {{ number state }} }} }} }}"""
    with serving(Server(hub)) as server:
        reply = requests.post(f"{server.url}/graphql", json={"query": query}, headers={"authorization": "Bearer x"}, timeout=5)  # fmt: skip
    answer = reply.json()
    assert "errors" not in answer
    assert answer["data"]["search"]["issueCount"] == 8
    first = answer["data"]["search"]["nodes"][0]
    assert (first["number"], first["state"], first["comments"]["edges"]) == (11514, "MERGED", [])
    assert len(first["commits"]["edges"]) > 0


def test_a_history_has_each_pull_request_as_a_merge_of_its_commits(hub: Hub, tmp_path: Path) -> None:
    pulls = [pull for pull in hub.pulls if pull.repo == LXD]
    histories.make(tmp_path / "lxd", LXD, pulls)
    log = git(tmp_path / "lxd", "log", "--first-parent", "--merges", "--format=%ct %P %s", "main")
    merges = [line.split(" ", 3) for line in log.splitlines()]
    merge_times = {int(re.findall(r"#(\d+)", subject)[0]): int(at) for at, _, _, subject in merges}
    assert merge_times == {pull.number: int(pull.merged_at.timestamp()) for pull in pulls}
    count = git(tmp_path / "lxd", "rev-list", "--count", "--no-merges", "main")
    assert int(count) == 1 + sum(len(pull.commits) for pull in pulls)
    assert git(tmp_path / "lxd", "branch", "--format=%(refname:short)") == "main\n"


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True).stdout


def test_the_page_shows_the_table_as_it_is_made() -> None:
    section = PAGE.partition("\n## ")[0]
    rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in section.splitlines() if line.startswith("|")]
    assert tuple(rows[0]) == peers.HEADINGS
    assert [row[:2] for row in rows[2:]] == [[over, job.name] for over in ("week", "year") for job in tools.JOBS]
    assert re.search(r"\d{1,2} \w+ 20\d\d", section)
    assert "make peers" in section


def test_the_environment_leads_nowhere_but_to_the_stand_in(week: tools.Period, tmp_path: Path) -> None:
    stand = Stand(url="http://127.0.0.1:1", authority=tmp_path / AUTHORITY)
    stage = tools.Stage(period=week, stand=stand, clones=tmp_path, folder=tmp_path)
    for job in tools.JOBS:
        given = tools.environment(job, stage)
        assert given["HTTPS_PROXY"] == given["GITHUB_API_URL"] == stand.url
        assert {given[name] for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")} == {str(stand.authority)}  # fmt: skip
        assert given["GITHUB_TOKEN"] in ("", "x")
    assert set(REPOS) == {call.of for call in tools.github_activity(stage)}
