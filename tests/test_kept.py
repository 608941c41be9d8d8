"""What is kept beside our own files: it holds as long as they do, and is nobody's trouble."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import jinja2
import pytest

from tests.conftest import ROOT, Weekly
from weekly import archive, kept, render, weigh
from weekly.cli.stages import post_of
from weekly.cli.world import Site
from weekly.week import parse_week

EXPECTED = (ROOT / "tests" / "golden" / "lxd-2023-03-27" / "expected.md").read_text(encoding="utf-8")


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "kept"))
    path = tmp_path / "numbers.tsv"
    path.write_text("1 2 3\n", encoding="utf-8")
    return path


def total(path: Path, made: list[str]) -> object:
    def make() -> tuple[str, float]:
        made.append(path.name)
        return path.name, float(sum(map(int, path.read_text(encoding="utf-8").split())))

    return kept.kept(path, make)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_kept_is_made_once_until_its_source_changes(source: Path) -> None:
    made: list[str] = []
    assert total(source, made) == total(source, made) == ("numbers.tsv", 6.0)
    assert len(made) == 1
    source.write_text("1 2 3 4\n", encoding="utf-8")
    assert total(source, made) == ("numbers.tsv", 10.0)
    os.utime(source, ns=(1, 1))
    assert total(source, made) == ("numbers.tsv", 10.0)
    assert len(made) == 3


def test_what_is_kept_changes_with_the_code_that_makes_it(source: Path, tmp_path: Path) -> None:
    maker = tmp_path / "maker.py"
    maker.write_text("one", encoding="utf-8")
    assert kept.kept(source, lambda: "by one", maker) == "by one"
    assert kept.kept(source, lambda: "by two", maker) == "by one"
    maker.write_text("another", encoding="utf-8")
    assert kept.kept(source, lambda: "by two", maker) == "by two"


@pytest.mark.parametrize("rubbish", [b"", b"\x00", b"{}", b"\xff" * 50, b"(\x02\x00\x00\x00", "half"])
def test_rubbish_in_its_place_is_made_anew(source: Path, tmp_path: Path, rubbish: bytes | str) -> None:
    made: list[str] = []
    total(source, made)
    (place,) = files(tmp_path / "kept")
    whole = place.read_bytes()
    place.write_bytes(whole[: len(whole) // 2] if isinstance(rubbish, str) else rubbish)
    assert total(source, made) == ("numbers.tsv", 6.0)
    assert len(made) == 2
    assert place.read_bytes() == whole


def test_where_nothing_can_be_kept_it_is_made_each_time(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    (tmp_path / "kept").write_text("a file where the folder would be", encoding="utf-8")
    assert total(source, made) == total(source, made) == ("numbers.tsv", 6.0)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "elsewhere"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert total(source, made) == ("numbers.tsv", 6.0)
    assert len(made) == 3
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.usefixtures("source")
def test_the_weights_are_read_from_what_is_kept_as_from_their_file() -> None:
    told = weigh.parse(weigh.FILE.read_text(encoding="utf-8"))
    for _ in range(2):
        weigh.shipped.cache_clear()
        assert weigh.shipped() == told
    weigh.shipped.cache_clear()


# Templates ------------------------------------------------------------------------------------------------------------


def rendered(monkeypatch: pytest.MonkeyPatch, folder: Path) -> tuple[str, list[str]]:
    """The post as a new process would render it, and the templates that were compiled for it."""
    compiled: list[str] = []
    compile_ = jinja2.Environment.compile

    def counted(self: jinja2.Environment, source: str, name: str | None = None, *rest: object) -> object:
        compiled.append(str(name))
        return compile_(self, source, name, *rest)  # type: ignore[call-overload]

    site = Site.at(folder)
    week = parse_week("2023-03-27", now=None, zone=str(site.config.project.zone))  # type: ignore[arg-type]
    snapshot = archive.load(folder, week)
    assert snapshot is not None
    post = post_of(snapshot, site)
    render._environment.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(jinja2.Environment, "compile", counted)
        text = render.to_markdown(post, site.templates)
    render._environment.cache_clear()
    return text, compiled


@pytest.mark.usefixtures("source")
def test_our_templates_are_compiled_once(archived: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
    first, compiled = rendered(monkeypatch, archived.folder)
    assert "post.md.j2" in compiled
    again, anew = rendered(monkeypatch, archived.folder)
    assert (first, again, anew) == (EXPECTED, EXPECTED, [])


@pytest.mark.usefixtures("source")
def test_a_projects_own_template_is_compiled_where_it_stands(archived: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered(monkeypatch, archived.folder)
    own = archived.folder / "templates" / "sections"
    own.mkdir(parents=True)
    (own / "nothing.md.j2").write_text("- Quiet\n", encoding="utf-8")
    for _ in range(2):
        text, compiled = rendered(monkeypatch, archived.folder)
        assert text == EXPECTED.replace("- Nothing to report this week", "- Quiet")
        assert compiled == ["sections/nothing.md.j2"]
    assert files(own) == [own / "nothing.md.j2"]


def test_a_changed_template_of_ours_counts_at_once(tmp_path: Path) -> None:
    """In a checkout of its own, by whole processes, as a maintainer changes it."""
    for name in ("weekly", "templates", "archive", "weeks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "weekly.toml", tmp_path)

    def post() -> str:
        environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        command = [sys.executable, "-m", "weekly", "render", "--week", "2023-03-27"]
        ran = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
        return ran.stdout.decode()

    assert [post(), post()] == [EXPECTED, EXPECTED]
    kept_files = [path for path in files(tmp_path) if path.suffix == ".kept"]
    assert {path.parent.name for path in kept_files} == {"__pycache__"}
    nothing = tmp_path / "templates" / "sections" / "nothing.md.j2"
    nothing.write_text(nothing.read_text(encoding="utf-8").replace("Nothing", "Little!"), encoding="utf-8")
    assert post() == EXPECTED.replace("- Nothing to report", "- Little! to report")
    markdown = tmp_path / "weekly" / "markdown.py"
    text = markdown.read_text(encoding="utf-8")
    markdown.write_text(text.replace("""{'#' * level} {words}""", """{'#' * level}  {words}"""), encoding="utf-8")
    assert post().count("\n##  ") > 5
