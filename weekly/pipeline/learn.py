"""Learn a project's kinds from its archived weeks and the editor's notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from weekly import archive
from weekly.classify.learning import LEAST, Lesson, format_learned, learn, parse_learned
from weekly.classify.rules import classify
from weekly.classify.weights import Weights, shipped_weights
from weekly.console import say
from weekly.errors import ConfigError
from weekly.files import atomic, decode, read
from weekly.files.paths import shown
from weekly.model import Kind, PullRequest, Snapshot
from weekly.notes.file import HighlightNote, Notes, load_notes
from weekly.pipeline.context import Project
from weekly.text.patterns import lazy_pattern

FILE = "learned.tsv"
"""The file beside weekly.toml that holds what was learned."""

_WORD = lazy_pattern(r"[A-Za-z]\w+")

_STATEMENTS = {
    "label": "labels",
    "issue-label": "labels of issues",
    "changelog-entry": "changelog entries",
    "release-note": "release notes",
    "ticked-box": "ticked boxes",
    "conventional-commit": "prefixes",
}
"""Rules that use people's statements, which are the truth to learn from."""


def weights_of(root: Path) -> Weights | None:
    """Return the shipped weights with what the project learned, None if it learned nothing."""
    path = root / FILE
    content = read.find_bytes(path, ConfigError)
    if content is None:
        return None
    try:
        learned = parse_learned(decode.text_of(content, path, ConfigError))
    except ValueError as error:
        raise ConfigError(f"{shown(path)}: {error}; take the file from git, or run: weekly learn") from error
    return learned.applied_to(shipped_weights())


def learn_project(project: Project) -> None:
    """Learn from the project's past, write the file if that helps, and report how good it is."""
    past = list(_past(project))
    found = [lesson for pull, note in past if (lesson := _lesson(pull, note, project))]
    found.sort(key=lambda pair: (pair[0].pull.merged_at, pair[0].pull.ref))
    outcome = learn([lesson for lesson, _ in found], project.config.kinds, shipped_weights())
    sources = Counter(source for _, source in found)
    counted = ", ".join(f"{count} by {source}" for source, count in sorted(sources.items()))
    say(f"{outcome.count} pull requests with a known kind" + (f": {counted}" if counted else ""))
    texts = ((pull.title, note.text) for pull, note in past if note and note.text)
    if spelled := sorted(spellings(texts) - set(project.config.highlights.names)):
        say(f"editors corrected these spellings; add them to highlights.names: {', '.join(spelled)}")
    if outcome.count < LEAST:
        say(f"nothing learned: {LEAST} are needed; gather more weeks: weekly gather 2023-03-27")
        return
    say(
        f"of the newer {outcome.tested}, judged by what the older ones teach, {outcome.after.right:.0%} are right "
        f"({outcome.before.right:.0%} without it)"
    )
    if outcome.learned is None:
        say(f"nothing learned: it would not make verdicts better; {FILE} is unchanged")
        return
    is_changed = atomic.write(project.root / FILE, format_learned(outcome.learned, outcome))
    say(f"{'wrote' if is_changed else 'unchanged:'} {FILE}; commit it")


def spellings(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Return the words whose capitals editors changed at least twice. Pairs are titles and the editors' texts."""
    counts: Counter[str] = Counter()
    for title, text in pairs:
        inner = set(_WORD.findall(text.partition(" ")[2]))  # the first word has a capital anyway
        before = set(_WORD.findall(title))
        counts.update(
            word for word in inner - before if word != word.lower() and word.lower() in map(str.lower, before)
        )
    return {word for word, count in counts.items() if count > 1}


def _past(project: Project) -> Iterator[tuple[PullRequest, HighlightNote | None]]:
    """Return the pull requests of the archive with their notes."""
    for week in archive.weeks(project.root, project.config.project.zone):
        if snapshot := archive.load(project.root, week):
            notes = _notes_by_ref(load_notes(project.root, week), snapshot)
            yield from ((pull, notes.get(pull.ref)) for pull in snapshot.pulls)


def _lesson(pull: PullRequest, note: HighlightNote | None, project: Project) -> tuple[Lesson, str] | None:
    verdict = classify(pull, project.config.kinds)
    if note and (note.kind or not note.show):
        return Lesson(pull=pull, kind=note.kind or Kind.HOUSEKEEPING), "editors"
    if verdict.rule in _STATEMENTS and verdict.sure:
        return Lesson(pull=pull, kind=verdict.kind), _STATEMENTS[verdict.rule]
    if note and note.text and verdict.kind.is_highlight:
        return Lesson(pull=pull, kind=verdict.kind), "editors"
    return None


def _notes_by_ref(notes: Notes, snapshot: Snapshot) -> dict[str, HighlightNote]:
    """Return the notes on pull requests, by their names."""
    refs = {pull.ref.lower(): pull.ref for pull in snapshot.pulls}
    numbers = Counter(pull.number for pull in snapshot.pulls)
    short = {f"#{pull.number}": pull.ref for pull in snapshot.pulls if numbers[pull.number] == 1}
    found = {}
    for note in notes.bullets:
        for name in note.pulls:
            if ref := refs.get(name.lower()) or short.get(name):
                found[ref] = note
    return found
