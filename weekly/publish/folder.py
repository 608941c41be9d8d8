"""Publish into a folder, as one Markdown file a week with its title as front matter."""

from __future__ import annotations

import json
import os
from pathlib import Path

from weekly.config.limits import FOLDER as FOLDER_LIMITS
from weekly.config.limits import Limits
from weekly.errors import ChangedError, PublishedError
from weekly.files import atomic, decode, read
from weekly.files.paths import shown
from weekly.publish.base import Destination, Records, Request
from weekly.publish.decision import RemotePost
from weekly.publish.merge import stored
from weekly.publish.record import Publication, Wording
from weekly.week import Week

_FENCE = "---\n"


def folder_destination(request: Request) -> Destination | None:
    """Return the folder that --to names, or in an unattended run that of [schedule], else None."""
    to, week, name = request.options.to, request.week, request.config.schedule.folder
    if to is None and not request.options.is_unattended:
        return None
    path = to or request.root / name
    return Destination(
        target=FolderTarget(path, week),
        records=Records(path / ".published", week),
        is_public=False,
        permits_unproven=True if to else None,  # whoever names a folder reads the note of `weekly check`
        files=() if to else (f"{name}/{week}.md", f"{name}/{week}-trend.png"),
        chart_file=path / f"{week}-trend.png",
    )


class FolderTarget:
    """The week's file in a folder."""

    section = name = "folder"  # records are in the folder itself, so that it may move
    external_id = ""

    def __init__(self, folder: Path, week: Week) -> None:
        self._folder = folder
        self._path = folder / f"{week}.md"

    def limits(self) -> Limits:
        """Return that a file may be of any length."""
        return FOLDER_LIMITS

    def find(self, ours: Wording, known: Publication | None) -> RemotePost | None:  # noqa: ARG002  the file's name says which week it is
        """Return the file, if it exists."""
        raw = self._content()
        return None if raw is None else RemotePost(wording=_read(raw), raw=raw, url=self._url)

    def create(self, wording: Wording) -> RemotePost:
        """Write the file."""
        return self._write(wording, replaces=None)

    def update(self, old: RemotePost, wording: Wording) -> RemotePost:
        """Replace the file's content, if it still is what it was."""
        return self._write(wording, replaces=old.raw)

    def upload(self, path: Path) -> str:
        """Return the image's path from the folder."""
        return Path(os.path.relpath(path.absolute(), self._folder.absolute())).as_posix()

    def _write(self, wording: Wording, *, replaces: str | None) -> RemotePost:
        raw = f"{_FENCE}title: {json.dumps(wording.title, ensure_ascii=False)}\n{_FENCE}\n{wording.text}\n"
        atomic.make_folder(self._folder)
        with atomic.lock(self._folder):
            if self._content() != replaces:
                raise ChangedError(f"{shown(self._path)}: another program changed it meanwhile")
            atomic.write(self._path, raw)
        return RemotePost(wording=wording, raw=raw, url=self._url)

    def _content(self) -> str | None:
        content = read.find_bytes(self._path, PublishedError)
        return None if content is None else decode.text_of(content, self._path, PublishedError)

    @property
    def _url(self) -> str:
        """The path as a record can hold it, whatever bytes are in it."""
        return os.fsencode(shown(self._path)).decode(errors="replace")


def _read(raw: str) -> Wording:
    """Return the title and text of a file. One without front matter has no title."""
    raw = raw.replace("\r\n", "\n")
    head, fence, text = raw.removeprefix(_FENCE).partition(_FENCE)
    title = next((line.removeprefix("title:").strip() for line in head.splitlines() if line.startswith("title:")), "")
    if not raw.startswith(_FENCE) or not fence:
        return Wording(title="", text=stored(raw))
    return Wording(title=_unquoted(title), text=stored(text.removeprefix("\n")))


def _unquoted(title: str) -> str:
    try:
        value = json.loads(title)
    except ValueError:
        return title
    return value if isinstance(value, str) else title
