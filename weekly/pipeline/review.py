"""Review a proposed week on GitHub: what its pull request says, and the check of each push to it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from weekly import archive
from weekly.automation.summary import Status, Unsure, WeekResult
from weekly.console import annotate
from weekly.errors import GivenError, NotesError, WeeklyError
from weekly.files import atomic
from weekly.files.paths import shown
from weekly.model import Severity, Snapshot
from weekly.notes.file import FOLDER, load_notes
from weekly.pipeline.context import Context, Project
from weekly.pipeline.draft import edited_keys
from weekly.pipeline.monday_week import REVIEW, inspect, with_status
from weekly.pipeline.post import judge, rendered_post
from weekly.pipeline.preview import page_of
from weekly.week import Week

_LOCATION = re.compile(r"(?P<path>(?:[\w.-]+/)*[\w.-]+\.\w+)(?::(?P<line>\d+))?")


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
    return with_status(result, Status.CHECKED, why="; ".join(reasons))


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
