"""Records of feeds, calendars and other sources for one week."""

import re
from datetime import date, datetime
from enum import StrEnum

from weekly.model.activity import Problem
from weekly.model.base import Count, Record
from weekly.text.markdown import Markdown
from weekly.week import day_span


class Reach(StrEnum):
    """The part of one week that a source could report."""

    WHOLE = "whole"
    TOO_SHORT = "too_short"
    FAILED = "failed"


class DropReason(StrEnum):
    """A reason why an entry of a source isn't listed."""

    CANCELLED = "cancelled"
    PRIVATE = "private"
    UNDATED = "undated"
    UNREADABLE = "unreadable"
    REPEATED = "repeated"

    @property
    def is_fault(self) -> bool:
        """Tell whether readers may miss something that should have been listed."""
        return self in (DropReason.UNDATED, DropReason.UNREADABLE)


class Dropped(Record, frozen=True, kw_only=True):
    """An entry that isn't listed, and why. `detail` may say more."""

    title: str
    reason: DropReason
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.title!r}: {self.reason.value}" + (f" ({self.detail})" if self.detail else "")


class SourceWeek(Record, frozen=True, kw_only=True):
    """One source's week: its address in weekly.toml, how much it could report, and what is wrong with it.

    TOO_SHORT: it answered, but its entries don't cover the whole week. `back_to` is its oldest entry's time, None where
    it has all entries. Each entry is listed, in `dropped`, or counted in `other_weeks`.
    """

    source: str
    reach: Reach = Reach.WHOLE
    back_to: datetime | None = None
    problem: Problem | None = None
    other_weeks: Count = 0
    dropped: tuple[Dropped, ...] = ()


class FeedItem(Record, frozen=True, kw_only=True):
    """An entry of a feed, published in the week."""

    key: str
    title: str
    url: str
    published: datetime


class FeedWeek(SourceWeek, frozen=True, kw_only=True):
    """The entries that one feed published in the week, oldest first.

    `late` has entries of earlier weeks that appeared only after those weeks' posts.
    """

    items: tuple[FeedItem, ...] = ()
    late: tuple[FeedItem, ...] = ()


class Event(Record, frozen=True, kw_only=True):
    """An event for readers, on one day or up to `last_day`."""

    title: str
    """The event's title."""
    first_day: date
    """The first day."""
    last_day: date | None = None
    """The last day, if it is another."""
    time: str = ""
    """The time of day and its zone, such as '15:00 UTC'."""
    place: str = ""
    """The location."""
    url: str = ""
    """The address of a page about it."""

    def __post_init__(self) -> None:
        if self.last_day and self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} is before first_day {self.first_day}")

    @property
    def when(self) -> str:
        """The day or days in words, with the year."""
        return day_span(self.first_day, self.last_day or self.first_day)

    @property
    def clock(self) -> str:
        """The time of day; Markdown where it is nothing but a time, so that its colon needs no guard."""
        is_time = re.fullmatch(r"\d{1,2}:\d{2}(?: [A-Za-z]{1,5}(?:[+-]\d{1,4})?)?", self.time, re.ASCII)
        return Markdown(self.time) if is_time else self.time

    @property
    def ends(self) -> date:
        """The last day."""
        return self.last_day or self.first_day


class Occurrence(Event, frozen=True, kw_only=True):
    """An event of a calendar. All instances of a recurring one share the `uid`.

    `starts_at` is in the project's zone, None where the event takes all day.
    """

    uid: str = ""
    starts_at: datetime | None = None


class CalendarWeek(SourceWeek, frozen=True, kw_only=True):
    """A calendar's events from the post's day up to and including `until`, soonest first."""

    until: date
    events: tuple[Occurrence, ...] = ()


class BranchCommit(Record, frozen=True, kw_only=True):
    """A commit on a branch of a packaging repository."""

    sha: str
    subject: str
    url: str


class BranchWeek(SourceWeek, frozen=True, kw_only=True):
    """The week's commits on one branch, without merges, oldest first.

    `source` is `owner/name@branch`.
    """

    commits: tuple[BranchCommit, ...] = ()


class Listed(Record, frozen=True, kw_only=True):
    """A repository and its number on GitHub, which stays when the name changes."""

    repo: str
    id: Count


class Listing(Record, frozen=True, kw_only=True):
    """The repositories that a pattern stood for when the week was gathered."""

    source: str
    repos: tuple[Listed, ...] = ()


class OpenIssues(SourceWeek, frozen=True, kw_only=True):
    """The number of open issues of a search (`source`) when the week was gathered."""

    count: int = 0


class Advisory(Record, frozen=True, kw_only=True):
    """A security advisory that a repository published. `numbers` has its CVE number, if any, and its GHSA number."""

    numbers: tuple[str, ...]
    title: str
    severity: str = ""
    url: str


class AdvisoryWeek(SourceWeek, frozen=True, kw_only=True):
    """The advisories that one repository published in the week, oldest first.

    `source` is `owner/name/security-advisories`.
    """

    advisories: tuple[Advisory, ...] = ()


class Image(Record, frozen=True, kw_only=True):
    """An image of a release, with its architectures. `title` is the release's name where it has another."""

    os: str
    release: str
    title: str = ""
    variant: str = "default"
    archs: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name for readers, such as "Ubuntu 26.04"."""
        title = self.title or self.release
        return (
            title if title.casefold().startswith(self.os.casefold()) else f"{self.os[:1].upper()}{self.os[1:]} {title}"
        )


class IndexWeek(SourceWeek, frozen=True, kw_only=True):
    """The images of a server at the end of the week.

    They were added and removed after the week of the Monday `since`, which is None where no earlier week is known.
    """

    images: tuple[Image, ...] = ()
    since: date | None = None
    added: tuple[Image, ...] = ()
    removed: tuple[Image, ...] = ()
