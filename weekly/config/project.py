"""Configuration of the project, its series of posts and its repositories."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, ClassVar, Self

import msgspec
from msgspec import Meta, field

from weekly.config.external import WebAddress
from weekly.errors import ConfigError
from weekly.files.decode import closest
from weekly.files.paths import FILE
from weekly.model import Record
from weekly.model.reference import repository_of
from weekly.week import Week, zone_named


class Zone(str):
    """The IANA name of a time zone that this machine knows."""

    def __new__(cls, name: str) -> Self:
        """Refuse an unknown name and suggest a similar one."""
        try:
            zone_named(name)
        except ValueError as error:
            from zoneinfo import available_timezones

            close = closest(name, sorted(available_timezones()))
            hint = f"did you mean {close[0]!r}?" if close else "give an IANA name such as 'UTC' or 'Europe/Berlin'"
            raise ValueError(f"{error}; {hint}") from error
        return super().__new__(cls, name)


class RepoPattern(str):
    """A repository as `owner/name`, which may be given by its address, or many as `owner/*`."""

    characters: ClassVar[str] = "A-Za-z0-9._*?-"

    def __new__(cls, name: str) -> Self:
        """Refuse names that GitHub doesn't allow."""
        repository = repository_of(name)
        if not re.fullmatch(rf"[A-Za-z0-9][A-Za-z0-9_-]*/(?!\.{{1,2}}$)[{cls.characters}]+", repository):
            raise ValueError(f"{name!r} is not a repository; write it as 'owner/name'")
        return super().__new__(cls, repository)


class RepoName(RepoPattern):
    """A repository as `owner/name`, which may be given by its address."""

    characters = "A-Za-z0-9._-"


def external_id_prefix(name: str, repo: str) -> str:
    """Return a prefix of external ids that no other project at the same target has."""
    slugs = (re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") for text in (name, repo))
    return f"weekly-{next(filter(None, slugs))[:32].strip('-')}-"


class ProjectConfig(Record, frozen=True, kw_only=True):
    """The project that the post is about."""

    name: str
    """The project's name for the introduction."""
    zone: Zone = field(default_factory=lambda: Zone("UTC"))
    """The time zone of the week's Monday 00:00, an IANA name such as Europe/Berlin. Default: UTC."""


class AnchorConfig(Record, frozen=True, kw_only=True):
    """A week whose number is known."""

    week: date
    """Any day of that week."""
    number: Annotated[int, Meta(ge=0)]
    """The number of its post."""


class SeriesConfig(Record, frozen=True, kw_only=True):
    """The title and numbers of the posts."""

    title: str = "{name}: week of {span}"
    """The topic's title, with the placeholders {number}, {span}, {monday} and {name}."""
    anchor: AnchorConfig | None = None
    """A week whose number is known. All other numbers are counted from it."""
    skipped: tuple[date, ...] = ()
    """Any day of each week that has no post and so no number."""

    def __post_init__(self) -> None:
        known = {"number": 0, "span": "", "monday": "", "name": ""}
        try:
            self.title.format(**known)
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            raise ValueError(
                f"title: {error} is no placeholder; permitted: {{number}} {{span}} {{monday}} {{name}}"
            ) from error
        if "{number" in self.title and self.anchor is None:
            raise ValueError("anchor: missing; a title with {number} needs a week whose number is known")

    def number(self, week: Week) -> int | None:
        """Return the week's number without counting skipped weeks, None if there is no anchor."""
        if self.anchor is None:
            return None
        anchor = Week.of_day(self.anchor.week, week.zone)
        skipped = {Week.of_day(day, week.zone) for day in self.skipped}
        if week in skipped:
            raise ConfigError(f"{FILE}: series.skipped lists the week of {week}: it has no number, and so no post")
        distance = week.weeks_since(anchor)
        low, high = sorted((anchor, week))
        between = sum(low < other < high for other in skipped)
        return self.anchor.number + distance + (between if distance < 0 else -between)


class DocsConfig(Record, frozen=True, kw_only=True):
    """The documentation that is built from a repository."""

    url: WebAddress
    """The address of the pages, such as https://docs.example.org/latest."""
    folder: str = "doc"
    """The folder of their files (.md or .rst)."""
    suffix: str = "/"
    """The end of a page's address, such as '.html'."""
    leave_out: tuple[str, ...] = (
        "*release-notes*",
        "*changelog*",
        "*api-extensions*",
    )
    """Patterns for files that explain no feature."""


class RepositoryConfig(Record, frozen=True, kw_only=True):
    """A gathered repository."""

    repo: RepoPattern
    """owner/name on GitHub, or a pattern such as 'owner/*' or 'owner/lib-?'."""
    topic: str = ""
    """Only the pattern's repositories with this topic."""
    exclude: tuple[str, ...] = ()
    """Patterns for the names of repositories that the pattern leaves out."""
    forks: bool = False
    """Whether the pattern includes forks."""
    name: str = ""
    """The heading for its changes. Repositories with the same name share it. Default: the repository's name."""
    branches: tuple[str, ...] = ("*",)
    """Patterns for the base branches whose pull requests are shown. Default: all. From a clone, `weekly` reads the
    default branch and the branches that these patterns match. '*' adds no branch."""
    clone: str = ""
    """A local clone to read instead of GitHub, as a path relative to weekly.toml."""
    long_term: tuple[str, ...] = ()
    """Release series with long-term support, such as '5.0', to name their releases so."""
    docs: DocsConfig | None = None
    """Its documentation, to which `weekly draft` links suggested features."""

    def __post_init__(self) -> None:
        if self.is_pattern and self.clone:
            raise ValueError("clone: goes with one repository, not with a pattern")
        if not self.is_pattern and (self.topic or self.exclude or self.forks):
            raise ValueError("topic, exclude and forks: need a pattern as repo, such as 'owner/*'")

    @property
    def is_pattern(self) -> bool:
        """Tell whether it stands for the repositories that fit a pattern."""
        return bool(re.search(r"[*?]", self.repo))

    @property
    def source(self) -> str:
        """The name of its list of repositories in the archive."""
        return f"{self.repo} with the topic {self.topic}" if self.topic else str(self.repo)

    @property
    def heading(self) -> str:
        """The project's name in the post."""
        return self.name or (str(self.repo) if self.is_pattern else self.repo.partition("/")[2])


class ListedRepository(RepositoryConfig, frozen=True, kw_only=True):
    """A repository that a pattern stands for."""


def expanded(
    repositories: Iterable[RepositoryConfig], listed: Mapping[str, Sequence[str]]
) -> tuple[RepositoryConfig, ...]:
    """Return the repositories, with those `listed` for a pattern in its position, each once.

    A pattern without a list stays.
    """
    named = {repository.repo.lower(): repository for repository in repositories if not repository.is_pattern}
    found = []
    for repository in repositories:
        if not (repository.is_pattern and repository.source in listed):
            found.append(repository)
            continue
        for name in listed[repository.source]:
            if name.lower() not in named:
                values = msgspec.structs.asdict(repository) | {"topic": "", "exclude": (), "forks": False}
                named[name.lower()] = ListedRepository(**values | {"repo": RepoName(name)})
                found.append(named[name.lower()])
    return tuple(found)
