"""Gather, check and publish one week of the unattended run."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from weekly import archive
from weekly.automation.git import WorkingTree
from weekly.automation.github import Repository
from weekly.automation.summary import Status, WeekResult
from weekly.errors import ClockError, GitError, IncompleteError, WeeklyError
from weekly.files import atomic
from weekly.model import Severity, Snapshot, Source
from weekly.pipeline.check import check_week
from weekly.pipeline.context import Context, Project, report_clocks
from weekly.pipeline.destination import PublishOptions, destinations_of
from weekly.pipeline.gather import gather_weeks, retry_failed_sources
from weekly.pipeline.post import post_of
from weekly.pipeline.publish import publish_week
from weekly.pipeline.snapshot import GatherOptions, is_stale, snapshot_of
from weekly.pipeline.write import write_week
from weekly.publish.base import Destination
from weekly.publish.preconditions import untimely
from weekly.week import Week

MAX_WAIT = 1800.0
"""Seconds that servers' limits may delay a run that nobody waits for."""
REVIEW = "review"
"""The folder of proposed posts. A file that has reached the default branch is to be published."""


class Run(NamedTuple):
    """One run. Without a tree it changes files in the project's folder only, without a repository it proposes nothing."""

    project: Project
    context: Context
    dry_run: bool
    tree: WorkingTree | None = None
    repository: Repository | None = None
    trees: Path = Path()


def unattended_destinations(week: Week, project: Project, context: Context) -> tuple[Destination, ...]:
    """Return where an unattended run publishes the week."""
    return destinations_of(week, project, context, PublishOptions(is_unattended=True, max_wait=MAX_WAIT))


def publish_due(week: Week, run: Run) -> WeekResult:
    """Gather, check and publish the week. Commit the results."""
    project = run.project
    snapshot = gathered(week, project, run.context)
    if not run.dry_run and not (project.root / REVIEW / f"{week}.md").exists():
        write_week(snapshot, project, run.context)
    result, reasons = inspect(snapshot, project)
    if reasons and not run.dry_run:
        _commit(week, run, f"Archive the week of {week}")
        return with_status(result, Status.HELD, why="; ".join(reasons))
    try:
        options = PublishOptions(dry_run=run.dry_run, is_unattended=True, max_wait=MAX_WAIT)
        ended = publish_week(week, project, run.context, options)
    except WeeklyError:
        with contextlib.suppress(GitError):  # the first error is the one to report
            _commit(week, run, f"Record the week of {week}")
        raise
    why = "; ".join(ended.reasons) if ended.code else ""
    if run.dry_run:
        return with_status(result, Status.SHOWN, url=ended.url, why=why)
    if ended.code:
        _commit(week, run, f"Archive the week of {week}")
        return with_status(result, Status.HELD, url=ended.url, why=why)
    atomic.remove(project.root / REVIEW / f"{week}.md")
    _commit(week, run, f"Publish the week of {week}")
    return with_status(result, Status.LEFT if ended.is_unchanged else Status.PUBLISHED, url=ended.url)


def gathered(week: Week, project: Project, context: Context, *, refresh: bool = False) -> Snapshot:
    """Return the week's snapshot, gathered if it is missing, a sample or incomplete."""
    options = GatherOptions(max_wait=MAX_WAIT)
    known = archive.load(project.root, week)
    if refresh or (known is not None and known.source is Source.SAMPLE):
        gather_weeks([week], project, context, options)
    elif known is not None and not is_stale(known, context):
        retry_failed_sources(week, project, context, options)
    snapshot = snapshot_of(week, project, context, options)
    if snapshot.source is Source.SAMPLE:
        raise IncompleteError(
            f"archive/{week}.json: is the sample, and the week can't be gathered whole; run again later"
        )
    for line in untimely(week, context.now, context.others):
        raise ClockError(line)
    report_clocks(context)
    return snapshot


def inspect(snapshot: Snapshot, project: Project) -> tuple[WeekResult, list[str]]:
    """Return the week with the findings of a check, and those that forbid publishing it."""
    findings = check_week(project, snapshot.week)
    result = WeekResult(
        week=snapshot.week,
        status=Status.LEFT,
        title=post_of(snapshot, project).title,
        pulls=len(snapshot.pulls),
        repos=len(snapshot.repos),
        findings=findings,
    )
    return result, [str(finding) for finding in findings if finding.severity is Severity.BLOCKS]


def with_status(result: WeekResult, status: Status, *, url: str = "", why: str = "") -> WeekResult:
    """Return the result with another status."""
    return msgspec.structs.replace(result, status=status, url=url, why=why)


def _commit(week: Week, run: Run, message: str) -> None:
    """Commit and push the week's files, if the run may."""
    if run.tree is None:
        return
    paths = [f"archive/{week}.json", f"archive/{week}.writer.json", f"{REVIEW}/{week}.md"]
    for destination in unattended_destinations(week, run.project, run.context):
        records = destination.records.folder.relative_to(run.project.root).as_posix()
        paths += [f"{records}/{week}.json", f"{records}/{week}.md", *destination.files]
    branch = run.tree.branch
    if run.tree.commit(paths, message) or run.tree.is_ahead(branch):
        run.tree.push(branch)
