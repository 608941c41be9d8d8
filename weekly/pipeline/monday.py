"""Run unattended, and publish or propose each week that is due."""

from __future__ import annotations

import json
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
from weekly.pipeline.monday_week import (
    MAX_WAIT,
    Run,
    check_proposals,
    proposed_weeks,
    publish_due,
    unattended_destinations,
)
from weekly.pipeline.proposal import Proposal, branch_of, load_proposals, prepare, propose, save_proposals, show
from weekly.publish.record import load_publication, publication_stages
from weekly.week import Week, parse_week


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
            mode = project.config.schedule.mode if options.mode == "configured" else options.mode
            work = _Monday(_run(project, context, mode, options, stack), mode, options, project.root, results)
            left = work.process()
    except WeeklyError as error:
        with suppress(WeeklyError):  # the first error is the one to report
            _report(results, 0, context, error)
        raise
    _report(results, left, context)
    return int(any(result.why for result in results))


def _run(project: Project, context: Context, mode: str, options: MondayOptions, stack: ExitStack) -> Run:
    """Return a run with a working tree where it may push, and with a copy of the project where it may change nothing."""
    only = options.only
    if only in ("prepare", "propose", "check") and options.proposals is None:
        raise GivenError(f"--only {only}: needs --proposals with the folder of the prepared weeks")
    if only == "propose" and not options.push:
        raise GivenError("--only propose: needs --push")
    if options.dry_run or (mode == Mode.REVIEW and not options.push and only is None):
        project = _copy(project, stack)
    if mode == Mode.DIRECT:
        project = project.publishing(Mode.DIRECT)
    run = Run(project=project, context=context, dry_run=options.dry_run)
    if options.dry_run or only == "check" or not (options.push or only == "prepare"):
        return run
    repository = Repository(github_client(context, max_wait=MAX_WAIT), context.repository)
    tree = WorkingTree(
        root=project.root,
        environment=context.environment,
        token=context.github_token,
        server=context.site,
        signer=repository.commit,
    )
    trees = context.folder / (options.trees or stack.enter_context(tempfile.TemporaryDirectory(prefix="weekly-trees-")))
    return run._replace(tree=tree, repository=repository, trees=trees)


def _copy(project: Project, stack: ExitStack) -> Project:
    """Return a copy of the project, whose files a run may change."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="weekly-dry-run-"))
    ignored = shutil.ignore_patterns(".*", "node_modules")
    try:
        shutil.copytree(project.root, folder, symlinks=True, ignore=ignored, dirs_exist_ok=True)
    except OSError as error:
        raise WeeklyError(
            f"{folder}: can't be written for a dry run: {error}; free some space and run again"
        ) from error
    return Project.at(Path(folder))


class _Monday(NamedTuple):
    """The work of one run. Each result is added as soon as its week is done. `root` is the project's own folder."""

    run: Run
    mode: str
    options: MondayOptions
    root: Path
    results: list[WeekResult]

    def process(self) -> int:
        """Process the weeks. Return how many are left for the next runs."""
        only, project, context = self.options.only, self.run.project, self.run.context
        folder = context.folder / (self.options.proposals or "")
        if only == "propose":
            self.results.extend(propose(proposal, self.run) for proposal in load_proposals(folder))
            return 0
        if only == "check":
            self.results.extend(check_proposals(project, context, folder))
            return 0
        is_review = self.mode == Mode.REVIEW
        publishes, prepares = only in (None, "publish"), is_review and only in (None, "prepare")
        if prepares and self.run.tree is None:
            say("without --push a review is only shown: no branch, no pull request")
        proposals: list[Proposal] = []
        try:
            if self.options.week_text:
                weeks = [week_of(self.options.week_text, project, context)]
                self._process(weeks if prepares or (publishes and not is_review) else [], proposals)
                return 0
            merged = [] if self.mode == Mode.DIRECT else proposed_weeks(project)
            for week in merged if publishes else ():
                self.results.append(publish_due(week, self.run))
            due = self._due(merged) if prepares or (publishes and self.mode == Mode.DIRECT) else []
            return self._process(due, proposals, most=project.config.schedule.most_weeks)
        finally:
            if only == "prepare" and not self.options.dry_run:
                save_proposals(folder, proposals)

    def _due(self, merged: Sequence[Week]) -> list[Week]:
        """Return the weeks to publish, or to propose."""
        weeks = [week for week in due_weeks(self.run.project, self.run.context) if week not in merged]
        return [week for week in weeks if self._needs_proposal(week)] if self.mode == Mode.REVIEW else weeks

    def _needs_proposal(self, week: Week) -> bool:
        """Tell whether a week needs a pull request, or is the last one and has an open one to update."""
        run = self.run
        destinations = unattended_destinations(week, run.project, run.context)
        if any(load_publication(destination.records.folder, week) for destination in destinations):
            return False
        known = run.repository.proposal(branch_of(week, run.tree)) if run.repository else None
        if known is not None and not known.is_open:
            say(f"the week of {week}: its pull request was closed, so it is left alone: {known.url}")
        return known is None or (known.is_open and week == _last(run.project, run.context))

    def _process(self, weeks: Sequence[Week], proposals: list[Proposal], most: int = 1) -> int:
        """Publish or propose weeks, and return how many are left. A week that is held back doesn't count."""
        done = 0
        for index, week in enumerate(weeks):
            if done == most:
                return len(weeks) - index
            self.results.append(
                self._propose(week, proposals) if self.mode == Mode.REVIEW else publish_due(week, self.run)
            )
            done += not self.results[-1].why
        return 0

    def _propose(self, week: Week, proposals: list[Proposal]) -> WeekResult:
        result, proposal = prepare(week, self.run)
        if proposal is not None and self.run.tree is None:
            show(proposal, self.root)
        elif proposal is not None and self.options.only is None:
            return propose(proposal, self.run)
        elif proposal is not None:
            proposals.append(proposal)
        return result


def due_weeks(project: Project, context: Context) -> tuple[Week, ...]:
    """Return the weeks that are due by the schedule and the records."""
    config, last = project.config, _last(project, context)
    first = config.schedule.first_week
    destinations = unattended_destinations(last, project, context)
    return schedule.due(
        schedule.joined(publication_stages(one.records.folder, config.project.zone) for one in destinations),
        last,
        first=config.week(first) if first else None,
        skipped=tuple(config.week(day) for day in config.series.skipped),
    )


def _last(project: Project, context: Context) -> Week:
    """Return the newest week that has ended."""
    return parse_week("last", now=context.now, zone=project.config.project.zone)


def _report(results: Sequence[WeekResult], left: int, context: Context, error: WeeklyError | None = None) -> None:
    """Write the step's summary for people, and its outputs for the steps that follow."""
    failure = without_secrets(" ".join(str(error or "").split()), context.environment)
    for result in results:
        say(f"the week of {result.week}: {result.status}{f': {result.url}' if result.url else ''}")
        if result.why:
            warn(f"the week of {result.week}: {result.why}")
    if not results and not error:
        say("no week is due")
    failures = [f"The week of {result.week}: {result.why}" for result in results if result.why]
    failures += [failure] if failure else []
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
