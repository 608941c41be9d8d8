"""Print results on stdout, messages and progress on stderr."""

from __future__ import annotations

import os
import re
import stat
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import TYPE_CHECKING, TextIO

import click

from weekly.errors import WeeklyError
from weekly.text.markdown import harmless, printable

if TYPE_CHECKING:
    from rich.progress import Progress

PROGRESS_DELAY = 1.0
"""Seconds after which progress is shown. Shorter work needs none."""
_progress: Progress | None = None
_COMMAND = re.compile(r"(?:^|(?<=\r))(?P<indent>[^\S\r\n]*)(?=::)|##(?=\[)", re.MULTILINE)


def without_commands(text: str) -> str:
    """Return a text for a log. In GitHub Actions, nothing in it is a command to the runner.

    The runner obeys lines that begin with `::`, and `##[` anywhere. A zero-width space makes both plain text.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    return _COMMAND.sub(lambda match: f"{match[0]}\u200b", text)


_LEAST_SECRET = 8
"""Characters of a value that may be a secret."""
_SECRETS = ("GITHUB_TOKEN", "GH_TOKEN", "DISCOURSE_API_KEY", "WRITER_KEY")


def without_secrets(text: str, environment: Mapping[str, str], names: Iterable[str] = ()) -> str:
    """Return a text without the secrets of an environment, and without the values of further `names` that may be some."""
    known = [environment.get(name, "").strip() for name in _SECRETS]
    known += [value for name in names if len(value := environment.get(name, "").strip()) >= _LEAST_SECRET]
    for secret in filter(None, known):
        text = text.replace(secret, "…")
    return text


def annotate(level: str, message: str, *, path: str = "", line: int = 1) -> None:
    """Print a command that shows a message at a line of a file in GitHub's pull request."""
    message = without_commands(harmless(message)).replace("%", "%25")
    path = path.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    click.echo(f"::{level}{f' file={path},line={line}' if path else ''}::{message}")


@contextmanager
def progress(description: str, total: int) -> Iterator[Callable[[], None]]:
    """Show progress at a terminal. Call what is yielded once for each of `total` steps."""
    global _progress  # noqa: PLW0603  a terminal has one bottom line
    if sys.stderr is None or not sys.stderr.isatty() or _verbosity is Verbosity.QUIET:
        yield lambda: None
        return
    display = _display(total)
    task = display.add_task(description, total=total)
    timer = threading.Timer(PROGRESS_DELAY, display.start)
    timer.daemon = True
    timer.start()
    _progress = display
    try:
        yield lambda: display.advance(task)
    finally:
        _progress = None
        timer.cancel()
        timer.join()
        display.stop()


def _display(total: int) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    counts = (BarColumn(), MofNCompleteColumn()) if total > 1 else ()
    description = TextColumn("{task.description}", markup=False)
    return Progress(
        SpinnerColumn(), description, *counts, TimeElapsedColumn(), console=Console(stderr=True), transient=True
    )


class Verbosity(IntEnum):
    """The messages that are printed on stderr, besides errors."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


_verbosity = Verbosity.NORMAL


def set_verbosity(verbosity: Verbosity) -> None:
    """Choose the messages that are printed."""
    global _verbosity  # noqa: PLW0603  it holds for the whole command
    _verbosity = verbosity


def is_verbose() -> bool:
    """Tell whether details are printed."""
    return _verbosity is Verbosity.VERBOSE


def say(message: str) -> None:
    """Print a message on stderr unless --quiet is given."""
    if _verbosity is not Verbosity.QUIET:
        say_always(harmless(message))


def warn(message: str) -> None:
    """Print the reason for an exit code on stderr, also with --quiet."""
    say_always(harmless(message))


def say_detail(message: str) -> None:
    """Print a message on stderr if --verbose is given."""
    if is_verbose():
        say_always(harmless(message))


def say_plan(plan: str) -> None:
    """Print a decision on stderr by itself, as a dry run prints it, unless --quiet is given."""
    if _verbosity is not Verbosity.QUIET:
        _print_line(harmless(plan))


def say_always(line: str) -> None:
    """Print a line on stderr, which contains no foreign control characters."""
    _print_line(f"weekly: {line}")


def _print_line(line: str) -> None:
    """Print a line on stderr. Ignore that nobody can read it."""
    line = without_commands(line)
    with suppress(OSError):
        if _progress is not None:
            from rich.text import Text

            _progress.console.print(Text.from_ansi(line), soft_wrap=True)
        else:
            click.echo(line, err=True)


def styled(text: str, colour: str, stream: TextIO | None) -> str:
    """Return coloured text if the stream is a terminal and NO_COLOR is not set."""
    is_coloured = (
        stream is not None and stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
    return click.style(text, fg=colour) if is_coloured else text


def put(text: str) -> None:
    """Print a result on stdout, in UTF-8 in any locale, with file names byte for byte."""
    if sys.stdout is None:
        raise WeeklyError("stdout: is closed; open it")
    try:
        sys.stdout.flush()
        text = text if _is_file(sys.stdout) else without_commands(text)
        sys.stdout.buffer.write(text.encode(errors="surrogateescape"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # as with `weekly render | head`: nobody reads any more
    except OSError as error:
        raise WeeklyError(f"stdout: can't be written: {error.strerror}; free some space and run again") from error


def _is_file(stream: TextIO) -> bool:
    """Tell whether a stream is redirected to a file, which no runner reads."""
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


@contextmanager
def results_on_stderr() -> Iterator[None]:
    """Print results for people on stderr, so that only JSON is on stdout."""
    global _lines_on_stderr  # noqa: PLW0603  it holds for the whole command
    _lines_on_stderr = True
    try:
        yield
    finally:
        _lines_on_stderr = False


_lines_on_stderr = False


def put_lines(text: str) -> None:
    """Print lines for people, with control characters removed so that no text can command a terminal."""
    if _lines_on_stderr:
        for line in text.splitlines():
            say(line)
    else:
        put(printable(text))


def put_diff(text: str) -> None:
    """Print a unified diff, coloured at a terminal."""
    if _lines_on_stderr:
        return
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in printable(text).splitlines(keepends=True):
        words = line.rstrip("\n")
        put((styled(words, colours[line[0]], sys.stdout) if line[0] in colours else words) + line[len(words) :])
