"""Implement `weekly check`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from weekly.cli.help import HelpCommand
from weekly.cli.options import json_option, project_options, week_option
from weekly.console import put, put_lines, styled
from weekly.files.decode import json_text
from weekly.model import Finding, Severity
from weekly.pipeline.check import Subject, check_project
from weekly.pipeline.context import Context, Project, week_of
from weekly.text.markdown import harmless
from weekly.week import zone_named

_LEVELS = {Severity.BLOCKS: ("error", "red"), Severity.NOTED: ("warning", "yellow")}


@click.command(
    cls=HelpCommand,
    examples=(
        "weekly check                       the last week's post, as of today",
        "weekly check 2023-03-27            an older post, as of the Monday after",
        "weekly check --format json",
    ),
)
@week_option(None, text="The week to check, as of the Monday after. Default: the last week, as of today.")
@json_option
@project_options
def check(context: Context, project: Project, week_text: str | None, form: str) -> int:
    """Check the post, the notes, the templates and the archive.

    Finds mentions that nobody meant, broken links, gaps in the post, missing weeks in the archive, and dated entries
    that have ended or end within two weeks.

    Exits with 1 if something prevents publication.
    """
    week = week_of(week_text or "last", project, context)
    today = context.now.astimezone(zone_named(str(project.config.project.zone))).date()
    subject = Subject(project=project, week=week, day=week.shifted(1).monday if week_text else today)
    findings = check_project(subject)
    if form == "json":
        put(json_text(list(map(_row, findings))))
    else:
        _print(findings)
    return int(any(finding.severity is Severity.BLOCKS for finding in findings))


def _print(findings: Sequence[Finding]) -> None:
    for finding in findings:
        word, colour = _LEVELS[finding.severity]
        put(f"{styled(f'{word}:', colour, sys.stdout)} {harmless(str(finding))}\n")
    if not findings:
        put_lines("No findings.\n")


def _row(finding: Finding) -> dict[str, str | int]:
    return {
        "severity": _LEVELS[finding.severity][0],
        "rule": finding.rule,
        "where": finding.where,
        "line": finding.line,
        "message": finding.message,
        "hint": finding.hint,
    }
