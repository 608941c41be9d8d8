"""What every publish target must withstand: a week is published once, whole, and never over somebody's words."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Barrier
from typing import Any
from unittest import mock

import pytest

from tests.support.hostile import EVERY
from tests.support.server import Request, Response
from tests.support.venues import VENUES, DiscussionsVenue, FolderVenue, ForumVenue, Venue, opened
from weekly.errors import ChangedError, TargetError, UnsureError, WeeklyError
from weekly.files import atomic
from weekly.http import retry
from weekly.http.fetch import Session
from weekly.pipeline.destination import TARGETS
from weekly.publish.base import Destination
from weekly.publish.decision import Action, RemotePost
from weekly.publish.merge import Side
from weekly.publish.record import Wording

TITLE = "Acme status of 2023-03-27"
TEXT = "# Highlights\n\n- [One](https://example.org/1)\n\n- [Two](https://example.org/2)\n\n# Upstream changes\n\n- Three.\n\n- Four."
LINE = "- Somebody's own words."
OURS = Wording(title=TITLE, text=TEXT)
NEWS = Wording(title=TITLE, text=TEXT.replace("- Four.", "- Four.\n\n- Five."))
RETITLED = Wording(title="Acme report of 2023-03-27", text=TEXT)
EDITED = f"{LINE}\n\n{TEXT}"


def having(ability: str = "section") -> pytest.MarkDecorator:
    """Every venue that has an ability."""
    kinds = [kind for kind in VENUES.values() if getattr(kind, ability)]
    return pytest.mark.parametrize("venue", kinds, indirect=True, ids=lambda kind: kind.section)


every_venue = having()


@pytest.fixture
def venue(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Venue]:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    with opened(request.param, tmp_path) as venue:
        yield venue


def test_every_target_has_a_row() -> None:
    assert tuple(VENUES) == TARGETS


def action(venue: Venue, ours: Wording = OURS, side: Side | None = None) -> Action:
    return venue.publish(ours, side).decision.action


# Once -----------------------------------------------------------------------------------------------------------------


@every_venue
def test_the_first_run_creates_the_post(venue: Venue) -> None:
    outcome = venue.publish(OURS)
    assert outcome.decision.action is Action.CREATE
    assert outcome.is_recorded
    assert venue.posts == [OURS]
    assert sorted(venue.records) == ["2023-03-27.json", "2023-03-27.md"]
    assert venue.records["2023-03-27.md"].decode() == f"{TEXT}\n"


@every_venue
@pytest.mark.parametrize("is_lost", [False, True])
def test_a_second_run_changes_nothing(venue: Venue, is_lost: bool) -> None:
    venue.publish(OURS)
    before = venue.records
    if is_lost:
        venue.lose_records()
    outcome = venue.publish(OURS)
    assert outcome.decision.action is Action.LEAVE
    assert outcome.is_recorded is is_lost
    assert venue.posts == [OURS]
    assert venue.records == before


@every_venue
def test_news_update_the_post(venue: Venue) -> None:
    venue.publish(OURS)
    assert action(venue, NEWS) is Action.UPDATE
    assert venue.posts == [NEWS]
    assert action(venue, NEWS) is Action.LEAVE


@having("knows_own")
def test_news_update_an_unedited_post_without_a_record(venue: Venue) -> None:
    venue.publish(OURS)
    venue.lose_records()
    assert action(venue, NEWS) is Action.UPDATE
    assert venue.posts == [NEWS]
    assert action(venue, NEWS) is Action.LEAVE


@every_venue
def test_a_new_title_updates_the_post(venue: Venue) -> None:
    venue.publish(OURS)
    assert action(venue, RETITLED) is Action.UPDATE
    assert venue.posts == [RETITLED]


@every_venue
def test_two_runs_at_once_create_one_post(venue: Venue, tmp_path: Path) -> None:
    at_once(venue, tmp_path, "create", OURS)
    assert venue.posts == [OURS]
    assert action(venue) is Action.LEAVE


@every_venue
def test_two_runs_at_once_update_one_post(venue: Venue, tmp_path: Path) -> None:
    venue.publish(OURS)
    at_once(venue, tmp_path, "update", NEWS)
    assert venue.posts == [NEWS]
    assert action(venue, NEWS) is Action.LEAVE


@having("is_served")
def test_two_runs_at_once_with_different_news_lose_neither(venue: Venue, tmp_path: Path) -> None:
    venue.publish(OURS)
    first = Wording(title=TITLE, text=f"- Zero.\n\n{TEXT}")
    at_once(venue, tmp_path, "update", first, NEWS)
    assert [post.text for post in venue.posts] == [f"- Zero.\n\n{NEWS.text}"]


def at_once(venue: Venue, tmp_path: Path, write: str, *ours: Wording) -> None:
    """Two checkouts publish at the same time. Both have looked before either writes."""
    both = Barrier(2, timeout=60)
    second = tmp_path / "second"
    if (tmp_path / "published").is_dir():
        shutil.copytree(tmp_path / "published", second / "published")
    destinations = [waiting(venue.destination(root), write, both.wait) for root in (tmp_path, second)]
    runs = zip((ours * 2)[:2], destinations, strict=True)
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda run: venue.publish(run[0], destination=run[1]), runs))
    assert {outcome.decision.action for outcome in outcomes} <= {Action(write), Action.LEAVE}


def waiting(destination: Destination, write: str, before: Callable[[], object]) -> Destination:
    """Have something happen just before the first write."""
    target, left = destination.target, [before]
    original = getattr(target, write)

    def call(*arguments: Any) -> RemotePost:
        if left:
            left.pop()()
        result: RemotePost = original(*arguments)
        return result

    setattr(target, write, call)
    return destination


@having("knows_own")
def test_a_strangers_copy_is_left_alone_and_is_not_ours(venue: Venue) -> None:
    venue.publish(OURS)
    venue.copy_by_stranger()
    venue.lose_records()
    assert action(venue, NEWS) is Action.UPDATE
    venue.lose_records()
    assert action(venue, NEWS) is Action.LEAVE
    assert venue.posts == [NEWS]


@every_venue
@pytest.mark.parametrize("side", [None, Side.THEIRS, Side.OURS])
def test_a_deleted_post_is_created_again_on_demand_only(venue: Venue, side: Side | None) -> None:
    venue.publish(OURS)
    before = venue.records
    venue.delete()
    venue.wait()
    expected = {None: Action.CONFLICT, Side.THEIRS: Action.LEAVE, Side.OURS: Action.CREATE}[side]
    if side is Side.OURS and not venue.accepts_another:
        expected = Action.CONFLICT
    assert action(venue, NEWS, side) is expected
    assert venue.posts == [NEWS] * (expected is Action.CREATE)
    assert venue.records == before or expected is Action.CREATE


# Never over somebody's words ------------------------------------------------------------------------------------------


@every_venue
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_somebodys_edit_stays(venue: Venue, ends: str) -> None:
    venue.publish(OURS)
    venue.edit(EDITED.replace("\n", ends))
    outcome = venue.publish(OURS)
    assert (outcome.decision.action, outcome.decision.edits) == (Action.LEAVE, 1)
    for ours in (NEWS, OURS):
        outcome = venue.publish(ours)
        assert (outcome.decision.action, outcome.decision.edits) == (Action.UPDATE, 1)
        assert venue.posts == [Wording(title=TITLE, text=f"{LINE}\n\n{ours.text}")]
        assert action(venue, ours) is Action.LEAVE


def clash(venue: Venue) -> Wording:
    """Somebody changes the line that changes here too."""
    venue.publish(OURS)
    venue.edit(TEXT.replace("- Four.", LINE))
    (theirs,) = venue.posts
    return theirs


CLASHING = Wording(title=TITLE, text=TEXT.replace("- Four.", "- Four, changed."))


@every_venue
def test_a_conflict_changes_nothing(venue: Venue) -> None:
    theirs, before = clash(venue), venue.records
    outcome = venue.publish(CLASHING)
    assert outcome.decision.action is Action.CONFLICT
    assert "somebody edited the same 1 place of the text" in outcome.decision.reason
    assert (venue.posts, venue.records) == ([theirs], before)


@every_venue
def test_a_conflict_is_decided_by_a_side(venue: Venue) -> None:
    theirs = clash(venue)
    assert action(venue, CLASHING, Side.THEIRS) is Action.LEAVE
    assert venue.posts == [theirs]
    assert action(venue, CLASHING) is Action.LEAVE
    assert action(venue, OURS, Side.OURS) is Action.UPDATE
    assert venue.posts == [OURS]


@every_venue
def test_a_title_that_somebody_changed_stays(venue: Venue) -> None:
    venue.publish(OURS)
    venue.edit(title="Acme status, corrected")
    assert action(venue, NEWS) is Action.UPDATE
    assert venue.posts == [Wording(title="Acme status, corrected", text=NEWS.text)]
    outcome = venue.publish(RETITLED)
    assert outcome.decision.action is Action.CONFLICT
    assert "edited the same title" in outcome.decision.reason
    assert action(venue, RETITLED, Side.OURS) is Action.UPDATE
    assert venue.posts == [RETITLED]


@every_venue
def test_without_a_record_an_edited_post_is_a_conflict(venue: Venue) -> None:
    venue.publish(OURS)
    venue.edit(EDITED)
    venue.lose_records()
    outcome = venue.publish(OURS)
    assert outcome.decision.action is Action.CONFLICT
    assert "no record says what was published" in outcome.decision.reason
    assert (venue.posts[0].text, venue.records) == (EDITED, {})
    assert action(venue, OURS, Side.THEIRS) is Action.LEAVE
    assert action(venue, NEWS) is Action.UPDATE
    assert venue.posts[0].text == f"{LINE}\n\n{NEWS.text}"


@every_venue
def test_without_a_record_a_changed_title_stays(venue: Venue) -> None:
    venue.publish(OURS)
    venue.edit(title="Acme status of 2023-03-27, corrected")
    venue.lose_records()
    assert action(venue) is Action.CONFLICT
    assert [post.title for post in venue.posts] == ["Acme status of 2023-03-27, corrected"]


@every_venue
def test_an_edit_during_an_update_is_merged(venue: Venue) -> None:
    venue.publish(OURS)
    venue.publish(NEWS, destination=waiting(venue.destination(), "update", lambda: venue.edit(EDITED)))
    assert venue.posts == [Wording(title=TITLE, text=f"{LINE}\n\n{NEWS.text}")]
    assert [line for line in venue.messages if "looking again" in line]


@having("guards_title")
def test_a_title_that_changes_during_an_update_is_a_conflict(venue: Venue) -> None:
    venue.publish(OURS)
    during = waiting(venue.destination(), "update", lambda: venue.edit(title="Acme status, corrected"))
    assert venue.publish(RETITLED, destination=during).decision.action is Action.CONFLICT
    assert venue.posts == [Wording(title="Acme status, corrected", text=TEXT)]


@every_venue
def test_a_post_that_changes_all_the_time_is_left(venue: Venue) -> None:
    venue.publish(OURS)
    destination, count = venue.destination(), iter(range(100))
    update = destination.target.update

    def edits(old: RemotePost, wording: Wording) -> RemotePost:
        venue.edit(f"- Edit {next(count)}\n\n{TEXT}")
        return update(old, wording)

    destination.target.update = edits  # type: ignore[method-assign]
    with pytest.raises(TargetError, match="somebody else changed the post 3 times meanwhile; run again later"):
        venue.publish(NEWS, destination=destination)
    assert [post.text for post in venue.posts] == [f"- Edit 2\n\n{TEXT}"]


@having("closes")
def test_a_closed_post_is_updated(venue: Venue) -> None:
    venue.publish(OURS)
    venue.close()
    assert action(venue, NEWS) is Action.UPDATE
    assert venue.posts == [NEWS]


@every_venue
@pytest.mark.parametrize(
    "words",
    [
        "Der Größte führt — „Überblick“", "週刊のお知らせ：更新と修正", "أخبار الأسبوع: تحديثات", "Новости недели №7",
        "शुक्रवार की ख़बरें", "שבוע של חדשות", "👩‍💻 👍🏽 🇺🇳", "Tiếng Việt có dấu", "a < b && c > d \"quoted\" 'x' \\ $1",
    ],
)  # fmt: skip
def test_every_script_is_stored_as_sent(venue: Venue, words: str) -> None:
    ours = Wording(title=f"{words} 2023-03-27 of Acme", text=f"# {words}\n\n- {words}\n\n{TEXT}")
    venue.publish(ours)
    assert venue.posts == [ours]
    assert action(venue, ours) is Action.LEAVE
    venue.edit(f"{ours.text}\n\n- {words}, edited")
    news = Wording(title=ours.title, text=f"{words}\n\n{ours.text}")
    assert action(venue, news) is Action.UPDATE
    assert venue.posts[0].text == f"{news.text}\n\n- {words}, edited"


# Whole or not at all --------------------------------------------------------------------------------------------------


@having("has_limit")
def test_a_text_as_long_as_the_limit_is_published_and_no_edit_makes_it_longer(venue: Venue) -> None:
    limit = venue.destination().target.limits().post_length
    ours = Wording(title=TITLE, text=f"{TEXT}\n\n{'a' * (limit - len(TEXT) - 2)}")
    venue.publish(ours)
    assert venue.posts == [ours]
    venue.edit(f"{LINE}\n\n{TEXT}")
    outcome = venue.publish(Wording(title=TITLE, text=ours.text.replace("- [One]", "- [1]")), Side.OURS)
    assert outcome.decision.action in (Action.CONFLICT, Action.UPDATE)
    assert len(venue.posts[0].text) <= limit


Scene = Callable[[Venue], Wording]


def nothing_yet(venue: Venue) -> Wording:
    """The week is published for the first time."""
    return OURS


def something_new(venue: Venue) -> Wording:
    """The post is there, and text and title change."""
    venue.publish(OURS)
    return Wording(title=RETITLED.title, text=NEWS.text)


def edited_there(venue: Venue) -> Wording:
    """The post is there, and somebody edited it."""
    venue.publish(OURS)
    venue.edit(EDITED)
    return NEWS


SCENES = pytest.mark.parametrize("scene", [nothing_yet, something_new, edited_there])


class Checkpoint:
    """What is there, to begin each try from the same."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.copy = venue.folder.with_name(f"{venue.folder.name}-copy")
        shutil.copytree(venue.folder, self.copy)
        self.state = copy.deepcopy(stand_in(venue))

    def restore(self) -> None:
        shutil.rmtree(self.venue.folder)
        shutil.copytree(self.copy, self.venue.folder)
        if self.state is not None:
            vars(stand_in(self.venue)).update(vars(copy.deepcopy(self.state)))


def stand_in(venue: Venue) -> Any:
    match venue:
        case ForumVenue():
            return venue.forum
        case DiscussionsVenue():
            return venue.hub
        case FolderVenue():
            return None
    raise AssertionError(f"{venue}: what is its stand-in?")


def ends_well(venue: Venue, scene: Scene, ours: Wording) -> None:
    """The next run makes the post whole, and the one after has nothing to do."""
    venue.publish(ours)
    text = f"{LINE}\n\n{ours.text}" if scene is edited_there else ours.text
    assert venue.posts == [Wording(title=ours.title, text=text)]
    assert action(venue, ours) is Action.LEAVE


def some(count: int, *, is_after: bool) -> range:
    """The steps to break: a third of them, before or after. The proof breaks each both before and after."""
    return range(1, count + 1) if EVERY else range(1 + is_after, count + 1, 3)


class KilledError(BaseException):
    """The process dies here."""


@every_venue
@SCENES
@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
def test_a_run_that_dies_at_any_step_is_completed_by_the_next(venue: Venue, scene: Scene, is_after: bool) -> None:
    """Each request and each file written is a step."""
    ours = scene(venue)
    venue.destination()
    checkpoint = Checkpoint(venue)
    for fatal in some(60, is_after=is_after):
        try:
            with dying(fatal, is_after=is_after):
                venue.publish(ours)
        except KilledError:
            assert len(venue.posts) <= 1
            ends_well(venue, scene, ours)
            checkpoint.restore()
        else:
            assert fatal > 3, "a run has more steps than that"
            return
    raise AssertionError("a run has fewer steps than that")


@contextmanager
def dying(fatal: int, *, is_after: bool) -> Iterator[None]:
    """Die at the step of that number."""
    left = [0]

    def at(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            left[0] += 1
            if left[0] == fatal and not is_after:
                raise KilledError
            result = function(*arguments, **options)
            if left[0] == fatal and is_after:
                raise KilledError
            return result

        return call

    with (
        mock.patch.object(Session, "ask", at(Session.ask)),
        mock.patch.object(atomic, "write", at(atomic.write)),
    ):
        yield


@having("is_served")
@SCENES
@pytest.mark.parametrize(
    ("how", "is_once"),
    [("before", True), ("after", True), ("half-way through", True), ("before", False), ("after", False)],
)
def test_an_answer_that_is_lost_at_any_request_makes_no_second_post(
    venue: Venue, scene: Scene, how: str, is_once: bool
) -> None:
    """Before the request arrives, after it was executed, or half-way through its answer."""
    assert venue.server is not None
    ours = scene(venue)
    venue.destination()
    checkpoint, before = Checkpoint(venue), venue.requests
    venue.publish(ours)
    count = venue.requests - before
    checkpoint.restore()
    for number in some(count, is_after=how == "after"):
        venue.server.faults = [*[let_through] * (number - 1), *[dropping(venue, how)] * (1 if is_once else 60)]
        with suppress(TargetError):
            venue.publish(ours)
        venue.server.faults = []
        assert len(venue.posts) <= 1
        ends_well(venue, scene, ours)
        checkpoint.restore()


def let_through(request: Request) -> None:
    """No fault."""


def dropping(venue: Venue, how: str) -> Callable[[Request], Response]:
    def drop(request: Request) -> Response:
        assert venue.server is not None
        if how == "before":
            return Response(body=None)
        answer = venue.server.answer(request)
        return (
            Response(status=answer.status, headers=answer.headers, body=answer.body, cut=True)
            if (how == "half-way through" and answer.body)
            else Response(body=None)
        )

    return drop


REFUSALS = [
    pytest.param(Response.of_json({"message": "Bad credentials", "errors": ["Log in."]}, 401), False, id="401"),
    pytest.param(Response.of_json({"message": "Forbidden", "errors": ["Not permitted."]}, 403), False, id="403"),
    pytest.param(Response.of_json({"message": "Not Found", "errors": ["Not found."]}, 404), False, id="404"),
    pytest.param(Response.of_json({"message": "Slow down.", "errors": ["Slow down."]}, 429, retry_after="900"), False, id="429"),
    pytest.param(Response.of_json({"message": "Broken."}, 500), True, id="500"),
    pytest.param(Response(status=502, body=b"<html>", headers={"content-type": "text/html"}), True, id="502"),
    pytest.param(Response(status=200, body=b"<html>Log in", headers={"content-type": "text/html"}), True, id="proxy"),
]  # fmt: skip


@having("is_served")
@pytest.mark.parametrize(("answer", "is_unsure"), REFUSALS)
@pytest.mark.parametrize("write", ["create", "update"])
def test_a_refused_write_changes_nothing(venue: Venue, answer: Response, is_unsure: bool, write: str) -> None:
    """The message says what to do, and the next run completes the post."""
    assert venue.server is not None
    if write == "update":
        venue.publish(OURS)
    before, posts = venue.records, venue.posts
    venue.server.faults = [lambda request: answer if venue.is_write(request) else None] * 60
    with pytest.raises(WeeklyError) as raised:
        venue.publish(NEWS)
    venue.server.faults = []
    assert isinstance(raised.value, TargetError)
    assert not isinstance(raised.value, ChangedError)
    assert str(raised.value).startswith(("http://127.0.0.1", "https://github.com/example/report"))
    assert "; " in str(raised.value)
    assert venue.posts == posts
    assert (venue.records != before) is is_unsure, "the record names a write that may have happened, and no other"
    venue.publish(NEWS)
    assert venue.posts == [NEWS]


@having("is_served")
@pytest.mark.parametrize(("answer", "is_unsure"), REFUSALS)
def test_a_refused_look_changes_nothing(venue: Venue, answer: Response, is_unsure: bool) -> None:
    assert venue.server is not None
    venue.publish(OURS)
    before, destination = venue.records, venue.destination()
    venue.server.faults = [lambda _: answer] * 60
    with pytest.raises(TargetError) as raised:
        venue.publish(NEWS, destination=destination)
    assert not isinstance(raised.value, UnsureError)
    assert (venue.posts, venue.records) == ([OURS], before)
