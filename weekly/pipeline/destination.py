"""Choose the targets of a week's post."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from weekly.console import say
from weekly.errors import ConfigError, GivenError
from weekly.files.paths import FILE
from weekly.http.clock import DEFAULT_MAX_WAIT
from weekly.http.fetch import Session
from weekly.pipeline.context import Context, Project
from weekly.publish import folder
from weekly.publish.base import Destination, Request
from weekly.publish.discourse import destination as discourse
from weekly.publish.discussions.target import discussions
from weekly.publish.merge import Side
from weekly.week import Week

TARGETS: tuple[Callable[[Request], Destination | None], ...] = (
    discourse.forum,
    discussions,
    folder.folder,
)
"""Every publish target. A post goes to each that returns a destination, and to a folder if no other does."""


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


def destinations_of(week: Week, project: Project, context: Context, options: PublishOptions) -> tuple[Destination, ...]:
    """Return where the week's post goes, or only the target that the options name. Ask no server."""
    request = Request(
        week=week,
        root=project.root,
        config=project.config,
        environment=context.environment,
        session=Session(max_wait=options.max_wait, say=say, clock=context.clock),
        to=None if options.to is None else context.folder / options.to,
        topic=options.topic,
        is_trial=options.trial,
        is_unattended=options.is_unattended,
    )
    chosen = tuple(destination for build in TARGETS if (destination := build(request)) is not None)
    if not chosen and options.target is None:
        raise ConfigError(
            f"{FILE}: has no [forum] and no [discussions]; add one, or publish into a folder with --to DIR"
        )
    public = tuple(destination for destination in chosen if destination.is_public)
    named = tuple(one for one in public if options.target in (None, one.target.section))
    if options.target is not None and not named:
        raise GivenError(
            f"--target {options.target}: {FILE} has no [{options.target}]; add it, or leave the option out"
        )
    return named or chosen
