"""Configuration of the program that writes highlights."""

from typing import Annotated

from msgspec import Meta, field

from weekly.config.external import WebAddress
from weekly.model import Record
from weekly.text.markdown import Markdown


class WriterConfig(Record, frozen=True, kw_only=True):
    """A language model, or a program of yours, that writes highlights. Each of its sentences is checked against the facts."""

    model: str = ""
    """The model to ask, as its server calls it, such as 'openai/gpt-4.1'. Without a model or a command, `weekly` drafts by its own
    rules."""
    url: WebAddress | None = None
    """The address of the model's server up to /chat/completions, with its key in WRITER_KEY. Default: GitHub Models, which also
    takes GITHUB_TOKEN."""
    command: tuple[str, ...] = ()
    """A program and its arguments to run instead, in the folder of weekly.toml."""
    environment: tuple[str, ...] = ()
    """The environment variables that the program gets besides PATH, HOME and the like, such as its key."""
    publish: bool = False
    """Allow its sentences in posts that nobody reviews, where schedule.mode is 'direct'. In review mode they are always
    allowed."""
    longest: Annotated[int, Meta(ge=100)] = 800
    """The most characters of a highlight that it writes."""
    support: Annotated[float, Meta(ge=0.3, le=1)] = 0.5
    """The share of a sentence's words that the sources must have, in any form."""
    most: Annotated[int, Meta(ge=1)] = 60
    """The most requests for a week. Other highlights stay as drafted."""
    at_once: Annotated[int, Meta(ge=1)] = 2
    """The most requests at the same time. A server may allow fewer."""
    seconds: Annotated[float, Meta(gt=0)] = 120.0
    """The time in seconds for one highlight, or for the introduction, including a second attempt."""
    credit: Markdown = field(default_factory=Markdown)
    """A line at the end of posts that have sentences of the writer, in Markdown. '' means no line."""

    def __post_init__(self) -> None:
        if self.model and self.command:
            raise ValueError("needs either model or command")
        if self.url and not self.model:
            raise ValueError("url: needs a model")
        if self.environment and not self.command:
            raise ValueError("environment: goes with command; a model's key is in WRITER_KEY")

    @property
    def is_on(self) -> bool:
        """Tell whether anything is asked."""
        return bool(self.model or self.command)
