"""Publishing over real HTTP, to a stand-in forum on loopback: once, and never over somebody's words."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.support.desk import LINE, WEEK, Desk, opened
from tests.support.discourse import KEY, READ_KEY, USER
from tests.support.server import Request, Response
from weekly import archive
from weekly.http import retry
from weekly.model import Outcome, Problem, Severity, Source


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    with opened(tmp_path / "project") as desk:
        yield desk


def test_publish_creates_the_topic_and_records_it(desk: Desk) -> None:
    ran = desk.done()
    topic = desk.forum.only
    assert (topic.title, topic.text, topic.user) == ("Weekly status #292", desk.text, USER)
    assert (topic.external_id, topic.category) == ("weekly-2023-03-27", 4)
    url = f"{desk.server.url}/t/weekly-status-292/{topic.id}"
    assert ran.out == f"Created {url}\n"
    assert ran.err.endswith("2023-03-27.md and .json; commit both\n")
    assert (desk.records / "2023-03-27.md").read_text(encoding="utf-8").rstrip("\n") == desk.text
    kept = json.loads((desk.records / "2023-03-27.json").read_text(encoding="utf-8"))
    assert (kept["topic"], kept["post"], kept["version"], kept["stage"]) == (topic.id, topic.post, 1, "stands")
    assert desk.done() == (0, f"Unchanged {url}\n", "")
    desk.lose_record()
    ran = desk.done()
    assert ran.out == f"Unchanged {url}\n"
    assert ran.err.endswith("2023-03-27.md and .json; commit both\n"), "the record was written anew"
    desk.news()
    assert desk.done().out == f"Updated {url}\n"


def test_publish_merges_edits_on_the_forum(desk: Desk) -> None:
    desk.done()
    desk.forum.edit(f"{LINE}\n\n{desk.forum.only.raw}")
    assert desk.done().out.endswith(", 1 edit kept\n")
    desk.news()
    assert desk.done().out.endswith(", 1 edit kept\n")
    assert desk.forum.only.text == f"{LINE}\n\n{desk.text}"
    assert desk.done().out.startswith("Unchanged ")
    desk.configure('"A new snap was built."', '"Two new snaps were built."')
    desk.done()
    assert desk.forum.only.text == f"{LINE}\n\n{desk.text}"


def clash(desk: Desk) -> str:
    """Both change the same line; what stands on the forum."""
    desk.done()
    ubuntu = "## Ubuntu\n\n- "
    assert f"{ubuntu}Nothing to report this week" in desk.forum.only.raw
    desk.forum.edit(desk.forum.only.raw.replace(f"{ubuntu}Nothing to report this week", f"{ubuntu}Somebody's words."))
    desk.news()
    return desk.forum.only.raw


def test_a_conflict_changes_nothing(desk: Desk) -> None:
    theirs = clash(desk)
    kept = {path.name: path.read_bytes() for path in desk.records.iterdir()}
    ran = desk.publish()
    assert ran.code == 1
    assert "weekly: conflict: somebody edited the same 1 place of the text that changed here too" in ran.err
    assert "Somebody's words" in ran.out
    assert "\n-- Somebody's words.\n+- A new snap was built.\n" in ran.out
    assert desk.forum.only.raw == theirs
    assert {path.name: path.read_bytes() for path in desk.records.iterdir()} == kept


# A dry run -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, READ_KEY], ids=["no key", "a key that may read"])  # and no key in a name
def test_a_dry_run_shows_the_difference_and_changes_nothing(desk: Desk, key: str | None) -> None:
    """Without a key, or with one that may only read; the record says whose words stand there."""
    desk.done()
    desk.forum.edit(f"{LINE}\n\n{desk.forum.only.raw}", title="Weekly status #292, corrected")
    desk.news()
    topic, kept = vars(desk.forum.only).copy(), (desk.records / "2023-03-27.json").read_bytes()
    desk.weekly.environment.pop("DISCOURSE_API_KEY")
    if key:
        desk.weekly.environment["DISCOURSE_API_KEY"] = key
    begun = len(desk.server.requests)
    ran = desk.done("--dry-run")
    first, _, shown = ran.out.partition("\n")
    assert first.startswith("update: something is new, merged with somebody's edits: http")
    assert "\n-- Nothing to report this week\n+- A new snap was built.\n" in shown
    assert "editor's own" not in shown.replace(f" {LINE}", ""), "an edit that stays is no difference"
    assert vars(desk.forum.only) == topic
    assert (desk.records / "2023-03-27.json").read_bytes() == kept
    assert {request.method for request in desk.server.requests[begun:]} == {"GET"}


def test_a_dry_run_before_the_first_time_shows_the_whole_post(desk: Desk) -> None:
    ran = desk.done("--dry-run")
    assert ran.out.startswith(f"create: the week has no post yet: {desk.server.url}\n")
    assert "+Title: Weekly status #292\n" in ran.out
    assert all(f"\n+{line}\n" in ran.out for line in desk.text.splitlines())
    assert not desk.forum.topics
    assert not desk.records.exists()


# Once ----------------------------------------------------------------------------------------------------------------


def test_a_lost_answer_is_requested_again_while_the_forum_remembers(desk: Desk) -> None:
    desk.server.faults = [*[let_through] * 7, lambda request: drop_after(desk, request)]
    desk.done()
    posts = [request for request in desk.server.requests if request.method == "POST"]
    assert len(posts) == 2
    assert posts[0].body == posts[1].body
    assert desk.forum.only.text == desk.text


def test_a_lost_answer_makes_no_second_topic_after_the_forum_forgot(desk: Desk) -> None:
    """The answer is lost, and the forum is slow to come back: the second POST is one that it doesn't remember."""

    def forgets(request: Request) -> Response:
        answer = drop_after(desk, request)
        desk.forum.now += timedelta(minutes=3)
        return answer

    desk.server.faults = [*[let_through] * 7, forgets]
    ran = desk.done()
    assert "another run has created weekly-2023-03-27 meanwhile; looking again" in ran.err
    assert desk.forum.only.text == desk.text


def drop_after(desk: Desk, request: Request) -> Response:
    assert request.method == "POST", "the requests of a first run have changed: count them anew"
    desk.forum(request)
    return Response(body=None)


def let_through(request: Request) -> None:
    """No fault."""


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_topic_that_waits_for_approval_is_not_sent_twice(desk: Desk, is_lost: bool) -> None:
    desk.forum.moderates = True
    assert "/my/activity/pending" in desk.done().out
    for _ in range(2):
        if is_lost:
            desk.lose_record()
        desk.forum.now += timedelta(hours=1)
        assert desk.done().out.endswith(": it waits for a moderator's approval\n")
    assert (len(desk.forum.queue), desk.forum.topics) == (1, {})


@pytest.mark.parametrize("is_lost", [False, True])
def test_an_approved_topic_is_found_though_the_queue_lost_its_external_id(desk: Desk, is_lost: bool) -> None:
    desk.forum.moderates = True
    desk.done()
    assert desk.forum.approve().external_id is None
    if is_lost:
        desk.lose_record()
    desk.news()
    assert desk.done().out.startswith("Updated http")
    assert desk.forum.only.text == desk.text
    assert desk.done().out.startswith("Unchanged ")


def test_a_topic_that_a_moderator_edited_before_approval_is_merged(desk: Desk) -> None:
    desk.forum.moderates = True
    desk.done()
    desk.forum.queue[0]["raw"] = f"{LINE}\n\n{desk.forum.queue[0]['raw']}"
    desk.forum.approve()
    desk.news()
    desk.done()
    assert desk.forum.only.text == f"{LINE}\n\n{desk.text}"


def test_a_rejected_topic_is_not_posted_again_unasked(desk: Desk) -> None:
    desk.forum.moderates = True
    desk.done()
    desk.forum.queue.clear()
    ran = desk.publish()
    assert (ran.code, desk.forum.queue) == (1, [])
    assert "conflict: it waited for approval and is gone, so a moderator rejected it" in ran.err
    assert desk.done("--theirs").out.startswith("Unchanged ")
    desk.forum.now += timedelta(hours=1)
    desk.done("--ours")
    assert len(desk.forum.queue) == 1


@pytest.mark.parametrize("staff", [False, True])
def test_a_deleted_topic_is_not_posted_again(desk: Desk, staff: bool) -> None:
    """With the record; deleted topics are shown to the staff alone."""
    desk.done()
    desk.forum.staff = staff
    desk.forum.only.deleted = True
    ran = desk.publish()
    assert ran.code == 1
    assert "conflict: it " in ran.err
    assert "restore it there" in ran.err
    assert len(desk.forum.topics) == 1


def test_a_deleted_topic_holds_its_external_id_without_the_record_too(desk: Desk) -> None:
    desk.done()
    desk.lose_record()
    desk.forum.only.deleted = True
    ran = desk.publish()
    assert ran.code == 1, "the forum remembers its answer, and repeats it"
    assert "is deleted, though the forum says that it was just written; restore it there" in ran.err
    desk.lose_record()
    desk.forum.now += timedelta(minutes=3)
    ran = desk.publish()
    assert ran.code == 1
    assert "If a deleted topic has the external id weekly-2023-03-27, restore it there" in ran.err
    assert len(desk.forum.topics) == 1


def test_an_archived_topic_is_left_alone(desk: Desk) -> None:
    desk.done()
    desk.forum.only.archived = True
    assert desk.done().out.startswith("Unchanged ")
    desk.news()
    ran = desk.publish()
    assert ran.code == 1
    assert "conflict: the topic is archived, so nobody may edit it: unarchive it" in ran.err
    assert desk.forum.only.version == 1
    assert desk.done("--theirs").out.endswith(": the topic is archived\n")


def test_a_topic_given_by_number_becomes_the_weeks(desk: Desk) -> None:
    """Somebody began it as our user: its words are theirs, and only --ours replaces them."""
    topic = desk.forum.begin("Weekly status of LXD, by hand", "To be filled in.", user=USER)
    topic.version = 2
    ran = desk.publish("--topic", str(topic.id))
    assert ran.code == 1
    assert "conflict: somebody edited the text there, and no record says" in ran.err
    desk.done("--topic", str(topic.id), "--ours")
    assert (desk.forum.only.id, desk.forum.only.text) == (topic.id, desk.text)
    assert desk.done().out.startswith("Unchanged "), "from then on the record knows it"


def test_a_given_topic_must_exist_and_be_the_only_one(desk: Desk) -> None:
    assert "/t/77: isn't there, or this user may not see it" in desk.publish("--topic", "77").err
    desk.done()
    other = desk.forum.begin("Weekly status of LXD, by hand", "To be filled in.", user=USER)
    ran = desk.publish("--topic", str(other.id))
    assert ran.code == 1
    assert f"has the external id weekly-2023-03-27, but topic {other.id} was given" in ran.err


def test_a_forum_where_all_weeks_have_one_title_refuses_the_second(desk: Desk) -> None:
    desk.configure("Weekly status #{number}", "The weekly status of LXD")
    last = desk.forum.begin("The weekly status of LXD", "Last week's.", user=USER)
    ran = desk.publish()
    assert ran.code == 1
    assert "Title has already been used); correct what it says: a title may be used once (put {number}" in ran.err
    assert last.raw == "Last week's."


# Never over somebody's words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [20, 3600])
def test_without_the_record_an_edited_post_is_a_conflict(desk: Desk, seconds: int) -> None:
    """Also an edit by our own user in the first minutes, which makes no new version."""
    desk.done()
    desk.lose_record()
    desk.forum.edit(f"{LINE}\n\n{desk.forum.only.raw}", user=USER, after=timedelta(seconds=seconds))
    assert desk.forum.only.version == (1 if seconds < 300 else 2)
    raw = desk.forum.only.raw
    ran = desk.publish()
    assert ran.code == 1
    assert "no record says what was published; decide with --theirs (keep it) or --ours (replace it)" in ran.err
    assert f"\n-{LINE}\n" in ran.out
    assert desk.forum.only.raw == raw
    assert not desk.records.exists()
    desk.done("--theirs")
    desk.news()
    desk.done()
    assert desk.forum.only.text == f"{LINE}\n\n{desk.text}"


def test_a_tidied_title_is_updated_as_ours(desk: Desk) -> None:
    desk.forum.prettifies = True
    desk.configure("Weekly status #{number}", "weekly status #{number}.")
    desk.done()
    assert desk.forum.only.title == "Weekly status #292"
    assert desk.done().out.startswith("Unchanged ")
    desk.news()
    assert desk.done().out.startswith("Updated ")
    desk.configure("weekly status #{number}.", "weekly report #{number}.")
    desk.done()
    assert desk.forum.only.title == "Weekly report #292"


def test_publish_sends_the_title_alone_to_a_forum_that_ignores_it_with_the_text(desk: Desk) -> None:
    desk.forum.takes_title_with_text = False
    desk.done()
    desk.news()
    desk.configure("Weekly status #", "Weekly report #")
    desk.done()
    assert (desk.forum.only.title, desk.forum.only.text) == ("Weekly report #292", desk.text)


def test_spaces_that_the_forum_changes_are_no_edit(desk: Desk) -> None:
    desk.configure('name = "Ubuntu"\nentries = []', 'name = "Ubuntu"\nentries = ["Ten\u00a0snaps were built.  "]')
    desk.done()
    assert "- Ten snaps were built." in desk.forum.only.raw
    assert desk.done().out.startswith("Unchanged ")


def test_a_record_of_another_forum_is_refused(desk: Desk) -> None:
    desk.done()
    path = desk.records / "2023-03-27.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace(desk.server.url, "https://forum.example"), encoding="utf-8"
    )
    ran = desk.publish()
    assert ran.code == 2
    assert f"is of https://forum.example, not of {desk.server.url}; correct DISCOURSE_URL" in ran.err


def test_a_record_whose_text_was_edited_counts_as_lost(desk: Desk) -> None:
    desk.done()
    (desk.records / "2023-03-27.md").write_text("Edited in the wrong place.\n", encoding="utf-8")
    ran = desk.done()
    assert "2023-03-27.json: doesn't fit its .md file, so it counts as lost" in ran.err
    assert (desk.records / "2023-03-27.md").read_text(encoding="utf-8") == f"{desk.text}\n"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("{", "not JSON"),
        ("[]", "has no valid schema_version"),
        ('{"schema_version": 1}', "target: missing; add it"),
    ],
)
def test_a_broken_record_is_named(desk: Desk, content: str, error: str) -> None:
    desk.done()
    (desk.records / "2023-03-27.json").write_text(content, encoding="utf-8")
    ran = desk.publish()
    assert ran.code == 2
    assert "published/2023-03-27.json: " in ran.err
    assert error in ran.err
    assert "restore the file from git, or remove it" in ran.err


# Whole or not at all -------------------------------------------------------------------------------------------------


def refuses(desk: Desk, reason: str) -> None:
    ran = desk.publish()
    assert (ran.code, ran.out) == (1, "")
    assert f"weekly: not published: {reason}" in ran.err
    assert not desk.forum.topics
    assert not desk.records.exists()
    assert not [request for request in desk.server.requests if request.method != "GET"]


def test_publish_refuses_an_unfinished_week_without_early(desk: Desk) -> None:
    desk.weekly.now = datetime(2023, 4, 2, 23, 59, tzinfo=UTC)
    desk.change_snapshot(gathered_at=datetime(2023, 4, 2, 23, tzinfo=UTC))
    refuses(desk, "the week of 2023-03-27 ends at 2023-04-03 00:00 UTC; wait for it, or give --early")
    desk.done("--early")
    assert desk.forum.only.text == desk.text


def test_publish_refuses_a_week_with_a_failed_repository(desk: Desk) -> None:
    problem = Problem(what="could not be read", where="lxc/lxc", severity=Severity.BLOCKS)
    desk.change_snapshot(problems=(problem,))
    refuses(desk, "canonical/lxd: was not found")  # it was asked for again, where there is no GitHub


def test_publish_refuses_a_week_with_uncounted_pull_requests(desk: Desk) -> None:
    snapshot = archive.load(desk.folder, WEEK)
    assert snapshot is not None
    first = msgspec.structs.replace(snapshot.repos[0], outcome=Outcome.UNPROVEN)
    desk.change_snapshot(repos=(first, *snapshot.repos[1:]))
    refuses(desk, "canonical/lxd: was read from a clone, where nothing counts the pull requests; gather it from GitHub")


def test_publish_refuses_the_sample(desk: Desk) -> None:
    desk.change_snapshot(source=Source.SAMPLE)
    refuses(desk, "archive/2023-03-27.json is the sample: gather the week with --refresh, or give --to DIR")
    assert not desk.server.requests, "nobody was asked"


def test_publish_refuses_a_post_with_errors(desk: Desk) -> None:
    desk.configure("There are openings for", "TODO: There are openings for")
    refuses(desk, "line ")


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [
        ("max_post_length", 500, "characters, but there is room for 464"),
        ("min_topic_title_length", 40, "characters, but the forum takes 40 to 255"),
        ("max_topic_title_length", 10, "characters, but the forum takes 15 to 10"),
    ],
)
def test_publish_refuses_a_post_beyond_the_forums_limits(desk: Desk, limit: str, value: int, reason: str) -> None:
    desk.forum.settings[limit] = value
    ran = desk.publish()
    assert ran.code == 1
    assert reason in ran.err
    assert not desk.forum.topics


def test_a_dry_run_shows_obstacles_and_the_post(desk: Desk) -> None:
    desk.change_snapshot(source=Source.SAMPLE)
    ran = desk.publish("--dry-run")
    assert ran.code == 1
    assert "not published: archive/2023-03-27.json is the sample" in ran.err
    assert ran.out.startswith("create: ")


# Places --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "number"), [('"News"', 4), ('"news"', 4), ("7", 7), ('"News/Weekly"', 9), ('"Staff/Weekly"', 11)]
)
def test_a_category_goes_by_name_or_number(desk: Desk, category: str, number: int) -> None:
    desk.configure('category = "News"', f"category = {category}")
    desk.configure("tags = []", 'tags = ["lxd", "weekly"]')
    desk.done()
    assert (desk.forum.only.category, desk.forum.only.tags) == (number, ("lxd", "weekly"))


@pytest.mark.parametrize(
    ("category", "error"),
    [
        (
            '"Newz"',
            "has no category 'Newz' that this key may see; correct forum.category, or give its number or address",
        ),
        ('"Weekly"', "2 categories are called 'Weekly'; give forum.category = 9 or 11"),
        ("99", "refused (400: You supplied invalid parameters to the request: category); check forum.category"),
    ],
)
def test_an_unknown_category_is_reported(desk: Desk, category: str, error: str) -> None:
    desk.configure('category = "News"', f"category = {category}")
    ran = desk.publish()
    assert ran.code == 1
    assert error in ran.err
    assert not desk.forum.topics


def test_a_trial_has_a_topic_and_record_of_its_own(desk: Desk) -> None:
    with (desk.folder / "weekly.toml").open("a", encoding="utf-8") as file:
        file.write('\n[forum.trial]\nrecipients = ["somebody", "team"]\n')
    desk.done("--trial")
    topic = desk.forum.only
    assert (topic.title, topic.external_id) == ("Trial: Weekly status #292", "weekly-trial-2023-03-27")
    assert topic.recipients == ("somebody", "team")
    assert desk.done("--trial").out.startswith("Unchanged ")
    desk.done()
    assert len(desk.forum.standing) == 2
    assert (desk.records / "trial" / "2023-03-27.json").is_file()


def test_a_trial_may_go_to_a_category(desk: Desk) -> None:
    assert "weekly.toml: has no [forum.trial]" in desk.publish("--trial").err
    with (desk.folder / "weekly.toml").open("a", encoding="utf-8") as file:
        file.write('\n[forum.trial]\ncategory = "Staff"\n')
    desk.done("--trial")
    assert desk.forum.only.category == 7


def test_images_are_uploaded_once(desk: Desk) -> None:
    (desk.folder / "images").mkdir()
    (desk.folder / "images" / "chart.png").write_bytes(b"\x89PNG\r\n\x1a\n a chart")
    desk.configure('name = "Ubuntu"\nentries = []', 'name = "Ubuntu"\nentries = ["![Chart](images/chart.png)"]')
    assert "![Chart](images/chart.png)" in desk.done("--dry-run").out
    assert not desk.forum.uploads
    desk.done()
    ((address, name),) = desk.forum.uploads.items()
    assert name == "chart.png"
    assert f"![Chart]({address})" in desk.forum.only.raw
    begun = len(desk.server.requests)
    assert desk.done().out.startswith("Unchanged ")
    assert not [request for request in desk.server.requests[begun:] if request.method == "POST"]
    desk.lose_record()
    assert desk.done().out.startswith("Unchanged "), "the same image has the same address"
    (desk.folder / "images" / "chart.png").write_bytes(b"\x89PNG\r\n\x1a\n another")
    desk.done()
    assert len(desk.forum.uploads) == 2
    assert address not in desk.forum.only.raw


def test_check_reports_a_missing_image(desk: Desk) -> None:
    (desk.folder / "chart.png").write_bytes(b"\x89PNG\r\n\x1a\n a chart")
    desk.configure('name = "Ubuntu"\nentries = []', 'name = "Ubuntu"\nentries = ["![Chart](chart.png)"]')
    assert desk.weekly("check", "--week", "2023-03-27") == (0, "No findings.\n", "")
    assert "a link to chart.png" not in desk.weekly("preview", "--week", "2023-03-27", "-o", "-").out
    (desk.folder / "chart.png").unlink()
    ran = desk.weekly("check", "--week", "2023-03-27")
    assert ran.code == 1
    assert ran.out.startswith("error: chart.png: the post shows this image, but ")
    assert "[image]" in ran.out
    assert len(ran.out.splitlines()) == 1


@pytest.mark.parametrize(
    ("path", "error"),
    [("../secret.png", "an image outside the project's folder"), ("images/none.png", "has no such file")],
)
def test_an_image_must_be_in_the_project(desk: Desk, path: str, error: str) -> None:
    (desk.folder.parent / "secret.png").write_bytes(b"secret")
    desk.configure('name = "Ubuntu"\nentries = []', f'name = "Ubuntu"\nentries = ["![Chart]({path})"]')
    ran = desk.publish()
    assert ran.code == 2
    assert f"{path}: " in ran.err
    assert error in ran.err
    assert not desk.forum.topics


def test_publish_into_a_folder(desk: Desk, tmp_path: Path) -> None:
    """The sample may go there: nobody takes a file for news."""
    desk.change_snapshot(source=Source.SAMPLE)
    folder = tmp_path / "site"
    path = folder / "2023-03-27.md"
    assert desk.done("--to", str(folder)).out == f"Created {path}\n"
    assert path.read_text(encoding="utf-8") == f'---\ntitle: "Weekly status #292"\n---\n\n{desk.text}\n'
    assert desk.done("--to", str(folder)).out.startswith("Unchanged ")
    path.write_text(path.read_text(encoding="utf-8").rstrip() + f"\n\n{LINE}\n", encoding="utf-8")
    desk.configure("There are openings for", "There are still openings for")
    desk.done("--to", str(folder))
    assert path.read_text(encoding="utf-8").endswith(f"{desk.text}\n\n{LINE}\n")
    shutil.rmtree(folder / ".published")
    desk.news()
    assert desk.publish("--to", str(folder)).code == 1
    assert LINE in path.read_text(encoding="utf-8")
    assert not desk.server.requests, "no forum was asked"


def test_contradicting_options_are_refused(desk: Desk) -> None:
    assert desk.publish("--theirs", "--ours").code == 2
    assert desk.publish("--to", "site", "--trial").code == 2
    assert not desk.server.requests


def test_publishing_needs_a_key(desk: Desk) -> None:
    desk.weekly.environment.pop("DISCOURSE_API_KEY")
    ran = desk.publish()
    assert ran.code == 2
    assert (
        "DISCOURSE_API_KEY and DISCOURSE_API_USERNAME: needed to publish; set both, or look with --dry-run" in ran.err
    )


def test_the_key_is_in_no_file(desk: Desk) -> None:
    desk.done("--debug")
    files = [path for path in desk.folder.rglob("*") if path.is_file()]
    assert len(files) >= 4
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []


def test_a_conflict_shown_in_actions_gives_no_command_to_the_runner(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    desk.done()
    desk.lose_record()
    desk.forum.edit(f"{desk.forum.only.raw}\n\n::set-output name=x::y\n\n##[set-output name=x]y")
    ran = desk.publish()
    assert ran.code == 1
    assert "set-output" in ran.out
    assert "##[" not in ran.out
    assert not any(re.match(r"\s*::", line) for line in ran.out.splitlines())


def test_check_warns_of_a_prefix_that_two_projects_could_share(desk: Desk) -> None:
    def warned() -> bool:
        return "[forum]" in desk.weekly("check", "--week", "2023-03-27").out

    assert not warned(), "the default, but written down"
    desk.configure('external_id_prefix = "weekly-"\n', "")
    assert warned()
    ran = desk.weekly("check", "--week", "2023-03-27")
    assert 'add external_id_prefix = "weekly-lxd-" to [forum]' in ran.out
    assert ran.code == 0
