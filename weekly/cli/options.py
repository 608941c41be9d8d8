"""Define options that several commands share."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from weekly import archive
from weekly.console import Verbosity, set_verbosity
from weekly.files.paths import project_of
from weekly.http.clock import DEFAULT_MAX_WAIT
from weekly.model.reference import pull_of
from weekly.pipeline.context import Context, Project
from weekly.week import Week

Command = TypeVar("Command", bound=Callable[..., Any])
FOLDER = click.Path(path_type=Path, file_okay=False)
PATH = click.Path(path_type=Path)
Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def project_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options of a command on a project. The function gets the context and the project."""

    def with_project(context: Context, /, folder: Path | None, **values: Any) -> int:
        return function(context, Project.at(folder or context.folder), **values)

    return folder_options(functools.update_wrapper(with_project, function))


def folder_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options of a command on a project's folder. The function gets the context, and the folder if given."""
    return click.option(
        "-C",
        "folder",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        help="The folder of weekly.toml. Default: this folder or the nearest above.",
    )(common_options(function))


def common_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options of every command. The function gets the context."""
    command = click.pass_obj(function)
    command = click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")(command)
    for flag, name, verbosity, text in (
        ("-v", "--verbose", Verbosity.VERBOSE, "Print details."),
        ("-q", "--quiet", Verbosity.QUIET, "Print only results and errors."),
    ):
        callback = functools.partial(_set_verbosity, verbosity)
        command = click.option(flag, name, is_flag=True, expose_value=False, callback=callback, help=text)(command)
    return command


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


def json_option(command: Command) -> Command:
    """Add the choice between text and JSON, as `form`."""
    choice = click.Choice(["text", "json"])
    return click.option(
        "--format", "form", type=choice, default="text", show_default=True, help="Text for people or JSON for programs."
    )(command)


def week_option(
    default: str | None = "last",
    *,
    text: str = "Any day of the week (2023-03-27), 2023-W13, 'last' or 'this'. Default: last.",
    has_ref: bool = False,
    complete: Complete | None = None,
) -> Callable[[Command], Command]:
    """Return what adds a week, as an argument or an option, which the command gets as `week_text`.

    With `has_ref`, a pull request may follow the week, which the command gets as `ref`.
    """

    def add(command: Command) -> Command:
        @functools.wraps(command)
        def with_week(*args: Any, words: tuple[str, ...], week_option: str | None, **values: Any) -> Any:
            if has_ref:
                words, values["ref"] = _split_ref(words)
            if words and week_option is not None:
                raise click.UsageError("the week is given twice; give it as an argument or with --week")
            week = " ".join(words) or (default if week_option is None else week_option)
            return command(*args, week_text=week, **values)

        option = click.option("--week", "week_option", metavar="WEEK", help=text, shell_complete=_weeks)
        metavar = "[WEEK] [REF]" if has_ref else "[WEEK]"
        argument = click.argument("words", metavar=metavar, nargs=-1, shell_complete=complete or _weeks)
        return argument(option(with_week))  # type: ignore[return-value]  # click's decorators return what they get

    return add


def _split_ref(words: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """Separate a pull request from the words of a week. A number alone may be the year of a date."""
    if not words:
        return words, None
    last = words[-1]
    is_ref = re.search(r"#\d+$", last) or ("/" in pull_of(last) and "#" in pull_of(last))
    is_number = last.isdecimal() and len(words) <= 2 and len(last) != len("20230327")
    return (words[:-1], last) if is_ref or is_number else (words, None)


def weeks_between(first: Week, last: Week) -> list[Week]:
    """Return the weeks of --since and --until."""
    if last < first:
        raise click.UsageError(f"--until {last} is before --since {first}")
    return [first.shifted(number) for number in range(last.weeks_since(first) + 1)]


def archived_weeks(ctx: click.Context) -> tuple[Path, tuple[str, ...]] | None:
    """Return the project's folder and its archived weeks for completion, None outside a project."""
    folder = ctx.params.get("folder")
    root = project_of(Path(folder).absolute() if folder else Path.cwd())
    return (root, archive.mondays(root)) if root else None


def _weeks(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the archived weeks, the newest first."""
    project = archived_weeks(ctx)
    names = ("last", "this", *reversed(project[1] if project else ()))
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _set_verbosity(verbosity: Verbosity, _ctx: click.Context, _parameter: click.Parameter, is_given: bool) -> None:
    if is_given:
        set_verbosity(verbosity)
