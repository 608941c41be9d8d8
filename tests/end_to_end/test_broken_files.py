"""Files that are broken in any way: a clear line with the place, exit 2, no traceback, and nothing written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Weekly
from tests.support.desk import WEEK, gathered
from tests.support.hostile import EXAMPLES
from weekly import archive
from weekly.publish.record import Attempt, Picture, Wording, load_publication, save_publication

CASES = settings(
    max_examples=EXAMPLES,
    deadline=None,
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


def reported_well(weekly: Weekly, name: str, *command: str) -> None:
    before = state(weekly.folder)
    ran = weekly(*command)
    assert "Traceback" not in ran.err
    assert "bug in weekly" not in ran.err, ran.err
    assert ran.code in (0, 1, 2)
    if ran.code == 2:
        assert ran.err.count("\n") == 1, ran.err
        assert re.match(r"weekly: error: \S*\.(toml|json|md)\b", ran.err), ran.err
    assert state(weekly.folder) == before


@pytest.mark.parametrize("name", FILES)
@CASES
@given(cuts=CUTS)
def test_any_damage_is_reported_in_a_line(name: str, cuts: list[tuple[float, int, str]], archived: Weekly) -> None:
    path = archived.folder / name
    whole = path.read_bytes()
    path.write_bytes(broken(whole.decode(), cuts))
    try:
        reported_well(archived, name, "render", "--week", "2023-03-27")
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\xff\xfe\x00", b"[" * 50_000, b"{" * 50_000, b"\n" * 9, "\ufeff".encode()]
)
def test_a_file_that_is_no_such_file(name: str, content: bytes, archived: Weekly) -> None:
    (archived.folder / name).write_bytes(content)
    reported_well(archived, name, "render", "--week", "2023-03-27")


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
        reported_well(archived, path.name, "render", "--week", "2023-03-27")
    finally:
        path.write_bytes(whole)


# What was published, as it is kept --------------------------------------------------------------------------------------

RECORDS = ["posts/.published/2023-03-27.json", "posts/.published/2023-03-27.md", "posts/2023-03-27.md"]
PUBLISH = ("publish", "--week", "2023-03-27", "--to", "posts", "--dry-run")


@pytest.fixture
def kept(weekly: Weekly, monkeypatch: pytest.MonkeyPatch) -> Weekly:
    """The LXD project with a week that is published into a folder, and a record that has all that there can be in it."""
    archive.save(weekly.folder, gathered())
    monkeypatch.chdir(weekly.folder)
    assert weekly(*PUBLISH[:-1]).code == 0
    folder = weekly.folder / "posts" / ".published"
    known = load_publication(folder, WEEK)
    assert known is not None
    words = Wording(title="Another title", text="Another text")
    full = msgspec.structs.replace(
        known, url="posts/2023-03-27.md", topic=7, post=8, version=9, generated=words, stored_title="Somebody's",
        attempt=Attempt(sent=words, generated=words),
        pictures=(Picture(path="images/a.png", sha256="0" * 64, url="../images/a.png"),),
    )  # fmt: skip
    save_publication(folder, full)
    return weekly


@pytest.mark.parametrize("name", RECORDS)
@CASES
@given(cuts=CUTS)
def test_any_damage_to_what_was_published_is_reported_in_a_line(
    name: str, cuts: list[tuple[float, int, str]], kept: Weekly
) -> None:
    path = kept.folder / name
    whole = path.read_bytes()
    path.write_bytes(broken(whole.decode(), cuts))
    try:
        reported_well(kept, name, *PUBLISH)
    finally:
        path.write_bytes(whole)


@CASES
@given(data=st.data())
def test_any_value_of_another_type_in_a_record_is_named(data: st.DataObject, kept: Weekly) -> None:
    path = kept.folder / RECORDS[0]
    whole = path.read_bytes()
    raw = json.loads(whole)
    place = data.draw(st.sampled_from([one for one in values(raw) if one]))
    target = raw
    for key in place[:-1]:
        target = target[key]
    other = data.draw(st.sampled_from([None, 3, -1, 1.5, "x", "", [], {}, [None], {"a": 1}, True, "2023-03-28"]))
    target[place[-1]] = other
    path.write_text(json.dumps(raw), encoding="utf-8")
    try:
        reported_well(kept, path.name, *PUBLISH)
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"\xff\xfe\x00", b"[" * 50_000, b"{}", b"[]", b"null", b"7", b"---\n---\n", b"---\ntitle: {\n---\n"],
)
def test_what_was_published_is_no_such_file(name: str, content: bytes, kept: Weekly) -> None:
    (kept.folder / name).write_bytes(content)
    reported_well(kept, name, *PUBLISH)
    if name == RECORDS[0]:
        ran = kept(*PUBLISH)
        assert ran.code == 2
        assert "restore the file from git, or remove it: weekly finds an unedited post again" in ran.err


@pytest.mark.parametrize("name", RECORDS)
def test_a_folder_where_what_was_published_should_be(name: str, kept: Weekly) -> None:
    (kept.folder / name).unlink()
    (kept.folder / name).mkdir()
    ran = kept(*PUBLISH)
    assert ran.code == 2
    assert f"{name}: can't be read: Is a directory" in ran.err


@pytest.mark.parametrize("version", [0, 2, 99, -1, "1", None, 1.0, [], "newer"])
@pytest.mark.parametrize("name", [FILES[2], RECORDS[0]])
def test_a_file_of_another_weekly_is_refused_by_name(name: str, version: object, kept: Weekly) -> None:
    """An older one as a newer one: nothing is guessed."""
    path = kept.folder / name
    raw = json.loads(path.read_bytes())
    assert raw["schema_version"] == 1
    path.write_text(json.dumps(raw | {"schema_version": version}), encoding="utf-8")
    before = state(kept.folder)
    ran = kept(*PUBLISH)
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert re.match(rf"weekly: error: \S*{re.escape(name)}: .*schema_version", ran.err), ran.err
    if version in (2, 99):
        assert f"schema_version {version}, but this weekly reads 1; upgrade weekly" in ran.err
    assert state(kept.folder) == before


@pytest.mark.parametrize("name", ["2023-03-28.json", "2023-13-01.json", "1-1-1.json"])
def test_a_record_of_no_week(name: str, kept: Weekly) -> None:
    (kept.folder / "posts" / ".published" / name).write_text("{}", encoding="utf-8")
    text = (kept.folder / "weekly.toml").read_text(encoding="utf-8")
    text = re.sub(r"^\[forum.*?(?=^\[(?!forum)|\Z)", "", text, flags=re.MULTILINE | re.DOTALL)
    (kept.folder / "weekly.toml").write_text(text, encoding="utf-8")
    ran = kept("monday", "--mode", "direct")
    assert ran.code == 2
    assert f"posts/.published/{name}: " in ran.err


@pytest.mark.parametrize("name", ["archive/2023-03-28.json", "archive/2023-13-01.json", "archive/9999-99-99.json"])
@pytest.mark.parametrize("command", [("check",), ("preview", "--week", "2023-03-27")], ids=lambda command: command[0])
def test_an_archive_file_of_no_week(name: str, command: tuple[str, ...], archived: Weekly) -> None:
    (archived.folder / name).write_text("{}", encoding="utf-8")
    ran = archived(*command)
    assert "bug in weekly" not in ran.err, ran.err
    assert name in ran.err + ran.out
    assert ran.code == (2 if command == ("check",) else 0)


@pytest.mark.parametrize("name", ["review/2023-03-28.md", "review/2023-13-01.md"])
def test_a_proposal_of_no_week(name: str, archived: Weekly) -> None:
    (archived.folder / "review").mkdir()
    (archived.folder / name).write_text("A post.", encoding="utf-8")
    ran = archived("monday", "--mode", "merged")
    assert "bug in weekly" not in ran.err
    assert ran.code == 2
    assert name in ran.err


@pytest.mark.parametrize(
    ("images", "why"),
    [
        ("images/gone.png", "images/gone.png: the post shows this image, but"),
        ("../outside.png", "../outside.png: an image outside the project's folder"),
        ("images", "images: the post shows this image, but"),
        ("images/loop.png", "images/loop.png: "),
        ("images/%00.png", "images/%00.png: "),
        (f"images/{'x' * 300}.png", "the post shows this image, but"),
    ],
)
def test_a_picture_that_is_none(images: str, why: str, kept: Weekly) -> None:
    (kept.folder / "images").mkdir()
    (kept.folder / "images" / "loop.png").symlink_to("loop.png")
    (kept.folder / "weeks").mkdir()
    notes = f'introduction = "![Chart]({images})"\n'
    (kept.folder / "weeks" / "2023-03-27.toml").write_text(notes, encoding="utf-8")
    before = state(kept.folder)
    ran = kept(*PUBLISH[:-1])
    assert ran.code == 2, ran.err
    assert why in ran.err
    assert "bug in weekly" not in ran.err
    assert state(kept.folder) == before
