"""Implement `weekly check`."""

from __future__ import annotations

import sys

import click

from weekly.cli.help import HelpCommand
from weekly.cli.options import json_option, project_options, week_option
from weekly.console import put, put_lines, styled
from weekly.files.decode import json_text
from weekly.model import Severity
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
    code = int(any(finding.severity is Severity.BLOCKS for finding in findings))
    if form == "json":
        fields = ("rule", "where", "line", "message", "hint")
        rows = [
            {"severity": _LEVELS[one.severity][0]} | {name: getattr(one, name) for name in fields} for one in findings
        ]
        put(json_text(rows))
        return code
    for finding in findings:
        word, colour = _LEVELS[finding.severity]
        put(f"{styled(f'{word}:', colour, sys.stdout)} {harmless(str(finding))}\n")
    if not findings:
        put_lines("No findings.\n")
    return code
