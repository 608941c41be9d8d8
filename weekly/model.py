"""The records that travel from stage to stage: frozen, keyword-only, made once."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from weekly.markdown import Markdown
from weekly.week import Week

SCHEMA_VERSION = 1


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The base of all records (each says kw_only itself, msgspec does not inherit it): what stands at its default is left out of files, so that they stay readable."""


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


class Severity(StrEnum):
    """Whether a problem keeps the post from being published."""

    BLOCKS = "blocks"
    NOTED = "noted"


class Person(Record, kw_only=True):
    """Who wrote or merged; a deleted account's login is `ghost`."""

    login: str
    name: str = ""
    is_bot: bool = False


class Commit(Record, kw_only=True):
    """One commit of a pull request."""

    subject: str
    body: str = ""


class FileChange(Record, kw_only=True):
    """One file that a pull request touches, with its lines added and deleted."""

    path: str
    additions: int = 0
    deletions: int = 0


class Issue(Record, kw_only=True):
    """An issue that a pull request closes."""

    number: int
    title: str = ""
    labels: tuple[str, ...] = ()


class PullRequest(Record, kw_only=True):
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


class Problem(Record, kw_only=True):
    """What went wrong with something that may fail alone: what, where, and what to do about it."""

    what: str
    where: str
    severity: Severity
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"; {self.hint}" if self.hint else "")


class RepoActivity(Record, kw_only=True):
    """The week of one repository: pull requests of all its branches, by number.

    `total` is the count by GitHub's own account, None where nobody counts. `lacks` names the fields that
    this source can't tell, so that an empty one isn't taken for an empty one of the pull request's.
    """

    repo: str
    outcome: Outcome
    total: int | None = None
    renamed_to: str | None = None
    is_archived: bool = False
    lacks: tuple[str, ...] = ()
    pulls: tuple[PullRequest, ...] = ()


class Snapshot(Record, kw_only=True):
    """All that was gathered of one week; a file of archive/."""

    schema_version: int
    week: Week
    source: Source
    gathered_at: datetime
    note: str = ""
    repos: tuple[RepoActivity, ...]
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
    def blocking(self) -> tuple[Problem, ...]:
        """The problems that leave a gap in the post."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.BLOCKS)


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


class Verdict(Record, kw_only=True):
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


class Highlight(Record, kw_only=True):
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


class Section(Record, kw_only=True):
    """A part of the post; `template` names its partial in templates/sections/."""

    template: str
    heading: str = ""
    level: int = 1
    text: Markdown = Markdown()


class Introduction(Section, kw_only=True):
    """What the week was about."""


class Block(Section, kw_only=True):
    """A standing part: text and a list, as configured."""

    items: tuple[Markdown, ...] = ()
    is_list: bool = False


class Highlights(Section, kw_only=True):
    """One project's improvements and bug fixes, in sentences."""

    improvements: tuple[Highlight, ...] = ()
    bugfixes: tuple[Highlight, ...] = ()


class Project(Record, kw_only=True):
    """A project's merged pull requests under Upstream changes, and what could not be learned."""

    name: str
    pulls: tuple[PullRequest, ...] = ()
    gaps: tuple[Problem, ...] = ()


class Upstream(Section, kw_only=True):
    """Every merged pull request of the week, by project."""

    projects: tuple[Project, ...] = ()


class Event(Record, kw_only=True):
    """Something that readers may go to; `last_day` is the day it ends, if it isn't the same."""

    title: str
    first_day: date
    last_day: date | None = None
    place: str = ""
    url: str = ""


class Events(Section, kw_only=True):
    """What lies ahead."""

    events: tuple[Event, ...] = ()


class Part(Record, kw_only=True):
    """One distribution and its entries."""

    name: str
    entries: tuple[Markdown, ...] = ()


class Distributions(Section, kw_only=True):
    """Downstream work, by distribution."""

    parts: tuple[Part, ...] = ()


class Placement(Record, kw_only=True):
    """What became of one pull request: its verdict, and where in the post it stands."""

    pull: PullRequest
    verdict: Verdict
    places: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()


class Post(Record, kw_only=True):
    """The whole post, ready to be rendered; every value in it is final."""

    week: Week
    title: str
    sections: tuple[Section, ...]
    placements: tuple[Placement, ...]
    problems: tuple[Problem, ...] = ()
