from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.notes.test_actions import notes_files
from weekly.files.toml_edit import toml_multiline, toml_text
from weekly.notes.suggestions import Suggestion, draft

INTRODUCTION = Suggestion(key="introduction", lines=('introduction = "Hi."',))
FEATURE = Suggestion(
    key="feature:a/b#1",
    about=("A section:",),
    lines=("[[features]]", 'heading = "F"', 'text = ""', 'pulls = ["a/b#1"]'),
)
OLD_FORMAT = """\
# The week: notes on the post.

#>> introduction drafted ~11111111
#| introduction = "Hi."

#>> a/b#1 B: bugfix, by label: bug ~22222222
#| [[highlights]]
#| pulls = ["a/b#1", "a/b#2"]
#| titles = ["One", "Two"]
#| text = "Fixed it."

#>> a/b#3 B: bugfix, by label: bug ~33333333
[[highlights]]
pulls = ["a/b#3"]
#| titles = ["Three"]
text = "Mine."

#>> feature:a/b#1 a section of its own ~44444444
#| [[features]]
#| heading = "F"
#| text = ""
#| pulls = ["a/b#1"]
"""


def suggestion(key: str, words: str = "Fixed it.") -> Suggestion:
    return Suggestion(key=key, about=("B, bugfix: It",), lines=(f'"{key}".text = {toml_text(words)}',))


def uncommented(text: str) -> str:
    return "".join(line.removeprefix("#") if line[1:2] != " " else line for line in text.splitlines(keepends=True))


def test_a_new_file_has_all_suggestions_as_comments() -> None:
    text, added = draft("", [FEATURE, INTRODUCTION, suggestion("a/b#1")], head=["Notes on the week."])
    assert text == (
        '# Notes on the week.\n\n#introduction = "Hi."\n\n[pulls]\n\n# B, bugfix: It\n#"a/b#1".text = "Fixed it."\n'
        '\n# A section:\n#[[features]]\n#heading = "F"\n#text = ""\n#pulls = ["a/b#1"]\n'
    )
    assert added == ("feature:a/b#1", "introduction", "a/b#1")
    assert tomllib.loads(text) == {"pulls": {}}


def test_each_suggestion_can_be_uncommented() -> None:
    text, _ = draft("[[videos]]\nurl = 'x'\n", [FEATURE, INTRODUCTION, suggestion("a/b#1")])
    assert tomllib.loads(uncommented(text)) == {
        "introduction": "Hi.",
        "videos": [{"url": "x"}],
        "pulls": {"a/b#1": {"text": "Fixed it."}},
        "features": [{"heading": "F", "text": "", "pulls": ["a/b#1"]}],
    }


def test_new_suggestions_follow_the_others_of_their_table() -> None:
    old = '[pulls]\n#"a/b#1".text = "x"\n"a/b#2".show = false\n\n# about videos\n[[videos]]\nurl = "x"\n'
    text, added = draft(old, [suggestion("a/b#2"), suggestion("a/b#3")])
    assert text == old.replace("false\n", 'false\n\n# B, bugfix: It\n#"a/b#3".text = "Fixed it."\n')
    assert added == ("a/b#3",)


def test_texts_of_several_lines_stay_whole() -> None:
    old = "[pulls]\n\"a/b#1\".text = '''\n#\"a/b#2\".text\n'''\n"
    text, _ = draft(old, [suggestion("a/b#3")])
    assert text.startswith(old)


def test_drafting_again_changes_nothing_even_with_other_words() -> None:
    once, _ = draft("", [INTRODUCTION, FEATURE, suggestion("a/b#1")])
    assert draft(once, [INTRODUCTION, FEATURE, suggestion("a/b#1", "Other.")]) == (once, ())
    edited = uncommented(once)
    assert draft(edited, [INTRODUCTION, FEATURE, suggestion("a/b#1")], taken=["introduction", "feature:a/b#1"]) == (
        edited,
        (),
    )


def test_nothing_is_suggested_where_the_editor_wrote() -> None:
    old = '[[highlights]]\npulls = ["#1"]\ntext = "Mine."\n'
    assert draft(old, [suggestion("a/b#1")], taken=["a/b#1"]) == (old, ())


def test_a_file_of_an_older_version_gets_new_suggestions_alone() -> None:
    suggestions = [INTRODUCTION, FEATURE, suggestion("a/b#1"), suggestion("a/b#3"), suggestion("a/b#4")]
    text, added = draft(OLD_FORMAT, suggestions)
    assert text.startswith(OLD_FORMAT)
    assert added == ("a/b#4",)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_endings_are_preserved(newline: str) -> None:
    old = f"# mine{newline}introduction = 'x'"
    text, _ = draft(old, [suggestion("a/b#1"), FEATURE])
    assert text.startswith(old + newline)
    assert text.count("\n") == text.count(newline)


@given(st.text())
def test_any_text_becomes_a_toml_string(words: str) -> None:
    words = words.encode("utf-8", "replace").decode()
    assert tomllib.loads(f"a = {toml_text(words)}") == {"a": words}
    assert tomllib.loads(f"a = {toml_multiline(words)}") == {"a": words}


@given(old=notes_files(), numbers=st.sets(st.integers(1, 9)))
def test_every_byte_of_the_editors_is_preserved(old: str, numbers: set[int]) -> None:
    old = old.removeprefix("\ufeff")
    text, added = draft(old, [INTRODUCTION, FEATURE, *(suggestion(f"a/b#{number}") for number in sorted(numbers))])
    assert {"pulls": {}, **tomllib.loads(text)} == {"pulls": {}, **tomllib.loads(old)}
    rest = iter(text.splitlines())
    assert [line for line in old.splitlines() if line not in rest] == []
    assert draft(text, [suggestion(key) for key in added if "feature" not in key and key != "introduction"])[1] == ()
