"""Print results on stdout, messages and progress on stderr."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from weekly.errors import WeeklyError
from weekly.text.markdown import harmless, printable

if TYPE_CHECKING:
    from rich.progress import Progress

PROGRESS_DELAY = 1.0
"""Seconds after which progress is shown. Shorter work needs none."""
_progress: Progress | None = None


@contextmanager
def progress(description: str, total: int) -> Iterator[Callable[[], None]]:
    """Show progress at a terminal. Call what is yielded once for each of `total` steps."""
    global _progress  # noqa: PLW0603  a terminal has one bottom line
    if sys.stderr is None or not sys.stderr.isatty():
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


def say(message: str) -> None:
    """Print a message on stderr. Work goes on where nobody can read it."""
    line = f"weekly: {harmless(message)}"
    with suppress(OSError):
        if _progress is not None:
            _progress.console.print(line, markup=False, highlight=False, emoji=False, soft_wrap=True)
        else:
            click.echo(line, err=True)


def put(text: str) -> None:
    """Print a result on stdout, in UTF-8 in any locale, with file names byte for byte."""
    if sys.stdout is None:
        raise WeeklyError("stdout: is closed; open it")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode(errors="surrogateescape"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # as with `weekly render | head`: nobody reads any more
    except OSError as error:
        raise WeeklyError(f"stdout: can't be written: {error.strerror}; free some space and run again") from error


def put_lines(text: str) -> None:
    """Print lines for people, with control characters removed so that no text can command a terminal."""
    put(printable(text))
