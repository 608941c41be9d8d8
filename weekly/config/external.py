"""What weekly.toml says of days, and of the world beside pull requests: feeds, channels, calendars."""

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


class WebAddress(str):
    """An http(s) URL; `webcal:`, as calendars are offered, is https."""

    def __new__(cls, url: str) -> Self:
        """Refuse what can't be fetched, and a password that would end up in the archive."""
        from urllib.parse import urlsplit  # only where there is an address: start-up counts

        url = re.sub(r"^webcals?:", "https:", url)
        try:
            parts = urlsplit(url)
            fits = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", url)
            _ = parts.port
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"{url!r} is no address of the web; write it as 'https://…'")
        if parts.username or parts.password:
            raise ValueError("has a password in it, which would be published; give an address without one")
        return super().__new__(cls, url)


class Dated(Record, frozen=True, kw_only=True):
    """What is shown from one day to another; a post goes by the day on which it appears, the Monday after its week."""

    first_day: Annotated[
        date | None,
        Meta(
            description="The first day on which a post that appears shows it; a post appears on the Monday after its week."
        ),
    ] = None
    last_day: Annotated[date | None, Meta(description="The last such day.")] = None

    def __post_init__(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} is before first_day {self.first_day}")

    def is_open(self, day: date) -> bool:
        """Whether it is shown on that day, both ends included."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


class ItemConfig(Dated, frozen=True, kw_only=True):
    """An entry of a block with a life of its own, such as a job offer."""

    text: Annotated[Markdown, Meta(description="The entry, Markdown.")]


class FeedConfig(Record, frozen=True, kw_only=True):
    """An Atom or RSS feed."""

    url: Annotated[WebAddress, Meta(description="The feed's address.")]
    required: Annotated[bool, Meta(description="Whether the post may not appear without it.")] = False
    holds: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(
            description="How many entries the feed has at most: one with fewer has all there ever were, and older weeks "
            "can be told from it. Default: 15 for YouTube, else 10.",
        ),
    ] = None

    @property
    def is_youtube(self) -> bool:
        """Whether its entries are YouTube's videos, going by the address."""
        from urllib.parse import urlsplit

        return urlsplit(self.url).path.endswith("/feeds/videos.xml")

    @property
    def most(self) -> int:
        """How many entries the feed has at most."""
        return self.holds or (YOUTUBE_HOLDS if self.is_youtube else USUAL_HOLDS)


class ChannelConfig(FeedConfig, frozen=True, kw_only=True):
    """A channel whose new videos the introduction tells."""

    by: Annotated[Markdown | None, Meta(description="Who makes these videos; default: videos.by.")] = None
    leave_out: Annotated[
        tuple[str, ...] | None, Meta(description="Rules for this channel alone, in place of videos.leave_out.")
    ] = None


class VideosConfig(Record, frozen=True, kw_only=True):
    """New videos, told in the introduction."""

    by: Annotated[Markdown, Meta(description="Who makes the videos, Markdown: '@name' is a mention that is meant.")] = (
        field(default_factory=lambda: Markdown("the team"))
    )
    channels: Annotated[tuple[ChannelConfig, ...], Meta(description="Feeds of channels.")] = ()
    leave_out: Annotated[
        tuple[str, ...],
        Meta(
            description="Videos that are not told: 'shorts', 'live', 'premieres', or patterns such as '*release party*' "
            "for the title, in any case."
        ),
    ] = ()


class CalendarConfig(Record, frozen=True, kw_only=True):
    """An iCalendar file, here or on the web."""

    url: Annotated[WebAddress | None, Meta(description="The calendar's address.")] = None
    file: Annotated[str, Meta(description="The calendar's file, seen from weekly.toml's folder.")] = ""
    required: Annotated[bool, Meta(description="Whether the post may not appear without it.")] = False

    def __post_init__(self) -> None:
        if bool(self.url) == bool(self.file):
            raise ValueError("a calendar has a url or a file; give one of them")

    @property
    def source(self) -> str:
        """What it goes by: its address or its file."""
        return self.url or self.file
