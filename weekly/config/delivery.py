"""How it is run and where it goes: the ledger, the schedule, the forum."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from weekly.model import Record


class LedgerConfig(Record, frozen=True, kw_only=True):
    """What `weekly check` proves of the archive: no week missing, every pull request in exactly one."""

    first_week: Annotated[
        date | None, Meta(description="Any day of the week that the archive is proven from; without it, of its oldest.")
    ] = None


class Mode(StrEnum):
    """How a week goes out unattended."""

    DIRECT = "direct"
    REVIEW = "review"


class ScheduleConfig(Record, frozen=True, kw_only=True):
    """The unattended Monday run: which weeks are its own, and how they go out."""

    mode: Annotated[
        Mode,
        Meta(description="'direct' publishes at once; 'review' opens a pull request, and merging it publishes."),
    ] = Mode.REVIEW
    first_week: Annotated[
        date | None,
        Meta(
            description="Any day of the first week to publish; no older one ever is. Without it: from the last "
            "published record on."
        ),
    ] = None
    most_weeks: Annotated[
        int, Meta(description="At most so many weeks a run, the oldest first, where some were left behind.", ge=1)
    ] = 3
    folder: Annotated[
        str,
        Meta(
            description="Without a [forum]: the folder for the posts, as a path from here.",
            pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$",
        ),
    ] = "posts"

    def __post_init__(self) -> None:
        if ".." in Path(self.folder).parts:
            raise ValueError("folder: leads out of the project; name one in it, such as 'posts'")


class TrialConfig(Record, frozen=True, kw_only=True):
    """A place on the forum that its readers don't see: a private message, or a category for the staff."""

    category: Annotated[
        str | int, Meta(description="The category: its name, 'Parent/Name' where names aren't unique, or its number.")
    ] = ""
    recipients: Annotated[
        tuple[str, ...], Meta(description="The users and groups who get a private message, instead of a category.")
    ] = ()

    def __post_init__(self) -> None:
        if bool(self.category) == bool(self.recipients):
            raise ValueError("needs either category or recipients")


class ForumConfig(Record, frozen=True, kw_only=True):
    """The Discourse forum that the post goes to; DISCOURSE_URL and the keys come from the environment."""

    url: Annotated[str, Meta(description="The forum's address.", pattern="^https?://")]
    category: Annotated[
        str | int, Meta(description="The category: its name, 'Parent/Name' where names aren't unique, or its number.")
    ]
    tags: Annotated[tuple[str, ...], Meta(description="The topic's tags.")] = ()
    external_id_prefix: Annotated[
        str, Meta(description="The topic of a week is found by this and its Monday.", pattern="^[A-Za-z0-9_-]{0,40}$")
    ] = "weekly-"
    max_post_length: Annotated[
        Annotated[int, Meta(ge=1000)] | None,
        Meta(
            description="The characters that the forum takes, by its setting of this name: a longer post is folded. "
            "Without it: Discourse's default, 32000, and in publishing what the forum itself says. The lesser counts."
        ),
    ] = None
    publish_unproven: Annotated[
        bool,
        Meta(
            description="Whether a week may be published that was read from clones, where nobody counts the pull "
            "requests and rebase merges don't show."
        ),
    ] = False
    trial: Annotated[
        TrialConfig | None,
        Meta(description="Where `weekly publish --trial` posts to, to see the way before it counts."),
    ] = None
