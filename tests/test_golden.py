"""Golden weeks: a folder each, with the snapshot and the post that it must give. Add another beside; see CONTRIBUTING."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from weekly import config, render, strict
from weekly.cli.stages import post_of
from weekly.cli.world import Site
from weekly.errors import ArchiveError
from weekly.model import Snapshot

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("folder", sorted(GOLDEN.iterdir()), ids=lambda folder: folder.name)
def test_the_post_is_as_it_was_read_and_found_good(folder: Path, request: pytest.FixtureRequest) -> None:
    """`weekly.toml` and `snapshot.json` in, `expected.md` out; without a weekly.toml of its own the project's counts."""
    own = folder / "weekly.toml"
    settings = config.load(own if own.exists() else ROOT / "weekly.toml")
    raw = strict.read_json(folder / "snapshot.json", ArchiveError)
    snapshot = strict.convert(raw, Snapshot, where=folder, error=ArchiveError)
    made = render.to_markdown(post_of(snapshot, Site(root=folder, config=settings)), folder / "templates")
    expected = folder / "expected.md"
    if request.config.getoption("--golden-update"):
        expected.write_text(made, encoding="utf-8")
    assert made == expected.read_text(encoding="utf-8"), "if the change is meant: `make golden`, and read the diff"
