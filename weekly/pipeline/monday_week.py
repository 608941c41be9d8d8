"""Gather, check and publish one week of the unattended run, and check the proposed ones."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from weekly import archive
from weekly.automation.git import WorkingTree
from weekly.automation.github import Repository
from weekly.automation.summary import Status, Unsure, WeekResult
from weekly.console import annotate
from weekly.errors import ClockError, GitError, GivenError, IncompleteError, NotesError, WeeklyError
from weekly.files import atomic
from weekly.files.paths import shown
from weekly.model import Severity, Snapshot, Source
from weekly.notes.file import FOLDER, load_notes
from weekly.pipeline.ask_writer import write_week
from weekly.pipeline.check import check_week
from weekly.pipeline.context import Context, Project, report_clocks
from weekly.pipeline.destination import destinations_of
from weekly.pipeline.draft import edited_keys
from weekly.pipeline.gather import gather_weeks, retry_failed_sources
from weekly.pipeline.post import judge, post_of, rendered_post
from weekly.pipeline.preview import page_of
from weekly.pipeline.publish import publish_week
from weekly.pipeline.snapshot import GatherOptions, is_stale, snapshot_of
from weekly.publish.base import Destination, PublishOptions
from weekly.publish.preconditions import untimely
from weekly.week import Week

MAX_WAIT = 1800.0
"""Seconds that servers' limits may delay a run that nobody waits for."""
REVIEW = "review"
"""The folder of proposed posts. A file that has reached the default branch is to be published."""
_LOCATION = re.compile(r"(?P<path>(?:[\w.-]+/)*[\w.-]+\.\w+)(?::(?P<line>\d+))?")


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
        return replace(result, status=Status.HELD, why="; ".join(reasons))
    try:
        options = PublishOptions(dry_run=run.dry_run, is_unattended=True, max_wait=MAX_WAIT)
        ended = publish_week(week, project, run.context, options)
    except WeeklyError:
        with contextlib.suppress(GitError):  # the first error is the one to report
            _commit(week, run, f"Record the week of {week}")
        raise
    why = "; ".join(ended.reasons) if ended.code else ""
    if run.dry_run:
        return replace(result, status=Status.SHOWN, url=ended.url, why=why)
    if ended.code:
        _commit(week, run, f"Archive the week of {week}")
        return replace(result, status=Status.HELD, url=ended.url, why=why)
    atomic.remove(project.root / REVIEW / f"{week}.md")
    _commit(week, run, f"Publish the week of {week}")
    return replace(result, status=Status.LEFT if ended.is_unchanged else Status.PUBLISHED, url=ended.url)


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


def proposed_weeks(project: Project) -> tuple[Week, ...]:
    """Return the weeks of review/*.md, which aren't published yet."""
    return _weeks_of(project, f"{REVIEW}/*-*-*.md")


def _weeks_of(project: Project, pattern: str) -> tuple[Week, ...]:
    """Return the weeks of some files in their order."""
    weeks = []
    for path in sorted(project.root.glob(pattern)):
        try:
            weeks.append(Week(monday=date.fromisoformat(path.stem), zone=project.config.project.zone))
        except ValueError as error:
            raise GivenError(f"{shown(path)}: {error}; each file is named after its Monday") from error
    return tuple(weeks)


def check_proposals(project: Project, context: Context, folder: Path) -> Iterator[WeekResult]:
    """Check the proposed weeks, and read the notes on the others."""
    proposed = proposed_weeks(project)
    for week in proposed:
        yield _check(week, project, context, folder)
    for week in _weeks_of(project, f"{FOLDER}/*-*-*.toml"):
        try:
            if week not in proposed:
                load_notes(project.root, week)
        except NotesError as error:
            _annotate(str(error), "error", project, context)
            yield WeekResult(week=week, status=Status.HELD, why=str(error))


def _check(week: Week, project: Project, context: Context, folder: Path) -> WeekResult:
    """Check a proposed week, annotate its files, and write its post and preview into a folder."""
    try:
        snapshot = archive.load_existing(project.root, week)
        result, reasons = inspect(snapshot, project)
        rendered = rendered_post(snapshot, project)
        atomic.write(folder / f"{week}.md", rendered.text)
        atomic.write(folder / f"{week}.html", page_of(rendered, project))
    except WeeklyError as error:
        _annotate(str(error), "error", project, context)
        return WeekResult(week=week, status=Status.HELD, why=str(error))
    for finding in result.findings:
        level = "error" if finding.severity is Severity.BLOCKS else "warning"
        _annotate(f"{'' if finding.where else f'{REVIEW}/{week}.md: '}{finding}", level, project, context)
    return replace(result, status=Status.CHECKED, why="; ".join(reasons))


def unsure_bullets(snapshot: Snapshot, project: Project) -> Iterator[Unsure]:
    """Yield what `weekly` isn't sure about and nobody has written about."""
    judgement = judge(snapshot, project)
    edited = edited_keys(load_notes(project.root, snapshot.week), snapshot.pulls)
    shown_refs: set[str] = set()
    for name, selection in judgement.selections.items():
        for highlight in selection.highlights:
            shown_refs.update(pull.ref for pull in highlight.pulls)
            if not highlight.verdict.sure and highlight.pulls[0].ref not in edited:
                yield Unsure(name, highlight.text, highlight.pulls[0].ref, highlight.verdict)
    for pull in judgement.pulls:
        verdict = judgement.verdicts[pull.ref]
        if not verdict.sure and pull.ref not in shown_refs and pull.ref not in edited:
            yield Unsure("Not highlighted", pull.title, pull.ref, verdict)


def _annotate(message: str, level: str, project: Project, context: Context) -> None:
    """Show a message in the pull request, at its file and line."""
    location = _LOCATION.match(message)
    workspace = context.get("GITHUB_WORKSPACE")
    path = ""
    if location and (project.root / location["path"]).exists():
        path = location["path"]
        if workspace and project.root.is_relative_to(workspace):
            path = os.path.normpath(project.root.relative_to(workspace) / path)
    annotate(level, message, path=path, line=int(location["line"] or 1) if location else 1)
