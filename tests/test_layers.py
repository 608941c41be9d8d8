"""Imports point strictly down: a module knows only of those in the layers beneath its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "weekly"

LAYERS = (
    ("errors", "whereabouts"),
    ("markdown", "week", "clocks", "atomic", "places", "cooked", "serve", "shipped", "waiting", "spread"),
    ("model", "strict", "titles", "merge", "kept"),
    ("compiled", "missing"),
    ("outside",),
    (
        "config",
        "archive",
        "notes",
        "published",
        "keeping",
        "pictures",
        "asides",
        "description",
        "related",
        "lexicon",
    ),
    ("words", "weigh", "limits"),
    (
        "schema",
        "sources",
        "discourse",
        "classify",
        "highlight",
        "introduction",
        "thanks",
        "ledger",
        "draft",
        "videos",
        "agenda",
        "downstream",
        "expiry",
        "rhythm",
        "rota",
        "summary",
    ),
    ("hub", "gather", "beside", "compose", "editing", "suggest", "folding", "publish"),
    ("render", "explain", "lint", "readiness", "conduct"),
    ("targets", "margin", "scaffold"),
    ("preview",),
    ("cli",),
)
"""From the ground up. A package is one module here; what is within it is `INSIDE`'s matter."""

INSIDE = {
    "sources": (
        ("patience", "reading"),
        ("github.limits", "github.answers", "github.pulls", "git.command", "git.message"),
        ("github.client", "github.queries", "git.branches", "web"),
        ("github.graphql", "github.rest", "github.packaging", "github.about", "git.history", "feeds", "calendars"),
        ("git.evidence", "git.logins"),
        ("git.pulls",),
        ("git.clones",),
    ),
    "cli": (
        ("world", "progress"),
        ("clones", "ways"),
        ("asking",),
        ("stages",),
        ("render", "gather", "explain", "check", "draft", "publish", "preview", "tell", "init"),
        ("turns",),
        ("monday",),
        ("run",),
    ),
    "discourse": (("limits",), ("client",), ("forum",)),
    "targets": (("folder", "forum"),),
    "folding": (("links", "steps"), ("folded",)),
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")
        if name not in ("", "__main__"):
            yield name, path


def imports(source: str) -> Iterator[str]:
    """The modules of ours that a source names, wherever in it, without the leading `weekly.`."""
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


def level(name: str, layers: tuple[tuple[str, ...], ...]) -> int | None:
    for number, names in enumerate(layers):
        if any(name == known or name.startswith(f"{known}.") for known in names):
            return number
    return None


def faults(name: str, source: str) -> list[str]:
    """What a module imports that it may not."""
    top = name.partition(".")[0]
    found = []
    for target in imports(source):
        other = target.partition(".")[0]
        layers = LAYERS if other != top else INSIDE.get(top)
        if layers is not LAYERS and (layers is None or top in (target, name)):
            continue  # a package of one idea, or its own front
        mine, theirs = (name, target) if layers is LAYERS else (name.partition(".")[2], target.partition(".")[2])
        above, below = level(mine, layers), level(theirs, layers)
        if below is None:
            continue  # a name, not a module: __version__
        beside = target.rpartition(".")[0]  # a package within a package is open to its own modules alone
        is_others = layers is not LAYERS and beside != top and not name.startswith(f"{beside}.")
        if above is None or below >= above or is_others:
            found.append(f"{name} imports {target}")
    return found


@pytest.mark.parametrize(("name", "path"), [pytest.param(name, path, id=name) for name, path in modules()])
def test_imports_point_down(name: str, path: Path) -> None:
    assert level(name, LAYERS) is not None, f"{name} has no layer: give it one here"
    assert faults(name, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("name", "source", "fault"),
    [
        ("week", "from weekly.model import Kind", "week imports model.Kind"),
        ("config", "import weekly.archive", "config imports archive"),
        ("compose", "from weekly import gather", "compose imports gather"),
        ("classify", "def f():\n    from weekly.cli.world import World", "classify imports cli.world"),
        ("cli.world", "from weekly.cli import stages", "cli.world imports cli.stages"),
        ("sources.github.rest", "from weekly.sources.github import graphql", "sources.github.rest imports sources.github.graphql"),
        ("sources.git.clones", "from weekly.sources.github.limits import pause_of", "sources.git.clones imports sources.github.limits"),
        ("sources.web", "import weekly.sources.github.limits", "sources.web imports sources.github.limits"),
    ],
)  # fmt: skip
def test_an_import_upward_or_sideways_is_seen(name: str, source: str, fault: str) -> None:
    """Protects the guard itself: one that can't fail guards nothing."""
    assert faults(name, source) == [fault]


def test_what_points_down_is_fine() -> None:
    assert faults("compose", "from weekly.model import Post\nfrom weekly import __version__") == []
