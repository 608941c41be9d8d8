"""`weekly tell`: one issue while the unattended run needs a hand, and none once all is well."""

from __future__ import annotations

import json

import click

from weekly.automation.github import Repository
from weekly.automation.summary import of_trouble
from weekly.console import say
from weekly.errors import GivenError
from weekly.pipeline.backend import github_client
from weekly.pipeline.context import Context
from weekly.text.english import numbered


@click.command()
@click.option("--result", required=True, help="How the run ended, as GitHub Actions calls it: success, failure …")
@click.option("--troubles", "failures", default="", help="What went wrong, as `weekly monday` put it into its output.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show where an error comes from.")
@click.pass_obj
def tell(context: Context, result: str, failures: str) -> int:
    """Open or update the one issue that says what failed and what to do; close it when a run went well.

    Needs GITHUB_TOKEN and GITHUB_REPOSITORY, and the right to write issues.
    """
    repo = context.get("GITHUB_REPOSITORY")
    if repo is None:
        raise GivenError("GITHUB_REPOSITORY: not set, so it isn't known where the issue is; give owner/name")
    repository = Repository(github_client(context, max_wait=600.0), repo)
    run = (
        f"{context.get('GITHUB_SERVER_URL') or 'https://github.com'}/{repo}/actions/runs/{context.get('GITHUB_RUN_ID')}"
    )
    if result == "success":
        closed = repository.well_again(f"All is well again: {run}")
        say(f"{numbered(closed, 'issue')} closed" if closed else "all is well, and no issue was open")
    elif result in ("failure", "cancelled"):  # a job that takes too long is cancelled
        say(f"told in {repository.troubled(of_trouble(_listed(failures), run))}")
    else:
        say(f"the run was {result}: nothing to tell")
    return 0


def _listed(failures: str) -> list[str]:
    """What went wrong; nothing where the run ended before it could say."""
    try:
        found = json.loads(failures or "[]")
    except ValueError:
        return [failures]
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]
