"""Run commands, report their errors and set the exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING

import click

from weekly import __version__
from weekly.cli.help import hint_of, message_of, unknown_command, write_examples
from weekly.console import Verbosity, say_always, set_verbosity, styled, without_commands, without_secrets
from weekly.errors import WeeklyError
from weekly.files.paths import shown
from weekly.text.markdown import harmless, printable

if TYPE_CHECKING:
    from weekly.pipeline.context import Context

GC_THRESHOLD = 50_000
"""New objects before a garbage collection. Python's 700 take a tenth of a render's CPU time."""

INTERRUPTED = 128 + signal.SIGINT
_STOPS = ("SIGTERM", "SIGHUP")
"""Signals that end a command like Ctrl-C, from a cancelled job or a closed terminal."""

GROUPS = {
    "Begin": {
        "init": "Set up a new project with weekly.toml, workflows and notes.",
    },
    "Write the post": {
        "gather": "Read merged pull requests and other sources into archive/.",
        "draft": "Write weeks/<monday>.toml with suggestions for the editor.",
        "edit": "Edit the post of a week in your browser.",
        "render": "Print the post of a week.",
        "preview": "Write the post as an HTML page that looks like the forum.",
        "explain": "Explain the kind and position of each pull request.",
        "check": "Check the post, the notes, the templates and the archive.",
        "learn": "Learn kinds from the project's own past, and write learned.tsv.",
    },
    "Publish it": {
        "publish": "Create or update the week's post at each of its targets, without overwriting edits.",
    },
    "Run unattended": {
        "monday": "Publish or propose every week that is due, the oldest first.",
        "tell": "Report a failed run in an issue, and close it after a good run.",
    },
}
"""The commands in the order of the help. The help of each begins with this line."""
_MODULES = {"draft": "notes", "edit": "notes", "learn": "notes", "monday": "unattended", "tell": "unattended"}
"""The modules of commands that share one. The others are in the module of the same name."""
NAMES = tuple(name for commands in GROUPS.values() for name in commands)
_EXAMPLES = (
    "weekly init octo/hello           set up a project",
    "weekly render                    print last week's post",
    "weekly render 2023-03-27         print another week's post",
    "weekly publish --dry-run         show what would be published",
)
_COMPLETION = (
    'Completion: eval "$(_WEEKLY_COMPLETE=bash_source weekly)", or zsh_source and fish_source for other shells.'
)


class Commands(click.Group):
    """A group that imports a command only when it is called, to start quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the names in the order of the help."""
        return list(NAMES)

    def get_command(self, ctx: click.Context | None, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's
        """Import and return a command."""
        if cmd_name not in NAMES:
            return None
        module = import_module(f"weekly.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the named command, or suggest a similar one."""
        if args and not ctx.resilient_parsing and args[0] not in NAMES and not args[0].startswith("-"):
            raise unknown_command(args[0], NAMES, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's
        """Write the commands in groups, with their whole summaries."""
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()), col_max=10)
        write_examples(_EXAMPLES, formatter)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_COMPLETION,
)
@click.version_option(__version__, prog_name="weekly")
@click.option("-C", "folder", metavar="DIR", help="The folder of weekly.toml, as after the command.")
@click.pass_context
def weekly(ctx: click.Context, folder: str | None) -> None:
    """Write a software project's weekly status post from its GitHub activity.

    A week is any of its days, an ISO week, 'last' (the default) or 'this'. Gathered data is stored in archive/, so each
    week is gathered once, and its post can be rendered again without a network.
    """
    from weekly.pipeline.context import Context  # with the configuration, which help and usage errors don't need

    ctx.obj = ctx.obj or Context.real()
    if folder is not None:
        ctx.default_map = {name: {"folder": folder} for name in NAMES}


def commands() -> dict[str, click.Command]:
    """Return every command by name."""
    return {name: command for name in NAMES if (command := weekly.get_command(click.Context(weekly), name))}


def main(arguments: Sequence[str] | None = None, context: Context | None = None) -> None:
    """Run a command and exit with its code, as docs/commands.md lists them."""
    sys.exit(_code_of(sys.argv[1:] if arguments is None else list(arguments), context))


def run() -> None:
    """Run the command of a process of its own, quickly.

    Don't wait for threads, and don't unload the modules, which takes time. Files that threads write stay whole.
    """
    gc.set_threshold(GC_THRESHOLD)
    os._exit(_code_of(sys.argv[1:], None))


def _code_of(arguments: Sequence[str], context: Context | None) -> int:
    set_verbosity(Verbosity.NORMAL)
    with _stoppable():
        code = _run(arguments, context)
        _flush()
    return code


def _run(arguments: Sequence[str], context: Context | None) -> int:
    """Run a command, report its error and return the exit code."""
    try:
        code = weekly.main(args=arguments, prog_name="weekly", standalone_mode=False, obj=context)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        code = _failed(message_of(error), error.exit_code, arguments, context)
        say_always(hint_of(error))
        return code
    except WeeklyError as error:
        return _failed(str(error), error.exit_code, arguments, context)
    except (click.Abort, KeyboardInterrupt):
        return _stopped(INTERRUPTED)
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 1
        return _stopped(code) if code > 128 else code
    except OSError as error:
        what = f"{_shown(error.filename)}: {error.strerror}" if error.filename else error.strerror or str(error)
        return _failed(f"{what}; correct it and run again", 1, arguments, context)
    except Exception as error:  # noqa: BLE001  the last resort: a line instead of a traceback
        what = f"this is a bug in weekly: {type(error).__name__}: {error}; --debug shows the traceback"
        return _failed(what, 1, arguments, context)


def _shown(name: str | bytes | int) -> str:
    return str(name) if isinstance(name, int) else shown(os.fsdecode(name))


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turn termination signals into SystemExit, so that programs stop and files are cleaned up."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    known = [getattr(signal, name) for name in _STOPS if hasattr(signal, name)]
    taken = [number for number in known if signal.getsignal(number) is signal.SIG_DFL]  # nohup's stays ignored
    for number in taken:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _stopped(code: int) -> int:
    how = "interrupted" if code == INTERRUPTED else f"stopped by {signal.Signals(code - 128).name}"
    say_always(f"{how}; finished work is saved, so run again to continue")
    return code


def _flush() -> None:
    """Flush the streams, and ignore errors that nobody can read any more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _failed(message: str, code: int, arguments: Sequence[str], context: Context | None) -> int:
    line, trace = harmless(message), ""
    if "--debug" in arguments:
        import traceback

        trace = printable(traceback.format_exc())
    environment = context.environment if context else os.environ
    with suppress(OSError):
        click.echo(without_commands(without_secrets(trace, environment)), nl=False, err=True)
    say_always(f"{styled('error:', 'red', sys.stderr)} {without_secrets(line, environment)}")
    return code
