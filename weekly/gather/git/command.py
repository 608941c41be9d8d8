"""Run git on an untrusted clone, without network, secrets and the clone's own programs."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from weekly.files.paths import shown

_INHERITED = (
    "PATH", "HOME", "TMPDIR", "TMP", "TEMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DEVELOPER_DIR",
    "SYSTEMROOT", "COMSPEC", "PATHEXT", "USERPROFILE",
)  # fmt: skip
"""All that git gets of our environment: tokens and keys stay out of its reach."""
_NEUTRAL = {
    "LC_ALL": "C",  # errors in one language
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # A partial clone fetches what it lacks as soon as it is looked at; the first is for git before 2.44.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
}
_OPTIONS = (
    "--no-pager",
    # The clone was named by the maintainer, and nothing that it could configure is run: whose it is doesn't matter.
    "-c", "safe.directory=*",
    "-c", "core.fsmonitor=false",
    "-c", "core.quotePath=false",
    "-c", "diff.renames=true",
    "-c", "diff.renameLimit=400",
    "-c", f"core.attributesFile={os.devnull}",
)  # fmt: skip


class GitError(Exception):
    """Report that git is missing or failed. `str()` is its reason, `hint` the remedy."""

    def __init__(self, why: str, *, hint: str = "see what git fsck says there, or clone it anew") -> None:
        super().__init__(why)
        self.hint = hint


class Processes:
    """Start processes, and kill them where the command is interrupted."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []
        self._is_stopped = False
        self._lock = threading.Lock()

    def start(self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start a process with pipes."""
        pipe = subprocess.PIPE
        with self._lock:
            if self._is_stopped:
                raise GitError("it was interrupted", hint="run again")
            process = subprocess.Popen(command, cwd=cwd, env=env, stdin=pipe, stdout=pipe, stderr=pipe)
            self._running = [process, *(one for one in self._running if one.returncode is None)]
        return process

    def stop(self) -> None:
        """Kill all processes and start no other."""
        with self._lock:
            self._is_stopped = True
            for process in self._running:
                process.kill()


class Git(msgspec.Struct, frozen=True, kw_only=True):
    """Run git in one folder. The folder must itself be a repository, not lie in one."""

    folder: Path
    environment: Mapping[str, str]
    options: tuple[str, ...] = ()
    running: Processes = msgspec.field(default_factory=Processes)

    def lines(self, *arguments: str, stdin: Iterable[str] = (), missing: Sequence[str] | None = None) -> Sequence[str]:
        """Return the lines that a command prints. `missing` is what a failing command means, if not an error."""
        done = self._run(arguments, stdin)
        if done.returncode and missing is not None:
            return missing
        return _output(done).decode(errors="replace").splitlines()

    def fields(self, *arguments: str, stdin: Iterable[str] = (), end: bytes = b"\0") -> Iterator[str]:
        """Yield the fields that a command prints, each up to its `end`."""
        for field in _output(self._run(arguments, stdin)).split(end)[:-1]:
            yield field.decode(errors="replace")

    def _run(self, arguments: Sequence[str], stdin: Iterable[str]) -> subprocess.CompletedProcess[bytes]:
        command = ["git", *_OPTIONS, *self.options, *arguments]
        given = "".join(f"{line}\n" for line in stdin).encode()
        try:
            with self.running.start(command, cwd=self.folder, env=self._environment()) as process:
                out, errors = process.communicate(given)
            return subprocess.CompletedProcess(command, process.returncode, out, errors)
        except OSError as error:
            if not self.folder.is_dir():
                raise GitError(f"{shown(self.folder)} is no folder") from error
            if isinstance(error, FileNotFoundError):
                raise GitError("git is not installed, or not on the PATH", hint="install it") from error
            raise GitError(f"git can't be started: {error.strerror}") from error

    def _environment(self) -> dict[str, str]:
        inherited = {name: self.environment[name] for name in _INHERITED if name in self.environment}
        return {**inherited, **_NEUTRAL, "GIT_CEILING_DIRECTORIES": str(self.folder.resolve().parent)}


def rows(fields: Iterator[str], width: int) -> Iterator[tuple[str, ...]]:
    """Group fields into records. An incomplete record at the end is dropped."""
    return zip(*[fields] * width, strict=False)


def _output(done: subprocess.CompletedProcess[bytes]) -> bytes:
    """Return what a command printed. GitError with its reason where it failed."""
    if done.returncode:
        lines = [line.strip() for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
        fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]  # after warnings, before advice
        reason = (fatal or lines or ["git failed without a message"])[0]
        raise GitError(reason.removeprefix("fatal: ").removeprefix("error: "))
    return done.stdout
