"""Apply the editor's words to the chosen highlights: other texts, kinds and places, further ones, or none at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from weekly.errors import NotesError
from weekly.files.decode import nearest
from weekly.highlights.select import Selection
from weekly.model import Highlight, Kind, Problem, PullRequest, Record, Severity, Verdict, Words
from weekly.notes.file import HighlightNote
from weekly.text import titles


class Edited(Record, frozen=True, kw_only=True):
    """The highlights as the editor wants them: by project, what was changed by ref, and what the notes outlived."""

    chosen: Mapping[str, Selection]
    changes: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...] = ()


def edit(
    chosen: Mapping[str, Selection],
    notes: Sequence[HighlightNote],
    places: Sequence[str],
    projects: Mapping[str, Sequence[PullRequest]],
    verdicts: Mapping[str, Verdict],
) -> Edited:
    """Apply every note, in the order of the file, each with its place in it; `projects` has what may be told, by heading.

    NotesError where a note speaks of what isn't there, or of what another one has told.
    """
    desk = _Desk(chosen, projects, verdicts)
    for note, at in zip(notes, places, strict=True):
        desk.take(note, at)
    return Edited(
        chosen={name: desk.chosen(name) for name in projects},
        changes={ref: tuple(said) for ref, said in desk.changes.items()},
        problems=tuple(desk.problems),
    )


class _Removed(NamedTuple):
    """A highlight that a note takes the place of, and where it stood."""

    highlight: Highlight
    highlights: list[Highlight]
    place: int


class _Desk:
    """The highlights while notes are being applied to them."""

    def __init__(
        self,
        chosen: Mapping[str, Selection],
        projects: Mapping[str, Sequence[PullRequest]],
        verdicts: Mapping[str, Verdict],
    ) -> None:
        self._homes = {pull.ref: name for name, pulls in projects.items() for pull in pulls}
        self._pulls = {pull.ref: pull for pulls in projects.values() for pull in pulls}
        self._verdicts = verdicts
        self._lists = {
            name: {Kind.IMPROVEMENT: [*one.improvements], Kind.BUGFIX: [*one.bugfixes]} for name, one in chosen.items()
        }
        self._left = {name: list(one.left_out) for name, one in chosen.items()}
        self._told: dict[str, str] = {}
        self._at = ""
        self.changes: dict[str, list[str]] = {}
        self.problems: list[Problem] = []

    def take(self, note: HighlightNote, at: str) -> None:
        """Apply one note, which stands at `at`."""
        self._at = at
        pulls = self._meant(note)
        if pulls is None:
            return
        home = self._home(note, pulls)
        before = self._remove(pulls)
        kind = note.kind or (before.highlight.verdict.kind if before else self._kind(pulls))
        self._say(note, pulls, before.highlight if before else None, kind)
        if note.show and kind.is_highlight:
            highlights = self._lists[home][kind]
            is_there = before is not None and before.highlights is highlights
            place = note.place - 1 if note.place else before.place if before and is_there else len(highlights)
            highlights.insert(place, self._highlight(note, pulls, before.highlight if before else None, kind))

    def chosen(self, name: str) -> Selection:
        """One project's highlights as they are now."""
        told = {pull.ref for kinds in self._lists[name].values() for one in kinds for pull in one.pulls}
        return Selection(
            improvements=tuple(self._lists[name][Kind.IMPROVEMENT]),
            bugfixes=tuple(self._lists[name][Kind.BUGFIX]),
            left_out=tuple(
                one for one in self._left[name] if one.pull.ref not in told or one.pull.ref not in self.changes
            ),
        )

    def _meant(self, note: HighlightNote) -> tuple[PullRequest, ...] | None:
        """The pull requests of a note; None where they have gone since it was written, which is said."""
        found = []
        for place, name in enumerate(note.pulls):
            title = note.titles[place] if place < len(note.titles) else ""
            ref = self._ref(name, title)
            if ref is None:
                continue
            if ref in self._told:
                raise NotesError(f"{self._at}: {ref} is told twice, the first time at {self._told[ref]}; remove one")
            self._told[ref] = self._at
            pull = self._pulls[ref]
            if title and title != pull.title:
                self._drift(f"{ref} was {title!r} when this was written, and is {pull.title!r} now")
            found.append(pull)
        return tuple(found) if found or not note.pulls else None

    def _ref(self, name: str, title: str) -> str | None:
        number = "#" + name.rpartition("#")[2]
        fitting = [
            ref
            for ref in self._pulls
            if ref.lower() == name.lower() or (name in (number, number[1:]) and ref.endswith(number))
        ]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise NotesError(f"{self._at}: {name} may be any of {', '.join(fitting)}; write it with its repository")
        if title:
            self._drift(f"{name}, {title!r}, is not among this week's pull requests any more")
            return None
        raise NotesError(f"{self._at}: {name} is no pull request of this week; {nearest(name, list(self._pulls))}")

    def _home(self, note: HighlightNote, pulls: Sequence[PullRequest]) -> str:
        if note.project:
            if note.project not in self._lists:
                raise NotesError(
                    f"{self._at}: there is no project {note.project!r}; {nearest(note.project, list(self._lists))}"
                )
            return note.project
        if not pulls:
            raise NotesError(f"{self._at}: a highlight without pull requests needs `project` and `text`")
        return self._homes[pulls[0].ref]

    def _remove(self, pulls: Sequence[PullRequest]) -> _Removed | None:
        """Take pull requests out of the highlights that they stand in; the first of those, as it was."""
        refs = {pull.ref for pull in pulls}
        first: _Removed | None = None
        for kinds in self._lists.values():
            for highlights in kinds.values():
                for place, one in reversed(list(enumerate(highlights))):
                    left = tuple(pull for pull in one.pulls if pull.ref not in refs)
                    if len(left) == len(one.pulls):
                        continue
                    highlights[place : place + 1] = [msgspec.structs.replace(one, pulls=left)] if left else []
                    if first is None or pulls[0] in one.pulls:
                        first = _Removed(one, highlights, place)
        return first

    def _kind(self, pulls: Sequence[PullRequest]) -> Kind:
        kind = self._verdicts[pulls[0].ref].kind if pulls else Kind.IMPROVEMENT
        return kind if kind.is_highlight else Kind.IMPROVEMENT

    def _say(self, note: HighlightNote, pulls: Sequence[PullRequest], before: Highlight | None, kind: Kind) -> None:
        said = []
        if not note.show:
            said.append("left out of the highlights")
        if note.text:
            said.append(f"text, which was: {before.text}" if before else "text")
        if note.kind and (before is None or note.kind != before.verdict.kind):
            said.append(f"kind, which was: {self._verdicts[pulls[0].ref].kind if pulls else 'none'}")
        if note.place:
            said.append(f"place {note.place} under {kind}")
        for pull in pulls:
            self.changes.setdefault(pull.ref, []).extend(f"{one} ({self._at})" for one in said)

    def _drift(self, what: str) -> None:
        self.problems.append(
            Problem(
                where=self._at, what=what, severity=Severity.NOTED, hint="read the note again, and mend its `titles`"
            )
        )

    def _highlight(
        self, note: HighlightNote, pulls: tuple[PullRequest, ...], before: Highlight | None, kind: Kind
    ) -> Highlight:
        drafted = before.text if before else titles.sentence(pulls[0].title) if pulls else ""
        if not drafted and not note.text:
            raise NotesError(f"{self._at}: a highlight without pull requests needs `text`")
        is_ours = before is not None and before.verdict.kind is kind
        verdict = before.verdict if before and is_ours else Verdict(kind=kind, rule="editor", evidence=self._at)
        if note.text:
            return Highlight(pulls=pulls, text=note.text, verdict=verdict, words=Words.EDITOR, replaced=str(drafted))
        return Highlight(pulls=pulls, text=drafted, verdict=verdict, words=before.words if before else Words.DRAFTED)
