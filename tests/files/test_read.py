"""Project files are read as regular files of bounded size; links, pipes and devices are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Weekly
from weekly.errors import ConfigError, WeeklyError
from weekly.files import atomic, decode, read


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "weekly.toml").write_text("", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return tmp_path / "project"


def test_read_bytes_returns_the_content(project: Path) -> None:
    (project / "a.txt").write_bytes(b"words")
    assert read.read_bytes(project / "a.txt", ConfigError) == b"words"


def test_read_bytes_refuses_a_link_to_a_file(project: Path) -> None:
    (project / "a.txt").symlink_to("../secret.txt")
    with pytest.raises(ConfigError, match=r"^a\.txt: is a symbolic link; replace it with the file or folder itself$"):
        read.read_bytes(project / "a.txt", ConfigError)


def test_read_bytes_refuses_a_link_to_a_folder(project: Path) -> None:
    (project / "weeks").symlink_to("..")
    with pytest.raises(ConfigError, match=r"^weeks: is a symbolic link"):
        read.read_bytes(project / "weeks" / "secret.txt", ConfigError)


def test_read_bytes_refuses_a_link_below_a_given_root(project: Path) -> None:
    (project / "tree").mkdir()
    (project / "tree" / "a.txt").symlink_to("../../secret.txt")
    with pytest.raises(ConfigError, match=r"is a symbolic link"):
        read.read_bytes(project / "tree" / "a.txt", ConfigError, root=project / "tree")


def test_read_bytes_refuses_a_pipe_without_waiting(project: Path) -> None:
    os.mkfifo(project / "a.txt")
    with pytest.raises(ConfigError, match=r"^a\.txt: can't be read: Is not a regular file$"):
        read.read_bytes(project / "a.txt", ConfigError)


def test_read_bytes_refuses_a_folder(project: Path) -> None:
    (project / "a.txt").mkdir()
    with pytest.raises(ConfigError, match=r"^a\.txt: can't be read: Is a directory$"):
        read.read_bytes(project / "a.txt", ConfigError)


@pytest.mark.parametrize(("size", "is_refused"), [(1000, False), (1001, True)])
def test_read_bytes_refuses_a_file_above_the_limit(project: Path, size: int, is_refused: bool) -> None:
    (project / "a.txt").write_bytes(b"x" * size)
    if is_refused:
        with pytest.raises(ConfigError, match=r"^a\.txt: can't be read: Is larger than 0\.001 MB$"):
            read.read_bytes(project / "a.txt", ConfigError, most=1000)
    else:
        assert len(read.read_bytes(project / "a.txt", ConfigError, most=1000)) == size


def test_a_link_that_leads_nowhere_is_refused(project: Path) -> None:
    """Protects the error about the link: a missing file would be skipped silently."""
    (project / "a.txt").symlink_to("nowhere")
    with pytest.raises(ConfigError, match=r"^a\.txt: is a symbolic link"):
        read.find_bytes(project / "a.txt", ConfigError)
    assert read.find_bytes(project / "b.txt", ConfigError) is None


@pytest.mark.parametrize("write", [lambda path: atomic.write(path, "new"), lambda path: atomic.make_folder(path / "a")])
def test_nothing_is_written_through_a_projects_link(project: Path, write: object) -> None:
    (project / "out").symlink_to("../secret.txt")
    assert callable(write)
    with pytest.raises(WeeklyError, match=r"^out: is a symbolic link"):
        write(project / "out")
    assert (project.parent / "secret.txt").read_text(encoding="utf-8") == "secret"


def test_a_toml_file_of_many_megabytes_is_refused(project: Path) -> None:
    (project / "weekly.toml").write_bytes(b"#" * (read.MAX_TOML_BYTES + 1))
    with pytest.raises(ConfigError, match=r"^weekly\.toml: can't be read: Is larger than 2 MB$"):
        decode.read_toml(project / "weekly.toml", dict, ConfigError)


@pytest.mark.parametrize("name", ["weekly.toml", "weeks/2023-03-27.toml", "archive/2023-03-27.json"])
def test_render_refuses_links_in_the_project(archived: Weekly, name: str) -> None:
    path = archived.folder / name
    path.parent.mkdir(exist_ok=True)
    if path.exists():
        path.rename(archived.folder.parent / "moved")
    path.symlink_to("/proc/self/environ")
    ran = archived("render", "--week", "2023-03-27")
    assert ran.code == 2
    assert f"{name}: is a symbolic link" in ran.err or f"{name}: not found" in ran.err
