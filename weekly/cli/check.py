"""`weekly check`: look over what the editor should know before the post appears."""

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
@click.option("--week", "week_text", metavar="WEEK", help="The week whose post is checked; default: today's view.")
@project_options
@click.pass_obj
def check(context: Context, week_text: str | None, folder: Path | None) -> int:
    """Look over the post, the notes, the templates and the archive, and what ends soon.

    The post is read as the forum will: mentions nobody meant, broken links, gaps. The archive is proven: no week
    missing, every pull request in exactly one. Dated parts are named that have ended, or end within two weeks.
    With --week: as on the day when that week's post appears, the Monday after it. Exits with 1 where something keeps
    the post from being published.
    """
    project = Project.at(folder or context.folder)
    week = week_of(week_text or "last", project, context)
    today = context.now.astimezone(zone_named(str(project.config.project.zone))).date()
    subject = Subject(project=project, week=week, day=week.shifted(1).monday if week_text else today)
    findings = check_project(subject)
    words = {Severity.BLOCKS: "error", Severity.NOTED: "warning"}
    put_lines("".join(f"{words[one.severity]}: {harmless(str(one))}\n" for one in findings))
    return int(any(one.severity is Severity.BLOCKS for one in findings))
