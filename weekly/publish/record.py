"""Record a published week, its remote text in published/<monday>.md and the rest in the .json file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import field

from weekly.errors import PublishedError
from weekly.files import atomic, decode, read
from weekly.files.paths import shown
from weekly.model import Record
from weekly.week import Week

FOLDER = "published"
SCHEMA_VERSION = 1


class Stage(StrEnum):
    """The progress of a week's publication."""

    SENDING = "sending"
    WAITING = "waiting"
    PUBLISHED = "stands"


class Wording(Record, frozen=True, kw_only=True):
    """A title and a text."""

    title: str
    text: str


class Attempt(Record, frozen=True, kw_only=True):
    """A write that may have happened, as the sent text and the generated text in it."""

    sent: Wording
    generated: Wording = field(name="made")


class Picture(Record, frozen=True, kw_only=True):
    """A local image, and its address at the target."""

    path: str
    sha256: str
    url: str


class _Common(Record, frozen=True, kw_only=True):
    """The fields that a record has in memory and in its file."""

    schema_version: int = field(default_factory=lambda: SCHEMA_VERSION)  # written, though it is the default
    target: str
    week: Week
    stage: Stage
    url: str = ""
    topic: int = 0
    post: int = 0
    version: int = 0
    external_id: str = ""


class Publication(_Common, frozen=True, kw_only=True):
    """The last known state of a week's post at a target.

    `remote` is the text at the target after our last write. `generated` is our text without anybody's edits. They
    differ once edits were merged. The next merge starts from `generated`, or those edits would look like ours.
    `stored_title` is our title as the target stored it, "" if unknown. Any other title is somebody's edit.
    `attempt` is a later write whose result is unknown.
    """

    remote: Wording
    generated: Wording
    stored_title: str
    attempt: Attempt | None = None
    pictures: tuple[Picture, ...] = ()


class _File(_Common, frozen=True, kw_only=True):
    """The .json file. The text is in the .md file, identified by its digest.

    `made` and `titled` are present where they differ from the remote text and title. `text` is present only while the
    two files are written, so that a killed process loses neither.
    """

    title: str
    text_sha256: str
    text: str | None = None
    made: Wording | None = None
    titled: str | None = None
    attempt: Attempt | None = None
    pictures: tuple[Picture, ...] = ()


_SHARED = (*_Common.__struct_fields__, "attempt", "pictures")


def load_publication(folder: Path, week: Week) -> Publication | None:
    """Load the week's record, or None if there is none, or if its two files don't belong together.

    The latter happens when somebody edits the .md file: the record is lost.
    """
    path = folder / f"{week}.json"
    file = _file(path, week)
    while file is not None:
        text = _text(path.with_suffix(".md")) if file.text is None else file.text
        if text is not None and _digest(text) == file.text_sha256:
            return _publication(file, text)
        before, file = file, _file(path, week)
        if file == before:
            return None  # no other process is writing the two files
    return None


def save_publication(folder: Path, publication: Publication) -> bool:
    """Save the record. Return True where that changed a file."""
    remote, generated = publication.remote, publication.generated
    fields = {name: getattr(publication, name) for name in _SHARED}
    file = _File(
        **fields,
        title=remote.title,
        text_sha256=_digest(remote.text),
        made=None if generated == remote else generated,
        titled=None if publication.stored_title == remote.title else publication.stored_title,
    )
    path = folder / f"{publication.week}.json"
    page = path.with_suffix(".md")
    atomic.make_folder(folder)
    with atomic.lock(folder):
        is_changed = _text(page) != remote.text
        if is_changed:
            _write(path, msgspec.structs.replace(file, text=remote.text))
            atomic.write(page, f"{remote.text}\n")
        return _write(path, file) or is_changed


def undo_attempt(folder: Path, noted: Publication, before: Publication | None) -> None:
    """Put back the record from before an attempt, unless another run has saved its own meanwhile."""
    if load_publication(folder, noted.week) != noted:
        return
    if before is not None:
        save_publication(folder, before)
        return
    with atomic.lock(folder):
        for suffix in (".json", ".md"):
            atomic.remove(folder / f"{noted.week}{suffix}")


def publication_stages(folder: Path, zone: str = "UTC") -> dict[Week, Stage]:
    """Return the stage of each recorded week. A lost record doesn't count."""
    stages = {}
    for path, monday in _recorded(folder):
        try:
            week = Week(monday=date.fromisoformat(monday), zone=zone)
        except ValueError as error:
            raise _broken(f"{shown(path)}: {error}") from error
        known = load_publication(folder, week)
        if known is not None:
            stages[week] = known.stage
    return stages


def recorded_topics(folder: Path, *, without: Week) -> dict[int, str]:
    """Return the Mondays of the other recorded weeks, by the number of their topic."""
    topics = {}
    for path, monday in _recorded(folder):
        raw = decode.read_json(path, _broken) if monday != str(without) else None
        if isinstance(raw, dict) and isinstance(number := raw.get("topic"), int):
            topics[number] = monday
    return topics


def _recorded(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.glob("[0-9]*-[0-9]*-[0-9]*.json")):
        yield path, path.stem


def _file(path: Path, week: Week) -> _File | None:
    content = read.find_bytes(path, _broken)
    if content is None:
        return None
    file = decode.json_record(content, _File, SCHEMA_VERSION, where=path, error=_broken)
    if file.week.monday != week.monday:
        raise _broken(f"{shown(path)}: is of the week of {file.week}")
    return file


def _text(path: Path) -> str | None:
    """Return the text of a record, with the line ends that it was written with, whatever git makes of them."""
    content = read.find_bytes(path, _broken)
    if content is None:
        return None
    return decode.text_of(content, path, _broken).replace("\r\n", "\n").removesuffix("\n")


def _publication(file: _File, text: str) -> Publication:
    remote = Wording(title=file.title, text=text)
    fields = {name: getattr(file, name) for name in _SHARED}
    stored_title = file.title if file.titled is None else file.titled
    return Publication(**fields, remote=remote, generated=file.made or remote, stored_title=stored_title)


def _write(path: Path, file: _File) -> bool:
    return atomic.write(path, decode.json_text(file))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _broken(message: str) -> PublishedError:
    return PublishedError(f"{message}; restore the file from git, or remove it: weekly finds an unedited post again")
