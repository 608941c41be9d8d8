"""Files of any editor are read, or refused with a line that names the encoding."""

from __future__ import annotations

import codecs
import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import pytest
from msgspec import Meta, field

from tests.conftest import Weekly
from weekly.errors import NotesError
from weekly.files import atomic, decode
from weekly.model import Record

NOTES = 'introduction = "Grüße."\n'


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_byte_order_mark_and_crlf_are_read(tmp_path: Path, newline: str, mark: bytes) -> None:
    path = tmp_path / "notes.toml"
    path.write_bytes(mark + f"# Notes.{newline}{NOTES}".replace("\n", newline.lstrip("\r") or newline).encode())
    assert decode.read_toml(path, dict, NotesError) == {"introduction": "Grüße."}


@pytest.mark.parametrize(
    ("encoding", "error"),
    [
        ("utf-16", "notes.toml: not UTF-8 but UTF-16, by its byte order mark; save it as UTF-8"),
        ("cp1252", "notes.toml:2: not UTF-8: invalid start byte at byte 20; save it as UTF-8"),
        ("mac-roman", "notes.toml:2: not UTF-8: invalid start byte at byte 20; save it as UTF-8"),
    ],
)
def test_another_encoding_is_named(tmp_path: Path, encoding: str, error: str) -> None:
    (tmp_path / "notes.toml").write_bytes(f"#\n{NOTES}".encode(encoding))
    with pytest.raises(NotesError) as raised:
        decode.read_toml(tmp_path / "notes.toml", dict, NotesError)
    assert str(raised.value).endswith(error)


@pytest.mark.parametrize("name", ["weekly.toml", "archive/2023-03-27.json", "weeks/2023-03-27.toml"])
def test_every_project_file_may_have_a_byte_order_mark(archived: Weekly, name: str) -> None:
    path = archived.folder / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text('[[highlights]]\npulls = ["#11526"]\ntext = "Words."\n', encoding="utf-8")
    expected = archived("render", "--week", "2023-03-27")
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    assert archived("render", "--week", "2023-03-27") == expected
    assert expected.code == 0


def test_draft_preserves_a_byte_order_mark(archived: Weekly) -> None:
    path = archived.folder / "weeks" / "2023-03-27.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(codecs.BOM_UTF8 + b'introduction = "Words."\r\n')
    assert archived("draft", "--week", "2023-03-27").code == 0
    assert path.read_bytes().startswith(codecs.BOM_UTF8 + b'introduction = "Words."\r\n')
    assert path.read_bytes().count(codecs.BOM_UTF8) == 1


def test_a_save_at_the_last_moment_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "notes.toml"
    path.write_bytes(b"old")
    replace = Path.replace

    def saved_before(part: Path, target: Path) -> Path:
        if not part.name.endswith("-old.weekly-part"):
            path.write_bytes(b"saved")
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", saved_before)
    with pytest.raises(Exception, match="another program changed it meanwhile"):
        atomic.write(path, "drafted", expected=b"old")
    assert path.read_bytes() == b"saved"
    assert [entry.name for entry in tmp_path.iterdir()] == ["notes.toml"]


class Sample(Record, frozen=True, kw_only=True):
    """A key of each type."""

    names: Annotated[tuple[str, ...], Meta(min_length=1)] = ("a",)
    slug: Annotated[str, Meta(pattern="^a")] = "a"
    share: Annotated[int, Meta(ge=0)] | Annotated[float, Meta(ge=0)] | None = None
    short: Annotated[str, Meta(max_length=3)] = ""
    table: dict[str, int] = field(default_factory=dict)
    is_on: bool = True
    since: datetime | None = None
    inner: tuple[Sample, ...] = ()


@pytest.mark.parametrize(
    ("toml", "error"),
    [
        ("names = []", "names: must have a length of at least 1"),
        ("slug = 'b'", "slug: doesn't match the pattern ^a"),
        ("share = 'x'", "share: must be a whole number or a number, not text"),
        ("share = -1", "share: must be at least 0"),
        ("short = 'abcd'", "short: must have a length of at most 3"),
        ("table = {a = 1, b = 'x'}", "table.b: must be a whole number, not text"),
        ("table = {b = 'x', c = 'y'}", "table.b: must be a whole number, not text"),
        ("inner = [{}, {table = {a = 1, b = 'x'}}]", "inner[1].table.b: must be a whole number, not text"),
        ("table = []", "table: must be a table, not a list"),
        ("is_on = 1", "is_on: must be true or false, not a whole number"),
        ("since = 'soon'", "since: is not a date; write it as 2023-03-27"),
        ("sinc = 1", "unknown key 'sinc'; did you mean 'since'?"),
    ],
)
def test_a_wrong_value_is_described_in_plain_words(tmp_path: Path, toml: str, error: str) -> None:
    (tmp_path / "notes.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(NotesError) as raised:
        decode.read_toml(tmp_path / "notes.toml", Sample, NotesError)
    assert str(raised.value).endswith(f"notes.toml:1: {error}")


def test_publishing_recognises_its_files_with_other_line_ends(archived: Weekly) -> None:
    """Protects checkouts with core.autocrlf, in which git writes every file with CRLF."""
    command = ("publish", "2023-03-27", "--to", "posts", "--format", "json")
    assert json.loads(archived(*command).out)["changed"] is True
    for path in archived.folder.rglob("posts/**/*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    ran = archived(*command)
    assert (ran.code, json.loads(ran.out)["changed"]) == (0, False), ran.err


def test_every_command_reads_a_project_with_crlf(archived: Weekly) -> None:
    expected = archived("render", "2023-03-27").out
    for path in archived.folder.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert archived("render", "2023-03-27").out == expected
    assert archived("draft", "2023-03-27").code == 0
