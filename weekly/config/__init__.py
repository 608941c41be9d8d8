"""Read weekly.toml, which a maintainer writes once."""

from datetime import date
from pathlib import Path
from typing import Annotated

from msgspec import Meta, field

from weekly.config.delivery import ForumConfig, LedgerConfig, Mode, ScheduleConfig, TrialConfig
from weekly.config.external import CalendarConfig, Dated, FeedConfig, ItemConfig, VideosConfig
from weekly.config.project import (
    AnchorConfig,
    DocsConfig,
    ProjectConfig,
    RepoName,
    RepositoryConfig,
    SeriesConfig,
    Zone,
)
from weekly.config.rules import (
    ChangelogRules,
    HighlightRules,
    KindRules,
    LabelRules,
    OmissionRules,
    PathRules,
    PrefixRules,
    ThanksRules,
    Words,
)
from weekly.config.sections import (
    AdvisoriesConfig,
    AnySectionConfig,
    BlockConfig,
    ContributeConfig,
    DatedSectionConfig,
    DistributionsConfig,
    EventsConfig,
    FeedSectionConfig,
    Heading,
    HighlightsConfig,
    IndexConfig,
    IntroductionConfig,
    Level,
    NewcomersConfig,
    PackagingConfig,
    PartConfig,
    ReleasesConfig,
    SectionConfig,
    UpstreamConfig,
)
from weekly.config.writer import WriterConfig
from weekly.errors import ConfigError
from weekly.files import decode
from weekly.files.paths import FILE, project_of, shown
from weekly.model import Record
from weekly.text.markdown import Markdown
from weekly.week import Week

__all__ = [
    "FILE",
    "AdvisoriesConfig",
    "AnchorConfig",
    "AnySectionConfig",
    "BlockConfig",
    "CalendarConfig",
    "ChangelogRules",
    "Config",
    "ContributeConfig",
    "Dated",
    "DatedSectionConfig",
    "DistributionsConfig",
    "DocsConfig",
    "EventsConfig",
    "FeedConfig",
    "FeedSectionConfig",
    "ForumConfig",
    "Heading",
    "HighlightRules",
    "HighlightsConfig",
    "IndexConfig",
    "IntroductionConfig",
    "ItemConfig",
    "KindRules",
    "LabelRules",
    "LedgerConfig",
    "Level",
    "Mode",
    "NewcomersConfig",
    "OmissionRules",
    "PackagingConfig",
    "PartConfig",
    "PathRules",
    "PrefixRules",
    "ProjectConfig",
    "ReleasesConfig",
    "RepoName",
    "RepositoryConfig",
    "ScheduleConfig",
    "SectionConfig",
    "SeriesConfig",
    "ThanksRules",
    "TrialConfig",
    "UpstreamConfig",
    "VideosConfig",
    "Words",
    "WriterConfig",
    "Zone",
    "find",
    "load",
    "stripped",
]


class Config(Record, frozen=True, kw_only=True):
    """The content of weekly.toml."""

    project: ProjectConfig
    series: SeriesConfig = SeriesConfig()
    repositories: Annotated[tuple[RepositoryConfig, ...], Meta(min_length=1)]
    kinds: KindRules = KindRules()
    highlights: HighlightRules = HighlightRules()
    thanks: ThanksRules = ThanksRules()
    writer: WriterConfig = field(default_factory=WriterConfig)
    videos: VideosConfig = field(default_factory=VideosConfig)
    sections: tuple[AnySectionConfig, ...]
    ledger: LedgerConfig = LedgerConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    forum: ForumConfig | None = None

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for repository in self.repositories:
            if repository.repo.lower() in seen:
                raise ValueError(f"repositories: {repository.repo} is listed twice; remove one")
            seen.add(repository.repo.lower())
        kinds = [type(section) for section in self.sections]
        for kind in dict.fromkeys(kinds):
            if kinds.count(kind) > 1 and not kind.is_repeatable:
                raise ValueError(f"sections: kind = '{kind.__struct_config__.tag}' is listed twice; remove one")
        if UpstreamConfig not in kinds:
            raise ValueError("sections: has no kind = 'upstream', which lists every pull request; add one")
        self._check_highlights()
        if self.videos.channels and IntroductionConfig not in kinds:
            raise ValueError(
                "videos: need the introduction, which shows them; add a section with kind = 'introduction'"
            )

    def _check_highlights(self) -> None:
        """Raise ValueError where a highlights section names no project, or two show the same highlights."""
        known = list(dict.fromkeys(repository.heading for repository in self.repositories))
        seen: set[tuple[str, str]] = set()
        for section in self.sections:
            if not isinstance(section, HighlightsConfig):
                continue
            for name in section.projects:
                if name not in known:
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

    def week(self, day: date) -> Week:
        """Return the week of a day, in the project's time zone."""
        return Week.of_day(day, self.project.zone)

    @property
    def repos(self) -> tuple[str, ...]:
        """Every gathered repository, with the projects' own before the packaging ones."""
        packaging = [
            source.repo
            for section in self.sections
            if isinstance(section, DistributionsConfig)
            for part in section.parts
            for source in part.pulls
        ]
        names = {str(repo).lower(): str(repo) for repo in [*packaging, *(own.repo for own in self.repositories)]}
        order = dict.fromkeys([*(own.repo.lower() for own in self.repositories), *names])
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


def stripped(text: Markdown) -> Markdown:
    """Return Markdown without the blank lines around it."""
    return Markdown(text.strip())


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
