"""Word errors of the command line like all other errors."""

from __future__ import annotations

from collections.abc import Iterable

import click


def unknown_command(name: str, names: Iterable[str], ctx: click.Context) -> click.UsageError:
    """Return the error for a command that doesn't exist."""
    import difflib  # only for errors

    return click.UsageError(f"{name}: no such command{_suggestion(difflib.get_close_matches(name, names, n=1))}", ctx)


def message_of(error: click.ClickException) -> str:
    """Return an error's message in our words, without its exit code."""
    match error:
        case click.NoSuchOption():
            return f"{error.option_name}: no such option{_suggestion(error.possibilities or ())}"
        case click.MissingParameter():
            return f"{_name(error.param)}: missing; give it"
        case click.BadOptionUsage():
            return f"{error.option_name}: {_uncapitalised(error.message.partition(' ')[2].partition(' ')[2])}"
        case click.BadParameter():
            return f"{_name(error.param)}: {_uncapitalised(error.message)}"
    return _uncapitalised(error.format_message())


def hint_of(error: click.ClickException) -> str:
    """Return a line that names the command's help."""
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    return f"see '{ctx.command_path if ctx else 'weekly'} --help'"


def _name(parameter: click.Parameter | None) -> str:
    return max(parameter.opts, key=len) if parameter else "a parameter"


def _suggestion(names: Iterable[str]) -> str:
    close = list(names)
    return f"; did you mean '{close[0]}'?" if close else ""


def _uncapitalised(message: str) -> str:
    """Return a message that can follow a colon."""
    message = message.strip().removesuffix(".")
    is_word = message[:2].istitle() and message[1:2].islower()
    return message[:1].lower() + message[1:] if is_word else message
