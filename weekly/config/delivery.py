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


class LedgerConfig(Record, frozen=True, kw_only=True):
    """The first week whose archive `weekly check` proves complete."""

    first_week: Annotated[
        date | None, Meta(description="Any day of the first week that the archive must have. Default: its oldest week.")
    ] = None


class Mode(StrEnum):
    """The way in which weeks are published unattended."""

    DIRECT = "direct"
    REVIEW = "review"


class ScheduleConfig(Record, frozen=True, kw_only=True):
    """The unattended run on Mondays."""

    mode: Annotated[
        Mode,
        Meta(description="'direct' publishes at once. 'review' opens a pull request, and merging it publishes."),
    ] = Mode.REVIEW
    first_week: Annotated[
        date | None,
        Meta(
            description="Any day of the first week to publish. Older weeks never are. Default: the last published week."
        ),
    ] = None
    most_weeks: Annotated[int, Meta(description="The most weeks that one run publishes, the oldest first.", ge=1)] = 3
    folder: Annotated[
        str,
        Meta(
            description="The folder for posts if there is no [forum] and no [discussions], relative to weekly.toml.",
            pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$",
        ),
    ] = "posts"

    def __post_init__(self) -> None:
        if ".." in Path(self.folder).parts:
            raise ValueError("folder: is outside the project; give a folder in it, such as 'posts'")


class TrialConfig(Record, frozen=True, kw_only=True):
    """A hidden destination on the forum, such as a private message or a staff category."""

    category: Annotated[
        str | int, Meta(description="The category's name, number, or 'Parent/Name' where names aren't unique.")
    ] = ""
    recipients: Annotated[
        tuple[str, ...],
        Meta(description="The users and groups who get a private message instead of a topic in a category."),
    ] = ()

    def __post_init__(self) -> None:
        if bool(self.category) == bool(self.recipients):
            raise ValueError("needs either category or recipients")


class ForumConfig(Record, frozen=True, kw_only=True):
    """The Discourse forum for the post. The keys come from the environment."""

    url: Annotated[str, Meta(description="The forum's address.", pattern="^https?://")]
    category: Annotated[
        str | int, Meta(description="The category's name, number, or 'Parent/Name' where names aren't unique.")
    ]
    tags: Annotated[tuple[str, ...], Meta(description="The topic's tags.")] = ()
    external_id_prefix: Annotated[
        str,
        Meta(
            description="The prefix of the topics' external ids. The week's Monday follows it.",
            pattern="^[A-Za-z0-9_-]{0,40}$",
        ),
    ] = "weekly-"
    max_post_length: Annotated[
        Annotated[int, Meta(ge=1000)] | None,
        Meta(
            description="The forum's setting of this name, in characters. Longer posts are shortened. Default: 32000, or what "
            "the forum reports when publishing. The lower value counts."
        ),
    ] = None
    publish_unproven: Annotated[
        bool,
        Meta(
            description="Allow publishing weeks that were read from clones, which have no count of pull requests and hide "
            "rebase merges."
        ),
    ] = False
    insecure: Annotated[
        bool, Meta(description="Whether an http:// address is permitted, which sends the key in the clear.")
    ] = False
    trial: Annotated[
        TrialConfig | None,
        Meta(description="The destination of `weekly publish --trial`, for a first look."),
    ] = None


class DiscussionsConfig(Record, frozen=True, kw_only=True):
    """The GitHub Discussions for the post. The token comes from the environment."""

    repository: Annotated[RepoName, Meta(description="The repository with the discussions, as owner/name.")]
    category: Annotated[str, Meta(description="The category's name, or its name in the address.")]
    mark_prefix: Annotated[
        str,
        Meta(
            description="The prefix of the hidden mark that recognises a week's discussion. The week's Monday follows it. "
            "Default: from the project's name.",
            pattern="^[A-Za-z0-9_-]{0,40}$",
        ),
    ] = ""
    max_post_length: Annotated[
        int,
        Meta(description="The most characters of a post. Longer posts are shortened.", ge=1000, le=DISCUSSION_LENGTH),
    ] = DISCUSSION_LENGTH
    publish_unproven: Annotated[
        bool,
        Meta(
            description="Allow publishing weeks that were read from clones, which have no count of pull requests and hide "
            "rebase merges."
        ),
    ] = False
