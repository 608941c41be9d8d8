from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.files.toml_edit import toml_text
from weekly.notes.draft import Suggestion, _blocks, draft


def suggestion(key: str, words: str = "Fixed it.") -> Suggestion:
    return Suggestion(
        key=key, about="bugfix (words)", lines=("[[highlights]]", f'pulls = ["{key}"]', f"text = {toml_text(words)}")
    )


def test_a_new_file_begins_with_the_head() -> None:
    drafted = draft("", [suggestion("a/b#1")], head=["Notes on the week."])
    first, second, *rest = drafted.text.splitlines()
    assert (first, second) == ("# Notes on the week.", "")
    assert rest[0].startswith("#>> a/b#1 bugfix (words) ~")
    assert rest[1:] == ["#| [[highlights]]", '#| pulls = ["a/b#1"]', '#| text = "Fixed it."']
    assert drafted.added == ("a/b#1",)
    assert tomllib.loads(drafted.text) == {}


def test_drafting_again_changes_nothing() -> None:
    once = draft("", [suggestion("a/b#1"), suggestion("a/b#2")]).text
    again = draft(once, [suggestion("a/b#1"), suggestion("a/b#2")])
    assert again.text == once
    assert (again.added, again.renewed, again.gone) == ((), (), ())


def test_suggestions_are_added_removed_and_renewed() -> None:
    old = draft("", [suggestion("a/b#1"), suggestion("a/b#2"), suggestion("a/b#3")]).text
    new = draft(old, [suggestion("a/b#1"), suggestion("a/b#3", "Mended it."), suggestion("a/b#4")])
    assert (new.added, new.renewed, new.gone) == (("a/b#4",), ("a/b#3",), ("a/b#2",))
    assert "a/b#2" not in new.text
    assert '#| text = "Mended it."' in new.text
    assert new.text.index("a/b#1") < new.text.index("a/b#3") < new.text.index("a/b#4")


def test_an_uncommented_line_makes_the_block_the_editors() -> None:
    old = draft("", [suggestion("a/b#1")]).text.replace("#| ", "", 2)
    new = draft(old, [suggestion("a/b#1", "Other words.")])
    assert new.text == old
    assert new.edited == ("a/b#1",)
    assert tomllib.loads(new.text) == {"highlights": [{"pulls": ["a/b#1"]}]}


def test_an_edited_comment_is_the_editors() -> None:
    old = draft("", [suggestion("a/b#1")]).text.replace("Fixed it.", "Fixed it at last.")
    assert draft(old, [suggestion("a/b#1")]).text == old


def test_nothing_is_suggested_where_the_editor_wrote() -> None:
    old = '[[highlights]]\npulls = ["a/b#1"]\ntext = "Mine."\n'
    assert draft(old, [suggestion("a/b#1")], taken=["a/b#1"]).text == old


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_endings_are_preserved(newline: str) -> None:
    old = f"# mine{newline}introduction = 'x'"
    new = draft(old, [suggestion("a/b#1")]).text
    assert new.startswith(old + newline)
    assert new.count("\n") == new.count(newline)
    converted = new.replace("\r\n", "\n") if newline == "\r\n" else new.replace("\n", "\r\n")
    assert draft(converted, [suggestion("a/b#1")]).text == converted


@given(st.text())
def test_any_text_becomes_a_toml_string(words: str) -> None:
    words = words.encode("utf-8", "replace").decode()
    assert tomllib.loads(f"a = {toml_text(words)}") == {"a": words}


EDIT = st.tuples(
    st.integers(0, 200), st.sampled_from(["insert", "delete", "uncomment", "append"]), st.text(max_size=20)
)


@given(
    runs=st.lists(
        st.tuples(st.sets(st.integers(1, 6)), st.sampled_from(["a.", "b."]), st.lists(EDIT, max_size=4)), max_size=5
    )
)
def test_every_byte_of_the_editors_is_preserved(runs: list[tuple[set[int], str, list[tuple[int, str, str]]]]) -> None:
    """Any edits between any runs: what isn't an untouched suggestion of ours stays, in its order, byte for byte."""
    text = ""
    for numbers, words, edits in runs:
        drafted = draft(text, [suggestion(f"a/b#{number}", words) for number in sorted(numbers)])
        before, after = own_words(text), own_words(drafted.text)
        assert after.startswith(before)
        assert after[len(before) :].strip() == ""
        text = edited(drafted.text, edits)


def own_words(text: str) -> str:
    """Return the file without unedited suggestions."""
    return "".join(line for block in _blocks(text) if not block.key for line in block.lines)


def edited(text: str, edits: list[tuple[int, str, str]]) -> str:
    for place, what, words in edits:
        lines = text.splitlines(keepends=True)
        number = place % (len(lines) + 1)
        line = lines[number] if number < len(lines) else ""
        changed = {"insert": words + line, "delete": "", "uncomment": line.removeprefix("#| "), "append": line + words}
        lines[number : number + 1] = [changed[what]]
        text = "".join(lines)
    return text
