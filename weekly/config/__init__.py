"""Read weekly.toml, which a maintainer writes once."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Self

import msgspec
from msgspec import Meta, field

from weekly.config.delivery import DiscussionsConfig, ForumConfig, LedgerConfig, ScheduleConfig
from weekly.config.external import VideosConfig
from weekly.config.highlights import HighlightRules, ThanksRules, TrendConfig
from weekly.config.project import ProjectConfig, RepositoryConfig, SeriesConfig, expanded
from weekly.config.rules import KindRules
from weekly.config.sections import (
    AnySectionConfig,
    DistributionsConfig,
    HighlightsConfig,
    IntroductionConfig,
    UpstreamConfig,
)
from weekly.config.writer import WriterConfig
from weekly.errors import ConfigError
from weekly.files import decode
from weekly.files.paths import FILE, project_of, shown
from weekly.model import Record
from weekly.week import Week


class Config(Record, frozen=True, kw_only=True):
    """The content of weekly.toml."""

    project: ProjectConfig
    series: SeriesConfig = SeriesConfig()
    repositories: Annotated[tuple[RepositoryConfig, ...], Meta(min_length=1)]
    kinds: KindRules = KindRules()
    highlights: HighlightRules = HighlightRules()
    thanks: ThanksRules = ThanksRules()
    trend: TrendConfig = TrendConfig()
    writer: WriterConfig = field(default_factory=WriterConfig)
    videos: VideosConfig = field(default_factory=VideosConfig)
    sections: tuple[AnySectionConfig, ...]
    ledger: LedgerConfig = LedgerConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    forum: ForumConfig | None = None
    discussions: DiscussionsConfig | None = None

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for repository in self.repositories:
            if repository.source.lower() in seen:
                raise ValueError(f"repositories: {repository.source} is listed twice; remove one")
            seen.add(repository.source.lower())
        kinds = [type(section) for section in self.sections]
        for kind in dict.fromkeys(kinds):
            if kinds.count(kind) > 1 and not kind.is_repeatable:
                raise ValueError(f"sections: kind = '{kind.__struct_config__.tag}' is listed twice; remove one")
        parts = [
            part for section in self.sections if isinstance(section, DistributionsConfig) for part in section.parts
        ]
        if any(source.is_pattern for part in parts for source in part.pulls):
            raise ValueError("sections: parts: pulls: name each repository; patterns work under [[repositories]]")
        if UpstreamConfig not in kinds:
            raise ValueError("sections: has no kind = 'upstream', which lists every pull request; add one")
        self._check_highlights()
        if self.videos.channels and IntroductionConfig not in kinds:
            raise ValueError(
                "videos: need the introduction, which shows them; add a section with kind = 'introduction'"
            )

    def _check_highlights(self) -> None:
        """Raise ValueError where a highlights section names no project, or two show the same highlights."""
        unnamed = [repository for repository in self.repositories if repository.is_pattern and not repository.name]
        known = list(dict.fromkeys(one.heading for one in self.repositories if one not in unnamed))
        seen: set[tuple[str, str]] = set()
        for section in self.sections:
            if not isinstance(section, HighlightsConfig):
                continue
            for name in section.projects:
                if name not in known and not unnamed:
                    raise ValueError(f"sections: there is no project {name!r}; {decode.nearest(name, known)}")
            for name in section.projects or [name for name in known if name not in self.named_projects]:
                for kind in section.kinds:
                    if (name, kind) in seen:
                        raise ValueError(f"sections: two show each {kind} of {name}; give them other projects or lists")
                    seen.add((name, kind))

    @property
    def named_projects(self) -> frozenset[str]:
        """The projects that sections with highlights name."""
        sections = (section for section in self.sections if isinstance(section, HighlightsConfig))
        return frozenset(name for section in sections for name in section.projects)

    def expanded(self, listed: Mapping[str, Sequence[str]]) -> Self:
        """Return the configuration with the repositories `listed` for each pattern in its position."""
        return msgspec.structs.replace(self, repositories=expanded(self.repositories, listed))

    def week(self, day: date) -> Week:
        """Return the week of a day, in the project's time zone."""
        return Week.of_day(day, self.project.zone)

    @property
    def repos(self) -> tuple[str, ...]:
        """Every gathered repository that has a name, with the projects' own before the packaging ones."""
        own = [repository.repo for repository in self.repositories if not repository.is_pattern]
        packaging = [
            source.repo
            for section in self.sections
            if isinstance(section, DistributionsConfig)
            for part in section.parts
            for source in part.pulls
        ]
        names = {str(repo).lower(): str(repo) for repo in [*packaging, *own]}
        order = dict.fromkeys([*map(str.lower, own), *names])
        return tuple(names[name] for name in order)

    @property
    def themes(self) -> dict[str, tuple[str, ...]]:
        """The project's own themes, from its introduction."""
        themes = (section.themes for section in self.sections if isinstance(section, IntroductionConfig))
        return next(themes, {})

    def title(self, week: Week, *, number: int | None = None) -> str:
        """Return the topic's title. `number` overrides the series' own."""
        number = self.series.number(week) if number is None else number
        return self.series.title.format(number=number, span=week.title, monday=week, name=self.project.name)


def find(start: Path) -> Path:
    """Return the path of weekly.toml in `start` or the nearest folder above."""
    start = start.absolute()
    if (folder := project_of(start)) is not None:
        return folder / FILE
    raise ConfigError(
        f"{FILE}: not found in {shown(start)} or above; go to the project's folder, or give it with -C DIR"
    )


def load(path: Path) -> Config:
    """Read weekly.toml."""
    return decode.read_toml(path, Config, ConfigError)
