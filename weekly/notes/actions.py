"""Apply an editor's action to the text of the week's notes, and leave every other character as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

import msgspec

from weekly.errors import NotesError
from weekly.files.toml_edit import delete, plain_lines
from weekly.model import Kind, Record
from weekly.notes.bullets import Draft, Note, NotesEditor, Value
from weekly.notes.file import MARK, notes_of


class Target(Record, frozen=True, kw_only=True):
    """A highlight, by its pull requests, or by the index of its note where it has none."""

    pulls: tuple[str, ...] = ()
    note: int | None = None

    def note_in(self, editor: NotesEditor) -> Note | None:
        """Return the highlight's note, if it has one."""
        if self.pulls:
            return editor.note_of(self.pulls)
        found = next((note for note in editor.notes() if note.path == ("highlights", self.note)), None)
        if found is None:
            raise NotesError(f"the notes have no highlight {self.note}; load them again")
        return found

    def moved(self, editor: NotesEditor, **values: str) -> dict[str, Value]:
        """Return the kind and the project to write, None for a drafted one. What stays is left out."""
        note = self.note_in(editor)
        draft = next((editor.drafts[ref] for ref in self.pulls if ref in editor.drafts), None)
        drafted = {"project": draft.project, "kind": draft.kind if draft.group else None} if draft else {}
        return {
            key: None if value == drafted.get(key) else value
            for key, value in values.items()
            if value != (note.values if note else {}).get(key, drafted.get(key))
        }

    def change(self, editor: NotesEditor, values: Mapping[str, Value]) -> None:
        """Change values of the highlight's note."""
        if self.pulls:
            editor.change(self.pulls, values)
        elif note := self.note_in(editor):
            editor.update(note.path, values)


class _Action(Record, frozen=True, kw_only=True, tag_field="action"):
    """An action, which JSON names by its tag."""


class SetText(_Action, frozen=True, kw_only=True, tag="set_text"):
    """Set a highlight's sentence, or None for the drafted one."""

    target: Target
    text: str | None


class SetKind(_Action, frozen=True, kw_only=True, tag="set_kind"):
    """Set a highlight's kind. The drafted one confirms it."""

    target: Target
    kind: Kind


class SetProject(_Action, frozen=True, kw_only=True, tag="set_project"):
    """Show a highlight under another project."""

    target: Target
    project: str


class SetShown(_Action, frozen=True, kw_only=True, tag="set_shown"):
    """Show or hide a highlight. What isn't drafted as one becomes one."""

    target: Target
    shown: bool


class Move(_Action, frozen=True, kw_only=True, tag="move"):
    """Move a highlight to a position, from 1, of a list. Of several that want the position, this one gets it."""

    target: Target
    project: str
    kind: Kind
    place: int


class Merge(_Action, frozen=True, kw_only=True, tag="merge"):
    """Make one highlight of several. Without a text, the first one's note keeps its own."""

    targets: tuple[Target, ...]
    text: str | None


class Split(_Action, frozen=True, kw_only=True, tag="split"):
    """Make a highlight of each pull request."""

    target: Target


class Reset(_Action, frozen=True, kw_only=True, tag="reset"):
    """Remove a highlight's note."""

    target: Target


class AddHighlight(_Action, frozen=True, kw_only=True, tag="add_highlight"):
    """Add a highlight without pull requests."""

    project: str
    kind: Kind
    text: str


class SetIntroduction(_Action, frozen=True, kw_only=True, tag="set_introduction"):
    """Set the introduction, or None for the drafted one."""

    text: str | None


class SetFeature(_Action, frozen=True, kw_only=True, tag="set_feature"):
    """Set a feature section, or add one without an index. An empty heading removes it."""

    index: int | None
    heading: str
    text: str = ""
    documentation: str = ""
    pulls: tuple[str, ...] = ()


class SetEvent(_Action, frozen=True, kw_only=True, tag="set_event"):
    """Set an event, or add one without an index. An empty title removes it."""

    index: int | None
    title: str
    first_day: date | None = None
    last_day: date | None = None
    time: str = ""
    place: str = ""
    url: str = ""


class SetVideo(_Action, frozen=True, kw_only=True, tag="set_video"):
    """Set the words about a video, by its address."""

    url: str
    text: str = ""
    by: str | None = None
    shown: bool = True


OnHighlight: TypeAlias = SetText | SetKind | SetProject | SetShown | Move | Split | Reset
Action: TypeAlias = OnHighlight | Merge | AddHighlight | SetIntroduction | SetFeature | SetEvent | SetVideo


def apply(text: str, action: Action, drafts: Mapping[str, Draft]) -> str:
    """Return the notes with the action applied. NotesError where that isn't possible."""
    mark = MARK if text.startswith(MARK) else ""
    text, newline = plain_lines(text.removeprefix(mark))
    notes_of(text)
    editor = NotesEditor(text, drafts)
    match action:
        case Merge():
            refs = tuple(dict.fromkeys(ref for target in action.targets for ref in target.pulls))
            if not refs or not all(target.pulls for target in action.targets):
                raise NotesError("only highlights with pull requests can become one")
            editor.change(refs, {"text": action.text} if action.text else {})
        case AddHighlight():
            editor.append("highlights", msgspec.structs.asdict(action))
        case SetIntroduction():
            editor.update((), {"introduction": action.text})
        case SetFeature():
            editor.take_out(action.pulls if action.heading else ())
            _set_entry(editor, "features", action)
        case SetEvent():
            _set_entry(editor, "events", action)
        case SetVideo():
            _set_video(editor, action)
        case _:
            _change_highlight(editor, action.target, action)
    notes_of(editor.text)
    return mark + editor.text.replace("\n", newline)


def _change_highlight(editor: NotesEditor, target: Target, action: OnHighlight) -> None:
    match action:
        case SetText():
            if not action.text and not target.pulls:
                raise NotesError("a highlight without pull requests needs a text; hide it instead")
            target.change(editor, {"text": action.text or None})
        case SetKind():
            target.change(editor, {"kind": action.kind})
        case SetProject():
            target.change(editor, target.moved(editor, project=action.project))
        case SetShown():
            is_drafted = not target.pulls or any(
                editor.drafts[ref].group for ref in target.pulls if ref in editor.drafts
            )
            target.change(editor, {"show": (None if is_drafted else True) if action.shown else False})
        case Move():
            moved = target.moved(editor, kind=action.kind, project=action.project)
            target.change(editor, {"place": action.place, **moved})
            _prevail(editor, target, action.place)
        case Split() | Reset():
            _reset(editor, target, is_split=isinstance(action, Split))


def _reset(editor: NotesEditor, target: Target, *, is_split: bool) -> None:
    """Remove a highlight's note. Split what is drafted as one."""
    if note := target.note_in(editor):
        editor.remove(note)
    for ref in target.pulls if is_split else ():
        if ref in editor.drafts and editor.drafts[ref].group != (ref,):
            editor.change((ref,), {"show": True})


def _prevail(editor: NotesEditor, target: Target, place: int) -> None:
    """Write a note after all others that want its position."""
    notes, note = list(editor.notes()), target.note_in(editor)
    later = notes[[one.path for one in notes].index(note.path) + 1 :] if note else []
    if note and any(one.values.get("place") == place for one in later):
        editor.move_last(note)


def _set_video(editor: NotesEditor, video: SetVideo) -> None:
    values: dict[str, Value] = {"url": video.url, "text": video.text, "by": video.by}
    values["show"] = None if video.shown else False
    urls = [known.get("url") for known in editor.parsed.get("videos", [])]
    if video.url in urls:
        editor.update(("videos", urls.index(video.url)), values)
    else:
        editor.append("videos", values)


def _set_entry(editor: NotesEditor, name: str, action: SetFeature | SetEvent) -> None:
    """Change, add or remove an entry of a list of tables. The first value names it."""
    values = msgspec.structs.asdict(action)
    index: int | None = values.pop("index")
    is_named = bool(next(iter(values.values())))
    if index is None and is_named:
        editor.append(name, values)
    elif index is not None and not 0 <= index < len(editor.parsed.get(name, ())):
        raise NotesError(f"the notes have no {name} {index}; load them again")
    elif index is not None and is_named:
        editor.update((name, index), values)
    elif index is not None:
        editor.text = delete(editor.text, (name, index))
