"""Configuration of the program that writes highlights."""

from typing import Annotated

from msgspec import Meta, field

from weekly.model import Record
from weekly.text.markdown import Markdown


class WriterConfig(Record, frozen=True, kw_only=True):
    """A program of yours that writes highlights, such as a script that asks a language model. Each sentence is checked."""

    command: tuple[str, ...] = ()
    """The program and its arguments, run in the folder of weekly.toml. Without it, `weekly` drafts by its own rules."""
    environment: tuple[str, ...] = ()
    """The environment variables that the program gets besides PATH and HOME, such as its key."""
    publish: bool = False
    """Allow its sentences in posts that nobody reviews, where schedule.mode is 'direct'. In review mode they are always
    allowed."""
    longest: Annotated[int, Meta(ge=100)] = 800
    """The most characters of a highlight that it writes."""
    support: Annotated[float, Meta(ge=0.3, le=1)] = 0.5
    """The share of a sentence's words that the sources must have, in any form."""
    most: Annotated[int, Meta(ge=1)] = 60
    """The most requests for a week. Other highlights stay as drafted."""
    seconds: Annotated[float, Meta(gt=0)] = 120.0
    """The time in seconds that one request may take."""
    credit: Markdown = field(default_factory=Markdown)
    """A line at the end of posts that have sentences of the writer, in Markdown. '' means no line."""
