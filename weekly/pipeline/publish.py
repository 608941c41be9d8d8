"""Publish one week if its preconditions are met."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from weekly.checks.lint import lint
from weekly.config.limits import BOUNDLESS
from weekly.console import progress, put_diff, put_lines, say, warn
from weekly.errors import PublishedError
from weekly.files.paths import shown
from weekly.http.clock import DEFAULT_MAX_WAIT
from weekly.model import Finding, Post, Snapshot
from weekly.notes.file import Notes, load_notes
from weekly.pipeline.context import Context, Project, report_clocks
from weekly.pipeline.destination import destination_of
from weekly.pipeline.post import compose_post, judge, shorten_post
from weekly.pipeline.snapshot import snapshot_of
from weekly.publish import execute, images
from weekly.publish.base import Destination, Target
from weekly.publish.decision import Action, State, difference
from weekly.publish.execute import Outcome
from weekly.publish.merge import Side
from weekly.publish.normalize import stored
from weekly.publish.preconditions import obstacles as obstacles_of
from weekly.publish.record import Picture, Publication, Wording, load_publication
from weekly.week import Week


class PublishOptions(NamedTuple):
    """The options of the command line."""

    dry_run: bool = False
    early: bool = False
    theirs: bool = False
    ours: bool = False
    trial: bool = False
    topic: int | None = None
    to: Path | None = None
    max_wait: float = DEFAULT_MAX_WAIT
    is_unattended: bool = False

    @property
    def side(self) -> Side | None:
        """The side that wins where both changed the same lines."""
        return Side.THEIRS if self.theirs else Side.OURS if self.ours else None


class PublishResult(NamedTuple):
    """The result of publishing a week, as exit code, reasons, address, and whether nothing changed."""

    code: int
    reasons: tuple[str, ...]
    url: str = ""
    is_unchanged: bool = False


def publish_week(week: Week, project: Project, context: Context, options: PublishOptions) -> PublishResult:
    """Create, update or leave the week's post. Where something forbids that, change nothing and return code 1."""
    project = project.publishing(project.config.schedule.mode)
    snapshot = snapshot_of(week, project, context)
    notes = load_notes(project.root, week)
    destination = _destination(week, project, context, options, notes)
    if not options.dry_run and (early := _obstacles(snapshot, destination, context, options)):
        return PublishResult(_report_obstacles(early), early)  # before any request
    limits = destination.target.limits()
    ours, post = _wording(
        snapshot, notes, project, options, min(limits.post_length, destination.max_length or BOUNDLESS)
    )
    findings = lint(post, images.uploaded(ours.text), limits)
    obstacles = _obstacles(snapshot, destination, context, options, findings)
    code = _report_obstacles(obstacles)
    if obstacles and not options.dry_run:
        return PublishResult(code, obstacles)
    if not obstacles:
        report_clocks(context)
    with progress(f"asking {destination.target.name}", 1):
        outcome = _publish(destination, ours, limits.post_length, project, options)
    remote = outcome.after or outcome.before
    return PublishResult(
        code=max(code, _report(outcome, destination, options)),
        reasons=obstacles or (outcome.decision.reason,),
        url=remote.url if remote else "",
        is_unchanged=outcome.decision.action is Action.LEAVE,
    )


def _destination(week: Week, project: Project, context: Context, options: PublishOptions, notes: Notes) -> Destination:
    return destination_of(
        week,
        project,
        context,
        to=options.to,
        topic=options.topic or (None if options.trial else notes.topic),
        is_trial=options.trial,
        is_unattended=options.is_unattended,
        max_wait=options.max_wait,
    )


def _wording(
    snapshot: Snapshot, notes: Notes, project: Project, options: PublishOptions, limit: int
) -> tuple[Wording, Post]:
    """Return the title and text for the target, shortened to its limit, and the post that they are made of."""
    judgement = judge(snapshot, project)
    post = compose_post(snapshot, project, judgement, notes)
    rendered = shorten_post(post, project, judgement, limit=limit)
    for problem in rendered.post.problems[len(post.problems) :]:
        say(f"note: {problem}")
    title = f"Trial: {rendered.post.title}" if options.trial else rendered.post.title
    return Wording(title=stored(title), text=stored(rendered.text)), rendered.post


def _obstacles(
    snapshot: Snapshot,
    destination: Destination,
    context: Context,
    options: PublishOptions,
    findings: Sequence[Finding] = (),
) -> tuple[str, ...]:
    """Return the reasons not to publish the week."""
    return obstacles_of(
        snapshot,
        now=context.now,
        others=context.others,
        is_early=options.early,
        is_public=destination.is_public,
        permits_unproven=destination.permits_unproven,
        findings=findings,
    )


def _report_obstacles(obstacles: Sequence[str]) -> int:
    """Report each obstacle. Return 1 where there is one."""
    for obstacle in obstacles:
        warn(f"not published: {obstacle}")
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
            f"{shown(path)}: is of {known.target}, not of {destination.target.name}; correct DISCOURSE_URL, or move the "
            "record away"
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


def _report(outcome: Outcome, destination: Destination, options: PublishOptions) -> int:
    """Print what was done, why and where. Return 1 in a conflict."""
    decision, before = outcome.decision, outcome.before
    remote = outcome.after or before
    where = remote.url if remote and remote.url else destination.target.name
    is_conflict = decision.action is Action.CONFLICT
    line = f"{decision.action}: {decision.reason}: {where}"
    if is_conflict:
        warn(line)
    else:
        put_lines(f"{line}\n")
    if options.dry_run or is_conflict:
        is_week_post = before is not None and before.state not in (State.FOREIGN, State.UNREADABLE)
        old = before.wording if before is not None and is_week_post else None
        put_diff(difference(old, decision.wording, names=(where, "ours")))
    elif outcome.is_recorded:
        say(
            f"recorded in {shown(destination.records.folder / str(destination.records.week))}.md and .json; commit both"
        )
    return int(is_conflict)
