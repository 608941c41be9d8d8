"""Sort a snapshot's pull requests into the projects that weekly.toml names."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

import msgspec

from weekly.config.project import ListedRepository, RepositoryConfig, expanded
from weekly.highlights.releases import ReleaseKind, release_kind, release_title, worth_naming
from weekly.model import Outcome, Problem, PullRequest, Release, ReleaseLink, RepoActivity, Severity, Snapshot
from weekly.text.english import numbered
from weekly.week import Week, zone_named


class ProjectActivity(msgspec.Struct, frozen=True, kw_only=True):
    """One project's week, with shown and hidden pull requests, gaps, doubts and releases.

    `is_listed` means that weekly.toml names it by a pattern only.
    """

    name: str
    pulls: tuple[PullRequest, ...] = ()
    hidden: tuple[PullRequest, ...] = ()
    gaps: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    releases: tuple[Release, ...] = ()
    release_links: tuple[ReleaseLink, ...] = ()
    is_listed: bool = False

    @property
    def is_known(self) -> bool:
        """Tell whether all its repositories could be read."""
        return not self.gaps


def group_by_project(snapshot: Snapshot, repositories: tuple[RepositoryConfig, ...]) -> tuple[ProjectActivity, ...]:
    """Sort a snapshot into the projects that the configuration names, in its order, each pull request once.

    A pattern's repositories are those that the snapshot lists.
    """
    by_name: dict[str, list[RepositoryConfig]] = {}
    for repository in expanded(repositories, snapshot.listed):
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
                releases=tuple(release for part in parts for release in part.releases),
                release_links=tuple(link for part in parts for link in part.release_links),
                is_listed=all(isinstance(member, ListedRepository) for member in members),
            )
        )
    return tuple(projects)


def pulls_of(
    repository: RepositoryConfig, activity: RepoActivity | None, week: Week
) -> tuple[tuple[PullRequest, ...], tuple[Problem, ...]]:
    """Return a repository's pull requests of all branches, and the gaps in them."""
    if activity is None:
        return (), (not_archived(repository.repo, week),)
    if not activity.outcome.is_answer:
        return activity.pulls, (_gap(repository.repo, activity.outcome.sentence, week),)
    return activity.pulls, ()


def is_shown(pull: PullRequest, branches: Sequence[str]) -> bool:
    """Tell whether a pull request's base branch fits a pattern. An unknown branch does."""
    return pull.base is None or any(fnmatchcase(pull.base, pattern) for pattern in branches)


def not_archived(source: str, week: Week, severity: Severity = Severity.BLOCKS) -> Problem:
    """Return the problem of a source of which the archived week has nothing."""
    return _gap(source, f"is not in the archive of this {week.noun}", week, severity)


def _activity_of(
    repository: RepositoryConfig, activity: RepoActivity | None, week: Week, seen: set[str]
) -> ProjectActivity:
    merged, gaps = pulls_of(repository, activity, week)
    pulls = sorted((pull for pull in merged if pull.url not in seen), key=lambda pull: pull.number)
    seen.update(pull.url for pull in pulls)
    shown = tuple(pull for pull in pulls if is_shown(pull, repository.branches))
    doubts: list[Problem] = []
    if activity and activity.outcome is Outcome.UNPROVEN:
        what = f"{Outcome.UNPROVEN.sentence}, and rebase merges don't show"
        doubts.append(_note(repository, what, "gather from GitHub, or allow it on a forum: publish_unproven"))
    if pulls and not shown and not gaps:
        gaps = (_unmatched_branches(repository, pulls),)
    if activity and (count := activity.unread_merges):
        name = "names" if count == 1 else "name"
        what = f"{numbered(count, 'commit')} of the {week.noun} {name} no pull request"
        unread = _note(repository, what, "gather from GitHub")
        gaps, doubts = (gaps, [*doubts, unread]) if shown else ((*gaps, unread), doubts)
    releases = activity.releases if activity else ()
    return ProjectActivity(
        name=repository.heading,
        pulls=shown,
        hidden=tuple(pull for pull in pulls if not is_shown(pull, repository.branches)),
        gaps=gaps,
        doubts=tuple(doubts),
        releases=releases,
        release_links=_release_links(repository, releases, week),
    )


def _unmatched_branches(repository: RepositoryConfig, pulls: Sequence[PullRequest]) -> Problem:
    """Return the gap of a week whose pull requests all went to branches that no pattern names.

    It stops publishing, by a check, but not rendering.
    """
    merged = numbered(len(pulls), "pull request")
    bases = ", ".join(sorted({pull.base or "" for pull in pulls}))
    what = f"{merged} went to {bases}, which branches ({', '.join(repository.branches)}) leaves out"
    return _note(repository, what, "correct branches in weekly.toml if the branch was renamed")


def _note(repository: RepositoryConfig, what: str, hint: str) -> Problem:
    return Problem(where=str(repository.repo), what=what, severity=Severity.NOTED, hint=hint)


def _gap(source: str, what: str, week: Week, severity: Severity = Severity.BLOCKS) -> Problem:
    hint = f"gather it: weekly gather {week.options} --refresh"
    return Problem(where=str(source), what=what, severity=severity, hint=hint)


def _release_links(repository: RepositoryConfig, releases: Sequence[Release], week: Week) -> tuple[ReleaseLink, ...]:
    """Return links to a repository's releases by their names for readers, the oldest first."""
    links = []
    for release in sorted(worth_naming(releases), key=lambda release: (release.published_at, release.tag)):
        kind = release_kind(release, repository.long_term)
        links.append(
            ReleaseLink(
                title=release_title(repository.heading, release),
                url=release.url,
                day=release.published_at.astimezone(zone_named(week.zone)).date(),
                remark="" if kind is ReleaseKind.FEATURE else kind.value,
            )
        )
    return tuple(links)
