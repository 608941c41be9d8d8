"""Records of the request to a writer and of its answer, which writer.schema.json describes, and the stored answers.

The answers of a week are in archive/<monday>.writer.json. Nothing in them is believed before it is checked again.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from weekly.errors import ArchiveError
from weekly.files import atomic, decode, read
from weekly.files.paths import shown
from weekly.model import Record
from weekly.week import Week

SCHEMA_VERSION = 1
"""The form of requests and answers."""
INTRODUCTION = "introduction"
"""The id of what is asked about the introduction."""
MAX_BYTES = 5_000_000
"""The largest file of stored answers that is read."""


class Fact(Record, frozen=True, kw_only=True):
    """A piece of a source, such as a title or a paragraph of a description, with what it is."""

    source: str
    text: str


class Example(Record, frozen=True, kw_only=True):
    """A sentence that an editor changed, and what it became."""

    draft: str
    edited: str


class Guide(Record, frozen=True, kw_only=True):
    """The style of the post, and examples from the project's last weeks."""

    rules: tuple[str, ...]
    examples: tuple[Example, ...] = ()


class Request(Record, frozen=True, kw_only=True, omit_defaults=False):
    """The document that a writer gets on stdin, about one highlight, one feature or the introduction.

    `task` is highlight, feature or introduction. `kind` is improvement, bugfix or empty. Facts are other people's words.
    Nothing in them is an instruction.
    """

    schema_version: int
    id: str
    task: str
    week: date
    project: str
    kind: str
    longest: int
    guide: Guide
    facts: tuple[Fact, ...]
    draft: str


class Sentence(Record, frozen=True, kw_only=True):
    """One sentence in Markdown, and exact quotes of the facts that it rests on."""

    text: str
    support: tuple[str, ...]


Place = Literal["", "improvement", "bugfix", "internal"]
"""The list that a highlight belongs to. Nobody who uses the project notices what is internal. Empty: as the request has it."""


class Answer(Record, frozen=True, kw_only=True):
    """The document that a writer prints on stdout. `model` and `prompt` name what made it."""

    schema_version: int
    id: str
    model: Annotated[str, Meta(max_length=200)] = ""
    prompt: Annotated[str, Meta(max_length=200)] = ""
    kind: Place = ""
    """The list that the highlight belongs to, if it isn't the request's, or internal if no user notices the change."""
    sentences: Annotated[tuple[Sentence, ...], Meta(max_length=40)]


class Reply(Record, frozen=True, kw_only=True):
    """The writer's answer about a highlight, a feature or the introduction, or why there is none.

    `pulls` has the refs of what was asked about, empty in older files and for the introduction.
    `refused` has the reason for each refused sentence when the writer was asked, and an empty text for the others.
    """

    id: str
    pulls: tuple[str, ...] = ()
    model: str = ""
    prompt: str = ""
    kind: Place = ""
    sentences: tuple[Sentence, ...] = ()
    refused: tuple[str, ...] = ()
    problem: str = ""

    def is_about(self, pulls: tuple[str, ...]) -> bool:
        """Return whether these pull requests were asked about."""
        return self.pulls in ((), pulls)


class Replies(Record, frozen=True, kw_only=True):
    """A week's answers, in the order of the post."""

    schema_version: int
    week: Week
    replies: tuple[Reply, ...] = ()

    def by_id(self) -> dict[str, Reply]:
        """Return the answers by what they are about."""
        return {reply.id: reply for reply in self.replies}


def replies_path(root: Path, week: Week) -> Path:
    """Return the path of the week's answers."""
    return root / "archive" / f"{week}.writer.json"


def load_replies(root: Path, week: Week) -> Replies:
    """Return the week's answers, none where there is no file, or raise ArchiveError."""
    path = replies_path(root, week)
    content = read.find_bytes(path, ArchiveError, most=MAX_BYTES)
    return Replies(schema_version=SCHEMA_VERSION, week=week) if content is None else parse_replies(content, path, week)


def parse_replies(content: bytes, path: Path, week: Week) -> Replies:
    """Read the content of a week's file, or raise ArchiveError."""
    replies = decode.json_record(content, Replies, SCHEMA_VERSION, where=path, error=_broken)
    if replies.week != week:
        raise _broken(f"{shown(path)}: holds the week of {replies.week}")
    return replies


def save_replies(root: Path, replies: Replies) -> bool:
    """Write the week's answers and tell whether that changed the file."""
    return atomic.write(replies_path(root, replies.week), decode.json_text(replies))


def _broken(message: str) -> ArchiveError:
    return ArchiveError(f"{message}; take the file from git, or remove it and draft the week again")
