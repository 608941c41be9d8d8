"""Every command in the documents runs or parses."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.conftest import ROOT, Weekly
from tests.docs.documents import DOCUMENTS, blocks, inline_commands
from tests.support.discourse import KEY, USER, Discourse
from tests.support.github import Hub
from tests.support.server import Server, serving
from weekly.cli import app

FORUM = "https://discourse.ubuntu.com"
WITH_COMMANDS = [path for path in DOCUMENTS if blocks("console", path=path)]
PIP = '#!/bin/sh\n[ "$1" = install ] && for path; do case "$path" in .) test -e "$path";; esac; done\n'
PYTHON = '#!/bin/sh\ntest "$1 $2" = "-m venv" && mkdir -p "$3/bin" && cp "$(dirname "$0")/pip" "$3/bin/"\n'


class Reader:
    """Somebody who types a document's commands, one after the other."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.weekly = Weekly(folder)
        self.weekly.environment = environment
        tools = folder.parent / "tools"
        tools.mkdir()
        for name, script in (("pip", PIP), ("python3", PYTHON)):
            (tools / name).write_text(script, encoding="utf-8")
            (tools / name).chmod(0o755)
        self.environment = {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "HOME": str(folder.parent),
            "PYTHONPATH": str(ROOT),
            "GITHUB_API_URL": environment["GITHUB_API_URL"],
        }

    def type(self, line: str) -> None:
        """Run a line. It must succeed."""
        for command in line.split(" && "):
            words = shlex.split(command)
            if words[0] == "weekly":
                ran = self.weekly(*words[1:])
                assert ran.code == 0, f"{command}\n{ran.err}"
            elif words[0] == "cd":
                self.weekly.folder /= words[1]
            elif words[0] == "make":
                assert_target(words[1])
            else:
                self._run(command)

    def _run(self, command: str) -> None:
        is_ours = command.startswith("python examples/")
        command = command.replace("python ", f"{sys.executable} ", 1) if is_ours else command
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=ROOT if is_ours else self.weekly.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, f"{command}\n{ran.stderr}"


@pytest.fixture
def _stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads a page with commands that serve stops each at once."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("weekly.preview.server.Server.serve_forever", interrupted)
    monkeypatch.setattr("webbrowser.open", lambda _: True)


@pytest.mark.usefixtures("_stopped")
@pytest.mark.parametrize("path", WITH_COMMANDS, ids=lambda path: path.name)
def test_commands_run_as_written_in_the_order_of_the_page(path: Path, tmp_path: Path, hub: Hub) -> None:
    """The page starts in the LXD project, with its archive; GitHub and the forum are stand-ins."""
    project = tmp_path / "project"
    for name in ("archive", "weeks"):
        shutil.copytree(ROOT / name, project / name)
    with serving(Server(hub)) as github, serving(Server(Discourse())) as forum:
        configuration = (ROOT / "weekly.toml").read_text(encoding="utf-8").replace(FORUM, forum.url)
        (project / "weekly.toml").write_text(configuration, encoding="utf-8")
        environment = {
            "GITHUB_API_URL": github.url,
            "GITHUB_TOKEN": "t0ken",
            "DISCOURSE_API_KEY": KEY,
            "DISCOURSE_API_USERNAME": USER,
        }
        reader = Reader(project, environment)
        for block in blocks("console", path=path):
            if "cd " in block.text:
                reader.weekly.folder = project
            for line in block.commands:
                reader.type(line.replace(FORUM, forum.url))


def test_the_first_post_takes_five_commands() -> None:
    (block,) = [each for each in blocks("console", path=ROOT / "README.md") if "weekly publish" in each.text]
    assert len(block.commands) == 5


def test_commands_that_are_only_shown_parse() -> None:
    shown = [(block.path, shlex.split(line)) for block in blocks("text") for line in block.commands]
    ours = [(path, words) for path, words in shown if words[0] in ("weekly", "python", "make")]
    assert ours
    for path, words in (*ours, *inline_commands()):
        assert_known(path, words)


def assert_known(path: Path, words: list[str]) -> None:
    """Fail where a document names a command, an option, a target or a module that doesn't exist."""
    if words[0] == "make":
        assert_target(words[1])
        return
    if words[0] == "python":
        assert (ROOT / f"{words[2].replace('.', '/')}.py").exists(), words
        return
    words = [word for word in words[1:] if word not in ("…", "[OPTIONS]")]
    if words[0].startswith("-"):
        app.weekly.make_parser(click.Context(app.weekly)).parse_args(words)
        return
    command = app.commands().get(words[0])
    assert command is not None, f"{path.name}: {words}"
    arguments = [re.sub(r"[<>]", "", word) for word in words[1:]]
    options = {option for each in command.params for option in each.opts}
    for argument in arguments:
        if argument.startswith("-"):
            assert argument.partition("=")[0] in options, f"{path.name}: {words}"


def assert_target(name: str) -> None:
    assert re.search(rf"^{name}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE), name
