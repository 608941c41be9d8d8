"""Configuration of the program that writes highlights."""

from typing import Annotated

from msgspec import Meta, field

from weekly.model import Record
from weekly.text.markdown import Markdown


class WriterConfig(Record, frozen=True, kw_only=True):
    """A program of yours that writes highlights, such as a script that asks a language model. Each sentence is checked."""

    command: Annotated[
        tuple[str, ...],
        Meta(
            description="The program and its arguments, run in the folder of weekly.toml. Without it, `weekly` drafts by "
            "its own rules."
        ),
    ] = ()
    environment: Annotated[
        tuple[str, ...],
        Meta(description="The environment variables that the program gets besides PATH and HOME, such as its key."),
    ] = ()
    publish: Annotated[
        bool,
        Meta(
            description="Allow its sentences in posts that nobody reviews, where schedule.mode is 'direct'. In review mode "
            "they are always allowed."
        ),
    ] = False
    longest: Annotated[int, Meta(description="The most characters of a highlight that it writes.", ge=100)] = 800
    support: Annotated[
        float,
        Meta(description="The share of a sentence's words that the sources must have, in any form.", ge=0.3, le=1),
    ] = 0.5
    most: Annotated[int, Meta(description="The most requests for a week. Other highlights stay as drafted.", ge=1)] = 60
    seconds: Annotated[float, Meta(description="The time in seconds that one request may take.", gt=0)] = 120.0
    credit: Annotated[
        Markdown,
        Meta(
            description="A line at the end of posts that have sentences of the writer, in Markdown. '' means no line."
        ),
    ] = field(default_factory=Markdown)
