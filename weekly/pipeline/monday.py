"""Run unattended, and publish or propose each week that is due."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

from weekly.automation import schedule
from weekly.automation.git import WorkingTree
from weekly.automation.github import Repository
from weekly.automation.summary import Status, WeekResult, of_run
from weekly.config.delivery import Mode
from weekly.console import say, warn, without_secrets
from weekly.errors import GivenError, WeeklyError
from weekly.files.paths import shown
from weekly.pipeline.backend import github_client
from weekly.pipeline.context import Context, Project, week_of
from weekly.pipeline.monday_week import MAX_WAIT, Run, publish_due, unattended_destinations
from weekly.pipeline.proposal import Proposal, branch_of, load_proposals, prepare, propose, save_proposals, show
from weekly.pipeline.review import check_proposals, proposed_weeks
from weekly.publish.record import load_publication, publication_stages
from weekly.week import Week, parse_week

MERGED = "merged"
"""The mode that publishes only reviewed weeks."""


class MondayOptions(NamedTuple):
    """The options of the command line. `only` is one of the jobs that a workflow splits the run into."""

    week_text: str | None
    mode: str
    dry_run: bool
    push: bool
    trees: Path | None
    only: str | None = None
    proposals: Path | None = None


def run_monday(folder: Path, context: Context, options: MondayOptions) -> int:
    """Process every due week, and report the results. Return 1 where a week was held back."""
    results: list[WeekResult] = []
    try:
        with ExitStack() as stack:
            project = Project.at(folder)
            run = _run(project, context, options, stack)
            left = _Monday(project, run, options, results).work()
    except WeeklyError as error:
        with suppress(WeeklyError):  # the first error is the one to report
            _report(results, 0, context, error)
        raise
    _report(results, left, context)
    return int(any(result.why for result in results))


def _run(project: Project, context: Context, options: MondayOptions, stack: ExitStack) -> Run:
    run = Run(project=project, context=context, dry_run=options.dry_run)
    if options.only in ("prepare", "propose", "check") and options.proposals is None:
        raise GivenError(f"--only {options.only}: needs --proposals with the folder of the prepared weeks")
    if options.only == "propose" and not options.push:
        raise GivenError("--only propose: needs --push")
    if options.dry_run or not (options.push or options.only):
        mode = project.config.schedule.mode if options.mode == "configured" else options.mode
        is_shown = options.dry_run or mode == Mode.REVIEW
        return run._replace(project=_copy(project, stack)) if is_shown else run
    if options.only == "check" or not (options.push or options.only == "prepare"):
        return run
    repo = context.get("GITHUB_REPOSITORY")
    if repo is None:
        raise GivenError("GITHUB_REPOSITORY: not set, so it isn't known where to push to; --push is for GitHub Actions")
    server = context.get("GITHUB_SERVER_URL") or "https://github.com"
    repository = Repository(github_client(context, max_wait=MAX_WAIT), repo)
    tree = WorkingTree(
        root=project.root,
        environment=context.environment,
        token=context.github_token,
        server=server,
        signer=repository,
    )
    trees = context.folder / (options.trees or stack.enter_context(tempfile.TemporaryDirectory(prefix="weekly-trees-")))
    return run._replace(tree=tree, repository=repository, trees=trees)


def _copy(project: Project, stack: ExitStack) -> Project:
    """Return a copy of the project, whose files a run may change."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="weekly-dry-run-"))
    ignored = shutil.ignore_patterns(".*", "node_modules")
    try:
        shutil.copytree(project.root, folder, symlinks=True, ignore=ignored, copy_function=_link, dirs_exist_ok=True)
    except OSError as error:
        raise WeeklyError(
            f"{folder}: can't be written for a dry run: {error}; free some space and run again"
        ) from error
    return Project.at(Path(folder))


def _link(source: str, target: str) -> None:
    """Link a file, which is replaced and never changed in its place. Copy it to another file system."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)


class _Monday:
    """The work of one run. Each result is there as soon as its week is done."""

    def __init__(self, project: Project, run: Run, options: MondayOptions, results: list[WeekResult]) -> None:
        mode = project.config.schedule.mode if options.mode == "configured" else options.mode
        if mode == Mode.DIRECT:
            project = project.publishing(Mode.DIRECT)
            run = run._replace(project=run.project.publishing(Mode.DIRECT))
        self._run, self._options, self._results, self._mode = run, options, results, mode
        self._project, self._context = project, run.context
        self._publishes = options.only in (None, "publish")
        self._prepares = options.only in (None, "prepare")
        self._proposals: list[Proposal] = []

    def work(self) -> int:
        """Process the weeks. Return how many are left for the next runs."""
        if self._options.only == "propose":
            folder = self._context.folder / (self._options.proposals or "")
            self._results += [propose(proposal, self._run) for proposal in load_proposals(folder)]
            return 0
        if self._options.only == "check":
            folder = self._context.folder / (self._options.proposals or "")
            self._results += check_proposals(self._project, self._context, folder)
            return 0
        if self._mode == Mode.REVIEW and self._prepares and self._run.tree is None:
            say("without --push a review is only shown: no branch, no pull request")
        try:
            return self._week(self._options.week_text) if self._options.week_text else self._weeks()
        finally:
            if self._options.only == "prepare" and self._options.proposals and not self._options.dry_run:
                save_proposals(self._context.folder / self._options.proposals, self._proposals)

    def _week(self, text: str) -> int:
        week = week_of(text, self._project, self._context)
        if self._mode == Mode.REVIEW and self._prepares:
            self._propose(week)
        elif self._mode != Mode.REVIEW and self._publishes:
            self._results.append(publish_due(week, self._run))
        return 0

    def _weeks(self) -> int:
        merged = proposed_weeks(self._project)
        if self._mode != Mode.DIRECT and self._publishes:
            self._results += [publish_due(week, self._run) for week in merged]
        if self._mode == MERGED:
            return 0
        if self._mode == Mode.DIRECT:
            return self._due() if self._publishes else 0
        return self._due(without=merged) if self._prepares else 0

    def _due(self, without: Sequence[Week] = ()) -> int:
        """Process as many weeks as a run may. A week that is held back doesn't count."""
        last = _last(self._project, self._context)
        weeks = [week for week in _due(self._project, self._context) if week not in without]
        if self._mode == Mode.REVIEW:
            weeks = [week for week in weeks if _needs_proposal(week, self._run, is_last=week == last)]
        done = 0
        for index, week in enumerate(weeks):
            if done == self._project.config.schedule.most_weeks:
                return len(weeks) - index
            if self._mode == Mode.REVIEW:
                self._propose(week)
            else:
                self._results.append(publish_due(week, self._run))
            done += not self._results[-1].why
        return 0

    def _propose(self, week: Week) -> None:
        result, proposal = prepare(week, self._run)
        if proposal is not None and self._run.tree is None:
            show(proposal, self._project.root)
        elif proposal is not None and self._options.only is None:
            result = propose(proposal, self._run)
        elif proposal is not None:
            self._proposals.append(proposal)
        self._results.append(result)


def _needs_proposal(week: Week, run: Run, *, is_last: bool) -> bool:
    """Tell whether a week needs a pull request, or is the last one and has an open one to update."""
    destinations = unattended_destinations(week, run.project, run.context)
    if any(load_publication(destination.records.folder, week) for destination in destinations):
        return False
    known = run.repository.proposal(branch_of(week, run.tree)) if run.repository else None
    if known is not None and not known.is_open:
        say(f"the week of {week}: its pull request was closed, so it is left alone: {known.url}")
    return known is None or (known.is_open and is_last)


def _due(project: Project, context: Context) -> tuple[Week, ...]:
    config = project.config
    first = config.schedule.first_week
    last = _last(project, context)
    destinations = unattended_destinations(last, project, context)
    zone = str(config.project.zone)
    return schedule.due(
        schedule.Known(
            first=config.week(first) if first else None,
            records=schedule.joined(publication_stages(one.records.folder, zone) for one in destinations),
            skipped=tuple(config.week(day) for day in config.series.skipped),
            last=last,
        )
    )


def _last(project: Project, context: Context) -> Week:
    """Return the newest week that has ended."""
    return parse_week("last", now=context.now, zone=str(project.config.project.zone))


def _report(results: Sequence[WeekResult], left: int, context: Context, error: WeeklyError | None = None) -> None:
    """Write the step's summary for people, and its outputs for the steps that follow."""
    failure = without_secrets(" ".join(str(error or "").split()), context.environment)
    for result in results:
        say(f"the week of {result.week}: {result.status}{f': {result.url}' if result.url else ''}")
        if result.why:
            warn(f"the week of {result.week}: {result.why}")
    if not results and not error:
        say("no week is due")
    failures = [f"The week of {result.week}: {result.why}" for result in results if result.why] + [failure] * bool(
        failure
    )
    proposed = " ".join(str(result.week) for result in results if result.status in (Status.PROPOSED, Status.PREPARED))
    _append(context.get("GITHUB_STEP_SUMMARY"), of_run(results, left, failure))
    _append(context.get("GITHUB_OUTPUT"), f"proposed={proposed}\ntroubles={json.dumps(failures)}\n")


def _append(name: str | None, text: str) -> None:
    """Append to a file that GitHub Actions reads. Elsewhere, do nothing."""
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise WeeklyError(
            f"{shown(name)}: can't be written: {error.strerror or error}; check it, and run again"
        ) from error
