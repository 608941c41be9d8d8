"""Golden weeks and example projects: a folder each, with a snapshot and the post that it must give. See CONTRIBUTING."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from weekly import config
from weekly.errors import ArchiveError
from weekly.files import decode
from weekly.model import Snapshot
from weekly.pipeline.context import Project
from weekly.pipeline.post import post_of
from weekly.render.post import to_markdown

GOLDEN = Path(__file__).parents[1] / "golden"
FOLDERS = [*sorted(GOLDEN.iterdir()), *sorted(path.parent for path in (ROOT / "examples").glob("*/expected.md"))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_golden_week_renders_as_expected(folder: Path, request: pytest.FixtureRequest) -> None:
    """`weekly.toml` and the snapshot in, `expected.md` out; without a weekly.toml of its own the project's counts."""
    own = folder / "weekly.toml"
    settings = config.load(own if own.exists() else ROOT / "weekly.toml")
    (path,) = (*folder.glob("snapshot.json"), *folder.glob("archive/*.json"))
    snapshot = decode.convert(decode.read_json(path, ArchiveError), Snapshot, where=path, error=ArchiveError)
    made = to_markdown(post_of(snapshot, Project(root=folder, config=settings)), folder / "templates")
    expected = folder / "expected.md"
    if request.config.getoption("--golden-update"):
        expected.write_text(made, encoding="utf-8")
    assert made == expected.read_text(encoding="utf-8"), "if the change is meant: `make golden`, and read the diff"
