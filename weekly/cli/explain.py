"""Implement `weekly explain`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from weekly.cli.options import project_options, week_option
from weekly.compose import explain as explaining
from weekly.compose.explain import Explanation
from weekly.console import put
from weekly.errors import GivenError
from weekly.files.decode import nearest
from weekly.model import Post
from weekly.model.reference import pull_of
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.post import post_of, report_problems
from weekly.pipeline.snapshot import snapshot_of
from weekly.text.markdown import harmless, normalise


@click.command()
@week_option
@click.argument("ref", required=False, metavar="[REF]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or programs.",
)
@project_options
@click.pass_obj
def explain(context: Context, week_text: str, ref: str | None, form: str, folder: Path | None) -> int:
    """Explain the kind and position of each pull request.

    REF is one of them, as owner/name#123, #123 or an address.
    """
    project = Project.at(folder or context.folder)
    week = week_of(week_text, project, context)
    post = post_of(snapshot_of(week, project, context), project)
    explanations = explaining.explain(post, ref and pull_of(ref))
    if ref is not None and not explanations:
        refs = [placement.pull.ref for placement in post.placements]
        raise GivenError(f"{ref}: no pull request of the week of {week}; {nearest(ref, refs)}")
    if form == "json" or ref is not None:  # else they end what is printed
        report_problems(post)
    if form == "json":
        put(explaining.to_json(explanations))
        return 0
    if sys.stdout.isatty():
        _table(explanations)
    else:
        put("".join(_paragraph(explanation) for explanation in explanations))
    if ref is None:
        put("".join(f"{line}\n" for line in _remarks(post)))
    return 0


def _remarks(post: Post) -> list[str]:
    """List what is missing from the post, and what a rule or the editor left out."""
    problems = (f"problem: {harmless(str(problem))}" for problem in post.problems)
    return [*problems, *(f"left out: {harmless(line)}" for line in post.left_out)]


def _paragraph(explanation: Explanation) -> str:
    """Return one pull request in lines that grep can find."""
    sure = "" if explanation.sure else f", unsure ({explanation.confidence:.0%})"
    fields = [
        ("kind", explanation.kind + sure),
        ("rule", f"{explanation.rule}: {explanation.evidence}"),
        ("place", "; ".join(explanation.places) or "none"),
        *(("remark", remark) for remark in explanation.remarks),
        *(("editor", change) for change in explanation.editor),
    ]
    if explanation.lacks:
        fields.append(("not told by the source", ", ".join(explanation.lacks)))
    lines = [
        f"{explanation.ref}  {normalise(explanation.title)}",
        *(f"  {name}: {harmless(value)}" for name, value in fields),
    ]
    return "\n".join(lines) + "\n\n"


_NARROWEST = 40
"""Columns: what a terminal calls its width may be nothing at all, and then nothing would be shown."""
_COLOURS = {"improvement": "green", "bugfix": "yellow"}


def _table(explanations: Sequence[Explanation]) -> None:
    from rich.console import Console
    from rich.style import Style
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 1, 0), header_style="bold")
    for column in ("Pull request", "Kind", "Why", "Where"):
        table.add_column(column, overflow="fold")
    for row in explanations:
        kind = Text(row.kind if row.sure else f"{row.kind}? {row.confidence:.0%}", style=_COLOURS.get(row.kind, "dim"))
        where = "\n".join(map(harmless, (*row.places, *row.remarks, *row.editor))) or "nowhere"
        ref = Text(row.ref, style=Style(link=harmless(row.url)))
        why = Text(harmless(f"{row.rule}: {row.evidence}"))
        table.add_row(Text.assemble(ref, "\n", normalise(row.title)), kind, why, Text(where))
    console = Console()
    console.width = max(console.width, _NARROWEST)
    console.print(table)
    lacking = sorted({field for row in explanations for field in row.lacks})
    if lacking:
        console.print(f"Not told by the source, for some or all: {', '.join(lacking)}", style="dim", highlight=False)
