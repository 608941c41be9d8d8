"""Read weeks/<monday>.toml, whose text takes precedence over drafted and gathered text."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, field

from weekly.config.external import WebAddress
from weekly.errors import NotesError
from weekly.files import decode, read
from weekly.files.toml_lines import KeyPath, lines_of
from weekly.model import Event, Kind, Record
from weekly.model.reference import pull_of
from weekly.text.markdown import Markdown
from weekly.text.patterns import lazy_pattern
from weekly.week import Month, Week

FOLDER = "weeks"
MARK = "\ufeff"
"""The byte order mark, decoded."""
_COMMENT = lazy_pattern(r"^# (.+): (https?://\S+)\s*$", re.MULTILINE)
"""A comment about a pull request, as `weekly draft` writes it."""


class VideoNote(Record, frozen=True, kw_only=True):
    """A video of the week, from a channel's feed or not."""

    url: WebAddress
    """The video's address."""
    text: Markdown = field(default_factory=Markdown)
    """A text about it, in Markdown."""
    by: Markdown | None = None
    """The author. Default: its channel's, or videos.by."""
    show: bool = True
    """Show it in the post."""


class PullNote(Record, frozen=True, kw_only=True):
    """A change of the bullet of one or several pull requests. Their names, with spaces between them, are the key."""

    text: Markdown | None = None
    """The sentence in Markdown, instead of the drafted one."""
    kind: Kind | None = None
    """Another kind. All but improvement and bugfix remove it from the highlights."""
    project: str | None = None
    """The heading for it. Default: its project's."""
    place: Annotated[int, Meta(ge=1)] | None = None
    """Its position in its list, from 1. Default: unchanged."""
    show: bool = True
    """Show it as a highlight. Upstream changes lists it in any case."""


class HighlightNote(PullNote, frozen=True, kw_only=True):
    """An edit of one or several pull requests' highlight, or a highlight without any, which needs `project`."""

    pulls: tuple[str, ...] = ()
    """owner/name#123, #123 if one repository has it, or an address. Several share one sentence."""
    titles: tuple[str, ...] = ()
    """Their titles when this was written. You get a note when one changes."""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "pulls", tuple(map(pull_of, self.pulls)))


class FeatureNote(Record, frozen=True, kw_only=True):
    """A feature of the week in a section of its own, before the projects' highlights."""

    heading: Annotated[str, Meta(min_length=1)]
    """The feature's name."""
    text: Markdown
    """What it is and how to use it, in Markdown."""
    documentation: WebAddress | None = None
    """The address of its documentation."""
    pulls: tuple[str, ...] = ()
    """Its pull requests, named as for highlights. They get no bullet."""
    titles: tuple[str, ...] = ()
    """Their titles when this was written. You get a note when one changes."""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "pulls", tuple(map(pull_of, self.pulls)))


class SectionNote(Record, frozen=True, kw_only=True):
    """A section for this week only."""

    heading: Annotated[str, Meta(min_length=1)]
    """The heading."""
    level: Annotated[int, Meta(ge=1, le=6)] = 1
    """The heading's level, 1 to 6."""
    text: Markdown = field(default_factory=Markdown)
    """Markdown."""
    entries: tuple[Markdown, ...] = ()
    """List entries in Markdown."""
    after: str | None = None
    """The heading of the section or project that it follows. Default: the post's first section."""


class ProjectNote(Record, frozen=True, kw_only=True):
    """Changes to a project's highlights for this week."""

    text: Markdown
    """Prose in Markdown, instead of the bullets."""


class BlockNote(Record, frozen=True, kw_only=True):
    """Changes to a standing section for this week."""

    text: Markdown | None = None
    """Its text this week, in Markdown."""
    entries: tuple[Markdown, ...] | None = None
    """Its list this week, in Markdown."""
    show: bool = True
    """Show it this week."""


class Notes(Record, frozen=True, kw_only=True):
    """The content of a week's file. Without a file it is empty."""

    title: str | None = None
    """The topic's title, instead of the series' title."""
    number: Annotated[int, Meta(ge=0)] | None = None
    """The post's number, instead of the series' number."""
    topic: Annotated[int, Meta(ge=1)] | None = None
    """The id of the forum's topic that the post belongs to."""
    introduction: Markdown | None = None
    """The introduction, instead of the drafted one."""
    pulls: dict[str, PullNote] = field(default_factory=dict)
    """Notes on pull requests, by their names."""
    highlights: tuple[HighlightNote, ...] = ()
    """Longer notes on pull requests, and further highlights."""
    features: tuple[FeatureNote, ...] = ()
    """Features of the week, each with a section of its own."""
    sections: tuple[SectionNote, ...] = ()
    """Sections for this week only."""
    projects: dict[str, ProjectNote] = field(default_factory=dict)
    """Prose instead of a project's bullets, by its heading."""
    blocks: dict[str, BlockNote] = field(default_factory=dict)
    """Changes to standing sections this week, by their headings."""
    videos: tuple[VideoNote, ...] | None = None
    """The week's videos, in the order of the post. Those of the channels' feeds follow."""
    events: tuple[Event, ...] = ()
    """Further events."""
    distributions: dict[str, tuple[Markdown, ...]] = field(default_factory=dict)
    """Entries for Distribution work, by the names of its parts. They follow the configured ones."""

    @property
    def bullets(self) -> tuple[HighlightNote, ...]:
        """All notes on bullets: those on pull requests, then the highlights."""
        noted = (
            HighlightNote(pulls=tuple(names.split()), **msgspec.structs.asdict(note))
            for names, note in self.pulls.items()
        )
        return (*noted, *self.highlights)


def notes_path(root: Path, week: Week) -> Path:
    """Return the path of the week's notes."""
    return root / FOLDER / f"{week}.toml"


NOT_READ = "isn't read: the notes on a week are named by its Monday"


def unread_notes(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the files in the folder of notes that no command reads, with the names that they should have, if known."""
    for path in sorted((root / FOLDER).glob("*.toml")):
        meant = _meant(path.stem)
        if meant != path.stem:
            yield path.name, f"{meant}.toml" if meant else ""


def _meant(stem: str) -> str:
    """Return the Monday of the day that a file is named by, or its month, empty for any other name."""
    match = _DAY.fullmatch(stem)
    try:
        if match and match["day"]:
            return str(Week.of_day(date(int(match["year"]), int(match["month"]), int(match["day"]))))
        return str(Month(monday=date(int(match["year"]), int(match["month"]), 1))) if match else ""
    except ValueError:
        return ""


_DAY = lazy_pattern(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?")


def load_notes(root: Path, week: Week) -> Notes:
    """Return the week's notes, or raise NotesError."""
    path = notes_path(root, week)
    content = read.find_bytes(path, NotesError, most=read.MAX_TOML_BYTES)
    return Notes() if content is None else notes_of(decode.text_of(content, path, NotesError), path)


def notes_of(text: str, path: Path = Path("notes")) -> Notes:
    """Return the notes in a text, with or without a byte order mark, or raise NotesError."""
    return decode.toml_record(text.removeprefix(MARK), Notes, where=path, error=NotesError)


class NoteLocations(NamedTuple):
    """The file and line of each note on bullets and features, and of each project's.

    `comments` are those that end with a pull request's address, by its reference.
    """

    bullets: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    projects: Mapping[str, str] = MappingProxyType({})
    comments: Mapping[str, str] = MappingProxyType({})


def note_locations(root: Path, week: Week, notes: Notes, text: str | None = None) -> NoteLocations:
    """Return the file and line of each note. `text` is what the file will contain, if not what it does."""
    if text is None:
        has_notes = notes.bullets or notes.features or notes.projects
        text = decode.read_text(notes_path(root, week), NotesError) if has_notes else ""

    def locations(*paths: KeyPath) -> tuple[str, ...]:
        return tuple(f"{FOLDER}/{week}.toml:{line}" for line in lines_of(text, paths))

    return NoteLocations(
        bullets=locations(
            *(("pulls", names) for names in notes.pulls),
            *(("highlights", index) for index in range(len(notes.highlights))),
        ),
        features=locations(*(("features", index) for index in range(len(notes.features)))),
        projects=dict(zip(notes.projects, locations(*(("projects", name) for name in notes.projects)), strict=True)),
        comments={pull_of(comment[2]): comment[1] for comment in _COMMENT.finditer(text)},
    )


def known_part(week: Week, name: str, parts: list[str]) -> None:
    """Raise NotesError if weekly.toml has no such part of Distribution work."""
    if name not in parts:
        hint = decode.nearest(name, parts) if parts else "weekly.toml has no parts under Distribution work"
        raise NotesError(f"{FOLDER}/{week}.toml: distributions.{name}: there is no such part; {hint}")
