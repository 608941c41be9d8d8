"""What GitHub and git tell: people, pull requests, and what came of asking for them."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from weekly.model.base import Count, Record


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
    def of_login(cls, login: str | None, *, kind: str = "") -> Self:
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


class Patch(Record, frozen=True, kw_only=True):
    """The lines that a pull request adds to a file that a rule names, such as a changelog fragment."""

    path: str
    added: tuple[str, ...] = ()
    is_new: bool = False


class Issue(Record, frozen=True, kw_only=True):
    """An issue that a pull request closes."""

    number: int
    title: str = ""
    labels: tuple[str, ...] = ()
    reporter: Person | None = None


class Release(Record, frozen=True, kw_only=True):
    """A release or tag of a repository."""

    tag: str
    published_at: datetime
    name: str = ""
    url: str = ""
    is_prerelease: bool = False


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
    patches: tuple[Patch, ...] = ()
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
    `unread_merges` counts a clone's commits that may be merges, but name no pull request.
    """

    repo: str
    outcome: Outcome
    total: Count | None = None
    unindexed: Count = 0
    renamed_to: str | None = None
    is_archived: bool = False
    lacks: tuple[str, ...] = ()
    unread_merges: Count = 0
    releases: tuple[Release, ...] = ()
    pulls: tuple[PullRequest, ...] = ()
