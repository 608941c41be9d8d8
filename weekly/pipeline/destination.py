"""Choose the targets of a week's post."""

from __future__ import annotations

from collections.abc import Callable

from weekly.console import say
from weekly.errors import ConfigError, GivenError
from weekly.files.paths import FILE
from weekly.http.fetch import Session
from weekly.pipeline.context import Context, Project
from weekly.publish.base import Destination, PublishOptions, Request
from weekly.publish.discourse.destination import forum_destination
from weekly.publish.discussions.target import discussions_destination
from weekly.publish.folder import folder_destination
from weekly.week import Week

TARGETS: tuple[Callable[[Request], Destination | None], ...] = (
    forum_destination,
    discussions_destination,
    folder_destination,
)
"""Every publish target. A post goes to each that returns a destination, and to a folder if no other does."""


def destinations_of(week: Week, project: Project, context: Context, options: PublishOptions) -> tuple[Destination, ...]:
    """Return where the week's post goes, or only the target that the options name. Ask no server."""
    request = Request(
        week=week,
        root=project.root,
        config=project.config,
        environment=context.environment,
        session=Session(max_wait=options.max_wait, say=say, clock=context.clock),
        options=options._replace(to=options.to and context.folder / options.to),
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
