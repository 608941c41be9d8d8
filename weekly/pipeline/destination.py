"""Choose where a week's post goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from weekly.config import FILE
from weekly.console import say
from weekly.errors import ConfigError
from weekly.http.clock import DEFAULT_MAX_WAIT
from weekly.http.fetch import Session
from weekly.pipeline.context import Context, Project
from weekly.publish import folder
from weekly.publish.base import Destination, Request
from weekly.publish.discourse import destination as discourse
from weekly.week import Week

TARGETS: tuple[Callable[[Request], Destination | None], ...] = (
    folder.given_folder,
    discourse.forum,
    folder.scheduled_folder,
)
"""Every publish target. The first that returns a destination is used."""


def destination_of(
    week: Week,
    project: Project,
    context: Context,
    *,
    to: Path | None = None,
    topic: int | None = None,
    is_trial: bool = False,
    is_unattended: bool = False,
    max_wait: float = DEFAULT_MAX_WAIT,
) -> Destination:
    """Return where the week's post goes. Asks no server."""
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
    for target in TARGETS:
        destination = target(request)
        if destination is not None:
            return destination
    raise ConfigError(f"{FILE}: has no [forum]; add one, or publish into a folder with --to DIR")
