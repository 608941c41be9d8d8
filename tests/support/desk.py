"""A project that is ready to publish, and the stand-in forum that it publishes to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from tests.conftest import ROOT, Ran, Weekly
from tests.support.discourse import KEY, USER, Discourse
from tests.support.server import Server, serving
from weekly import archive
from weekly.model import Snapshot, Source
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
LINE = "- A line of the editor's own."


class Desk:
    """`weekly publish`, the project's folder and the forum."""

    def __init__(self, folder: Path, forum: Discourse, server: Server) -> None:
        self.folder, self.forum, self.server = folder, forum, server
        self.weekly = Weekly(folder)
        self.weekly.environment = {
            "DISCOURSE_URL": server.url,
            "DISCOURSE_API_KEY": KEY,
            "DISCOURSE_API_USERNAME": USER,
            "GITHUB_API_URL": server.url,
        }

    def publish(self, *options: str) -> Ran:
        ran = self.weekly("publish", "--week", "2023-03-27", *options)
        assert KEY not in ran.out + ran.err, "the key was printed"
        return ran

    def done(self, *options: str) -> Ran:
        """`publish`, which must go well."""
        ran = self.publish(*options)
        assert ran.code == 0, ran.err
        return ran

    @property
    def text(self) -> str:
        return self.weekly("render", "--week", "2023-03-27").out.rstrip()

    @property
    def records(self) -> Path:
        return self.folder / "published"

    def lose_record(self) -> None:
        shutil.rmtree(self.records, ignore_errors=True)

    def configure(self, words: str, replacement: str) -> None:
        path = self.folder / "weekly.toml"
        text = path.read_text(encoding="utf-8")
        changed = text.replace(words, replacement, 1)
        assert words in text
        path.write_text(changed, encoding="utf-8")

    def news(self) -> None:
        """Something new in the post: another line under Ubuntu."""
        self.configure('name = "Ubuntu"\nentries = []', 'name = "Ubuntu"\nentries = ["A new snap was built."]')

    def change_snapshot(self, **changes: object) -> None:
        snapshot = archive.load(self.folder, WEEK)
        assert snapshot is not None
        archive.save(self.folder, msgspec.structs.replace(snapshot, **changes))


def gathered() -> Snapshot:
    """The sample's week as if it had been gathered from GitHub: the sample itself is never published."""
    snapshot = archive.load(ROOT, WEEK)
    assert snapshot is not None
    return msgspec.structs.replace(
        snapshot, source=Source.GRAPHQL, note="", gathered_at=datetime(2023, 4, 3, 6, tzinfo=UTC)
    )


@contextmanager
def opened(folder: Path) -> Iterator[Desk]:
    """A desk in `folder`, its forum serving."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "weekly.toml", folder)
    archive.save(folder, gathered())
    forum = Discourse()
    with serving(Server(forum)) as server:
        yield Desk(folder, forum, server)
