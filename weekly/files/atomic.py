"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from weekly.errors import WeeklyError
from weekly.files.paths import shown

_SUFFIX = ".weekly-part"


def write(path: Path, text: str | bytes, *, over: str | None = None, lasts: bool = True) -> bool:
    """Put `text` into `path` in one step; whether that changed anything.

    With `over` only where the file still says just that ("" where there is none): somebody may have saved it
    meanwhile. A process that is killed half-way leaves the old file as it was, and at most a dot file beside it, which
    the next one removes. A link stays a link. A device or a pipe, such as /dev/stdout, is written to and never
    replaced. What can be made again at any time needs not outlast a failure of power: without `lasts` nobody waits for
    the disk.
    """
    content = text if isinstance(text, bytes) else text.encode()
    try:
        if _is_special(path):
            path.write_bytes(content)
            return True
        path = path.resolve() if path.is_symlink() else path
        old = path.read_bytes() if path.is_file() else None
        if over is not None and (old or b"") not in (over.encode(), content):
            raise WeeklyError(f"{shown(path)}: was changed in this very moment, and is left as it is; run again")
        _tidy(path)
        if old == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content, lasts=lasts)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        raise WeeklyError(f"{shown(_place(error, path))}: can't be written: {_reason(error)}") from error
    return True


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time, of all processes and threads: for who decides by what is there what to put in its place."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise WeeklyError(f"{shown(folder)}: can't be read: {_reason(error)}") from error
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def make(folder: Path) -> None:
    """Have a folder there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WeeklyError(f"{shown(folder)}: can't be written: {_reason(error)}") from error


def remove(path: Path) -> None:
    """Have no file at `path`, whether there was one or not."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise WeeklyError(f"{shown(path)}: can't be removed: {_reason(error)}") from error


def _is_special(path: Path) -> bool:
    """Whether the path is something other than a file's: what it leads to must stay what it is."""
    top = path.absolute().parts[1:3]
    is_system = top[:1] in (("dev",), ("proc",)) and top != ("dev", "shm")  # which has files as any other folder
    return is_system or (path.exists() and not path.is_file())


def _replace(path: Path, content: bytes, *, lasts: bool) -> None:
    handle, name = _begun(path)
    try:
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            if lasts:
                os.fsync(file.fileno())
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, 0o666 & ~mask)
            os.replace(name, path)  # while it is open, and so locked
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _begun(path: Path) -> tuple[int, str]:
    """A file beside `path`, locked as long as it is open: one that nobody has a lock on is a dead process's."""
    import tempfile  # only where something is written: start-up counts

    while True:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_SUFFIX)
        _lock(handle)
        if os.fstat(handle).st_nlink:
            return handle, name
        os.close(handle)  # somebody tidied it up before it was locked


def _tidy(path: Path) -> None:
    """Remove what killed processes left beside `path`."""
    begun = f".{path.name}."
    names = os.listdir(path.parent) if path.parent.is_dir() else []
    for name in names:  # of many files: a pattern for each would take longer than to write it
        if not (name.endswith(_SUFFIX) and name.startswith(begun)):
            continue
        if not re.fullmatch(r"\w+", name[len(begun) : -len(_SUFFIX)]):
            continue
        with contextlib.suppress(OSError):
            handle = os.open(path.parent / name, os.O_WRONLY | os.O_CLOEXEC)
            try:
                if _lock(handle, waits=False):
                    os.unlink(path.parent / name)
            finally:
                os.close(handle)


def _lock(handle: int, *, waits: bool = True) -> bool:
    """Lock an open file; whether it is locked, which not every file system can."""
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _place(error: Exception, path: Path) -> Path:
    """What to name: the file that was to be written, or the folder above it that is in the way."""
    name = error.filename if isinstance(error, OSError) else None
    return Path(os.fsdecode(name)) if name is not None and Path(os.fsdecode(name)) in path.parents else path


def _reason(error: Exception) -> object:
    return (error.strerror if isinstance(error, OSError) else None) or error
