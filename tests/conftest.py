"""What all tests share: a world of their own, a GitHub on loopback, and no other network."""

from __future__ import annotations

import gc
import io
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from tests.support.discourse import KEY, READ_KEY
from tests.support.github import Hub
from tests.support.hostile import EVERY, EXAMPLES
from tests.support.remembered import drafts
from tests.support.sample import sample_hub
from tests.support.server import Server, serving
from weekly.cli import main
from weekly.http.clock import Clock
from weekly.pipeline.context import Context

# A slow moment of the machine is no failure of a property. Only the proof looks for new examples.
settings.register_profile("weekly", deadline=None, max_examples=EXAMPLES, derandomize=not EVERY)
settings.load_profile("weekly")

ROOT = Path(__file__).parents[1]
NOW = datetime(2023, 4, 3, 7, 30, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="write the expected posts anew")
    parser.addoption("--need-browser", action="store_true", help="fail where there is no browser, instead of skipping")
    parser.addoption("--need-node", action="store_true", help="fail where there is no node, instead of skipping")


def pytest_collection_finish() -> None:
    """Leave modules and tests out of every search for garbage, which is a tenth of the time."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"Network is unreachable: tests do not reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


if os.environ.get("MUTANT_UNDER_TEST") == "stats":  # mutmut records which functions each test calls

    @pytest.fixture(autouse=True)
    def _no_cached_result() -> None:
        """No test gets a result that an earlier test computed."""
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] in ("weekly", "tests"):
                for value in vars(module).values():
                    getattr(value, "cache_clear", lambda: None)()


@pytest.fixture(autouse=True, scope="session")
def _no_wait_for_the_disk() -> Iterator[None]:
    """Files of tests need not survive a power cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_key_in_any_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Once all tests have run: the stand-in forum's keys are in no file that any of them left."""
    yield
    command = ["grep", "-rlF", "-D", "skip", "-e", KEY, "-e", READ_KEY, str(tmp_path_factory.getbasetemp())]
    searched = subprocess.run(command, capture_output=True, check=False)
    assert (searched.returncode, searched.stdout) == (1, b""), "a key was written to a file"


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Weekly:
    """`weekly` in a project's folder, in this process, in a world of the test's making."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}
        self.now = NOW
        self.clock: Callable[[], float] = time.time

    def __call__(self, *arguments: str) -> Ran:
        context = Context(now=self.now, environment=self.environment, folder=self.folder, clock=Clock(self.clock))
        out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), drafts(), pytest.raises(SystemExit) as ended:
            main(arguments, context)
        out.flush()
        code = ended.value.code
        assert isinstance(code, int)
        return Ran(code, out.buffer.getvalue().decode(), err.getvalue())


@pytest.fixture
def weekly(tmp_path: Path) -> Weekly:
    """The LXD project, without its archive."""
    shutil.copy(ROOT / "weekly.toml", tmp_path)
    return Weekly(tmp_path)


@pytest.fixture
def archived(weekly: Weekly) -> Weekly:
    """The LXD project with the sample archive and its notes."""
    shutil.copytree(ROOT / "archive", weekly.folder / "archive")
    shutil.copytree(ROOT / "weeks", weekly.folder / "weeks")
    return weekly


@pytest.fixture
def hub() -> Hub:
    """What the stand-in GitHub knows: the sample archive's two weeks of the five repositories."""
    return sample_hub()


@pytest.fixture
def github(hub: Hub) -> Iterator[Server]:
    """The stand-in, serving."""
    with serving(Server(hub)) as server:
        yield server


@pytest.fixture
def run_python() -> Callable[..., Any]:
    """Another Python process, for what depends on its start."""

    def run(*arguments: str, **options: Any) -> Any:
        return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, **options)

    return run
