"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from weekly.http.retry import DEFAULT_MAX_WAIT

Command = TypeVar("Command", bound=Callable[..., Any])


def project_options(command: Command) -> Command:
    """The options that every command has."""
    command = click.option("--debug", is_flag=True, expose_value=False, help="Show where an error comes from.")(command)
    return click.option(
        "-C",
        "folder",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        help="Where weekly.toml is; else it is looked for in this folder and above.",
    )(command)


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
