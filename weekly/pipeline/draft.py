"""Write or update the editor's file for a week."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Sequence

from weekly.config.project import expanded
from weekly.console import say
from weekly.errors import NotesError, WeeklyError
from weekly.files import atomic, decode, read
from weekly.files.paths import shown
from weekly.model import PullRequest, Snapshot
from weekly.notes.file import Notes, load_notes, notes_path
from weekly.notes.suggestions import HEAD, INTRODUCTION, draft, feature_key, suggest
from weekly.pipeline.context import Project
from weekly.pipeline.post import compose_post, judge


def draft_week(snapshot: Snapshot, project: Project) -> None:
    """Add new suggestions to the week's file, and report them."""
    path = notes_path(project.root, snapshot.week)
    content = read.find_bytes(path, NotesError) or b""
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    old = decode.text_of(content, path, NotesError)
    text, added = _drafted(snapshot, project, old)
    _check_only_comments_differ(old, text, shown(path))
    atomic.write(path, mark + text.encode(), expected=content)
    say(f"weeks/{path.name}: {'added: ' + ', '.join(added) if added else 'no new suggestions'}")


def _drafted(snapshot: Snapshot, project: Project, old: str) -> tuple[str, tuple[str, ...]]:
    """Return the file with new suggestions, and their keys."""
    judgement = judge(snapshot, project)
    notes = load_notes(project.root, snapshot.week)
    title = compose_post(snapshot, project, judgement, notes).title
    suggestions = suggest(
        judgement.introduction,
        judgement.selections,
        snapshot.pulls,
        judgement.verdicts,
        project.config.highlights.extensions,
        expanded(project.config.repositories, snapshot.listed),
        judgement.features,
        judgement.introduction_words,
    )
    head = (f"The week of {snapshot.week.title}: notes on {title}.", "", *HEAD)
    return draft(old, suggestions, head=head, taken=edited_keys(notes, snapshot.pulls))


def edited_keys(notes: Notes, pulls: Sequence[PullRequest], *, has_text: bool = False) -> tuple[str, ...]:
    """Return the keys of what the editor has written about already, with `has_text` of bullets with a text alone."""
    noted = [note.pulls for note in notes.bullets if note.text or not has_text]
    noted += [] if has_text else [note.pulls for note in notes.features]
    names = {name.lower() for group in noted for name in group}
    refs = [pull.ref for pull in pulls if {pull.ref.lower(), f"#{pull.number}", str(pull.number)} & names]
    features = map(feature_key, refs)
    return (*refs, *features, *([INTRODUCTION] if notes.introduction is not None else []))


def _check_only_comments_differ(old: str, new: str, path: str) -> None:
    """Refuse to change what the file says."""
    try:
        is_same = {"pulls": {}, **tomllib.loads(old)} == {"pulls": {}, **tomllib.loads(new)}
    except tomllib.TOMLDecodeError:
        is_same = False
    if not is_same:
        raise WeeklyError(f"{path}: left as it is, since suggestions would change what it says")
