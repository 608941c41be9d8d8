"""Records of GitHub and git activity."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from weekly.model.base import Count, Record


class Source(StrEnum):
    """The kind of source that a snapshot was gathered from."""

    GRAPHQL = "github-graphql"
    REST = "github-rest"
    CLONES = "git-clones"
    SAMPLE = "sample"


class Outcome(StrEnum):
    """The result of reading one repository. Only ACTIVE and QUIET are proven complete."""

    ACTIVE = "active"
    QUIET = "quiet"
    UNPROVEN = "unproven"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    FAILED = "failed"

    @property
    def is_answer(self) -> bool:
        """Tell whether the repository's pull requests are known."""
        return self in (Outcome.ACTIVE, Outcome.QUIET, Outcome.UNPROVEN)

    @property
    def sentence(self) -> str:
        """The predicate that describes it, after the repository's name."""
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
    """Tells whether a problem blocks publication."""

    BLOCKS = "blocks"
    NOTED = "noted"


class Person(Record, frozen=True, kw_only=True):
    """A GitHub account. A deleted one's login is `ghost`, a bot's lacks `[bot]`."""

    login: str
    name: str = ""
    is_bot: bool = False

    @classmethod
    def of_login(cls, login: str | None, *, kind: str = "") -> Self:
        """Build the account that an API names.

        GraphQL says `dependabot` with the type Bot, REST says `dependabot[bot]`.
        """
        name = (login or "ghost").removesuffix("[bot]")
        return cls(login=name, is_bot=kind == "Bot" or name != (login or "ghost"))


class Commit(Record, frozen=True, kw_only=True):
    """One commit of a pull request."""

    subject: str
    body: str = ""


class FileChange(Record, frozen=True, kw_only=True):
    """A file that a pull request touches, with its numbers of added and deleted lines."""

    path: str
    additions: Count = 0
    deletions: Count = 0


class Patch(Record, frozen=True, kw_only=True):
    """The lines that a pull request adds to a file of interest, such as a changelog fragment."""

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
    """A release or tag of a repository. `is_security` tells whether its commits or its notes are about security holes."""

    tag: str
    published_at: datetime
    name: str = ""
    url: str = ""
    is_prerelease: bool = False
    is_security: bool = False


class PullRequest(Record, frozen=True, kw_only=True):
    """A merged pull request with what its source reports.

    `base` is None where the source doesn't report it. `cut` names the fields that are incomplete (`files`, `commits`,
    `labels`, `closes`, `body`).
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
        """The reference that notes and `explain` use, such as `canonical/lxd#11514`."""
        return f"{self.repo}#{self.number}"


class Problem(Record, frozen=True, kw_only=True):
    """A failure of one source, with its location and a hint."""

    what: str
    where: str
    severity: Severity
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"; {self.hint}" if self.hint else "")


class RepoActivity(Record, frozen=True, kw_only=True):
    """One repository's week, with the pull requests of all branches by number.

    `total` is GitHub's own count, None where nobody counts. `unindexed` counts pull requests merged too recently to be in
    that count. `lacks` names the fields that this source can't report, so that an empty value there proves nothing.
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
