"""Publishing over real HTTP, to a stand-in forum on loopback: once, and never over somebody's words."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.desk import LINE, WEEK, Desk, opened
from tests.fakes.discourse import KEY, READ_KEY, USER, Discourse
from weekly import archive
from weekly.discourse import client
from weekly.model import Outcome, Problem, Severity


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.0)
    with opened(tmp_path / "project") as desk:
        yield desk


def test_the_topic_is_created_and_kept(desk: Desk) -> None:
    ran = desk.done()
    topic = desk.forum.only
    assert (topic.title, topic.raw, topic.user) == ("Weekly status #292", desk.text, USER)
    assert (topic.external_id, topic.category) == ("weekly-2023-03-27", 4)
    url = f"{desk.server.url}/t/weekly-status-292/{topic.id}"
    assert ran.out == f"create: nothing of this week stands there yet: {url}\n"
    assert (desk.records / "2023-03-27.md").read_text(encoding="utf-8").rstrip("\n") == desk.text
    kept = json.loads((desk.records / "2023-03-27.json").read_text(encoding="utf-8"))
    assert (kept["topic"], kept["post"], kept["version"], kept["stage"]) == (topic.id, topic.post, 1, "stands")


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_second_run_leaves_it_alone(desk: Desk, is_lost: bool) -> None:
    desk.done()
    before = {path.name: path.read_bytes() for path in desk.records.iterdir()}
    if is_lost:
        desk.lose_record()
    assert desk.done().out.startswith("leave: this very text stands there: http")
    assert desk.forum.only.version == 1
    assert {path.name: path.read_bytes() for path in desk.records.iterdir()} == before


@pytest.mark.parametrize("is_lost", [False, True])
def test_what_is_new_comes_into_the_topic(desk: Desk, is_lost: bool) -> None:
    desk.done()
    desk.news()
    if is_lost:
        desk.lose_record()
    assert desk.done().out.startswith("update: there is something new: http")
    assert "A new snap was built." in desk.forum.only.raw
    assert desk.forum.only.raw == desk.text


def test_edits_on_the_forum_are_merged(desk: Desk) -> None:
    desk.done()
    desk.forum.edit(f"{LINE}\n\n{desk.forum.only.raw}")
    assert desk.done().out.startswith("leave: nothing new, and somebody's edits stay: http")
    desk.news()
    assert desk.done().out.startswith("update: what is new is merged with somebody's edits: http")
    assert desk.forum.only.raw == f"{LINE}\n\n{desk.text}"
    assert desk.done().out.startswith("leave: ")
    desk.configure('"A new snap was built."', '"Two new snaps were built."')
    desk.done()
    assert desk.forum.only.raw == f"{LINE}\n\n{desk.text}"


def clash(desk: Desk) -> str:
    """Both change the same line; what stands on the forum."""
    desk.done()
    ubuntu = "## Ubuntu\n\n- "
    assert f"{ubuntu}Nothing to report this week" in desk.forum.only.raw
    desk.forum.edit(desk.forum.only.raw.replace(f"{ubuntu}Nothing to report this week", f"{ubuntu}Somebody's words."))
    desk.news()
    return desk.forum.only.raw


def test_where_both_changed_the_same_nothing_is_changed(desk: Desk) -> None:
    theirs = clash(desk)
    kept = {path.name: path.read_bytes() for path in desk.records.iterdir()}
    ran = desk.publish()
    assert ran.code == 1
    assert "weekly: conflict: somebody edited the same 1 place of the text that changed here too" in ran.err
    assert "Somebody's words" in ran.out
    assert "\n-- Somebody's words.\n+- A new snap was built.\n" in ran.out
    assert desk.forum.only.raw == theirs
    assert {path.name: path.read_bytes() for path in desk.records.iterdir()} == kept


def test_theirs_and_ours_decide(desk: Desk) -> None:
    theirs = clash(desk)
    assert desk.done("--theirs").out.startswith("leave: ")
    assert desk.forum.only.raw == theirs
    assert desk.done().out.startswith("leave: "), "decided once, it stays so"
    desk.configure('"A new snap was built."', '"Two new snaps were built."')
    assert desk.publish().code == 1
    assert desk.done("--ours").out.startswith("update: ")
    assert "Two new snaps" in desk.forum.only.raw
    assert "Somebody's words" not in desk.forum.only.raw
