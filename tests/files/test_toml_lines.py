from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.conftest import ROOT
from weekly.files.toml_lines import line_of

TEXT = '''\
title = "a"
[project]
name = "x" # [no.table]
"quoted key" = 1
dotted.key = 2

text = """
[[sections]]
not = "a key"
"""
short = """one line"""
after = true
list = [
  "a]",
  "b = 1",
]
[[sections]]
kind = "a"

[[sections]]
kind = "b"
[[sections.parts]]
name = "p"
  [[sections.parts]]
  name = "q"
[sections.table]
deep = 1
other = \'\'\'
[gone]
\'\'\'
last = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("project",), 2),
        (("project", "name"), 3),
        (("project", "quoted key"), 4),
        (("project", "dotted", "key"), 5),
        (("project", "text"), 7),
        (("project", "short"), 11),
        (("project", "after"), 12),
        (("project", "list"), 13),
        (("project", "list", 1), 15),
        (("sections", 0), 17),
        (("sections", 0, "kind"), 18),
        (("sections", 1, "kind"), 21),
        (("sections", 1, "parts", 0, "name"), 23),
        (("sections", 1, "parts", 1, "name"), 25),
        (("sections", 1, "parts", 1, "absent"), 24),
        (("sections", 1, "table", "deep"), 27),
        (("sections", 1, "table", "last"), 31),
        (("gone",), 0),
        ((), 0),
    ],
)
def test_line_of_returns_the_keys_line(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, path) == line


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [leaf for place, item in enumerate(value) for leaf in leaves(item, (*path, place))]
    return [path]


def test_line_of_knows_every_key_of_the_real_file() -> None:
    text = (ROOT / "weekly.toml").read_text(encoding="utf-8")
    lines = text.splitlines()
    for path in leaves(tomllib.loads(text)):
        line = lines[line_of(text, path) - 1]
        assert any(str(key) in line for key in path[-2:]), path
