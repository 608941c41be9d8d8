"""Hold the clock, the environment and the folders that commands use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from weekly import config
from weekly.config import Config
from weekly.config.delivery import Mode
from weekly.console import say
from weekly.errors import GivenError, WeekError
from weekly.http.clock import Clock, ServerTime
from weekly.model.github_urls import SITE
from weekly.publish.preconditions import untimely
from weekly.week import Week, parse_week


class Context(NamedTuple):
    """Clock, environment and current folder as one value, so that tests can replace them."""

    now: datetime
    environment: Mapping[str, str]
    folder: Path
    clock: Clock

    @classmethod
    def real(cls) -> Context:
        """Read the context of this process."""
        try:
            folder = Path.cwd()
        except OSError as error:
            raise GivenError(f"the current folder: {error.strerror}; go to an existing folder") from error
        return cls(now=datetime.now(UTC), environment=os.environ, folder=folder, clock=Clock())

    def get(self, name: str) -> str | None:
        """Return an environment variable, None if it is unset or empty, as GitHub Actions passes unset secrets."""
        return self.environment.get(name, "").strip() or None

    @property
    def github_token(self) -> str | None:
        """The token for GitHub, from GITHUB_TOKEN or, as its command line has it, GH_TOKEN."""
        return self.get("GITHUB_TOKEN") or self.get("GH_TOKEN")

    @property
    def site(self) -> str:
        """The web address of GitHub, or of the GitHub Enterprise server."""
        return (self.get("GITHUB_SERVER_URL") or SITE).rstrip("/")

    @property
    def repository(self) -> str:
        """The repository of this run. Raise GivenError outside GitHub Actions."""
        if repo := self.get("GITHUB_REPOSITORY"):
            return repo
        raise GivenError("GITHUB_REPOSITORY: not set, as it is in GitHub Actions; set it to owner/name")

    @property
    def run_address(self) -> str:
        """The page of this run on GitHub, "" elsewhere."""
        repo, number = self.get("GITHUB_REPOSITORY"), self.get("GITHUB_RUN_ID")
        return f"{self.site}/{repo}/actions/runs/{number}" if repo and number else ""

    @property
    def others(self) -> tuple[ServerTime, ...]:
        """The time by the clocks of the servers that have answered."""
        return self.clock.others(self.now)

    @property
    def safe_now(self) -> datetime:
        """The earliest time that any clock shows, for weeks that have ended by all clocks."""
        return min((other.now for other in self.others), default=self.now)


class Project(NamedTuple):
    """A project's folder, its weekly.toml, and whether the writer's sentences may be used."""

    root: Path
    config: Config
    uses_writer: bool = True

    @classmethod
    def at(cls, folder: Path) -> Project:
        """Load the project of the nearest weekly.toml, in `folder` or above."""
        path = config.find(folder)
        return cls(root=path.parent, config=config.load(path))

    def publishing(self, mode: Mode) -> Project:
        """Return the project as it publishes in a mode. Nobody reviews a direct post, so it needs a permission."""
        is_allowed = mode is not Mode.DIRECT or self.config.writer.publish
        return self._replace(uses_writer=self.uses_writer and is_allowed)

    @property
    def templates(self) -> Path:
        """The project's own templates, which take precedence over the bundled ones."""
        return self.root / "templates"


def week_of(text: str, project: Project, context: Context) -> Week:
    """Return the week that --week names, and report its Monday if the name is another."""
    zone = str(project.config.project.zone)
    week = parse_week(text, now=context.now, zone=zone)
    if week.start > context.now:
        raise WeekError(f"week {text!r}: the week of {week} has not begun yet")
    if text.strip() != str(week):
        say(f"the week of {week} ({week.title})")
    return week


def report_clocks(context: Context, *weeks: Week) -> None:
    """Report where servers' clocks contradict these weeks, or else differ much from the local clock."""
    lines = [line for week in weeks for line in untimely(week, context.now, context.others)]
    for line in lines or context.clock.news(context.now):
        say(f"note: {line}")
