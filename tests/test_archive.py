from __future__ import annotations

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.facts import MISSING, SHARED, real_pulls, sample
from weekly import archive
from weekly.errors import ArchiveError, WeeklyError
from weekly.files import atomic
from weekly.model import Snapshot
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))


@pytest.fixture
def snapshot() -> Snapshot:
    found = archive.load(ROOT, WEEK)
    assert found is not None
    return found


def test_load_returns_the_saved_snapshot(snapshot: Snapshot, tmp_path: Path) -> None:
    assert archive.save(tmp_path, snapshot)
    assert archive.load(tmp_path, WEEK) == snapshot
    assert not archive.save(tmp_path, snapshot), "the same facts change nothing"
    assert archive.path_of(tmp_path, WEEK).read_bytes() == archive.path_of(ROOT, WEEK).read_bytes()


def test_load_returns_none_without_a_file(tmp_path: Path) -> None:
    assert archive.load(tmp_path, WEEK) is None


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "has no valid schema_version"),
        (b"{}", "has no valid schema_version"),
        (b'{"schema_version": "1"}', "has no valid schema_version"),
        (b'{"schema_version": 99}', "schema_version 99, but this weekly reads 1; upgrade weekly"),
        (b'{"schema_version": 1}', "week: missing"),
    ],
)
def test_a_broken_file_is_named(content: bytes, error: str, tmp_path: Path) -> None:
    path = archive.path_of(tmp_path, WEEK)
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(ArchiveError) as raised:
        archive.load(tmp_path, WEEK)
    assert re.sub(r"json:\d+:", "json:", str(raised.value)).startswith(f"{path}: {error}")


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [
        ("source", "rumour", "source: 'rumour' is not permitted"),
        ("surce", "sample", "unknown key 'surce'; did you mean 'source'?"),
        ("week", {"monday": "2023-03-28"}, "week: 2023-03-28 is a Tuesday, not a Monday"),
        ("week", {"monday": "2023-04-03"}, "holds the week of 2023-04-03"),
    ],
)  # fmt: skip
def test_an_error_names_the_invalid_key(key: str, value: object, error: str, tmp_path: Path) -> None:
    raw = json.loads(archive.path_of(ROOT, WEEK).read_text(encoding="utf-8")) | {key: value}
    path = archive.path_of(tmp_path, WEEK)
    path.parent.mkdir()
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(ArchiveError) as raised:
        archive.load(tmp_path, WEEK)
    assert str(raised.value).startswith(f"{path}: {error}")


def test_a_week_of_another_zone_is_refused(snapshot: Snapshot, tmp_path: Path) -> None:
    archive.save(tmp_path, snapshot)
    with pytest.raises(ArchiveError, match=r"gathered for weeks in UTC.*--refresh"):
        archive.load(tmp_path, Week(monday=WEEK.monday, zone="Europe/Berlin"))


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    atomic.write(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(WeeklyError, match=r"a\.txt: can't be written: No space left on device"):
        atomic.write(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_write_that_need_not_last_does_not_wait_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many rendered weeks don't; what is archived and published does, to outlast a failure of power."""
    waited: list[int] = []
    monkeypatch.setattr("os.fsync", waited.append)
    assert atomic.write(tmp_path / "a.md", "words", durable=False)
    assert waited == []
    assert (tmp_path / "a.md").read_text() == "words"
    assert atomic.write(tmp_path / "b.md", "words")
    assert len(waited) == 1
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.md", "b.md"]


def test_a_write_does_not_replace_a_pipe(tmp_path: Path) -> None:
    """Protects /dev/null and /dev/stdout from being replaced by a file, which root could do."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_text)
        assert atomic.write(pipe, "words")
        assert read.result(timeout=60) == "words"
    assert pipe.is_fifo()
    assert [entry.name for entry in tmp_path.iterdir()] == ["pipe"]


def test_a_write_does_not_replace_a_device() -> None:
    atomic.write(Path(os.devnull), "words")
    assert Path(os.devnull).is_char_device()


def test_a_write_follows_a_link_outside_a_project(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    atomic.write(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


@pytest.mark.skipif(not SHARED.is_dir(), reason=MISSING)
def test_the_sample_archive_matches_the_facts(snapshot: Snapshot) -> None:
    repos = tuple(repo.repo for repo in snapshot.repos)
    assert archive.text(sample(WEEK, repos, real_pulls(), snapshot.gathered_at)) == archive.text(snapshot)


def test_the_sample_archive_has_a_note(snapshot: Snapshot) -> None:
    assert snapshot.source == "sample"
    assert "git history" in snapshot.note
    assert "@" not in archive.path_of(ROOT, WEEK).read_text(encoding="utf-8"), "nobody's address"
