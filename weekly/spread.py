"""The same work on many items, by as many processes as there are processors.

Each process is a fork: it knows what this one knows, has a fixed share of the items, and ends with them, or with this
one. Where none can be forked safely, and for few items, the work is done here.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, NamedTuple, TypeVar

from weekly.errors import WeeklyError

Item = TypeVar("Item")
Result = TypeVar("Result")

FEW = 16
"""Items of a share that a process of its own is worth."""

_STOPS = (signal.SIGINT, signal.SIGTERM)
"""What waits until a new process knows that it is one."""


def spread(work: Callable[[Item], Result], items: Sequence[Item], processes: int | None = None) -> Iterator[Result]:
    """The result of each item, in their order; what the work raises on one is raised in its place, and ends all.

    `processes` is for tests: by default as many as this one may use, if each has enough to do.
    """
    processes = min(_processors(), len(items) // FEW) if processes is None else processes
    if processes < 2:
        yield from map(work, items)
        return
    first, *rest = items
    yield work(first)  # what is imported and made once, is so before there are several
    with _forked(work, [rest[place::processes] for place in range(processes)]) as workers:
        for number, item in enumerate(rest):
            yield _next(workers[number % processes], item)


class _Worker(NamedTuple):
    pid: int
    answers: BinaryIO


def _processors() -> int:
    known = getattr(os, "sched_getaffinity", None)  # Linux: elsewhere the system's own libraries may not bear a fork
    return len(known(0)) if known else 1


@contextmanager
def _forked(work: Callable[[Item], Result], shares: Sequence[Sequence[Item]]) -> Iterator[list[_Worker]]:
    """A process for each share; none is left when this ends, however it does."""
    workers: list[_Worker] = []
    try:
        for share in shares:
            workers.append(_fork(work, share))  # noqa: PERF401  where one fails, the others are to be known
        yield workers
    finally:
        for worker in workers:
            worker.answers.close()
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGTERM)
        for worker in workers:
            os.waitpid(worker.pid, 0)


def _fork(work: Callable[[Item], Result], share: Sequence[Item]) -> _Worker:
    reader, writer = os.pipe()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(writer)
        return _Worker(pid, os.fdopen(reader, "rb"))
    code = 1
    try:  # nothing of this process may run twice: neither what follows the fork, nor what is done at the end
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process, which ends the others
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(reader)
        with os.fdopen(writer, "wb") as answers:
            for item in share:
                pickle.dump(_outcome(work, item), answers)
                answers.flush()
        code = 0
    finally:
        os._exit(code)


def _outcome(work: Callable[[Item], Result], item: Item) -> tuple[bool, object]:
    """Whether it went well, and the result or what went wrong."""
    try:
        return True, work(item)
    except Exception as error:  # noqa: BLE001  raised where somebody can catch it
        import traceback

        error.add_note("".join(traceback.format_exception(error)))  # which doesn't come along otherwise
        return False, error


def _next(worker: _Worker, item: object) -> Any:
    try:
        is_well, found = pickle.load(worker.answers)  # noqa: S301  of our own process
    except (EOFError, pickle.UnpicklingError):
        raise WeeklyError(f"the process that was at {item} has ended; is there enough memory? Run again") from None
    if not is_well:
        raise found
    return found
