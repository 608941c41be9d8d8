"""What commands know of the world: clock, environment, folders. Read here, passed on from here.

What `weekly --help` needs is imported at the top; what a command needs, where it needs it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

if TYPE_CHECKING:
    from weekly.clocks import Clock, Elsewhere
    from weekly.config import Config
    from weekly.week import Week

Command = TypeVar("Command", bound=Callable[..., Any])

_SECRETS = ("GITHUB_TOKEN", "DISCOURSE_API_KEY")


class World(NamedTuple):
    """The outside as one value, so that tests can give another."""

    now: datetime
    environment: Mapping[str, str]
    folder: Path
    clock: Clock

    @classmethod
    def real(cls) -> World:
        """The world as it is."""
        from weekly.clocks import Clock
        from weekly.errors import GivenError

        try:
            folder = Path.cwd()
        except OSError as error:
            raise GivenError(f"the current folder: {error.strerror}; go to one that is there") from error
        return cls(now=datetime.now(UTC), environment=os.environ, folder=folder, clock=Clock())

    def get(self, name: str) -> str | None:
        """An environment variable; None where it is unset or empty, as an unset secret is in GitHub Actions."""
        return self.environment.get(name, "").strip() or None

    @property
    def others(self) -> tuple[Elsewhere, ...]:
        """What time it is by the clocks of the servers that have answered."""
        return self.clock.others(self.now)

    @property
    def safe_now(self) -> datetime:
        """The earliest time that any clock has: what is over by that is over by all of them."""
        return min((other.now for other in self.others), default=self.now)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be printed."""
        return secrets_of(self.environment)


def secrets_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """What of the environment must never be printed."""
    return tuple(secret for name in _SECRETS if (secret := environment.get(name, "").strip()))


class Site(NamedTuple):
    """A project's folder: where weekly.toml is, and what stands beside it."""

    root: Path
    config: Config

    @classmethod
    def at(cls, folder: Path) -> Site:
        """The project of the nearest weekly.toml, in `folder` or above."""
        from weekly import config

        path = config.find(folder)
        return cls(root=path.parent, config=config.load(path))

    @property
    def templates(self) -> Path:
        """The project's own templates, which go before ours."""
        return self.root / "templates"


def week_of(text: str, site: Site, world: World) -> Week:
    """The week that --week means; said on stderr where it was named by another day than its Monday."""
    from weekly.errors import WeekError
    from weekly.week import parse_week

    zone = str(site.config.project.zone)
    week = parse_week(text, now=world.now, zone=zone)
    if week.start > world.now:
        raise WeekError(f"--week {text}: the week of {week} has not begun yet")
    if text.strip() != str(week):
        say(f"the week of {week} ({week.title})")
    return week


def say(message: str) -> None:
    """A word to the person at the terminal, or in the log; stdout is for the result alone.

    Where nobody listens any more, the work goes on: it is not done for what is said of it.
    """
    from weekly.markdown import harmless

    with suppress(OSError):
        click.echo(f"weekly: {harmless(message)}", err=True)


def say_time(world: World, *weeks: Week) -> None:
    """Say what servers' clocks have against these weeks, or else whether they differ by much from this machine's."""
    from weekly.readiness import untimely

    found = [line for week in weeks for line in untimely(week, world.now, world.others)]
    for line in found or world.clock.news(world.now):
        say(f"note: {line}")


def put(text: str) -> None:
    """The result, in UTF-8 whatever the locale; names of files as they are."""
    from weekly.errors import WeeklyError

    if sys.stdout is None:
        raise WeeklyError("stdout: is closed, so there is nowhere to print to; open it")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode(errors="surrogateescape"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # as with `weekly render | head`: nobody is left to tell
    except OSError as error:
        raise WeeklyError(f"stdout: can't be written: {error.strerror}; make room there, and run again") from error


def put_lines(text: str) -> None:
    """Lines for people, who may read them at a terminal: somebody's words in them don't command it."""
    from weekly.markdown import printable

    put(printable(text))


def site_options(command: Command) -> Command:
    """The options that every command has."""
    command = click.option("--debug", is_flag=True, expose_value=False, help="Show where an error comes from.")(command)
    return click.option(
        "-C",
        "folder",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        help="Where weekly.toml is; else it is looked for in this folder and above.",
    )(command)


DEFAULT_MAX_WAIT = 300.0
"""Seconds that a person may be made to wait by somebody's limits."""


def max_wait_option(who: str) -> Callable[[Command], Command]:
    """The option that bounds all waits where `who` asks for them."""
    return click.option(
        "--max-wait",
        type=click.FloatRange(min=0),
        default=DEFAULT_MAX_WAIT,
        show_default=True,
        metavar="SECONDS",
        help=f"How long to wait in all where {who} asks for it.",
    )


week_option = click.option(
    "--week",
    "week_text",
    default="last",
    show_default=True,
    metavar="WEEK",
    help="Any day of the week (2023-03-27), 2023-W13, 'last' or 'this'.",
)
