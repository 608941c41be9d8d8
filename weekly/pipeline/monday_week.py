"""A week's turn in the unattended run: published at once, or proposed as a pull request."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

from weekly import archive
from weekly.automation.git import WorkingTree
from weekly.automation.github import Repository
from weekly.automation.summary import Status, WeekResult, of_proposal
from weekly.errors import ClockError, GitError, IncompleteError, WeeklyError
from weekly.files import atomic
from weekly.model import Severity, Snapshot, Source
from weekly.pipeline.check import check_week
from weekly.pipeline.context import Context, Project, report_clocks
from weekly.pipeline.destination import destination_of
from weekly.pipeline.draft import draft_week
from weekly.pipeline.gather import gather_weeks, retry_failed_sources
from weekly.pipeline.post import post_of
from weekly.pipeline.publish import PublishOptions, publish_week
from weekly.pipeline.snapshot import GatherOptions, is_stale, snapshot_of
from weekly.publish.base import Destination
from weekly.publish.preconditions import untimely
from weekly.render.post import to_markdown
from weekly.week import Week

MAX_WAIT = 1800.0
"""Seconds that GitHub's and the forum's limits may make a run wait that nobody sits in front of."""
REVIEW = "review"
"""The folder of the posts as they were proposed; a file that has reached the main branch is to be published."""


class Run(NamedTuple):
    """One run: the project, the world, and where what it makes is kept; without a keeper, in this folder alone."""

    project: Project
    context: Context
    dry_run: bool
    tree: WorkingTree | None = None
    repository: Repository | None = None
    trees: Path = Path()

    @property
    def address(self) -> str:
        """The run's own page on GitHub; "" elsewhere."""
        server, repo, number = map(self.context.get, ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"))
        return f"{server}/{repo}/actions/runs/{number}" if server and repo and number else ""


def branch_of(week: Week) -> str:
    """The branch that proposes a week."""
    return f"weekly/{week}"


def unattended_destination(week: Week, project: Project, context: Context) -> Destination:
    """Return where an unattended run publishes the week."""
    return destination_of(week, project, context, is_unattended=True, max_wait=MAX_WAIT)


def published(week: Week, run: Run) -> WeekResult:
    """Gather, check, publish, and commit what came of it."""
    project = run.project
    result, reasons = _looked_at(week, project, run.context)
    if reasons and not run.dry_run:
        _keep(week, run, f"Archive the week of {week}")
        return _with(result, Status.HELD, why="; ".join(reasons))
    try:
        options = PublishOptions(dry_run=run.dry_run, is_unattended=True, max_wait=MAX_WAIT)
        ended = publish_week(week, project, run.context, options)
    except WeeklyError:
        with contextlib.suppress(GitError):  # the first error is the one to tell
            _keep(week, run, f"Keep what is known of the week of {week}")
        raise
    if run.dry_run:
        return _with(result, Status.SHOWN, url=ended.url, why="; ".join(ended.reasons) if ended.code else "")
    if ended.code:
        _keep(week, run, f"Archive the week of {week}")
        return _with(result, Status.HELD, url=ended.url, why="; ".join(ended.reasons))
    atomic.remove(project.root / REVIEW / f"{week}.md")
    _keep(week, run, f"Publish the week of {week}")
    return _with(result, Status.LEFT if ended.is_unchanged else Status.PUBLISHED, url=ended.url)


def proposed(week: Week, run: Run) -> WeekResult:
    """Gather and draft on a branch of the week's own, and open its pull request or bring it up to date."""
    if run.tree is None or run.repository is None:
        result, reasons = _looked_at(week, run.project, run.context)
        return _with(result, Status.SHOWN, why="; ".join(reasons))
    branch = branch_of(week)
    tree = run.tree.tree(run.trees / str(week), branch)
    project = Project.at(tree.root)
    snapshot = gathered(week, project, run.context)
    draft_week(snapshot, project)
    atomic.write(project.root / REVIEW / f"{week}.md", to_markdown(post_of(snapshot, project), project.templates))
    result, _ = _looked_at(week, project, run.context)
    tree.commit((f"archive/{week}.json", f"weeks/{week}.toml", f"{REVIEW}/{week}.md"), f"Propose the week of {week}")
    tree.push(branch)
    gaps = "; ".join(map(str, snapshot.blocking))
    result = _with(result, Status.PROPOSED, why=gaps and f"{gaps}; start the run again to have the week whole")
    proposal = run.repository.propose(branch, run.tree.branch, result.title, _description(result, run))
    return _with(result, result.status, url=proposal.url, why=result.why)


def gathered(week: Week, project: Project, context: Context) -> Snapshot:
    """The week, asked for with a machine's patience; what the archive has as a sample is gathered in earnest."""
    options = GatherOptions(max_wait=MAX_WAIT)
    known = archive.load(project.root, week)
    if known is not None and known.source is Source.SAMPLE:
        gather_weeks([week], project, context, options)
    elif known is not None and not is_stale(known, context):
        retry_failed_sources(week, project, context, options)
    snapshot = snapshot_of(week, project, context, options)
    if snapshot.source is Source.SAMPLE:
        raise IncompleteError(
            f"archive/{week}.json: is the sample, and the week can't be gathered whole; run again later"
        )
    for line in untimely(week, context.now, context.others):
        raise ClockError(line)
    report_clocks(context)
    return snapshot


def _looked_at(week: Week, project: Project, context: Context) -> tuple[WeekResult, list[str]]:
    """The week with all that a check finds in it, and what of that keeps it from being published."""
    snapshot = gathered(week, project, context)
    findings = check_week(project, week)
    result = WeekResult(
        week=week,
        status=Status.LEFT,
        title=post_of(snapshot, project).title,
        pulls=len(snapshot.pulls),
        repos=len(snapshot.repos),
        findings=findings,
    )
    return result, [str(finding) for finding in findings if finding.severity is Severity.BLOCKS]


def _keep(week: Week, run: Run, message: str) -> None:
    """Commit and push the week's files, where that was asked for."""
    if run.tree is None:
        return
    destination = unattended_destination(week, run.project, run.context)
    records = destination.records.folder.relative_to(run.project.root).as_posix()
    paths = [f"archive/{week}.json", f"{records}/{week}.json", f"{records}/{week}.md", f"{REVIEW}/{week}.md"]
    paths += destination.files
    branch = run.tree.branch
    if run.tree.commit(paths, message) or run.tree.is_ahead(branch):
        run.tree.push(branch)


def _description(result: WeekResult, run: Run) -> str:

    return of_proposal(result, run.address)


def _with(result: WeekResult, status: Status, *, url: str = "", why: str = "") -> WeekResult:
    import msgspec

    return msgspec.structs.replace(result, status=status, url=url, why=why)
