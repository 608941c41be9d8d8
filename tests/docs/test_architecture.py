"""The architecture page names packages, files and tables that exist."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from tests.docs.documents import prose

PAGES = [ROOT / "docs" / "architecture.md", ROOT / "CONTRIBUTING.md"]
PAGE = PAGES[0].read_text(encoding="utf-8")


def test_paths_in_the_pages_for_contributors_exist() -> None:
    for page in PAGES:
        for path in re.findall(
            r"`((?:weekly|tests|templates|benchmarks|docs|pipeline|cli|\.github)/[\w./-]*|errors\.py)`", prose(page)
        ):
            assert (ROOT / path).exists() or (ROOT / "weekly" / path).exists(), f"{page.name}: {path}"


def test_tables_that_a_change_registers_in_exist() -> None:
    pairs = re.findall(r"`([A-Z][A-Za-z]+|[A-Z]{2,})` (?:of|in|to) `(weekly/[\w/]+\.py)`", " ".join(PAGE.split()))
    assert len(pairs) >= 5
    for name, path in pairs:
        code = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^(?:class )?{name}\b", code, re.MULTILINE), f"{path}: {name}"


def test_the_table_of_packages_is_complete() -> None:
    listed = set(re.findall(r"`(\w+)`", PAGE.partition("| package | task |")[2].partition("\n\n")[0]))
    packages = {path.parent.name for path in (ROOT / "weekly").glob("*/*.py")}
    assert packages <= listed
    assert listed <= packages | {"api", "Snapshot", "Post"}
