"""A week's turn in the unattended run: published at once, or proposed as a pull request."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from weekly.cli.world import Site, World, say_time
from weekly.summary import Came, Turn

if TYPE_CHECKING:
    from weekly.hub import Hub
    from weekly.keeping import Keeper
    from weekly.model import Snapshot
    from weekly.week import Week

PATIENCE = 1800.0
"""Seconds that GitHub's and the forum's limits may make a run wait that nobody sits in front of."""
REVIEW = "review"
"""The folder of the posts as they were proposed; a file that has reached the main branch is to be published."""


class Run(NamedTuple):
    """One run: the project, the world, and where what it makes is kept; without a keeper, in this folder alone."""

    site: Site
    world: World
    dry_run: bool
    keeper: Keeper | None = None
    hub: Hub | None = None
    trees: Path = Path()

    @property
    def address(self) -> str:
        """The run's own page on GitHub; "" elsewhere."""
        server, repo, number = map(self.world.get, ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"))
        return f"{server}/{repo}/actions/runs/{number}" if server and repo and number else ""


def branch_of(week: Week) -> str:
    """The branch that proposes a week."""
    return f"weekly/{week}"


def records_of(site: Site) -> Path:
    """Where it is kept what was published."""
    from weekly.published import FOLDER

    return site.root / FOLDER if site.config.forum else site.root / site.config.schedule.folder / ".published"


def published(week: Week, run: Run) -> Turn:
    """Gather, check, publish, and commit what came of it."""
    from weekly import atomic
    from weekly.cli.publish import Request, publish_week
    from weekly.errors import KeepingError, WeeklyError

    site = run.site
    turn, reasons = _looked_at(week, site, run.world)
    if reasons and not run.dry_run:
        _keep(week, run, f"Archive the week of {week}")
        return _with(turn, Came.HELD, why="; ".join(reasons))
    folder = None if site.config.forum else site.root / site.config.schedule.folder
    try:
        request = Request(dry_run=run.dry_run, to=folder, max_wait=PATIENCE)
        ended = publish_week(week, site, run.world, request)
    except WeeklyError:
        with contextlib.suppress(KeepingError):  # the first error is the one to tell
            _keep(week, run, f"Keep what is known of the week of {week}")
        raise
    if run.dry_run:
        return _with(turn, Came.SHOWN, url=ended.url, why="; ".join(ended.why) if ended.code else "")
    if ended.code:
        _keep(week, run, f"Archive the week of {week}")
        return _with(turn, Came.HELD, url=ended.url, why="; ".join(ended.why))
    atomic.remove(site.root / REVIEW / f"{week}.md")
    _keep(week, run, f"Publish the week of {week}")
    return _with(turn, Came.LEFT if ended.is_old else Came.PUBLISHED, url=ended.url)


def proposed(week: Week, run: Run) -> Turn:
    """Gather and draft on a branch of the week's own, and open its pull request or bring it up to date."""
    from weekly import atomic, render
    from weekly.cli.draft import draft_week
    from weekly.cli.stages import post_of

    if run.keeper is None or run.hub is None:
        turn, reasons = _looked_at(week, run.site, run.world)
        return _with(turn, Came.SHOWN, why="; ".join(reasons))
    branch = branch_of(week)
    keeper = run.keeper.tree(run.trees / str(week), branch)
    site = Site.at(keeper.root)
    snapshot = gathered(week, site, run.world)
    draft_week(snapshot, site)
    atomic.write(site.root / REVIEW / f"{week}.md", render.to_markdown(post_of(snapshot, site), site.templates))
    turn, _ = _looked_at(week, site, run.world)
    keeper.commit((f"archive/{week}.json", f"weeks/{week}.toml", f"{REVIEW}/{week}.md"), f"Propose the week of {week}")
    keeper.push(branch)
    gaps = "; ".join(map(str, snapshot.blocking))
    turn = _with(turn, Came.PROPOSED, why=gaps and f"{gaps}; start the run again to have the week whole")
    proposal = run.hub.propose(branch, run.keeper.branch, turn.title, _description(turn, run))
    return _with(turn, turn.came, url=proposal.url, why=turn.why)


def gathered(week: Week, site: Site, world: World) -> Snapshot:
    """The week, asked for with a machine's patience; what the archive has as a sample is gathered in earnest."""
    from weekly import archive
    from weekly.cli.asking import Asked, gather_weeks
    from weekly.cli.stages import snapshot_of
    from weekly.errors import ClockError, IncompleteError
    from weekly.model import Source
    from weekly.readiness import untimely

    asked = Asked(max_wait=PATIENCE)
    known = archive.load(site.root, week)
    if known is not None and known.source is Source.SAMPLE:
        gather_weeks([week], site, world, asked)
    snapshot = snapshot_of(week, site, world, asked)
    if snapshot.source is Source.SAMPLE:
        raise IncompleteError(
            f"archive/{week}.json: is the sample, and the week can't be gathered whole; run again later"
        )
    for line in untimely(week, world.now, world.others):
        raise ClockError(line)
    say_time(world)
    return snapshot


def _looked_at(week: Week, site: Site, world: World) -> tuple[Turn, list[str]]:
    """The week with all that a check finds in it, and what of that keeps it from being published."""
    from weekly.cli.check import of_week
    from weekly.cli.stages import post_of
    from weekly.model import Severity

    snapshot = gathered(week, site, world)
    findings = of_week(site, week)
    turn = Turn(
        week=week,
        came=Came.LEFT,
        title=post_of(snapshot, site).title,
        pulls=len(snapshot.pulls),
        repos=len(snapshot.repos),
        findings=findings,
    )
    return turn, [str(finding) for finding in findings if finding.severity is Severity.BLOCKS]


def _keep(week: Week, run: Run, message: str) -> None:
    """Commit and push the week's files, where that was asked for."""
    if run.keeper is None:
        return
    records = records_of(run.site).relative_to(run.site.root).as_posix()
    paths = [f"archive/{week}.json", f"{records}/{week}.json", f"{records}/{week}.md", f"{REVIEW}/{week}.md"]
    if run.site.config.forum is None:
        paths.append(f"{run.site.config.schedule.folder}/{week}.md")
    branch = run.keeper.branch
    if run.keeper.commit(paths, message) or run.keeper.is_ahead(branch):
        run.keeper.push(branch)


def _description(turn: Turn, run: Run) -> str:
    from weekly.summary import of_proposal

    return of_proposal(turn, run.address)


def _with(turn: Turn, came: Came, *, url: str = "", why: str = "") -> Turn:
    import msgspec

    return msgspec.structs.replace(turn, came=came, url=url, why=why)
