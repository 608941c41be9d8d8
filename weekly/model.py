"""The records that travel from stage to stage: frozen, keyword-only, made once."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from weekly.markdown import Markdown
from weekly.week import Week, day_span

SCHEMA_VERSION = 1


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The base of all records: what stands at its default is left out of files, so that they stay readable.

    Each subclass says frozen and kw_only itself: msgspec doesn't inherit the latter, and mypy reads the former there.
    """


Count = Annotated[int, Meta(ge=0)]


# What was gathered ---------------------------------------------------------------------------------------------------


class Source(StrEnum):
    """Where the facts of a snapshot come from."""

    GRAPHQL = "github-graphql"
    REST = "github-rest"
    CLONES = "git-clones"
    SAMPLE = "sample"


class Outcome(StrEnum):
    """What came of asking one repository; only the first two are proven complete."""

    ACTIVE = "active"
    QUIET = "quiet"
    UNPROVEN = "unproven"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    FAILED = "failed"

    @property
    def is_answer(self) -> bool:
        """Whether the repository told us its pull requests at all."""
        return self in (Outcome.ACTIVE, Outcome.QUIET, Outcome.UNPROVEN)

    @property
    def sentence(self) -> str:
        """What it means, said of the repository."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.ACTIVE: "had merged pull requests",
    Outcome.QUIET: "had no merged pull request",
    Outcome.UNPROVEN: "was read from a clone, where nothing counts the pull requests",
    Outcome.NOT_FOUND: "was not found",
    Outcome.FORBIDDEN: "may not be read with this token",
    Outcome.FAILED: "could not be read in full",
}


class Severity(StrEnum):
    """Whether a problem keeps the post from being published."""

    BLOCKS = "blocks"
    NOTED = "noted"


class Person(Record, frozen=True, kw_only=True):
    """Who wrote or merged; a deleted account's login is `ghost`, a bot's goes without `[bot]`."""

    login: str
    name: str = ""
    is_bot: bool = False

    @classmethod
    def of_login(cls, login: str | None, *, kind: str = "") -> Person:
        """The account that an API names: GraphQL says `dependabot` and type Bot, REST says `dependabot[bot]`."""
        name = (login or "ghost").removesuffix("[bot]")
        return cls(login=name, is_bot=kind == "Bot" or name != (login or "ghost"))


class Commit(Record, frozen=True, kw_only=True):
    """One commit of a pull request."""

    subject: str
    body: str = ""


class FileChange(Record, frozen=True, kw_only=True):
    """One file that a pull request touches, with its lines added and deleted."""

    path: str
    additions: Count = 0
    deletions: Count = 0


class Issue(Record, frozen=True, kw_only=True):
    """An issue that a pull request closes."""

    number: int
    title: str = ""
    labels: tuple[str, ...] = ()


class PullRequest(Record, frozen=True, kw_only=True):
    """A merged pull request, as far as its source could tell.

    `base` is None where the source doesn't say. `cut` names the fields that hold less than there is
    (`files`, `commits`, `labels`, `closes`, `body`).
    """

    repo: str
    number: int
    title: str
    url: str
    author: Person
    merged_at: datetime
    merged_by: Person | None = None
    created_at: datetime | None = None
    association: str = ""
    base: str | None = None
    head: str | None = None
    labels: tuple[str, ...] = ()
    body: str = ""
    files: tuple[FileChange, ...] = ()
    commits: tuple[Commit, ...] = ()
    coauthors: tuple[str, ...] = ()
    closes: tuple[Issue, ...] = ()
    cut: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The name by which notes and `explain` call it: `canonical/lxd#11514`."""
        return f"{self.repo}#{self.number}"


class Problem(Record, frozen=True, kw_only=True):
    """What went wrong with something that may fail alone: what, where, and what to do about it."""

    what: str
    where: str
    severity: Severity
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"; {self.hint}" if self.hint else "")


class RepoActivity(Record, frozen=True, kw_only=True):
    """The week of one repository: pull requests of all its branches, by number.

    `total` is the count by GitHub's own account, None where nobody counts; `unindexed` are those on top, merged so
    lately that the search did not count them yet. `lacks` names the fields that
    this source can't tell, so that an empty one isn't taken for an empty one of the pull request's.
    """

    repo: str
    outcome: Outcome
    total: Count | None = None
    unindexed: Count = 0
    renamed_to: str | None = None
    is_archived: bool = False
    lacks: tuple[str, ...] = ()
    pulls: tuple[PullRequest, ...] = ()


class Reach(StrEnum):
    """What came of asking a source beside the pull requests for one week."""

    WHOLE = "whole"
    TOO_SHORT = "too_short"
    FAILED = "failed"


class Aside(Record, frozen=True, kw_only=True):
    """One source beside the pull requests, by the address that weekly.toml has for it, and what is wrong with it.

    TOO_SHORT: it answered, but doesn't go back far enough (a feed) or ahead (a calendar) to know the whole week.
    `back_to` is the oldest instant that it knows of, None where it knows all.
    """

    source: str
    reach: Reach = Reach.WHOLE
    back_to: datetime | None = None
    problem: Problem | None = None


class FeedItem(Record, frozen=True, kw_only=True):
    """One entry of a feed, published in the week."""

    key: str
    title: str
    url: str
    published: datetime


class FeedWeek(Aside, frozen=True, kw_only=True):
    """What one feed published in the week, oldest first."""

    items: tuple[FeedItem, ...] = ()


class Event(Record, frozen=True, kw_only=True):
    """Something that readers may go to; `last_day` is the day it ends, if it isn't the same."""

    title: Annotated[str, Meta(description="What it is called.")]
    first_day: Annotated[date, Meta(description="The day it begins.")]
    last_day: Annotated[date | None, Meta(description="The day it ends, if that is another.")] = None
    place: Annotated[str, Meta(description="Where it is.")] = ""
    url: Annotated[str, Meta(description="Where to read more.")] = ""

    def __post_init__(self) -> None:
        if self.last_day and self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} is before first_day {self.first_day}")

    @property
    def when(self) -> str:
        """The day or days, as the series writes them, with the year."""
        return day_span(self.first_day, self.last_day or self.first_day)

    @property
    def ends(self) -> date:
        """The day after which it is over."""
        return self.last_day or self.first_day


class Occurrence(Event, frozen=True, kw_only=True):
    """An event of a calendar, or one instance of a recurring one; all instances share the `uid`."""

    uid: str = ""


class CalendarWeek(Aside, frozen=True, kw_only=True):
    """What lies ahead in one calendar when the week's post appears, up to and with the day `until`, soonest first."""

    until: date
    events: tuple[Occurrence, ...] = ()


class BranchCommit(Record, frozen=True, kw_only=True):
    """A commit on a branch of a packaging repository."""

    sha: str
    subject: str
    url: str


class BranchWeek(Aside, frozen=True, kw_only=True):
    """The week's commits on one branch (`source` is `owner/name@branch`), merges left out, oldest first."""

    commits: tuple[BranchCommit, ...] = ()


class OpenIssues(Aside, frozen=True, kw_only=True):
    """How many issues of a search (`source`) were open when the week was gathered."""

    count: int = 0


class Snapshot(Record, frozen=True, kw_only=True):
    """All that was gathered of one week; a file of archive/."""

    schema_version: int
    week: Week
    source: Source
    gathered_at: datetime
    note: str = ""
    repos: tuple[RepoActivity, ...]
    feeds: tuple[FeedWeek, ...] = ()
    calendars: tuple[CalendarWeek, ...] = ()
    branches: tuple[BranchWeek, ...] = ()
    issues: tuple[OpenIssues, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_provisional(self) -> bool:
        """Whether the week was still running when it was gathered."""
        return self.gathered_at < self.week.end

    @property
    def pulls(self) -> tuple[PullRequest, ...]:
        """Every pull request of the week, by repository as listed, then by number."""
        return tuple(pull for repo in self.repos for pull in repo.pulls)

    @property
    def unproven(self) -> tuple[str, ...]:
        """The repositories of which nobody counted the pull requests."""
        return tuple(repo.repo for repo in self.repos if repo.outcome is Outcome.UNPROVEN)

    @property
    def asides(self) -> tuple[Aside, ...]:
        """Every source beside the pull requests."""
        return (*self.feeds, *self.calendars, *self.branches, *self.issues)

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Everything that went wrong, with pull requests and beside them."""
        return (*self.problems, *(aside.problem for aside in self.asides if aside.problem))

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems that leave a gap in the post."""
        return tuple(problem for problem in self.all_problems if problem.severity is Severity.BLOCKS)


# What was judged -----------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What a pull request is to a reader; only the first two are highlights."""

    IMPROVEMENT = "improvement"
    BUGFIX = "bugfix"
    DOCUMENTATION = "documentation"
    TESTS_CI = "tests_ci"
    DEPENDENCIES = "dependencies"
    HOUSEKEEPING = "housekeeping"

    @property
    def is_highlight(self) -> bool:
        """Whether a reader who doesn't know the code wants to hear of it."""
        return self in (Kind.IMPROVEMENT, Kind.BUGFIX)


class Verdict(Record, frozen=True, kw_only=True):
    """The kind of one pull request, and why: the rule that fitted first and the evidence that it went by.

    `confidence` is 0 to 1; below the configured threshold the verdict isn't `sure`.
    """

    kind: Kind
    rule: str
    evidence: str
    confidence: float = 1.0
    sure: bool = True


class Words(StrEnum):
    """Whose words a sentence is made of."""

    EDITOR = "editor"
    AUTHOR = "author"
    DRAFTED = "drafted"


class Highlight(Record, frozen=True, kw_only=True):
    """One bullet: a sentence about one or several pull requests.

    `text` is a plain str where it is drafted from somebody's words (render escapes it), Markdown where the
    editor wrote it.
    """

    pulls: tuple[PullRequest, ...]
    text: str
    verdict: Verdict
    words: Words = Words.DRAFTED
    replaced: str = ""


# What is written -----------------------------------------------------------------------------------------------------


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


class Project(Record, frozen=True, kw_only=True):
    """A project's merged pull requests under Upstream changes, and what could not be learned."""

    name: str
    pulls: tuple[PullRequest, ...] = ()
    gaps: tuple[Problem, ...] = ()


class Upstream(Section, frozen=True, kw_only=True):
    """Every merged pull request of the week, by project."""

    template = "upstream"

    projects: tuple[Project, ...] = ()


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


# What is checked -----------------------------------------------------------------------------------------------------


class Finding(Record, frozen=True, kw_only=True):
    """What a check found: where, by which rule, why it matters, and how to mend it.

    `where` is a file and key, empty for the rendered post. `line` counts from 1; 0 is the whole of it, or its title.
    """

    rule: str
    message: str
    hint: str = ""
    where: str = ""
    line: int = 0
    severity: Severity = Severity.BLOCKS

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.where and self.line else self.where or f"line {self.line}"
        return f"{place + ': ' if self.where or self.line else ''}{self.message} [{self.rule}]{'; ' if self.hint else ''}{self.hint}"
