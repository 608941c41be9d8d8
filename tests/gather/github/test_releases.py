"""The releases and tags of a week, by GraphQL in the gather's own request and by REST."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.gather.test_snapshot import WAYS, WEEK, ask, pull
from tests.support.github import Hub, Published, Tagged
from tests.support.server import Request, Response, Server, serving
from weekly.model import Release, Severity, Snapshot

REPO = "a/b"
IN_WEEK = WEEK.start + timedelta(days=2)
BEFORE = WEEK.start - timedelta(days=3)
AFTER = WEEK.end + timedelta(hours=1)


def gathered(way: str, **known: Any) -> tuple[Snapshot, int]:
    with serving(Server(Hub(pulls=[pull(1)], **known))) as server:
        asked = ask(server, way, repos=(REPO,), now=WEEK.end + timedelta(days=1))
    return asked.snapshot, asked.requests


def releases(snapshot: Snapshot) -> list[str]:
    return [release.tag for release in snapshot.repos[0].releases]


@WAYS
def test_releases_of_the_week_come_with_their_names_and_addresses(way: str) -> None:
    known = [
        Published(tag="v1.2.0", name="Summer", published_at=IN_WEEK),
        Published(tag="v1.3.0-rc1", published_at=IN_WEEK + timedelta(hours=1)),
        Published(tag="nightly", published_at=IN_WEEK + timedelta(hours=2), is_prerelease=True),
        Published(tag="v1.1.9", published_at=BEFORE),
        Published(tag="v1.4.0", published_at=AFTER),
        Published(tag="v2.0.0", published_at=IN_WEEK, is_draft=True),
    ]
    snapshot, _ = gathered(way, releases={REPO: known})
    assert snapshot.repos[0].releases == (
        Release(tag="v1.2.0", name="Summer", published_at=IN_WEEK, url="https://github.com/a/b/releases/tag/v1.2.0"),
        Release(
            tag="v1.3.0-rc1",
            published_at=IN_WEEK + timedelta(hours=1),
            url="https://github.com/a/b/releases/tag/v1.3.0-rc1",
            is_prerelease=True,
        ),
        Release(
            tag="nightly",
            published_at=IN_WEEK + timedelta(hours=2),
            url="https://github.com/a/b/releases/tag/nightly",
            is_prerelease=True,
        ),
    )
    assert snapshot.problems == ()


@WAYS
def test_notes_of_a_release_tell_whether_it_is_about_security(way: str) -> None:
    notes = {
        "v1.0.1": "This is a **security release**. Please upgrade.\n\n- Check the sender\n- Sort rows",
        "v1.0.2": "## Security\r\n\r\n- Fix CVE-2031-12345 in the parser\r\n- Limit the depth (GHSA-2abc-3def-4ghi)",
        "v1.0.3": "Closes CVE-2031-54321, which lets guests read any file.",
        "v1.0.4": "* [SECURITY] Escape names\n* [BUGFIX] Sort rows",
        "v1.1.0": "## New\n\n- Add tabs\n- Add themes\n- Add menus\n- Add keys\n\n## Fixes\n\n- Fix CVE-2031-12345",
        "v1.1.1": "- Show the security settings on one page",
        "v1.1.2": "",
        "v1.1.3": "This is not a security release.",
    }
    known = [Published(tag=tag, notes=text, published_at=IN_WEEK) for tag, text in notes.items()]
    snapshot, requests = gathered(way, releases={REPO: known})
    found = {release.tag for release in snapshot.repos[0].releases if release.is_security}
    assert found == {"v1.0.1", "v1.0.2", "v1.0.3", "v1.0.4"}
    assert requests == gathered(way)[1]


def test_tags_without_a_release_count_from_when_they_were_made() -> None:
    tags = [
        Tagged(name="lxd-5.12", committed_at=IN_WEEK),
        Tagged(name="lxc-4.0.7", committed_at=BEFORE, tagged_at=IN_WEEK + timedelta(hours=1)),  # weeks after the merge
        Tagged(name="lxd-5.11", committed_at=BEFORE),
        Tagged(name="v5.13-rc.1", committed_at=IN_WEEK + timedelta(hours=2)),
        Tagged(name="before-the-move", committed_at=IN_WEEK),
    ]
    snapshot, requests = gathered("graphql", tags={REPO: tags})
    assert releases(snapshot) == ["lxd-5.12", "lxc-4.0.7", "v5.13-rc.1"]
    assert [release.is_prerelease for release in snapshot.repos[0].releases] == [False, False, True]
    assert snapshot.repos[0].releases[0].url == "https://github.com/a/b/releases/tag/lxd-5.12"
    assert requests == 1


def test_a_release_and_its_tag_are_one_and_a_release_counts_when_it_was_published() -> None:
    snapshot, _ = gathered(
        "graphql",
        releases={REPO: [Published(tag="v1", published_at=IN_WEEK), Published(tag="v2", published_at=AFTER)]},
        tags={REPO: [Tagged(name="v1", committed_at=IN_WEEK), Tagged(name="v2", committed_at=IN_WEEK)]},
    )
    assert releases(snapshot) == ["v1"]


def test_tags_that_repeat_a_release_are_left_out() -> None:
    tags = [
        Tagged(name="v3.1.2", committed_at=IN_WEEK, commit="a" * 40),
        Tagged(name="v3", committed_at=IN_WEEK, commit="a" * 40),
        Tagged(name="api/v3.1.2", committed_at=IN_WEEK, commit="a" * 40),
        Tagged(name="sdk/v0.9.0", committed_at=IN_WEEK, commit="b" * 40),
    ]
    assert releases(gathered("graphql", tags={REPO: tags})[0]) == ["sdk/v0.9.0", "v3.1.2"]


def newer(count: int) -> list[Published]:
    return [Published(tag=f"v9.{number}", published_at=AFTER + timedelta(hours=number)) for number in range(count)]


@WAYS
def test_an_older_week_reads_further_pages(way: str) -> None:
    wanted = Published(tag="v1.0", published_at=IN_WEEK)
    snapshot, requests = gathered(way, releases={REPO: [*newer(25), wanted, Published(tag="v0", published_at=BEFORE)]})
    assert releases(snapshot) == ["v1.0"]
    assert snapshot.problems == ()
    assert requests == {"graphql": 2, "rest": 3}[way]


@WAYS
def test_a_week_that_the_pages_do_not_reach_is_noted(way: str) -> None:
    snapshot, _ = gathered(way, releases={REPO: [*newer(400), Published(tag="v1.0", published_at=IN_WEEK)]})
    (problem,) = snapshot.problems
    assert problem.severity is Severity.NOTED
    assert problem.what.startswith("its newest releases and tags reach back to 2023-04-")
    assert snapshot.blocking == ()


def test_further_pages_of_all_repositories_come_in_one_request() -> None:
    names = [f"a/r{number}" for number in range(5)]
    tags = [Tagged(name=f"v9.{number}", committed_at=AFTER + timedelta(hours=number)) for number in range(30)]
    old = [Tagged(name="v1.0", committed_at=IN_WEEK), Tagged(name="v0.9", committed_at=BEFORE)]
    hub = Hub(pulls=[pull(1, repo=name) for name in names], tags={name: [*tags, *old] for name in names})
    with serving(Server(hub)) as server:
        asked = ask(server, "graphql", repos=tuple(names), now=WEEK.end + timedelta(days=1))
    assert asked.requests == 2
    assert all([release.tag for release in repo.releases] == ["v1.0"] for repo in asked.snapshot.repos)


def test_releases_that_rest_refuses_are_a_warning() -> None:
    def refuse(request: Request) -> Response | None:
        if request.path.endswith("/releases"):
            return Response.of_json({"message": "Not here"}, 404)
        return None

    with serving(Server(Hub(pulls=[pull(1)]))) as server:
        server.faults = [refuse] * 5
        snapshot = ask(server, "rest", repos=(REPO,), now=WEEK.end + timedelta(days=1)).snapshot
    (problem,) = snapshot.problems
    assert problem.what == "its releases could not be read: 404: Not here, so they are missing"
    assert snapshot.blocking == ()
    assert len(snapshot.pulls) == 1


@pytest.mark.parametrize("kind", ["FORBIDDEN", "SERVICE_UNAVAILABLE"])
def test_a_further_page_that_fails_is_a_warning(kind: str) -> None:
    hub = Hub(pulls=[pull(1)], releases={REPO: newer(30)})

    def refuse(request: Request) -> Response:
        return Response.of_json(
            {"data": {"n0": None}, "errors": [{"type": kind, "message": "No", "path": ["n0"]}]},
        )

    with serving(Server(hub)) as server:
        server.faults = [lambda request: None, refuse]
        snapshot = ask(server, "graphql", repos=(REPO,), now=WEEK.end + timedelta(days=1)).snapshot
    (problem,) = snapshot.problems
    assert problem.what == "its releases could not be read: No, so they are missing"
    assert [repo.outcome for repo in snapshot.repos] == ["active"]


def test_a_token_that_may_not_read_releases_reads_the_pull_requests() -> None:
    """A fine-grained token may read pull requests without the contents; the lists then take the repository along."""
    message = "Resource not accessible by personal access token"

    def refuse(request: Request) -> Response:
        whole = hub(request)
        error = {"type": "FORBIDDEN", "message": message, "path": ["n1", "releases"]}
        body = json.loads(whole.body or b"{}")
        return Response.of_json({"data": body["data"] | {"n1": None}, "errors": [error]})

    hub = Hub(pulls=[pull(1)])
    with serving(Server(hub)) as server:
        server.faults = [refuse]
        asked = ask(server, "graphql", repos=(REPO,), now=WEEK.end + timedelta(days=1))
    assert [repo.outcome for repo in asked.snapshot.repos] == ["active"]
    assert [problem.what for problem in asked.snapshot.problems] == [
        f"its releases could not be read: {message}, so they are missing"
    ]
    assert asked.requests == 2
