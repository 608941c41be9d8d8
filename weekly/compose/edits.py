"""Apply the editor's notes to the selected highlights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from weekly.errors import NotesError
from weekly.files.decode import nearest
from weekly.highlights.select import Selection
from weekly.model import Feature, Highlight, Kind, Problem, PullRequest, Record, Severity, Verdict, Words
from weekly.notes.file import FeatureNote, HighlightNote, NoteLocations, Notes
from weekly.text import titles
from weekly.text.markdown import Markdown, normalise

Projects = Mapping[str, Sequence[PullRequest]]
"""The pull requests that may be highlighted, by project."""


class Edited(Record, frozen=True, kw_only=True):
    """The highlights by project after editing, the changes by ref, and notes that no longer fit."""

    selections: Mapping[str, Selection]
    changes: Mapping[str, tuple[str, ...]]
    features: tuple[Feature, ...] = ()
    problems: tuple[Problem, ...] = ()


def edit(
    selections: Mapping[str, Selection],
    notes: Notes,
    locations: NoteLocations,
    projects: Projects,
    verdicts: Mapping[str, Verdict],
) -> Edited:
    """Apply every note in the order of the file, then `place` from the first position to the last.

    NotesError where a note names something missing, or a pull request that an earlier note has.
    """
    lookup = Lookup(projects, locations.comments)
    lists = _Lists(selections)
    changes: dict[str, list[str]] = {}
    placed: list[tuple[int, str, Highlight]] = []
    for note, location in zip(notes.bullets, locations.bullets, strict=True):
        pulls = lookup.pulls(note, location)
        if pulls is None:
            continue
        project = lookup.project(note, pulls, location)
        old = lists.remove(pulls)
        edited = _edited(note, pulls, old.highlight if old else None, verdicts, location)
        for pull in pulls:
            texts = _changes(note, old.highlight if old else None, edited, verdicts)
            changes.setdefault(pull.ref, []).extend(f"{text} ({location})" for text in texts)
        if note.show and edited.verdict.kind.is_highlight:
            if note.place:
                placed.append((note.place, project, edited))
            else:
                lists.insert(project, edited, old)
    features = tuple(_features(notes, locations, lookup, lists, changes))
    for position, project, highlight in sorted(placed, key=lambda entry: entry[0]):
        lists.insert_at(position, project, highlight)
    for name, location in locations.projects.items():
        lookup.check_project(name, location)
        for pull in lists.clear(name):
            changes.setdefault(pull.ref, []).append(f"prose instead of a bullet ({location})")
    return Edited(
        selections={name: lists.selection(name, changes) for name in projects},
        changes={ref: tuple(texts) for ref, texts in changes.items()},
        features=features,
        problems=tuple(lookup.problems),
    )


class Lookup:
    """Finds what notes name, each pull request once."""

    def __init__(self, projects: Projects, comments: Mapping[str, str]) -> None:
        self._projects, self._comments = projects, comments
        self._by_ref = {pull.ref: (pull, name) for name, pulls in projects.items() for pull in pulls}
        self._refs: dict[str, list[str]] = {}
        for ref, (pull, _) in self._by_ref.items():
            for name in (ref.lower(), f"#{pull.number}", str(pull.number)):
                self._refs.setdefault(name, []).append(ref)
        self._locations: dict[str, str] = {}
        self.problems: list[Problem] = []

    def pulls(self, note: HighlightNote | FeatureNote, location: str) -> tuple[PullRequest, ...] | None:
        """Return a note's pull requests, or None where it names some and all are gone."""
        pulls = []
        for index, name in enumerate(note.pulls):
            title = note.titles[index] if index < len(note.titles) else ""
            ref = self._ref(name, title, location)
            if ref is None:
                continue
            if ref in self._locations:
                first = self._locations[ref]
                raise NotesError(f"{location}: {ref} is named twice, first at {first}; remove one")
            self._locations[ref] = location
            pull, _ = self._by_ref[ref]
            if title and title != pull.title:
                self._report(f"{ref} was {title!r} when this was written, and is {pull.title!r} now", location)
            elif not title and note.text and not self._is_described(pull):
                self._report(f"{ref} is {pull.title!r} now, unlike the comment about it", location)
            pulls.append(pull)
        return tuple(pulls) if pulls or not note.pulls else None

    def project(self, note: HighlightNote, pulls: Sequence[PullRequest], location: str) -> str:
        """Return the project under which a note's highlight goes."""
        if note.project:
            self.check_project(note.project, location)
            return note.project
        if not pulls:
            raise NotesError(f"{location}: a highlight without pull requests needs `project` and `text`")
        return self._by_ref[pulls[0].ref][1]

    def check_project(self, name: str, location: str) -> None:
        """Raise NotesError where there is no such project."""
        if name not in self._projects:
            hint = nearest(name, list(self._projects))
            raise NotesError(f"{location}: there is no project {name!r}; {hint}")

    def _ref(self, name: str, title: str, location: str) -> str | None:
        """Return the ref that a name stands for, or None where a titled one is gone."""
        refs = self._refs.get(name.lower(), [])
        if len(refs) == 1:
            return refs[0]
        if refs:
            raise NotesError(f"{location}: {name} may be any of {', '.join(refs)}; write it with its repository")
        about = title or self._comments.get(name, "")
        if not about:
            hint = nearest(name, list(self._by_ref))
            raise NotesError(f"{location}: {name} is no pull request of this week; {hint}")
        self._report(f"{name}, {about!r}, is not among this week's pull requests any more", location)
        return None

    def _is_described(self, pull: PullRequest) -> bool:
        """Tell whether the comment about a pull request has its title, if there is one."""
        comment = self._comments.get(pull.ref)
        return comment is None or f" {normalise(pull.title)}, by " in f" {comment}"

    def _report(self, what: str, location: str) -> None:
        hint = "check the note, and update the title with it"
        self.problems.append(Problem(where=location, what=what, severity=Severity.NOTED, hint=hint))


class _Position(NamedTuple):
    """A highlight that a note replaces, and its position."""

    highlight: Highlight
    highlights: list[Highlight]
    number: int


class _Lists:
    """The highlights by project and kind while notes are applied."""

    def __init__(self, selections: Mapping[str, Selection]) -> None:
        self._lists = {
            name: {Kind.IMPROVEMENT: [*selection.improvements], Kind.BUGFIX: [*selection.bugfixes]}
            for name, selection in selections.items()
        }
        self._left_out = {name: selection.left_out for name, selection in selections.items()}
        self._internal = {name: selection.internal for name, selection in selections.items()}
        self._remarks = {name: selection.remarks for name, selection in selections.items()}

    def remove(self, pulls: Sequence[PullRequest]) -> _Position | None:
        """Take pull requests out of their highlights. Return the first highlight as it was."""
        refs = {pull.ref for pull in pulls}
        first: _Position | None = None
        for highlights in (highlights for kinds in self._lists.values() for highlights in kinds.values()):
            for index, highlight in reversed(list(enumerate(highlights))):
                rest = tuple(pull for pull in highlight.pulls if pull.ref not in refs)
                if len(rest) == len(highlight.pulls):
                    continue
                highlights[index : index + 1] = [msgspec.structs.replace(highlight, pulls=rest)] if rest else []
                if first is None or pulls[0] in highlight.pulls:
                    first = _Position(highlight, highlights, index)
        return first

    def clear(self, project: str) -> list[PullRequest]:
        """Take all highlights out of a project. Return their pull requests."""
        pulls = []
        for highlights in self._lists[project].values():
            pulls += [pull for highlight in highlights for pull in highlight.pulls]
            highlights.clear()
        return pulls

    def insert(self, project: str, highlight: Highlight, old: _Position | None) -> None:
        """Add a highlight at its old position in the list, else last."""
        highlights = self._lists[project][highlight.verdict.kind]
        is_same = old is not None and old.highlights is highlights
        highlights.insert(old.number if old and is_same else len(highlights), highlight)

    def insert_at(self, position: int, project: str, highlight: Highlight) -> None:
        """Add a highlight at a position, from 1, of its list."""
        self._lists[project][highlight.verdict.kind].insert(position - 1, highlight)

    def selection(self, name: str, changes: Mapping[str, object]) -> Selection:
        """Return a project's highlights, and what is left out of them."""
        improvements, bugfixes = self._lists[name][Kind.IMPROVEMENT], self._lists[name][Kind.BUGFIX]
        shown = {pull.ref for highlight in (*improvements, *bugfixes) for pull in highlight.pulls}
        return Selection(
            improvements=tuple(improvements),
            bugfixes=tuple(bugfixes),
            internal=tuple(pull for pull in self._internal[name] if pull.ref not in shown),
            remarks={ref: lines for ref, lines in self._remarks[name].items() if ref not in changes},
            left_out=tuple(
                left for left in self._left_out[name] if not (left.pull.ref in shown and left.pull.ref in changes)
            ),
        )


def _features(
    notes: Notes, locations: NoteLocations, lookup: Lookup, lists: _Lists, changes: dict[str, list[str]]
) -> Iterator[Feature]:
    """Yield the features of the notes, and take their pull requests out of the bullets."""
    for note, location in zip(notes.features, locations.features, strict=True):
        pulls = lookup.pulls(note, location) or ()
        lists.remove(pulls)
        for pull in pulls:
            changes.setdefault(pull.ref, []).append(f"in the feature {note.heading!r} ({location})")
        text = Markdown(note.text.strip())
        yield Feature(heading=note.heading, text=text, documentation=note.documentation or "", pulls=pulls)


def _edited(
    note: HighlightNote,
    pulls: tuple[PullRequest, ...],
    old: Highlight | None,
    verdicts: Mapping[str, Verdict],
    location: str,
) -> Highlight:
    """Return the old highlight with the note's kind and text."""
    drafted = old.text if old else titles.sentence(pulls[0].title) if pulls else ""
    kind = note.kind or (old.verdict.kind if old else _kind(pulls, verdicts))
    if not drafted and not note.text and note.show and kind.is_highlight:
        raise NotesError(f"{location}: a highlight without pull requests needs `text`")
    is_same_kind = old is not None and old.verdict.kind is kind
    verdict = old.verdict if old and is_same_kind else Verdict(kind=kind, rule="editor", evidence=location)
    if note.text:
        return Highlight(pulls=pulls, text=note.text, verdict=verdict, words=Words.EDITOR, replaced=str(drafted))
    words = old.words if old else Words.DRAFTED
    return Highlight(pulls=pulls, text=drafted, verdict=verdict, words=words, replaced=old.replaced if old else "")


def _kind(pulls: Sequence[PullRequest], verdicts: Mapping[str, Verdict]) -> Kind:
    kind = verdicts[pulls[0].ref].kind if pulls else Kind.IMPROVEMENT
    return kind if kind.is_highlight else Kind.IMPROVEMENT


def _changes(
    note: HighlightNote, old: Highlight | None, edited: Highlight, verdicts: Mapping[str, Verdict]
) -> list[str]:
    """Describe what a note changes."""
    texts = []
    if not note.show:
        texts.append("left out of the highlights")
    if note.text:
        texts.append(f"text, which was: {old.text}" if old else "text")
    if note.kind and (old is None or note.kind != old.verdict.kind):
        texts.append(f"kind, which was: {verdicts[edited.pulls[0].ref].kind if edited.pulls else 'none'}")
    if note.place:
        texts.append(f"place {note.place} under {edited.verdict.kind}")
    return texts
