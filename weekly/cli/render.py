"""Implement `weekly render`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from weekly import archive
from weekly.cli.help import GITHUB, HelpCommand
from weekly.cli.options import PATH, project_options, week_option, weeks_between
from weekly.console import progress, put, say
from weekly.files import atomic
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.post import rendered_post, report_problems
from weekly.pipeline.snapshot import snapshot_of
from weekly.render.page import Form, to_form
from weekly.text.english import numbered
from weekly.week import Week, parse_month


@click.command(
    cls=HelpCommand,
    examples=(
        "weekly render",
        "weekly render 2023-03-27 -o post.md",
        "weekly render --since 2023-01-02 --until 2023-03-27 -o posts",
        "weekly render --month 2023-03              one post about a month, from the archive",
    ),
    environment=GITHUB,
)
@week_option(None, text="Any day of the week (2023-03-27), 2023-W13, 'last' or 'this'. Default: last.")
@click.option("--since", metavar="WEEK", help="With --until and -o DIR, render the archived weeks from this one on.")
@click.option("--until", metavar="WEEK", help="The last of these weeks.")
@click.option("--month", "month_text", metavar="MONTH", help="One post about a month: 2023-03, 'last' or 'this'.")
@click.option("-o", "--output", type=PATH, help="The file, or a folder with --since and --month. Default: stdout.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html", "json"]),
    default="md",
    show_default=True,
    help="Markdown for the forum, an HTML page, or the post's records.",
)
@click.option("--fragment", is_flag=True, help="With --format html, the post alone instead of a whole page.")
@project_options
def render(
    context: Context,
    project: Project,
    week_text: str | None,
    since: str | None,
    until: str | None,
    month_text: str | None,
    output: Path | None,
    form: Form,
    fragment: bool,
) -> int:
    """Print the post of a week.

    Gathers the week first unless the archive has it. A month is made from the archived weeks and their notes: see
    docs/editing.md.

    Exits with 1 if a repository couldn't be read completely, or if the archive lacks a week of --since or --month. It
    prints the other weeks anyway.
    """
    if fragment and form != "html":
        raise click.UsageError("--fragment needs --format html")
    if month_text is not None and (week_text or since or until):
        raise click.UsageError("--month goes without a week, --since and --until")
    kind: Form = "fragment" if fragment else form
    if since is not None or until is not None:
        if since is None or until is None or output is None:
            raise click.UsageError("--since, --until and -o DIR must be given together")
        weeks = weeks_between(week_of(since, project, context), week_of(until, project, context))
        return _render_weeks(weeks, project, output, kind)
    if month_text is None:
        snapshot = snapshot_of(week_of(week_text or "last", project, context), project, context)
        rendered = rendered_post(snapshot, project)
    else:
        from weekly.pipeline.month import rendered_month  # a week does without it

        month = parse_month(month_text, now=context.now, zone=str(project.config.project.zone))
        rendered = rendered_month(month, project, now=context.now)
        is_folder = output is not None and str(output) != "-" and (output.is_dir() or not output.suffix)
        output = output / f"{month}.{form}" if output and is_folder else output
    code = report_problems(rendered.post)
    text = to_form(kind, rendered.post, project.templates, rendered.text)
    if output is None or str(output) == "-":
        put(text)
    else:
        atomic.write(output, text, durable=False)
    return code


def _render_weeks(weeks: Sequence[Week], project: Project, output: Path, form: Form) -> int:
    """Render archived weeks into a folder. Return 1 where one is missing or has a gap."""
    code, posts = 0, 0
    with progress("rendering", len(weeks)) as step:
        for week in weeks:
            if (snapshot := archive.load(project.root, week)) is None:
                say(f"the week of {week} is not in the archive; gather it: weekly gather --week {week}")
                code = 1
            else:
                post, text = rendered_post(snapshot, project)
                text = to_form(form, post, project.templates, text)
                atomic.write(output / f"{week}.{'html' if form == 'fragment' else form}", text, durable=False)
                code, posts = max(code, report_problems(post)), posts + 1
            step()
    say(f"{numbered(posts, 'post')} in {output}")
    return code
