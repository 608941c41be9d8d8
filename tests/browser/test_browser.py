"""The page in a real browser: nothing runs, nothing is asked for, axe-core finds nothing; see `make test-browser`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import seen
from tests.conftest import ROOT, Weekly
from tests.preview.test_server import Served
from tests.support.preview_pages import write

WAYS = ("light", "dark", "wide", "tablet", "phone", "phone-dark")


Seen = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Seen]:
    """What was seen of a page of tests/support/preview_pages.py, each looked at once."""
    folder = tmp_path_factory.mktemp("pages")
    list(write(folder))
    known: dict[str, Seen] = {}

    def looked(name: str) -> Seen:
        if name not in known:
            shots = ROOT / ".cache" / "screenshots" / name
            shots.mkdir(parents=True, exist_ok=True)
            known[name] = seen("check.mjs", (folder / f"{name}.html").as_uri(), shots)
        return known[name]

    return looked


@pytest.mark.parametrize("name", ["rich", "hostile"])
def test_the_page_runs_no_script_and_sends_no_request(name: str, look: Callable[[str], Seen]) -> None:
    found = look(name)
    assert tuple(found) == WAYS
    for way, report in found.items():
        assert report["ran"] is None, way
        assert report["dialogs"] == [], way
        assert report["errors"] == [], way
        assert len(report["requests"]) == 1, way


@pytest.mark.parametrize("name", ["rich", "hostile"])
def test_axe_finds_no_violations(name: str, look: Callable[[str], Seen]) -> None:
    """At rest, with one reason open, and with all of them open."""
    for way, report in look(name).items():
        assert (report["closed"], report["open"], report["allOpen"]) == ([], [], []), way


@pytest.mark.parametrize("name", ["rich", "hostile"])
def test_the_page_never_scrolls_sideways(name: str, look: Callable[[str], Seen]) -> None:
    for way, report in look(name).items():
        assert (report["overflows"], report["overflowsOpen"]) == (False, False), way


def test_an_explanation_opens_on_hover_and_by_keyboard(look: Callable[[str], Seen]) -> None:
    for way, report in look("rich").items():
        has_margin = way in ("light", "dark", "wide")
        assert (report["atRest"], report["onHover"], report["onEnter"]) == (False, has_margin, True), way


def test_the_served_page_reloads_when_a_file_changes(archived: Weekly) -> None:
    served = Served(archived.folder)
    try:
        path = archived.folder / "weekly.toml"
        found = seen("reload.mjs", f"http://127.0.0.1:{served.port}/", path, "Weekly status", "Changed status")
    finally:
        served.stop()
    assert found == {"before": "Weekly status #292", "after": "Changed status #292", "errors": [], "elsewhere": []}
