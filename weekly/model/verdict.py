"""Records of judgement, from kinds to findings."""

from enum import StrEnum

from weekly.model.activity import PullRequest, Severity
from weekly.model.base import Record


class Kind(StrEnum):
    """The kind of a change. Only the first two are highlights."""

    IMPROVEMENT = "improvement"
    BUGFIX = "bugfix"
    DOCUMENTATION = "documentation"
    TESTS_CI = "tests_ci"
    DEPENDENCIES = "dependencies"
    HOUSEKEEPING = "housekeeping"

    @property
    def is_highlight(self) -> bool:
        """Tell whether changes of this kind interest users."""
        return self in (Kind.IMPROVEMENT, Kind.BUGFIX)


class Audience(StrEnum):
    """The people who notice a change."""

    USERS = "users"
    DEVELOPERS = "developers"


WRITER_RULE = "writer"
"""The rule of a verdict that the writer gave."""


class Verdict(Record, frozen=True, kw_only=True):
    """The kind of a pull request, with the first matching rule and its evidence.

    `confidence` is 0 to 1. Below the configured threshold the verdict isn't `sure`. `noticed` is how much speaks for users
    as its audience, in log-odds. A breaking change needs action from users.
    """

    kind: Kind
    rule: str
    evidence: str
    confidence: float = 1.0
    sure: bool = True
    audience: Audience = Audience.USERS
    audience_reason: str = ""
    noticed: float = 0.0
    is_breaking: bool = False


class Words(StrEnum):
    """The source of a sentence's words."""

    EDITOR = "editor"
    AUTHOR = "author"
    DRAFTED = "drafted"
    WRITER = "writer"


class Highlight(Record, frozen=True, kw_only=True):
    """A bullet about one or several pull requests.

    `text` is a plain str where it is drafted (render escapes it), Markdown where the editor wrote it or it has
    sub-bullets. `project` is the name to show where a section joins several projects.
    """

    pulls: tuple[PullRequest, ...]
    text: str
    verdict: Verdict
    words: Words = Words.DRAFTED
    replaced: str = ""
    project: str = ""


class Finding(Record, frozen=True, kw_only=True):
    """A result of a check, with the rule, its location and a hint.

    `where` is a file and key, empty for the rendered post. `line` counts from 1. Line 0 is the whole post or its title.
    """

    rule: str
    message: str
    hint: str = ""
    where: str = ""
    line: int = 0
    severity: Severity = Severity.BLOCKS

    def __str__(self) -> str:
        position = f"{self.where}:{self.line}" if self.where and self.line else self.where or f"line {self.line}"
        return f"{position + ': ' if self.where or self.line else ''}{self.message} [{self.rule}]{'; ' if self.hint else ''}{self.hint}"
