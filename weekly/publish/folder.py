"""A folder as a target: a Markdown file a week, with its title as front matter, as site generators read it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from weekly.errors import ChangedError, PublishedError
from weekly.files import atomic, decode, read
from weekly.files.paths import shown
from weekly.publish.decision import Standing, stored
from weekly.publish.record import Publication, Wording
from weekly.week import Week

_FENCE = "---\n"


class Folder:
    """The week's file in a folder."""

    def __init__(self, folder: Path, week: Week) -> None:
        self._folder = folder
        self._path = folder / f"{week}.md"

    @property
    def name(self) -> str:
        """Which kind of place; the record lies beside the files, so that the folder may move."""
        return "folder"

    def find(self, ours: Wording, known: Publication | None) -> Standing | None:  # noqa: ARG002  the file is known by its name
        """The file, if it is there."""
        if not read.exists(self._path, PublishedError):
            return None
        raw = decode.read_text(self._path, PublishedError)
        return Standing(wording=_read(raw), raw=raw, url=self._url)

    def create(self, wording: Wording) -> Standing:
        """Write the file."""
        return self._write(wording, replaces=None)

    def update(self, old: Standing, wording: Wording) -> Standing:
        """Write it anew, if it still is what it was."""
        return self._write(wording, replaces=old.raw)

    def upload(self, path: Path) -> str:
        """Images stay where they are, told from the folder."""
        return Path(os.path.relpath(path.absolute(), self._folder.absolute())).as_posix()

    def _write(self, wording: Wording, *, replaces: str | None) -> Standing:
        is_there = read.exists(self._path, PublishedError)
        there = decode.read_text(self._path, PublishedError) if is_there else None
        if there != replaces:
            raise ChangedError(f"{shown(self._path)}: changed in this very moment")
        raw = f"{_FENCE}title: {json.dumps(wording.title, ensure_ascii=False)}\n{_FENCE}\n{wording.text}\n"
        atomic.write(self._path, raw)
        return Standing(wording=wording, raw=raw, url=self._url)

    @property
    def _url(self) -> str:
        """The path as a record can hold it, whatever bytes it is made of, and whoever's machine made it."""
        return os.fsencode(shown(self._path)).decode(errors="replace")


def _read(raw: str) -> Wording:
    """Title and text of a file; one without front matter is all text."""
    head, fence, text = raw.removeprefix(_FENCE).partition(_FENCE)
    title = next((line.removeprefix("title:").strip() for line in head.splitlines() if line.startswith("title:")), "")
    if not raw.startswith(_FENCE) or not fence:
        return Wording(title="", text=stored(raw))
    return Wording(title=_unquoted(title), text=stored(text.removeprefix("\n")))


def _unquoted(title: str) -> str:
    try:
        found = json.loads(title)
    except ValueError:
        return title
    return found if isinstance(found, str) else title
