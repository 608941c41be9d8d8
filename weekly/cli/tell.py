"""`weekly tell`: one issue while the unattended run needs a hand, and none once all is well."""

from __future__ import annotations

import json

import click

from weekly.cli.world import World, say


@click.command()
@click.option("--result", required=True, help="How the run ended, as GitHub Actions calls it: success, failure …")
@click.option("--troubles", default="", help="What went wrong, as `weekly monday` put it into its output.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show where an error comes from.")
@click.pass_obj
def tell(world: World, result: str, troubles: str) -> int:
    """Open or update the one issue that says what failed and what to do; close it when a run went well.

    Needs GITHUB_TOKEN and GITHUB_REPOSITORY, and the right to write issues.
    """
    from weekly.cli.asking import client_of
    from weekly.errors import GivenError
    from weekly.hub import Hub
    from weekly.summary import of_trouble
    from weekly.titles.english import numbered

    repo = world.get("GITHUB_REPOSITORY")
    if repo is None:
        raise GivenError("GITHUB_REPOSITORY: not set, so it isn't known where the issue is; give owner/name")
    hub = Hub(client_of(world, max_wait=600.0), repo)
    run = f"{world.get('GITHUB_SERVER_URL') or 'https://github.com'}/{repo}/actions/runs/{world.get('GITHUB_RUN_ID')}"
    if result == "success":
        closed = hub.well_again(f"All is well again: {run}")
        say(f"{numbered(closed, 'issue')} closed" if closed else "all is well, and no issue was open")
    elif result in ("failure", "cancelled"):  # a job that takes too long is cancelled
        say(f"told in {hub.troubled(of_trouble(_listed(troubles), run))}")
    else:
        say(f"the run was {result}: nothing to tell")
    return 0


def _listed(troubles: str) -> list[str]:
    """What went wrong; nothing where the run ended before it could say."""
    try:
        found = json.loads(troubles or "[]")
    except ValueError:
        return [troubles]
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]
