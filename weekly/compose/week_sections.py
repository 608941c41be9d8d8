"""Insert the sections that the notes add for one week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from weekly.compose.result import WeekFacts
from weekly.compose.sections import highlighted_projects
from weekly.config import Config
from weekly.config.sections import HighlightsConfig
from weekly.errors import NotesError
from weekly.files.decode import nearest
from weekly.model import AnySection, Block
from weekly.notes.file import SectionNote
from weekly.text.markdown import stripped


class _Slot(NamedTuple):
    """A position in the post by the headings that name it. It is empty where its section isn't shown."""

    headings: list[str]
    sections: list[AnySection]


def with_week_sections(
    config: Config, built: Sequence[Sequence[AnySection]], facts: WeekFacts
) -> tuple[AnySection, ...]:
    """Return all sections of the post. `built` belong to the sections of weekly.toml."""
    slots = [slot for part, own in zip(config.sections, built, strict=True) for slot in _slots(part, own, facts)]
    for note in facts.notes.sections:
        slot = _slot_of(note, slots, facts)
        slot.headings.append(note.heading)
        slot.sections.append(
            Block(
                heading=note.heading,
                level=note.level,
                text=stripped(note.text),
                entries=note.entries,
                is_list=bool(note.entries),
            )
        )
    return tuple(section for slot in slots for section in slot.sections)


def _slots(part: object, sections: Sequence[AnySection], facts: WeekFacts) -> list[_Slot]:
    """Return a slot for each section of a configured one, and for those that are configured but not shown."""
    configured = [getattr(part, "heading", "")]
    if isinstance(part, HighlightsConfig) and not part.heading:
        configured = [project.name for project in highlighted_projects(part, facts)]
    slots = [_Slot([section.heading], [section]) for section in sections]
    shown = {section.heading for section in sections}
    return [*slots, *(_Slot([heading], []) for heading in configured if heading not in shown)]


def _slot_of(note: SectionNote, slots: Sequence[_Slot], facts: WeekFacts) -> _Slot:
    """Return the slot that a note's section follows."""
    if note.after is None:
        return slots[0]
    slot = next((slot for slot in slots if note.after in slot.headings), None)
    if slot is None:
        known = [heading for slot in slots for heading in slot.headings if heading]
        where = f"weeks/{facts.snapshot.week}.toml: sections ({note.heading!r}).after"
        raise NotesError(f"{where}: there is no section {note.after!r}; {nearest(note.after, known)}")
    return slot
