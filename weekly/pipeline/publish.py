"""Publish one week if its preconditions are met."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from weekly.checks.lint import lint
from weekly.config.limits import BOUNDLESS
from weekly.console import progress, say, warn
from weekly.errors import GivenError, PublishedError, WeeklyError
from weekly.files.paths import shown
from weekly.http.clock import DEFAULT_MAX_WAIT
from weekly.model import Finding, Post, Snapshot
from weekly.notes.file import Notes, load_notes
from weekly.pipeline.context import Context, Project, report_clocks
from weekly.pipeline.destination import destinations_of
from weekly.pipeline.outcome import report
from weekly.pipeline.post import compose_post, judge, shorten_post
from weekly.pipeline.snapshot import snapshot_of
from weekly.publish import execute, images
from weekly.publish.base import Destination, Target
from weekly.publish.decision import Action
from weekly.publish.execute import Outcome
from weekly.publish.merge import Side
from weekly.publish.normalize import stored
from weekly.publish.preconditions import obstacles as obstacles_of
from weekly.publish.record import Picture, Publication, Wording, load_publication
from weekly.week import Week

_ADDRESS = {"forum": "DISCOURSE_URL", "discussions": "discussions.repository", "folder": "--to"}
"""The setting or option that holds a target's address."""


class PublishOptions(NamedTuple):
    """The options of the command line."""

    dry_run: bool = False
    early: bool = False
    theirs: bool = False
    ours: bool = False
    trial: bool = False
    topic: int | None = None
    to: Path | None = None
    target: str | None = None
    max_wait: float = DEFAULT_MAX_WAIT
    is_unattended: bool = False

    @property
    def side(self) -> Side | None:
        """The side that wins where both changed the same lines."""
        return Side.THEIRS if self.theirs else Side.OURS if self.ours else None


class PublishResult(NamedTuple):
    """The result of publishing a week, as exit code, reasons, address, and whether nothing changed.

    `targets` has the results of several targets, each with its name.
    """

    code: int
    reasons: tuple[str, ...]
    url: str = ""
    is_unchanged: bool = False
    name: str = ""
    targets: tuple[PublishResult, ...] = ()


class _Work(NamedTuple):
    """The week and the project, for all targets."""

    snapshot: Snapshot
    notes: Notes
    project: Project
    context: Context
    options: PublishOptions
    is_shared: bool


def publish_week(week: Week, project: Project, context: Context, options: PublishOptions) -> PublishResult:
    """Create, update or leave the week's post at each of its targets. One that fails doesn't keep the others."""
    project = project.publishing(project.config.schedule.mode)
    notes = load_notes(project.root, week)
    destinations = _destinations(week, project, context, options, notes)
    is_shared = len(destinations) > 1
    if is_shared and options.side and not options.dry_run:
        names = " or ".join(f"--target {destination.target.section}" for destination in destinations)
        raise GivenError(f"--{options.side}: the post goes to several targets; add {names}")
    work = _Work(snapshot_of(week, project, context), notes, project, context, options, is_shared)
    results = []
    for destination in destinations:
        try:
            result = _publish_to(destination, work)
        except WeeklyError as error:
            if not is_shared:
                raise
            warn(f"error: {destination.target.section}: {error}")
            result = PublishResult(error.exit_code, (str(error),))
        results.append(result._replace(name=destination.target.section))
    return _joined(results)


def _joined(results: Sequence[PublishResult]) -> PublishResult:
    """Return the result of all targets, with the reasons of those that failed, if any."""
    if len(results) == 1:
        return results[0]
    code = max(result.code for result in results)
    shown = [result for result in results if result.code or not code]
    return PublishResult(
        code=code,
        reasons=tuple(f"{result.name}: {reason}" for result in shown for reason in result.reasons),
        url=next((result.url for result in results if result.url), ""),
        is_unchanged=all(result.is_unchanged for result in results),
        targets=tuple(results),
    )


def _publish_to(destination: Destination, work: _Work) -> PublishResult:
    """Create, update or leave the post at one target. Where something forbids that, change nothing and return code 1."""
    options, where = work.options, f" to {destination.target.section}" if work.is_shared else ""
    if not options.dry_run and (early := _obstacles(work, destination)):
        return PublishResult(_report_obstacles(early, where), early)  # before any request
    limits = destination.target.limits()
    ours, text, post = _wording(work, destination, limits.post_length)
    room = limits.post_length - len(ours.text) + len(text)
    findings = lint(post, images.uploaded(text), msgspec.structs.replace(limits, post_length=room))
    obstacles = _obstacles(work, destination, findings)
    code = _report_obstacles(obstacles, where)
    if obstacles and not options.dry_run:
        return PublishResult(code, obstacles)
    if not obstacles:
        report_clocks(work.context)
    with progress(f"asking {destination.target.name}", 1):
        outcome = _publish(destination, ours, limits.post_length, work.project, options)
    remote = outcome.after or outcome.before
    return PublishResult(
        code=max(code, report(outcome, destination, is_dry_run=options.dry_run)),
        reasons=obstacles or (outcome.decision.reason,),
        url=remote.url if remote else "",
        is_unchanged=outcome.decision.action is Action.LEAVE,
    )


def _destinations(
    week: Week, project: Project, context: Context, options: PublishOptions, notes: Notes
) -> tuple[Destination, ...]:
    return destinations_of(
        week,
        project,
        context,
        to=options.to,
        topic=options.topic or (None if options.trial else notes.topic),
        target=options.target,
        is_trial=options.trial,
        is_unattended=options.is_unattended,
        max_wait=options.max_wait,
    )


def _wording(work: _Work, destination: Destination, limit: int) -> tuple[Wording, str, Post]:
    """Return the title and text for the target, shortened to its limit, the text before it is adapted, and the post."""
    project = work.project
    judgement = judge(work.snapshot, project)
    post = compose_post(work.snapshot, project, judgement, work.notes)
    limit = min(limit, destination.max_length or BOUNDLESS)
    rendered = shorten_post(post, project, judgement, limit=limit, adapt=destination.adapt)
    for problem in rendered.post.problems[len(post.problems) :]:
        say(f"note: {problem}")
    title = f"Trial: {rendered.post.title}" if work.options.trial else rendered.post.title
    text = stored(rendered.text)
    return Wording(title=stored(title), text=destination.adapt(text)), text, rendered.post


def _obstacles(work: _Work, destination: Destination, findings: Sequence[Finding] = ()) -> tuple[str, ...]:
    """Return the reasons not to publish the week."""
    return obstacles_of(
        work.snapshot,
        now=work.context.now,
        others=work.context.others,
        is_early=work.options.early,
        is_public=destination.is_public,
        permits_unproven=destination.permits_unproven,
        section=destination.target.section,
        findings=findings,
    )


def _report_obstacles(obstacles: Sequence[str], where: str) -> int:
    """Report each obstacle. Return 1 where there is one."""
    for obstacle in obstacles:
        warn(f"not published{where}: {obstacle}")
    return int(bool(obstacles))


def _publish(destination: Destination, ours: Wording, limit: int, project: Project, options: PublishOptions) -> Outcome:
    """Upload missing images, and publish. A dry run only looks."""
    target = destination.target
    known = _record(destination)
    ours, pictures = _with_uploaded_images(ours, known.pictures if known else (), project)
    missing = tuple(path for path in images.local(ours.text) if path not in pictures)
    if options.dry_run or missing:
        outcome = execute.look(target, ours, known, options.side, limit)
        if options.dry_run or outcome.decision.action in (Action.LEAVE, Action.CONFLICT):
            return outcome
    new = {path: _upload(target, project, path) for path in missing}
    text = images.with_addresses(ours.text, {path: picture.url for path, picture in new.items()})
    return execute.publish(
        target,
        msgspec.structs.replace(ours, text=text),
        destination.records,
        known,
        side=options.side,
        limit=limit,
        pictures=(*pictures.values(), *new.values()),
        say=say,
    )


def _record(destination: Destination) -> Publication | None:
    """Load the week's record. Refuse one of another target."""
    folder, week = destination.records
    known = load_publication(folder, week)
    path = folder / f"{week}.json"
    if known is None and path.exists():
        say(f"{shown(path)}: doesn't fit its .md file, so it counts as lost")
    if known is not None and known.target != destination.target.name:
        raise PublishedError(
            f"{shown(path)}: is of {known.target}, not of {destination.target.name}; correct {_ADDRESS[destination.target.section]}, "
            "or move the record away"
        )
    return known


def _with_uploaded_images(
    ours: Wording, known: Sequence[Picture], project: Project
) -> tuple[Wording, dict[str, Picture]]:
    """Return our wording with the addresses of images that the target already has, and those images."""
    by_content = {(picture.path, picture.sha256): picture for picture in known}
    pictures = {}
    for path in images.local(ours.text):
        picture = by_content.get((path, images.digest(images.file_of(project.root, path))))
        if picture is not None:
            pictures[path] = picture
    text = images.with_addresses(ours.text, {path: picture.url for path, picture in pictures.items()})
    return msgspec.structs.replace(ours, text=text), pictures


def _upload(target: Target, project: Project, path: str) -> Picture:
    file = images.file_of(project.root, path)
    return Picture(path=path, sha256=images.digest(file), url=target.upload(file))
