"""Store what the writer said as archive/<monday>.writer.json. Nothing in it is believed before it is checked again."""

from pathlib import Path

from weekly.errors import ArchiveError
from weekly.files import atomic, decode, read
from weekly.files.paths import shown
from weekly.model import Record
from weekly.week import Week
from weekly.writer.document import SCHEMA_VERSION, Sentence

MAX_BYTES = 5_000_000


class Reply(Record, frozen=True, kw_only=True):
    """The writer's answer about a highlight, a feature or the introduction, or why there is none.

    `refused` has the reason for each refused sentence when the writer was asked, and an empty text for the others.
    """

    id: str
    model: str = ""
    prompt: str = ""
    sentences: tuple[Sentence, ...] = ()
    refused: tuple[str, ...] = ()
    problem: str = ""


class Replies(Record, frozen=True, kw_only=True):
    """A week's answers, in the order of the post."""

    schema_version: int
    week: Week
    replies: tuple[Reply, ...] = ()

    def by_id(self) -> dict[str, Reply]:
        """Return the answers by what they are about."""
        return {reply.id: reply for reply in self.replies}


def path_of(root: Path, week: Week) -> Path:
    """Return the path of the week's answers."""
    return root / "archive" / f"{week}.writer.json"


def load(root: Path, week: Week) -> Replies:
    """Return the week's answers, none where there is no file, or raise ArchiveError."""
    path = path_of(root, week)
    content = read.find_bytes(path, ArchiveError, most=MAX_BYTES)
    return Replies(schema_version=SCHEMA_VERSION, week=week) if content is None else parse(content, path, week)


def parse(content: bytes, path: Path, week: Week) -> Replies:
    """Read the content of a week's file, or raise ArchiveError."""
    replies = decode.json_record(content, Replies, SCHEMA_VERSION, where=path, error=_broken)
    if replies.week != week:
        raise _broken(f"{shown(path)}: holds the week of {replies.week}")
    return replies


def save(root: Path, replies: Replies) -> bool:
    """Write the week's answers and tell whether that changed the file."""
    return atomic.write(path_of(root, replies.week), decode.json_text(replies))


def _broken(message: str) -> ArchiveError:
    return ArchiveError(f"{message}; take the file from git, or remove it and draft the week again")
