"""Apply the editor's notes to the selected highlights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest

from msgspec.structs import replace

from weekly.errors import NotesError
from weekly.files.decode import closest, nearest
from weekly.highlights.select import Selection
from weekly.model import Feature, Highlight, Kind, Problem, PullRequest, Record, Severity, Verdict, Words
from weekly.notes.file import FeatureNote, HighlightNote, NoteLocations, Notes
from weekly.text import titles
from weekly.text.english import listed
from weekly.text.markdown import Markdown, normalise

Projects = Mapping[str, Sequence[PullRequest]]
"""The pull requests that may be highlighted, by project."""


class Edited(Record, frozen=True, kw_only=True):
    """The highlights by project after editing, the changes by ref, and notes that no longer fit."""

    selections: Mapping[str, Selection]
    changes: Mapping[str, tuple[str, ...]]
    features: tuple[Feature, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The editor's verdicts, by ref."""
        highlights = (one for selection in self.selections.values() for one in selection.highlights)
        return {pull.ref: one.verdict for one in highlights if one.verdict.rule == EDITOR for pull in one.pulls}


EDITOR = "editor"
"""The rule of a verdict that the notes give."""


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
    lists: _Lists = {}
    for name, selection in selections.items():
        lists[name, Kind.IMPROVEMENT], lists[name, Kind.BUGFIX] = [*selection.improvements], [*selection.bugfixes]
    changes: dict[str, list[str]] = defaultdict(list)
    placed: list[tuple[int, _List, Highlight]] = []
    for note, location in zip(notes.bullets, locations.bullets, strict=True):
        pulls = lookup.pulls(note, location)
        if pulls is None:
            continue
        project = lookup.project(note, pulls, location)
        old, home = _find(lists, pulls)
        edited = _edited(note, pulls, old, verdicts, location)
        for pull in pulls:
            changes[pull.ref] += [f"{text} ({location})" for text in _changes(note, old, edited, verdicts)]
        target = (project, edited.verdict.kind)
        new = [edited] if note.show and edited.verdict.kind.is_highlight else []
        _take(lists, pulls, old, new if home == target and not note.place else [])
        if note.place:
            placed += [(note.place, target, one) for one in new]
        elif new and home != target:
            lists[target].append(edited)
    features = tuple(_features(notes, locations, lookup, lists, changes))
    for position, target, highlight in sorted(placed, key=lambda entry: entry[0]):
        lists[target].insert(position - 1, highlight)
    _clear(locations, lookup, lists, changes)
    return Edited(
        selections={name: _selection(name, selections[name], lists, changes, features) for name in projects},
        changes={ref: tuple(texts) for ref, texts in changes.items()},
        features=features,
        problems=(*lookup.problems, *_partial(selections, lists, lookup)),
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
        for name, title in zip_longest(note.pulls, note.titles[: len(note.pulls)], fillvalue=""):
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

    def location(self, ref: str) -> str:
        """Return where a note names a pull request, empty where none does."""
        return self._locations.get(ref, "")

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
            by_number = {ref.rpartition("#")[2]: ref for ref in self._by_ref}
            close = closest(name.rpartition("#")[2], by_number)
            hint = (
                f"did you mean '{by_number[close[0]]}'?"
                if close
                else "correct its number, or move the note to its week"
            )
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


_List = tuple[str, Kind]
_Lists = dict[_List, list[Highlight]]
"""The highlights by project and kind while notes are applied."""


def _find(lists: _Lists, pulls: Sequence[PullRequest]) -> tuple[Highlight | None, _List | None]:
    """Return the highlight of the first pull request that has one, and its list."""
    found = {pull.ref: (one, key) for key, highlights in lists.items() for one in highlights for pull in one.pulls}
    return next((found[pull.ref] for pull in pulls if pull.ref in found), (None, None))


def _take(
    lists: _Lists, pulls: Sequence[PullRequest], old: Highlight | None = None, new: Sequence[Highlight] = ()
) -> None:
    """Take pull requests out of their highlights. The `new` one replaces the `old` one in its position."""
    refs = {pull.ref for pull in pulls}
    for highlights in lists.values():
        highlights[:] = [one for each in highlights for one in (*(new if each is old else ()), *_rest(each, refs))]


def _rest(highlight: Highlight, refs: Collection[str]) -> tuple[Highlight, ...]:
    """Return a highlight without some pull requests, nothing where it had no others."""
    rest = tuple(pull for pull in highlight.pulls if pull.ref not in refs)
    return (replace(highlight, pulls=rest),) if rest or not highlight.pulls else ()


def _partial(selections: Mapping[str, Selection], lists: _Lists, lookup: Lookup) -> Iterator[Problem]:
    """Yield a warning for each drafted bullet of which notes take pull requests out, and whose text stays."""
    drafted = {pull.ref: one for each in selections.values() for one in each.highlights for pull in one.pulls}
    for one in (one for highlights in lists.values() for one in highlights):
        first = next(iter(one.pulls), None)
        whole = drafted.get(first.ref) if first and one.words is Words.DRAFTED else None
        if first and whole and (taken := [pull.ref for pull in whole.pulls if pull not in one.pulls]):
            what = f"the drafted sentence about {first.ref} may also say what {listed(taken)} did"
            where = next(filter(None, (lookup.location(pull.ref) for pull in whole.pulls)))
            yield Problem(where=where, what=what, severity=Severity.NOTED, hint=f"write a text for {first.ref}")


def _selection(
    name: str, selection: Selection, lists: _Lists, changes: Mapping[str, object], features: Sequence[Feature]
) -> Selection:
    """Return a project's highlights, and what is left out of them."""
    improvements, bugfixes = lists[name, Kind.IMPROVEMENT], lists[name, Kind.BUGFIX]
    shown = {pull.ref for highlight in (*improvements, *bugfixes) for pull in highlight.pulls}
    shown |= {pull.ref for feature in features for pull in feature.pulls}
    return replace(
        selection,
        improvements=tuple(improvements),
        bugfixes=tuple(bugfixes),
        internal=tuple(pull for pull in selection.internal if pull.ref not in shown),
        remarks={ref: lines for ref, lines in selection.remarks.items() if ref not in changes},
        left_out=tuple(left for left in selection.left_out if left.pull.ref not in shown & changes.keys()),
    )


def _features(
    notes: Notes, locations: NoteLocations, lookup: Lookup, lists: _Lists, changes: dict[str, list[str]]
) -> Iterator[Feature]:
    """Yield the features of the notes, and take their pull requests out of the bullets."""
    for note, location in zip(notes.features, locations.features, strict=True):
        pulls = lookup.pulls(note, location) or ()
        _take(lists, pulls)
        for pull in pulls:
            changes[pull.ref].append(f"in the feature {note.heading!r} ({location})")
        text = Markdown(note.text.strip())
        yield Feature(heading=note.heading, text=text, documentation=note.documentation or "", pulls=pulls)


def _clear(locations: NoteLocations, lookup: Lookup, lists: _Lists, changes: dict[str, list[str]]) -> None:
    """Remove the bullets of projects that have prose."""
    for name, location in locations.projects.items():
        lookup.check_project(name, location)
        for highlights in (lists[name, Kind.IMPROVEMENT], lists[name, Kind.BUGFIX]):
            for pull in (pull for highlight in highlights for pull in highlight.pulls):
                changes[pull.ref].append(f"prose instead of a bullet ({location})")
            highlights.clear()


def _edited(
    note: HighlightNote,
    pulls: tuple[PullRequest, ...],
    old: Highlight | None,
    verdicts: Mapping[str, Verdict],
    location: str,
) -> Highlight:
    """Return the old highlight with the note's kind and text."""
    if old and note.kind in (None, old.verdict.kind):
        verdict = old.verdict
    else:
        verdict = Verdict(kind=note.kind or _kind(pulls, verdicts), rule=EDITOR, evidence=location)
    base = old or Highlight(pulls=pulls, text=titles.sentence(pulls[0].title) if pulls else "", verdict=verdict)
    if not base.text and not note.text and note.show and verdict.kind.is_highlight:
        raise NotesError(f"{location}: a highlight without pull requests needs `text`")
    if note.text:
        base = replace(base, text=note.text, words=Words.EDITOR, replaced=str(base.text))
    return replace(base, pulls=pulls, verdict=verdict)


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
