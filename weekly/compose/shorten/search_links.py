"""Lines that count pull requests and link to exactly these: GitHub's search for a repository and a week."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from itertools import groupby
from urllib.parse import quote

from weekly.model import UPSTREAM, Counted, Named, Placement, PullRequest, UpstreamProject
from weekly.text.english import numbered
from weekly.week import Week

LISTED = f"{UPSTREAM}: "
"""What the place of a pull request begins with that stands in a list."""

_PULL = re.compile(r"(?P<site>https?://[^/\s]+)/(?P<owner>[^/\s]+)/(?P<name>[^/\s]+)/pull/\d+")


def hidden_bases(placements: Sequence[Placement]) -> Mapping[str, set[str]]:
    """The base branches that aren't shown, by the address of their repository."""
    found: dict[str, set[str]] = defaultdict(set)
    for placement in placements:
        home = _home(placement.pull)
        if home and placement.pull.base and not any(place.startswith(LISTED) for place in placement.places):
            found[home].add(placement.pull.base)
    return found


def _home(pull: PullRequest) -> str:
    """The address of a pull request's repository; empty where it isn't one of GitHub's form."""
    match = _PULL.fullmatch(pull.url)
    return f"{match['site']}/{match['owner']}/{match['name']}" if match else ""


def counted(project: UpstreamProject, week: Week, hidden: Mapping[str, set[str]]) -> tuple[Counted, ...]:
    """A line for each repository of a project; none where the pull requests of one can't be linked to."""
    homes = [(home, list(pulls)) for home, pulls in groupby(sorted(project.pulls, key=_home), key=_home)]
    if not all(home for home, _ in homes):
        return ()
    found = []
    for home, pulls in homes:
        repo = home.split("/", 3)[3]
        text = f"{numbered(len(pulls), 'merged pull request')}" + (f" in {repo}" if len(homes) > 1 else "")
        url = f"{home}/pulls?q={_query(week)}{_bases(pulls, hidden.get(home, set()))}"
        found.append(Counted(text=text, url=url, pulls=tuple(pulls)))
    return tuple(found)


def _query(week: Week) -> str:
    """The search for what was merged in the week. GitHub's own range includes both ends, to the second."""
    first, last = week.start.astimezone(UTC), week.end.astimezone(UTC) - timedelta(seconds=1)
    return f"is:pr+is:merged+merged:{first:%Y-%m-%dT%H:%M:%SZ}..{last:%Y-%m-%dT%H:%M:%SZ}"


def _bases(pulls: Sequence[PullRequest], hidden: set[str]) -> str:
    """What keeps the search from finding those of branches that aren't shown."""
    shown = {pull.base for pull in pulls}
    if hidden and len(shown) == 1 and (base := shown.pop()):
        return f"+base:{quote(base)}"
    return "".join(f"+-base:{quote(base)}" for base in sorted(hidden))


def by_owner(projects: Sequence[UpstreamProject], week: Week) -> tuple[Named, ...]:
    """The projects by who owns their repositories, with a link to all that was merged there."""
    owners: dict[str, list[UpstreamProject]] = defaultdict(list)
    for project in projects:
        homes = {_home(pull).rpartition("/")[0] for pull in project.pulls}
        owners[homes.pop() if len(homes) == 1 else ""].append(project)
    found = []
    for owner in sorted(owners, key=lambda owner: (not owner, owner)):
        site, _, name = owner.rpartition("/")
        pulls = sum(len(project.pulls) for project in owners[owner])
        listed = ", ".join(f"{project.name} ({len(project.pulls):,})" for project in owners[owner])
        found.append(
            Named(
                text=f"{numbered(pulls, 'merged pull request')} in {numbered(len(owners[owner]), 'project')}: {listed}",
                owner=name,
                url=f"{site}/search?type=pullrequests&q=user:{quote(name)}+{_query(week)}" if owner else "",
            )
        )
    return tuple(found)
