"""Implement `weekly monday` and `weekly tell`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import msgspec

from weekly.automation.github import Repository
from weekly.automation.summary import of_trouble
from weekly.cli.help import FORUM, GITHUB, HelpCommand
from weekly.cli.options import FOLDER, common_options, folder_options, week_option
from weekly.console import say
from weekly.errors import GivenError
from weekly.pipeline.backend import github_client
from weekly.pipeline.context import Context
from weekly.pipeline.monday import MondayOptions, run_monday
from weekly.text.english import numbered


@click.command(
    cls=HelpCommand,
    examples=(
        "weekly monday --dry-run            show which weeks are due, and what would happen",
        "weekly monday --mode direct        publish them",
    ),
    environment=(*FORUM, *GITHUB, "GITHUB_REPOSITORY", "WRITER_KEY"),
)
@week_option(None, text="Only this week. Default: every week that is due.")
@click.option(
    "--mode",
    type=click.Choice(["configured", "direct", "review", "merged"]),
    default="configured",
    show_default=True,
    help="How to publish. 'merged' publishes only reviewed weeks, whose review/*.md was merged.",
)
@click.option(
    "--dry-run", is_flag=True, help="Gather and show the result, but publish, commit, push and propose nothing."
)
@click.option("--push", is_flag=True, help="Commit and push the results. Reviews need this.")
@click.option("--trees", type=FOLDER, help="The folder for checking out review branches. Default: a temporary one.")
@click.option(
    "--only",
    type=click.Choice(["publish", "prepare", "propose", "check"]),
    help="Only this part: publish, prepare what is to be reviewed, propose what was prepared, or check what is proposed.",
)
@click.option(
    "--proposals",
    type=FOLDER,
    help="The folder of prepared weeks, for --only prepare and --only propose. For --only check, where it writes the posts.",
)
@folder_options
def monday(context: Context, /, folder: Path | None, **values: Any) -> int:
    """Publish or propose every week that is due, the oldest first.

    Weeks are due from schedule.first_week on, or else from the newest record on. Depending on schedule.mode, each is
    published at once or proposed as a pull request, whose merge publishes it. In GitHub Actions it also writes a step
    summary.

    Exits with 1 if a week can't be published.
    """
    return run_monday(folder or context.folder, context, MondayOptions(**values))


@click.command(
    cls=HelpCommand,
    examples=("weekly tell --result failure --troubles '[\"…\"]'", "weekly tell --result success"),
    environment=("GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_API_URL", "GITHUB_SERVER_URL"),
)
@click.option("--result", default="", help="The run's result in GitHub Actions: success, failure or cancelled.")
@click.option("--troubles", "failures", default="", help="The failures, as `weekly monday` outputs them.")
@click.option("--needs", default="", help="Both, for several jobs: their results and outputs as JSON.")
@click.option("--week", default="", help="The only week of the run. It closes no issue, since others may still fail.")
@click.option("--folder", default=".", show_default=True, help="The project's folder, which has an issue of its own.")
@common_options
def tell(context: Context, result: str, failures: str, needs: str, week: str, folder: str) -> int:
    """Report a failed run in an issue, and close it after a good run.

    Requires GITHUB_REPOSITORY, and a GITHUB_TOKEN that may write issues.
    """
    jobs = _jobs(needs) or (_Job(result, {"troubles": failures}),)
    result = next((worst for worst in ("failure", "cancelled", "success") if worst in [job.result for job in jobs]), "")
    messages = [message for job in jobs for message in _listed(job.outputs.get("troubles", ""))]
    repository = Repository(github_client(context, max_wait=600.0), context.repository, folder=folder)
    if result == "success" and week:
        say("this week went well; an issue on other weeks stays open")
    elif result == "success":
        closed = repository.close_issues(f"All is well again: {context.run_address}")
        say(f"{numbered(closed, 'issue')} closed" if closed else "all is well, no issue was open")
    elif result in ("failure", "cancelled"):  # a job that takes too long is cancelled
        say(f"reported in {repository.open_issue(of_trouble(messages, context.run_address))}")
    else:
        say(f"the run was {result or 'skipped'}, nothing to report")
    return 0


class _Job(msgspec.Struct, frozen=True):
    """A job's result and outputs, as GitHub Actions gives them to the jobs after it."""

    result: str
    outputs: dict[str, str] = msgspec.field(default_factory=dict)


def _jobs(needs: str) -> tuple[_Job, ...]:
    """Return the jobs of `needs` as JSON, none where it is empty."""
    if not needs.strip():
        return ()
    try:
        return tuple(msgspec.json.decode(needs, type=dict[str, _Job]).values())
    except msgspec.DecodeError as error:
        raise GivenError(f"--needs: isn't what GitHub Actions gives as toJSON(needs): {error}") from error


def _listed(failures: str) -> list[str]:
    """Return the failures, none if the run ended before it could report any."""
    try:
        values = json.loads(failures or "[]")
    except ValueError:
        return [failures]
    return [str(value) for value in values] if isinstance(values, list) else [str(values)]
