"""Learn a project's kinds from its archived weeks and the editor's notes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from weekly import archive
from weekly.classify.learning import LEAST, Lesson, format_learned, learn, parse_learned
from weekly.classify.paths import without_fragments
from weekly.classify.rules import classify
from weekly.classify.weights import Weights, shipped_weights
from weekly.config.highlights import HighlightRules
from weekly.config.rules import KindRules
from weekly.console import say
from weekly.errors import ConfigError
from weekly.files import atomic, decode, read
from weekly.files.paths import shown
from weekly.highlights.scope_parts import own_names, read_scope
from weekly.model import Kind, PullRequest, Snapshot, Verdict
from weekly.notes.file import HighlightNote, Notes, load_notes
from weekly.pipeline.context import Context, Project
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import masked, spans
from weekly.text.titles.parse import parse
from weekly.text.vocabulary import word_list
from weekly.week import Week

T = TypeVar("T")

FILE = "learned.tsv"
"""The file next to weekly.toml that holds what was learned."""

ENOUGH = 300
"""Pull requests after which more of them teach little."""

MOST_WEEKS = 104
"""The most weeks that are proposed for gathering. Older pull requests teach older habits."""

ENTRIES = 3
"""A project writes changelog entries where one of so many pull requests has one."""

_WORD = lazy_pattern(r"[A-Za-z]\w+")
_COMMAND = lazy_pattern(r"([a-z][\w.-]*) [a-z].*")
_SCOPE = lazy_pattern(r"[/:. ]+")
_PHRASE = lazy_pattern(r".*\b((?:in|on|for) [^.,;()`]{2,40})\.?$")

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


def learn_project(project: Project, context: Context) -> None:
    """Learn from the project's past, write the file if that helps, and report how good it is."""
    past = list(_past(project))
    verdicts = [classify(pull, project.config.kinds) for pull, _ in past]
    found = sorted(_lessons(past, verdicts, project), key=lambda pair: (pair[0].pull.merged_at, pair[0].pull.ref))
    outcome = learn([lesson for lesson, _ in found], project.config.kinds, shipped_weights())
    sources = Counter(source for _, source in found)
    counted = ", ".join(f"{count} by {source}" for source, count in sorted(sources.items()))
    known = f"{outcome.count} of {len(past)} archived pull requests have a known kind"
    say(known + (f": {counted}" if counted else ""))
    rules = project.config.highlights
    _propose([(pull.title, note.text) for pull, note in past if note and note.text], rules)
    _propose_to_leave_out(
        [pull for (pull, _), verdict in zip(past, verdicts, strict=True) if verdict.kind.is_highlight], rules
    )
    if outcome.count < ENOUGH:
        say(f"{LEAST} are needed, and {ENOUGH} are best; {_more(len(past), outcome.count, project, context)}")
    if outcome.count < LEAST:
        say("nothing learned")
        return
    say(
        f"of the newer {outcome.tested}, judged by what the older ones teach, {outcome.after.right:.1%} are right "
        f"({outcome.before.right:.1%} without it)"
    )
    if outcome.learned is None:
        say(f"nothing learned: it would not make verdicts better; {FILE} is unchanged")
        return
    is_changed = atomic.write(project.root / FILE, format_learned(outcome.learned, outcome))
    say(f"{'wrote' if is_changed else 'unchanged:'} {FILE}; commit it")


def _more(total: int, known: int, project: Project, context: Context) -> str:
    """Return how to get more pull requests with a known kind."""
    weeks = archive.weeks(project.root, project.config.project.zone)
    if total >= ENOUGH and known < LEAST:
        return "label pull requests, or give their kinds in the weeks' notes"
    oldest = min(weeks, default=Week.of_instant(context.now, project.config.project.zone))
    count = known or total
    missing = math.ceil((ENOUGH - count) * len(weeks) / count) if count else MOST_WEEKS // 2
    return f"gather older weeks: weekly gather --since {oldest.shifted(-min(missing, MOST_WEEKS))}"


def _propose(pairs: Sequence[tuple[str, str]], rules: HighlightRules) -> None:
    """Name what editors changed more than once. Pairs are titles and the editors' texts."""
    if found := sorted(spellings(pairs) - set(rules.names)):
        say(f"editors corrected these spellings; add them to highlights.names: {', '.join(found)}")
    if found := sorted(tools(pairs) - set(rules.commands)):
        say(f"editors show the commands of these tools as code; add them to highlights.commands: {', '.join(found)}")
    if found := [f'{scope} = "{phrase}"' for scope, phrase in sorted(phrases(pairs)) if scope not in rules.scopes]:
        say(f"editors say where changes are noticed; add it to highlights.scopes: {', '.join(found)}")


def _propose_to_leave_out(news: Sequence[PullRequest], rules: HighlightRules) -> None:
    """Name the parts that most titles of the news name."""
    if found := [f'{scope} = ""' for scope in sorted(needless_scopes(news) - set(map(str.lower, rules.scopes)))]:
        say(
            "most titles name the same part, which tells readers nothing; leave it out in highlights.scopes: "
            + ", ".join(found)
        )


def tools(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Return the tools whose commands are plain in titles, and code in at least two of the editors' texts."""
    found: list[str] = []
    for title, text in pairs:
        commands = [_COMMAND.fullmatch(piece.strip("`")) for piece, is_code in spans(text) if is_code]
        found += {match[1] for match in commands if match and match[0] in masked(title)}
    return _repeated(found)


def phrases(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return scopes with the phrase that at least two of the editors' texts end with, and no title has."""
    ends = ((title, _SCOPE.split(parse(title).scope.lower())[-1], _PHRASE.search(text)) for title, text in pairs)
    return _repeated(
        (scope, match[1]) for title, scope, match in ends if scope and match and match[1].lower() not in title.lower()
    )


def needless_scopes(pulls: Iterable[PullRequest]) -> set[str]:
    """Return the innermost scopes that more than half of a repository's titles share. Some are never named anyway."""
    titles: Counter[str] = Counter()
    named: Counter[tuple[str, str]] = Counter()
    for pull in pulls:
        titles[pull.repo] += 1
        last = read_scope(pull, parse(pull.title).scope).segments[-1:]
        named.update(
            (pull.repo, segment) for segment in last if segment not in own_names(pull.repo) | word_list("generic")
        )
    return {scope for (repo, scope), count in named.items() if titles[repo] >= LEAST and 2 * count > titles[repo]}


def spellings(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Return the words whose capitals editors changed at least twice. Pairs are titles and the editors' texts."""
    found: list[str] = []
    for title, text in pairs:
        inner = set(_WORD.findall(text.partition(" ")[2]))  # the first word has a capital anyway
        before = set(_WORD.findall(title))
        found += (word for word in inner - before if word != word.lower() and word.lower() in map(str.lower, before))
    return _repeated(found)


def _repeated(found: Iterable[T]) -> set[T]:
    return {one for one, count in Counter(found).items() if count > 1}


def _past(project: Project) -> Iterator[tuple[PullRequest, HighlightNote | None]]:
    """Return the pull requests of the archive with their notes."""
    for week in archive.weeks(project.root, project.config.project.zone):
        if snapshot := archive.load(project.root, week):
            notes = _notes_by_ref(load_notes(project.root, week), snapshot)
            yield from ((pull, notes.get(pull.ref)) for pull in snapshot.pulls)


def _lessons(
    past: Sequence[tuple[PullRequest, HighlightNote | None]], verdicts: Sequence[Verdict], project: Project
) -> list[tuple[Lesson, str]]:
    """Return the pull requests with a known kind, and what it comes from.

    Where many have a changelog entry, one without is no highlight.
    """
    has_entries = ENTRIES * sum(verdict.rule == "changelog-entry" for verdict in verdicts) >= len(past)
    found = []
    for (pull, note), verdict in zip(past, verdicts, strict=True):
        if lesson := _lesson(pull, note, verdict):
            found.append(lesson)
        elif has_entries and verdict.rule in ("words", "refactoring") and _has_no_entry(pull, project.config.kinds):
            found.append((Lesson(pull=pull, kind=Kind.HOUSEKEEPING), "missing changelog entries"))
    return found


def _has_no_entry(pull: PullRequest, rules: KindRules) -> bool:
    """Return whether the files are known, and none of them is a changelog entry that could not be read."""
    return bool(pull.files) and len(without_fragments(pull, rules)) == len(pull.files)


def _lesson(pull: PullRequest, note: HighlightNote | None, verdict: Verdict) -> tuple[Lesson, str] | None:
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
