"""Implement `weekly init`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import click

from weekly import scaffold
from weekly.cli.help import GITHUB, HelpCommand
from weekly.cli.options import FOLDER, common_options
from weekly.config.project import RepoName, RepoPattern, external_id_prefix
from weekly.console import put, say
from weekly.errors import ForumError, GivenError, SourceError
from weekly.files import atomic
from weekly.files.paths import FILE, shown
from weekly.gather.github.listing import About, about, active_repositories
from weekly.http.fetch import Session
from weekly.model.reference import host_of, owner_of, repository_of
from weekly.pipeline.backend import github_client
from weekly.pipeline.context import Context
from weekly.publish.discourse.api import queue_of
from weekly.publish.discourse.categories import Categories
from weekly.publish.discourse.client import Access, Client
from weekly.scaffold import ACTION_FILE, PLACEHOLDER, Beginning
from weekly.text.english import listed
from weekly.week import parse_week

ACTIVE = timedelta(days=90)
"""The time since the last change after which an organisation's repository is left out."""
MAX_WAIT = 30.0
DISTRIBUTION = "weekly-status-post"


@click.command(
    cls=HelpCommand,
    examples=(
        "weekly init octo/hello",
        "weekly init octo/hello https://github.com/octo/world --name Octo",
        "weekly init octo                      an organisation's active repositories",
        "weekly init 'octo/*'                  all its repositories, discovered each week",
        "weekly init octo/world -C world       a second project in this repository",
        "weekly init octo/hello --forum https://forum.example.org --category News",
        "weekly init octo/hello --discussions octo/hello --category Announcements",
    ),
    environment=(*GITHUB, "DISCOURSE_API_KEY", "DISCOURSE_API_USERNAME"),
)
@click.argument("repositories", metavar="REPOSITORY…", nargs=-1)
@click.option("--name", help="The project's name. Default: the repository's name, or the owner of several.")
@click.option("--forum", metavar="URL", help="The Discourse forum for posts. Without any, posts are files.")
@click.option("--discussions", metavar="OWNER/NAME", help="The repository whose GitHub Discussions are for posts.")
@click.option("--category", help="The name of the category for posts. A forum's may also be a number or an address.")
@click.option(
    "--mode",
    type=click.Choice(["review", "direct"]),
    default="review",
    show_default=True,
    help="'review' proposes each post as a pull request, 'direct' publishes it at once.",
)
@click.option(
    "--action",
    metavar="OWNER/NAME@COMMIT",
    help="The repository and commit of weekly for the workflows. Default: where this weekly was installed from.",
)
@click.option(
    "-C",
    "folder",
    type=FOLDER,
    help="The project's folder, for one of several projects in a repository. Default: this one.",
)
@common_options
def init(context: Context, /, folder: Path | None, **values: Any) -> int:
    """Set up a new project with weekly.toml, workflows and notes.

    REPOSITORY is owner/name, an address, a pattern as owner/*, or an organisation for its active repositories. Without
    any, weekly asks for them at a terminal.

    Reads names, default branches and labels from GitHub where possible. The first week is the last complete one.
    Existing files don't change, except that a further project is added to existing workflows.
    """
    root = context.folder / folder if folder else context.folder
    if (root / FILE).exists():
        raise GivenError(f"{shown(root / FILE)}: exists already; edit it, or remove it to start again")
    answers = Answers(**values)
    if not answers.repositories:
        answers = _ask(answers)
    if answers.forum and answers.discussions:
        raise click.UsageError("--forum and --discussions can't be combined; add the second one in weekly.toml")
    if bool(answers.forum or answers.discussions) != bool(answers.category):
        where = "--discussions" if answers.discussions else "--forum"
        raise click.UsageError(f"{where} and --category must be given together")
    discussions = str(_repository(answers.discussions, RepoName)) if answers.discussions else ""
    top, folder_name = scaffold.in_repository(root)
    workflows = _workflows(top, folder_name, answers.action, discusses=bool(discussions))
    repositories = _about(_expanded(answers.repositories, context), context)
    name = answers.name or scaffold.project_name(repositories)
    beginning = scaffold.Beginning(
        name=name,
        repositories=repositories,
        first_week=parse_week("last", now=context.now, zone="UTC"),
        mode=answers.mode,
        forum=(answers.forum or "").rstrip("/"),
        discussions=discussions,
        category=answers.category or "",
        prefix=external_id_prefix(name, repositories[0].repo),
    )
    if beginning.forum:
        _try_forum(beginning, context)
    _write(top, folder_name, beginning, workflows)
    for line in _next_steps(root, beginning, context, is_complete=PLACEHOLDER not in "".join(workflows.values())):
        say(line)
    return 0


class Answers(NamedTuple):
    """The choices from the command line or the terminal."""

    repositories: tuple[str, ...]
    name: str | None
    forum: str | None
    discussions: str | None
    category: str | None
    mode: str
    action: str | None


def _ask(answers: Answers) -> Answers:
    """Ask for the choices that the command line lacks."""
    if not (sys.stdin and sys.stdin.isatty()):
        raise click.UsageError("REPOSITORY: missing; give owner/name, an address or an organisation")
    repositories = click.prompt("Repositories (owner/name, addresses or an organisation)", err=True).split()
    name = answers.name or click.prompt("The project's name, empty for the repository's", default="", err=True)
    if answers.discussions:
        return answers._replace(repositories=tuple(repositories), name=name)
    forum = answers.forum or click.prompt("The Discourse forum's address, empty for files", default="", err=True)
    category = answers.category or (click.prompt("The forum's category", err=True) if forum else "")
    return answers._replace(repositories=tuple(repositories), name=name, forum=forum, category=category)


def _expanded(names: Sequence[str], context: Context) -> tuple[str, ...]:
    """Return the named repositories, with those of organisations in their place."""
    repositories: dict[str, str] = {}
    for name in names:
        host, own = host_of(name), host_of(context.site)
        if host and host.removeprefix("www.") != own:
            raise GivenError(f"{name}: is on {host}, and weekly reads {own}; give a repository there")
        owner = owner_of(name)
        for repository in _repositories_of(owner, context) if owner else [str(_repository(name))]:
            if repository.lower() in repositories and not owner:
                raise GivenError(f"{name}: is given twice; give it once")
            repositories[repository.lower()] = repository
    return tuple(repositories.values())


def _repository(name: str, kind: type[RepoPattern] = RepoPattern) -> RepoPattern:
    try:
        return kind(name)
    except ValueError as error:
        raise GivenError(str(error)) from error


def _repositories_of(owner: str, context: Context) -> tuple[str, ...]:
    """Return an organisation's active repositories."""
    try:
        active = active_repositories(github_client(context, max_wait=MAX_WAIT), owner, since=context.now - ACTIVE)
    except SourceError as error:
        raise GivenError(f"{owner}: {error}; or give its repositories as {owner}/name") from error
    if not active:
        raise GivenError(f"{owner}: has no active public repository on GitHub; give repositories as owner/name")
    say(f"{owner}: {', '.join(active)}; remove what the post isn't about from weekly.toml")
    return active


def _about(repositories: Sequence[str], context: Context) -> tuple[About, ...]:
    """Return GitHub's data on the repositories, or only their names if GitHub can't be reached."""
    names = [repository for repository in repositories if "*" not in repository]
    patterns = tuple(About(repo=repository) for repository in repositories if "*" in repository)
    try:
        known = about(github_client(context, max_wait=MAX_WAIT), names)
    except SourceError as error:
        say(str(error))
        say("weekly.toml has the usual names, branches and labels instead of GitHub's; check them")
        return tuple(About(repo=repo) for repo in repositories)
    for repository in known:
        if not repository.is_known:
            say(
                f"{repository.repo}: not found on GitHub or not readable with this token; check its name in weekly.toml"
            )
    return (*known, *patterns)


def _try_forum(beginning: Beginning, context: Context) -> None:
    """Report what publishing would stumble over. The forum may be unreachable from here, so this is no error."""
    key, user = context.get("DISCOURSE_API_KEY"), context.get("DISCOURSE_API_USERNAME")
    session = Session(max_wait=MAX_WAIT, say=say, clock=context.clock)
    client = Client(session, Access(url=beginning.forum, key=key, user=user))
    try:
        Categories(client).number_of(int(beginning.category) if beginning.category.isdigit() else beginning.category)
        queue = queue_of(client, user) if key and user else ()
    except ForumError as error:
        say(f"{error}; weekly.toml has the forum as you gave it")
        return
    if isinstance(queue, int):
        say(
            f"{client.access.base}: the key can't read the posts of {user} that wait for approval ({queue}); check "
            "DISCOURSE_API_USERNAME and the key's scopes"
        )


def _workflows(top: Path, folder: str, action: str | None, *, discusses: bool) -> dict[str, str]:
    """Return the workflows to write or to extend. A repository chooses its action with its first project."""
    workflows = scaffold.workflows(action or _origin(), folder, discusses=discusses)
    if not (top / scaffold.CALLED).exists():
        return workflows
    if discusses and "discussions: write" not in (top / scaffold.CALLED).read_text("utf-8"):
        say("the workflows may not write discussions; add `discussions: write` wherever they may write contents")
    return {name: text for name, text in workflows.items() if (top / name).exists()}


def _write(top: Path, folder: str, beginning: Beginning, workflows: Mapping[str, str]) -> None:
    """Write the project's files and the repository's workflows. Existing workflows run for the project too."""
    week = beginning.first_week
    own = {f"weeks/{week}.toml": scaffold.notes(week), FILE: scaffold.configuration(beginning)}
    files = {**workflows, **{PurePosixPath(folder, name).as_posix(): text for name, text in own.items()}}
    for name, text in files.items():
        old = (top / name).read_text("utf-8") if (top / name).exists() else None
        extended = scaffold.with_folder(old, folder) if old and name in workflows else old
        if extended and name in workflows and beginning.discussions:
            extended = scaffold.with_discussions(extended)
        if extended != old and extended:
            atomic.write(top / name, extended)
            say(f"{name}: runs for {folder} too")
        elif old is not None:
            say(f"{name}: exists already and stays as it is")
        else:
            atomic.write(top / name, text)
            put(f"{name}\n")


def _next_steps(root: Path, beginning: Beginning, context: Context, *, is_complete: bool) -> Iterator[str]:
    """Yield what to do next, in order, with addresses to click."""
    own = scaffold.own_repository(root)
    settings = f"{context.site}/{own or 'OWNER/NAME'}/settings"
    secrets = "Add to it the secrets DISCOURSE_API_KEY and DISCOURSE_API_USERNAME, from your forum's admin pages"
    fill_in = f"Fill in the marked line of {ACTION_FILE}: weekly's repository and commit"
    unknown = [one.repo for one in beginning.repositories if not one.is_known and "*" not in one.repo]
    steps = [
        *(
            [f"Check the names, branches and labels in {FILE}: GitHub doesn't show {listed(unknown)}"]
            if unknown
            else []
        ),
        "Look at the post: weekly render; weekly check",
        f"Create the environment 'weekly' for the default branch: {settings}/environments",
        *([secrets] if beginning.forum else []),
        *([f"Switch on discussions in {beginning.discussions}: Settings > General"] if beginning.discussions else []),
        *([f"Allow GitHub Actions to create pull requests: {settings}/actions"] if beginning.mode == "review" else []),
        *([] if is_complete else [fill_in]),
        "Commit the files and push them",
        f"Set the variable WEEKLY_ENABLED to true: {settings}/variables/actions",
    ]
    yield "next:" if own else "next, with your repository for OWNER/NAME:"
    yield from (f"{number}. {step}" for number, step in enumerate(steps, 1))


def _origin() -> str:
    """Return the GitHub repository and commit that weekly was installed from, if any."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        origin = json.loads(distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return ""
    repository = repository_of(origin.get("url", ""))
    is_github = re.match(r"(?:https|ssh)://(?:git@)?github\.com/", origin.get("url", ""))
    commit = origin.get("vcs_info", {}).get("commit_id", "")
    return f"{repository}@{commit}" if is_github and commit else ""
