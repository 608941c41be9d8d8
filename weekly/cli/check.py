"""Implement `weekly check`."""

from __future__ import annotations

from pathlib import Path

import click

from weekly.cli.options import project_options
from weekly.console import put_lines
from weekly.model import Severity
from weekly.pipeline.check import Subject, check_project
from weekly.pipeline.context import Context, Project, week_of
from weekly.text.markdown import harmless
from weekly.week import zone_named


@click.command()
@click.option(
    "--week",
    "week_text",
    metavar="WEEK",
    help="The week to check, as of the Monday after. Default: the last week, as of today.",
)
@project_options
@click.pass_obj
def check(context: Context, week_text: str | None, folder: Path | None) -> int:
    """Check the post, the notes, the templates and the archive.

    Finds mentions that nobody meant, broken links, gaps in the post, missing weeks in the archive, and dated entries
    that have ended or end within two weeks. With --week it checks that week's post as of the Monday after.

    Exits with 1 if something prevents publication.
    """
    project = Project.at(folder or context.folder)
    week = week_of(week_text or "last", project, context)
    today = context.now.astimezone(zone_named(str(project.config.project.zone))).date()
    subject = Subject(project=project, week=week, day=week.shifted(1).monday if week_text else today)
    findings = check_project(subject)
    words = {Severity.BLOCKS: "error", Severity.NOTED: "warning"}
    put_lines("".join(f"{words[finding.severity]}: {harmless(str(finding))}\n" for finding in findings))
    return int(any(finding.severity is Severity.BLOCKS for finding in findings))
