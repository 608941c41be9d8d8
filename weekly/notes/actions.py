"""Apply an editor's action to the text of the week's notes, and leave every other character as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from weekly.errors import NotesError
from weekly.files.toml_edit import delete
from weekly.model import Kind, Record
from weekly.notes.bullets import Facts, Note, NotesEditor, Value
from weekly.notes.merge import MARK, check, merge


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
        facts = next((editor.facts.pulls[ref] for ref in self.pulls if ref in editor.facts.pulls), None)
        drafted = {"project": facts.project, "kind": facts.kind if facts.group else None} if facts else {}
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

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        raise NotImplementedError


class SetText(_Action, frozen=True, kw_only=True, tag="set_text"):
    """Set a highlight's sentence, or None for the drafted one."""

    target: Target
    text: str | None

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        if not self.text and not self.target.pulls:
            raise NotesError("a highlight without pull requests needs a text; hide it instead")
        self.target.change(editor, {"text": self.text or None})


class SetKind(_Action, frozen=True, kw_only=True, tag="set_kind"):
    """Set a highlight's kind. The drafted one confirms it."""

    target: Target
    kind: Kind

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        self.target.change(editor, {"kind": self.kind})


class SetProject(_Action, frozen=True, kw_only=True, tag="set_project"):
    """Show a highlight under another project."""

    target: Target
    project: str

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        self.target.change(editor, self.target.moved(editor, project=self.project))


class SetShown(_Action, frozen=True, kw_only=True, tag="set_shown"):
    """Show or hide a highlight."""

    target: Target
    shown: bool

    def run(self, editor: NotesEditor) -> None:
        """Change the notes. What isn't drafted as a highlight becomes one."""
        pulls = editor.facts.pulls
        is_drafted = not self.target.pulls or any(pulls[ref].group for ref in self.target.pulls if ref in pulls)
        self.target.change(editor, {"show": (None if is_drafted else True) if self.shown else False})


class Move(_Action, frozen=True, kw_only=True, tag="move"):
    """Move a highlight to a position, from 1, of a list."""

    target: Target
    project: str
    kind: Kind
    place: int

    def run(self, editor: NotesEditor) -> None:
        """Change the notes. Of several highlights that want one position, this one gets it."""
        moved = self.target.moved(editor, kind=self.kind, project=self.project)
        self.target.change(editor, {"place": self.place, **moved})
        notes = list(editor.notes())
        note = self.target.note_in(editor)
        later = notes[[one.path for one in notes].index(note.path) + 1 :] if note else []
        if note and any(one.values.get("place") == self.place for one in later):
            editor.move_last(note)


class Merge(_Action, frozen=True, kw_only=True, tag="merge"):
    """Make one highlight of several. Without a text, the first one's note keeps its own."""

    targets: tuple[Target, ...]
    text: str | None

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        refs = tuple(dict.fromkeys(ref for target in self.targets for ref in target.pulls))
        if not refs or not all(target.pulls for target in self.targets):
            raise NotesError("only highlights with pull requests can become one")
        editor.change(refs, {"text": self.text} if self.text else {})


class Split(_Action, frozen=True, kw_only=True, tag="split"):
    """Make a highlight of each pull request."""

    target: Target

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        if note := self.target.note_in(editor):
            editor.remove(note)
        for ref in self.target.pulls:
            if ref in editor.facts.pulls and editor.facts.pulls[ref].group != (ref,):
                editor.change((ref,), {"show": True})


class AddHighlight(_Action, frozen=True, kw_only=True, tag="add_highlight"):
    """Add a highlight without pull requests."""

    project: str
    kind: Kind
    text: str

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        editor.append("highlights", {"project": self.project, "kind": self.kind, "text": self.text})


class SetIntroduction(_Action, frozen=True, kw_only=True, tag="set_introduction"):
    """Set the introduction, or None for the drafted one."""

    text: str | None

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        editor.update((), {"introduction": self.text})


class SetFeature(_Action, frozen=True, kw_only=True, tag="set_feature"):
    """Set a feature section, or add one without an index. An empty heading removes it."""

    index: int | None
    heading: str
    text: str = ""
    documentation: str = ""
    pulls: tuple[str, ...] = ()

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        if self.heading:
            editor.take_out(self.pulls)
        keys = ("heading", "text", "documentation", "pulls")
        _set_entry(editor, "features", self.index, {key: getattr(self, key) for key in keys})


class SetEvent(_Action, frozen=True, kw_only=True, tag="set_event"):
    """Set an event, or add one without an index. An empty title removes it."""

    index: int | None
    title: str
    first_day: date | None = None
    last_day: date | None = None
    time: str = ""
    place: str = ""
    url: str = ""

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        keys = ("title", "first_day", "last_day", "time", "place", "url")
        _set_entry(editor, "events", self.index, {key: getattr(self, key) for key in keys})


class SetVideo(_Action, frozen=True, kw_only=True, tag="set_video"):
    """Set the words about a video, by its address."""

    url: str
    text: str = ""
    by: str | None = None
    shown: bool = True

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        urls = [video.get("url") for video in editor.parsed.get("videos", [])]
        index = urls.index(self.url) if self.url in urls else None
        show = None if self.shown else False
        _set_entry(editor, "videos", index, {"url": self.url, "text": self.text, "by": self.by, "show": show})


class Reset(_Action, frozen=True, kw_only=True, tag="reset"):
    """Remove a highlight's note."""

    target: Target

    def run(self, editor: NotesEditor) -> None:
        """Change the notes."""
        if note := self.target.note_in(editor):
            editor.remove(note)


Action: TypeAlias = (
    SetText
    | SetKind
    | SetProject
    | SetShown
    | Move
    | Merge
    | Split
    | AddHighlight
    | SetIntroduction
    | SetFeature
    | SetEvent
    | SetVideo
    | Reset
)


__all__ = ["Action", "Facts", "Target", "apply", "merge"]


def apply(text: str, action: Action, facts: Facts) -> str:
    """Return the notes with the action applied. NotesError where that isn't possible."""
    mark = MARK if text.startswith(MARK) else ""
    text = text.removeprefix(mark)
    check(text)
    editor = NotesEditor(text, facts)
    action.run(editor)
    check(editor.text)
    return mark + editor.text


def _set_entry(editor: NotesEditor, name: str, index: int | None, values: Mapping[str, Value]) -> None:
    """Change, add or remove an entry of a list of tables. The first value names it."""
    is_named = bool(next(iter(values.values())))
    if index is None and is_named:
        editor.append(name, values)
    elif index is not None and not 0 <= index < len(editor.parsed.get(name, ())):
        raise NotesError(f"the notes have no {name} {index}; load them again")
    elif index is not None and is_named:
        editor.update((name, index), values)
    elif index is not None:
        editor.text = delete(editor.text, (name, index))
