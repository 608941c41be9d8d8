"""Define options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from weekly.http.retry import DEFAULT_MAX_WAIT

Command = TypeVar("Command", bound=Callable[..., Any])


def project_options(command: Command) -> Command:
    """Add the options of every command."""
    command = click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")(command)
    return click.option(
        "-C",
        "folder",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        help="The folder of weekly.toml. Default: this folder or the nearest above.",
    )(command)


def max_wait_option(who: str) -> Callable[[Command], Command]:
    """Return the option that limits how long `who` may make weekly wait."""
    return click.option(
        "--max-wait",
        type=click.FloatRange(min=0),
        default=DEFAULT_MAX_WAIT,
        show_default=True,
        metavar="SECONDS",
        help=f"The longest total wait when {who} asks for it.",
    )


week_option = click.option(
    "--week",
    "week_text",
    default="last",
    show_default=True,
    metavar="WEEK",
    help="Any day of the week (2023-03-27), 2023-W13, 'last' or 'this'.",
)
