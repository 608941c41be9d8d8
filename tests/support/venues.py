"""Every publish target with its stand-in, driven in the same way: what somebody does there, and what a run finds."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path

from tests.support.discourse import KEY, USER, Discourse
from tests.support.discussions import REPO, TOKEN, Discussions
from tests.support.server import Request as HttpRequest
from tests.support.server import Server, serving
from weekly import config
from weekly.http.fetch import Session
from weekly.pipeline.destination import TARGETS
from weekly.publish import execute, folder
from weekly.publish.base import Destination, PublishOptions, Request
from weekly.publish.discourse.destination import forum_destination
from weekly.publish.discussions.target import discussions_destination
from weekly.publish.execute import Outcome
from weekly.publish.folder import folder_destination
from weekly.publish.merge import Side, unmarked
from weekly.publish.record import Wording, load_publication
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
CONFIG = """
[project]
name = "Acme"
[series]
title = "Acme status of {monday}"
[[repositories]]
repo = "acme/tool"
[[sections]]
kind = "upstream"
"""


class Venue(ABC):
    """A target and its stand-in. The flags say what a kind of target can't do."""

    section = ""
    is_served = True
    """A server answers."""
    knows_own = True
    """It tells an unedited post without the record."""
    accepts_another = True
    """It takes another post where somebody deleted the first."""
    guards_title = True
    """It notices that somebody changed the title during an update."""
    closes = True
    """Posts can be closed."""
    has_limit = True
    """Texts have a limit."""

    def __init__(self, folder: Path, server: Server | None = None) -> None:
        self.folder, self.server = folder, server
        self.messages: list[str] = []

    @property
    @abstractmethod
    def table(self) -> str:
        """Its table in weekly.toml."""

    @property
    @abstractmethod
    def posts(self) -> list[Wording]:
        """What is there by our account, the oldest first."""

    @abstractmethod
    def edit(self, text: str | None = None, *, title: str | None = None) -> None:
        """Somebody edits our only post by hand."""

    @abstractmethod
    def delete(self) -> None:
        """Somebody deletes our only post."""

    def close(self) -> None:
        """Somebody closes our only post."""
        raise NotImplementedError

    def copy_by_stranger(self) -> None:
        """A stranger posts the title and text of our only post, the hidden mark included."""
        raise NotImplementedError

    def wait(self) -> None:
        """Minutes go by, after which a server has forgotten its answers."""
        return

    def is_write(self, request: HttpRequest) -> bool:
        """Tell whether a request changes anything."""
        return request.method != "GET"

    @property
    def environment(self) -> dict[str, str]:
        return {}

    def destination(self, root: Path | None = None) -> Destination:
        """Where a run from that folder publishes."""
        path = (root or self.folder) / "weekly.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CONFIG + self.table, encoding="utf-8")
        request = Request(
            week=WEEK, root=path.parent, config=config.load(path), environment=self.environment,
            session=Session(max_wait=60), options=PublishOptions(to=self.to),
        )  # fmt: skip
        (destination,) = (found for target in TARGETS if (found := target(request)) is not None)
        return destination

    @property
    def to(self) -> Path | None:
        return None

    def publish(self, ours: Wording, side: Side | None = None, destination: Destination | None = None) -> Outcome:
        """One run."""
        where = destination or self.destination()
        target, records = where.target, where.records
        known, limit = load_publication(*records), target.limits().post_length
        return execute.Publishing(target, ours, records, side, limit, self.messages.append).publish(known)

    @property
    def records(self) -> dict[str, bytes]:
        folder = self.destination().records.folder
        return {path.name: path.read_bytes() for path in sorted(folder.glob("2*"))}

    def lose_records(self) -> None:
        shutil.rmtree(self.destination().records.folder, ignore_errors=True)

    @property
    def requests(self) -> int:
        return len(self.server.requests) if self.server else 0


class ForumVenue(Venue):
    section = "forum"
    accepts_another = False  # the deleted topic holds the external id

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.forum = Discourse(takes_duplicate_titles=True)
        super().__init__(folder, stack.enter_context(serving(Server(self.forum))))

    @property
    def table(self) -> str:
        assert self.server is not None
        return f'[forum]\nurl = "{self.server.url}"\ncategory = 4\n'

    @property
    def environment(self) -> dict[str, str]:
        return {"DISCOURSE_API_KEY": KEY, "DISCOURSE_API_USERNAME": USER}

    @property
    def posts(self) -> list[Wording]:
        return [Wording(title=one.title, text=unmarked(one.raw)) for one in self.forum.standing if one.user == USER]

    def edit(self, text: str | None = None, *, title: str | None = None) -> None:
        self.forum.now += timedelta(hours=1)
        (topic,) = (one for one in self.forum.standing if one.user == USER)
        self.forum._revise(topic, text, title, "somebody", None)

    def delete(self) -> None:
        self.forum.only.deleted = True

    def close(self) -> None:
        self.forum.only.closed = True

    def copy_by_stranger(self) -> None:
        self.forum.begin(self.forum.only.title, self.forum.only.raw, user="somebody")

    def wait(self) -> None:
        self.forum.now += timedelta(minutes=3)


class DiscussionsVenue(Venue):
    section = "discussions"
    guards_title = False  # GitHub has no history of titles

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.hub = Discussions()
        super().__init__(folder, stack.enter_context(serving(Server(self.hub))))

    table = f'[discussions]\nrepository = "{REPO}"\ncategory = "Announcements"\n'

    @property
    def environment(self) -> dict[str, str]:
        assert self.server is not None
        return {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": self.server.url}

    @property
    def posts(self) -> list[Wording]:
        return [
            Wording(title=one.title, text=unmarked(one.body))
            for one in self.hub.discussions.values()
            if one.author != "somebody"
        ]

    def edit(self, text: str | None = None, *, title: str | None = None) -> None:
        (discussion,) = (one for one in self.hub.discussions.values() if one.author != "somebody")
        mark = discussion.body[len(unmarked(discussion.body)) :]
        self.hub.edit(discussion, text if text is None else text + mark, title)

    def delete(self) -> None:
        self.hub.discussions.clear()

    def close(self) -> None:
        self.hub.only.closed = True

    def is_write(self, request: HttpRequest) -> bool:
        return b"mutation" in request.body

    def copy_by_stranger(self) -> None:
        self.hub.begin(self.hub.only.title, self.hub.only.body, user="somebody")


class FolderVenue(Venue):
    section = "folder"
    is_served = knows_own = closes = has_limit = False
    table = ""

    def __init__(self, folder: Path, _: ExitStack) -> None:
        super().__init__(folder)

    @property
    def to(self) -> Path:
        return self.folder / "site"

    @property
    def _path(self) -> Path:
        return self.to / f"{WEEK}.md"

    @property
    def posts(self) -> list[Wording]:
        return [folder._read(path.read_bytes().decode()) for path in self.to.glob("*.md")]

    def edit(self, text: str | None = None, *, title: str | None = None) -> None:
        (post,) = self.posts
        title, text = title or post.title, text if text is not None else post.text
        self._path.write_bytes(f'---\ntitle: "{title}"\n---\n\n{text}\n'.encode())

    def delete(self) -> None:
        self._path.unlink()


VENUES = {
    forum_destination: ForumVenue,
    discussions_destination: DiscussionsVenue,
    folder_destination: FolderVenue,
}
"""One row for each target."""


@contextmanager
def opened(kind: type[ForumVenue | DiscussionsVenue | FolderVenue], folder: Path) -> Iterator[Venue]:
    with ExitStack() as stack:
        yield kind(folder, stack)
