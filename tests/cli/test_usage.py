"""Errors of the command line are worded like all others."""

from __future__ import annotations

import click
import pytest

from weekly.cli.help import hint_of, message_of


@click.command()
@click.option("--level", "-l", type=int, required=True)
@click.option("--kind", type=click.Choice(["a", "b"]))
@click.option("--size", type=click.IntRange(min=1))
def command(level: int, kind: str, size: int) -> None:
    """Do nothing."""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--level: missing; give it"),
        (["--level", "x"], "--level: 'x' is not a valid integer"),
        (["--level"], "--level: requires an argument"),
        (["-l", "1", "--kind", "c"], "--kind: 'c' is not one of 'a', 'b'"),
        (["-l", "1", "--size", "0"], "--size: 0 is not in the range x>=1"),
        (["-l", "1", "--sizes", "0"], "--sizes: no such option; did you mean '--size'?"),
        (["-l", "1", "more"], "got unexpected extra argument (more)"),
    ],
)
def test_a_usage_error_names_the_option(arguments: list[str], message: str) -> None:
    with pytest.raises(click.ClickException) as raised:
        command.main(arguments, prog_name="tool", standalone_mode=False)
    assert message_of(raised.value).startswith(message)
    assert hint_of(raised.value) in ("see 'tool --help'", "see 'weekly --help'")
