"""Implement `weekly explain`."""

from __future__ import annotations

from contextlib import suppress

import click
from click.shell_completion import CompletionItem

from weekly import archive, config
from weekly.cli.help import GITHUB, HelpCommand
from weekly.cli.options import archived_weeks, json_option, project_options, week_option
from weekly.compose import explain as explaining
from weekly.compose.explain import Explanation
from weekly.console import is_verbose, put
from weekly.errors import GivenError, WeeklyError
from weekly.files.decode import nearest
from weekly.files.paths import FILE
from weekly.model import Post
from weekly.model.reference import pull_of
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.post import post_of, report_problems
from weekly.pipeline.snapshot import snapshot_of
from weekly.text.markdown import harmless, normalise


def _complete(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a week, or after a week its pull requests."""
    project = archived_weeks(ctx)
    words = ctx.params.get("words") or ()
    if project is None:
        return []
    root, mondays = project
    if not words:
        return [CompletionItem(monday) for monday in reversed(mondays) if monday.startswith(incomplete)]
    with suppress(WeeklyError):
        zone = str(config.load(root / FILE).project.zone)
        snapshot = archive.load(root, archive.week_named(root, words[0], zone))
        pulls = snapshot.pulls if snapshot else ()
        return [CompletionItem(pull.ref, help=pull.title) for pull in pulls if pull.ref.startswith(incomplete)]
    return []


@click.command(
    cls=HelpCommand,
    examples=(
        "weekly explain                              all pull requests of the last week",
        "weekly explain 2023-03-27 lxc/incus#123     one of them",
        "weekly explain --unsure                     those whose kind is uncertain",
        "weekly explain '#123' --verbose             with the rule and its evidence",
    ),
    environment=GITHUB,
)
@week_option(has_ref=True, complete=_complete)
@click.option("--unsure", is_flag=True, help="Explain only pull requests whose kind is uncertain.")
@json_option
@project_options
def explain(context: Context, project: Project, week_text: str, ref: str | None, unsure: bool, form: str) -> int:
    """Explain the kind and position of each pull request.

    REF is one of them, as owner/name#123, #123 or an address. With --verbose you also get the rule that decided and its
    evidence.
    """
    week = week_of(week_text, project, context)
    post = post_of(snapshot_of(week, project, context), project)
    explanations = explaining.explain(post, ref and pull_of(ref))
    if ref is not None and not explanations:
        refs = [placement.pull.ref for placement in post.placements]
        raise GivenError(f"{ref}: no pull request of the week of {week}; {nearest(ref, refs)}")
    explanations = tuple(row for row in explanations if not (unsure and row.sure))
    is_partial = ref is not None or unsure
    if form == "json" or is_partial:  # else the problems follow the explanations
        report_problems(post)
    if form == "json":
        put(explaining.to_json(explanations))
        return 0
    if unsure and not explanations:
        put("No uncertain pull requests.\n")
    put("".join(map(_paragraph, explanations)))
    if not is_partial:
        put("".join(f"{line}\n" for line in _remarks(post)))
    return 0


def _remarks(post: Post) -> list[str]:
    """List what is missing from the post, and what a rule or the editor left out."""
    problems = (f"problem: {harmless(str(problem))}" for problem in post.problems)
    return [*problems, *(f"left out: {harmless(line)}" for line in post.left_out)]


def _paragraph(explanation: Explanation) -> str:
    """Return one pull request in lines that grep can find."""
    fields = [
        ("sentence", explanation.sentence),
        ("kind", f"{explanation.kind}, {'sure' if explanation.sure else 'UNSURE'} ({explanation.confidence:.0%})"),
        ("audience", explanation.audience),
        ("reason", explanation.reason),
        *([("rule", f"{explanation.rule}: {explanation.evidence}")] if is_verbose() else []),
        ("position", "; ".join(explanation.places) or "none"),
        *(("remark" if explanation.sentence else "not highlighted", remark) for remark in explanation.remarks),
        *(("editor", change) for change in explanation.editor),
        ("unknown to the source", ", ".join(explanation.lacks) if is_verbose() else ""),
        ("address", explanation.url),
    ]
    lines = [
        f"{explanation.ref}  {normalise(explanation.title)}",
        *(f"  {name}: {harmless(value)}" for name, value in fields if value),
    ]
    return "\n".join(lines) + "\n\n"
