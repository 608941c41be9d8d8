"""Show help with examples and environment variables, and word errors of the command line like all other errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click

ENVIRONMENT = {
    "GITHUB_TOKEN": "A GitHub token, also read from GH_TOKEN. Without it, weekly reads less, and more slowly.",
    "GITHUB_API_URL": "The REST API of a GitHub Enterprise server.",
    "GITHUB_GRAPHQL_URL": "The GraphQL API of a GitHub Enterprise server.",
    "GITHUB_SERVER_URL": "The web address of a GitHub Enterprise server.",
    "GITHUB_REPOSITORY": "The repository for pull requests and issues, as owner/name.",
    "DISCOURSE_API_KEY": "The key for publishing on the forum.",
    "DISCOURSE_API_USERNAME": "The account of the key.",
    "DISCOURSE_URL": "Another forum than the one in weekly.toml.",
    "WRITER_KEY": "The key of the model's server that [writer] in weekly.toml names. Without it, GitHub Models takes "
    "GITHUB_TOKEN, but not GH_TOKEN.",
    "NO_COLOR": "Turns off colours if set.",
}
GITHUB = ("GITHUB_TOKEN", "GITHUB_API_URL", "GITHUB_GRAPHQL_URL", "GITHUB_SERVER_URL")
FORUM = ("DISCOURSE_API_KEY", "DISCOURSE_API_USERNAME", "DISCOURSE_URL")


class HelpCommand(click.Command):
    """A command whose help ends with examples and environment variables."""

    def __init__(
        self, *args: Any, examples: Sequence[str] = (), environment: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.environment = environment

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and the environment variables."""
        write_examples(self.examples, formatter)
        if self.environment:
            with formatter.section("Environment"):
                formatter.write_dl([(name, ENVIRONMENT[name]) for name in self.environment])
        super().format_epilog(ctx, formatter)


def write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    """Write examples, one a line."""
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")


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
