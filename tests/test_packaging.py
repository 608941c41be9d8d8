"""What is installed is what was built: each way of packaging carries the templates and the schema."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

TEMPLATES = {
    path.relative_to(ROOT / "templates").as_posix()
    for path in (ROOT / "templates").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and a wheel each from the tree and from the sdist, built without a network."""
    folder = tmp_path_factory.mktemp("built")
    tree = folder / "tree"
    ignored = shutil.ignore_patterns(".*", "dist", "build", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, tree, ignore=ignored)
    for place in ("templates", "templates/sections", "weekly"):
        (tree / place / "__pycache__").mkdir()
        (tree / place / "__pycache__" / "what.cpython-311.kept").write_bytes(b"of this machine alone")
    build(tree, folder / "from-tree", "--wheel")
    build(tree, folder, "--sdist")
    (folder / "unpacked").mkdir()
    subprocess.run(["tar", "-xf", next(folder.glob("*.tar.gz")), "-C", folder / "unpacked"], check=True)
    build(next((folder / "unpacked").iterdir()), folder / "from-sdist", "--wheel")
    return folder


def build(tree: Path, out: Path, what: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", what, "--outdir", str(out), str(tree)]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.parametrize("way", ["from-tree", "from-sdist"])
def test_a_wheel_carries_templates_and_schema(built: Path, way: str) -> None:
    names = set(zipfile.ZipFile(next((built / way).glob("*.whl"))).namelist())
    assert TEMPLATES
    assert {f"weekly/templates/{name}" for name in TEMPLATES} <= names
    assert {"weekly/weekly.schema.json", "weekly/py.typed"} <= names
    assert not {name for name in names if name.startswith(("tests/", "archive/")) or "__pycache__" in name}


def test_the_index_shows_the_readme_with_absolute_links(built: Path) -> None:
    address = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]
    for folder in ("from-tree", "from-sdist"):
        wheel = zipfile.ZipFile(next((built / folder).glob("*.whl")))
        (name,) = [name for name in wheel.namelist() if name.endswith("/METADATA")]
        text = wheel.read(name).decode("utf-8").partition("\n\n")[2]
        assert f"]({address}/raw/main/docs/images/preview.png)" in text
        assert f"]({address}/blob/main/docs/getting-started.md)" in text
        assert re.findall(r"\]\((?!https://|#)[^)]*\)", text) == []


def test_an_installed_wheel_renders_the_same_post(built: Path, tmp_path: Path) -> None:
    wheel = next((built / "from-sdist").glob("*.whl"))
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    assert (target / "bin" / "weekly").is_file()
    shutil.copy(ROOT / "weekly.toml", tmp_path)
    for folder in ("archive", "weeks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    code = "import sys, weekly; print(weekly.__file__, file=sys.stderr); from weekly.cli import main; main()"
    command = [sys.executable, "-c", code, "render", "--week", "2023-03-27"]
    made = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(target)}, capture_output=True, check=True)
    assert made.stderr.decode().startswith(str(target))
    expected = (ROOT / "tests" / "golden" / "lxd-2023-03-27" / "expected.md").read_bytes()
    assert made.stdout == expected


@pytest.mark.parametrize(("lock", "extras"), [("post", {"build"}), ("dev", {"build", "test", "lint", "trend"})])
def test_a_lock_has_every_requirement(lock: str, extras: set[str]) -> None:
    """It is installed as it stands: what it lacks nobody would look for."""
    locked = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    names = {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", locked, re.MULTILINE)}
    wanted, seen = [("weekly-status-post", frozenset(extras))], set[tuple[str, frozenset[str]]]()
    while wanted:
        seen.add(one := wanted.pop())
        for text in metadata.requires(one[0]) or ():
            needed = Requirement(text)
            if any(needed.marker is None or needed.marker.evaluate({"extra": extra}) for extra in (*one[1], "")):
                assert canonicalize_name(needed.name) in names, f"{one[0]} needs {needed.name}"
                wanted += {(canonicalize_name(needed.name), frozenset(needed.extras))} - seen
    assert len(seen) > 20


def test_installing_a_lock_resolves_nothing() -> None:
    """Else pip may take a newer release of what a lock names without its extras, and fail for want of its hash."""
    automation = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "action.yml"))
    installs = [line for line in automation.splitlines() if "--require-hashes" in line]
    assert len(installs) == 4
    assert all("--no-deps" in line for line in installs)


def test_requirements_name_no_address() -> None:
    for path in (ROOT / "requirements").iterdir():
        text = path.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
    for folder in ("tests/browser", "benchmarks/settings"):
        lock = (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")
        assert '"integrity": "sha512-' in lock
        assert '"resolved"' not in lock
        assert re.sub(r'"url": "https://github\.com/sponsors/', "", lock).count("://") == 0
