"""Running git on a clone that isn't ours: the same words from every git, no network, no programs of the clone's own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec

_CHUNK = 1 << 16
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
    "-c", "diff.renames=true",
    "-c", "diff.renameLimit=400",
    "-c", f"core.attributesFile={os.devnull}",
)  # fmt: skip


class GitError(Exception):
    """Git is missing, or refused; `str()` is its reason."""


class Git(msgspec.Struct, frozen=True, kw_only=True):
    """Git in one folder, which must be a repository itself: one that it merely lies in doesn't count."""

    folder: Path
    environment: Mapping[str, str]

    def lines(self, *arguments: str, missing: Sequence[str] | None = None) -> Sequence[str]:
        """What a short command prints, by lines; `missing` is for one that fails to say that there is nothing."""
        try:
            done = subprocess.run(
                self._command(arguments),
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise self._unstarted(error) from error
        if done.returncode:
            if missing is not None:
                return missing
            raise GitError(_reason(done.stderr))
        return done.stdout.decode(errors="replace").splitlines()

    def fields(self, *arguments: str, stdin: Iterable[str] = ()) -> Iterator[str]:
        """What a command prints, by NULs, as it comes: neither its input nor its output is ever held whole."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as errors:
            given.writelines(f"{line}\n".encode() for line in stdin)
            given.seek(0)
            try:
                process = subprocess.Popen(
                    self._command(arguments),
                    cwd=self.folder,
                    env=self._environment(),
                    stdin=given,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                )
            except OSError as error:
                raise self._unstarted(error) from error
            with process:
                try:
                    if process.stdout:
                        yield from _fields(process.stdout)
                    process.wait()
                finally:
                    process.kill()  # where nobody wants the rest
            if process.returncode:
                errors.seek(0)
                raise GitError(_reason(errors.read(_CHUNK)))

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return ["git", *_OPTIONS, *arguments]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in self.environment.items() if not name.startswith("GIT_")}
        return {**kept, **_NEUTRAL, "GIT_CEILING_DIRECTORIES": str(self.folder.resolve().parent)}

    def _unstarted(self, error: OSError) -> GitError:
        if not self.folder.is_dir():
            return GitError(f"{self.folder} is no folder")
        if isinstance(error, FileNotFoundError):
            return GitError("git is not installed, or not on the PATH")
        return GitError(f"git can't be started: {error.strerror}")


def rows(fields: Iterator[str], width: int) -> Iterator[tuple[str, ...]]:
    """Fields by the record; one that is cut off at the end isn't given."""
    return zip(*[fields] * width, strict=False)


def _fields(stream: IO[bytes]) -> Iterator[str]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        for field in whole:
            yield field.decode(errors="replace")


def _reason(stderr: bytes) -> str:
    """The line that says why; git puts warnings before it and advice after."""
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (fatal or lines or ["it failed without a word"])[0].removeprefix("fatal: ").removeprefix("error: ")
