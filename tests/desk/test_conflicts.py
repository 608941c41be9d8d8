"""Several editors of one week: pages, text editors and git. Nobody's words are lost, and each step can be undone."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.desk.conftest import Page, bullets, entries
from tests.desk.test_actions import CRASH, IMAGES, NOTIFY, pulls
from tests.support.desk import WEEK
from tests.support.preview_pages import ATTACKS, Read
from weekly import archive


def write(page: Page, text: str) -> None:
    page.notes.parent.mkdir(exist_ok=True)
    page.notes.write_text(text, encoding="utf-8")


def test_two_pages_that_change_different_bullets_keep_both_changes(page: Page) -> None:
    seen = page.state["version"]
    assert page.act("set_text", base=seen, target=pulls(IMAGES), text="From one.").status == 200
    state = page.act("set_text", base=seen, target=pulls(CRASH), text="From the other.").json
    assert entries(state)[IMAGES]["text"] == "From one."
    assert entries(state)[CRASH]["text"] == "From the other."


def test_a_page_is_shown_what_another_page_changed_in_the_same_bullet(page: Page) -> None:
    page.done("set_text", target=pulls(IMAGES), text="First.")
    seen = page.state["version"]
    page.done("set_text", target=pulls(IMAGES), text="From one.")
    before = page.text
    reply = page.act("set_text", base=seen, target=pulls(IMAGES), text="From the other.")
    assert reply.status == 409
    assert "has changed, also in the part" in reply.json["message"]
    assert '-"canonical/lxd#11514".text = "First."' in reply.json["changes"]
    assert '+"canonical/lxd#11514".text = "From one."' in reply.json["changes"]
    assert page.text == before
    again = page.act("set_text", base=page.state["version"], target=pulls(IMAGES), text="From the other.")
    assert entries(again.json)[IMAGES]["text"] == "From the other."


@pytest.mark.parametrize(
    ("action", "changed"),
    [
        ({"action": "set_introduction", "text": "Mine."}, 'introduction = "Theirs."'),
        ({"action": "move", "target": pulls(IMAGES), "project": "LXD", "kind": "improvement", "place": 2}, f'[pulls]\n"{IMAGES}".show = false'),
        ({"action": "merge", "targets": [pulls(IMAGES), pulls(CRASH)], "text": None}, f'[pulls]\n"{CRASH}".text = "Theirs."'),
        ({"action": "set_video", "url": "https://a.example/1", "text": "Mine."}, '[[videos]]\nurl = "https://a.example/1"\ntext = "Theirs."'),
    ],
)  # fmt: skip
def test_an_action_about_what_a_text_editor_changed_is_a_conflict(
    page: Page, action: dict[str, object], changed: str
) -> None:
    seen = page.state["version"]
    write(page, changed + "\n")
    assert page.post("act", {"base": seen, "action": action}).status == 409
    assert page.text == changed + "\n"


def test_a_note_by_its_number_is_not_changed_after_others_were_added(page: Page) -> None:
    page.done("add_highlight", project="LXC", kind="improvement", text="One.")
    seen = page.state["version"]
    write(
        page,
        page.text.replace("[[highlights]]", '[[highlights]]\nproject = "LXC"\ntext = "Zero."\n\n[[highlights]]', 1),
    )
    assert page.act("set_text", base=seen, target={"note": 0}, text="Changed.").status == 409
    assert bullets(page.state, "LXC") == ["Zero.", "One."]


def test_a_change_on_disk_is_shown_and_kept(page: Page) -> None:
    first = page.state
    write(page, f'# By hand.\ntitle = "A title"\n[pulls]\n"{NOTIFY}".text = "By hand." # so\n')
    assert page.get("version").json != first["stamp"]
    assert page.state["title"] == "A title"
    state = page.act("set_text", base=first["version"], target=pulls(IMAGES), text="On the page.").json
    assert entries(state)[NOTIFY]["text"] == "By hand."
    assert '# By hand.\ntitle = "A title"\n' in page.text
    assert '.text = "By hand." # so\n' in page.text


def test_a_version_that_this_desk_never_had_is_a_conflict(page: Page) -> None:
    assert page.act("set_introduction", base="0123456789abcdef", text="Mine.").status == 409
    assert page.text == ""


def test_a_broken_file_is_shown_with_its_line_and_not_written_to(page: Page) -> None:
    page.done("set_introduction", text="Mine.")
    broken = page.text + '[[highlights]]\npulls = "no list"\n'
    write(page, broken)
    state = page.state
    assert f"weeks/{WEEK}.toml:3: highlights[0].pulls: must be a list, not text" in state["error"]
    assert entries(state)["introduction"]["text"] == "Mine.", "the last post that could be read"
    assert page.act("set_introduction", base=state["version"], text="More.").status == 422
    assert page.text == broken
    write(page, 'introduction = "Corrected."\n')
    assert page.state["error"] == ""


def test_every_step_is_undone_and_done_again_to_the_byte(new_page: Page) -> None:
    page = new_page
    texts = [page.text]
    for number in range(5):
        page.done("set_text", target=pulls(IMAGES if number % 2 else CRASH), text=f"Number {number}.")
        texts.append(page.text)
    for count, text in enumerate(reversed(texts[:-1]), 1):
        assert page.post("undo", {}).json["steps"] == [5 - count, count]
        assert page.text == text
    for text in texts[1:]:
        assert page.post("redo", {}).status == 200
        assert page.text == text
    assert page.post("redo", {}).json["steps"] == [5, 0], "nothing is left to do again"


def test_undo_leaves_what_others_changed_since(new_page: Page) -> None:
    page = new_page
    write(page, 'title = "A title"\n\n# The end.\n')
    page.done("set_introduction", text="Mine.")
    write(page, page.text + '\n[projects.LXC]\ntext = "By hand."\n')
    state = page.post("undo", {}).json
    assert not entries(state)["introduction"].get("is_edited")
    assert 'text = "By hand."' in page.text
    assert entries(page.post("redo", {}).json)["introduction"]["text"] == "Mine."


def test_undo_of_what_others_changed_is_a_conflict(new_page: Page) -> None:
    page = new_page
    page.done("set_introduction", text="Mine.")
    write(page, 'introduction = "Theirs."\n')
    reply = page.post("undo", {})
    assert reply.status == 409
    assert '+introduction = "Theirs."' in reply.json["changes"]
    assert page.text == 'introduction = "Theirs."\n'


def test_a_new_action_ends_what_could_be_done_again(new_page: Page) -> None:
    new_page.done("set_introduction", text="One.")
    new_page.post("undo", {})
    assert new_page.done("set_introduction", text="Two.")["steps"] == [1, 0]


def test_a_changed_configuration_and_archive_are_followed(page: Page) -> None:
    settings = page.folder / "weekly.toml"
    whole = settings.read_text(encoding="utf-8")
    first = page.state
    settings.write_text(whole.replace("Weekly status #{number}", "News #{number}"), encoding="utf-8")
    state = page.state
    assert state["title"] == "News #292"
    assert state["stamp"] != first["stamp"]
    assert state["version"] == first["version"]
    settings.write_text(whole + "\n[nonsense]\n", encoding="utf-8")
    reply = page.get("state")
    assert (reply.status, "nonsense" in reply.json["message"]) == (422, True)
    settings.write_text(whole, encoding="utf-8")


def test_hostile_text_in_the_week_and_in_the_notes_stays_text(page: Page) -> None:
    attack = " ".join(ATTACKS)
    snapshot = archive.load(page.folder, WEEK)
    assert snapshot
    repos = [
        msgspec.structs.replace(
            repo,
            pulls=tuple(msgspec.structs.replace(pull, title=f"Add {attack}", body=attack) for pull in repo.pulls[-2:]),
        )
        for repo in snapshot.repos
    ]
    archive.save(page.folder, msgspec.structs.replace(snapshot, repos=tuple(repos)))
    try:
        page.done("set_introduction", text="\n\n".join(ATTACKS))
        page.done("add_highlight", project="LXC", kind="bugfix", text=attack)
        page.done("set_feature", index=None, heading=attack, text=attack, documentation="", pulls=[])
        state = page.done("set_event", index=None, title=attack, first_day="2023-05-04", place=attack)
        read = Read(state["body"]["html"])
        assert not read.tags & {"script", "img", "iframe", "svg", "style", "form", "object", "embed", "input"}
        assert not [
            name for _, given in read.elements for name in given if name.startswith("on") or name in ("style", "src")
        ]
        links = {given["href"] for tag, given in read.elements if tag == "a"}
        assert not [link for link in links if not link.startswith(("https://", "http://"))]
        assert {given["data-key"] for _, given in read.elements if "data-key" in given} <= set(entries(state))
        assert "text/html" not in page.get("facts").headers["content-type"]
    finally:
        archive.save(page.folder, snapshot)


def test_a_projects_own_templates_print_the_post_and_not_the_desk(page: Page) -> None:
    folder = page.folder / "templates"
    for name, text in (
        ("sections/nothing.md.j2", "- Quiet\n"),
        ("desk/desk.js", "alert(1)"),
        ("preview/parts.html.j2", "<script>"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    try:
        assert "<li>Quiet</li>" in page.state["body"]["html"]
        assert "alert(1)" not in page.get().text
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
