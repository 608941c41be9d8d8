"""The editor's words on highlights: they win, nothing of them is lost, and reports name what they outlived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pytest

from tests.gather.test_snapshot import pull
from weekly.compose.edits import Edited, edit
from weekly.errors import NotesError
from weekly.highlights.select import LeftOut, Selection
from weekly.model import Highlight, Kind, PullRequest, Verdict, Words
from weekly.notes.file import HighlightNote, NoteLocations, Notes
from weekly.text.markdown import Markdown

ONE, TWO, THREE, FOUR = (pull(number) for number in (1, 2, 3, 4))
OTHER = pull(9, repo="a/other")
VERDICTS = {
    one.ref: Verdict(kind=kind, rule="words", evidence="title")
    for one, kind in (
        (ONE, Kind.IMPROVEMENT), (TWO, Kind.IMPROVEMENT), (THREE, Kind.BUGFIX), (FOUR, Kind.TESTS_CI), (OTHER, Kind.BUGFIX),
    )
}  # fmt: skip


def drafted(*pulls: PullRequest) -> Highlight:
    return Highlight(pulls=pulls, text=f"Drafted {pulls[0].number}.", verdict=VERDICTS[pulls[0].ref])


def edited(*notes: HighlightNote, comments: Mapping[str, str] = MappingProxyType({})) -> Edited:
    chosen = {
        "B": Selection(improvements=(drafted(ONE), drafted(TWO)), bugfixes=(drafted(THREE),)),
        "Other": Selection(left_out=(LeftOut(pull=OTHER, why="past the 0 highlights"),)),
    }
    places = [f"weeks/w.toml:{number}" for number in range(1, len(notes) + 1)]
    locations = NoteLocations(bullets=tuple(places), comments=comments)
    return edit(chosen, Notes(highlights=notes), locations, {"B": (ONE, TWO, THREE, FOUR), "Other": (OTHER,)}, VERDICTS)


def texts(done: Edited, project: str = "B") -> tuple[list[str], list[str]]:
    one = done.selections[project]
    return [str(each.text) for each in one.improvements], [str(each.text) for each in one.bugfixes]


def note(*pulls: str, **fields: object) -> HighlightNote:
    return HighlightNote(pulls=pulls, **fields)  # type: ignore[arg-type]  # fields as in the file


def test_without_notes_nothing_changes() -> None:
    done = edited()
    assert texts(done) == (["Drafted 1.", "Drafted 2."], ["Drafted 3."])
    assert done.changes == {}


def test_a_note_replaces_the_drafted_text() -> None:
    done = edited(note("a/b#1", text=Markdown("*Mine*.")))
    assert texts(done)[0] == ["*Mine*.", "Drafted 2."]
    mine = done.selections["B"].improvements[0]
    assert (mine.words, mine.replaced, type(mine.text)) == (Words.EDITOR, "Drafted 1.", Markdown)
    assert done.changes == {"a/b#1": ("text, which was: Drafted 1. (weeks/w.toml:1)",)}


def test_another_kind_moves_a_highlight() -> None:
    done = edited(note("#1", kind=Kind.BUGFIX))
    assert texts(done) == (["Drafted 2."], ["Drafted 3.", "Drafted 1."])
    assert done.selections["B"].bugfixes[1].verdict.rule == "editor"


def test_a_kind_without_highlights_removes_the_highlight() -> None:
    assert texts(edited(note("#3", kind=Kind.HOUSEKEEPING)))[1] == []


def test_a_bullet_that_loses_a_pull_request_but_no_words_is_reported() -> None:
    chosen = {"B": Selection(improvements=(drafted(ONE, TWO, THREE),))}
    for notes, reported in (
        ((note("#2", show=False),), ["the drafted sentence about a/b#1 may also say what a/b#2 did"]),
        ((note("#2", show=False), note("#1", "#3", text=Markdown("Mine."))), []),
        ((note("#1", show=False), note("#2", "#3", show=False)), []),
    ):
        locations = NoteLocations(bullets=tuple(f"weeks/w.toml:{at}" for at, _ in enumerate(notes, 1)))
        done = edit(chosen, Notes(highlights=notes), locations, {"B": (ONE, TWO, THREE)}, VERDICTS)
        assert [problem.what for problem in done.problems] == reported


def test_a_note_highlights_a_pull_request_that_was_left_out() -> None:
    assert texts(edited(note("#4", kind=Kind.IMPROVEMENT)))[0] == ["Drafted 1.", "Drafted 2.", "Title 4."]
    assert texts(edited(note("a/other#9")), "Other")[1] == ["Title 9."]


def test_notes_hide_and_reorder_highlights() -> None:
    assert texts(edited(note("#1", show=False)))[0] == ["Drafted 2."]
    assert texts(edited(note("#2", place=1)))[0] == ["Drafted 2.", "Drafted 1."]
    assert texts(edited(note("#1", place=9)))[0] == ["Drafted 2.", "Drafted 1."]


def test_a_note_merges_highlights() -> None:
    done = edited(note("#1", "#3", text=Markdown("Both.")))
    assert texts(done) == (["Both.", "Drafted 2."], [])
    assert [one.number for one in done.selections["B"].improvements[0].pulls] == [1, 3]
    assert set(done.changes) == {"a/b#1", "a/b#3"}


def test_a_note_adds_a_highlight_without_a_pull_request() -> None:
    done = edited(note(project="Other", text=Markdown("Hello."), kind=Kind.BUGFIX))
    assert texts(done, "Other")[1] == ["Hello."]


def test_a_note_moves_a_highlight_to_another_project() -> None:
    done = edited(note("#3", project="Other"))
    assert (texts(done)[1], texts(done, "Other")[1]) == ([], ["Drafted 3."])


@pytest.mark.parametrize(
    ("notes", "error"),
    [
        (
            [note("#987")],
            r"weeks/w\.toml:1: #987 is no pull request of this week; correct its number, or move the note",
        ),
        ([note("a/b#10")], r"weeks/w\.toml:1: a/b#10 is no pull request of this week; did you mean 'a/b#1'\?"),
        (
            [note("#1"), note("a/b#1")],
            r"weeks/w\.toml:2: a/b#1 is named twice, first at weeks/w\.toml:1; remove one",
        ),
        ([note(text=Markdown("x"))], r"weeks/w\.toml:1: a highlight without pull requests needs `project` and `text`"),
        ([note(project="B")], r"weeks/w\.toml:1: a highlight without pull requests needs `text`"),
        ([note("#1", project="Othr")], r"there is no project 'Othr'; did you mean 'Other'\?"),
    ],
)
def test_a_note_that_names_something_missing_is_an_error(notes: Sequence[HighlightNote], error: str) -> None:
    with pytest.raises(NotesError, match=error):
        edited(*notes)


def test_outdated_titles_in_notes_are_reported() -> None:
    done = edited(note("#1", titles=("Old title",), text=Markdown("Mine.")), note("#77", titles=("Gone",)))
    assert texts(done)[0] == ["Mine.", "Drafted 2."]
    assert [str(problem) for problem in done.problems] == [
        "weeks/w.toml:1: a/b#1 was 'Old title' when this was written, and is 'Title 1' now; check the note, and update the title with it",
        "weeks/w.toml:2: #77, 'Gone', is not among this week's pull requests any more; check the note, and update the title with it",
    ]


def test_titles_in_comments_are_compared_too() -> None:
    text = Markdown("Mine.")
    comments = {
        "a/b#1": "B, bugfix: Old: title, by octocat",
        "a/b#2": "B, bugfix: Title 2, by octocat",
        "a/b#77": "Gone, by octocat",
    }
    done = edited(*(note(name, text=text) for name in ("#1", "#2", "#3", "a/b#77")), comments=comments)
    assert [problem.what for problem in done.problems] == [
        "a/b#1 is 'Title 1' now, unlike the comment about it",
        "a/b#77, 'Gone, by octocat', is not among this week's pull requests any more",
    ]


def test_places_count_in_the_list_as_it_will_be() -> None:
    done = edited(note("#1", place=2), note("#4", kind=Kind.IMPROVEMENT, place=1))
    assert texts(done)[0] == ["Title 4.", "Drafted 1.", "Drafted 2."]
