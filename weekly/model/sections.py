"""Records of the sections of a post."""

from datetime import date
from typing import ClassVar, Literal

from msgspec import field

from weekly.model.activity import Problem, PullRequest
from weekly.model.base import Record
from weekly.model.external import Event
from weekly.model.verdict import Highlight, Words
from weekly.text.markdown import Markdown
from weekly.week import day_span


class Section(Record, frozen=True, kw_only=True):
    """A section of the post. `template` names its partial in templates/sections/.

    `text` is Markdown where the configuration or the editor wrote it, a plain str where it is drafted.
    """

    template: ClassVar[str]

    heading: str = ""
    level: int = 1
    text: str = ""


class Video(Record, frozen=True, kw_only=True):
    """A new video with the editor's text. The forum embeds an address that is alone on its line."""

    url: Markdown
    title: str = ""
    text: Markdown = Markdown()


class NewVideos(Record, frozen=True, kw_only=True):
    """The week's videos by one author. `how_many` is in words, as "two new videos"."""

    by: Markdown
    how_many: str
    videos: tuple[Video, ...]


class Introduction(Section, frozen=True, kw_only=True):
    """The week's summary, thanks and new videos. `words` says whose the summary is."""

    template = "introduction"

    words: Words = Words.DRAFTED
    thanks: str = ""
    videos: tuple[NewVideos, ...] = ()


class Block(Section, frozen=True, kw_only=True):
    """A configured section of text and a list."""

    template = "block"

    entries: tuple[str, ...] = ()
    is_list: bool = False


class ReleaseLink(Record, frozen=True, kw_only=True):
    """A release of the week. `remark` is empty for an ordinary one, else as "pre-release"."""

    title: str
    url: str
    day: date
    remark: str = ""

    @property
    def when(self) -> str:
        """The day in words, with the year."""
        return day_span(self.day, self.day)


class ListTitle(Record, frozen=True, kw_only=True):
    """A list of highlights and the line above it."""

    kind: Literal["improvement", "bugfix"]
    """The kind of its highlights."""
    title: Markdown = field(default_factory=Markdown)
    """Markdown above the list."""


LISTS = (
    ListTitle(kind="improvement", title=Markdown("Improvements:")),
    ListTitle(kind="bugfix", title=Markdown("Bug fixes:")),
)
"""The lists of a section where nothing else is set."""


class HighlightList(Record, frozen=True, kw_only=True):
    """The highlights of one kind under their title."""

    title: Markdown
    highlights: tuple[Highlight, ...]


class Highlights(Section, frozen=True, kw_only=True):
    """The releases, improvements and bug fixes of one or several projects. `text` is the editor's prose.

    `titles` name the lists in their order. `links` is how bullets link to their pull requests: "none", "number" or
    "title". A closing line counts `internal`.
    """

    template = "highlights"

    releases: tuple[ReleaseLink, ...] = ()
    improvements: tuple[Highlight, ...] = ()
    bugfixes: tuple[Highlight, ...] = ()
    titles: tuple[ListTitle, ...] = LISTS
    internal: tuple[PullRequest, ...] = ()
    links: str = "none"

    @property
    def lists(self) -> tuple[HighlightList, ...]:
        """The lists that have a highlight, in the order of their titles."""
        by_kind = {"improvement": self.improvements, "bugfix": self.bugfixes}
        lists = (HighlightList(title=title.title, highlights=by_kind[title.kind]) for title in self.titles)
        return tuple(part for part in lists if part.highlights)

    @property
    def highlights(self) -> tuple[Highlight, ...]:
        """The highlights of all lists."""
        return tuple(highlight for part in self.lists for highlight in part.highlights)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing under the heading."""
        return not (self.text or self.releases or self.highlights)


class Feature(Section, frozen=True, kw_only=True):
    """A feature of the week in the editor's prose."""

    template = "feature"

    documentation: str = ""
    pulls: tuple[PullRequest, ...] = ()
    links: str = "none"


class Releases(Section, frozen=True, kw_only=True):
    """The releases of the week."""

    template = "releases"

    releases: tuple[ReleaseLink, ...] = ()


class Counted(Record, frozen=True, kw_only=True):
    """A line that counts pull requests and links to all of them."""

    text: str
    url: str
    pulls: tuple[PullRequest, ...]


class Named(Record, frozen=True, kw_only=True):
    """A line that names and counts projects, with a link to their owner's pull requests."""

    text: str
    owner: str = ""
    url: str = ""


class UpstreamProject(Record, frozen=True, kw_only=True):
    """A project's merged pull requests under Upstream changes, and its gaps.

    `counted` replaces `pulls` where the post is shortened. `details` is the summary of a collapsed list, empty where the
    list is open.
    """

    name: str
    pulls: tuple[PullRequest, ...] = ()
    counted: tuple[Counted, ...] = ()
    details: str = ""
    gaps: tuple[Problem, ...] = ()


class Upstream(Section, frozen=True, kw_only=True):
    """Every merged pull request of the week, by project.

    Where the post is shortened, `shortened` says how, and `named` and `quiet` are the projects without a heading. `gaps` are
    the weeks that a month's post lacks.
    """

    template = "upstream"

    projects: tuple[UpstreamProject, ...] = ()
    shortened: str = ""
    named: tuple[Named, ...] = ()
    quiet: tuple[str, ...] = ()
    gaps: tuple[Problem, ...] = ()


class Events(Section, frozen=True, kw_only=True):
    """Upcoming events."""

    template = "events"

    events: tuple[Event, ...] = ()


class Linked(Record, frozen=True, kw_only=True):
    """A title that links to its source."""

    title: str
    url: str


class Feed(Section, frozen=True, kw_only=True):
    """The entries that feeds published in the week."""

    template = "feed"

    items: tuple[Linked, ...] = ()


class Newcomers(Record, frozen=True, kw_only=True):
    """One repository's issues for newcomers. `how_many` is empty where it is unknown."""

    text: str
    url: str
    how_many: str = ""


class Contribute(Section, frozen=True, kw_only=True):
    """Links for newcomers."""

    template = "contribute"

    issues: tuple[Newcomers, ...] = ()


class Part(Record, frozen=True, kw_only=True):
    """One distribution, with the editor's entries and the week's merged, committed or published items."""

    name: str
    entries: tuple[Markdown, ...] = ()
    items: tuple[Linked, ...] = ()


class Distributions(Section, frozen=True, kw_only=True):
    """Downstream work, by distribution."""

    template = "distributions"

    parts: tuple[Part, ...] = ()


AnySection = (
    Introduction | Block | Highlights | Feature | Releases | Upstream | Events | Feed | Contribute | Distributions
)
