"""Read files without following links, waiting on pipes or filling the memory."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

from weekly.errors import WeeklyError
from weekly.files.paths import project_of, shown

MAX_BYTES = 100_000_000
"""The largest file that is read: an archived week of the busiest projects has a tenth of it."""
MAX_TOML_BYTES = 2_000_000

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_bytes(
    path: Path, error: Callable[[str], WeeklyError], *, root: Path | None = None, most: int = MAX_BYTES
) -> bytes:
    """Return the content of a regular file of at most `most` bytes.

    Raise what `error` makes of the message otherwise. `root` is as in `refuse_links`.
    """
    content = find_bytes(path, error, root=root, most=most)
    if content is None:
        raise error(f"{shown(path)}: can't be read: {os.strerror(errno.ENOENT)}")
    return content


def find_bytes(
    path: Path, error: Callable[[str], WeeklyError], *, root: Path | None = None, most: int = MAX_BYTES
) -> bytes | None:
    """Return the content of a file as `read_bytes` does, or None if there is none."""
    try:
        refuse_links(path, error, root=root)
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise error(f"{shown(path)}: can't be read: Is not a regular file")
            content = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as cause:
        raise error(f"{shown(path)}: can't be read: {cause.strerror or cause}") from cause
    if len(content) > most:
        raise error(f"{shown(path)}: can't be read: Is larger than {most / 1_000_000:g} MB")
    return content


def refuse_links(path: Path, error: Callable[[str], WeeklyError], *, root: Path | None = None) -> None:
    """Raise an error where a project's path is a symbolic link or leads through one.

    Folders are checked up to `root`, by default the project's folder. A path outside any project may be a link.
    """
    folder = root or project_of(path.absolute().parent)
    if folder is None or not path.absolute().is_relative_to(folder):
        return
    below = path.absolute().relative_to(folder).parts
    for size in range(1, len(below) + 1):
        part = folder.joinpath(*below[:size])
        if part.is_symlink():
            raise error(f"{shown(part)}: is a symbolic link; replace it with the file or folder itself")
