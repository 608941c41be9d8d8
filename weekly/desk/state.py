"""Hold what the page shows and sends."""

from __future__ import annotations

from weekly.desk.body import Body
from weekly.errors import WeeklyError
from weekly.model import Record
from weekly.notes.actions import Action, Merge, SetEvent, SetFeature, SetIntroduction, SetVideo, Target
from weekly.notes.file import notes_of


class State(Record, frozen=True, kw_only=True, omit_defaults=False):
    """The post and its notes as the page shows them.

    `stamp` changes with each file they depend on, `version` with the notes alone.
    """

    file: str
    version: str
    stamp: str
    title: str
    body: Body
    introduction: str
    projects: tuple[str, ...]
    problems: tuple[str, ...]
    length: int
    limit: int
    is_shortened: bool
    steps: tuple[int, int]
    error: str = ""


class ActRequest(Record, frozen=True, kw_only=True):
    """An action, and the version of the notes that its author saw."""

    base: str
    action: Action


class TextRequest(Record, frozen=True, kw_only=True):
    """A text to be rendered."""

    text: str


class ConflictError(WeeklyError):
    """Somebody else changed what an action is about. `changes` is a diff."""

    def __init__(self, message: str, changes: str) -> None:
        super().__init__(message)
        self.changes = changes


def subject(action: Action, text: str) -> object:
    """Return what the notes say about the subject of an action. Others may change anything else meanwhile."""
    notes = notes_of(text)
    match action:
        case SetIntroduction():
            return notes.introduction
        case SetVideo():
            return [note for note in notes.videos or () if note.url == action.url]
        case SetFeature():
            return None if action.index is None else notes.features
        case SetEvent():
            return None if action.index is None else notes.events
    target = getattr(action, "target", None)
    targets: tuple[Target, ...] = action.targets if isinstance(action, Merge) else (target,) if target else ()
    if any(target.note is not None for target in targets):
        return notes.highlights
    refs = {ref for target in targets for ref in target.pulls}
    return [note for note in notes.bullets if refs & {*note.pulls}]
