"""Configuration of the ledger, the schedule and the targets."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from weekly.config.project import RepoName
from weekly.model import Record

DISCUSSION_LENGTH = 65_536
"""Characters that GitHub takes in a discussion."""

Category = Annotated[
    str | int, Meta(description="The category's name, number or address, or 'Parent/Name' where names aren't unique.")
]
Prefix = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{0,40}$")]
Unproven = Annotated[
    bool,
    Meta(
        description="Allow publishing weeks that were read from clones, which have no count of pull requests and hide rebase "
        "merges."
    ),
]


class LedgerConfig(Record, frozen=True, kw_only=True):
    """The first week whose archive `weekly check` proves complete."""

    first_week: date | None = None
    """Any day of the first week that the archive must have. Without it, `weekly check` only notes missing weeks."""


class Mode(StrEnum):
    """The way in which weeks are published unattended."""

    DIRECT = "direct"
    REVIEW = "review"


class ScheduleConfig(Record, frozen=True, kw_only=True):
    """The unattended run on Mondays."""

    mode: Mode = Mode.REVIEW
    """'direct' publishes at once. 'review' opens a pull request, and merging it publishes."""
    first_week: date | None = None
    """Any day of the first week to publish. Older weeks never are. Default: the week of the newest
    record, or the next one if that week is published."""
    most_weeks: Annotated[int, Meta(ge=1)] = 3
    """The most weeks that one run publishes, the oldest first."""
    folder: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$")] = "posts"
    """The folder for posts if there is no [forum] and no [discussions], relative to weekly.toml."""

    def __post_init__(self) -> None:
        if ".." in Path(self.folder).parts:
            raise ValueError("folder: is outside the project; give a folder in it, such as 'posts'")


class TrialConfig(Record, frozen=True, kw_only=True):
    """A hidden destination on the forum, such as a private message or a staff category."""

    category: Category = ""
    recipients: tuple[str, ...] = ()
    """The users and groups who get a private message instead of a topic in a category."""

    def __post_init__(self) -> None:
        if bool(self.category) == bool(self.recipients):
            raise ValueError("needs either category or recipients")


class ForumConfig(Record, frozen=True, kw_only=True):
    """The Discourse forum for the post. The keys come from the environment."""

    url: Annotated[str, Meta(pattern="^https?://")]
    """The forum's address."""
    category: Category
    tags: tuple[str, ...] = ()
    """The topic's tags."""
    external_id_prefix: Prefix = "weekly-"
    """The prefix of the topics' external ids. The week's Monday follows it."""
    max_post_length: Annotated[int, Meta(ge=1000)] | None = None
    """The forum's setting of this name, in characters. Longer posts are shortened. Default: 32000, or what the forum
    reports when publishing. The lower value counts."""
    publish_unproven: Unproven = False
    insecure: bool = False
    """Whether an http:// address is permitted, which sends the key in the clear."""
    trial: TrialConfig | None = None
    """The destination of `weekly publish --trial`, for a first look."""


class DiscussionsConfig(Record, frozen=True, kw_only=True):
    """The GitHub Discussions for the post. The token comes from the environment."""

    repository: RepoName
    """The repository with the discussions, as owner/name."""
    category: str
    """The category's name, or its name in the address."""
    mark_prefix: Prefix = ""
    """The prefix of the hidden mark that recognises a week's discussion. The week's Monday follows it. Default: from
    the project's name."""
    max_post_length: Annotated[int, Meta(ge=1000, le=DISCUSSION_LENGTH)] = DISCUSSION_LENGTH
    """The most characters of a post. Longer posts are shortened."""
    publish_unproven: Unproven = False
