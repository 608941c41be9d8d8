"""`weekly monday`: the unattended run. It finds the weeks whose turn it is, and takes each through its stages."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from weekly.cli.world import Site, World, say, site_options, week_of
from weekly.whereabouts import shown

if TYPE_CHECKING:
    from weekly.cli.turns import Run
    from weekly.errors import WeeklyError
    from weekly.summary import Turn
    from weekly.week import Week


class Order(NamedTuple):
    """What was asked for on the command line."""

    week_text: str | None
    mode: str
    dry_run: bool
    push: bool
    trees: Path | None


@click.command()
@click.option("--week", "week_text", metavar="WEEK", help="This week alone; default: every week whose turn it is.")
@click.option(
    "--mode",
    type=click.Choice(["configured", "direct", "review", "merged"]),
    default="configured",
    show_default=True,
    help="As weekly.toml has it, or otherwise; merged only publishes what was reviewed and merged: review/*.md.",
)
@click.option("--dry-run", is_flag=True, help="Gather and show; publish, commit, push and propose nothing.")
@click.option("--push", is_flag=True, help="Commit what was made and push it; a review needs this.")
@click.option(
    "--trees",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the branches for review are checked out, and stay; default: a folder that is removed in the end.",
)
@site_options
@click.pass_obj
def monday(world: World, /, folder: Path | None, **asked: Any) -> int:
    """Do the Monday's work: find the weeks that are due, and publish or propose each, the oldest first.

    Weeks begin with schedule.first_week, or with the last published record. As schedule.mode says, each is published
    at once, or proposed as a pull request, whose merging publishes it. In GitHub Actions it writes a step summary.
    Exits with 1 where a week was held back.
    """
    from weekly.errors import WeeklyError

    order = Order(**asked)
    turns: list[Turn] = []
    try:
        with ExitStack() as made:
            run = _run(Site.at(folder or world.folder), world, order, made)
            left = _work(run, order, turns)
    except WeeklyError as error:
        with suppress(WeeklyError):  # the first error is the one to tell
            _report(turns, 0, world, error)
        raise
    _report(turns, left, world)
    return int(any(turn.why for turn in turns))


def _run(site: Site, world: World, order: Order, made: ExitStack) -> Run:
    from weekly.cli.turns import Run

    run = Run(site=site, world=world, dry_run=order.dry_run)
    if order.dry_run or not order.push:
        return run
    from weekly.cli.asking import client_of
    from weekly.cli.turns import PATIENCE
    from weekly.errors import GivenError
    from weekly.hub import Hub
    from weekly.keeping import Keeper

    repo = world.get("GITHUB_REPOSITORY")
    if repo is None:
        raise GivenError("GITHUB_REPOSITORY: not set, so it isn't known where to push to; --push is for GitHub Actions")
    server = world.get("GITHUB_SERVER_URL") or "https://github.com"
    keeper = Keeper(root=site.root, environment=world.environment, token=world.get("GITHUB_TOKEN"), server=server)
    trees = world.folder / (order.trees or made.enter_context(tempfile.TemporaryDirectory(prefix="weekly-trees-")))
    return run._replace(keeper=keeper, hub=Hub(client_of(world, max_wait=PATIENCE), repo), trees=trees)


def _work(run: Run, order: Order, turns: list[Turn]) -> int:
    """Take the turns, each told as soon as it is over; how many weeks are left for the next runs."""
    from weekly.config import Mode

    mode = run.site.config.schedule.mode if order.mode == "configured" else order.mode
    if mode == Mode.REVIEW and run.keeper is None:
        say("without --push a review is shown only: no branch, no pull request")
    if order.week_text:
        _take(week_of(order.week_text, run.site, run.world), run, mode, turns)
        return 0
    merged = _merged(run.site)
    for week in merged if mode != Mode.DIRECT else ():
        _take(week, run, "merged", turns)
    if mode == "merged":
        return 0
    return _take_due(
        run, mode, [week for week in _due(run.site, run.world) if mode == Mode.DIRECT or week not in merged], turns
    )


def _take_due(run: Run, mode: str, weeks: Sequence[Week], turns: list[Turn]) -> int:
    """As many turns as a run may take; a week that is held back, or proposed already, doesn't count."""
    from weekly.config import Mode

    last = _last(run.site, run.world)
    weeks = [week for week in weeks if mode != Mode.REVIEW or _is_to_propose(week, run, is_last=week == last)]
    done = 0
    for place, week in enumerate(weeks):
        if done == run.site.config.schedule.most_weeks:
            return len(weeks) - place
        _take(week, run, mode, turns)
        done += not turns[-1].why
    return 0


def _take(week: Week, run: Run, mode: str, turns: list[Turn]) -> None:
    from weekly.cli.turns import proposed, published
    from weekly.config import Mode

    turns.append((proposed if mode == Mode.REVIEW else published)(week, run))


def _is_to_propose(week: Week, run: Run, *, is_last: bool) -> bool:
    """Whether a week still needs its pull request, or has one of this very week to bring up to date."""
    from weekly import published
    from weekly.cli.turns import branch_of, records_of

    if published.load(records_of(run.site), week) is not None:
        return False
    known = run.hub.proposal(branch_of(week)) if run.hub else None
    if known is not None and not known.is_open:
        say(f"the week of {week}: its pull request was closed, so it is left alone: {known.url}")
    return known is None or (known.is_open and is_last)


def _due(site: Site, world: World) -> tuple[Week, ...]:
    from weekly import published, rota
    from weekly.cli.turns import records_of

    config = site.config
    first = config.schedule.first_week
    return rota.due(
        rota.Known(
            first=config.week(first) if first else None,
            records=published.stages(records_of(site), str(config.project.zone)),
            skipped=tuple(config.week(day) for day in config.series.skipped),
            last=_last(site, world),
        )
    )


def _last(site: Site, world: World) -> Week:
    """The newest week that has ended."""
    from weekly.week import parse_week

    return parse_week("last", now=world.now, zone=str(site.config.project.zone))


def _merged(site: Site) -> tuple[Week, ...]:
    """The weeks that were reviewed and merged, and aren't published yet."""
    from weekly.cli.turns import REVIEW

    return tuple(_week_of(path, site) for path in sorted((site.root / REVIEW).glob("[0-9]*-[0-9]*-[0-9]*.md")))


def _week_of(path: Path, site: Site) -> Week:
    from weekly.errors import GivenError
    from weekly.week import Week

    try:
        return Week(monday=date.fromisoformat(path.stem), zone=site.config.project.zone)
    except ValueError as error:
        raise GivenError(f"{shown(path)}: {error}; each file is named after its Monday") from error


def _report(turns: Sequence[Turn], left: int, world: World, error: WeeklyError | None = None) -> None:
    """Tell people in the step's summary, and the steps that follow by its outputs."""
    from weekly.summary import Came, of_run

    failure = " ".join(str(error).split()) if error else ""
    for secret in world.secrets:
        failure = failure.replace(secret, "…")
    for turn in turns:
        say(f"the week of {turn.week}: {turn.came}{f': {turn.url}' if turn.url else ''}")
        if turn.why:
            say(f"the week of {turn.week}: {turn.why}")
    if not turns and not error:
        say("no week is due")
    troubles = [f"The week of {turn.week}: {turn.why}" for turn in turns if turn.why] + [failure] * bool(failure)
    proposed = " ".join(str(turn.week) for turn in turns if turn.came is Came.PROPOSED)
    _append(world.get("GITHUB_STEP_SUMMARY"), of_run(turns, left, failure))
    _append(world.get("GITHUB_OUTPUT"), f"proposed={proposed}\ntroubles={json.dumps(troubles)}\n")


def _append(name: str | None, text: str) -> None:
    """Add to a file that GitHub Actions reads; nothing elsewhere."""
    from weekly.errors import WeeklyError

    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise WeeklyError(
            f"{shown(name)}: can't be written: {error.strerror or error}; see to it, and run again"
        ) from error
