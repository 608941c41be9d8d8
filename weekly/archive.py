"""Store snapshots as archive/<monday>.json, the same bytes for the same facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from weekly.errors import ArchiveError
from weekly.files import atomic, decode, read
from weekly.files.paths import shown
from weekly.model import SCHEMA_VERSION, Snapshot
from weekly.week import Week

FOLDER = "archive"


def path_of(root: Path, week: Week) -> Path:
    """Return the path of the week's snapshot."""
    return root / FOLDER / f"{week}.json"


def load(root: Path, week: Week) -> Snapshot | None:
    """Return the week's snapshot, None if there is none, or raise ArchiveError."""
    path = path_of(root, week)
    content = read.find_bytes(path, _broken)
    return None if content is None else parse(content, path, week)


def load_existing(root: Path, week: Week) -> Snapshot:
    """Return the week's snapshot, or raise ArchiveError."""
    snapshot = load(root, week)
    if snapshot is None:
        raise ArchiveError(f"archive/{week}.json: missing; gather it: weekly gather --week {week}")
    return snapshot


def parse(content: bytes, path: Path, week: Week) -> Snapshot:
    """Return the snapshot in the content of a week's file, or raise ArchiveError."""
    snapshot = decode.json_record(content, Snapshot, SCHEMA_VERSION, where=path, error=_broken)
    if snapshot.week.monday != week.monday:
        raise _broken(f"{shown(path)}: holds the week of {snapshot.week}")
    if snapshot.week != week:
        raise ArchiveError(
            f"{shown(path)}: gathered for weeks in {snapshot.week.zone}, but weekly.toml's project.zone is {week.zone}; "
            f"gather it again: weekly gather --week {week} --refresh"
        )
    return snapshot


def save(root: Path, snapshot: Snapshot) -> bool:
    """Write a snapshot and tell whether that changed the file."""
    return atomic.write(path_of(root, snapshot.week), text(snapshot))


def text(snapshot: Snapshot) -> str:
    """Return a snapshot as the content of its file."""
    return decode.json_text(snapshot)


def weeks(root: Path, zone: str) -> list[Week]:
    """Return all archived weeks, the oldest first, or raise ArchiveError."""
    return [week_named(root, monday, zone) for monday in mondays(root)]


def mondays(root: Path) -> tuple[str, ...]:
    """Return the Mondays of all archived weeks, oldest first, as 2023-03-27."""
    names = (path.stem for path in (root / FOLDER).glob("[0-9]*-[0-9]*-[0-9]*.json"))
    return tuple(sorted(name for name in names if not name.endswith(".writer")))


def week_named(root: Path, monday: str, zone: str) -> Week:
    """Return the week of a file's name, or raise ArchiveError."""
    try:
        return Week(monday=date.fromisoformat(monday), zone=zone)
    except ValueError as error:
        raise ArchiveError(
            f"{shown(root / FOLDER / f'{monday}.json')}: {error}; each file is named after its Monday"
        ) from error


def _broken(message: str) -> ArchiveError:
    return ArchiveError(f"{message}; take the file from git, or gather the week again with --refresh")
