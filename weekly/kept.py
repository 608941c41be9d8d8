"""What is made of our own files and takes long to make, kept as Python keeps compiled modules.

It lies in `__pycache__` beside the file, or where PYTHONPYCACHEPREFIX says, and holds as long as all that it was made of
is as it was. Where nothing can be written, or PYTHONDONTWRITEBYTECODE asks for that, it is made each time.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from weekly import __version__, atomic
from weekly.errors import WeeklyError


def kept(source: Path, make: Callable[[], Any], *makers: Path) -> Any:
    """What `make` makes of `source`, by the code in `makers`; a value that marshal can write, and no None."""
    stamp = stamp_of(source, *makers)
    found = load(source, stamp)
    if found is None:
        found = make()
        save(source, stamp, found)
    return found


def stamp_of(*files: Path) -> str:
    """What changes with any of the files; by time and size, as Python tells whether a module has changed."""
    states = [(str(file), file.stat()) for file in files]
    return repr((__version__, sys.hexversion, [(name, state.st_mtime_ns, state.st_size) for name, state in states]))


def load(source: Path, stamp: str) -> Any:
    """What is kept of a file; None where nothing is, or nothing that still holds."""
    with suppress(OSError, EOFError, ValueError, TypeError):
        held, value = marshal.loads(_place(source).read_bytes())  # noqa: S302  as trusted as Python's own files there
        return value if held == stamp else None
    return None


def save(source: Path, stamp: str, value: Any) -> None:
    """Keep what was made of a file, where that can be."""
    if not sys.dont_write_bytecode:
        with suppress(WeeklyError):
            atomic.write(_place(source), marshal.dumps((stamp, value)), lasts=False)


def _place(source: Path) -> Path:
    return Path(cache_from_source(f"{source}.py")).with_suffix(".kept")
