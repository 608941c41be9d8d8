"""What an editor does on the desk, through its server, and what the notes then say."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.conftest import ROOT
from tests.desk.conftest import Page, bullets, entries, opened
from tests.support.desk import WEEK
from tests.support.facts import MISSING, SHARED, real_pulls, sample
from weekly import archive, config
from weekly.notes.file import load_notes
from weekly.pipeline.edit import Desk
from weekly.week import Week

IMAGES, MOVES, CONNECTIONS = "canonical/lxd#11514", "canonical/lxd#11519", "canonical/lxd#11529"
CRASH, CANDID, NOTIFY = "canonical/lxd#11517", "canonical/lxd#11526", "canonical/lxd#11525"
CHARM = "canonical/charm-lxd#103"
VIDEO = "https://www.youtube.com/watch?v=6NCLnd5_guQ"


def pulls(*refs: str) -> dict[str, list[str]]:
    return {"pulls": list(refs)}


def test_a_sentence_is_rewritten_and_taken_back(page: Page) -> None:
    drafted = entries(page.state)[IMAGES]["text"]
    state = page.done("set_text", target=pulls(IMAGES), text="VM images are *smaller*.")
    entry = entries(state)[IMAGES]
    assert entry["text"] == "VM images are *smaller*."
    assert entry["is_edited"]
    assert "VM images are <em>smaller</em>." in state["body"]["html"]
    assert "VM images are *smaller*." in page.text
    assert entries(page.done("set_text", target=pulls(IMAGES), text=None))[IMAGES]["text"] == drafted


def test_the_introduction_is_rewritten_and_taken_back(page: Page) -> None:
    state = page.done("set_introduction", text="One.\n\nTwo.")
    assert entries(state)["introduction"]["text"] == "One.\n\nTwo."
    assert '<div data-key="introduction"><p>One.</p>\n<p>Two.</p>\n</div>' in state["body"]["html"]
    state = page.done("set_introduction", text=None)
    assert entries(state)["introduction"]["text"] == state["introduction"]


def test_a_bullet_changes_kind_and_project(page: Page) -> None:
    state = page.done("set_kind", target=pulls(NOTIFY), kind="improvement")
    assert entries(state)[NOTIFY]["kind"] == "improvement"
    state = page.done("set_project", target=pulls(NOTIFY), project="LXCFS")
    assert entries(state)[NOTIFY]["project"] == "LXCFS"
    state = page.done("set_kind", target=pulls(NOTIFY), kind="housekeeping")
    assert NOTIFY in entries(state, shown=False)


def test_a_bullet_is_hidden_and_shown(page: Page) -> None:
    state = page.done("set_shown", target=pulls(CRASH), shown=False)
    hidden = entries(state, shown=False)[CRASH]
    assert CRASH not in entries(state)
    assert "left out" in hidden["why"]
    assert CRASH in entries(page.done("set_shown", target=pulls(CRASH), shown=True))


def test_a_pull_request_that_was_left_out_is_shown(page: Page) -> None:
    left = next(key for key, entry in entries(page.state, shown=False).items() if key.startswith("canonical/lxd#"))
    state = page.done("set_shown", target=pulls(left), shown=True)
    assert entries(state)[left]["kind"] == "improvement"


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_bullet_moves_within_its_list(page: Page, place: int) -> None:
    before = bullets(page.state)
    text = before.pop(0)
    state = page.done("move", target=pulls(IMAGES), project="LXD", kind="improvement", place=place)
    before.insert(place - 1, text)
    assert bullets(state) == before
    assert entries(state)[IMAGES]["place"] == place


def test_a_bullet_moves_to_another_list_and_project(page: Page) -> None:
    state = page.done("move", target=pulls(IMAGES), project="LXD", kind="bugfix", place=2)
    assert (entries(state)[IMAGES]["kind"], entries(state)[IMAGES]["place"]) == ("bugfix", 2)
    state = page.done("move", target=pulls(IMAGES), project="LXD Charm", kind="improvement", place=1)
    assert bullets(state, "LXD Charm")[0] == entries(state)[IMAGES]["text"]


def test_bullets_are_merged_and_split(page: Page) -> None:
    targets = [pulls(CRASH), pulls(CANDID)]
    state = page.done("merge", targets=targets, text="Fixed a crash and Candid.")
    merged = entries(state)[f"{CRASH} {CANDID}"]
    assert merged["text"] == "Fixed a crash and Candid."
    assert merged["refs"] == [CRASH, CANDID]
    state = page.done("split", target=merged["target"])
    assert {CRASH, CANDID} <= set(entries(state))


def test_a_highlight_is_added_changed_moved_and_removed(page: Page) -> None:
    state = page.done("add_highlight", project="LXC", kind="improvement", text="Thanks to all.")
    (entry,) = [entry for entry in entries(state).values() if entry["key"].startswith("note")]
    assert entry["target"] == {"note": 0}
    state = page.done("set_text", target=entry["target"], text="Thanks to everyone.")
    assert bullets(state, "LXC") == ["Thanks to everyone."]
    state = page.done("set_shown", target=entry["target"], shown=False)
    assert entries(state, shown=False)["note 0"]["text"] == "Thanks to everyone."
    assert "note 0" in entries(page.done("set_shown", target=entry["target"], shown=True))
    state = page.done("reset", target=entry["target"])
    assert "note 0" not in entries(state)
    assert bullets(state, "LXC") == []


def test_a_feature_is_added_changed_and_removed(page: Page) -> None:
    values = {"heading": "Differences", "text": "Only *those* are loaded.", "documentation": "", "pulls": [IMAGES]}
    page.done("set_text", target=pulls(IMAGES), text="A bullet of its own.")
    state = page.done("set_feature", index=None, **values)
    entry = entries(state)["feature 0"]
    assert entry["fields"]["pulls"] == [IMAGES]
    assert IMAGES not in entries(state)
    assert IMAGES not in entries(state, shown=False)
    html = state["body"]["html"]
    assert '<div data-key="feature 0"><h2>Differences</h2>\n<p>Only <em>those</em> are loaded.</p>\n</div>' in html
    state = page.done("set_feature", index=0, **values | {"heading": "Deltas"})
    assert entries(state)["feature 0"]["fields"]["heading"] == "Deltas"
    state = page.done("set_feature", index=0, **values | {"heading": ""})
    assert "feature 0" not in entries(state)
    assert IMAGES in entries(state)


def test_an_event_is_added_changed_and_removed(page: Page) -> None:
    state = page.done("set_event", index=None, title="A meeting", first_day="2023-05-04", place="Ghent")
    assert entries(state)["event 0"]["fields"]["first_day"] == "2023-05-04"
    assert '<span hidden data-bullet="event 0"></span>4th May 2023: A meeting' in state["body"]["html"]
    state = page.done("set_event", index=0, title="A large meeting", first_day="2023-05-04")
    assert entries(state)["event 0"]["text"] == "A large meeting"
    assert "Ghent" not in page.text
    assert "event 0" not in entries(page.done("set_event", index=0, title=""))


def test_a_video_is_added_with_words_and_hidden(page: Page) -> None:
    state = page.done("set_video", url=VIDEO, text="About devices:", by=None, shown=True)
    entry = entries(state)[f"video {VIDEO}"]
    assert entry["fields"] == {"url": VIDEO, "text": "About devices:", "show": True}
    html = state["body"]["html"]
    region = html.partition(f'<div data-key="video {VIDEO}">')[2]
    assert region.startswith("<p>About devices:</p>")
    state = page.done("set_video", url=VIDEO, text="About devices:", by=None, shown=False)
    assert f"video {VIDEO}" in entries(state, shown=False)


def test_a_note_is_removed_and_the_draft_returns(page: Page) -> None:
    before = page.state["body"]["html"]
    page.done("set_text", target=pulls(NOTIFY), text="Mine.")
    page.done("set_kind", target=pulls(NOTIFY), kind="improvement")
    assert page.done("reset", target=pulls(NOTIFY))["body"]["html"] == before


def test_confirming_a_kind_makes_a_bullet_sure(page: Page) -> None:
    unsure = [entry for entry in entries(page.state).values() if entry.get("is_unsure")]
    assert unsure
    state = page.done("set_kind", target=unsure[0]["target"], kind=unsure[0]["kind"])
    assert "is_unsure" not in entries(state)[unsure[0]["key"]]


def test_each_pull_request_has_its_facts_and_words(page: Page) -> None:
    facts = page.get("facts").json
    assert {IMAGES, CRASH, CHARM} <= set(facts)
    assert facts[CRASH]["title"] == "lxd/api: Don't crash by passing a nil localConfig"
    assert facts[CRASH]["commits"][0]["subject"]
    assert facts[CRASH]["files"]
    assert facts[CRASH]["words"]["draft"] == entries(page.state)[CRASH]["text"]
    assert facts[MOVES]["words"]["commits"].startswith("Added ")
    about = page.state["body"]["explanations"][CRASH]
    assert about["reason"]
    assert about["kind"] == "bugfix"


def test_release_note_and_description_are_words_to_take(page: Page) -> None:
    snapshot = archive.load(page.folder, WEEK)
    assert snapshot
    repos = list(snapshot.repos)
    body = "It was slow. Now it is fast.\n\n```release-note\nImages load *twice* as fast.\n```\n"
    lead = msgspec.structs.replace(repos[0].pulls[0], body=body)
    repos[0] = msgspec.structs.replace(repos[0], pulls=(lead, *repos[0].pulls[1:]))
    archive.save(page.folder, msgspec.structs.replace(snapshot, repos=tuple(repos)))
    words = page.get("facts").json[lead.ref]["words"]
    assert words["release note"] == r"Images load \*twice\* as fast."
    assert words["description"] == "It was slow. Now it is fast."
    assert entries(page.state)[lead.ref]["text"] == words["draft"] == words["release note"]
    archive.save(page.folder, snapshot)


def test_text_is_rendered_as_the_forum_shows_it(page: Page) -> None:
    html = page.post("render", {"text": "*One* @two\n\n<script>alert(1)</script>"}).json
    assert html.startswith('<p><em>One</em> <span class="mention">@two</span></p>')
    assert "script" not in html


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"action": "set_project", "target": pulls(IMAGES), "project": "LXX"}, "there is no project 'LXX'; did you mean 'LXD'?"),
        ({"action": "set_video", "url": "javascript:alert(1)", "text": ""}, "url"),
        ({"action": "set_text", "target": {"note": 7}, "text": "x"}, "7"),
        ({"action": "set_event", "index": 3, "title": "x", "first_day": "2023-05-04"}, "3"),
    ],
)  # fmt: skip
def test_what_the_notes_must_not_say_is_refused_and_not_written(
    page: Page, action: dict[str, object], message: str
) -> None:
    reply = page.post("act", {"base": page.state["version"], "action": action})
    assert reply.status == 422
    assert message in reply.json["message"]
    assert page.text == ""


def test_only_the_notes_are_written(page: Page) -> None:
    before = {path: path.read_bytes() for path in page.folder.rglob("*") if path.is_file()}
    page.done("set_introduction", text="Mine.")
    page.post("undo", {})
    page.post("redo", {})
    after = {path: path.read_bytes() for path in page.folder.rglob("*") if path.is_file()}
    assert after == before | {page.notes: page.notes.read_bytes()}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_words_written_by_hand_stay_to_the_byte(page: Page, newline: str, mark: str) -> None:
    mine = mark + newline.join(
        ["# Mine,  with   blanks", "", "title='A  title' # why", "", "[projects.LXC]", 'text = """', "a", 'b"""', ""]
    )
    page.notes.parent.mkdir()
    page.notes.write_bytes(mine.encode())
    page.done("set_text", target=pulls(IMAGES), text="Images.")
    page.done("set_introduction", text="Hello.")
    for line in mine.splitlines(keepends=True):
        assert line in page.text
    assert page.text.startswith(mark)
    assert "\r\n" in page.text if newline == "\r\n" else "\r" not in page.text
    assert load_notes(page.folder, WEEK).introduction == "Hello."


def test_the_length_follows_each_action(page: Page) -> None:
    before = page.state
    state = page.done("set_introduction", text="x" * 40_000)
    assert state["limit"] == before["limit"] == 32_000
    assert state["length"] > 40_000
    assert any(
        "32,000" in note["finding"]["message"] or "32000" in note["finding"]["message"]
        for note in state["body"]["findings"]
    )


@pytest.mark.skipif(not SHARED.is_dir(), reason=MISSING)
def test_an_action_in_the_largest_week(tmp_path: Path) -> None:
    weeks = Counter(pull.merged_at.date() - timedelta(days=pull.merged_at.weekday()) for pull in real_pulls())
    week = Week(monday=weeks.most_common(1)[0][0])
    settings = shutil.copy(ROOT / "weekly.toml", tmp_path)
    repos = tuple(repository.repo for repository in config.load(Path(settings)).repositories)
    archive.save(tmp_path, sample(week, repos, real_pulls(), datetime.now(UTC)))
    desk = Desk(tmp_path, week)
    state = json.loads(desk.routes["GET state"](b"").content)
    target = state["body"]["entries"][1]["target"]
    body = {"base": state["version"], "action": {"action": "set_text", "target": target, "text": "Changed."}}
    answer = desk.routes["POST act"](json.dumps(body).encode())
    assert answer.status == 200
    assert "Changed." in answer.content


def test_a_failure_of_weekly_itself_is_reported_to_the_page(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("no idea")

    monkeypatch.setattr("weekly.pipeline.edit.compose_post", fails)
    reply = page.get("state")
    assert (reply.status, reply.text) == (500, "This is a bug in weekly: no idea\n")


def test_a_second_desk_continues_with_the_same_notes(page: Page) -> None:
    page.done("set_introduction", text="Mine.")
    with opened(page.folder) as other:
        assert entries(other.state)["introduction"]["text"] == "Mine."
