"""`weekly` as processes of their own in which one step on the world goes wrong: a write, a rename, a request …

A workshop imports everything and makes a post once, and forks a process a run. In it every step that changes a file,
starts a program or sends a request is counted, and at the step that was named the fault happens: the process kills itself
half-way through the write, the disk is full from there on, a signal arrives, or somebody else does something meanwhile.
"""

from __future__ import annotations

import builtins
import errno
import gc
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

ROOT = Path(__file__).parents[2]
CHANGES = {
    "os.rename": "rename", "os.remove": "remove", "os.mkdir": "mkdir", "os.rmdir": "rmdir", "os.link": "link",
    "os.truncate": "truncate", "os.chmod": "chmod", "os.symlink": "link", "subprocess.Popen": "start",
}  # fmt: skip
SYSTEM = re.compile("/proc/|/dev/(?!shm/)")
"""What is no file."""
NEEDS_SPACE = ("open", "write", "fsync", "mkdir")


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a run ended: the code below zero is the signal that killed it. `steps` is what it did to the world."""

    code: int
    out: bytes
    err: str
    steps: tuple[str, ...]
    seconds: float


@dataclass(kw_only=True)
class Workshop:
    """Where runs are made, each with its fault."""

    process: subprocess.Popen[str]
    scratch: Path
    now: str = "2023-04-03T07:30:00+00:00"
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, folder: Path, *arguments: str, fault: str = "", at: int = 0, act: str = "") -> Ended:
        """Run a command in a folder; `fault` is kill, full, INT, TERM, HUP or act, `act` a shell's command."""
        for name in ("out", "err", "steps"):
            (self.scratch / name).write_bytes(b"")
        order = {
            "folder": str(folder), "arguments": arguments, "fault": fault, "at": at, "act": act, "now": self.now,
            "environment": self.environment, "scratch": str(self.scratch),
        }  # fmt: skip
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        began = time.monotonic()
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        code = stdout.readline()
        assert code, "the workshop has gone"
        return Ended(
            code=int(code),
            out=(self.scratch / "out").read_bytes(),
            err=(self.scratch / "err").read_text(encoding="utf-8", errors="replace"),
            steps=tuple((self.scratch / "steps").read_text(encoding="utf-8", errors="replace").splitlines()),
            seconds=time.monotonic() - began,
        )


@contextmanager
def opened(scratch: Path) -> Iterator[Workshop]:
    """A workshop; `scratch` is for what the processes print."""
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / "tmp").mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(scratch / "tmp"), "HOME": str(scratch),
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.faulty"], cwd=ROOT, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield Workshop(process=process, scratch=scratch)
        assert process.stdin is not None
        process.stdin.close()


class _Raw(io.FileIO):
    """A file whose writes are steps; the one that goes wrong leaves half of what it was given."""

    reached: Callable[[str, str, Callable[[], object]], None]

    def write(self, given: Any, /) -> int:
        data = bytes(given)
        type(self).reached("write", str(self.name), lambda: super(_Raw, self).write(data[: len(data) // 2]))
        return super().write(data) or 0


class _Faults:
    """Counts the steps, and lets the fault happen at its step."""

    def __init__(self, fault: str, at: int, act: str, folder: str, log: int) -> None:
        self.fault, self.at, self.act, self.folder, self.log = fault, at, act, folder, log
        self.steps, self.counting = 0, threading.Lock()
        self.own = threading.local()

    def step(self, kind: str, name: str, half: Callable[[], object] = lambda: None) -> None:
        """Count a step, but not what counting does; threads have steps at the same time."""
        if getattr(self.own, "is_busy", False) or SYSTEM.match(name):
            return
        self.own.is_busy = True
        try:
            with self.counting:
                self.steps += 1
                number = self.steps
                os.write(self.log, f"{kind} {name}\n".encode("utf-8", "replace"))
            if self.fault == "full" and number >= self.at and kind in NEEDS_SPACE:
                half()
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), None if kind in ("write", "fsync") else name)
            if number == self.at:
                self._happens(half)
        finally:
            self.own.is_busy = False

    def _happens(self, half: Callable[[], object]) -> None:
        if self.fault == "kill":
            half()
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.fault == "act":
            subprocess.run(["sh", "-c", self.act], cwd=self.folder, check=True)
        elif self.fault in ("INT", "TERM", "HUP"):
            os.kill(os.getpid(), getattr(signal, f"SIG{self.fault}"))

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            is_written = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if is_written and not isinstance(path, int):
                self.step("open", os.fsdecode(path))
        elif event in CHANGES:
            self.step(CHANGES[event], str(arguments[0]))

    def install(self) -> None:
        import requests

        _Raw.reached = staticmethod(self.step)
        real, fsync, send = io.open, os.fsync, requests.Session.send

        def counted(
            file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None, errors: str | None = None,
            newline: str | None = None, closefd: bool = True, opener: Any = None,
        ) -> Any:  # fmt: skip
            if not set("wax") & set(mode) or "+" in mode:
                return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
            buffered = io.BufferedWriter(_Raw(file, mode.replace("b", "").replace("t", ""), closefd, opener))
            return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding or "utf-8", errors, newline)

        def synced(file: Any) -> None:
            self.step("fsync", "")
            fsync(file)

        def sent(session: Any, request: Any, **options: Any) -> Any:
            self.step("request", f"{request.method} {request.url}")
            return send(session, request, **options)

        for owner, name, stand_in in (
            (builtins, "open", counted), (io, "open", counted), (os, "fsync", synced), (requests.Session, "send", sent),
        ):  # fmt: skip
            setattr(owner, name, stand_in)
        sys.addaudithook(self.audit)


def _run(order: dict[str, Any]) -> None:
    from weekly.cli import main
    from weekly.http.clock import Clock
    from weekly.pipeline.context import Context

    scratch = Path(order["scratch"])
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background hands on that it ignores it
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and one by nohup this
    log = os.open(scratch / "steps", os.O_WRONLY | os.O_APPEND)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(scratch / name, os.O_WRONLY | os.O_APPEND), number)
    os.chdir(order["folder"])
    environment = dict(os.environ) | order["environment"]
    now = datetime.fromisoformat(order["now"])
    ahead = now.timestamp() - time.time()
    context = Context(now=now, environment=environment, folder=Path.cwd(), clock=Clock(lambda: time.time() + ahead))
    _Faults(order["fault"], order["at"], order["act"], order["folder"], log).install()
    main(order["arguments"], context)


def serve() -> None:
    """Fork a process for each line of stdin, and say how it ended: what all of them need is done once."""
    import_everything()
    make_everything()
    gc.freeze()  # or each process would go through all of it at its end, which takes longer than most commands
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _run(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def import_everything() -> None:
    from weekly.cli.app import commands

    commands()
    for name in (
        "feedparser", "github", "markdown_it", "nh3", "requests",
    ):  # fmt: skip
        import_module(name)


def make_everything() -> None:
    """What is kept once it was made: templates, weights, patterns, the records' shapes, the sample's drafts."""
    from tests.support.remembered import drafts
    from tests.support.sample import sample_hub
    from tests.support.server import Server, serving
    from weekly.cli import main
    from weekly.http.clock import Clock
    from weekly.pipeline.context import Context

    LASTING.enter_context(drafts())
    LASTING.enter_context(mock.patch("os.fsync"))  # files of tests need not survive a power cut
    with TemporaryDirectory() as name, serving(Server(sample_hub())) as server:
        shutil.copy(ROOT / "weekly.toml", name)
        environment = {"GITHUB_API_URL": server.url, "GITHUB_TOKEN": "t0ken"}
        context = Context(
            now=datetime(2023, 4, 3, tzinfo=UTC), environment=environment, folder=Path(name), clock=Clock()
        )
        for command in ("draft", "render", "check", "explain", "preview", "publish"):
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), suppress(SystemExit):
                main((command, "--week", "2023-03-27", *(("--to", "posts") if command == "publish" else ())), context)


LASTING = ExitStack()
"""What holds in all forked processes."""


if __name__ == "__main__":
    serve()
