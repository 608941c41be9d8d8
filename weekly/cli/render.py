"""Implement `weekly render`."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import click

from weekly import archive
from weekly.cli.help import GITHUB, HelpCommand
from weekly.cli.options import project_options, week_option
from weekly.console import progress, put, say
from weekly.files import atomic
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.month import rendered_month
from weekly.pipeline.post import RenderedPost, rendered_post, report_problems
from weekly.pipeline.snapshot import snapshot_of
from weekly.render.page import to_page
from weekly.render.post import to_html, to_json
from weekly.text.english import numbered
from weekly.week import parse_month


class OutputForm(NamedTuple):
    """A format, and whether it is HTML without a page around it."""

    name: str
    is_fragment: bool = False


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
@click.option("--since", metavar="WEEK", help="With --until and -o DIR, render every archived week from this one on.")
@click.option("--until", metavar="WEEK", help="The last of these weeks.")
@click.option("--month", "month_text", metavar="MONTH", help="One post about a month: 2023-03, 'last' or 'this'.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file, or the folder with --since. Default: stdout."
)
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
@click.pass_obj
def render(
    context: Context,
    week_text: str | None,
    since: str | None,
    until: str | None,
    month_text: str | None,
    output: Path | None,
    form: str,
    fragment: bool,
    folder: Path | None,
) -> int:
    """Print the post of a week.

    Gathers the week first unless the archive has it. A month is made from the archived weeks and their notes: see
    docs/editing.md. Exits with 1 if the post has a gap, after printing it.
    """
    if fragment and form != "html":
        raise click.UsageError("--fragment needs --format html")
    project = Project.at(folder or context.folder)
    output_form = OutputForm(form, fragment)
    if month_text is not None:
        if week_text or since or until:
            raise click.UsageError("--month goes without a week, --since and --until")
        return _render_month(month_text, project, context, output, output_form)
    if since is None and until is None:
        return _render_week(week_text or "last", project, context, output, output_form)
    if since is None or until is None or output is None:
        raise click.UsageError("--since, --until and -o DIR must be given together")
    return _render_weeks(since, until, project, context, output, output_form)


def _render_week(week_text: str, project: Project, context: Context, output: Path | None, form: OutputForm) -> int:
    rendered = rendered_post(snapshot_of(week_of(week_text, project, context), project, context), project)
    return _put(rendered, project, output, form)


def _render_month(month_text: str, project: Project, context: Context, output: Path | None, form: OutputForm) -> int:
    month = parse_month(month_text, now=context.now, zone=str(project.config.project.zone))
    rendered = rendered_month(month, project, now=context.now)
    return _put(rendered, project, output / f"{month}.{form.name}" if output and output.is_dir() else output, form)


def _put(rendered: RenderedPost, project: Project, output: Path | None, form: OutputForm) -> int:
    """Write a post to a file or stdout. Return 1 where it has a gap."""
    code = report_problems(rendered.post)
    text = _text(rendered, form, project)
    if output is None or str(output) == "-":
        put(text)
    else:
        atomic.write(output, text, durable=False)
    return code


def _render_weeks(since: str, until: str, project: Project, context: Context, output: Path, form: OutputForm) -> int:
    """Render archived weeks into a folder. Return 1 where one is missing or has a gap."""
    first, last = week_of(since, project, context), week_of(until, project, context)
    if last < first:
        raise click.UsageError(f"--until {last} is before --since {first}")
    weeks = [first.shifted(number) for number in range(last.weeks_since(first) + 1)]
    code, posts = 0, 0
    with progress("rendering", len(weeks)) as step:
        for week in weeks:
            if (snapshot := archive.load(project.root, week)) is None:
                say(f"the week of {week} is not in the archive; gather it: weekly gather --week {week}")
                code = 1
            else:
                rendered = rendered_post(snapshot, project)
                atomic.write(output / f"{week}.{form.name}", _text(rendered, form, project), durable=False)
                code, posts = max(code, report_problems(rendered.post)), posts + 1
            step()
    say(f"{numbered(posts, 'post')} in {output}")
    return code


def _text(rendered: RenderedPost, form: OutputForm, project: Project) -> str:
    """Return the post in the requested format."""
    post, text = rendered
    if form.name == "json":
        return to_json(post)
    if form.name == "html":
        return to_html(text) if form.is_fragment else to_page(post, text, project.templates)
    return text
