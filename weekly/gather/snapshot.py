"""Turn what sources answer into snapshots, one a week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from weekly.gather.base import Reading, Span
from weekly.model import SCHEMA_VERSION, Outcome, RepoActivity, Snapshot, Source
from weekly.text import titles
from weekly.week import Week

Read = Callable[[Sequence[str], Span], Sequence[Reading]]
"""Reads repositories over a span of time."""

WEEKS_AT_ONCE = 5
"""Weeks that one request spans in a backfill. A busy repository then fills one page of 100 pull requests."""


def batches(weeks: Sequence[Week]) -> Iterator[tuple[Week, ...]]:
    """Yield runs of consecutive weeks that one request can span."""
    run: list[Week] = []
    for week in sorted(weeks):
        if run and (len(run) == WEEKS_AT_ONCE or run[-1].shifted(1) != week):
            yield tuple(run)
            run = []
        run.append(week)
    if run:
        yield tuple(run)


def gather(
    read: Read, repos: Sequence[str], weeks: Sequence[Week], *, source: Source, now: Callable[[], datetime]
) -> tuple[Snapshot, ...]:
    """Return a snapshot for each of the consecutive weeks, from one reading.

    `now` is called after the source has answered, since its Date header may correct a wrong clock.
    """
    readings = read(repos, Span(start=weeks[0].start, end=weeks[-1].end))
    return tuple(_snapshot(week, readings, alone=len(weeks) == 1, source=source, now=now()) for week in weeks)


def changes(old: Snapshot, new: Snapshot) -> tuple[str, ...]:
    """List what changed since the week was gathered before, one line each."""
    before = {pull.ref: pull for pull in old.pulls}
    after = {pull.ref: pull for pull in new.pulls}
    lines = [f"{ref}: new: {after[ref].title}" for ref in after if ref not in before]
    lines += [f"{ref}: gone: {before[ref].title}" for ref in before if ref not in after]
    reverts = {ref: titles.parse(after[ref].title).reverts for ref in after if ref not in before}
    silent = {repo.repo for repo in (*old.repos, *new.repos) if "labels" in repo.lacks}
    for ref, pull in after.items():
        was = before.get(ref, pull)
        if was.title != pull.title:
            lines.append(f"{ref}: retitled from {was.title!r} to {pull.title!r}")
        if was.labels != pull.labels and pull.repo not in silent:
            labels = (", ".join(one.labels) or "none" for one in (was, pull))
            lines.append(f"{ref}: relabelled from {' to '.join(labels)}")
        undone = (pull.repo, reverts.get(ref))
        lines += [f"{other.ref}: reverted by {ref}" for other in before.values() if (other.repo, other.title) == undone]
    return tuple(lines)


def _snapshot(week: Week, readings: Sequence[Reading], *, alone: bool, source: Source, now: datetime) -> Snapshot:
    """Return one week of a reading, without problems of pull requests that are in its other weeks."""
    others = {pull.ref for reading in readings for pull in reading.pulls if pull.merged_at not in week}
    return Snapshot(
        schema_version=SCHEMA_VERSION,
        week=week,
        source=source,
        gathered_at=now.replace(microsecond=0),
        repos=tuple(_activity(reading, week, alone=alone) for reading in readings),
        problems=tuple(problem for reading in readings for problem in reading.problems if problem.where not in others),
    )


def _activity(reading: Reading, week: Week, *, alone: bool) -> RepoActivity:
    """Return one repository's week.

    A reading of several weeks has only their sum. Where that is complete, so is each week.
    """
    pulls = tuple(pull for pull in reading.pulls if pull.merged_at in week)
    outcome = reading.outcome
    if outcome in (Outcome.ACTIVE, Outcome.QUIET):
        outcome = Outcome.ACTIVE if pulls else Outcome.QUIET
    is_counted = reading.total is not None and outcome.is_answer
    return RepoActivity(
        repo=reading.repo,
        outcome=outcome,
        total=reading.total if alone else len(pulls) if is_counted else None,
        unindexed=reading.unindexed if alone else 0,
        renamed_to=reading.renamed_to,
        is_archived=reading.is_archived,
        lacks=reading.lacks,
        unread_merges=sum(instant in week for instant in reading.unread),
        releases=tuple(release for release in reading.releases if release.published_at in week),
        pulls=pulls,
    )
