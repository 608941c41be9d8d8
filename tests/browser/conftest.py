"""Chromium and what drives it, where both are installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

MODULES = ROOT / ".cache" / "browser"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LACKS = [
    reason
    for is_there, reason in (
        (CHROMIUM, "no Chromium on the PATH (Debian: apt-get install chromium)"),
        (shutil.which("node"), "no node on the PATH"),
        ((MODULES / "node_modules" / "axe-core").is_dir(), "axe-core is not installed: make test-browser does it"),
    )
    if not is_there
]


@pytest.fixture(autouse=True)
def _browser(request: pytest.FixtureRequest) -> None:
    if LACKS:
        (pytest.fail if request.config.getoption("--need-browser") else pytest.skip)("; ".join(LACKS))


def seen(*arguments: str | Path) -> Any:
    for script in Path(__file__).parent.glob("*.mjs"):
        shutil.copy(script, MODULES)
    command = ["node", str(MODULES / arguments[0]), str(CHROMIUM), *map(str, arguments[1:])]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
