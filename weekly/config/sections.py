"""Configuration of the post's sections."""

import re
from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, field

from weekly.config.external import CalendarConfig, Dated, FeedConfig, ItemConfig, WebAddress
from weekly.config.project import RepoName, RepositoryConfig
from weekly.model import LISTS, Event, ListTitle, Record
from weekly.text.markdown import Markdown

Heading = Annotated[str, Meta(description="The heading.")]
Level = Annotated[int, Meta(description="The heading's level, 1 to 6.", ge=1, le=6)]


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
    themes: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            description="Themes in readers' words, each with the words of scopes, labels, titles and paths that indicate it. "
            "The scopes that titles share are themes as well."
        ),
    ] = field(default_factory=dict)


class BlockConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="block"):
    """A standing section of Markdown, with a list where `entries` or `items` are given."""

    text: Annotated[Markdown, Meta(description="Markdown.")] = field(default_factory=Markdown)
    entries: Annotated[
        tuple[Markdown, ...] | None,
        Meta(description="List entries in Markdown. An empty list shows that there is nothing."),
    ] = None
    items: Annotated[
        tuple[ItemConfig, ...],
        Meta(description="Entries with first and last days, such as jobs. The block disappears when none is open."),
    ] = ()


class HighlightsConfig(SectionConfig, frozen=True, kw_only=True, tag="highlights"):
    """Improvements and bug fixes in sentences.

    Without a `heading`, each project that has any gets a section with its name. With one, a section joins them.
    """

    is_repeatable: ClassVar[bool] = True

    level: Level = 2
    projects: Annotated[
        tuple[str, ...],
        Meta(description="The projects, by their headings. Default: all that no other section with highlights names."),
    ] = ()
    lists: Annotated[
        tuple[ListTitle, ...],
        Meta(
            description="The lists in their order. A kind without a list isn't shown. Default: improvements, bug fixes.",
            min_length=1,
        ),
    ] = field(default_factory=lambda: LISTS)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of highlights that it shows."""
        return tuple(part.kind for part in self.lists)


class ReleasesConfig(SectionConfig, frozen=True, kw_only=True, tag="releases"):
    """The releases of the week. Without this section, each project's highlights list its own."""

    heading: Heading = "Releases"
    text: Annotated[Markdown, Meta(description="Markdown before the list.")] = field(default_factory=Markdown)


class EventsConfig(SectionConfig, frozen=True, kw_only=True, tag="events"):
    """Upcoming events."""

    heading: Heading = "Upcoming events"
    horizon_days: Annotated[
        int, Meta(description="The largest number of days between the week and the first day of an event.", ge=0)
    ] = 90
    entries: Annotated[tuple[Event, ...], Meta(description="Events.")] = ()
    calendars: Annotated[tuple[CalendarConfig, ...], Meta(description="iCalendar files and addresses.")] = ()
    instances: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="The most instances of a recurring event, the soonest first. Default: all."),
    ] = None
    times: Annotated[
        bool, Meta(description="Show the time of day of calendars' events, in the project's zone. Default: no.")
    ] = False


class FeedSectionConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="feed"):
    """New entries of feeds, such as a blog's."""

    text: Annotated[Markdown, Meta(description="Markdown before the list.")] = field(default_factory=Markdown)
    feeds: Annotated[tuple[FeedConfig, ...], Meta(description="Atom or RSS feeds.", min_length=1)]


class IndexConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="index"):
    """The images that a simplestreams server added and removed in the week."""

    heading: Heading = "Images"
    text: Annotated[Markdown, Meta(description="Markdown before the list.")] = field(default_factory=Markdown)
    url: Annotated[WebAddress, Meta(description="The server's address, below which streams/v1/index.json is.")]
    required: Annotated[bool, Meta(description="Don't publish the post without it.")] = False


class AdvisoriesConfig(SectionConfig, frozen=True, kw_only=True, tag="advisories"):
    """The security advisories that repositories published on GitHub in the week. Without any there is no section."""

    heading: Heading = "Security advisories"
    text: Annotated[Markdown, Meta(description="Markdown before the list.")] = field(default_factory=Markdown)
    repos: Annotated[
        tuple[RepoName, ...], Meta(description="Repositories on GitHub, as owner/name. Default: all of the post.")
    ] = ()
    required: Annotated[bool, Meta(description="Don't publish the post without it.")] = False

    def sources(self, repos: Sequence[str]) -> tuple[str, ...]:
        """Return the sources' names in the archive, given the post's repositories."""
        return tuple(f"{repo}/security-advisories" for repo in self.repos or repos)


class NewcomersConfig(Record, frozen=True, kw_only=True):
    """One repository's issues for newcomers."""

    repo: Annotated[RepoName, Meta(description="owner/name on GitHub.")]
    label: Annotated[str, Meta(description="The label that marks them.")] = "good first issue"
    text: Annotated[str, Meta(description="The link's text.")] = ""

    @property
    def query(self) -> str:
        """The GitHub search for them."""
        label = f'"{self.label}"' if re.search(r"\s", self.label) else self.label
        return f"is:issue is:open label:{label}"


class ContributeConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="contribute"):
    """Links to each repository's issues for newcomers."""

    heading: Heading = "Contribute"
    text: Annotated[Markdown, Meta(description="Markdown before the links.")] = field(default_factory=Markdown)
    issues: Annotated[tuple[NewcomersConfig, ...], Meta(description="The repositories and labels.")] = ()
    count: Annotated[bool, Meta(description="Show the number of open issues when the week is gathered.")] = False


class UpstreamConfig(SectionConfig, frozen=True, kw_only=True, tag="upstream"):
    """Every merged pull request of the week, by project."""

    heading: Heading = "Upstream changes"
    text: Annotated[Markdown, Meta(description="Markdown before the lists.")] = field(default_factory=Markdown)
    details_above: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(description="Collapse lists of more pull requests than this until a reader opens them. Default: never."),
    ] = None


class PackagingConfig(Record, frozen=True, kw_only=True):
    """A packaging repository and its branches."""

    repo: Annotated[RepoName, Meta(description="owner/name on GitHub.")]
    branches: Annotated[tuple[str, ...], Meta(description="The branches.", min_length=1)]
    required: Annotated[bool, Meta(description="Don't publish the post without it.")] = False


class PartConfig(Record, frozen=True, kw_only=True):
    """One distribution."""

    name: Annotated[str, Meta(description="The heading.")]
    entries: Annotated[tuple[Markdown, ...], Meta(description="Entries in Markdown.")] = ()
    pulls: Annotated[
        tuple[RepositoryConfig, ...],
        Meta(description="Packaging repositories whose merged pull requests are listed. They are gathered as well."),
    ] = ()
    commits: Annotated[
        tuple[PackagingConfig, ...],
        Meta(description="Packaging repositories whose commits on these branches are listed."),
    ] = ()
    feeds: Annotated[tuple[FeedConfig, ...], Meta(description="Feeds whose entries are listed.")] = ()


class DistributionsConfig(SectionConfig, frozen=True, kw_only=True, tag="distributions"):
    """Work in distributions."""

    heading: Heading = "Distribution work"
    text: Annotated[Markdown, Meta(description="Markdown before the parts.")] = field(default_factory=Markdown)
    parts: Annotated[tuple[PartConfig, ...], Meta(description="The distributions.")] = ()


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
