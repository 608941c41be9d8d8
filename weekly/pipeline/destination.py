"""Choose the targets of a week's post."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from weekly.console import say
from weekly.errors import ConfigError, GivenError
from weekly.files.paths import FILE
from weekly.http.clock import DEFAULT_MAX_WAIT
from weekly.http.fetch import Session
from weekly.pipeline.context import Context, Project
from weekly.publish import folder
from weekly.publish.base import Destination, Request
from weekly.publish.discourse import destination as discourse
from weekly.publish.discussions import destination as discussions
from weekly.week import Week

TARGETS: tuple[Callable[[Request], Destination | None], ...] = (
    discourse.forum,
    discussions.discussions,
    folder.folder,
)
"""Every publish target. A post goes to each that returns a destination, and to a folder if no other does."""


def destinations_of(
    week: Week,
    project: Project,
    context: Context,
    *,
    to: Path | None = None,
    topic: int | None = None,
    target: str | None = None,
    is_trial: bool = False,
    is_unattended: bool = False,
    max_wait: float = DEFAULT_MAX_WAIT,
) -> tuple[Destination, ...]:
    """Return where the week's post goes, or only the target of that name. Ask no server."""
    request = Request(
        week=week,
        root=project.root,
        config=project.config,
        environment=context.environment,
        session=Session(max_wait=max_wait, say=say, clock=context.clock),
        to=None if to is None else context.folder / to,
        topic=topic,
        is_trial=is_trial,
        is_unattended=is_unattended,
    )
    chosen = tuple(destination for build in TARGETS if (destination := build(request)) is not None)
    public = tuple(destination for destination in chosen if destination.is_public)
    if target is not None and all(destination.target.section != target for destination in public):
        raise GivenError(f"--target {target}: {FILE} has no [{target}]; add it, or leave the option out")
    if not chosen:
        raise ConfigError(
            f"{FILE}: has no [forum] and no [discussions]; add one, or publish into a folder with --to DIR"
        )
    return tuple(destination for destination in public if target in (None, destination.target.section)) or chosen
