"""Files that are broken in any way: a clear line with the place, exit 2, no traceback, and nothing written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Weekly

CASES = settings(
    max_examples=int(os.environ.get("WEEKLY_CASES", "60")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each case puts the file back
)
PIECES = st.one_of(
    st.sampled_from(
        ["", "=", "[", "]", "{", "}", '"', "'", "\n", "#", ",", "[[", "]]", "null", "-1", "1e999", "true", "[]", "{}", '""', "nan",
         "2023-13-01", "\\u0000", "\\ud800", '"""', "[sections]", "a.b", "\ufeff", "99999999999999999999", "\u202e"]
    ),
    st.text(max_size=5),
)  # fmt: skip
CUTS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=3)
FILES = ["weekly.toml", "weeks/2023-03-27.toml", "archive/2023-03-27.json"]


def broken(content: str, cuts: list[tuple[float, int, str]]) -> bytes:
    for place, size, piece in cuts:
        start = int(place * len(content))
        content = content[:start] + piece + content[start + size :]
    return content.encode("utf-8", "surrogatepass")


def state(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def told_well(weekly: Weekly, name: str, *command: str) -> None:
    before = state(weekly.folder)
    ran = weekly(*command)
    assert "Traceback" not in ran.err
    assert "defect" not in ran.err, ran.err
    assert ran.code in (0, 1, 2)
    if ran.code == 2:
        assert ran.err.count("\n") == 1, ran.err
        assert re.match(r"weekly: error: \S*\.(toml|json)\b", ran.err), ran.err
    assert state(weekly.folder) == before


@pytest.mark.parametrize("name", FILES)
@CASES
@given(cuts=CUTS)
def test_any_damage_is_told_in_a_line(name: str, cuts: list[tuple[float, int, str]], archived: Weekly) -> None:
    path = archived.folder / name
    whole = path.read_bytes()
    path.write_bytes(broken(whole.decode(), cuts))
    try:
        told_well(archived, name, "render", "--week", "2023-03-27")
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\xff\xfe\x00", b"[" * 50_000, b"{" * 50_000, b"\n" * 9, "\ufeff".encode()]
)
def test_a_file_that_is_no_such_file(name: str, content: bytes, archived: Weekly) -> None:
    (archived.folder / name).write_bytes(content)
    told_well(archived, name, "render", "--week", "2023-03-27")


def values(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from values(item, (*path, key))


@CASES
@given(data=st.data())
def test_any_value_of_another_type_in_the_archive_is_named(data: st.DataObject, archived: Weekly) -> None:
    path = archived.folder / "archive" / "2023-03-27.json"
    whole = path.read_bytes()
    raw = json.loads(whole)
    place = data.draw(st.sampled_from([one for one in values(raw) if one]))
    other = data.draw(st.sampled_from([None, 3, -1, 1.5, "x", "", [], {}, [None], {"a": 1}, True, "2023-03-28"]))
    target = raw
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = other
    path.write_text(json.dumps(raw), encoding="utf-8")
    try:
        told_well(archived, path.name, "render", "--week", "2023-03-27")
    finally:
        path.write_bytes(whole)
