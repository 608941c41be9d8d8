"""Make's targets explain what they lack."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOOLS = ("bash", "sh", "mkdir", "cp", "echo", "sed", "expand")


@pytest.mark.parametrize("target", ["test-browser", "proof"])
def test_a_target_without_npm_says_so(target: str, tmp_path: Path) -> None:
    for tool in TOOLS:
        (tmp_path / tool).symlink_to(shutil.which(tool) or "/bin/false")
    make = shutil.which("make")
    assert make is not None
    # -o: as if the environment were there already.
    ran = subprocess.run(
        [make, "-o", ".venv/dev", target],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert f"make {target} needs npm, which is not installed" in ran.stderr


def test_every_target_in_the_help_exists() -> None:
    ran = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = [line.split()[1] for line in ran.stdout.splitlines()]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = makefile.partition(".PHONY: ")[2].splitlines()[0].split()
    assert sorted(listed) == sorted(phony)
