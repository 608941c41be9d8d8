"""The way in and the way out: the group of commands, and what becomes of an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from weekly import __version__
from weekly.cli.world import World
from weekly.errors import WeeklyError

INTERRUPTED = 130

NAMES = ("render", "gather", "draft", "explain", "check", "preview", "publish", "monday", "tell", "init")
"""The commands in the order of the help, each in the module of its name."""


class Commands(click.Group):
    """Imports a command when it is called for: none waits for what another one needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """The names, as the help lists them."""
        return list(NAMES)

    def get_command(self, ctx: click.Context | None, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's
        """The command of that name."""
        if cmd_name not in NAMES:
            return None
        found: click.Command = getattr(import_module(f"weekly.cli.{cmd_name}"), cmd_name)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="weekly")
def weekly() -> None:
    """The weekly status report of a software project, made from its GitHub activity.

    A week is told by any of its days, by its ISO name, or as 'last' (the default) and 'this'. What is asked of
    GitHub is kept in archive/, so that a week is gathered once and its post can be made again without a network.
    """


def commands() -> dict[str, click.Command]:
    """Every command by its name."""
    return {name: found for name in NAMES if (found := weekly.get_command(click.Context(weekly), name))}


def main(arguments: Sequence[str] | None = None, world: World | None = None) -> None:
    """Run a command and leave with its exit code: 0 done, 1 something was found wrong, 2 what was given is wrong."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    world = world or World.real()
    try:
        code = weekly.main(args=arguments, prog_name="weekly", standalone_mode=False, obj=world)
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except WeeklyError as error:
        _say_error(str(error), arguments, world)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("weekly: interrupted; what was fetched by then is kept in archive/", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of stdout has gone, as with `weekly render | head`: nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  the last resort: a line instead of a traceback
        _say_error(
            f"this is a defect of weekly: {type(error).__name__}: {error}; --debug shows where", arguments, world
        )
        sys.exit(1)


def _say_error(message: str, arguments: Sequence[str], world: World) -> None:
    from weekly.markdown import harmless, printable

    if "--debug" in arguments:
        import traceback

        trace = traceback.format_exc()
        for secret in world.secrets:
            trace = trace.replace(secret, "…")
        click.echo(printable(trace), err=True)
    line = harmless(message)
    for secret in world.secrets:
        line = line.replace(secret, "…")
    click.echo(f"weekly: error: {line}", err=True)
