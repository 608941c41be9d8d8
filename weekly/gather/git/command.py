"""Run git on an untrusted clone, without network, secrets and the clone's own programs."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import msgspec

from weekly.files.paths import shown

_CHUNK = 1 << 16
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
    """Hold the running processes, so that an interrupted command can end them."""

    def __init__(self) -> None:
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._is_stopped = False
        self._lock = threading.Lock()

    def start(self, command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a process."""
        with self._lock:
            if self._is_stopped:
                raise GitError("it was interrupted", hint="run again")
            self._processes = {process for process in self._processes if process.poll() is None}
            process = subprocess.Popen(command, **options)
            self._processes.add(process)
        return process

    def stop(self) -> None:
        """Kill all processes and start no other."""
        with self._lock:
            self._is_stopped = True
            for process in self._processes:
                process.kill()


class Git(msgspec.Struct, frozen=True, kw_only=True):
    """Run git in one folder. The folder must itself be a repository, not lie in one."""

    folder: Path
    environment: Mapping[str, str]
    options: tuple[str, ...] = ()
    running: Processes = msgspec.field(default_factory=Processes)

    def lines(self, *arguments: str, stdin: Iterable[str] = (), missing: Sequence[str] | None = None) -> Sequence[str]:
        """Return the lines of a short command. `missing` is what a failing command means, if not an error."""
        try:
            process = self._started(arguments, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as error:
            raise self._unstarted(error) from error
        with process:
            try:
                out, errors = process.communicate("".join(f"{line}\n" for line in stdin).encode())
            finally:
                process.kill()
        if process.returncode:
            if missing is not None:
                return missing
            raise GitError(_reason(errors))
        return out.decode(errors="replace").splitlines()

    def fields(self, *arguments: str, stdin: Iterable[str] = (), end: bytes = b"\0") -> Iterator[str]:
        """Yield the fields that a command prints, each up to its `end`, without holding the output whole."""
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as errors:
            source.writelines(f"{line}\n".encode() for line in stdin)
            source.seek(0)
            try:
                process = self._started(arguments, stdin=source, stderr=errors)
            except OSError as error:
                raise self._unstarted(error) from error
            with process:
                try:
                    if process.stdout:
                        yield from _fields(process.stdout, end)
                    process.wait()
                finally:
                    process.kill()  # where nobody wants the rest
            if process.returncode:
                errors.seek(0)
                raise GitError(_reason(errors.read(_CHUNK)))

    def _started(self, arguments: Sequence[str], **streams: Any) -> subprocess.Popen[bytes]:
        command = ["git", *_OPTIONS, *self.options, *arguments]
        environment = self._environment()
        return self.running.start(command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, **streams)

    def _environment(self) -> dict[str, str]:
        inherited = {name: self.environment[name] for name in _INHERITED if name in self.environment}
        return {**inherited, **_NEUTRAL, "GIT_CEILING_DIRECTORIES": str(self.folder.resolve().parent)}

    def _unstarted(self, error: OSError) -> GitError:
        if not self.folder.is_dir():
            return GitError(f"{shown(self.folder)} is no folder")
        if isinstance(error, FileNotFoundError):
            return GitError("git is not installed, or not on the PATH", hint="install it")
        return GitError(f"git can't be started: {error.strerror}")


def rows(fields: Iterator[str], width: int) -> Iterator[tuple[str, ...]]:
    """Group fields into records. An incomplete record at the end is dropped."""
    return zip(*[fields] * width, strict=False)


def _fields(stream: IO[bytes], end: bytes) -> Iterator[str]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + chunk).split(end)
        for field in whole:
            yield field.decode(errors="replace")


def _reason(stderr: bytes) -> str:
    """Return the line that states the error. Git prints warnings before it and advice after."""
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (fatal or lines or ["git failed without a message"])[0].removeprefix("fatal: ").removeprefix("error: ")
