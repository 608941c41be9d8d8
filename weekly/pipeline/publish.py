"""Publish one week: check the preconditions, ask the target, carry out what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from weekly.checks.lint import lint
from weekly.console import progress, put_lines, say
from weekly.errors import PublishedError
from weekly.files.paths import shown
from weekly.http.retry import DEFAULT_MAX_WAIT
from weekly.model import Finding, Snapshot
from weekly.notes.file import load_notes
from weekly.pipeline.context import Context, Project, report_clocks
from weekly.pipeline.destination import Destination, to_folder, to_forum
from weekly.pipeline.post import RenderedPost, compose_post, judge, shorten_post
from weekly.pipeline.snapshot import snapshot_of
from weekly.publish import execute, images
from weekly.publish.decision import Action, difference, stored
from weekly.publish.execute import Outcome, Target
from weekly.publish.merge import Side
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

    @property
    def side(self) -> Side | None:
        """The side that wins where both changed the same lines."""
        return Side.THEIRS if self.theirs else Side.OURS if self.ours else None


class PublishResult(NamedTuple):
    """How publishing a week ended: exit code, reasons, address, and whether nothing had to change."""

    code: int
    reasons: tuple[str, ...]
    url: str = ""
    is_unchanged: bool = False


def publish_week(week: Week, project: Project, context: Context, options: PublishOptions) -> PublishResult:
    """Create, update or leave alone the week's post. The code is 1, and nothing is changed, where it may not."""
    snapshot = snapshot_of(week, project, context)
    if not options.dry_run and (early := _obstacles(snapshot, project, context, options)):
        return PublishResult(_report_obstacles(early), early)  # before any request
    destination, rendered = _prepare(snapshot, project, context, options)
    ours = _wording(rendered, options)
    findings = lint(rendered.post, images.brought(ours.text), destination.limits)
    obstacles = _obstacles(snapshot, project, context, options, findings)
    code = _report_obstacles(obstacles)
    if obstacles and not options.dry_run:
        return PublishResult(code, obstacles)
    if not obstacles:
        report_clocks(context)
    with progress(f"asking {destination.target.name}", 1):
        outcome = _publish(destination, ours, project, options)
    standing = outcome.after or outcome.before
    return PublishResult(
        code=max(code, _report(outcome, destination, options)),
        reasons=obstacles or (outcome.decision.reason,),
        url=standing.url if standing else "",
        is_unchanged=outcome.decision.action is Action.LEAVE,
    )


def _prepare(
    snapshot: Snapshot, project: Project, context: Context, options: PublishOptions
) -> tuple[Destination, RenderedPost]:
    """Return where the post goes, and the post as that place takes it."""
    week = snapshot.week
    judgement = judge(snapshot, project)
    notes = load_notes(project.root, week)
    post = compose_post(snapshot, project, judgement, notes)
    if options.to:
        destination = to_folder(options.to, week)
    else:
        topic = options.topic or (None if options.trial else notes.topic)
        destination = to_forum(week, project, context, is_trial=options.trial, topic=topic, max_wait=options.max_wait)
    rendered = shorten_post(post, project, judgement, limit=destination.max_length)
    for problem in rendered.post.problems[len(post.problems) :]:
        say(f"note: {problem}")
    return destination, rendered


def _wording(rendered: RenderedPost, options: PublishOptions) -> Wording:
    title = f"Trial: {rendered.post.title}" if options.trial else rendered.post.title
    return Wording(title=stored(title), text=stored(rendered.text))


def _obstacles(
    snapshot: Snapshot,
    project: Project,
    context: Context,
    options: PublishOptions,
    findings: Sequence[Finding] = (),
) -> tuple[str, ...]:
    """Return what keeps the week from being published."""
    forum = project.config.forum
    return obstacles_of(
        snapshot,
        now=context.now,
        others=context.others,
        is_early=options.early,
        is_public=options.to is None,
        permits_unproven=forum is not None and forum.publish_unproven,
        findings=findings,
    )


def _report_obstacles(obstacles: Sequence[str]) -> int:
    """Report each obstacle. Return 1 where there is one."""
    for obstacle in obstacles:
        say(f"not to be published: {obstacle}")
    return int(bool(obstacles))


def _publish(destination: Destination, ours: Wording, project: Project, options: PublishOptions) -> Outcome:
    """Upload missing images, and let the target have the post; only look at it in a dry run."""
    known = _record(destination)
    ours, uploaded = _with_uploaded_images(ours, known.pictures if known else (), project)
    missing = tuple(path for path in images.local(ours.text) if path not in uploaded)
    if options.dry_run or missing:
        outcome = execute.look(destination.target, ours, known, options.side, destination.limits.post_length)
        if options.dry_run or outcome.decision.action in (Action.LEAVE, Action.CONFLICT):
            return outcome
    new = {path: _upload(destination.target, project, path) for path in missing}
    text = images.placed(ours.text, {path: picture.url for path, picture in new.items()})
    return execute.publish(
        destination.target,
        msgspec.structs.replace(ours, text=text),
        destination.records,
        known,
        side=options.side,
        most=destination.limits.post_length,
        pictures=(*uploaded.values(), *new.values()),
        say=say,
    )


def _record(destination: Destination) -> Publication | None:
    """Load the week's record. Refuse one of another target."""
    folder, week = destination.records.folder, destination.records.week
    known = load_publication(folder, week)
    path = folder / f"{week}.json"
    if known is None and path.exists():
        say(f"{shown(path)}: doesn't belong to the .md beside it, so it counts as lost")
    if known is not None and known.target != destination.target.name:
        raise PublishedError(
            f"{shown(path)}: is of {known.target}, not of {destination.target.name}; mend DISCOURSE_URL, or move the record away"
        )
    return known


def _with_uploaded_images(
    ours: Wording, known: Sequence[Picture], project: Project
) -> tuple[Wording, dict[str, Picture]]:
    """Return our wording with the addresses of images that the target already has, and those images."""
    by_content = {(picture.path, picture.sha256): picture for picture in known}
    uploaded = {}
    for path in images.local(ours.text):
        picture = by_content.get((path, images.digest(images.file_of(project.root, path))))
        if picture is not None:
            uploaded[path] = picture
    text = images.placed(ours.text, {path: picture.url for path, picture in uploaded.items()})
    return msgspec.structs.replace(ours, text=text), uploaded


def _upload(target: Target, project: Project, path: str) -> Picture:
    file = images.file_of(project.root, path)
    return Picture(path=path, sha256=images.digest(file), url=target.upload(file))


def _report(outcome: Outcome, destination: Destination, options: PublishOptions) -> int:
    """Print what was done, why and where. Return 1 in a conflict."""
    decision, before = outcome.decision, outcome.before
    standing = outcome.after or before
    where = standing.url if standing else destination.target.name
    is_conflict = decision.action is Action.CONFLICT
    line = f"{decision.action}: {decision.reason}: {where}"
    if is_conflict:
        say(line)
    else:
        put_lines(f"{line}\n")
    if options.dry_run or is_conflict:
        put_lines(difference(before.wording if before else None, decision.wording, names=(where, "ours")))
    elif outcome.is_news:
        say(f"kept in {shown(destination.records.folder / str(destination.records.week))}.md and .json; commit both")
    return int(is_conflict)
