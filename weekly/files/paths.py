"""Name files in messages, without the folders that say where somebody lives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

FILE = "weekly.toml"
"""The file that makes a folder a project's."""


def project_of(path: Path) -> Path | None:
    """Return the folder of the nearest weekly.toml, at `path` or above."""
    return next(
        (folder for folder in (path, *path.parents) if os.path.isfile(folder / FILE)), None
    )  # is_file() would raise


def shown(path: Path | str) -> str:
    """Return a path as messages show it, relative to the project, the current folder or home.

    A relative path stays as it is.
    """
    path = Path(path)
    for folder, itself, prefix in _bases(path) if path.is_absolute() else ():
        if path.is_relative_to(folder):
            inside = path.relative_to(folder)
            return f"{prefix}{inside}" if inside.parts else itself
    return str(path)


def _bases(path: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield the folders that a path may be relative to, with the folder's own name and the prefix of its files."""
    package = Path(__file__).parents[1]
    yield package, "weekly", "weekly/"  # bundled templates, wherever weekly is installed
    if (project := project_of(path)) is not None:
        yield project, "the project's folder", ""
    try:
        yield Path.cwd(), "the current folder", ""
        yield Path.home(), "~", "~/"
    except (OSError, RuntimeError):  # there is none
        return
