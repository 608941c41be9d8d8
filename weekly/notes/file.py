"""Read weeks/<monday>.toml, whose text takes precedence over drafted and gathered text."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, field

from weekly.config.external import WebAddress
from weekly.errors import NotesError
from weekly.files import decode, read
from weekly.files.toml_lines import line_of
from weekly.model import Event, Kind, Record
from weekly.model.reference import pull_of
from weekly.text.markdown import Markdown
from weekly.week import Week

FOLDER = "weeks"


class VideoNote(Record, frozen=True, kw_only=True):
    """A video of the week, from a channel's feed or not."""

    url: Annotated[WebAddress, Meta(description="The video's address.")]
    text: Annotated[Markdown, Meta(description="A text about it, in Markdown.")] = field(default_factory=Markdown)
    by: Annotated[Markdown | None, Meta(description="The author. Default: its channel's, or videos.by.")] = None
    show: Annotated[bool, Meta(description="Show it in the post.")] = True


class HighlightNote(Record, frozen=True, kw_only=True):
    """An edit of one or several pull requests' highlight, or a highlight without any."""

    pulls: Annotated[
        tuple[str, ...],
        Meta(description="owner/name#123, #123 if one repository has it, or an address. Several share one sentence."),
    ] = ()
    titles: Annotated[
        tuple[str, ...], Meta(description="Their titles when this was written. You get a note when one changes.")
    ] = ()
    text: Annotated[Markdown | None, Meta(description="The sentence in Markdown, instead of the drafted one.")] = None
    kind: Annotated[
        Kind | None, Meta(description="Another kind. All but improvement and bugfix remove it from the highlights.")
    ] = None
    project: Annotated[str | None, Meta(description="The heading for it. Required if there are no pull requests.")] = (
        None
    )
    place: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="Its position in its list, from 1. Default: unchanged.")
    ] = None
    show: Annotated[bool, Meta(description="Show it as a highlight. Upstream changes lists it in any case.")] = True

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "pulls", tuple(map(pull_of, self.pulls)))


class BlockNote(Record, frozen=True, kw_only=True):
    """Changes to a standing section for this week."""

    text: Annotated[Markdown | None, Meta(description="Its text this week, in Markdown.")] = None
    entries: Annotated[tuple[Markdown, ...] | None, Meta(description="Its list this week, in Markdown.")] = None
    show: Annotated[bool, Meta(description="Show it this week.")] = True


class Notes(Record, frozen=True, kw_only=True):
    """The content of a week's file. Without a file it is empty."""

    title: Annotated[str | None, Meta(description="The topic's title, instead of the series' title.")] = None
    number: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="The post's number, instead of the series' number.")
    ] = None
    topic: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="The id of the forum's topic that the post belongs to.")
    ] = None
    introduction: Annotated[Markdown | None, Meta(description="The introduction, instead of the drafted one.")] = None
    highlights: Annotated[
        tuple[HighlightNote, ...], Meta(description="Notes on pull requests, and further highlights.")
    ] = ()
    blocks: Annotated[
        dict[str, BlockNote], Meta(description="Changes to standing sections this week, by their headings.")
    ] = field(default_factory=dict)
    videos: Annotated[
        tuple[VideoNote, ...] | None,
        Meta(description="The week's videos, in the order of the post. Those of the channels' feeds follow."),
    ] = None
    events: Annotated[tuple[Event, ...], Meta(description="Further events.")] = ()
    distributions: Annotated[
        dict[str, tuple[Markdown, ...]],
        Meta(description="Entries for Distribution work, by the names of its parts. They follow the configured ones."),
    ] = field(default_factory=dict)


def notes_path(root: Path, week: Week) -> Path:
    """Return the path of the week's notes."""
    return root / FOLDER / f"{week}.toml"


def load_notes(root: Path, week: Week) -> Notes:
    """Return the week's notes, or raise NotesError."""
    path = notes_path(root, week)
    return decode.read_toml(path, Notes, NotesError) if read.exists(path, NotesError) else Notes()


def note_locations(root: Path, week: Week, notes: Notes) -> tuple[str, ...]:
    """Return the file and line of each note on highlights."""
    path = notes_path(root, week)
    text = decode.read_text(path, NotesError) if notes.highlights else ""
    name = f"{FOLDER}/{week}.toml"
    return tuple(f"{name}:{line_of(text, ('highlights', index))}" for index in range(len(notes.highlights)))


def known_part(week: Week, name: str, parts: list[str]) -> None:
    """Raise NotesError if weekly.toml has no such part of Distribution work."""
    if name not in parts:
        hint = decode.nearest(name, parts) if parts else "weekly.toml has no parts under Distribution work"
        raise NotesError(f"{FOLDER}/{week}.toml: distributions.{name}: there is no such part; {hint}")
