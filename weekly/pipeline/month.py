"""Put the archived weeks of a month into one post."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from weekly import archive
from weekly.compose.month import Bullet, WeekNotes, chosen, joined, notes_of_month, tell_once
from weekly.compose.projects import ProjectActivity, group_by_project
from weekly.config.sections import AnySectionConfig, UpstreamConfig
from weekly.errors import ArchiveError
from weekly.gather import indexes
from weekly.highlights.reverts import undone
from weekly.model import (
    AdvisoryWeek,
    BranchWeek,
    FeedWeek,
    Kind,
    Listing,
    Outcome,
    Problem,
    Reach,
    RepoActivity,
    Severity,
    Snapshot,
    Upstream,
)
from weekly.notes.file import load_notes, note_locations
from weekly.pipeline.context import Project
from weekly.pipeline.post import Judgement, RenderedPost, compose_post, shorten_post, week_drafter, with_replies
from weekly.text.markdown import Markdown
from weekly.week import Month, Week, day_span

Answer = TypeVar("Answer", BranchWeek, AdvisoryWeek, Listing)

DETAILS_ABOVE = 10
"""Pull requests from which a list is collapsed, unless weekly.toml says otherwise."""


def rendered_month(month: Month, project: Project, *, now: datetime) -> RenderedPost:
    """Return the month's post and its Markdown, from the archive and the notes alone."""
    weeks = [week for week in month.weeks if week.start <= now]
    snapshots = [snapshot for week in weeks if (snapshot := archive.load(project.root, week)) is not None]
    if not snapshots:
        raise ArchiveError(f"archive: has no week of {month.title}; gather them: weekly gather {month.options}")
    most, project = project.config.highlights.most, _arranged(project)
    snapshot = _merged(month, snapshots)
    activities = group_by_project(snapshot, project.config.repositories)
    pulls = [pull for activity in activities for pull in activity.pulls]
    own = _notes(month, activities, project)
    of_weeks = [_notes(one.week, group_by_project(one, project.config.repositories), project) for one in snapshots]
    notes = notes_of_month(month, of_weeks, own, undone(pulls))
    draft = week_drafter(snapshot, project, hidden=notes.hidden)
    judgement = with_replies(draft, project, snapshot, [one.week for one in snapshots])
    selections = {name: joined(selection) for name, selection in judgement.selections.items()}
    bullets = tell_once(notes.bullets, selections)
    noted = {ref for bullet in bullets for ref in bullet.note.pulls}
    selections = {
        name: chosen(selection, _room(name, bullets, judgement, most), noted, month.zone)
        for name, selection in selections.items()
    }
    judgement = judgement._replace(selections=selections)
    edited, locations = notes.with_bullets(bullets)
    edited = replace(edited, title=edited.title or f"{project.config.project.name}: {month.title}")
    post = compose_post(snapshot, project, judgement, edited, locations)
    gaps = _gaps(weeks, snapshots, now)
    sections = tuple(replace(one, gaps=gaps) if isinstance(one, Upstream) else one for one in post.sections)
    return shorten_post(replace(post, sections=sections, problems=(*gaps, *post.problems)), project, judgement)


def _room(name: str, bullets: Sequence[Bullet], judgement: Judgement, most: int) -> dict[Kind, int]:
    """Return how many drafted highlights each of a project's lists may have next to the editor's."""
    own = [one.note for one in bullets if one.note.project == name]
    kinds = [note.kind or (judgement.verdicts[note.pulls[0]].kind if note.pulls else Kind.IMPROVEMENT) for note in own]
    return {kind: max(0, most - kinds.count(kind)) for kind in (Kind.IMPROVEMENT, Kind.BUGFIX)}


def _arranged(project: Project) -> Project:
    """Return the project with long lists collapsed, texts that speak of the month, and every highlight for users."""
    config, rules = project.config, project.config.highlights
    collapses = config.forum is not None or config.discussions is not None  # a plain file shows the markup for it
    sections = tuple(_section(section, collapses=collapses) for section in config.sections)
    internal = "count" if rules.internal == "count" else "hide"
    rules = replace(rules, most=sys.maxsize, most_improvements=None, most_bugfixes=None, internal=internal)
    return project._replace(config=replace(project.config, sections=sections, highlights=rules))


def _section(section: AnySectionConfig, *, collapses: bool) -> AnySectionConfig:
    changes: dict[str, object] = {}
    if text := getattr(section, "text", ""):
        changes["text"] = Markdown(re.sub(r"\b([Tt]his|[Pp]ast|[Ll]ast) week\b", r"\1 month", text))
    if isinstance(section, UpstreamConfig) and section.details_above is None and collapses:
        changes["details_above"] = DETAILS_ABOVE
    return replace(section, **changes)


def _notes(week: Week, activities: Sequence[ProjectActivity], project: Project) -> WeekNotes:
    notes = load_notes(project.root, week)
    shown = {activity.name: activity.pulls for activity in activities}
    return WeekNotes(week, notes, note_locations(project.root, week, notes), shown)


def _gaps(weeks: Sequence[Week], snapshots: Sequence[Snapshot], now: datetime) -> tuple[Problem, ...]:
    """Return a gap for each week that is missing, or was archived before its end."""
    known = {snapshot.week: snapshot for snapshot in snapshots}
    gaps = []
    for week in weeks:
        where = f"the week of {day_span(week.monday, week.sunday)}"
        hint = f"gather it: weekly gather --week {week}"
        if week not in known:
            gaps.append(Problem(where=where, what="is missing", severity=Severity.BLOCKS, hint=hint))
        elif known[week].is_provisional:
            severity = Severity.BLOCKS if week.end <= now else Severity.NOTED
            gaps.append(Problem(where=where, what="was archived before its end", severity=severity, hint=hint))
    return tuple(gaps)


def _merged(month: Month, snapshots: Sequence[Snapshot]) -> Snapshot:
    """Return the month's facts by their days. Facts without a day go with most days of their week."""
    last = snapshots[-1]
    names = dict.fromkeys(one.repo.lower() for snapshot in snapshots for one in snapshot.repos)
    feeds = dict.fromkeys(feed.source for snapshot in snapshots for feed in snapshot.feeds)
    own = [snapshot for snapshot in snapshots if month.has_most_of(snapshot.week)]
    images = [index for snapshot in own for index in snapshot.indexes]
    listings = _joined((one for snapshot in snapshots for one in snapshot.listings), "repos")
    missing = [problem for name in names if (problem := _missing(name, snapshots))]
    return replace(
        last,
        week=month,
        gathered_at=max(snapshot.gathered_at for snapshot in snapshots),
        repos=tuple(_activity(month, name, snapshots) for name in names),
        feeds=tuple(_feed(month, source, snapshots) for source in feeds),
        branches=_joined((branch for one in own for branch in one.branches), "commits"),
        advisories=_joined((one for snapshot in own for one in snapshot.advisories), "advisories"),
        indexes=tuple(
            indexes.joined([one for one in images if one.source == source])
            for source in dict.fromkeys(index.source for index in images)
        ),
        listings=tuple(
            replace(one, repos=tuple(sorted(one.repos, key=lambda listed: listed.repo.lower()))) for one in listings
        ),
        problems=tuple(dict.fromkeys((*(one for snapshot in snapshots for one in snapshot.problems), *missing))),
    )


def _activities(name: str, snapshots: Iterable[Snapshot]) -> list[RepoActivity]:
    return [one for snapshot in snapshots for one in snapshot.repos if one.repo.lower() == name]


def _activity(month: Month, name: str, snapshots: Sequence[Snapshot]) -> RepoActivity:
    """Return one repository's month, which is as certain as its least certain week."""
    weeks = _activities(name, snapshots)
    pulls = {pull.number: pull for one in weeks for pull in one.pulls if pull.merged_at in month}
    releases = {one.tag: one for week in weeks for one in week.releases if one.published_at in month}
    least = max((one.outcome for one in weeks), key=list(Outcome).index)
    answered = Outcome.ACTIVE if pulls else Outcome.QUIET
    return replace(
        weeks[-1],
        outcome=answered if least in (Outcome.ACTIVE, Outcome.QUIET) else least,
        total=None,
        unread_merges=sum(one.unread_merges for one in weeks),
        releases=tuple(releases.values()),
        pulls=tuple(pulls[number] for number in sorted(pulls)),
    )


def _missing(name: str, snapshots: Sequence[Snapshot]) -> Problem | None:
    """Return the note on a repository that some archived weeks don't have."""
    without = [snapshot.week for snapshot in snapshots if not _activities(name, [snapshot])]
    if not without:
        return None
    what = f"is not in the archive of {', '.join(map(str, without))}"
    hint = f"gather it: weekly gather --week {without[0]} --refresh"
    return Problem(where=name, what=what, severity=Severity.NOTED, hint=hint)


def _feed(month: Month, source: str, snapshots: Sequence[Snapshot]) -> FeedWeek:
    """Return the month's entries of a feed, the oldest first."""
    weeks = [feed for snapshot in snapshots for feed in snapshot.feeds if feed.source == source]
    items = {item.key: item for feed in weeks for item in (*feed.late, *feed.items) if item.published in month}
    least = max(weeks, key=lambda feed: list(Reach).index(feed.reach))
    return FeedWeek(
        source=source,
        reach=Reach.TOO_SHORT if least.reach is Reach.FAILED and items else least.reach,
        back_to=least.back_to,
        problem=least.problem,
        dropped=tuple(dict.fromkeys(entry for feed in weeks for entry in feed.dropped)),
        items=tuple(sorted(items.values(), key=lambda item: (item.published, item.key))),
    )


def _joined(weeks: Iterable[Answer], field: str) -> tuple[Answer, ...]:
    """Return each source once, with the entries of all its weeks, which are in that field."""
    entries: dict[str, dict[object, None]] = {}
    last: dict[str, Answer] = {}
    for week in weeks:
        last[week.source] = week
        entries.setdefault(week.source, {}).update(dict.fromkeys(getattr(week, field)))
    return tuple(replace(week, **{field: tuple(entries[source])}) for source, week in last.items())
