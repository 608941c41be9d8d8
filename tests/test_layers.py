"""Imports point strictly down: a package knows only the packages below its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "weekly"

LAYERS = (
    "errors", "week", "text", "model", "files", "config", "http", "classify", "render", "highlights", "notes", "writer", "gather",
    "checks", "compose", "preview", "desk", "publish", "console", "automation", "archive", "scaffold", "pipeline", "api", "cli",
)  # fmt: skip
"""The packages, bottom up. Two packages on one line know nothing of each other."""

ALTERNATIVES = (
    ("gather.git", "gather.github", "gather.feeds", "gather.calendars"),
    ("publish.discourse", "publish.folder"),
    tuple(f"cli.{path.stem}" for path in sorted((PACKAGE / "cli").glob("*.py")) if path.stem not in ("__init__", "app", "help", "options")),
)  # fmt: skip
"""Modules of one package that can replace each other, so none may import another."""

MOST_AT_THE_TOP = 8


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")
        if name not in ("", "__main__"):
            yield name, path


def imports(source: str) -> Iterator[str]:
    """Yield the modules of ours that a source names anywhere, without the leading `weekly.`."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the layer"
            names = [node.module or ""]
            if node.module == "weekly" or (PACKAGE.parent / (node.module or "").replace(".", "/")).is_dir():
                names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name.removeprefix("weekly.") for name in names if name.startswith("weekly."))


def is_within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def faults(name: str, source: str) -> list[str]:
    """List the imports of a module that run upward or sideways."""
    found = []
    package = name.partition(".")[0]
    for target in imports(source):
        other = target.partition(".")[0]
        if other not in LAYERS:
            continue  # a name, not a module: __version__
        is_upward = other != package and LAYERS.index(other) >= LAYERS.index(package)
        is_sideways = any(
            is_within(name, mine) and is_within(target, theirs)
            for group in ALTERNATIVES
            for mine in group
            for theirs in group
            if mine != theirs
        )
        if is_upward or is_sideways:
            found.append(f"{name} imports {target}")
    return found


@pytest.mark.parametrize(("name", "path"), [pytest.param(name, path, id=name) for name, path in modules()])
def test_imports_point_down(name: str, path: Path) -> None:
    assert name.partition(".")[0] in LAYERS, f"{name} has no layer: add its package to LAYERS"
    assert faults(name, path.read_text(encoding="utf-8")) == []


def test_few_modules_are_at_the_top() -> None:
    top = [path.stem for path in PACKAGE.glob("*.py") if path.stem not in ("__init__", "__main__")]
    assert len(top) <= MOST_AT_THE_TOP, sorted(top)


@pytest.mark.parametrize(
    ("name", "source", "fault"),
    [
        ("week", "from weekly.model import Kind", "week imports model.Kind"),
        ("config", "import weekly.archive", "config imports archive"),
        ("compose.post", "from weekly.pipeline import gather", "compose.post imports pipeline.gather"),
        ("classify.rules", "def f():\n    from weekly.cli.options import week_of", "classify.rules imports cli.options"),
        ("pipeline.post", "from weekly.cli import app", "pipeline.post imports cli.app"),
        ("gather.github.rest", "from weekly.gather.git import clones", "gather.github.rest imports gather.git.clones"),
        ("gather.feeds", "import weekly.gather.github.client", "gather.feeds imports gather.github.client"),
        ("publish.folder", "from weekly.publish.discourse import target", "publish.folder imports publish.discourse.target"),
        ("cli.render", "from weekly.cli.gather import gather", "cli.render imports cli.gather"),
    ],
)  # fmt: skip
def test_an_import_upward_or_sideways_is_reported(name: str, source: str, fault: str) -> None:
    """Protects the check itself."""
    assert faults(name, source) == [fault]


def test_an_import_downward_is_fine() -> None:
    assert faults("compose.post", "from weekly.model import Post\nfrom weekly import __version__") == []
