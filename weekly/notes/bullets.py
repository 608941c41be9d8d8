"""Change the notes on bullets in the text of a week's file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from weekly.files.toml_edit import (
    append,
    append_lines,
    comments,
    delete,
    insert_line,
    put,
    toml_list,
    toml_multiline,
)
from weekly.files.toml_lines import KeyPath, nodes
from weekly.highlights.select import Selection
from weekly.model import Kind, PullRequest, Record, Verdict
from weekly.model.reference import pull_of
from weekly.text.markdown import harmless, normalise

Value = str | bool | int | date | tuple[str, ...] | None
"""A value of a note. None and empty ones are left out of the file."""
_NAMES = ("pulls", "titles")


class Draft(Record, frozen=True, kw_only=True):
    """A pull request and its draft. `group` names the pull requests of its drafted highlight, if any."""

    pull: PullRequest
    project: str
    kind: Kind
    group: tuple[str, ...] = ()


def described(pull: PullRequest) -> str:
    """Return a pull request's title, author and address on one line."""
    return f"{normalise(pull.title)}, by {normalise(pull.author.login)}: {harmless(pull.url)}"


class Note(NamedTuple):
    """A note on a bullet, with its path in the file, its pull requests and its values."""

    path: KeyPath
    refs: tuple[str, ...]
    values: dict[str, Any]


class NotesEditor:
    """The text of a week's file, changed step by step. `drafts` has the week's pull requests by their references."""

    def __init__(self, text: str, drafts: Mapping[str, Draft]) -> None:
        self.text, self.drafts = text, drafts
        self._refs: dict[str, list[str]] = {}
        for ref in drafts:
            for name in (ref.lower(), f"#{ref.rpartition('#')[2]}", ref.rpartition("#")[2]):
                self._refs.setdefault(name, []).append(ref)

    @property
    def parsed(self) -> dict[str, Any]:
        """The parsed text."""
        return tomllib.loads(self.text)

    def update(self, path: KeyPath, values: Mapping[str, Value]) -> None:
        """Change the values of a table that differ."""
        old: Any = self.parsed
        for part in path:
            old = old[part]
        pulls = values.get("pulls")
        if isinstance(pulls, tuple) and list(pulls) != old.get("pulls"):
            values = {**values, **self._named(pulls, old)}
        for key, value in values.items():
            if value in (None, "", ()):
                self.text = delete(self.text, (*path, key)) if key in old else self.text
            elif old.get(key) != (list(value) if isinstance(value, tuple) else value):
                self.text = put(self.text, (*path, key), _toml(value))

    def append(self, name: str, values: Mapping[str, Value]) -> None:
        """Add a table to a list of tables."""
        filled = {key: _toml(value) for key, value in values.items() if value not in (None, "", ())}
        self.text = append(self.text, (name,), filled)

    def notes(self) -> Iterator[Note]:
        """Yield the notes on bullets in the order in which they apply."""
        raw = self.parsed
        for names, values in raw.get("pulls", {}).items():
            yield Note(("pulls", names), tuple(map(self._ref, names.split())), values)
        for index, values in enumerate(raw.get("highlights", [])):
            yield Note(("highlights", index), tuple(map(self._ref, values.get("pulls", []))), values)

    def note_of(self, refs: Sequence[str]) -> Note | None:
        """Return the note on the first of some pull requests, unless it is about others too."""
        return next((note for note in self.notes() if refs[0] in note.refs and not self._others(note, refs)), None)

    def change(self, refs: Sequence[str], values: Mapping[str, Value]) -> None:
        """Change the note on a bullet of these pull requests. Take them out of other notes."""
        self.take_out(refs, but=self.note_of(refs))
        home = self.note_of(refs)  # an entry that goes moves the next ones up
        kept = {key: value for key, value in home.values.items() if key not in _NAMES} if home else {}
        left = {key: value for key, value in {**kept, **values}.items() if value is not None}
        if not left and self._is_regrouped(refs):
            left = values = {"show": True}
        if home and left and {*refs} <= {*home.refs}:
            self.update(home.path, values)
        elif home and left and home.path[0] == "highlights":
            self.update(home.path, {**self._named(refs, home.values), **values})
        else:
            if home:
                self.remove(home)
            if left:
                self._create(refs, left)

    def take_out(self, names: Sequence[str], *, but: Note | None = None) -> None:
        """Take pull requests out of all notes on bullets but one. A note on no other pull request goes."""
        refs = tuple(map(self._ref, names))
        for note in reversed([note for note in self.notes() if {*note.refs} & {*refs}]):
            others = self._others(note, refs)
            if but is not None and note.path == but.path:
                continue
            if others and note.path[0] == "highlights":
                self.update(note.path, self._named(others, note.values))
                continue
            self.remove(note)
            if others:
                self._create(others, note.values)

    def remove(self, note: Note) -> None:
        """Remove a note and the comment about its pull requests."""
        start = min(node.start for node in nodes(self.text) if node.path[: len(note.path)] == note.path)
        start = self.text.rfind("\n", 0, start) + 1
        self.text = delete(self.text, note.path)
        about = "".join(f"{line}\n" for line in self._comments(note.refs))
        before, after = self.text[:start], self.text[start:]
        if about and before.endswith(about):
            before = before.removesuffix(about)
        if before.endswith("\n\n") and (not after or after.startswith("\n")):
            before = before.removesuffix("\n")
        self.text = before + after

    def move_last(self, note: Note) -> None:
        """Write a note at the end of the file, where it applies after all others."""
        self.remove(note)
        self.append("highlights", {**self._named(note.refs, note.values), **note.values} if note.refs else note.values)

    def _ref(self, name: str) -> str:
        """Return the reference of a pull request that a note names."""
        name = pull_of(name)
        refs = self._refs.get(name.lower(), [])
        return refs[0] if len(refs) == 1 else name

    def _others(self, note: Note, refs: Sequence[str]) -> list[str]:
        """Return the week's other pull requests that a note names."""
        return [ref for ref in note.refs if ref in self.drafts and ref not in refs]

    def _is_regrouped(self, refs: Sequence[str]) -> bool:
        """Tell whether the pull requests differ from those of a drafted highlight."""
        group = self.drafts[refs[0]].group if refs[0] in self.drafts else ()
        return {*refs} != {*(group or refs[:1])}

    def _named(self, refs: Sequence[str], values: Mapping[str, Value]) -> dict[str, Value]:
        """Return the values that name pull requests."""
        titles = tuple(self.drafts[ref].pull.title if ref in self.drafts else "" for ref in refs)
        return {"pulls": tuple(refs), **({"titles": titles} if values.get("titles") else {})}

    def _create(self, refs: Sequence[str], values: Mapping[str, Value]) -> None:
        """Add a note under [pulls], below the suggestion for it if there is one."""
        names = " ".join(refs)
        tables = [node for node in nodes(self.text) if node.path[:1] == ("pulls",) and not node.table]
        if all(node.is_header and len(node.path) > 1 for node in tables):
            self.text = append_lines(self.text, ["[pulls]"])
        suggestion = self._suggestion_end(names)
        for index, (key, value) in enumerate(values.items()):
            path = ("pulls", names, key)
            self.text = put(self.text, path, _toml(value), position=None if index else suggestion)
            if index == 0 and suggestion is None:
                self._describe(path, refs)

    def _describe(self, path: KeyPath, refs: Sequence[str]) -> None:
        """Add a comment about the pull requests above a new line."""
        node = next(node for node in nodes(self.text) if node.path == path)
        start = self.text.rfind("\n", 0, node.start) + 1
        if node.is_inline:
            return
        lines = self._comments(refs)
        if lines and not self.text[:start].endswith("\n\n"):
            lines.insert(0, "")
        if lines:
            self.text = insert_line(self.text, start, "\n".join(lines))

    def _comments(self, refs: Sequence[str]) -> list[str]:
        return [f"# {described(self.drafts[ref].pull)}" for ref in refs if ref in self.drafts]

    def _suggestion_end(self, names: str) -> int | None:
        """Return the offset after the suggestion about pull requests."""
        line = re.compile(rf'^#\s*"{re.escape(names)}"[^\n]*(?:\n|$)', re.MULTILINE)
        return next((match.end() for match in comments(self.text, line, ("pulls",))), None)


def _toml(value: Value) -> str:
    """Return a value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return toml_multiline(value)
    return str(value) if isinstance(value, int | date) else toml_list(value or ())


def drafts_of(
    projects: Mapping[str, Sequence[PullRequest]],
    selections: Mapping[str, Selection],
    verdicts: Mapping[str, Verdict],
) -> dict[str, Draft]:
    """Return a week's pull requests and their drafted highlights by reference."""
    drafted = {
        pull.ref: highlight
        for selection in selections.values()
        for highlight in selection.highlights
        for pull in highlight.pulls
    }
    drafts = {}
    for project, pulls in projects.items():
        for pull in pulls:
            highlight = drafted.get(pull.ref)
            kind = highlight.verdict.kind if highlight else verdicts[pull.ref].kind
            drafts[pull.ref] = Draft(
                pull=pull,
                project=project,
                kind=kind if kind.is_highlight else Kind.IMPROVEMENT,
                group=tuple(member.ref for member in highlight.pulls) if highlight else (),
            )
    return drafts
