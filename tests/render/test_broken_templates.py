"""Templates of a project's own that are broken: the file and the line, exit 2, and nothing written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Weekly
from tests.end_to_end.test_broken_files import state

NAME = "sections/nothing.md.j2"
BROKEN = {
    "a tag that isn't closed": (b"\n\n{% if post", r":3: "),
    "an end without a beginning": (b"\n{% endif %}", r":2: .*endif"),
    "a tag that isn't there": (b"{% frobnicate %}", r":1: .*frobnicate"),
    "a name that isn't there": (b"\n{{ nobody }}", r":2: 'nobody' is undefined"),
    "an attribute that isn't there": (b"{{ post.nobody.name }}", r":1: the post has no 'nobody'; permitted: week, title, .*"),
    "an attribute that is meant": (b"\n{{ post.sectoins }}", r":2: the post has no 'sectoins'; did you mean 'sections'\? \("),
    "an attribute of a section": (
        b"{{ post.sections[0].frob }}",
        r":1: the introduction section has no 'frob'; permitted: heading, level, text, words, thanks, videos\n",
    ),
    "an attribute of a pull request": (
        b"{{ post.placements[0].pull.reff }}", r":1: the pull request has no 'reff'; did you mean 'ref'\? \(",
    ),
    "an attribute of a text": (b"{{ post.title.nobody }}", r":1: a text has no 'nobody'\n"),
    "an element that isn't there": (b"{{ post.sections[99] }}", r":1: a list has no 99\n"),
    "a filter that isn't there": (b"\n{{ post.title | nothing }}", r":2: No filter named 'nothing'"),
    "a test that isn't there": (b"\n{{ post.title is nothing }}", r":2: No test named 'nothing'"),
    "a filter of something else": (b"{{ post.title | round }}", r":1: "),
    "a call of no function": (b"\n\n\n{{ post.title() }}", r":4: 'str' object is not callable"),
    "division by zero": (b"\n{{ 7 // (1 - 1) }}", r":2: .*by zero"),
    "an index out of range": (b"{{ [1][post.title] }}", r":1: "),
    "itself": (b"\n{% include 'sections/nothing.md.j2' %}", r":2: goes on without end: does it include itself\?"),
    "a macro that calls itself": (b"{% macro again() %}{{ again() }}{% endmacro %}\n{{ again() }}", r":1: goes on without end"),
    "a parent that is itself": (b"{% extends 'sections/nothing.md.j2' %}", r":1: goes on without end"),
    "a loop of a day": (b"\n{% for n in range(10 ** 12) %}x{% endfor %}", r":2: Range too big"),
    "more than there is memory": (b"\n{{ 'x' * 10 ** 15 }}", r":2: makes more than the memory holds"),
    "a number past all bounds": (b"\n{{ 10.0 ** 1000 }}", r":2: "),
    "an include that isn't there": (b"\n{% include 'nowhere.j2' %}", r":2: template nowhere\.j2: not found in templates or weekly's own"),
    "an include above the folder": (b"{% include '../weekly.toml' %}", r":1: template \.\./weekly\.toml: not found"),
    "Latin-1": (b"Caf\xe9", r": not UTF-8: .* at byte 3"),
    "UTF-16": ("Café".encode("utf-16"), r": not UTF-8: .* at byte 0"),
    "brackets without end": (b"{{ " + b"(" * 100_000 + b"1" + b")" * 100_000 + b" }}", r": nested too deeply to be read"),
}  # fmt: skip
COMMANDS = [
    ("render", "--week", "2023-03-27", "-o", "post.md"),
    ("preview", "--week", "2023-03-27"),
    ("publish", "--week", "2023-03-27", "--to", "posts", "--dry-run"),
]


EXEMPLARY = ("a tag that isn't closed", "a name that isn't there", "an include that isn't there", "itself", "Latin-1")
"""A case for each kind of error: commands treat all errors of a kind alike."""


@pytest.mark.parametrize(
    ("case", "command"),
    [
        pytest.param(case, command, id=f"{command[0]}-{case}")
        for case in BROKEN
        for command in (COMMANDS if case in EXEMPLARY else COMMANDS[:1])
    ],
)
def test_a_broken_template_is_reported_with_file_and_line(
    archived: Weekly, case: str, command: tuple[str, ...]
) -> None:
    content, words = BROKEN[case]
    path = archived.folder / "templates" / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    before = state(archived.folder)
    ran = archived(*command)
    assert (ran.code, ran.out) == (2, ""), ran.err
    assert ran.err.count("\n") == 1, ran.err
    assert "weekly." not in ran.err.replace("weekly.toml", ""), "those who write templates don't know our modules"
    assert re.match(rf"weekly: error: templates/{re.escape(NAME)}{words}", ran.err), ran.err
    assert state(archived.folder) == before


@pytest.mark.parametrize("case", BROKEN)
def test_check_reports_a_broken_template_and_continues(archived: Weekly, case: str) -> None:
    path = archived.folder / "templates" / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(BROKEN[case][0])
    ran = archived("check", "--week", "2023-03-27")
    assert ran.code == 1
    assert ran.err == ""
    assert re.search(rf"^error: .*{re.escape(NAME)}", ran.out, re.MULTILINE), ran.out
    assert f"warning: templates/{NAME}: can't be read" not in ran.out, "it is reported once"


def test_broken_preview_templates_are_reported(archived: Weekly) -> None:
    for name, content, words in (
        ("preview.html.j2", "\n{{ nobody }}", r":2: 'nobody' is undefined"),
        ("preview/parts.html.j2", "\n{% macro", r":2: "),
        ("preview/style.css", "{{ 1 // 0 }}", r":1: .*by zero"),
    ):
        path: Path = archived.folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        ran = archived("preview", "--week", "2023-03-27")
        assert ran.code == 2
        assert re.match(rf"weekly: error: templates/{re.escape(name)}{words}", ran.err), ran.err
        path.unlink()
    assert archived("preview", "--week", "2023-03-27").code == 0


def test_a_new_template_applies_at_once(archived: Weekly) -> None:
    """In the same process, as with --serve."""
    path = archived.folder / "templates" / NAME
    (path.parent / "another.md.j2").parent.mkdir(parents=True)
    command = ("render", "--week", "2023-03-27")
    assert "- Nothing to report this week" in archived(*command).out
    path.write_text("- Not a thing\n", encoding="utf-8")
    assert "- Not a thing" in archived(*command).out
    path.unlink()
    assert "- Nothing to report this week" in archived(*command).out


def test_a_folder_named_like_a_template_is_reported(archived: Weekly) -> None:
    """It is none, so ours is taken, and the check says so."""
    (archived.folder / "templates" / NAME).mkdir(parents=True)
    assert archived("render", "--week", "2023-03-27").code == 0
    ran = archived("check", "--week", "2023-03-27")
    assert f"warning: templates/{NAME}: can't be read: Is a directory" in ran.out


def test_a_dangling_link_is_reported(archived: Weekly) -> None:
    path = archived.folder / "templates" / NAME
    path.parent.mkdir(parents=True)
    path.symlink_to("gone")
    assert archived("render", "--week", "2023-03-27").code == 0
    assert f"warning: templates/{NAME}: can't be read: No such file or directory" in archived("check").out
