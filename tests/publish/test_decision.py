"""Publishing's decisions as tables, and what is noted before each write: values, and a target of a few lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from weekly.config.limits import Limits
from weekly.errors import TargetError, UnsureError
from weekly.publish import execute
from weekly.publish.base import Records
from weekly.publish.decision import (
    Action,
    Base,
    Decision,
    RemotePost,
    State,
    base_of,
    check_length,
    decide,
    difference,
    stored_title_of,
)
from weekly.publish.merge import Side, stored
from weekly.publish.record import Attempt, Picture, Publication, Stage, Wording, load_publication, save_publication
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
LINES = "one\n\ntwo\n\nthree\n\nfour"


def worded(text: str = LINES, title: str = "Status #1") -> Wording:
    return Wording(title=title, text=text)


def standing(wording: Wording, **fields: object) -> RemotePost:
    return RemotePost(wording=wording, url="https://forum.example/t/1", topic=1, post=2, version=3, **fields)  # type: ignore[arg-type]


def known(stands: Wording, **fields: object) -> Publication:
    given: dict[str, object] = {"stage": Stage.PUBLISHED, "generated": stands, "stored_title": stands.title} | fields
    return Publication(week=WEEK, target="here", url="https://forum.example/t/1", remote=stands, **given)  # type: ignore[arg-type]


OURS, THEIRS = worded(LINES + "\n\nnew"), worded("somebody's")

REJECTED = "it waited for approval and is gone, so a moderator rejected it"
VANISHED = "it was at https://forum.example/t/1 and is gone"
ASK = ": restore it there, or decide with --theirs (no post)"
AGAIN = " or --ours (a new one)"
HIDDEN = " or --ours (a new one, unless the forum only hides the old one)"


@pytest.mark.parametrize(
    ("record", "side", "action", "reason"),
    [
        (None, None, Action.CREATE, "the week has no post yet"),
        (known(OURS, stage=Stage.SENDING), None, Action.CREATE, "the week has no post yet"),
        (known(OURS), None, Action.CONFLICT, VANISHED + ASK + HIDDEN),
        (known(OURS), Side.OURS, Action.CREATE, f"{VANISHED}; --ours creates it again"),
        (known(OURS), Side.THEIRS, Action.LEAVE, f"{VANISHED}; --theirs publishes nothing"),
        (known(OURS, stage=Stage.WAITING), None, Action.CONFLICT, REJECTED + ASK + AGAIN),
        (known(OURS, stage=Stage.WAITING), Side.OURS, Action.CREATE, f"{REJECTED}; --ours creates it again"),
        (known(OURS, stage=Stage.WAITING), Side.THEIRS, Action.LEAVE, f"{REJECTED}; --theirs publishes nothing"),
    ],
)
def test_decision_without_a_remote_post(
    record: Publication | None, side: Side | None, action: Action, reason: str
) -> None:
    decision = decide(OURS, None, record, side)
    assert (decision.action, decision.reason, decision.wording) == (action, reason, OURS)


UNKNOWN = "somebody edited the text there, and no record says what was published; decide with "


@pytest.mark.parametrize(
    ("side", "action", "reason", "remote"),
    [
        (None, Action.CONFLICT, UNKNOWN + "--theirs (keep it) or --ours (replace it)", OURS),
        (Side.THEIRS, Action.LEAVE, "--theirs leaves the text there", THEIRS),
        (Side.OURS, Action.UPDATE, "--ours replaces the text there", OURS),
    ],
)
def test_decision_without_a_record_of_an_edited_post(
    side: Side | None, action: Action, reason: str, remote: Wording
) -> None:
    decision = decide(OURS, standing(THEIRS), None, side)
    assert (decision.action, decision.reason, decision.wording) == (action, reason, remote)


FOREIGN = "the record has topic 1, but that was begun by somebody"
QUEUE = "nobody can read the queue"


@pytest.mark.parametrize(
    ("state", "fields", "side", "action", "reason", "remote"),
    [
        (State.WAITING, {}, None, Action.LEAVE, "it waits for a moderator's approval", worded()),
        (State.DELETED, {}, None, Action.CONFLICT, "it was deleted" + ASK, OURS),
        (State.DELETED, {}, Side.THEIRS, Action.LEAVE, "it was deleted; --theirs publishes nothing", OURS),
        # The deleted topic holds the external id, so the forum would refuse a second one.
        (State.DELETED, {}, Side.OURS, Action.CONFLICT, "it was deleted" + ASK, OURS),
        (State.DELETED, {"is_replaceable": True}, None, Action.CONFLICT, "it was deleted" + ASK + AGAIN, OURS),
        (State.DELETED, {"is_replaceable": True}, Side.OURS, Action.CREATE, "it was deleted; --ours creates it again", OURS),
        (State.FOREIGN, {"reason": FOREIGN}, None, Action.CONFLICT, FOREIGN + ASK + AGAIN, OURS),
        (State.FOREIGN, {"reason": FOREIGN}, Side.OURS, Action.CREATE, f"{FOREIGN}; --ours creates it again", OURS),
        (State.FOREIGN, {"reason": FOREIGN}, Side.THEIRS, Action.LEAVE, f"{FOREIGN}; --theirs publishes nothing", OURS),
        (State.UNREADABLE, {"reason": QUEUE}, None, Action.CONFLICT, f"{QUEUE}; look there, then decide with --theirs (it waits) or --ours (post it)", OURS),
        (State.UNREADABLE, {"reason": QUEUE}, Side.OURS, Action.CREATE, f"{QUEUE}; --ours posts it anyway", OURS),
        (State.UNREADABLE, {"reason": QUEUE}, Side.THEIRS, Action.LEAVE, f"{QUEUE}; --theirs publishes nothing", OURS),
        (State.CLOSED, {}, None, Action.UPDATE, "something is new", OURS),
        (State.ARCHIVED, {}, Side.THEIRS, Action.LEAVE, "the topic is archived", worded()),
        (State.ARCHIVED, {}, None, Action.CONFLICT, "the topic is archived, so nobody may edit it: unarchive it, or leave it with --theirs", OURS),
    ],
)  # fmt: skip
def test_decision_by_the_state_of_the_topic(
    state: State, fields: dict[str, object], side: Side | None, action: Action, reason: str, remote: Wording
) -> None:
    decision = decide(OURS, standing(worded(), state=state, **fields), known(worded()), side)
    assert (decision.action, decision.reason, decision.wording) == (action, reason, remote)


def test_an_unchanged_post_is_left_alone_whatever_the_record_says() -> None:
    for record in (None, known(worded()), known(OURS)):
        decision = decide(OURS, standing(OURS), record)
        assert (decision.action, decision.reason) == (Action.LEAVE, "it is up to date")


@pytest.mark.parametrize(
    ("ours", "remote"),
    [
        (worded(title="weekly status  of LXD."), worded(title="Weekly status of LXD")),
        (worded(title="STATUS OF LXD!!"), worded(title="Status of lxd!")),
        (worded("caf\u0065\u0301"), worded("caf\u00e9")),
        (worded("a\nb  \nc\u00a0d"), worded("a\nb\nc d")),
        (worded("![Chart](https://a.example/x.png)"), worded("![Chart|690x388](upload://abc.png)")),
        (worded("![Chart](upload://abc.png)"), worded("![Chart|10x10](/uploads/short-url/abc.png)")),
    ],
)
def test_changes_by_the_forum_are_no_edits(ours: Wording, remote: Wording) -> None:
    for record in (None, known(remote, generated=ours), known(ours)):
        decision = decide(ours, standing(remote, is_untouched=record is None), record)
        assert (decision.action, decision.reason, decision.wording) == (Action.LEAVE, "it is up to date", remote)
    news = worded(ours.text + "\n\nmore", ours.title)
    decision = decide(news, standing(remote), known(remote, generated=ours))
    assert (decision.action, decision.reason) == (Action.UPDATE, "something is new")
    assert decision.wording == worded(remote.text + "\n\nmore", remote.title), (
        "unchanged lines stay as the forum has them"
    )


@pytest.mark.parametrize(
    ("ours", "remote"),
    [
        (worded(title="weekly status"), worded(title="Weekly Status")),
        (worded("one\n\ntwo"), worded("one\n\nTwo")),
        (worded("![Chart](https://a.example/x.png)"), worded("![Graph](upload://abc.png)")),
        (worded("![Chart](chart.png)"), worded("![Chart](other.png)")),
        (worded("![Chart](upload://abc.png)"), worded("![Chart](upload://def.png)")),
    ],
)
def test_similar_changes_by_people_are_edits(ours: Wording, remote: Wording) -> None:
    decision = decide(ours, standing(remote), known(ours))
    assert (decision.action, decision.reason) == (Action.LEAVE, "nothing is new, and somebody's edits stay")


EDITED = worded(LINES.replace("two", "two, edited"))
BOTH = worded(LINES.replace("two", "two, ours") + "\n\nnew")
DECIDED = "something is new, merged with somebody's edits; where both changed the same, --{} decided"


@pytest.mark.parametrize(
    ("ours", "theirs", "side", "action", "reason", "stands"),
    [
        (worded(), EDITED, None, Action.LEAVE, "nothing is new, and somebody's edits stay", EDITED),
        (OURS, worded(), None, Action.UPDATE, "something is new", OURS),
        (
            OURS, EDITED, None, Action.UPDATE, "something is new, merged with somebody's edits",
            worded(EDITED.text + "\n\nnew"),
        ),
        (
            BOTH, EDITED, None, Action.CONFLICT,
            "somebody edited the same 1 place of the text that changed here too; decide with --theirs or --ours", BOTH,
        ),
        (BOTH, EDITED, Side.OURS, Action.UPDATE, DECIDED.format("ours"), BOTH),
        (BOTH, EDITED, Side.THEIRS, Action.UPDATE, DECIDED.format("theirs"), worded(EDITED.text + "\n\nnew")),
        (
            worded(title="Our title"), worded(title="Their title"), None, Action.CONFLICT,
            "somebody edited the same title that changed here too; decide with --theirs or --ours",
            worded(title="Our title"),
        ),
        (
            worded(title="Our title"), worded(title="Their title"), Side.THEIRS, Action.LEAVE,
            "nothing is new, and somebody's edits stay", worded(title="Their title"),
        ),
        (
            worded(title="Our title"), worded(title="Their title"), Side.OURS, Action.UPDATE,
            DECIDED.format("ours"), worded(title="Our title"),
        ),
        (worded(title="Our title"), worded(), None, Action.UPDATE, "something is new", worded(title="Our title")),
        (
            OURS, worded(title="Their title"), None, Action.UPDATE, "something is new, merged with somebody's edits",
            worded(OURS.text, "Their title"),
        ),
        (
            worded(LINES.replace("one", "1").replace("four", "4"), "Our title"),
            worded(LINES.replace("one", "I").replace("four", "IV"), "Their title"),
            None, Action.CONFLICT,
            "somebody edited the same title and 2 places of the text that changed here too; decide with --theirs or --ours",
            worded(LINES.replace("one", "1").replace("four", "4"), "Our title"),
        ),
    ],
)  # fmt: skip
def test_decision_where_both_sides_have_changes(
    ours: Wording, theirs: Wording, side: Side | None, action: Action, reason: str, stands: Wording
) -> None:
    decision = decide(ours, standing(theirs), known(worded()), side)
    assert (decision.action, decision.reason, decision.wording) == (action, reason, stands)


MADE, SENT = worded("made", "Made"), worded("sent", "Sent")


@pytest.mark.parametrize(
    ("stands", "record", "base"),
    [
        (standing(THEIRS), None, None),
        (standing(THEIRS, is_untouched=True), None, Base(generated=THEIRS, titles=(THEIRS.title,))),
        (
            standing(THEIRS),
            known(worded(), generated=MADE, stored_title="Told"),
            Base(generated=MADE, titles=("Told",)),
        ),
        # An update was under way when the run ended: it has arrived, by its text …
        (
            standing(SENT),
            known(worded(), stored_title="Told", attempt=Attempt(sent=SENT, generated=MADE)),
            Base(generated=MADE, titles=("Told", "Sent")),
        ),
        (
            standing(worded("sent", "Theirs")),
            known(worded(title="Sent"), stored_title="Told", attempt=Attempt(sent=SENT, generated=MADE)),
            Base(generated=MADE, titles=("Told",)),
        ),
        # … or, where the title alone changed, by that …
        (
            standing(SENT),
            known(
                worded("sent", "Told"), generated=MADE, stored_title="Told", attempt=Attempt(sent=SENT, generated=OURS)
            ),
            Base(generated=OURS, titles=("Told", "Sent")),
        ),
        # … or hasn't.
        (
            standing(worded("sent", "Told")),
            known(
                worded("sent", "Told"), generated=MADE, stored_title="Told", attempt=Attempt(sent=SENT, generated=OURS)
            ),
            Base(generated=MADE, titles=("Told",)),
        ),
        (
            standing(worded()),
            known(worded(), generated=MADE, stored_title="Told", attempt=Attempt(sent=SENT, generated=OURS)),
            Base(generated=MADE, titles=("Told",)),
        ),
        # A post was being created: another run was faster, or it is this one's.
        (
            standing(THEIRS, is_untouched=True),
            known(SENT, generated=MADE, stage=Stage.SENDING),
            Base(generated=THEIRS, titles=(THEIRS.title,)),
        ),
        (
            standing(SENT, is_untouched=True),
            known(SENT, generated=MADE, stage=Stage.SENDING),
            Base(generated=MADE, titles=("Sent",)),
        ),
        (standing(THEIRS), known(SENT, generated=MADE, stage=Stage.SENDING), Base(generated=MADE, titles=("Sent",))),
    ],
)
def test_the_base_of_a_merge(stands: RemotePost, record: Publication | None, base: Base | None) -> None:
    assert base_of(stands, record) == base


@pytest.mark.parametrize(
    ("ours", "written", "before", "after", "base", "expected"),
    [
        ("Ours", "Ours", None, "Ours", None, "Ours"),
        ("Ours", "Ours", None, "Ours, as the forum spells it", None, "Ours, as the forum spells it"),
        ("Ours", "Ours", "Old", "Ours!", ("Old",), "Ours!"),
        ("Ours", "Theirs", "Theirs", "Theirs", ("First", "Ours!"), "Ours!"),
        ("Ours", "First", "First", "First", ("First", "Ours!"), "First"),
        ("Ours", "Theirs", "Theirs", "Theirs", ("Only",), "Only"),
        ("Ours", "Theirs", "Theirs", "Theirs", None, ""),
    ],
)
def test_the_stored_title_after_a_write(
    ours: str, written: str, before: str | None, after: str, base: tuple[str, ...] | None, expected: str
) -> None:
    outcome = Decision(action=Action.UPDATE, reason="", wording=worded(title=written))
    stood = None if before is None else standing(worded(title=before))
    began = None if base is None else Base(generated=worded(), titles=base)
    assert stored_title_of(worded(title=ours), outcome, stood, standing(worded(title=after)), began) == expected


def test_a_merge_that_is_too_long_is_refused_with_the_length_to_set() -> None:
    ours, merged = worded("o" * 90), worded("m" * 120)
    decision = Decision(action=Action.UPDATE, reason="new", wording=merged)
    assert check_length(decision, ours, 120) == decision
    over = check_length(decision, ours, 119)
    assert (over.action, over.wording) == (Action.CONFLICT, merged)
    assert (
        "it has 120 characters, but there is room for 119; set forum.max_post_length in weekly.toml to 89 or"
        in over.reason
    )
    left = Decision(action=Action.LEAVE, reason="", wording=merged)
    assert check_length(left, ours, 1) == left


def test_a_difference_is_of_title_and_text() -> None:
    expected = difference(None, worded("text", "New"), names=("there", "here"))
    assert expected.splitlines() == ["--- there", "+++ here", "@@ -0,0 +1,3 @@", "+Title: New", "+", "+text"]
    expected = difference(worded("text", "Old"), worded("text", "New"), names=("there", "here"))
    assert expected.splitlines()[3:] == ["-Title: Old", "+Title: New", " ", " text"]


class Location:
    """A target that keeps one post, and what was noted when it was asked to write."""

    section = name = "here"
    external_id = "weekly-2023-03-27"

    def limits(self) -> Limits:
        return Limits()

    def __init__(
        self, folder: Path, stands: RemotePost | None, *, lost: Wording | None = None, answers: bool = True
    ) -> None:
        self.folder, self.remote, self.answers, self.lost = folder, stands, answers, lost
        self.noted: list[Publication | None] = []
        self.asked: list[tuple[Wording, Publication | None]] = []
        self.done: list[str] = []

    def find(self, ours: Wording, known: Publication | None) -> RemotePost | None:
        self.asked.append((ours, known))
        return self.remote

    def create(self, wording: Wording) -> RemotePost:
        return self._write("create", wording)

    def update(self, old: RemotePost, wording: Wording) -> RemotePost:
        assert old == self.remote
        return self._write("update", wording)

    def upload(self, path: Path) -> str:
        raise NotImplementedError

    def _write(self, what: str, wording: Wording) -> RemotePost:
        self.done.append(what)
        self.noted.append(load_publication(self.folder, WEEK))
        self.remote = standing(self.lost or wording)
        if not self.answers:
            raise UnsureError("here: no answer came")
        return self.remote


def published_to(place: Location, record: Publication | None, side: Side | None = None) -> execute.Outcome:
    return execute.Publishing(place, OURS, Records(folder=place.folder, week=WEEK), side).publish(record)


def test_a_create_is_noted_before_it_is_sent(tmp_path: Path) -> None:
    place = Location(tmp_path, None)
    outcome = published_to(place, None)
    noted = Publication(
        week=WEEK,
        target="here",
        external_id=place.external_id,
        stage=Stage.SENDING,
        remote=OURS,
        generated=OURS,
        stored_title=OURS.title,
    )
    assert place.noted == [noted]
    kept = load_publication(tmp_path, WEEK)
    assert kept is not None
    assert (kept.stage, kept.remote, kept.generated, kept.topic, kept.version) == (Stage.PUBLISHED, OURS, OURS, 1, 3)
    assert (place.done, outcome.after) == (["create"], place.remote)


def test_an_update_is_noted_before_it_is_sent(tmp_path: Path) -> None:
    picture = Picture(path="a.png", sha256="0" * 64, url="upload://a.png")
    stands, record = standing(EDITED), known(EDITED, generated=worded(), stored_title="Status #1", pictures=(picture,))
    place = Location(tmp_path, stands)
    published_to(place, record)
    sent = worded(EDITED.text + "\n\nnew")
    noted = place.noted[0]
    assert noted is not None
    assert (noted.week, noted.stage, noted.remote, noted.generated) == (WEEK, Stage.PUBLISHED, EDITED, worded())
    assert (noted.stored_title, noted.attempt, noted.pictures) == (
        "Status #1",
        Attempt(sent=sent, generated=OURS),
        (picture,),
    )
    kept = load_publication(tmp_path, WEEK)
    assert kept is not None
    assert (kept.remote, kept.generated, kept.attempt) == (sent, OURS, None)


def test_replacing_an_unknown_text_is_noted_with_that_text(tmp_path: Path) -> None:
    place = Location(tmp_path, standing(THEIRS))
    published_to(place, None, side=Side.OURS)
    noted = place.noted[0]
    assert noted is not None
    assert (noted.remote, noted.generated, noted.stored_title) == (THEIRS, THEIRS, "")
    assert (noted.attempt, noted.pictures) == (Attempt(sent=OURS, generated=OURS), ())


def test_ours_creates_a_rejected_post_again(tmp_path: Path) -> None:
    place = Location(tmp_path, None)
    published_to(place, known(worded(), stage=Stage.WAITING), side=Side.OURS)
    assert place.done == ["create"]


def test_a_write_without_an_answer_is_confirmed_by_looking(tmp_path: Path) -> None:
    """Found by its text it took place; nothing is sent twice either way."""
    place = Location(tmp_path, None, answers=False)
    outcome = published_to(place, None)
    assert (place.done, outcome.after) == (["create"], standing(OURS))
    assert place.asked == [(OURS, None), (OURS, place.noted[0])]


@pytest.mark.parametrize("lost", [None, THEIRS])
def test_a_write_without_an_answer_that_is_not_there_is_an_error(tmp_path: Path, lost: Wording | None) -> None:
    class Gone(Location):
        def find(self, ours: Wording, known: Publication | None) -> RemotePost | None:
            found = super().find(ours, known)
            return found if lost else None

    place = Gone(tmp_path, None, lost=lost, answers=False)
    with pytest.raises(UnsureError, match="no answer came"):
        published_to(place, None)
    assert place.done == ["create"]
    assert load_publication(tmp_path, WEEK) == place.noted[0]


def test_a_waiting_post_is_recorded_once(tmp_path: Path) -> None:
    """A lost record is found again; what is in it is what waits, not what we would send now."""
    waiting = standing(worded(), state=State.WAITING)
    place = Location(tmp_path, waiting)
    assert published_to(place, None).after == waiting
    kept = load_publication(tmp_path, WEEK)
    assert kept is not None
    assert (kept.stage, kept.remote, kept.generated, kept.stored_title) == (
        Stage.WAITING,
        worded(),
        worded(),
        "Status #1",
    )
    assert published_to(place, kept).after is None  # nothing to keep, nor to send
    assert place.done == []


def test_an_unchanged_post_is_recorded_with_its_pictures(tmp_path: Path) -> None:
    picture = Picture(path="a.png", sha256="0" * 64, url="upload://a.png")
    place = Location(tmp_path, standing(OURS))
    records = Records(folder=tmp_path, week=WEEK)
    outcome = execute.Publishing(place, OURS, records).publish(known(worded()), (picture,))
    kept = load_publication(tmp_path, WEEK)
    assert kept is not None
    assert (outcome.after, place.done) == (standing(OURS), [])
    assert (kept.remote, kept.pictures, kept.url, kept.post) == (OURS, (picture,), "https://forum.example/t/1", 2)


@pytest.mark.parametrize("stands", [None, standing(worded(), state=State.DELETED)])
def test_a_removed_post_that_is_left_so_changes_no_record(tmp_path: Path, stands: RemotePost | None) -> None:
    place = Location(tmp_path, stands)
    outcome = published_to(place, known(worded()), side=Side.THEIRS)
    assert (outcome.decision.action, outcome.after, place.done) == (Action.LEAVE, None, [])
    assert load_publication(tmp_path, WEEK) is None


def test_a_conflict_changes_neither_target_nor_record(tmp_path: Path) -> None:
    place = Location(tmp_path, standing(THEIRS))
    assert published_to(place, None).decision.action is Action.CONFLICT
    assert (place.done, list(tmp_path.iterdir())) == ([], [])


def test_a_persons_title_is_recorded_as_theirs(tmp_path: Path) -> None:
    """Else the next run would take it for ours, and write over it."""
    place = Location(tmp_path, standing(worded(title="Their title")))
    published_to(place, known(worded()))
    kept = load_publication(tmp_path, WEEK)
    assert kept is not None
    assert (kept.remote.title, kept.stored_title) == ("Their title", "Status #1")
    again = decide(worded(LINES + "\n\nnewer"), place.remote, kept)
    assert (again.action, again.wording.title) == (Action.UPDATE, "Their title")


def test_a_run_that_was_overtaken_reads_the_record_again(tmp_path: Path) -> None:
    """Another run writes the post and its record between our look and our write."""
    from weekly.errors import ChangedError

    class Overtaken(Location):
        def create(self, wording: Wording) -> RemotePost:
            self.done.append("create")
            self.remote = standing(EDITED)
            save_publication(self.folder, known(EDITED, generated=worded()))
            raise ChangedError(f"here: there is one already, {wording.title}")

    place = Overtaken(tmp_path, None)
    outcome = published_to(place, None)
    assert place.done == ["create", "update"]
    assert outcome.after == standing(worded(EDITED.text + "\n\nnew"))
    assert place.asked[1] == (OURS, known(EDITED, generated=worded()))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  one\r\ntwo \u00a0three  \n\n", "  one\ntwo  three"),
        ("a\u2028b\u3000c", "a b c"),
        ("zero\u200bwidth", "zero\u200bwidth"),
    ],
)
def test_a_text_is_compared_as_the_forum_stores_it(text: str, kept: str) -> None:
    assert stored(text) == kept


def test_publish_gives_up_after_three_rounds(tmp_path: Path) -> None:
    from weekly.errors import ChangedError

    class Busy(Location):
        def create(self, wording: Wording) -> RemotePost:
            self.done.append("create")
            raise ChangedError(f"here: there is one already, {wording.title}")

    messages: list[str] = []
    place = Busy(tmp_path, None)
    with pytest.raises(TargetError, match="somebody else changed the post 3 times meanwhile; run again"):
        execute.Publishing(place, OURS, Records(folder=tmp_path, week=WEEK), say=messages.append).publish(None)
    assert place.done == ["create"] * 3
    assert messages == ["here: there is one already, Status #1; looking again"] * 3
