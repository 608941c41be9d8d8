"""What sections are built from, for tests of their builders."""

from __future__ import annotations

from tests.conftest import ROOT
from weekly import config
from weekly.compose.week_facts import WeekFacts
from weekly.model import Snapshot
from weekly.notes.file import Notes


def facts_of(snapshot: Snapshot, notes: Notes | None = None) -> WeekFacts:
    """The facts of a snapshot with no projects."""
    settings = config.load(ROOT / "weekly.toml")
    return WeekFacts(
        config=settings, snapshot=snapshot, notes=notes or Notes(), projects=(), selections={}, introduction=""
    )
