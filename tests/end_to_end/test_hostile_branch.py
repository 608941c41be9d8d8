"""Branches for review that somebody prepared to steal a secret, run by the real workflow steps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.test_monday import PROPOSED, TOKEN, WELL, Desk
from tests.support.discourse import KEY, Discourse
from tests.support.github import Hub
from tests.support.own import Own
from tests.support.server import Server, serving

BRANCH = "weekly/2023-03-27"


@pytest.fixture
def desk(tmp_path: Path, hub: Hub) -> Iterator[Desk]:
    own, forum = Own(hub=hub), Discourse()
    with serving(Server(own)) as github, serving(Server(forum)) as discourse:
        desk = Desk(tmp_path, own, github, forum, discourse)
        desk.configure("review")
        yield desk


def push(desk: Desk, files: dict[str, str], links: dict[str, str]) -> None:
    """Push a branch for review with these files and symbolic links."""
    desk.git("checkout", "--quiet", "-B", "evil", "main")
    for name, target in links.items():
        (desk.work / name).parent.mkdir(parents=True, exist_ok=True)
        (desk.work / name).unlink(missing_ok=True)
        (desk.work / name).symlink_to(target)
    desk.commit(files, BRANCH)
    desk.git("checkout", "--quiet", "main")


def written(desk: Desk) -> str:
    """Everything that the run made public: branches, pull requests, artifacts, log and summary."""
    branches = "".join(desk.git("log", "-p", "--all", where=desk.origin))
    artifacts = "".join(text for texts in desk.runner.artifacts.values() for text in texts)
    return branches + artifacts + str(desk.own.pulls) + str(desk.own.issues) + desk.runner.log + desk.runner.summary


def test_a_branch_decides_neither_configuration_nor_templates(desk: Desk) -> None:
    victim = desk.folder / "victim.txt"
    victim.write_text("before", encoding="utf-8")
    config = (desk.work / "weekly.toml").read_text(encoding="utf-8").replace("Weekly status", "Evil status")
    evil = "{{ ''.__class__.__mro__ }} evil template {% include 'sections/environ' %}"
    push(
        desk,
        {"weekly.toml": config, "templates/post.md.j2": evil},
        {"templates/sections/environ": "/proc/self/environ", "review/2023-03-27.md": str(victim)},
    )
    assert desk.runner.run("weekly") == PROPOSED, desk.runner.log
    assert victim.read_text(encoding="utf-8") == "before"
    assert desk.own.pulls[0]["title"] == "Weekly status #292"
    review = desk.text("review/2023-03-27.md", BRANCH)
    assert "## LXD" in review
    assert "evil" not in review.lower()
    assert KEY not in written(desk)
    assert TOKEN not in written(desk)


def test_only_the_publishing_job_has_the_forums_key(desk: Desk) -> None:
    assert desk.runner.run("weekly") == PROPOSED, desk.runner.log
    with_key = [one for one in desk.runner.environments if KEY in one.values()]
    assert [one["DO"] for one in with_key] == ["publish"]
    by_job = {one["DO"]: one for one in desk.runner.environments if "DO" in one}
    assert set(by_job) == {"publish", "prepare", "propose"}
    assert KEY not in str(by_job["prepare"]) + str(by_job["propose"])


@pytest.mark.parametrize(
    ("links", "why"),
    [
        ({"weeks/2023-03-27.toml": "/etc/hostname"}, "weeks/2023-03-27.toml: isn't a regular file in the branch"),
        (
            {"archive/2023-03-27.json": "/proc/self/environ"},
            "archive/2023-03-27.json: isn't a regular file in the branch",
        ),
        ({"weeks": "/etc"}, ""),
        ({"archive": "../../.."}, ""),
    ],
)
def test_links_are_never_followed(desk: Desk, links: dict[str, str], why: str) -> None:
    push(desk, {"something.txt": "else"}, links)
    result = desk.runner.run("weekly")
    assert result in (
        PROPOSED,
        WELL | {"prepare": "failure"},
        PROPOSED | {"prepare": "failure"},
        PROPOSED | {"propose": "failure"},
    )
    assert why in desk.runner.log
    assert Path("/etc/hostname").read_text(encoding="utf-8").strip() not in desk.runner.summary
    assert KEY not in written(desk)


@pytest.mark.parametrize(
    ("notes", "why"),
    [("introduction = 3\n", "introduction"), ("x" * 2_100_000, "has 2,100,000 bytes"), ("\x00", "not TOML")],
)
def test_notes_that_are_no_notes_hold_only_their_week_back(desk: Desk, notes: str, why: str) -> None:
    push(desk, {"weeks/2023-03-27.toml": notes}, {})
    assert desk.runner.run("weekly") == WELL | {"prepare": "failure"}, desk.runner.log
    assert f"weekly: the week of 2023-03-27: {BRANCH}: weeks/2023-03-27.toml" in desk.runner.log
    assert why in desk.runner.log


def test_a_forged_archive_changes_no_pull_request(desk: Desk) -> None:
    assert desk.runner.run("weekly") == PROPOSED, desk.runner.log
    archived = desk.text("archive/2023-03-27.json", BRANCH)
    forged = archived.replace("11517", "99999")
    assert forged != archived
    desk.git("fetch", "--quiet", "origin")
    desk.git("checkout", "--quiet", "-B", "edit", f"origin/{BRANCH}")
    desk.commit({"archive/2023-03-27.json": forged}, BRANCH)
    assert desk.runner.run("weekly") == PROPOSED, desk.runner.log
    assert "99999" not in desk.text("archive/2023-03-27.json", BRANCH)
    assert "99999" not in desk.text("review/2023-03-27.md", BRANCH)


def test_answers_of_a_writer_in_a_branch_are_checked(desk: Desk) -> None:
    quote = "Fix candid based authentication on file transfers"
    sentences = [
        {"text": "Fixed Candid based authentication on transfers.", "support": [quote]},
        {"text": "Fixed Candid based authentication, see [here](https://evil.example).", "support": [quote]},
    ]
    reply = {"id": "canonical/lxd#11526", "sentences": sentences}
    answers = {"schema_version": 1, "week": {"monday": "2023-03-27"}, "replies": [reply]}
    push(desk, {"archive/2023-03-27.writer.json": json.dumps(answers)}, {})
    assert desk.runner.run("weekly") == PROPOSED, desk.runner.log
    review = desk.text("review/2023-03-27.md", BRANCH)
    assert "- Fixed Candid based authentication on transfers.\n" in review
    assert "evil.example" not in review
    assert "Candid" in desk.text("archive/2023-03-27.writer.json", BRANCH)
