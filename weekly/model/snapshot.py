"""The record of one gathered week."""

from datetime import datetime

from weekly.model.activity import Outcome, Problem, PullRequest, RepoActivity, Severity, Source
from weekly.model.base import Record
from weekly.model.external import (
    AdvisoryWeek,
    BranchWeek,
    CalendarWeek,
    FeedWeek,
    IndexWeek,
    Listing,
    OpenIssues,
    SourceWeek,
)
from weekly.model.github_urls import SITE
from weekly.week import Week


class Snapshot(Record, frozen=True, kw_only=True):
    """Everything gathered about one week, stored as a file of archive/. `site` is the GitHub server."""

    schema_version: int
    week: Week
    source: Source
    gathered_at: datetime
    note: str = ""
    site: str = SITE
    repos: tuple[RepoActivity, ...]
    feeds: tuple[FeedWeek, ...] = ()
    calendars: tuple[CalendarWeek, ...] = ()
    branches: tuple[BranchWeek, ...] = ()
    issues: tuple[OpenIssues, ...] = ()
    indexes: tuple[IndexWeek, ...] = ()
    advisories: tuple[AdvisoryWeek, ...] = ()
    listings: tuple[Listing, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_provisional(self) -> bool:
        """Tell whether the week was gathered before its end."""
        return self.gathered_at < self.week.end

    @property
    def pulls(self) -> tuple[PullRequest, ...]:
        """Every pull request of the week, in the order of repositories, then by number."""
        return tuple(pull for repo in self.repos for pull in repo.pulls)

    @property
    def listed(self) -> dict[str, tuple[str, ...]]:
        """The repositories that each pattern stood for."""
        return {listing.source: tuple(one.repo for one in listing.repos) for listing in self.listings}

    @property
    def unproven(self) -> tuple[str, ...]:
        """The repositories whose pull requests nobody counted."""
        return tuple(repo.repo for repo in self.repos if repo.outcome is Outcome.UNPROVEN)

    @property
    def source_weeks(self) -> tuple[SourceWeek, ...]:
        """The week of every source other than the repositories' pull requests."""
        return (*self.feeds, *self.calendars, *self.branches, *self.issues, *self.indexes, *self.advisories)

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Every problem of the repositories and of the other sources."""
        return (*self.problems, *(source.problem for source in self.source_weeks if source.problem))

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems that leave a gap in the post."""
        return tuple(problem for problem in self.all_problems if problem.severity is Severity.BLOCKS)
