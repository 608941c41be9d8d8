"""What an answer makes of a highlight: its text, its list, and the lines that explain both."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.writer.seed import described
from weekly.config.writer import WriterConfig
from weekly.highlights.select import Selection
from weekly.model import Highlight, Kind, Verdict, Words
from weekly.writer.apply import (
    Item,
    Written,
    introduction_item,
    is_internal,
    items_of,
    moved_verdicts,
    with_texts,
    written,
)
from weekly.writer.document import Fact, Place, Reply, Sentence

CONFIG = WriterConfig()
TITLE = "Fix name of pools"
FIXED, NAMED = "Fixed the name of pools.", "The name of pools is right."
PLACES: tuple[Place, ...] = ("improvement", "bugfix", "internal")
ITEM = Item(
    id="a/b#1",
    task="highlight",
    kind="bugfix",
    facts=(Fact(source="title of a/b#1", text=TITLE),),
    draft=FIXED,
    places=PLACES,
)
NEW = replace(ITEM, kind="improvement", facts=(Fact(source="title of a/b#1", text="Add name of pools"),))


def reply(*texts: str, kind: Place = "", support: str = TITLE, problem: str = "") -> Reply:
    """Return an answer whose sentences rest on one quote."""
    sentences = tuple(Sentence(text=text, support=(support,)) for text in texts)
    return Reply(id="a/b#1", model="m", prompt="p", kind=kind, sentences=sentences, problem=problem)


SUPPORTED = f"supported by “{TITLE}”: {FIXED}"


@pytest.mark.parametrize(
    ("given", "item", "expected"),
    [
        (None, ITEM, Written("", ())),
        (reply(FIXED), ITEM, Written(FIXED, ("the writer's words (m, p)", SUPPORTED))),
        (reply(FIXED, kind="bugfix"), ITEM, Written(FIXED, ("the writer's words (m, p)", SUPPORTED))),
        (replace(reply(FIXED), model="", prompt=""), ITEM, Written(FIXED, ("the writer's words", SUPPORTED))),
        (
            reply(FIXED, kind="internal"),
            replace(ITEM, places=("improvement", "bugfix")),
            Written(FIXED, ("the writer's words (m, p)", "the writer finds it internal, and the project's own marks decide otherwise", SUPPORTED)),
        ),
        (
            reply(NAMED, kind="improvement"),
            ITEM,
            Written(NAMED, ("the writer's words (m, p)", "the writer (m, p) moved it here", f"supported by “{TITLE}”: {NAMED}"), "improvement"),
        ),
        (
            reply(NAMED, kind="improvement"),
            replace(ITEM, places=("internal",)),
            Written(NAMED, ("the writer's words (m, p)", "the writer finds it an improvement, and the project's own marks decide otherwise", f"supported by “{TITLE}”: {NAMED}")),
        ),
        (
            reply("Added 7 pools.", kind="improvement"),
            ITEM,
            Written("", ("the writer finds it an improvement, and the project's own marks decide otherwise", "refused: has the number 7, which the facts don't: Added 7 pools.")),
        ),
        (
            Reply(id="a/b#1", problem="the writer took longer than 1 seconds"),
            ITEM,
            Written("", ("the writer failed: the writer took longer than 1 seconds",)),
        ),
    ],
    ids=["none", "words", "same kind", "no names", "not internal", "moved", "not moved", "refused", "failed"],
)  # fmt: skip
def test_an_answer_gives_text_list_and_explanation(given: Reply | None, item: Item, expected: Written) -> None:
    assert written(given, item, CONFIG) == expected


def test_sentences_are_checked_as_of_the_list_that_they_move_to() -> None:
    quote = "Add name of pools"
    stays = written(reply("Fixed the name of pools.", support=quote), NEW, CONFIG)
    moves = written(reply("Fixed the name of pools.", support=quote, kind="bugfix"), NEW, CONFIG)
    assert "tells a feature as a fix" in stays.lines[0]
    assert (moves.text, moves.place) == ("Fixed the name of pools.", "bugfix")


PULLS = described().pulls
USERS = Verdict(kind=Kind.BUGFIX, rule="words", evidence="the title says 'fix'")
FIRST, SECOND = (Highlight(pulls=(pull,), text=pull.title, verdict=USERS) for pull in PULLS[:2])
SELECTION = Selection(bugfixes=(FIRST, SECOND), internal=(PULLS[4],))
TEXTS = {PULLS[0].ref: Written("In its words.", ("why",)), PULLS[1].ref: Written("Moved.", (), "improvement")}
VERDICTS = {PULLS[1].ref: USERS}


def test_answers_replace_and_move_highlights() -> None:
    found = with_texts(SELECTION, TEXTS)
    assert [(one.text, one.words, one.replaced) for one in found.bugfixes] == [
        ("In its words.", Words.WRITER, PULLS[0].title)
    ]
    assert [(one.text, one.verdict.kind, one.verdict.rule) for one in found.improvements] == [
        ("Moved.", Kind.IMPROVEMENT, "writer")
    ]
    assert dict(found.remarks) == {PULLS[0].ref: ("why",)}


def test_without_answers_nothing_changes() -> None:
    assert with_texts(SELECTION, {}) == SELECTION
    assert dict(moved_verdicts({"LXD": SELECTION}, {}, VERDICTS)) == {}


def test_verdicts_on_what_is_moved_say_who_moved_it() -> None:
    found = dict(moved_verdicts({"LXD": SELECTION}, TEXTS, VERDICTS))
    why = "the writer finds that it belongs there"
    assert found == {PULLS[1].ref: replace(USERS, kind=Kind.IMPROVEMENT, rule="writer", evidence=why)}


@pytest.mark.parametrize(
    ("given", "item", "is_found"),
    [
        (None, ITEM, False),
        (reply(kind="internal"), ITEM, True),
        (reply(), ITEM, False),
        (reply(kind="internal", problem="failed"), ITEM, False),
        (reply(kind="internal"), replace(ITEM, places=("improvement", "bugfix")), False),
        (replace(reply(kind="internal"), pulls=("a/b#1",)), replace(ITEM, pulls=("a/b#1",)), True),
        (replace(reply(kind="internal"), pulls=("a/b#1",)), replace(ITEM, pulls=("a/b#1", "a/b#2")), False),
    ],
)
def test_an_answer_hides_only_what_was_asked_about(given: Reply | None, item: Item, is_found: bool) -> None:
    assert is_internal(given, item) is is_found


def test_an_answer_about_other_pull_requests_says_nothing() -> None:
    other = replace(reply(FIXED), pulls=("a/b#1", "a/b#2"))
    assert written(other, replace(ITEM, pulls=("a/b#1",)), CONFIG) == Written("", ())


def test_the_introduction_has_the_bullets_as_facts_and_stays_where_it_is() -> None:
    item = introduction_item("A week of fixes.", {"LXD": Selection(bugfixes=(FIRST,))})
    assert (item.id, item.task, item.draft, item.places) == ("introduction", "introduction", "A week of fixes.", ())
    assert [(fact.source, fact.text) for fact in item.facts] == [
        ("draft", "A week of fixes."),
        ("bullet of LXD", f"LXD: {PULLS[0].title}"),
    ]


def test_a_highlight_without_an_extension_is_asked_about_once() -> None:
    pull = replace(PULLS[0], files=(), patches=())
    (item,) = items_of("LXD", Selection(improvements=(replace(FIRST, pulls=(pull,)),)), (), ())
    assert (item.task, item.id, item.project, item.kind) == ("highlight", pull.ref, "LXD", "bugfix")
