"""Configuration of dated entries, feeds, channels and calendars."""

import re
from datetime import date
from typing import Annotated, Self

from msgspec import Meta, field

from weekly.model import Record
from weekly.text.markdown import Markdown

YOUTUBE_HOLDS = 15
"""Entries in the feed of a YouTube channel, at most."""
USUAL_HOLDS = 10
"""Entries in the feed of a blog, usually."""

Required = Annotated[bool, Meta(description="Don't publish the post without it.")]


class WebAddress(str):
    """An http(s) URL. `webcal:`, which calendars use, becomes https."""

    def __new__(cls, url: str) -> Self:
        """Refuse other addresses, and passwords that would get into the archive."""
        from urllib.parse import urlsplit  # only where there is an address: start-up counts

        url = re.sub(r"^webcals?:", "https:", url)
        try:
            parts = urlsplit(url)
            fits = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", url)
            _ = parts.port
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"{url!r} is not a web address; write it as 'https://…'")
        if parts.username or parts.password:
            raise ValueError("contains a password, which would be published; give an address without it")
        return super().__new__(cls, url)


class Dated(Record, frozen=True, kw_only=True):
    """The first and last day on which a post shows something. A post appears on the Monday after its week."""

    first_day: date | None = None
    """The first day on which a post shows it. A post appears on the Monday after its week."""
    last_day: date | None = None
    """The last day on which a post shows it."""

    def __post_init__(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} is before first_day {self.first_day}")

    def is_open(self, day: date) -> bool:
        """Tell whether a post of that day shows it."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


class ItemConfig(Dated, frozen=True, kw_only=True):
    """An entry of a block with its own dates, such as a job offer."""

    text: Markdown
    """The entry, in Markdown."""


class FeedConfig(Record, frozen=True, kw_only=True):
    """An Atom or RSS feed."""

    url: WebAddress
    """The feed's address."""
    required: Required = False
    holds: Annotated[int, Meta(ge=1)] | None = None
    """The largest number of entries in the feed. A feed with fewer has all its entries, so older weeks can be read from
    it. Default: 15 for YouTube, else 10."""
    late_days: Annotated[int, Meta(ge=0, le=28)] = 7
    """List late entries as well, dated up to this many days before the week. The feed showed them only after the post of
    their own week. Default: 7."""

    @property
    def is_youtube(self) -> bool:
        """Tell by the address whether its entries are YouTube videos."""
        from urllib.parse import urlsplit

        return urlsplit(self.url).path.endswith("/feeds/videos.xml")

    @property
    def most(self) -> int:
        """The largest number of entries that the feed has."""
        return self.holds or (YOUTUBE_HOLDS if self.is_youtube else USUAL_HOLDS)


class ChannelConfig(FeedConfig, frozen=True, kw_only=True):
    """A channel whose new videos the introduction announces."""

    by: Markdown | None = None
    """The author of these videos. Default: videos.by."""
    leave_out: tuple[str, ...] | None = None
    """Rules for this channel, instead of videos.leave_out."""


class VideosConfig(Record, frozen=True, kw_only=True):
    """New videos, announced in the introduction."""

    by: Markdown = field(default_factory=lambda: Markdown("the team"))
    """The author of the videos, in Markdown. '@name' mentions somebody. Default: the team."""
    channels: tuple[ChannelConfig, ...] = ()
    """The channels' feeds."""
    leave_out: tuple[str, ...] = ()
    """Videos to leave out: 'shorts', 'live', 'premieres', or patterns for titles such as '*release party*', in any
    case."""


class CalendarConfig(Record, frozen=True, kw_only=True):
    """An iCalendar file or address."""

    url: WebAddress | None = None
    """The calendar's address."""
    file: str = ""
    """The calendar's file, relative to weekly.toml."""
    required: Required = False

    def __post_init__(self) -> None:
        if bool(self.url) == bool(self.file):
            raise ValueError("needs either url or file")

    @property
    def source(self) -> str:
        """Its address or its file."""
        return self.url or self.file
