"""README against the code: its commands, its configuration, its error messages. What it says is run as written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.support.discourse import KEY, USER, Discourse
from tests.support.github import Hub
from tests.support.runner import Runner
from tests.support.server import Server, serving
from weekly.cli import app
from weekly.config import schema

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONFIGURATION = (ROOT / "weekly.toml").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_table_of_commands_matches_the_code() -> None:
    table = README.partition("\n| command | does |\n")[2].partition("\n\n")[0]  # an empty line ends a table
    rows = dict(re.findall(r"^\| `weekly (\w+)([^|]*\|.*)\|$", table, re.MULTILINE))
    assert set(rows) == set(app.commands())
    for name, row in rows.items():
        known = {option for one in app.commands()[name].params for option in one.opts}
        assert set(re.findall(r"(?<![\w-])(--[a-z-]+|-[a-zA-Z])\b", row)) <= known, name


def test_the_commented_configuration_has_every_key() -> None:
    import json

    definitions: dict[str, Any] = json.loads(schema.config_schema())["$defs"]
    keys = {key for definition in definitions.values() for key in definition.get("properties", {})}
    missing = {key for key in keys if not re.search(rf"\b{key}\b", CONFIGURATION)}
    assert missing == set()


def test_the_shown_configuration_matches_the_file() -> None:
    shown = [block for block in blocks("toml") if "[schedule]" in block]
    assert len(shown) == 1
    assert shown[0] in CONFIGURATION
    for block in blocks("toml"):
        assert tomllib.loads(block)


def test_each_message_in_the_readme_is_in_the_code() -> None:
    sources = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "weekly").rglob("*.py"))
    code = " ".join(re.sub(r'"\s*\n\s*f?"', "", sources).split())
    told = re.findall(r"^\| `([^`]+)` \|", README.partition("## Troubleshooting")[2], re.MULTILINE)
    assert len(told) >= 8
    for message in told:
        for piece in re.split(r"\s*…\s*", message):
            assert piece in code, message


@pytest.mark.parametrize("place", range(len(blocks("console"))))
def test_each_command_in_the_readme_works(place: int, tmp_path: Path, hub: Hub) -> None:
    """In a copy of the project, against the stand-ins; make's own targets are tried elsewhere, and only named here."""
    project = tmp_path / "project"
    project.mkdir()
    for name in ("archive", "weeks"):
        shutil.copytree(ROOT / name, project / name)
    forum = Discourse()
    runner = Runner(origin=tmp_path, folder=tmp_path / "machine", github={}, environment={})
    lines = [line.partition("    #")[0].strip() for line in blocks("console")[place].splitlines()]
    with serving(Server(hub)) as github, serving(Server(forum)) as discourse:
        configured = CONFIGURATION.replace("https://discourse.ubuntu.com", discourse.url)
        (project / "weekly.toml").write_text(configured, encoding="utf-8")
        environment = {
            "PATH": f"{runner._tools()}:{os.environ['PATH']}", "HOME": str(tmp_path),
            "WEEKLY_TEST_NOW": "2023-04-03T07:30:00+00:00", "GITHUB_API_URL": github.url, "GITHUB_TOKEN": "t0ken",
            "DISCOURSE_API_KEY": KEY, "DISCOURSE_API_USERNAME": USER,
        }  # fmt: skip
        for line in lines:
            if line.startswith("make"):
                assert re.search(rf"^{line.split()[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
                continue
            ran = subprocess.run(
                ["bash", "-c", line], cwd=project, env=environment, capture_output=True, text=True, check=False
            )
            assert ran.returncode == 0, f"{line}\n{ran.stderr}"
            if line.startswith("mkdir"):
                project = project / line.partition("cd ")[2]
