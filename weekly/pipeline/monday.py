"""The unattended run: find the weeks that are due, and process each."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from weekly.automation import schedule
from weekly.automation.git import WorkingTree
from weekly.automation.github import Repository
from weekly.automation.summary import Status, WeekResult, of_run
from weekly.config import Mode
from weekly.console import say
from weekly.errors import GivenError, WeeklyError
from weekly.files.paths import shown
from weekly.pipeline.backend import github_client
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.monday_week import MAX_WAIT, REVIEW, Run, branch_of, proposed, published, unattended_destination
from weekly.publish.record import load_publication, publication_stages
from weekly.week import Week, parse_week


class MondayOptions(NamedTuple):
    """What was asked for on the command line."""

    week_text: str | None
    mode: str
    dry_run: bool
    push: bool
    trees: Path | None


def run_monday(folder: Path, context: Context, options: MondayOptions) -> int:
    """Process every due week, and report the results. Return 1 where a week was held back."""
    results: list[WeekResult] = []
    try:
        with ExitStack() as stack:
            run = _run(Project.at(folder), context, options, stack)
            left = _work(run, options, results)
    except WeeklyError as error:
        with suppress(WeeklyError):  # the first error is the one to report
            _report(results, 0, context, error)
        raise
    _report(results, left, context)
    return int(any(result.why for result in results))


def _run(project: Project, context: Context, options: MondayOptions, stack: ExitStack) -> Run:
    run = Run(project=project, context=context, dry_run=options.dry_run)
    if options.dry_run or not options.push:
        return run

    repo = context.get("GITHUB_REPOSITORY")
    if repo is None:
        raise GivenError("GITHUB_REPOSITORY: not set, so it isn't known where to push to; --push is for GitHub Actions")
    server = context.get("GITHUB_SERVER_URL") or "https://github.com"
    tree = WorkingTree(root=project.root, environment=context.environment, token=context.github_token, server=server)
    trees = context.folder / (options.trees or stack.enter_context(tempfile.TemporaryDirectory(prefix="weekly-trees-")))
    return run._replace(tree=tree, repository=Repository(github_client(context, max_wait=MAX_WAIT), repo), trees=trees)


def _work(run: Run, options: MondayOptions, results: list[WeekResult]) -> int:
    """Take the turns, each told as soon as it is over; how many weeks are left for the next runs."""
    mode = run.project.config.schedule.mode if options.mode == "configured" else options.mode
    if mode == Mode.REVIEW and run.tree is None:
        say("without --push a review is shown only: no branch, no pull request")
    if options.week_text:
        _take(week_of(options.week_text, run.project, run.context), run, mode, results)
        return 0
    merged = _merged(run.project)
    for week in merged if mode != Mode.DIRECT else ():
        _take(week, run, "merged", results)
    if mode == "merged":
        return 0
    return _take_due(
        run,
        mode,
        [week for week in _due(run.project, run.context) if mode == Mode.DIRECT or week not in merged],
        results,
    )


def _take_due(run: Run, mode: str, weeks: Sequence[Week], results: list[WeekResult]) -> int:
    """As many turns as a run may take; a week that is held back, or proposed already, doesn't count."""
    last = _last(run.project, run.context)
    weeks = [week for week in weeks if mode != Mode.REVIEW or _is_to_propose(week, run, is_last=week == last)]
    done = 0
    for place, week in enumerate(weeks):
        if done == run.project.config.schedule.most_weeks:
            return len(weeks) - place
        _take(week, run, mode, results)
        done += not results[-1].why
    return 0


def _take(week: Week, run: Run, mode: str, results: list[WeekResult]) -> None:
    results.append((proposed if mode == Mode.REVIEW else published)(week, run))


def _is_to_propose(week: Week, run: Run, *, is_last: bool) -> bool:
    """Whether a week still needs its pull request, or has one of this very week to bring up to date."""
    destination = unattended_destination(week, run.project, run.context)
    if load_publication(destination.records.folder, week) is not None:
        return False
    known = run.repository.proposal(branch_of(week)) if run.repository else None
    if known is not None and not known.is_open:
        say(f"the week of {week}: its pull request was closed, so it is left alone: {known.url}")
    return known is None or (known.is_open and is_last)


def _due(project: Project, context: Context) -> tuple[Week, ...]:
    config = project.config
    first = config.schedule.first_week
    last = _last(project, context)
    folder = unattended_destination(last, project, context).records.folder
    return schedule.due(
        schedule.Known(
            first=config.week(first) if first else None,
            records=publication_stages(folder, str(config.project.zone)),
            skipped=tuple(config.week(day) for day in config.series.skipped),
            last=last,
        )
    )


def _last(project: Project, context: Context) -> Week:
    """The newest week that has ended."""
    return parse_week("last", now=context.now, zone=str(project.config.project.zone))


def _merged(project: Project) -> tuple[Week, ...]:
    """The weeks that were reviewed and merged, and aren't published yet."""
    return tuple(_week_of(path, project) for path in sorted((project.root / REVIEW).glob("[0-9]*-[0-9]*-[0-9]*.md")))


def _week_of(path: Path, project: Project) -> Week:
    try:
        return Week(monday=date.fromisoformat(path.stem), zone=project.config.project.zone)
    except ValueError as error:
        raise GivenError(f"{shown(path)}: {error}; each file is named after its Monday") from error


def _report(results: Sequence[WeekResult], left: int, context: Context, error: WeeklyError | None = None) -> None:
    """Tell people in the step's summary, and the steps that follow by its outputs."""
    failure = " ".join(str(error).split()) if error else ""
    for secret in context.secrets:
        failure = failure.replace(secret, "…")
    for result in results:
        say(f"the week of {result.week}: {result.status}{f': {result.url}' if result.url else ''}")
        if result.why:
            say(f"the week of {result.week}: {result.why}")
    if not results and not error:
        say("no week is due")
    failures = [f"The week of {result.week}: {result.why}" for result in results if result.why] + [failure] * bool(
        failure
    )
    proposed = " ".join(str(result.week) for result in results if result.status is Status.PROPOSED)
    _append(context.get("GITHUB_STEP_SUMMARY"), of_run(results, left, failure))
    _append(context.get("GITHUB_OUTPUT"), f"proposed={proposed}\ntroubles={json.dumps(failures)}\n")


def _append(name: str | None, text: str) -> None:
    """Add to a file that GitHub Actions reads; nothing elsewhere."""
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise WeeklyError(
            f"{shown(name)}: can't be written: {error.strerror or error}; see to it, and run again"
        ) from error
