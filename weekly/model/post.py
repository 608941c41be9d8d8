"""What is written: the sections of the post, and the post."""

from typing import ClassVar

from weekly.model.activity import Problem, PullRequest
from weekly.model.base import Record
from weekly.model.external import Event
from weekly.model.verdict import Highlight, Verdict
from weekly.text.markdown import Markdown
from weekly.week import Week

UPSTREAM = "Upstream changes"
"""What the list of all pull requests is called where it is told what stands in it, whatever its heading."""


class Section(Record, frozen=True, kw_only=True):
    """A part of the post; `template` names its partial in templates/sections/.

    `text` is Markdown where the configuration or the editor wrote it, a plain str where it is drafted.
    """

    template: ClassVar[str]

    heading: str = ""
    level: int = 1
    text: str = ""


class Video(Record, frozen=True, kw_only=True):
    """A new video: its address, made to stand alone so that the forum embeds it, and what the editor says about it."""

    url: Markdown
    title: str = ""
    text: Markdown = Markdown()


class NewVideos(Record, frozen=True, kw_only=True):
    """The week's videos of one maker; `how_many` in words, as "two new videos"."""

    by: Markdown
    how_many: str
    videos: tuple[Video, ...]


class Introduction(Section, frozen=True, kw_only=True):
    """What the week was about, whom it is owed to, and the new videos."""

    template = "introduction"

    thanks: str = ""
    videos: tuple[NewVideos, ...] = ()


class Block(Section, frozen=True, kw_only=True):
    """A standing part: text and a list, as configured."""

    template = "block"

    entries: tuple[str, ...] = ()
    is_list: bool = False


class Highlights(Section, frozen=True, kw_only=True):
    """One project's improvements and bug fixes, in sentences."""

    template = "highlights"

    improvements: tuple[Highlight, ...] = ()
    bugfixes: tuple[Highlight, ...] = ()


class Counted(Record, frozen=True, kw_only=True):
    """Pull requests that are told by their number, in a line that links to all of them."""

    text: str
    url: str
    pulls: tuple[PullRequest, ...]


class Named(Record, frozen=True, kw_only=True):
    """Projects that are told by their names and numbers alone, and where to see what their owner's merged."""

    text: str
    owner: str = ""
    url: str = ""


class UpstreamProject(Record, frozen=True, kw_only=True):
    """A project's merged pull requests under Upstream changes, and what could not be learned.

    `counted` stands in the place of `pulls` where the post is folded; `details` is the summary of a list that readers
    open by a click, empty where it lies open.
    """

    name: str
    pulls: tuple[PullRequest, ...] = ()
    counted: tuple[Counted, ...] = ()
    details: str = ""
    gaps: tuple[Problem, ...] = ()


class Upstream(Section, frozen=True, kw_only=True):
    """Every merged pull request of the week, by project.

    Where the post is folded to fit the forum, `folded` says so, `named` and `quiet` are the projects without a heading.
    """

    template = "upstream"

    projects: tuple[UpstreamProject, ...] = ()
    folded: str = ""
    named: tuple[Named, ...] = ()
    quiet: tuple[str, ...] = ()


class Events(Section, frozen=True, kw_only=True):
    """What lies ahead."""

    template = "events"

    events: tuple[Event, ...] = ()


class Linked(Record, frozen=True, kw_only=True):
    """Somebody's words that link to where they were said."""

    title: str
    url: str


class Feed(Section, frozen=True, kw_only=True):
    """What feeds published in the week."""

    template = "feed"

    items: tuple[Linked, ...] = ()


class Newcomers(Record, frozen=True, kw_only=True):
    """One repository's issues for newcomers; `how_many` is empty where it isn't asked for or not known."""

    text: str
    url: str
    how_many: str = ""


class Contribute(Section, frozen=True, kw_only=True):
    """Where to begin."""

    template = "contribute"

    issues: tuple[Newcomers, ...] = ()


class Part(Record, frozen=True, kw_only=True):
    """One distribution: the editor's entries, and what was merged, committed or published there."""

    name: str
    entries: tuple[Markdown, ...] = ()
    items: tuple[Linked, ...] = ()


class Distributions(Section, frozen=True, kw_only=True):
    """Downstream work, by distribution."""

    template = "distributions"

    parts: tuple[Part, ...] = ()


AnySection = Introduction | Block | Highlights | Upstream | Events | Feed | Contribute | Distributions


class Placement(Record, frozen=True, kw_only=True):
    """What became of one pull request: its verdict, where in the post it stands, and why not elsewhere.

    `lacks` names the fields that its source couldn't tell, `editor` what the editor changed.
    """

    pull: PullRequest
    verdict: Verdict
    places: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()


class Post(Record, frozen=True, kw_only=True):
    """The whole post, ready to be rendered; every value in it is final.

    `left_out` says what of the sources beside the pull requests isn't told, and why.
    """

    week: Week
    title: str
    sections: tuple[AnySection, ...]
    placements: tuple[Placement, ...]
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()
