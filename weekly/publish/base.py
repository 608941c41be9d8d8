"""Define what a publish target is, and how one is chosen for a week."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from weekly.config import Config
from weekly.config.limits import Limits
from weekly.errors import UnsureError
from weekly.http.clock import DEFAULT_MAX_WAIT
from weekly.http.fetch import Session
from weekly.publish.decision import RemotePost
from weekly.publish.merge import Side
from weekly.publish.record import Publication, Wording
from weekly.week import Week


class Target(Protocol):
    """A service that holds one post a week.

    Writes raise ChangedError when the post isn't what was read, UnsureError when no answer came, and any other
    TargetError when refused.
    """

    @property
    def section(self) -> str:
        """The target's table in weekly.toml."""

    @property
    def name(self) -> str:
        """The target's address. Records of another name belong to another target."""

    @property
    def external_id(self) -> str:
        """The id by which the target finds the week's post again, "" if it needs none."""

    def limits(self) -> Limits:
        """Return how long texts and titles may be."""

    def find(self, ours: Wording, known: Publication | None) -> RemotePost | None:
        """Return the week's post, or None if there is none. Change nothing."""

    def create(self, wording: Wording) -> RemotePost:
        """Create the post. Called twice, it makes one post."""

    def update(self, old: RemotePost, wording: Wording) -> RemotePost:
        """Change the post, if it still is `old`."""

    def upload(self, path: Path) -> str:
        """Upload an image. Return the address for the post, always the same for the same image."""


def unsure(error: Exception) -> UnsureError:
    """Return the error for a write that may have happened."""
    return UnsureError(f"{error}; it may have been saved anyway: run again, and weekly checks that first")


class Records(NamedTuple):
    """The folder of a target's records, and the week in question."""

    folder: Path
    week: Week


class Destination(NamedTuple):
    """A target, where its records are, and what may be published there.

    `max_length`: the configured length of a post, if less than the target's own. `is_public`: the sample may not go
    there. `permits_unproven` is None where no setting allows it. `files`: the files that an unattended run commits
    besides the records, from the project's folder. `adapt` returns a post's text in the target's own Markdown.
    `chart_file`: the file for the post's chart, if the target has one of its own.
    """

    target: Target
    records: Records
    max_length: int | None = None
    is_public: bool = True
    permits_unproven: bool | None = None
    files: tuple[str, ...] = ()
    adapt: Callable[[str], str] = str
    takes_pictures: bool = True
    chart_file: Path | None = None


class PublishOptions(NamedTuple):
    """The options of `weekly publish`, or of an unattended run."""

    dry_run: bool = False
    early: bool = False
    theirs: bool = False
    ours: bool = False
    trial: bool = False
    topic: int | None = None
    to: Path | None = None
    target: str | None = None
    max_wait: float = DEFAULT_MAX_WAIT
    is_unattended: bool = False

    @property
    def side(self) -> Side | None:
        """The side that wins where both changed the same lines."""
        return Side.THEIRS if self.theirs else Side.OURS if self.ours else None


class Request(NamedTuple):
    """A week to publish, with everything that a target may be chosen and built by."""

    week: Week
    root: Path
    config: Config
    environment: Mapping[str, str]
    session: Session
    options: PublishOptions = PublishOptions()

    def get(self, name: str) -> str | None:
        """Return an environment variable, or None if unset or empty."""
        return self.environment.get(name, "").strip() or None
