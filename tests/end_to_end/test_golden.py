"""Golden weeks: a folder each, with the snapshot and the post that it must give. Add another beside; see CONTRIBUTING."""

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


@pytest.mark.parametrize("folder", sorted(GOLDEN.iterdir()), ids=lambda folder: folder.name)
def test_each_golden_week_renders_as_expected(folder: Path, request: pytest.FixtureRequest) -> None:
    """`weekly.toml` and `snapshot.json` in, `expected.md` out; without a weekly.toml of its own the project's counts."""
    own = folder / "weekly.toml"
    settings = config.load(own if own.exists() else ROOT / "weekly.toml")
    raw = decode.read_json(folder / "snapshot.json", ArchiveError)
    snapshot = decode.convert(raw, Snapshot, where=folder, error=ArchiveError)
    made = to_markdown(post_of(snapshot, Project(root=folder, config=settings)), folder / "templates")
    expected = folder / "expected.md"
    if request.config.getoption("--golden-update"):
        expected.write_text(made, encoding="utf-8")
    assert made == expected.read_text(encoding="utf-8"), "if the change is meant: `make golden`, and read the diff"
