"""Look over a week's post, notes, templates and archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from weekly import archive
from weekly.checks import completeness, expiry
from weekly.checks.bullets import lint_bullets
from weekly.checks.lint import gaps, lint
from weekly.config.limits import assumed
from weekly.config.project import external_id_prefix
from weekly.errors import ConfigError, NotesError, TemplateError
from weekly.files.decode import read_text
from weekly.files.paths import FILE
from weekly.model import Finding, Post, Severity
from weekly.notes.file import FOLDER, NOT_READ, load_notes, notes_path, unread_notes
from weekly.pipeline.context import Project
from weekly.pipeline.post import compose_post, judge, shorten_post
from weekly.preview import picture
from weekly.publish import images
from weekly.render.overrides import override_faults
from weekly.week import Week


class Subject(NamedTuple):
    """The project, the week and the day to check."""

    project: Project
    week: Week
    day: date


def check_dates(subject: Subject) -> Iterable[Finding]:
    """Find jobs, events and other dated parts that have ended or soon will."""
    root = subject.project.root
    yield from expiry.of_config(subject.project.config, subject.day, read_text(root / FILE, ConfigError))
    if events := load_notes(root, subject.week).events:
        source = read_text(notes_path(root, subject.week), NotesError)
        yield from expiry.of_notes(events, subject.week, source)


def check_post(subject: Subject) -> Iterable[Finding]:
    """Check the rendered post as the forum will read it, with its gaps and problems."""
    project = subject.project
    snapshot = archive.load(project.root, subject.week)
    if snapshot is None:
        message, hint = "not there, so the post isn't checked", f"weekly gather --week {subject.week}"
        yield Finding(
            where=f"archive/{subject.week}.json", rule="archive", message=message, hint=hint, severity=Severity.NOTED
        )
        return
    judgement = judge(snapshot, project)
    post = compose_post(snapshot, project, judgement)
    reported: set[tuple[str, str]] = set()
    try:
        post, text = shorten_post(post, project, judgement)
        findings = findings_of(post, text, project)
        reported = {(finding.where, finding.message) for finding in gaps(post)}
    except TemplateError as error:
        hint = "correct the template, or remove it to use the bundled one"
        findings = (Finding(rule="template", message=str(error), hint=hint),)
    for problem in post.problems:
        if (problem.where, problem.what) not in reported:
            rule = "gap" if problem.severity is Severity.BLOCKS else "note"
            hint = problem.hint or "look at it"
            yield Finding(where=problem.where, rule=rule, message=problem.what, hint=hint, severity=problem.severity)
    yield from findings


def check_names_of_notes(subject: Subject) -> Iterable[Finding]:
    """Find files among the notes that no command reads. The post's own week reports those that are meant for it."""
    for name, meant in unread_notes(subject.project.root):
        if meant != f"{subject.week}.toml":
            hint = f"move what it has to {FOLDER}/{meant}" if meant else "move it to another folder"
            yield Finding(where=f"{FOLDER}/{name}", rule="note", message=NOT_READ, hint=hint, severity=Severity.NOTED)


def check_templates(subject: Subject) -> Iterable[Finding]:
    """Find the project's own templates that nothing uses, or that use something missing."""
    for name, message, hint in override_faults(subject.project.templates):
        yield Finding(where=f"templates/{name}", rule="template", message=message, hint=hint, severity=Severity.NOTED)


def check_forum(subject: Subject) -> Iterable[Finding]:
    """Warn where another project on the forum could have the same external ids."""
    config = subject.project.config
    if config.forum is None or "external_id_prefix" in read_text(subject.project.root / FILE, ConfigError):
        return
    prefix = external_id_prefix(config.project.name, config.repositories[0].repo)
    yield Finding(
        where=FILE,
        rule="forum",
        message=f"the topics' external ids begin with {config.forum.external_id_prefix!r}, as another project's on that forum may",
        hint=f'add external_id_prefix = "{prefix}" to [forum]',
        severity=Severity.NOTED,
    )


def check_completeness(subject: Subject) -> Iterable[Finding]:
    """Check that no week is missing from the archive, and that each pull request is in exactly one."""
    project = subject.project
    weeks = archive.weeks(project.root, project.config.project.zone)
    configured = project.config.ledger.first_week
    if not weeks and configured is None:
        return
    first = project.config.week(configured) if configured else weeks[0]
    last = max(subject.week, first) if configured else weeks[-1]
    snapshots = (snapshot for week in weeks if week >= first and (snapshot := archive.load(project.root, week)))
    missing = Severity.NOTED if configured is None else Severity.BLOCKS  # weeks may have been gathered one by one
    for problem in completeness.check_completeness(snapshots, first=first, last=last, missing=missing):
        hint = problem.hint or "gather both weeks again with --refresh"
        yield Finding(where=problem.where, rule="ledger", message=problem.what, hint=hint, severity=problem.severity)


CHECKS: tuple[Callable[[Subject], Iterable[Finding]], ...] = (
    check_dates,
    check_post,
    check_names_of_notes,
    check_templates,
    check_forum,
    check_completeness,
)
"""Each checks one thing. Findings are reported in this order."""


def check_project(subject: Subject) -> tuple[Finding, ...]:
    """Run all checks."""
    return _findings(subject, CHECKS)


def check_week(project: Project, week: Week) -> tuple[Finding, ...]:
    """Check one week as of the day when its post appears. Other weeks of the archive are left out."""
    subject = Subject(project=project, week=week, day=week.shifted(1).monday)
    return _findings(subject, [check for check in CHECKS if check is not check_completeness])


def findings_of(post: Post, text: str, project: Project) -> tuple[Finding, ...]:
    """Lint a post's text, and find images that it shows and that are missing."""
    missing = []
    for path in images.local(text):
        if post.chart and path == post.chart.image:
            if not picture.is_installed():
                missing.append(Finding(rule="image", message=picture.MISSING, hint=picture.REMEDY))
            continue
        try:
            images.file_of(project.root, path)
        except ConfigError as error:
            missing.append(Finding(rule="image", message=str(error), hint="name another, or remove it"))
    rendered = images.uploaded(text)
    findings = lint(post, rendered, assumed(project.config))
    return (*findings, *lint_bullets(post, rendered), *missing)


def _findings(subject: Subject, checks: Iterable[Callable[[Subject], Iterable[Finding]]]) -> tuple[Finding, ...]:
    """Run checks. A template that broke the post is not reported once more as unreadable."""
    findings = [finding for check in checks for finding in check(subject)]
    broken = " ".join(str(one) for one in findings if one.rule == "template" and one.severity is Severity.BLOCKS)
    return tuple(
        one
        for one in findings
        if not (one.where and one.message.startswith("can't be read") and f"{one.where}:" in broken)
    )
