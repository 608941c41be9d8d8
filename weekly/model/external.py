"""Records of feeds, calendars, branches and counts for one week."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from weekly.model.activity import Problem
from weekly.model.base import Record
from weekly.week import day_span


class Reach(StrEnum):
    """How much of one week a source could report."""

    WHOLE = "whole"
    TOO_SHORT = "too_short"
    FAILED = "failed"


class SourceWeek(Record, frozen=True, kw_only=True):
    """One source's week: its address in weekly.toml, how much it could report, and what is wrong with it.

    TOO_SHORT: it answered, but its entries don't cover the whole week. `back_to` is its oldest entry's time, None where
    it has all entries.
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


class FeedWeek(SourceWeek, frozen=True, kw_only=True):
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


class CalendarWeek(SourceWeek, frozen=True, kw_only=True):
    """What lies ahead in one calendar when the week's post appears, up to and with the day `until`, soonest first."""

    until: date
    events: tuple[Occurrence, ...] = ()


class BranchCommit(Record, frozen=True, kw_only=True):
    """A commit on a branch of a packaging repository."""

    sha: str
    subject: str
    url: str


class BranchWeek(SourceWeek, frozen=True, kw_only=True):
    """The week's commits on one branch (`source` is `owner/name@branch`), merges left out, oldest first."""

    commits: tuple[BranchCommit, ...] = ()


class OpenIssues(SourceWeek, frozen=True, kw_only=True):
    """How many issues of a search (`source`) were open when the week was gathered."""

    count: int = 0
