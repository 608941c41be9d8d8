"""weeks/<monday>.toml: what the editor says about one week. Every word of it goes before what is drafted or fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta, field

from weekly import strict
from weekly.errors import NotesError
from weekly.markdown import Markdown
from weekly.model import Event, Record
from weekly.outside import WebAddress
from weekly.week import Week

FOLDER = "weeks"


class VideoNote(Record, frozen=True, kw_only=True):
    """A video of the week: one that a channel's feed has too, or one that only the editor knows of."""

    url: Annotated[WebAddress, Meta(description="The video's address.")]
    text: Annotated[Markdown, Meta(description="What is said about it, Markdown.")] = field(default_factory=Markdown)
    by: Annotated[Markdown | None, Meta(description="Who made it; default: as for its channel, or videos.by.")] = None
    show: Annotated[bool, Meta(description="Whether it is told.")] = True


class Notes(Record, frozen=True, kw_only=True):
    """All of a week's file; empty where there is none."""

    videos: Annotated[
        tuple[VideoNote, ...] | None,
        Meta(description="The week's videos, in the order of the post; those of the channels' feeds follow."),
    ] = None
    events: Annotated[tuple[Event, ...], Meta(description="Further events.")] = ()
    distributions: Annotated[
        dict[str, tuple[Markdown, ...]],
        Meta(description="Entries for Distribution work, by the names of its parts; they follow the configured ones."),
    ] = field(default_factory=dict)


def path_of(root: Path, week: Week) -> Path:
    """Where the week's notes are kept."""
    return root / FOLDER / f"{week}.toml"


def load(root: Path, week: Week) -> Notes:
    """The week's notes; NotesError names the key."""
    path = path_of(root, week)
    return strict.read_toml(path, Notes, NotesError) if path.exists() else Notes()


def known_part(week: Week, name: str, parts: list[str]) -> None:
    """NotesError where an entry is for a part of Distribution work that weekly.toml doesn't have."""
    if name not in parts:
        hint = strict.nearest(name, parts) if parts else "weekly.toml has no parts under Distribution work"
        raise NotesError(f"{FOLDER}/{week}.toml: distributions.{name}: there is no such part; {hint}")
