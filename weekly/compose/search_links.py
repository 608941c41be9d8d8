"""Count pull requests in lines that link to GitHub's search for a repository and week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from urllib.parse import quote

from weekly.model import UPSTREAM, Counted, Named, Placement, PullRequest, UpstreamProject
from weekly.model.github_urls import repository_of
from weekly.text.english import numbered
from weekly.week import Week

LISTED = f"{UPSTREAM}: "
"""The beginning of a pull request's position in a list."""


def hidden_bases(placements: Sequence[Placement]) -> Mapping[str, set[str]]:
    """Return the base branches that aren't shown, by the address of their repository."""
    hidden: dict[str, set[str]] = defaultdict(set)
    for placement in placements:
        home = _home(placement.pull)
        if home and placement.pull.base and not any(place.startswith(LISTED) for place in placement.places):
            hidden[home].add(placement.pull.base)
    return hidden


def _home(pull: PullRequest) -> str:
    """Return the address of a pull request's repository, "" where it isn't one of GitHub's form."""
    repository = repository_of(pull.url)
    return repository.url if repository else ""


def counted(project: UpstreamProject, week: Week, hidden: Mapping[str, set[str]]) -> tuple[Counted, ...]:
    """Return a line for each repository of a project, none where a pull request can't be linked to."""
    homes: dict[str, list[PullRequest]] = defaultdict(list)
    for pull in project.pulls:
        homes[_home(pull)].append(pull)
    if "" in homes:
        return ()
    lines = []
    for home, pulls in sorted(homes.items()):
        repo = home.split("/", 3)[3]
        text = f"{numbered(len(pulls), 'merged pull request')}" + (f" in {repo}" if len(homes) > 1 else "")
        url = f"{home}/pulls?q={_query(week)}{_bases(pulls, hidden.get(home, set()))}"
        lines.append(Counted(text=text, url=url, pulls=tuple(pulls)))
    return tuple(lines)


def _query(week: Week) -> str:
    """Return the search for what was merged in the week. GitHub's range includes both ends, to the second."""
    first, last = week.start.astimezone(UTC), week.end.astimezone(UTC) - timedelta(seconds=1)
    return f"is:pr+is:merged+merged:{first:%Y-%m-%dT%H:%M:%SZ}..{last:%Y-%m-%dT%H:%M:%SZ}"


def _bases(pulls: Sequence[PullRequest], hidden: set[str]) -> str:
    """Return the terms that exclude branches that aren't shown."""
    shown = {pull.base for pull in pulls}
    if hidden and len(shown) == 1 and (base := shown.pop()):
        return f"+base:{quote(base)}"
    return "".join(f"+-base:{quote(base)}" for base in sorted(hidden))


def by_owner(projects: Sequence[UpstreamProject], week: Week) -> tuple[Named, ...]:
    """Group projects by the owner of their repositories, with a link to all that was merged there."""
    owners: dict[tuple[str, str], list[UpstreamProject]] = defaultdict(list)
    for project in projects:
        repositories = [repository_of(pull.url) for pull in project.pulls]
        homes = {(address.site, address.owner) if address else ("", "") for address in repositories}
        owners[homes.pop() if len(homes) == 1 else ("", "")].append(project)
    lines = []
    for (site, owner), members in sorted(owners.items(), key=lambda item: (not item[0][1], item[0])):
        pulls = sum(len(project.pulls) for project in members)
        listed = ", ".join(f"{project.name} ({len(project.pulls):,})" for project in members)
        lines.append(
            Named(
                text=f"{numbered(pulls, 'merged pull request')} in {numbered(len(members), 'project')}: {listed}",
                owner=owner,
                url=f"{site}/search?type=pullrequests&q=user:{quote(owner)}+{_query(week)}" if owner else "",
            )
        )
    return tuple(lines)
