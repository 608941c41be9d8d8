"""What was published, as files: published/<monday>.md is the text that stands, the .json beside it all the rest."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from pathlib import Path

import msgspec

from weekly.errors import PublishedError
from weekly.files import atomic, decode, read
from weekly.files.paths import shown
from weekly.model import Record
from weekly.week import Week

FOLDER = "published"
SCHEMA_VERSION = 1


class Stage(StrEnum):
    """How far the publishing of a week has come."""

    SENDING = "sending"
    WAITING = "waiting"
    STANDS = "stands"


class Wording(Record, frozen=True, kw_only=True):
    """A title and a text."""

    title: str
    text: str


class Attempt(Record, frozen=True, kw_only=True):
    """An update as it was sent, noted before it was: a job that dies then still knows its own words."""

    sent: Wording
    made: Wording


class Picture(Record, frozen=True, kw_only=True):
    """A local image, and where the target has it."""

    path: str
    sha256: str
    url: str


class Publication(Record, frozen=True, kw_only=True):
    """What is known of a week's post at a target.

    `stands` is what the target had after we wrote; `made` is what we had made of the week, without anybody's edits.
    The two differ once edits were merged: the base of the next merge is `made`, or those edits would seem to be ours
    to take back. `titled` is what the target made of our title when we last wrote it, "" where nobody knows; any
    other title is somebody's.
    """

    schema_version: int = SCHEMA_VERSION
    week: Week
    target: str
    stage: Stage
    url: str = ""
    topic: int = 0
    post: int = 0
    version: int = 0
    stands: Wording
    made: Wording
    titled: str
    attempt: Attempt | None = None
    pictures: tuple[Picture, ...] = ()


class _File(Record, frozen=True, kw_only=True):
    """The .json: the text itself is in the .md, known by its digest; `made` and `titled` only where they differ.

    `text` is there only between the two files' writing, so that a process that dies in between loses neither record.
    """

    schema_version: int
    target: str
    week: Week
    stage: Stage
    url: str = ""
    topic: int = 0
    post: int = 0
    version: int = 0
    title: str
    text_sha256: str
    text: str | None = None
    made: Wording | None = None
    titled: str | None = None
    attempt: Attempt | None = None
    pictures: tuple[Picture, ...] = ()


def load_publication(folder: Path, week: Week) -> Publication | None:
    """What is kept of the week in `folder`; None where nothing is, or where its two files don't belong together.

    The latter is what a hand leaves that edits the .md: the record is lost.
    """
    path = folder / f"{week}.json"
    kept = _read(path, week)
    while kept is not None:
        text = _text(path.with_suffix(".md")) if kept.text is None else kept.text
        if text is not None and _digest(text) == kept.text_sha256:
            return _publication(kept, text)
        before, kept = kept, _read(path, week)
        if kept == before:
            return None  # nobody writes the two just now
    return None


def _read(path: Path, week: Week) -> _File | None:
    if not read.exists(path, _broken):
        return None
    raw = decode.read_json(path, _broken)
    version = raw.get("schema_version") if isinstance(raw, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise PublishedError(
            f"{shown(path)}: schema_version {version}, but this weekly reads {SCHEMA_VERSION}; upgrade weekly"
        )
    if version != SCHEMA_VERSION:
        raise _broken(f"{shown(path)}: schema_version {version}, but this weekly reads {SCHEMA_VERSION}")
    kept = decode.convert(raw, _File, where=path, error=_broken)
    if kept.week.monday != week.monday:
        raise _broken(f"{shown(path)}: is of the week of {kept.week}")
    return kept


def _text(path: Path) -> str | None:
    return decode.read_text(path, _broken).removesuffix("\n") if read.exists(path, _broken) else None


def _publication(kept: _File, text: str) -> Publication:
    stands = Wording(title=kept.title, text=text)
    fields = {name: getattr(kept, name) for name in _SHARED}
    titled = kept.title if kept.titled is None else kept.titled
    return Publication(**fields, stands=stands, made=kept.made or stands, titled=titled)


def publication_stages(folder: Path, zone: str = "UTC") -> dict[Week, Stage]:
    """How far each week has come that has a record in `folder`; a record that is lost doesn't count."""
    found = {}
    for path in sorted(folder.glob("[0-9]*-[0-9]*-[0-9]*.json")):
        try:
            week = Week(monday=date.fromisoformat(path.stem), zone=zone)
        except ValueError as error:
            raise _broken(f"{shown(path)}: {error}") from error
        known = load_publication(folder, week)
        if known is not None:
            found[week] = known.stage
    return found


def save_publication(folder: Path, publication: Publication) -> bool:
    """Keep it; whether that changed anything."""
    stands, made = publication.stands, publication.made
    fields = {name: getattr(publication, name) for name in _SHARED}
    kept = _File(
        **fields,
        title=stands.title,
        text_sha256=_digest(stands.text),
        made=None if made == stands else made,
        titled=None if publication.titled == stands.title else publication.titled,
    )
    path = folder / f"{publication.week}.json"
    page = path.with_suffix(".md")
    atomic.make_folder(folder)
    with atomic.lock(folder):
        if is_news := _text(page) != stands.text:
            _write(path, msgspec.structs.replace(kept, text=stands.text))
            atomic.write(page, f"{stands.text}\n")
        return _write(path, kept) or is_news


def _write(path: Path, kept: _File) -> bool:
    return atomic.write(path, decode.json_text(kept))


_SHARED = ("schema_version", "target", "week", "stage", "url", "topic", "post", "version", "attempt", "pictures")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _broken(message: str) -> PublishedError:
    return PublishedError(f"{message}; take the file from git, or remove it: an unedited post is found again")
