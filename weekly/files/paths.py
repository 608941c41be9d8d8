"""How files are named to people: a project's as weekly.toml and the notes name them, all others as seen from here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

FILE = "weekly.toml"
"""What makes a folder a project's."""


def project_of(path: Path) -> Path | None:
    """The folder of the nearest weekly.toml, at `path` or above it."""
    return next((folder for folder in (path, *path.parents) if os.path.isfile(folder / FILE)), None)  # noqa: PTH113  never raises


def shown(path: Path | str) -> str:
    """A path as errors and notes name it: the one rule for all, so that no whole one tells where somebody lives.

    From the project's folder where it is in one, else from the current folder, else from home. What somebody gave as
    seen from here stays as it was given.
    """
    path = Path(path)
    for folder, itself, before in _beginnings(path) if path.is_absolute() else ():
        if path.is_relative_to(folder):
            inside = path.relative_to(folder)
            return f"{before}{inside}" if inside.parts else itself
    return str(path)


def _beginnings(path: Path) -> Iterator[tuple[Path, str, str]]:
    """The folders that a path may be told from, what they are called themselves, and what goes before the rest."""
    package = Path(__file__).parents[1]
    yield package, "weekly", "weekly/"  # its templates, wherever it is installed
    if (project := project_of(path)) is not None:
        yield project, "the project's folder", ""
    try:
        yield Path.cwd(), "the current folder", ""
        yield Path.home(), "~", "~/"
    except (OSError, RuntimeError):  # there is none, or no more
        return
