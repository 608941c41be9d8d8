"""Implement `weekly init`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from weekly import scaffold
from weekly.cli.help import GITHUB, HelpCommand
from weekly.cli.options import common_options
from weekly.config import FILE, RepoName
from weekly.console import put, say
from weekly.errors import GivenError, SourceError
from weekly.files import atomic
from weekly.files.paths import shown
from weekly.gather.github.repository import About, about
from weekly.pipeline.backend import github_client
from weekly.pipeline.context import Context
from weekly.scaffold import Beginning
from weekly.week import parse_week

DISTRIBUTION = "weekly-status-post"


@click.command(
    cls=HelpCommand,
    examples=(
        "weekly init octo/hello",
        "weekly init octo/hello octo/world --name Octo",
        "weekly init octo/hello --forum https://forum.example.org --category News",
    ),
    environment=GITHUB,
)
@click.argument("repositories", metavar="OWNER/NAME…", nargs=-1, required=True)
@click.option("--name", help="The project's name; default: the repository's, or of several their owner's.")
@click.option("--forum", metavar="URL", help="The Discourse forum that posts go to; without it they are files.")
@click.option("--category", help="The forum's category, by its name or number.")
@click.option(
    "--mode",
    type=click.Choice(["review", "direct"]),
    default="review",
    show_default=True,
    help="Whether Mondays propose the post as a pull request, or publish it at once.",
)
@click.option(
    "--action",
    metavar="OWNER/NAME@COMMIT",
    help="Where the workflows take weekly from; default: where this one was installed from, if that is GitHub.",
)
@click.option(
    "-C",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that becomes the project's; default: this one.",
)
@common_options
@click.pass_obj
def init(
    context: Context,
    repositories: tuple[str, ...],
    name: str | None,
    forum: str | None,
    category: str | None,
    mode: str,
    action: str | None,
    folder: Path | None,
) -> int:
    """Set up a new project with weekly.toml, workflows and notes.

    Reads names, default branches and labels from GitHub where possible. The first week is the last complete one.
    Existing files stay as they are.
    """
    if bool(forum) != bool(category):
        raise click.UsageError("--forum and --category go together")
    root = context.folder / folder if folder else context.folder
    _check(root, repositories)
    action = action or _origin()
    workflows = scaffold.workflows(action) if action else {}
    found = _asked(repositories, context)
    beginning = scaffold.Beginning(
        name=name or scaffold.project_name([one.repo for one in found]),
        repositories=found,
        first_week=parse_week("last", now=context.now, zone="UTC"),
        mode=mode,
        forum=forum or "",
        category=category or "",
    )
    _write(root, beginning, workflows)
    return 0


def _check(root: Path, repositories: Sequence[str]) -> None:

    if (root / FILE).exists():
        raise GivenError(f"{shown(root / FILE)}: there already; edit it, or take it away to begin anew")
    for repo in repositories:
        try:
            RepoName(repo)
        except ValueError as error:
            raise GivenError(str(error)) from error
    if len({repo.lower() for repo in repositories}) < len(repositories):
        raise GivenError(f"{' '.join(repositories)}: one of them is named twice; name each once")


def _asked(repositories: Sequence[str], context: Context) -> tuple[About, ...]:
    """Return GitHub's data on the repositories, or only their names if GitHub can't be reached."""
    try:
        found = about(github_client(context, max_wait=30.0), repositories)
    except SourceError as error:
        say(f"{error}; so names, branches and labels are as usual: look over weekly.toml")
        return tuple(About(repo=repo) for repo in repositories)
    for one in found:
        if not one.is_known:
            say(f"{one.repo}: not found on GitHub, or not readable with this token; it is written as you gave it")
    return found


def _write(root: Path, beginning: Beginning, workflows: Mapping[str, str]) -> None:

    week = beginning.first_week
    files = {f"weeks/{week}.toml": scaffold.notes(week), **workflows, "weekly.toml": scaffold.configuration(beginning)}
    for name, text in files.items():
        if (root / name).exists():
            say(f"{name}: there already, and left as it is")
        else:
            atomic.write(root / name, text)
            put(f"{name}\n")
    if not workflows:
        say("no workflows: nobody knows where to take weekly from; name it with --action owner/name@commit")
    say(f"next: weekly check; weekly render --week {week}; then commit, and set the variable WEEKLY_ENABLED to true")


def _origin() -> str:
    """Return the GitHub repository and commit that weekly was installed from, if any."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        told = json.loads(distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return ""
    match = re.fullmatch(r"(?:https|ssh)://(?:git@)?github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", told.get("url", ""))
    commit = told.get("vcs_info", {}).get("commit_id", "")
    return f"{match[1]}@{commit}" if match and commit else ""
