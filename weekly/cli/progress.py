"""What is going on, for a person at a terminal, once it has taken longer than a moment; nothing for anybody else."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

MOMENT = 1.0
"""Seconds that nobody needs an explanation for."""
_EVERY = 0.1
"""Seconds between two looks of what is shown."""


@contextmanager
def progress(what: str, whole: int, *, waits: bool = True) -> Iterator[Callable[[], None]]:
    """Show what is being done, and how much of the `whole` it has got through: a call of what is given for each piece.

    Who `waits` has it shown by a thread of its own; else it is shown by those calls alone, since threads and forks don't
    go together.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda: None
        return
    shown = _Shown(what, whole, waits=waits)
    timer = threading.Timer(MOMENT, shown.begin)
    timer.daemon = True
    if waits:
        timer.start()
    try:
        yield shown.step
    finally:
        timer.cancel()
        shown.end()


class _Shown:
    """A line at the bottom of the terminal, gone when it ends; whatever else is said meanwhile stands above it."""

    def __init__(self, what: str, whole: int, *, waits: bool) -> None:
        self._what, self._whole, self._waits = what, whole, waits
        self._done, self._began, self._looked = 0, time.monotonic(), 0.0
        self._line: Progress | None = None
        self._ended = False
        self._turn = threading.Lock()

    def begin(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        counts = (BarColumn(), MofNCompleteColumn()) if self._whole > 1 else ()
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), *counts, TimeElapsedColumn())
        console = Console(stderr=True)
        line = Progress(*columns, console=console, transient=True, auto_refresh=self._waits, redirect_stdout=False)
        line.add_task(self._what, total=self._whole, completed=self._done)
        with self._turn:
            if not self._ended:
                line.start()
                self._line = line

    def step(self) -> None:
        now = time.monotonic()
        with self._turn:
            self._done += 1
            line, is_due = self._line, now - self._looked > _EVERY
            self._looked = now if is_due else self._looked
        if line is not None and is_due:
            line.update(line.task_ids[0], completed=self._done, refresh=not self._waits)
        elif line is None and not self._waits and now - self._began > MOMENT:
            self.begin()

    def end(self) -> None:
        with self._turn:
            self._ended = True
            if self._line is not None:
                self._line.stop()
