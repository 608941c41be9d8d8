"""Run the program that writes for one request, bounded in time and size: the one that asks the model, or the project's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, NoReturn

import msgspec

from weekly.config.writer import WriterConfig
from weekly.errors import WriterError
from weekly.text.markdown import harmless
from weekly.writer.document import SCHEMA_VERSION, Answer, Request

GITHUB_MODELS = "https://models.github.ai/inference"
MAX_BYTES = 20_000
"""The largest answer that is read. A week has as many as `most` of them."""
_STEP = 0.1
"""Seconds between two looks at what the writer printed."""
_INHERITED = ("PATH", "HOME", "TMPDIR", "TMP", "TEMP", "LANG", "SYSTEMROOT", "PATHEXT", "USERPROFILE", "SSL_CERT_FILE")
"""The environment that every writer gets. Tokens and keys are only passed where the configuration names them."""


@contextmanager
def asking(
    request: Request, config: WriterConfig, root: Path, environment: Mapping[str, str]
) -> Iterator[Callable[[], Answer]]:
    """Start the writer, and yield a function that waits for its answer or raises WriterError. Then end all that it started."""
    command, own = (config.command, {}) if config.command else _asking_model(config)
    names = (*_INHERITED, *config.environment, *own)
    passed = {name: environment[name] for name in names if name in environment}
    passed |= {name: value for name, value in own.items() if value}
    end = time.monotonic() + config.seconds
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        stdin.write(msgspec.json.encode(request))
        stdin.seek(0)
        try:
            process = subprocess.Popen(
                command, cwd=root, env=passed, stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=True
            )
        except (OSError, ValueError) as error:  # such as a character that no command has
            why = error.strerror if isinstance(error, OSError) else error
            yield partial(_raise, f"the writer {harmless(command[0])}: can't be started: {why}")
            return

        def answer() -> Answer:
            if code := _wait(process, end, config.seconds, stdout):
                raise WriterError(f"the writer ended with exit code {code}{_last_line(stderr)}")
            stdout.seek(0)
            return _answer(stdout.read(MAX_BYTES + 1), request)

        try:
            yield answer
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _raise(why: str) -> NoReturn:
    raise WriterError(why)


def _asking_model(config: WriterConfig) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the command that asks the model, and its variables. Those that are empty come from the environment.

    Only GitHub's own server gets GitHub's token.
    """
    command = (sys.executable, "-I", "-S", str(Path(__file__).with_name("chat_completions.py")))
    key = {} if config.url else {"GITHUB_TOKEN": ""}
    own = {
        "WRITER_URL": config.url or GITHUB_MODELS,
        "WRITER_MODEL": config.model,
        "WRITER_SECONDS": str(config.seconds),
    }
    return command, own | {"WRITER_KEY": ""} | key


def _wait(process: subprocess.Popen[bytes], end: float, seconds: float, stdout: IO[bytes]) -> int:
    """Return the exit code. Raise WriterError at a limit."""
    while (left := end - time.monotonic()) > 0:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(min(_STEP, left))
        if os.fstat(stdout.fileno()).st_size > MAX_BYTES:
            raise WriterError(f"the writer printed more than {MAX_BYTES:,} bytes")
    raise WriterError(f"the writer took longer than {seconds:g} seconds")


def _answer(content: bytes, request: Request) -> Answer:
    if len(content) > MAX_BYTES:
        raise WriterError(f"the writer printed more than {MAX_BYTES:,} bytes")
    try:
        answer = msgspec.json.decode(content, type=Answer)
    except (msgspec.DecodeError, RecursionError) as error:
        raise WriterError(f"the writer's answer isn't in the form of writer.schema.json: {error}") from error
    if answer.schema_version != SCHEMA_VERSION:
        raise WriterError(f"the writer's answer has schema_version {answer.schema_version}, not {SCHEMA_VERSION}")
    if answer.id != request.id:
        raise WriterError(f"the writer answered about {harmless(answer.id)!r}")
    return answer


def _last_line(stderr: IO[bytes]) -> str:
    """Return what a failed writer printed last, on one line, with secrets that it may have printed."""
    stderr.seek(0, 2)
    stderr.seek(max(0, stderr.tell() - MAX_BYTES))
    lines = [line for line in stderr.read().decode(errors="replace").splitlines() if line.strip()]
    return f": {harmless(lines[-1])}" if lines else ""
