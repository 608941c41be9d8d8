"""One rule for how files are named, and that every error keeps to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Weekly
from weekly.files.paths import project_of, shown
from weekly.render.environment import bundled_templates


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's: with a project, and a folder in which somebody is."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder in ("project/weeks", "here/below"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "project" / "weekly.toml").touch()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("project/archive/2023-03-27.json", "archive/2023-03-27.json"),
        ("project/weekly.toml", "weekly.toml"),
        ("project/../lxd", "../lxd"),  # as weekly.toml has it
        ("project", "the project's folder"),
        ("here/below/post.md", "below/post.md"),
        ("here", "the current folder"),
        ("elsewhere/post.md", "~/elsewhere/post.md"),
        ("../another/post.md", "~/../another/post.md"),
    ],
)
def test_a_path_is_shown_relative_to_the_project_the_current_folder_or_home(home: Path, path: str, name: str) -> None:
    assert shown(home / path) == name


def test_other_paths_are_shown_in_full(home: Path) -> None:
    assert shown("/dev/full") == "/dev/full"
    assert shown("posts/../post.md") == "posts/../post.md", "as it was given"
    assert project_of(home / "here") is None


def test_the_project_takes_precedence_over_the_current_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home / "project" / "weeks")
    assert shown(home / "project" / "weeks" / "2023-03-27.toml") == "weeks/2023-03-27.toml", "as in every other note"


def test_bundled_templates_are_shown_relative_to_the_package() -> None:
    assert shown(bundled_templates() / "post.md.j2").endswith("templates/post.md.j2")
    assert not Path(shown(bundled_templates())).is_absolute()


BROKEN = {
    "weekly.toml": "[project]\nnmae = 'x'\n",
    "weeks/2023-03-27.toml": "introduction = 3\n",
    "archive/2023-03-27.json": "{",
    "templates/post.md.j2": "{{ nobody }}",
    "published/2023-03-27.json": "[]",
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("is_there", [True, False])
def test_every_error_names_project_files_the_same(
    archived: Weekly, monkeypatch: pytest.MonkeyPatch, name: str, is_there: bool
) -> None:
    if is_there:
        monkeypatch.chdir(archived.folder)
    (archived.folder / name).parent.mkdir(exist_ok=True)
    (archived.folder / name).write_text(BROKEN[name], encoding="utf-8")
    archived.environment = {"DISCOURSE_URL": "http://127.0.0.1:9"}
    command = ("monday", "--mode", "direct") if name.startswith("published") else ("render", "--week", "2023-03-27")
    ran = archived(*command, "-C", str(archived.folder))
    assert ran.code == 2
    assert ran.err.startswith(f"weekly: error: {name}:"), ran.err
    assert str(archived.folder.parent) not in ran.err


def test_an_unwritable_folder_is_named_the_same(archived: Weekly) -> None:
    (archived.folder / "preview").write_text("a file", encoding="utf-8")
    ran = archived("preview", "--week", "2023-03-27")
    assert ran.err == "weekly: error: preview: can't be written: File exists\n"


def test_a_record_has_no_path_of_the_machine(archived: Weekly) -> None:
    posts = archived.folder / "posts"
    assert archived("publish", "--week", "2023-03-27", "--to", str(posts)).code == 0
    assert str(archived.folder) not in (posts / ".published" / "2023-03-27.json").read_text(encoding="utf-8")
    assert (posts / "2023-03-27.md").is_file()
