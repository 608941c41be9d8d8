"""Show help with grouped commands, examples and environment variables."""

from __future__ import annotations

from collections.abc import Sequence
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
