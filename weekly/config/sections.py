"""The parts of the post, told apart by `kind`."""

import re
from typing import Annotated

from msgspec import Meta, field

from weekly.config.external import CalendarConfig, Dated, FeedConfig, ItemConfig
from weekly.config.project import RepoName, RepositoryConfig
from weekly.model import Event, Record
from weekly.text.markdown import Markdown

Heading = Annotated[str, Meta(description="The heading.")]
Level = Annotated[int, Meta(description="The heading's level, 1 to 6.", ge=1, le=6)]


class SectionConfig(Record, frozen=True, kw_only=True, tag_field="kind"):
    """A part of the post."""

    heading: Heading = ""
    level: Level = 1


class DatedSectionConfig(Dated, frozen=True, kw_only=True, tag_field="kind"):
    """A part of the post that may have a first and a last day."""

    heading: Heading = ""
    level: Level = 1


class IntroductionConfig(SectionConfig, frozen=True, kw_only=True, tag="introduction"):
    """What the week was about."""

    heading: Heading = "Introduction"
    themes: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            description="What work may be about, as readers call it, and the words of scopes, labels, titles and paths "
            "that tell; these go before the built-in themes of system software."
        ),
    ] = field(default_factory=dict)


class BlockConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="block"):
    """A standing part: Markdown, and a list where `entries` or `items` are given."""

    text: Annotated[Markdown, Meta(description="Markdown.")] = field(default_factory=Markdown)
    entries: Annotated[
        tuple[Markdown, ...] | None,
        Meta(description="List entries, Markdown; an empty list says that there is nothing."),
    ] = None
    items: Annotated[
        tuple[ItemConfig, ...],
        Meta(description="Entries with first and last days, such as jobs; the block goes when none is open."),
    ] = ()


class HighlightsConfig(SectionConfig, frozen=True, kw_only=True, tag="highlights"):
    """Improvements and bug fixes in sentences, under a heading for each project that has any."""

    level: Level = 2


class EventsConfig(SectionConfig, frozen=True, kw_only=True, tag="events"):
    """What lies ahead."""

    heading: Heading = "Upcoming events"
    horizon_days: Annotated[
        int, Meta(description="How many days after the week an event may begin to be shown.", ge=0)
    ] = 90
    entries: Annotated[tuple[Event, ...], Meta(description="Events.")] = ()
    calendars: Annotated[tuple[CalendarConfig, ...], Meta(description="iCalendar files and addresses.")] = ()
    instances: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="At most so many instances of a recurring event, the soonest; default: all ahead."),
    ] = None


class FeedSectionConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="feed"):
    """What feeds published in the week, such as a blog's."""

    text: Annotated[Markdown, Meta(description="Markdown before the list.")] = field(default_factory=Markdown)
    feeds: Annotated[tuple[FeedConfig, ...], Meta(description="Atom or RSS feeds.", min_length=1)]


class NewcomersConfig(Record, frozen=True, kw_only=True):
    """One repository's issues for newcomers."""

    repo: Annotated[RepoName, Meta(description="owner/name on GitHub.")]
    label: Annotated[str, Meta(description="The label that marks them.")] = "good first issue"
    text: Annotated[str, Meta(description="The link's text.")] = ""

    @property
    def query(self) -> str:
        """The search for them."""
        label = f'"{self.label}"' if re.search(r"\s", self.label) else self.label
        return f"is:issue is:open label:{label}"


class ContributeConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="contribute"):
    """Where newcomers begin: a link for each repository."""

    heading: Heading = "Contribute"
    text: Annotated[Markdown, Meta(description="Markdown before the links.")] = field(default_factory=Markdown)
    issues: Annotated[tuple[NewcomersConfig, ...], Meta(description="The repositories and labels.")] = ()
    count: Annotated[bool, Meta(description="Whether to tell how many issues are open when a week is gathered.")] = (
        False
    )


class UpstreamConfig(SectionConfig, frozen=True, kw_only=True, tag="upstream"):
    """Every merged pull request of the week, by project."""

    heading: Heading = "Upstream changes"
    text: Annotated[Markdown, Meta(description="Markdown before the lists.")] = field(default_factory=Markdown)
    details_above: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(description="Lists of more pull requests than these are closed until a reader opens them; else none is."),
    ] = None


class PackagingConfig(Record, frozen=True, kw_only=True):
    """A packaging repository, and its branches."""

    repo: Annotated[RepoName, Meta(description="owner/name on GitHub.")]
    branches: Annotated[tuple[str, ...], Meta(description="The branches.", min_length=1)]
    required: Annotated[bool, Meta(description="Whether the post may not appear without it.")] = False


class PartConfig(Record, frozen=True, kw_only=True):
    """One distribution."""

    name: Annotated[str, Meta(description="The heading.")]
    entries: Annotated[tuple[Markdown, ...], Meta(description="What was done, Markdown.")] = ()
    pulls: Annotated[
        tuple[RepositoryConfig, ...],
        Meta(description="Packaging repositories whose merged pull requests are told; they are gathered as well."),
    ] = ()
    commits: Annotated[
        tuple[PackagingConfig, ...],
        Meta(description="Packaging repositories whose commits on these branches are told."),
    ] = ()
    feeds: Annotated[tuple[FeedConfig, ...], Meta(description="Feeds whose entries are told.")] = ()


class DistributionsConfig(SectionConfig, frozen=True, kw_only=True, tag="distributions"):
    """Work done downstream."""

    heading: Heading = "Distribution work"
    text: Annotated[Markdown, Meta(description="Markdown before the parts.")] = field(default_factory=Markdown)
    parts: Annotated[tuple[PartConfig, ...], Meta(description="The distributions.")] = ()


AnySectionConfig = (
    IntroductionConfig
    | BlockConfig
    | HighlightsConfig
    | EventsConfig
    | FeedSectionConfig
    | ContributeConfig
    | UpstreamConfig
    | DistributionsConfig
)
