"""What makes a topic the week's own, over real HTTP to the stand-in forum."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.desk import LINE, Desk, opened
from tests.support.discourse import USER, Discourse, Topic
from tests.support.server import Request, Response
from weekly.http import retry


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    with opened(tmp_path / "project") as desk:
        yield desk


def refuses(desk: Desk, *options: str) -> str:
    """Publish, which must fail and leave all topics as they are. Return the last message."""
    before = {number: vars(topic).copy() for number, topic in desk.forum.topics.items()}
    ran = desk.publish(*options)
    assert ran.code == 1, ran.err
    assert {number: vars(topic) for number, topic in desk.forum.topics.items()} == before
    return next(line for line in ran.err.splitlines() if "error: " in line or "conflict: " in line)


def begun(forum: Discourse, title: str, raw: str, *, external_id: str | None = None, user: str = USER) -> Topic:
    topic = forum.begin(title, raw, user=user)
    topic.external_id = external_id
    return topic


def edit_record(desk: Desk, **fields: object) -> None:
    path = desk.records / "2023-03-27.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | fields), encoding="utf-8")


@pytest.mark.parametrize("is_in_notes", [False, True])
@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"external_id": "weekly-2023-03-20"}, "has the external id weekly-2023-03-20"),
        ({"external_id": "weekly-lxcfs-2023-03-27"}, "has the external id weekly-lxcfs-2023-03-27"),
        ({"user": "somebody"}, "was begun by somebody, not by weekly-bot"),
        ({"raw": "Words.\n\n<!-- weekly: weekly-2023-03-20 -->"}, "has the mark of weekly-2023-03-20"),
    ],
)
def test_a_number_that_leads_elsewhere_changes_nothing(
    desk: Desk, fields: dict[str, str], why: str, is_in_notes: bool
) -> None:
    given = {"raw": "Last week's words."} | fields
    topic = begun(desk.forum, "Weekly status #291", **given)
    if is_in_notes:
        (desk.folder / "weeks").mkdir()
        (desk.folder / "weeks" / "2023-03-27.toml").write_text(f"topic = {topic.id}\n", encoding="utf-8")
    options = () if is_in_notes else ("--topic", str(topic.id))
    for side in ((), ("--ours",)):
        line = refuses(desk, *options, *side)
        assert f"/t/{topic.id}: {why}; correct `topic` in weeks/2023-03-27.toml or --topic" in line


def test_a_number_of_another_weeks_record_changes_nothing(desk: Desk) -> None:
    """That topic went through the queue, so it has no external id."""
    desk.done()
    topic = desk.forum.only
    topic.external_id = None
    other = desk.records / "2023-03-20.json"
    other.write_text(json.dumps({"schema_version": 1, "topic": topic.id}), encoding="utf-8")
    desk.lose_record()
    desk.records.mkdir()
    other.write_text(json.dumps({"schema_version": 1, "topic": topic.id}), encoding="utf-8")
    line = refuses(desk, "--topic", str(topic.id), "--ours")
    assert "is the post of the week of 2023-03-20" in line


def test_another_project_with_the_same_prefix_is_left_alone(desk: Desk) -> None:
    topic = begun(desk.forum, "Weekly status of LXCFS", "Theirs.", external_id="weekly-2023-03-27")
    for side in ((), ("--ours",), ("--theirs",)):
        line = refuses(desk, *side)
        assert "has another title and text, so another project may use this prefix" in line
        assert "forum.external_id_prefix" in line
        assert f"--topic {topic.id}" in line
    desk.configure('external_id_prefix = "weekly-"', 'external_id_prefix = "weekly-lxd-"')
    desk.done()
    assert topic.raw == "Theirs."
    assert [one.external_id for one in desk.forum.standing] == ["weekly-2023-03-27", "weekly-lxd-2023-03-27"]


@pytest.mark.parametrize("is_retitled", [False, True])
def test_a_lost_record_still_finds_the_projects_own_topic(desk: Desk, is_retitled: bool) -> None:
    desk.done()
    desk.lose_record()
    if is_retitled:
        desk.configure("Weekly status #", "Weekly report #")
    desk.news()
    desk.done()
    assert desk.forum.only.text == desk.text


def test_a_topic_under_our_id_that_a_stranger_began_is_left_alone(desk: Desk) -> None:
    begun(desk.forum, "Weekly status #292", "Mine.", external_id="weekly-2023-03-27", user="somebody")
    assert "was begun by somebody, not by weekly-bot" in refuses(desk, "--ours")


@pytest.mark.parametrize(
    "fields", [{"user": "somebody"}, {"external_id": "weekly-2022-01-03"}], ids=["a stranger's", "another week's"]
)
def test_after_a_restore_the_week_is_created_again_on_demand(desk: Desk, fields: dict[str, str]) -> None:
    desk.done()
    number = desk.forum.only.id
    desk.forum.topics.clear()
    stranger = begun(desk.forum, "Something else", "Their words.", **fields)
    assert stranger.id == number, "the number of the record"
    line = refuses(desk)
    assert f"conflict: the record has topic {number}, but that " in line
    assert "--theirs (no post) or --ours (a new one)" in line
    desk.forum.now += timedelta(minutes=3)
    desk.done("--ours")
    assert stranger.raw == "Their words."
    assert desk.forum.topics[number + 1].text == desk.text
    assert desk.done().out.startswith("Unchanged ")


def test_a_changed_prefix_makes_no_second_topic(desk: Desk) -> None:
    desk.done()
    desk.configure('external_id_prefix = "weekly-"', 'external_id_prefix = "weekly-lxd-"')
    desk.news()
    assert desk.done().out.startswith("Updated ")
    assert (desk.forum.only.external_id, desk.forum.only.text) == ("weekly-2023-03-27", desk.text)


def test_a_record_from_before_ids_were_recorded_leads_too(desk: Desk) -> None:
    desk.done()
    edit_record(desk, external_id="")
    desk.configure('external_id_prefix = "weekly-"', 'external_id_prefix = "weekly-lxd-"')
    desk.news()
    desk.done()
    assert desk.forum.only.text == desk.text


def test_a_changed_prefix_keeps_an_attempt_without_an_answer(desk: Desk) -> None:
    desk.done()
    edit_record(desk, stage="sending", topic=0, post=0, url="")
    desk.configure('external_id_prefix = "weekly-"', 'external_id_prefix = "weekly-lxd-"')
    desk.done()
    assert desk.forum.only.external_id == "weekly-2023-03-27"


# Records ------------------------------------------------------------------------------------------------------------


def test_a_refused_attempt_loses_no_news(desk: Desk) -> None:
    """Create, an edit, a deletion, news, --ours in vain, and a restoration."""
    desk.done()
    desk.forum.staff = False
    topic = desk.forum.only
    desk.forum.edit(f"{LINE}\n\n{topic.raw}")
    kept = {path.name: path.read_bytes() for path in desk.records.iterdir()}
    topic.deleted = True
    desk.news()
    assert "or --ours (a new one, unless the forum only hides the old one)" in refuses(desk)
    desk.forum.now += timedelta(minutes=3)
    assert "If a deleted topic has the external id weekly-2023-03-27, restore it there" in refuses(desk, "--ours")
    assert {path.name: path.read_bytes() for path in desk.records.iterdir()} == kept
    topic.deleted = False
    assert desk.done().out.endswith(", 1 edit kept\n")
    assert topic.text == f"{LINE}\n\n{desk.text}"


def test_a_refused_first_attempt_leaves_no_record(desk: Desk) -> None:
    begun(desk.forum, "Weekly status #292", "Somebody's.", user="somebody")
    assert "422" in refuses(desk)
    assert list(desk.records.iterdir()) == []


def test_ours_is_not_advised_where_a_deleted_topic_holds_the_id(desk: Desk) -> None:
    desk.done()
    desk.forum.only.deleted = True
    line = refuses(desk)
    assert line.endswith("--theirs (no post): " + f"{desk.server.url}/t/weekly-status-292/100")
    assert "--ours" not in line


# Moderated forums ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 404])
def test_a_week_that_may_wait_in_a_hidden_queue_is_not_sent_again(desk: Desk, status: int) -> None:
    desk.forum.moderates = True
    desk.done()
    desk.forum.pending_status = status
    desk.forum.now += timedelta(hours=1)
    line = refuses(desk)
    assert "the forum doesn't show this key the posts that wait for approval" in line
    assert len(desk.forum.queue) == 1
    assert desk.done("--theirs").out.startswith("Unchanged ")
    assert len(desk.forum.queue) == 1


def test_lost_records_are_no_reason_to_send_into_a_hidden_queue(desk: Desk) -> None:
    desk.forum.moderates = True
    desk.done()
    desk.lose_record()
    desk.forum.pending_status = 403
    desk.forum.now += timedelta(hours=1)
    assert "look there, then decide with --theirs (it waits) or --ours (post it)" in refuses(desk)
    assert len(desk.forum.queue) == 1
    desk.forum.approve()
    assert desk.done().out.startswith("Unchanged "), "an approved topic needs no queue"


def test_an_old_forum_without_a_queue_to_read_takes_the_first_post(desk: Desk) -> None:
    desk.forum.pending_status = 404
    assert desk.done().out.startswith("Created ")
    assert desk.forum.only.text == desk.text
    assert desk.done().out.startswith("Unchanged ")


@pytest.mark.parametrize("title", ["The weekly status of the project", "Status of {span}"])
def test_a_queued_post_is_known_by_its_mark_where_titles_are_alike(desk: Desk, title: str) -> None:
    desk.configure("Weekly status #{number}", title)
    desk.forum.moderates = True
    desk.done()
    assert desk.forum.queue[0]["raw"] == f"{desk.text}\n\n<!-- weekly: weekly-2023-03-27 -->"
    desk.news()
    for _ in range(2):
        desk.lose_record()
        desk.forum.now += timedelta(hours=1)
        assert desk.done().out.endswith(": it waits for a moderator's approval\n")
    assert len(desk.forum.queue) == 1
    desk.forum.approve()
    desk.lose_record()
    assert desk.done().out.startswith("Updated ")
    assert desk.forum.only.raw == f"{desk.text}\n\n<!-- weekly: weekly-2023-03-27 -->"
    assert (desk.records / "2023-03-27.md").read_text(encoding="utf-8") == f"{desk.text}\n"


SENT = {"title": "Weekly status #292", "text": "Words."}


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        (
            {"stage": "sending", "topic": 0, "post": 0},
            "look there, then decide with --theirs (it waits) or --ours (post it)",
        ),
        (
            {"attempt": {"sent": SENT, "made": SENT}},
            "look there, then decide with --theirs (it waits) or --ours (post it)",
        ),
        ({}, " and is gone: restore it there"),
    ],
    ids=["never answered", "an attempt without an answer", "published"],
)
def test_an_old_forum_may_hide_only_what_was_under_way(desk: Desk, fields: dict[str, object], what: str) -> None:
    desk.done()
    edit_record(desk, **fields)
    desk.forum.topics.clear()
    desk.forum.pending_status = 404
    assert what in refuses(desk)


def test_a_topic_without_a_first_post_is_no_strangers(desk: Desk) -> None:
    """As somebody may delete the post for good: nothing says whose the topic is, so the record decides."""
    desk.done()
    answer = desk.server.answer

    def without_posts(request: Request) -> Response:
        if request.path.endswith("100.json"):  # by its number or its external id
            topic = json.loads(answer(request).body or b"")
            return Response.of_json(topic | {"post_stream": {"posts": [], "stream": []}})
        return answer(request)

    desk.server.answer = without_posts
    desk.news()
    assert "it was deleted: restore it there" in refuses(desk)


def approved_and_lost(desk: Desk) -> Topic:
    """A topic that went through the queue, and whose record is gone."""
    desk.forum.moderates = True
    desk.done()
    desk.forum.moderates = False
    desk.forum.now += timedelta(hours=1)
    desk.lose_record()
    return desk.forum.approve()


def test_an_approved_topic_is_known_by_its_mark_under_any_title(desk: Desk) -> None:
    topic = approved_and_lost(desk)
    topic.title = "A person's title"
    desk.configure("Weekly status #{number}", "Weekly report of {monday}")
    desk.news()
    assert "has another title and text" not in desk.publish().err
    assert topic.text == desk.text
    assert desk.done().out.startswith("Unchanged ")


def test_a_waiting_post_is_known_by_its_mark_under_any_title(desk: Desk) -> None:
    desk.forum.moderates = True
    desk.done()
    desk.lose_record()
    desk.configure("Weekly status #{number}", "Weekly report of {monday}")
    desk.forum.now += timedelta(hours=1)
    assert desk.done().out.endswith(": it waits for a moderator's approval\n")
    assert len(desk.forum.queue) == 1


def test_an_approved_and_deleted_topic_is_not_posted_again(desk: Desk) -> None:
    topic = approved_and_lost(desk)
    topic.deleted = True
    line = refuses(desk)
    assert "it was deleted: restore it there, or decide with --theirs (no post) or --ours (a new one)" in line
    assert len(desk.forum.topics) == 1
    topic.deleted = False
    assert desk.done().out.startswith("Unchanged ")


def test_another_projects_approved_topic_with_the_same_prefix_is_left_alone(desk: Desk) -> None:
    begun(desk.forum, "Weekly status of LXCFS", "Theirs.\n\n<!-- weekly: weekly-2023-03-27 -->")
    for side in ((), ("--ours",), ("--theirs",)):
        assert "has another title and text, so another project may use this prefix" in refuses(desk, *side)


def test_only_topics_since_the_week_began_are_opened(desk: Desk) -> None:
    now, desk.forum.now = desk.forum.now, desk.forum.now - timedelta(days=8)
    for number in range(20):
        begun(desk.forum, f"A topic by hand, number {number}", "Words.")
    desk.forum.now = now
    begun(desk.forum, "A topic by hand of this week", "Words.")
    desk.done("--dry-run")
    opened = {request.path for request in desk.server.requests if request.path.startswith("/t/1")}
    assert opened == {"/t/120.json"}


def test_another_projects_queued_post_with_the_same_title_is_left_alone(desk: Desk) -> None:
    desk.configure("Weekly status #{number}", "Status of {span}")
    title = "Status of 27th March to 2nd April"
    desk.forum.queue.append({"title": title, "raw": "Theirs.\n\n<!-- weekly: weekly-lxcfs-2023-03-27 -->"})
    desk.forum.moderates = True
    desk.done()
    assert len(desk.forum.queue) == 2


# Other languages and forums -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("taken", ["External ist bereits vergeben", "L'identifiant existe déjà", "外部ID已被使用"])
def test_a_taken_id_is_known_in_any_language(desk: Desk, taken: str) -> None:
    """Another run creates the topic between our look and our request."""
    desk.forum.words = {"External has already been taken": taken, "Title has already been used": "…"}
    done = desk.server.answer

    def answer(request):  # type: ignore[no-untyped-def]  # a stand-in
        if request.method == "POST" and not desk.forum.topics:
            begun(desk.forum, "Weekly status #292", f"{desk.text}\n\n{LINE}", external_id="weekly-2023-03-27")
        return done(request)

    desk.server.answer = answer
    ran = desk.done()
    assert "another run has created weekly-2023-03-27 meanwhile; looking again" in ran.err
    assert desk.forum.only.text == desk.text


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_tidied_title_is_nobodys_edit(desk: Desk, is_lost: bool) -> None:
    desk.forum.prettifies = True
    desk.configure("Weekly status #{number}", "weekly status #{number}.")
    desk.done()
    for _ in range(2):
        if is_lost:
            desk.lose_record()
        assert desk.done().out.startswith("Unchanged ")
    assert desk.forum.only.version == 1


@pytest.mark.parametrize(
    ("category", "number"),
    [
        ('"Weekly"', 0),
        ('"News/Weekly"', 9),
        ('"news/weekly"', 9),
        ('"News/Weekly/Status reports"', 12),
        ('"status-reports"', 12),
        ('"https://forum.example/c/news/weekly/9"', 9),
        ('"https://forum.example/c/news/weekly/status-reports/12?tab=x"', 12),
        ('"11"', 11),
        ("7", 7),
    ],
)
@pytest.mark.parametrize("page_size", [0, 1, 2])
def test_a_category_is_found_on_any_page_and_level(desk: Desk, category: str, number: int, page_size: int) -> None:
    desk.forum.page_size = page_size
    desk.configure('category = "News"', f"category = {category}")
    if number:
        desk.done()
        assert desk.forum.only.category == number
    else:
        assert "2 categories are called 'Weekly'; give forum.category = 9 or 11" in desk.publish().err


@pytest.mark.parametrize(
    ("url", "is_permitted"),
    [
        ("http://forum.example.org", False),
        ("http://localhost.example.org", False),
        ("https://forum.example.org", True),
        ("http://127.0.0.1:9", True),
        ("http://localhost:9", True),
    ],
)
def test_the_key_is_sent_in_the_clear_only_if_permitted(desk: Desk, url: str, is_permitted: bool) -> None:
    desk.weekly.environment["DISCOURSE_URL"] = url
    ran = desk.publish("--max-wait", "0")
    assert ("sends the key in the clear" in ran.err) is not is_permitted
    assert ran.code == (1 if is_permitted else 2)
    desk.configure("publish_unproven = false", "publish_unproven = false\ninsecure = true")
    assert "sends the key in the clear" not in desk.publish("--max-wait", "0").err


# Images -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "error"),
    [
        (".git/x.png", "an image in a hidden file or folder"),
        ("images/.env.png", "an image in a hidden file or folder"),
        ("../x.png", "an image outside the project's folder"),
        ("%2e%2e/x.png", "an image outside the project's folder"),
        ("link.png", "is a symbolic link"),
        ("linked/x.png", "is a symbolic link"),
    ],
)
def test_no_image_leads_out_of_the_project(desk: Desk, path: str, error: str) -> None:
    outside = desk.folder.parent / "outside"
    outside.mkdir()
    for place in (outside, desk.folder.parent, desk.folder / ".git", desk.folder / "images"):
        place.mkdir(exist_ok=True)
        (place / "x.png").write_bytes(b"secret")
    (desk.folder / "images" / ".env.png").write_bytes(b"secret")
    (desk.folder / "link.png").symlink_to(outside / "x.png")
    (desk.folder / "linked").symlink_to(outside)
    desk.configure('name = "Ubuntu"\nentries = []', f'name = "Ubuntu"\nentries = ["![Chart]({path})"]')
    ran = desk.publish()
    assert ran.code == 2, ran.err
    assert error in ran.err
    assert desk.forum.uploads == {}
