"""Configuration of the post's sections."""

import re
from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, field

from weekly.config.external import CalendarConfig, Dated, FeedConfig, ItemConfig, Required, WebAddress
from weekly.config.project import RepoName, RepositoryConfig
from weekly.model import LISTS, Event, ListTitle, Record
from weekly.text.markdown import Markdown

Heading = Annotated[str, Meta(description="The heading.")]
Level = Annotated[int, Meta(description="The heading's level, 1 to 6.", ge=1, le=6)]
BeforeList = Annotated[Markdown, Meta(description="Markdown before the list.")]
GitHubName = Annotated[RepoName, Meta(description="owner/name on GitHub.")]


class SectionConfig(Record, frozen=True, kw_only=True, tag_field="kind"):
    """A section of the post that may be listed once."""

    is_repeatable: ClassVar[bool] = False

    heading: Heading = ""
    level: Level = 1


class DatedSectionConfig(Dated, frozen=True, kw_only=True, tag_field="kind"):
    """A section of the post that may be listed repeatedly, with a first and a last day."""

    is_repeatable: ClassVar[bool] = True

    heading: Heading = ""
    level: Level = 1


class IntroductionConfig(SectionConfig, frozen=True, kw_only=True, tag="introduction"):
    """The summary of the week."""

    heading: Heading = "Introduction"
    themes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Themes in readers' words, each with the words of scopes, labels, titles and paths that indicate it. The scopes
    that titles share are themes as well."""


class BlockConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="block"):
    """A standing section of Markdown, with a list where `entries` or `items` are given."""

    text: Markdown = field(default_factory=Markdown)
    """Markdown."""
    entries: tuple[Markdown, ...] | None = None
    """List entries in Markdown. An empty list shows that there is nothing."""
    items: tuple[ItemConfig, ...] = ()
    """Entries with first and last days, such as jobs. The block disappears when none is open."""


class HighlightsConfig(SectionConfig, frozen=True, kw_only=True, tag="highlights"):
    """Improvements and bug fixes in sentences.

    Without a `heading`, each project that has any gets a section with its name. With one, a section joins them.
    """

    is_repeatable: ClassVar[bool] = True

    level: Level = 2
    projects: tuple[str, ...] = ()
    """The projects, by their headings. Default: all that no other section with highlights names."""
    lists: Annotated[tuple[ListTitle, ...], Meta(min_length=1)] = field(default_factory=lambda: LISTS)
    """The lists in their order. A kind without a list isn't shown. Default: improvements, bug fixes."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of highlights that it shows."""
        return tuple(part.kind for part in self.lists)


class ReleasesConfig(SectionConfig, frozen=True, kw_only=True, tag="releases"):
    """The releases of the week. Without this section, each project's highlights list its own."""

    heading: Heading = "Releases"
    text: BeforeList = field(default_factory=Markdown)


class EventsConfig(SectionConfig, frozen=True, kw_only=True, tag="events"):
    """Upcoming events."""

    heading: Heading = "Upcoming events"
    horizon_days: Annotated[int, Meta(ge=0)] = 90
    """The largest number of days between the week and the first day of an event."""
    entries: tuple[Event, ...] = ()
    """Events."""
    calendars: tuple[CalendarConfig, ...] = ()
    """iCalendar files and addresses."""
    instances: Annotated[int, Meta(ge=1)] | None = None
    """The most instances of a recurring event, the soonest first. Default: all."""
    times: bool = False
    """Show the time of day of calendars' events, in the project's zone. Default: no."""


class FeedSectionConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="feed"):
    """New entries of feeds, such as a blog's."""

    text: BeforeList = field(default_factory=Markdown)
    feeds: Annotated[tuple[FeedConfig, ...], Meta(min_length=1)]
    """Atom or RSS feeds."""


class IndexConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="index"):
    """The images that a simplestreams server added and removed in the week."""

    heading: Heading = "Images"
    text: BeforeList = field(default_factory=Markdown)
    url: WebAddress
    """The server's address, below which streams/v1/index.json is."""
    required: Required = False


class AdvisoriesConfig(SectionConfig, frozen=True, kw_only=True, tag="advisories"):
    """The security advisories that repositories published on GitHub in the week. Without any there is no section."""

    heading: Heading = "Security advisories"
    text: BeforeList = field(default_factory=Markdown)
    repos: tuple[RepoName, ...] = ()
    """Repositories on GitHub, as owner/name. Default: all of the post."""
    required: Required = False

    def sources(self, repos: Sequence[str]) -> tuple[str, ...]:
        """Return the sources' names in the archive, given the post's repositories."""
        return tuple(f"{repo}/security-advisories" for repo in self.repos or repos)


class NewcomersConfig(Record, frozen=True, kw_only=True):
    """One repository's issues for newcomers."""

    repo: GitHubName
    label: str = "good first issue"
    """The label that marks them."""
    text: str = ""
    """The link's text."""

    @property
    def query(self) -> str:
        """The GitHub search for them."""
        label = f'"{self.label}"' if re.search(r"\s", self.label) else self.label
        return f"is:issue is:open label:{label}"


class ContributeConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="contribute"):
    """Links to each repository's issues for newcomers."""

    heading: Heading = "Contribute"
    text: Markdown = field(default_factory=Markdown)
    """Markdown before the links."""
    issues: tuple[NewcomersConfig, ...] = ()
    """The repositories and labels."""
    count: bool = False
    """Show the number of open issues when the week is gathered."""


class UpstreamConfig(SectionConfig, frozen=True, kw_only=True, tag="upstream"):
    """Every merged pull request of the week, by project."""

    heading: Heading = "Upstream changes"
    text: Markdown = field(default_factory=Markdown)
    """Markdown before the lists."""
    details_above: Annotated[int, Meta(ge=0)] | None = None
    """Collapse lists of more pull requests than this until a reader opens them. Default: never."""


class PackagingConfig(Record, frozen=True, kw_only=True):
    """A packaging repository and its branches."""

    repo: GitHubName
    branches: Annotated[tuple[str, ...], Meta(min_length=1)]
    """The branches."""
    required: Required = False


class PartConfig(Record, frozen=True, kw_only=True):
    """One distribution."""

    name: str
    """The heading."""
    entries: tuple[Markdown, ...] = ()
    """Entries in Markdown."""
    pulls: tuple[RepositoryConfig, ...] = ()
    """Packaging repositories whose merged pull requests are listed. They are gathered as well."""
    commits: tuple[PackagingConfig, ...] = ()
    """Packaging repositories whose commits on these branches are listed."""
    feeds: tuple[FeedConfig, ...] = ()
    """Feeds whose entries are listed."""


class DistributionsConfig(SectionConfig, frozen=True, kw_only=True, tag="distributions"):
    """Work in distributions."""

    heading: Heading = "Distribution work"
    text: Markdown = field(default_factory=Markdown)
    """Markdown before the parts."""
    parts: tuple[PartConfig, ...] = ()
    """The distributions."""


AnySectionConfig = (
    IntroductionConfig
    | BlockConfig
    | HighlightsConfig
    | ReleasesConfig
    | AdvisoriesConfig
    | EventsConfig
    | FeedSectionConfig
    | IndexConfig
    | ContributeConfig
    | UpstreamConfig
    | DistributionsConfig
)
