"""List what can be edited in a post, in its order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from weekly.compose.explain import Explanation
from weekly.model import Event, Events, Feature, Highlight, Highlights, Introduction, Kind, Post, Record
from weekly.notes.actions import Target
from weekly.notes.file import HighlightNote, Notes
from weekly.text.markdown import bare, trusted


class Entry(Record, frozen=True, kw_only=True):
    """One editable part of the post. `key` names it on the page, `fields` fill its form.

    A highlight has its position from 1 in the list of its project and kind. What isn't shown has none.
    """

    key: str
    type: str
    text: str = ""
    target: Target | None = None
    project: str = ""
    kind: str = ""
    place: int = 0
    is_shown: bool = True
    is_edited: bool = False
    is_unsure: bool = False
    refs: tuple[str, ...] = ()
    why: str = ""
    fields: Mapping[str, Any] = {}


def highlights_of(
    post: Post, notes: Notes, explanations: Mapping[str, Explanation], projects: Mapping[str, str]
) -> list[tuple[Highlight, Entry]]:
    """Return each highlight with its entry. `projects` has each pull request's own project."""
    noted = {ref: note for note in notes.bullets for ref in _refs(note, explanations)}
    loose = {index: note for index, note in enumerate(notes.highlights) if not note.pulls and note.show}
    places: Counter[tuple[str, str]] = Counter()
    found = []
    for highlight, kind in _highlights(post):
        refs = tuple(pull.ref for pull in highlight.pulls)
        index = next((index for index, note in loose.items() if not refs and note.text == highlight.text), -1)
        note = noted.get(refs[0]) if refs else loose.pop(index, None)
        project = (note.project if note else None) or projects.get(refs[0] if refs else "", "")
        places[project, kind] += 1
        is_noted = not noted.keys().isdisjoint(refs)
        entry = _highlight(
            refs,
            index,
            text=trusted(highlight.text),
            project=project,
            kind=kind,
            place=places[project, kind],
            is_edited=is_noted or not refs,
            is_unsure=not is_noted and not all(explanations[ref].sure for ref in refs if ref in explanations),
        )
        found.append((highlight, entry))
    return found


def _highlights(post: Post) -> Iterator[tuple[Highlight, str]]:
    """Yield each highlight of the post with the kind of its list."""
    for section in post.sections:
        if isinstance(section, Highlights):
            yield from ((highlight, Kind.IMPROVEMENT.value) for highlight in section.improvements)
            yield from ((highlight, Kind.BUGFIX.value) for highlight in section.bugfixes)


def others_of(
    post: Post, notes: Notes, explanations: Mapping[str, Explanation], shown: Sequence[Entry]
) -> Iterator[Entry]:
    """Yield the entries of pull requests and notes that aren't shown, the unsure ones first."""
    seen = {ref for entry in shown for ref in entry.refs}
    seen |= {pull.ref for section in post.sections if isinstance(section, Feature) for pull in section.pulls}
    found = []
    for note in notes.bullets:
        if refs := tuple(ref for ref in _refs(note, explanations) if ref not in seen):
            seen.update(refs)
            found.append(_hidden([explanations[ref] for ref in refs], is_edited=True))
    found += [_hidden([one], is_edited=False) for ref, one in explanations.items() if ref not in seen and one.places]
    found += [
        _highlight((), index, text=note.text or "", is_shown=False, is_edited=True)
        for index, note in enumerate(notes.highlights)
        if not note.pulls and not note.show
    ]
    found += [
        _of_note("video", note.url, note, note.text, is_shown=False) for note in notes.videos or () if not note.show
    ]
    yield from sorted(found, key=lambda entry: not entry.is_unsure)


def _refs(note: HighlightNote, explanations: Mapping[str, Explanation]) -> Iterator[str]:
    names = {name.lower() for name in note.pulls}
    for ref in explanations if names else ():
        if names & {ref.lower(), ref[ref.index("#") :], ref[ref.index("#") + 1 :]}:
            yield ref


def _hidden(own: Sequence[Explanation], *, is_edited: bool) -> Entry:
    return _highlight(
        tuple(one.ref for one in own),
        text="; ".join(one.title for one in own),
        kind=own[0].kind,
        is_shown=False,
        is_edited=is_edited,
        is_unsure=not is_edited and not all(one.sure for one in own),
        why="; ".join(dict.fromkeys(text for one in own for text in (*one.editor, *one.remarks))),
    )


def _highlight(refs: tuple[str, ...], index: int = -1, **values: Any) -> Entry:
    """Return the entry of a highlight, by its pull requests or by the index of its note where it has none."""
    target = Target(pulls=refs) if refs else Target(note=index)
    return Entry(key=" ".join(refs) or f"note {index}", type="highlight", target=target, refs=refs, **values)


def videos_of(section: Introduction, notes: Notes) -> Iterator[Entry]:
    """Yield the entry of each video, as its note has it or as its channel does."""
    noted = {str(bare(note.url)): note for note in notes.videos or ()}
    for group in section.videos:
        for video in group.videos:
            if note := noted.get(str(video.url)):
                yield _of_note("video", note.url, note, video.text)
            else:
                fields = {"url": str(video.url), "by": str(group.by), "text": str(video.text)}
                yield Entry(key=f"video {video.url}", type="video", text=video.text, fields=fields)


def feature_of(section: Feature, notes: Notes, left: list[int]) -> Entry:
    """Return the entry of a feature of the notes, and take its index from those that are left."""
    index = next(index for index in left if notes.features[index].heading == section.heading)
    left.remove(index)
    refs = tuple(pull.ref for pull in section.pulls)
    return _of_note("feature", index, notes.features[index], section.text, refs=refs)


def events_of(section: Events, notes: Notes) -> Iterator[tuple[Event, Entry | None]]:
    """Yield each event, with an entry where it comes from the notes."""
    indexes = {(event.title, event.first_day): index for index, event in enumerate(notes.events)}
    for event in section.events:
        index = indexes.get((event.title, event.first_day))
        yield event, None if index is None else _of_note("event", index, notes.events[index], event.title)


def _of_note(kind: str, name: str | int, note: Record, text: str, **values: Any) -> Entry:
    """Return the entry of a video, feature or event of the notes, by its address or index."""
    fields = {key: value for key, value in msgspec.structs.asdict(note).items() if value is not None}
    fields |= {"index": name} if isinstance(name, int) else {}
    return Entry(key=f"{kind} {name}", type=kind, text=text, is_edited=True, fields=fields, **values)
