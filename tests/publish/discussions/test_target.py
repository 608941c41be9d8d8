"""What GitHub Discussions need beyond what every target withstands, over real HTTP to the stand-in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.discussions import BOT, TOKEN, Discussions
from tests.support.server import Request, Response
from tests.support.venues import WEEK, DiscussionsVenue
from weekly.errors import ForumError, GivenError, TargetError, UnsureError
from weekly.gather.github.client import Access
from weekly.http import retry
from weekly.publish.decision import Action
from weekly.publish.discussions import api
from weekly.publish.merge import Side
from weekly.publish.record import Wording

OURS = Wording(title="Acme status of 2023-03-27", text="- One.\n\n- Two.\n\n- Three.")
NEWS = Wording(title=OURS.title, text=f"{OURS.text}\n\n- Four.")
MARK = "\n\n<!-- weekly: weekly-acme-2023-03-27 -->"


@pytest.fixture
def venue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DiscussionsVenue]:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    with ExitStack() as stack:
        yield DiscussionsVenue(tmp_path, stack)


@pytest.fixture
def hub(venue: DiscussionsVenue) -> Discussions:
    return venue.hub


def configure(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    assert old in DiscussionsVenue.table
    monkeypatch.setattr(DiscussionsVenue, "table", DiscussionsVenue.table.replace(old, new))


def refuses(venue: DiscussionsVenue, ours: Wording = OURS) -> str:
    """Publish, which must fail and leave all discussions as they are. Return the message."""
    before = {number: vars(one).copy() for number, one in venue.hub.discussions.items()}
    with pytest.raises(TargetError) as raised:
        venue.publish(ours)
    assert {number: vars(one) for number, one in venue.hub.discussions.items()} == before
    return str(raised.value)


def test_the_discussion_is_in_its_category_with_a_hidden_mark(venue: DiscussionsVenue, hub: Discussions) -> None:
    outcome = venue.publish(OURS)
    assert (hub.only.title, hub.only.body, hub.only.category) == (OURS.title, OURS.text + MARK, "DC_1")
    assert outcome.after is not None
    assert outcome.after.url == "https://github.com/example/report/discussions/1"
    assert b'"target": "https://github.com/example/report/discussions"' in venue.records["2023-03-27.json"]


@pytest.mark.parametrize("name", ["announcements", "ANNOUNCEMENTS", "https://github.com/example/report/discussions/categories/announcements"])  # fmt: skip
def test_a_category_goes_by_name_or_address(
    venue: DiscussionsVenue, hub: Discussions, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, "Announcements", name)
    venue.publish(OURS)
    assert hub.only.category == "DC_1"


# Once -----------------------------------------------------------------------------------------------------------------


def test_of_two_discussions_the_later_untouched_one_is_deleted(venue: DiscussionsVenue, hub: Discussions) -> None:
    """Another run creates its own just before ours arrives."""

    def overtakes(request: Request) -> None:
        if b"createDiscussion" in request.body and not hub.discussions:
            hub.begin(NEWS.title, NEWS.text + MARK, user=BOT)

    assert venue.server is not None
    venue.server.faults = [overtakes] * 9
    venue.publish(OURS)
    assert venue.posts == [OURS]
    assert (hub.only.number, hub.mutations) == (1, ["create", "delete", "update"])
    assert "another run has created weekly-acme-2023-03-27 meanwhile; looking again" in venue.messages[0]


@pytest.mark.parametrize("touch", ["comment", "edit"])
def test_a_second_discussion_that_somebody_touched_stays(venue: DiscussionsVenue, hub: Discussions, touch: str) -> None:
    """A lost list left two of them, and somebody has answered or edited the later one."""

    def begins(request: Request) -> None:
        if b"createDiscussion" in request.body and not hub.discussions:
            for _ in range(2):
                later = hub.begin(OURS.title, OURS.text + MARK, user=BOT)
            if touch == "comment":
                later.comments = 1
            else:
                hub.edit(later, "Somebody's words." + MARK)

    assert venue.server is not None
    venue.server.faults = [begins] * 9
    venue.publish(OURS)
    assert sorted(hub.discussions) == [1, 2], "of three, ours is deleted and the touched one stays"


def test_a_discussion_that_cannot_be_deleted_is_reported(venue: DiscussionsVenue, hub: Discussions) -> None:
    def overtakes(request: Request) -> Response | None:
        if b"createDiscussion" in request.body:
            hub.begin(OURS.title, OURS.text + MARK, user=BOT)
        if b"deleteDiscussion" in request.body:
            error = {"type": "FORBIDDEN", "message": "Not permitted", "path": ["deleteDiscussion"]}
            return Response.of_json({"data": {"deleteDiscussion": None}, "errors": [error]})
        return None

    assert venue.server is not None
    venue.server.faults = [overtakes] * 9
    with pytest.raises(ForumError, match="/discussions/2: is a second post of the week; delete it there"):
        venue.publish(OURS)


def test_a_list_that_lags_behind_is_no_reason_to_create_again(venue: DiscussionsVenue, hub: Discussions) -> None:
    empty = {
        "repository": {"hasDiscussionsEnabled": True, "discussions": {"nodes": [], "pageInfo": {"hasNextPage": False}}}
    }
    assert venue.server is not None
    venue.server.faults = [lambda request: Response.of_json({"data": empty}) if b"discussions(" in request.body else None] * 9  # fmt: skip
    venue.publish(OURS)
    venue.server.faults = []
    assert venue.publish(OURS).decision.action is Action.LEAVE
    assert hub.mutations == ["create"]


def test_the_mark_is_found_on_later_pages_and_not_before_the_week(
    venue: DiscussionsVenue, hub: Discussions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PAGE", 3)
    hub.now = WEEK.start - timedelta(days=1)
    hub.begin(OURS.title, "Older than the week." + MARK, user=BOT)
    hub.now = WEEK.end + timedelta(hours=8)
    venue.publish(OURS)
    venue.lose_records()
    for number in range(7):
        hub.begin(f"Question {number}", "How?", user="somebody")
    assert venue.publish(NEWS).decision.action is Action.UPDATE
    assert hub.discussions[2].body == NEWS.text + MARK
    monkeypatch.setattr(api, "MOST_PAGES", 2)
    venue.lose_records()
    assert "has more than 6 discussions since then; restore the week's record" in refuses(venue)


# Ownership ------------------------------------------------------------------------------------------------------------


def test_a_strangers_mark_counts_for_nothing(venue: DiscussionsVenue, hub: Discussions) -> None:
    theirs = hub.begin(OURS.title, "Theirs." + MARK, user="somebody", association="CONTRIBUTOR")
    venue.publish(OURS)
    assert (theirs.body, venue.posts) == ("Theirs." + MARK, [OURS])


@pytest.mark.parametrize(("user", "association"), [("another-app", "NONE"), ("maintainer", "MEMBER")])
def test_another_account_of_the_project_may_have_published(
    venue: DiscussionsVenue, hub: Discussions, user: str, association: str
) -> None:
    """As when the token was another's: without the record, nobody knows."""
    theirs = hub.begin(OURS.title, OURS.text + MARK, user=user, association=association)
    theirs.is_bot = user == "another-app"
    message = refuses(venue)
    assert f"/discussions/1: has this week's mark, but was begun by {user}; restore the week's record" in message


def test_another_project_with_the_same_mark_is_left_alone(venue: DiscussionsVenue, hub: Discussions) -> None:
    hub.begin("Status of another project", "Theirs." + MARK, user=BOT)
    assert "/discussions/1: has this week's mark, but another title and text, so another project may use" in refuses(
        venue
    )


def test_a_discussion_that_is_not_shown_whole_was_created_all_the_same(
    venue: DiscussionsVenue, hub: Discussions
) -> None:
    def partly(request: Request) -> Response | None:
        if b"createDiscussion" not in request.body:
            return None
        answer = json.loads(hub(request).body or b"")
        answer["data"]["createDiscussion"]["discussion"]["author"] = None
        error = {"type": "FORBIDDEN", "message": "No", "path": ["createDiscussion", "discussion", "author"]}
        return Response.of_json(answer | {"errors": [error]})

    assert venue.server is not None
    venue.server.faults = [partly] * 9
    venue.publish(OURS)
    assert hub.mutations == ["create"]


def test_a_record_leads_to_the_discussion_whatever_the_token(venue: DiscussionsVenue, hub: Discussions) -> None:
    venue.publish(OURS)
    hub.viewers = {TOKEN: "maintainer"}
    assert venue.publish(NEWS).decision.action is Action.UPDATE
    assert hub.only.body == NEWS.text + MARK


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_discussion_whose_mark_somebody_removed_is_found(
    venue: DiscussionsVenue, hub: Discussions, is_lost: bool
) -> None:
    venue.publish(OURS)
    hub.edit(hub.only, f"- Somebody's.\n\n{OURS.text}")
    if is_lost:
        venue.lose_records()
    expected = Action.CONFLICT if is_lost else Action.UPDATE
    assert venue.publish(NEWS).decision.action is expected
    assert hub.only.body == f"- Somebody's.\n\n{OURS.text if is_lost else NEWS.text + MARK}"


def test_a_post_by_hand_of_our_own_account_is_not_overwritten(venue: DiscussionsVenue, hub: Discussions) -> None:
    by_hand = hub.begin(OURS.title, "By hand.", user=BOT)
    assert venue.publish(OURS).decision.action is Action.CONFLICT
    assert by_hand.body == "By hand."


def test_a_record_whose_number_is_anothers_leads_nowhere(venue: DiscussionsVenue, hub: Discussions) -> None:
    """As in a repository that was made anew."""
    venue.publish(OURS)
    hub.discussions.clear()
    hub.numbers = 0
    other = hub.begin("Something else", "Their words.", user="somebody")
    outcome = venue.publish(OURS)
    assert outcome.decision.action is Action.CONFLICT
    assert "the record has discussion 1, but that has not the week's mark" in outcome.decision.reason
    venue.publish(OURS, Side.OURS)
    assert (other.body, hub.discussions[2].body) == ("Their words.", OURS.text + MARK)


# Never over somebody's words ------------------------------------------------------------------------------------------


def test_words_that_our_write_replaced_are_put_back_and_merged(venue: DiscussionsVenue, hub: Discussions) -> None:
    """Somebody saves just before our write arrives: GitHub's history has their text."""
    venue.publish(OURS)
    edits = iter([f"- Somebody's.\r\n\r\n{OURS.text}{MARK}"])

    def saves(request: Request) -> None:
        if b"updateDiscussion" in request.body:
            hub.edit(hub.only, next(edits, None))

    assert venue.server is not None
    venue.server.faults = [saves, saves, saves]
    venue.publish(NEWS)
    assert hub.only.body == f"- Somebody's.\n\n{NEWS.text}{MARK}"
    assert hub.mutations == ["create", "update", "update", "update"]
    assert venue.messages == [
        "https://github.com/example/report/discussions/1: somebody edited the post meanwhile; looking again"
    ]


def test_our_own_earlier_words_that_another_run_put_back_replace_nothing(
    venue: DiscussionsVenue, hub: Discussions
) -> None:
    """Two runs at once: the other takes ours for lost, and puts them back just before our merged text arrives."""
    venue.publish(OURS)
    edits = iter([f"- Zero.\n\n{OURS.text}{MARK}", None, f"{NEWS.text}{MARK}"])

    def saves(request: Request) -> None:
        if b"updateDiscussion" in request.body:
            hub.edit(hub.only, next(edits, None))

    assert venue.server is not None
    venue.server.faults = [saves] * 20
    venue.publish(NEWS)
    assert hub.only.body == f"- Zero.\n\n{NEWS.text}{MARK}"
    assert next(edits, "all were saved") == "all were saved"


def test_words_are_put_back_where_the_answer_is_lost_too(venue: DiscussionsVenue, hub: Discussions) -> None:
    venue.publish(OURS)

    def saves(request: Request) -> Response | None:
        if b"updateDiscussion" not in request.body:
            return None
        hub.edit(hub.only, f"- Somebody's.\n\n{OURS.text}{MARK}")
        hub(request)
        return Response(body=None)

    assert venue.server is not None
    venue.server.faults = [lambda _: None, saves]
    venue.publish(NEWS)
    assert hub.only.body == f"- Somebody's.\n\n{NEWS.text}{MARK}"


def test_an_edit_whose_text_was_removed_from_the_history_is_no_text(venue: DiscussionsVenue, hub: Discussions) -> None:
    venue.publish(OURS)
    hub.edit(hub.only, f"- Somebody's secret.\n\n{OURS.text}{MARK}")
    hub.edit(hub.only, f"- Somebody's.\n\n{OURS.text}{MARK}")
    hub.only.edits[1] = (hub.only.edits[1][0], None)
    venue.publish(NEWS)
    assert hub.only.body == f"- Somebody's.\n\n{NEWS.text}{MARK}"


def test_a_discussion_that_is_deleted_during_an_update_is_a_conflict(venue: DiscussionsVenue, hub: Discussions) -> None:
    venue.publish(OURS)
    assert venue.server is not None
    venue.server.faults = [lambda request: hub.discussions.clear() if venue.is_write(request) else None] * 2
    outcome = venue.publish(NEWS)
    assert outcome.decision.action is Action.CONFLICT
    assert "it was at https://github.com/example/report/discussions/1 and is gone" in outcome.decision.reason
    assert hub.discussions == {}


# Refusals -------------------------------------------------------------------------------------------------------------


def test_a_token_without_a_right_gets_its_name(venue: DiscussionsVenue, hub: Discussions) -> None:
    hub.may_write = False
    message = refuses(venue)
    assert (
        "refused (FORBIDDEN: Resource not accessible by integration); give the workflow's job discussions: write"
        in message
    )
    assert "in a category for announcements only maintainers begin discussions" in message


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("Announcements", "News", "has no category 'News'; correct discussions.category (it has: Announcements, Show and tell, Polls)"),
        ("Announcements", "Polls", "refused (UNPROCESSABLE: Polls need a question and options); correct what it says; "),
        ("example/report", "example/repotr", "example/repotr/discussions: no such repository, or the token may not see it; correct discussions.repository"),
    ],
)  # fmt: skip
def test_a_wrong_place_is_named(
    venue: DiscussionsVenue, old: str, new: str, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, old, new)
    assert error in refuses(venue)


@pytest.mark.parametrize("is_recorded", [False, True])
def test_discussions_that_are_switched_off_are_no_deletion(
    venue: DiscussionsVenue, hub: Discussions, is_recorded: bool
) -> None:
    if is_recorded:
        venue.publish(OURS)
    hub.is_enabled = False
    assert "/discussions: discussions are switched off; tick them in the repository's Settings > General" in refuses(
        venue
    )


def test_publishing_needs_a_token(venue: DiscussionsVenue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DiscussionsVenue, "environment", {})
    with pytest.raises(GivenError, match="GITHUB_TOKEN: needed to read and write GitHub Discussions; set it"):
        venue.publish(OURS)
    assert venue.requests == 0


def test_a_write_is_sent_once_and_a_slow_read_three_times(venue: DiscussionsVenue) -> None:
    slow = Response(status=502, body=b"<html>", headers={"content-type": "text/html"})
    assert venue.server is not None
    venue.server.faults = [slow_answer(slow, "discussions(")] * 2
    venue.publish(OURS)
    venue.server.faults = [slow_answer(slow, "mutation")] * 9
    before = venue.requests
    with pytest.raises(UnsureError, match="run again, and weekly checks that first"):
        venue.publish(NEWS)
    sent = [request for request in venue.server.requests[before:] if venue.is_write(request)]
    assert len(sent) == 1


def slow_answer(answer: Response, word: str) -> Any:
    return lambda request: answer if word.encode() in request.body else None


def test_an_image_of_the_project_is_refused(venue: DiscussionsVenue) -> None:
    with pytest.raises(ForumError, match=r"takes no images from programs, such as chart\.png; give its web address"):
        venue.destination().target.upload(Path("images/chart.png"))


@pytest.mark.parametrize(
    ("environment", "graphql", "site"),
    [
        ({}, "https://api.github.com/graphql", "https://github.com"),
        ({"GITHUB_API_URL": "https://ghe.example/api/v3", "GITHUB_SERVER_URL": "https://ghe.example/"}, "https://ghe.example/api/graphql", "https://ghe.example"),
        ({"GITHUB_API_URL": "https://api.acme.ghe.com", "GITHUB_GRAPHQL_URL": "https://api.acme.ghe.com/graphql", "GITHUB_SERVER_URL": "https://acme.ghe.com"}, "https://api.acme.ghe.com/graphql", "https://acme.ghe.com"),
    ],
)  # fmt: skip
def test_the_server_is_the_environments(environment: dict[str, str], graphql: str, site: str) -> None:
    access = Access.of(environment | {"GH_TOKEN": "t0ken"})
    assert (access.graphql, access.site, access.token, access.variable) == (graphql, site, "t0ken", "GH_TOKEN")
