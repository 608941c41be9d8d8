"""Write files in one step, so that a reader sees the old content or the new one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from weekly.errors import WeeklyError
from weekly.files.paths import shown
from weekly.files.read import refuse_links

SUFFIX = ".weekly-part"
"""The suffix of temporary files. A process that is killed while it writes leaves one behind."""
_STREAMS = ("/dev/std", "/dev/fd/", "/proc/")


def write(path: Path, text: str | bytes, *, expected: bytes | None = None, durable: bool = True) -> bool:
    """Replace the content of `path` and tell whether that changed anything.

    Refuse where the file doesn't have the `expected` content (empty if there is no file), since somebody saved it
    meanwhile. A pipe or device is written to, never replaced. Without `durable`, don't wait for the disk.
    """
    content = text if isinstance(text, bytes) else text.encode()
    refuse_links(path, WeeklyError)
    try:
        if str(path).startswith(_STREAMS) or (path.exists() and not path.is_file()):
            path.write_bytes(content)
            return True
        path = path.resolve() if path.is_symlink() else path
        old = path.read_bytes() if path.is_file() else None
        if expected is not None and (old or b"") not in (expected, content):
            raise _changed(path)
        if old == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content, expected=expected if old is not None else None, durable=durable)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        raise _unwritable(path, error) from error
    return True


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold a lock on a folder, so that reading, deciding and writing stay together."""
    import fcntl

    try:
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise WeeklyError(f"{shown(folder)}: can't be read: {error.strerror or error}") from error
    try:
        with contextlib.suppress(OSError):  # not every file system has locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Create a folder unless it exists."""
    refuse_links(folder, WeeklyError)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def remove(path: Path) -> None:
    """Remove a file if it exists."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise WeeklyError(f"{shown(path)}: can't be removed: {error.strerror or error}") from error


def _replace(path: Path, content: bytes, *, expected: bytes | None, durable: bool) -> None:
    name = f".{path.name}.{os.urandom(4).hex()}"
    part, old = path.with_name(f"{name}{SUFFIX}"), path.with_name(f"{name}-old{SUFFIX}")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if expected is None:
            part.replace(path)
        else:
            _replace_expected(part, old, path, expected)
    except BaseException:
        for leftover in (part, old):
            with contextlib.suppress(OSError):
                leftover.unlink()
        raise


def _replace_expected(part: Path, old: Path, path: Path, expected: bytes) -> None:
    """Replace a file, and restore it if somebody saved it at the last moment."""
    try:
        old.hardlink_to(path)
    except OSError:  # not every file system has hard links
        part.replace(path)
        return
    try:
        part.replace(path)
        if old.read_bytes() != expected:
            old.replace(path)
            raise _changed(path)
    finally:
        old.unlink(missing_ok=True)


def _changed(path: Path) -> WeeklyError:
    return WeeklyError(f"{shown(path)}: another program changed it meanwhile, so it is left as it is; run again")


def _unwritable(path: Path, error: Exception) -> WeeklyError:
    """Return an error that names the file, or the folder above it where that is the obstacle."""
    name = os.fsdecode(getattr(error, "filename", None) or path)
    named = Path(name) if Path(name) in path.parents else path
    return WeeklyError(f"{shown(named)}: can't be written: {getattr(error, 'strerror', None) or error}")
