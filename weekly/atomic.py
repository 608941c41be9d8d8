"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from weekly.errors import WeeklyError


def write(path: Path, text: str, *, lasts: bool = True) -> bool:
    """Put `text` into `path` in one step; whether that changed anything.

    A process that is killed half-way leaves the old file as it was, and at most a dot file beside it. A link stays a
    link. A device or a pipe, such as /dev/stdout, is written to and never replaced. What can be made again at any time
    needs not outlast a failure of power: without `lasts` nobody waits for the disk.
    """
    content = text.encode()
    try:
        if _is_special(path):
            path.write_bytes(content)
            return True
        path = path.resolve() if path.is_symlink() else path
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content, lasts=lasts)
    except OSError as error:
        raise WeeklyError(f"{error.filename or path}: can't be written: {error.strerror or error}") from error
    return True


def _is_special(path: Path) -> bool:
    """Whether the path is something other than a file's: what it leads to must stay what it is."""
    return path.absolute().parts[1:2] in (("dev",), ("proc",)) or (path.exists() and not path.is_file())


def _replace(path: Path, content: bytes, *, lasts: bool) -> None:
    import tempfile  # only where something is written: start-up counts

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "wb") as file:
            file.write(content)
            if lasts:
                file.flush()
                os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
