"""Sort a snapshot's pull requests into the projects that weekly.toml names."""

from __future__ import annotations

from fnmatch import fnmatchcase

import msgspec

from weekly.config import RepositoryConfig
from weekly.model import Outcome, Problem, PullRequest, RepoActivity, Severity, Snapshot
from weekly.week import Week


class ProjectActivity(msgspec.Struct, frozen=True, kw_only=True):
    """One project's week: pull requests shown and hidden, gaps in it, and doubts about it."""

    name: str
    pulls: tuple[PullRequest, ...] = ()
    hidden: tuple[PullRequest, ...] = ()
    gaps: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    is_known: bool = True


def group_by_project(snapshot: Snapshot, repositories: tuple[RepositoryConfig, ...]) -> tuple[ProjectActivity, ...]:
    """Sort a snapshot into the projects that the configuration names, in its order, each pull request once."""
    by_name: dict[str, list[RepositoryConfig]] = {}
    for repository in repositories:
        by_name.setdefault(repository.heading, []).append(repository)
    gathered = {activity.repo.lower(): activity for activity in snapshot.repos}
    seen: set[str] = set()
    projects = []
    for name, members in by_name.items():
        parts = [_activity_of(member, gathered.get(member.repo.lower()), snapshot.week, seen) for member in members]
        projects.append(
            ProjectActivity(
                name=name,
                pulls=tuple(pull for part in parts for pull in part.pulls),
                hidden=tuple(pull for part in parts for pull in part.hidden),
                gaps=tuple(gap for part in parts for gap in part.gaps),
                doubts=tuple(doubt for part in parts for doubt in part.doubts),
                is_known=not any(part.gaps for part in parts),
            )
        )
    return tuple(projects)


def _activity_of(
    repository: RepositoryConfig, activity: RepoActivity | None, week: Week, seen: set[str]
) -> ProjectActivity:
    if activity is None:
        return ProjectActivity(
            name=repository.heading, gaps=(_gap(repository, "is not in the archive of this week", week),)
        )
    pulls = sorted((pull for pull in activity.pulls if pull.url not in seen), key=lambda pull: pull.number)
    seen.update(pull.url for pull in pulls)
    shown = [pull for pull in pulls if _is_shown(pull, repository)]
    gaps = () if activity.outcome.is_answer else (_gap(repository, activity.outcome.sentence, week),)
    hidden = tuple(pull for pull in pulls if not _is_shown(pull, repository))
    doubts = (_doubt(repository),) if activity.outcome is Outcome.UNPROVEN else ()
    return ProjectActivity(name=repository.heading, pulls=tuple(shown), hidden=hidden, gaps=gaps, doubts=doubts)


def _gap(repository: RepositoryConfig, what: str, week: Week) -> Problem:
    hint = f"gather it: weekly gather --week {week} --refresh"
    return Problem(where=str(repository.repo), what=what, severity=Severity.BLOCKS, hint=hint)


def _doubt(repository: RepositoryConfig) -> Problem:
    """A clone's week may be whole, but nothing says so: a word, and no gap."""
    what = f"{Outcome.UNPROVEN.sentence}, and rebase merges don't show"
    hint = "gather from GitHub, or allow it: publish_unproven in weekly.toml"
    return Problem(where=str(repository.repo), what=what, severity=Severity.NOTED, hint=hint)


def _is_shown(pull: PullRequest, repository: RepositoryConfig) -> bool:
    """Whether the base branch is one to be shown; where nobody told the branch, it is."""
    return pull.base is None or any(fnmatchcase(pull.base, pattern) for pattern in repository.branches)
