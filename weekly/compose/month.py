"""Bring the editor's notes on several weeks together, each matter once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from weekly.compose.edits import Lookup, Projects
from weekly.highlights.merging import content, says_the_same, spoken
from weekly.highlights.order import weight
from weekly.highlights.reverts import Tie
from weekly.highlights.select import LeftOut, Selection
from weekly.model import Highlight, Kind
from weekly.notes.file import FeatureNote, HighlightNote, NoteLocations, Notes, ProjectNote
from weekly.text.markdown import Markdown
from weekly.week import Month, Week

Item = TypeVar("Item")


class WeekNotes(NamedTuple):
    """The notes on one week with their locations, and the week's pull requests by project."""

    week: Week
    notes: Notes
    locations: NoteLocations
    projects: Projects


class Bullet(NamedTuple):
    """A note on a bullet, which names its pull requests in full, with its week and location."""

    note: HighlightNote
    location: str
    week: Week

    @property
    def is_shown(self) -> bool:
        """Tell whether it is about a highlight that readers see."""
        return self.note.show and (self.note.kind is None or self.note.kind.is_highlight)


class MonthNotes(NamedTuple):
    """The notes on all weeks of a month that concern it. `others` has all but bullets.

    `features` has the features' locations, `hidden` what has no highlight.
    """

    bullets: tuple[Bullet, ...]
    others: Notes
    features: tuple[str, ...]
    hidden: frozenset[str]

    def with_bullets(self, bullets: Sequence[Bullet]) -> tuple[Notes, NoteLocations]:
        """Return one week's worth of notes, with the location of each bullet and feature."""
        locations = NoteLocations(bullets=tuple(bullet.location for bullet in bullets), features=self.features)
        return replace(self.others, highlights=tuple(bullet.note for bullet in bullets)), locations


def notes_of_month(month: Month, weeks: Sequence[WeekNotes], own: WeekNotes, undone: Mapping[str, Tie]) -> MonthNotes:
    """Return the notes of all weeks and the month's `own`, which take precedence.

    A note goes with its pull requests. What names none goes with most days of its week. Notes on changes that a later
    week reverted are left out.
    """
    inside = {pull.ref for pulls in own.projects.values() for pull in pulls}
    homes = {pull.ref: one.week for one in weeks for pulls in one.projects.values() for pull in pulls}
    stale = {ref for ref, tie in undone.items() if homes.get(ref) != homes.get(tie.other.ref)}
    bullets = [bullet for one in weeks for bullet in _bullets(one, inside - stale, month)]
    features = [feature for one in weeks for feature in _features(one, inside - stale, month)]
    features += _features(own, inside, month)
    mine = list(_bullets(own, inside, month))
    taken = {ref for bullet in mine for ref in bullet.note.pulls}
    bullets = [*(bullet for bullet in bullets if taken.isdisjoint(bullet.note.pulls)), *mine]
    hidden = {ref for bullet in bullets if not bullet.is_shown for ref in bullet.note.pulls}
    prose = {pull.ref for one in weeks for name in one.notes.projects for pull in one.projects[name]}
    others = _others([one.notes for one in weeks if month.has_most_of(one.week)], own.notes)
    return MonthNotes(
        bullets=tuple(bullet for bullet in bullets if bullet.is_shown and prose.isdisjoint(bullet.note.pulls)),
        others=replace(others, features=tuple(note for note, _ in features)),
        features=tuple(location for _, location in features),
        hidden=frozenset(hidden | prose),
    )


def _bullets(one: WeekNotes, inside: set[str], month: Month) -> Iterator[Bullet]:
    """Yield the notes on bullets of the month, with the pull requests that are `inside` it."""
    lookup = Lookup(one.projects, one.locations.comments)
    for note, location in zip(one.notes.bullets, one.locations.bullets, strict=True):
        pulls = lookup.pulls(note, location)
        refs = tuple(pull.ref for pull in pulls or () if pull.ref in inside)
        if pulls is not None and (refs or (not pulls and month.has_most_of(one.week))):
            project = lookup.project(note, pulls, location)
            yield Bullet(replace(note, pulls=refs, titles=(), project=project, place=None), location, one.week)


def _features(one: WeekNotes, inside: set[str], month: Month) -> Iterator[tuple[FeatureNote, str]]:
    lookup = Lookup(one.projects, one.locations.comments)
    for note, location in zip(one.notes.features, one.locations.features, strict=True):
        pulls = lookup.pulls(note, location) or ()
        refs = tuple(pull.ref for pull in pulls if pull.ref in inside)
        if refs or (not pulls and month.has_most_of(one.week)):
            yield replace(note, pulls=refs, titles=()), location


def _others(weeks: Sequence[Notes], own: Notes) -> Notes:
    """Return the notes on all but bullets and features. Standing sections are as in the last week that changes them."""
    every = (*weeks, own)
    prose: dict[str, list[Markdown]] = defaultdict(list)
    entries: dict[str, list[Markdown]] = defaultdict(list)
    for notes in every:
        for name, note in notes.projects.items():
            prose[name].append(note.text)
        for name, texts in notes.distributions.items():
            entries[name] += texts
    return Notes(
        title=own.title,
        introduction=own.introduction,
        videos=_unique([video for notes in every for video in notes.videos or ()]) or None,
        events=_unique([event for notes in every for event in notes.events]),
        sections=_unique([section for notes in every for section in notes.sections]),
        projects={name: ProjectNote(text=Markdown("\n\n".join(_unique(texts)))) for name, texts in prose.items()},
        blocks={heading: note for notes in every for heading, note in notes.blocks.items()},
        distributions={name: _unique(texts) for name, texts in entries.items()},
    )


def _unique(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return items in their order, equal ones once."""
    return tuple(item for number, item in enumerate(items) if item not in items[:number])


class _Matter:
    """Notes on one matter, and the drafted highlights that they replace."""

    def __init__(self, bullet: Bullet) -> None:
        self.bullets = [bullet]
        self.refs = dict.fromkeys(bullet.note.pulls)
        self.words = spoken(bullet.note.text or "")

    @property
    def note(self) -> HighlightNote:
        """One note with all sentences that differ."""
        first = self.bullets[0].note
        texts = _unique([bullet.note.text.strip() for bullet in self.bullets if bullet.note.text])
        return replace(first, pulls=tuple(self.refs), text=Markdown(" ".join(texts)) if texts else None)

    def says(self, text: str) -> bool:
        """Tell whether a sentence says the same."""
        return bool(self.words) and says_the_same(self.words, spoken(text))

    def add(self, bullet: Bullet) -> None:
        """Add a note of another week, whose sentence counts only if it says something else."""
        self.refs |= dict.fromkeys(bullet.note.pulls)
        if not (bullet.note.text and self.says(bullet.note.text)):
            self.bullets.append(bullet)

    def continues(self, bullet: Bullet, related: set[str]) -> bool:
        """Tell whether a note is about this matter, by its sentence or its pull requests.

        Two notes on one week stay apart, as the editor wants them.
        """
        first = self.bullets[0]
        if bullet.note.project != first.note.project or first.week == bullet.week:
            return False
        texts = [one.note.text or "" for one in (*self.bullets, bullet)]
        is_related = not related.isdisjoint(self.refs) and not any("\n" in text.strip() for text in texts)
        return is_related or bool(bullet.note.text and self.says(bullet.note.text))


def tell_once(bullets: Sequence[Bullet], selections: Mapping[str, Selection]) -> tuple[Bullet, ...]:
    """Return a note for each matter, which also has the pull requests that drafts would tell with it."""
    drafts = [(name, one) for name, selection in selections.items() for one in selection.highlights]
    matters: list[_Matter] = []
    owners = {ref for bullet in bullets for ref in bullet.note.pulls}
    for bullet in bullets:
        related = {ref for ref in _drafted_with(bullet, drafts) if ref not in owners or ref not in bullet.note.pulls}
        matter = next((one for one in matters if one.continues(bullet, related)), None)
        if matter is None:
            matters.append(matter := _Matter(bullet))
        else:
            matter.add(bullet)
        matter.refs |= dict.fromkeys(ref for ref in related if ref not in owners)
    return tuple(Bullet(matter.note, matter.bullets[0].location, matter.bullets[0].week) for matter in matters)


def _drafted_with(bullet: Bullet, drafts: Sequence[tuple[str, Highlight]]) -> Iterator[str]:
    """Yield the pull requests of drafted highlights with those of a note, or with a sentence that says the same."""
    words = spoken(bullet.note.text or "")
    for name, one in drafts:
        refs = [pull.ref for pull in one.pulls]
        if not set(refs).isdisjoint(bullet.note.pulls) or (
            words and name == bullet.note.project and says_the_same(words, spoken(one.text))
        ):
            yield from refs


FEWEST, SHARED = 4, 0.8
"""The words, and their share of the shorter sentence, that sentences on one matter have in common."""


def joined(selection: Selection) -> Selection:
    """Return drafted highlights in which those on one matter are one, the first of them."""
    found: list[Highlight] = []
    left: list[LeftOut] = []
    for one in sorted(selection.highlights, key=weight):
        at = next((n for n, other in enumerate(found) if _is_same_matter(one, other)), None)
        if at is None:
            found.append(one)
            continue
        found[at] = replace(found[at], pulls=(*found[at].pulls, *one.pulls))
        left.append(LeftOut(pull=one.pulls[0], why=f"shares the bullet of {found[at].pulls[0].ref}"))
    return _selected(selection, found, left)


def _is_same_matter(one: Highlight, other: Highlight) -> bool:
    """Tell whether sentences of one kind say the same but for a word, or one of them in more words."""
    few, many = sorted((content(one.text), content(other.text)), key=len)
    shared = len(few & many)
    is_same = shared == len(few) > 1 and len(many) - len(few) < 2
    return one.verdict.kind is other.verdict.kind and (is_same or (shared >= FEWEST and shared >= SHARED * len(few)))


def chosen(selection: Selection, room: Mapping[Kind, int], noted: Collection[str], zone: str) -> Selection:
    """Return the drafted highlights for which there is `room`, the weightiest first, and of equal ones some of each week.

    Those on `noted` pull requests stay, since notes replace them in their position.
    """
    turns: Counter[tuple[object, ...]] = Counter()
    ranked = []
    for one in sorted(selection.highlights, key=weight):
        rank, week = weight(one), Week.of_instant(one.pulls[0].merged_at, zone).monday
        turns[rank.group, rank.reach, week] += 1
        ranked.append((rank.group, rank.reach, turns[rank.group, rank.reach, week], week, rank.number, one))
    left = Counter(room)
    shown: list[Highlight] = []
    others: list[LeftOut] = []
    for *_, one in sorted(ranked, key=lambda row: row[:-1]):
        is_noted = any(pull.ref in noted for pull in one.pulls)
        if is_noted or left[one.verdict.kind] > 0:
            shown.append(one)
            left[one.verdict.kind] -= not is_noted
        else:
            others.append(LeftOut(pull=one.pulls[0], why="past the highlights that a project may have in a month"))
    return _selected(selection, shown, others)


def _selected(selection: Selection, highlights: Sequence[Highlight], left: Sequence[LeftOut]) -> Selection:
    return replace(
        selection,
        improvements=tuple(one for one in highlights if one.verdict.kind is not Kind.BUGFIX),
        bugfixes=tuple(one for one in highlights if one.verdict.kind is Kind.BUGFIX),
        left_out=(*selection.left_out, *left),
    )
