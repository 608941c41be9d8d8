"""A week's post at a forum and in GitHub Discussions: each with its record, and one that fails keeps no other."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import msgspec
import pytest

from tests.conftest import NOW
from tests.support.desk import LINE, WEEK, Desk, opened
from tests.support.discourse import KEY
from tests.support.discussions import REPO, TOKEN, Discussions
from tests.support.server import Response, Server, serving
from weekly.automation.git import WorkingTree
from weekly.automation.summary import Status
from weekly.http import retry
from weekly.http.clock import Clock
from weekly.pipeline.context import Context, Project
from weekly.pipeline.monday import due_weeks
from weekly.pipeline.monday_week import Run, publish_due
from weekly.publish.merge import unmarked
from weekly.publish.record import load_publication, save_publication

TABLE = f'\n[discussions]\nrepository = "{REPO}"\ncategory = "Announcements"\n'


@pytest.fixture
def hub() -> Discussions:
    return Discussions()


@pytest.fixture
def desk(tmp_path: Path, hub: Discussions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    with opened(tmp_path / "project") as desk, serving(Server(hub)) as github:
        with (desk.folder / "weekly.toml").open("a", encoding="utf-8") as file:
            file.write(TABLE)
        desk.weekly.environment |= {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": TOKEN}
        yield desk


DISCUSSION = f"https://github.com/{REPO}/discussions/1"


def topic_of(desk: Desk) -> str:
    return f"{desk.server.url}/t/weekly-status-292/{desk.forum.only.id}"


def test_a_post_goes_to_each_target_with_a_record_of_each(desk: Desk, hub: Discussions) -> None:
    ran = desk.done()
    assert ran.out == f"Created {topic_of(desk)}\nCreated {DISCUSSION}\n"
    assert "recorded in published/2023-03-27.md and .json" in ran.err
    assert "recorded in published/discussions/2023-03-27.md and .json" in ran.err
    assert (desk.forum.only.text, hub.only.title) == (desk.text, "Weekly status #292")
    assert hub.only.body == f"{desk.text}\n\n<!-- weekly: weekly-lxd-2023-03-27 -->"
    assert desk.done().out == f"Unchanged {topic_of(desk)}\nUnchanged {DISCUSSION}\n"


def test_a_forums_record_is_the_same_with_and_without_discussions(desk: Desk, tmp_path: Path) -> None:
    desk.done("--target", "forum")
    alone = (desk.records / "2023-03-27.json").read_bytes()
    desk.lose_record()
    desk.done()
    assert (desk.records / "2023-03-27.json").read_bytes() == alone


def test_a_dry_run_lists_each_target(desk: Desk, hub: Discussions) -> None:
    ran = desk.done("--dry-run")
    plans = [line for line in ran.out.splitlines() if line.startswith("create: ")]
    assert plans == [
        f"create: the week has no post yet: {desk.server.url}",
        f"create: the week has no post yet: https://github.com/{REPO}/discussions",
    ]
    assert not desk.forum.topics
    assert not hub.discussions


def test_a_forum_that_fails_keeps_no_discussion(desk: Desk, hub: Discussions) -> None:
    desk.weekly.environment["DISCOURSE_API_KEY"] = "refused"
    ran = desk.publish()
    assert ran.code == 1
    assert ran.out == f"Created {DISCUSSION}\n"
    assert f"weekly: error: forum: {desk.server.url}/" in ran.err
    assert unmarked(hub.only.body) == desk.text
    desk.weekly.environment["DISCOURSE_API_KEY"] = KEY
    assert desk.done().out == f"Created {topic_of(desk)}\nUnchanged {DISCUSSION}\n"


def test_discussions_that_fail_keep_no_topic(desk: Desk, hub: Discussions) -> None:
    hub.may_write = False
    ran = desk.publish()
    assert ran.code == 1
    assert ran.out == f"Created {topic_of(desk)}\n"
    assert f"weekly: error: discussions: https://github.com/{REPO}/discussions: refused (FORBIDDEN" in ran.err
    hub.may_write = True
    assert desk.done().out == f"Unchanged {topic_of(desk)}\nCreated {DISCUSSION}\n"


def test_json_has_a_row_for_each_target(desk: Desk, hub: Discussions) -> None:
    hub.may_write = False
    ran = desk.publish("--format", "json")
    row = json.loads(ran.out)
    assert (row["code"], row["changed"], row["url"]) == (1, True, topic_of(desk))
    assert [(one["name"], one["code"], one["changed"]) for one in row["targets"]] == [
        ("forum", 0, True),
        ("discussions", 1, False),
    ]
    assert row["reasons"][0].startswith("discussions: https://github.com/")
    hub.may_write = True
    assert set(json.loads(desk.publish("--format", "json", "--target", "forum").out)) == {
        "week", "code", "dry_run", "changed", "url", "reasons",
    }  # fmt: skip


def test_a_conflict_is_decided_at_one_target_at_a_time(desk: Desk, hub: Discussions) -> None:
    desk.done()
    hub.edit(hub.only, f"{LINE}\n\n{hub.only.body}")
    desk.forum.edit(desk.forum.only.raw.replace("## Ubuntu\n\n- Nothing to report this week", f"## Ubuntu\n\n{LINE}"))
    desk.news()
    ran = desk.publish()
    assert ran.code == 1
    assert f"Updated {DISCUSSION}, 1 edit kept\n" in ran.out
    assert "weekly: conflict: somebody edited the same 1 place of the text" in ran.err
    assert desk.publish("--ours") == (
        2, "", "weekly: error: --ours: the post goes to several targets; add --target forum or --target discussions\n",
    )  # fmt: skip
    assert desk.done("--ours", "--target", "forum").out == (
        f"Updated {topic_of(desk)}; where both changed the same, --ours decided\n"
    )
    assert LINE in hub.only.body


def test_each_target_has_its_own_limit_and_markdown(desk: Desk, hub: Discussions) -> None:
    desk.forum.settings["max_post_length"] = 3000
    desk.configure('kind = "upstream"\n', 'kind = "upstream"\ndetails_above = 3\n')
    desk.done()
    assert len(desk.forum.only.raw) <= 3000 < len(hub.only.body)
    assert "<details><summary>" in hub.only.body
    assert "[details=" not in hub.only.body
    assert desk.done().out == f"Unchanged {topic_of(desk)}\nUnchanged {DISCUSSION}\n"


def test_an_incomplete_week_goes_nowhere(desk: Desk, hub: Discussions) -> None:
    desk.weekly.now = datetime(2023, 4, 2, 23, 59, tzinfo=UTC)
    desk.change_snapshot(gathered_at=datetime(2023, 4, 2, 23, tzinfo=UTC))
    ran = desk.publish()
    assert (ran.code, ran.out) == (1, "")
    for name in ("forum", "discussions"):
        assert f"weekly: not published to {name}: the week of 2023-03-27 ends at" in ran.err
    assert not hub.discussions


def test_a_target_that_is_not_configured_is_named(desk: Desk) -> None:
    desk.configure(TABLE, "")
    ran = desk.publish("--target", "discussions")
    assert ran.code == 2
    assert "--target discussions: weekly.toml has no [discussions]; add it, or leave the option out" in ran.err
    assert desk.publish("--target", "forum", "--to", "site").code == 2


def test_a_trial_goes_to_the_forum_alone(desk: Desk, hub: Discussions) -> None:
    desk.configure("\n[discussions]", '\n[forum.trial]\nrecipients = ["somebody"]\n\n[discussions]')
    desk.done("--trial")
    assert len(desk.forum.standing) == 1
    assert not hub.discussions


# The Monday run -------------------------------------------------------------------------------------------------------


def monday(desk: Desk, first_week: str) -> str:
    desk.configure("# first_week = 2023-04-03", f"first_week = {first_week}")
    ran = desk.weekly("monday", "--mode", "direct")
    return f"{ran.code}\n{ran.out}{ran.err}"


def test_the_monday_run_publishes_at_each_target_and_reports_the_one_that_fails(desk: Desk, hub: Discussions) -> None:
    hub.is_enabled = False
    text = monday(desk, "2023-03-27")
    assert text.startswith(f"1\nCreated {topic_of(desk)}\n")
    assert (
        f"the week of 2023-03-27: discussions: https://github.com/{REPO}/discussions: discussions are switched off"
        in text
    )
    hub.is_enabled = True
    ran = desk.weekly("monday", "--mode", "direct")
    assert (ran.code, ran.out) == (0, f"Unchanged {topic_of(desk)}\nCreated {DISCUSSION}\n")


def test_the_monday_run_commits_the_records_of_each_target(desk: Desk, hub: Discussions) -> None:
    """Also where one fails: the other's record must not be lost with the runner."""
    tree = mock.Mock(spec=WorkingTree, branch="main")
    tree.is_ahead.return_value = False
    context = Context(now=NOW, environment=desk.weekly.environment, folder=desk.folder, clock=Clock(time.time))
    run = Run(project=Project.at(desk.folder), context=context, dry_run=False, tree=tree)
    hub.may_write = False
    assert publish_due(WEEK, run).status is Status.HELD
    hub.may_write = True
    assert publish_due(WEEK, run).status is Status.PUBLISHED
    for call in tree.commit.call_args_list:
        records = {path for path in call.args[0] if "published/" in path}
        names = {"published/2023-03-27", "published/discussions/2023-03-27"}
        assert records == {f"{name}{suffix}" for name in names for suffix in (".json", ".md")}
    assert [call.args[1] for call in tree.commit.call_args_list] == [
        "Archive the week of 2023-03-27", "Publish the week of 2023-03-27",
    ]  # fmt: skip


def test_a_target_that_is_added_later_gets_no_older_week(desk: Desk, hub: Discussions) -> None:
    """And a week that one target lacks is due again, though the other has it."""
    desk.configure("# first_week = 2023-04-03", "first_week = 2023-03-20")
    known = Project.at(desk.folder)
    desk.done("--target", "forum")
    record = load_publication(desk.records, WEEK)
    assert record is not None
    older = WEEK.shifted(-1)
    save_publication(desk.records, msgspec.structs.replace(record, week=older))
    context = Context(now=NOW, environment=desk.weekly.environment, folder=desk.folder, clock=Clock(time.time))
    assert due_weeks(known, context) == (WEEK,)
    save_publication(desk.records / "discussions", msgspec.structs.replace(record, week=older.shifted(-1)))
    assert due_weeks(known, context) == (older, WEEK)


def test_servers_that_are_both_down_are_both_named(desk: Desk, hub: Discussions) -> None:
    desk.server.faults = [lambda _: Response(status=502, body=b"", headers={})] * 9
    hub.viewers = {}
    ran = desk.publish()
    assert ran.code == 1
    assert "weekly: error: forum: " in ran.err
    assert "weekly: error: discussions: " in ran.err
    assert "the token in GITHUB_TOKEN was refused (401 Bad credentials)" in ran.err
