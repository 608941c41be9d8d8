"""Publish one week if its preconditions are met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from weekly.checks.lint import lint
from weekly.config.limits import BOUNDLESS
from weekly.console import progress, put_diff, put_lines, say, say_plan, warn
from weekly.errors import GivenError, PublishedError, WeeklyError
from weekly.files import atomic
from weekly.files.paths import shown
from weekly.model import Finding, Post, Severity, Snapshot
from weekly.notes.file import Notes, load_notes
from weekly.pipeline.context import Context, Project, report_clocks
from weekly.pipeline.destination import destinations_of
from weekly.pipeline.post import compose_post, judge, shorten_post
from weekly.pipeline.snapshot import snapshot_of
from weekly.pipeline.trend import charts_of
from weekly.preview import picture
from weekly.preview.trend import Trend
from weekly.publish import images
from weekly.publish.base import Destination, PublishOptions
from weekly.publish.decision import Action, State, difference
from weekly.publish.execute import Outcome, Publishing
from weekly.publish.merge import stored
from weekly.publish.preconditions import obstacles
from weekly.publish.record import Picture, Publication, Wording, load_publication
from weekly.text.english import numbered
from weekly.text.markdown import Markdown
from weekly.week import Week

_ADDRESS = {"forum": "DISCOURSE_URL", "discussions": "discussions.repository", "folder": "--to"}
"""The setting or option that holds a target's address."""


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


def publish_week(week: Week, project: Project, context: Context, options: PublishOptions) -> PublishResult:
    """Create, update or leave the week's post at each of its targets. One that fails doesn't keep the others."""
    project = project.publishing(project.config.schedule.mode)
    notes = load_notes(project.root, week)
    options = options._replace(topic=options.topic or (None if options.trial else notes.topic))
    destinations = destinations_of(week, project, context, options)
    is_shared = len(destinations) > 1
    if is_shared and options.side and not options.dry_run:
        names = " or ".join(f"--target {destination.target.section}" for destination in destinations)
        raise GivenError(f"--{options.side}: the post goes to several targets; add {names}")
    work = _Work(snapshot_of(week, project, context), notes, project, context, options, is_shared)
    results = []
    for destination in destinations:
        try:
            result = work.publish_to(destination)
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


class _Work(NamedTuple):
    """Publishes a week at one target after the other."""

    snapshot: Snapshot
    notes: Notes
    project: Project
    context: Context
    options: PublishOptions
    is_shared: bool

    def publish_to(self, destination: Destination) -> PublishResult:
        """Create, update or leave the post at a target. Where something forbids that, change nothing."""
        is_dry_run = self.options.dry_run
        if not is_dry_run and (early := self._obstacles(destination)):  # before any request
            return PublishResult(1, early)
        limits = destination.target.limits()
        ours, text, post = self._wording(destination, limits.post_length)
        room = limits.post_length - len(ours.text) + len(text)
        findings = lint(post, images.uploaded(text), msgspec.structs.replace(limits, post_length=room))
        obstacles = self._obstacles(destination, findings)
        if obstacles and not is_dry_run:
            return PublishResult(1, obstacles)
        if not obstacles:
            report_clocks(self.context)
        with progress(f"asking {destination.target.name}", 1):
            outcome = self._publish(destination, ours, limits.post_length, charts_of(post, self.project))
        remote = outcome.after or outcome.before
        return PublishResult(
            code=max(int(bool(obstacles)), _report(outcome, destination, is_dry_run=is_dry_run)),
            reasons=obstacles or (outcome.decision.reason,),
            url=remote.url if remote else "",
            is_unchanged=outcome.decision.action is Action.LEAVE,
        )

    def _wording(self, destination: Destination, limit: int) -> tuple[Wording, str, Post]:
        """Return the title and text for a target, shortened to its limit, the text before it is adapted, and the post."""
        judgement = judge(self.snapshot, self.project)
        whole = compose_post(self.snapshot, self.project, judgement, self.notes)
        if whole.chart and not destination.takes_pictures:
            say(f"note: {destination.target.section}: takes no images from programs, so a sentence replaces the chart")
            whole = msgspec.structs.replace(whole, chart=msgspec.structs.replace(whole.chart, image=Markdown()))
        limit = min(limit, destination.max_length or BOUNDLESS)
        post, text = shorten_post(whole, self.project, judgement, limit=limit, adapt=destination.adapt)
        for problem in post.problems:
            if problem.severity is Severity.NOTED:  # others are obstacles
                say(f"note: {problem}")
        title, text = f"Trial: {post.title}" if self.options.trial else post.title, stored(text)
        return Wording(title=stored(title), text=destination.adapt(text)), text, post

    def _obstacles(self, destination: Destination, findings: Sequence[Finding] = ()) -> tuple[str, ...]:
        """Report and return the reasons not to publish the week."""
        reasons = obstacles(
            self.snapshot,
            now=self.context.now,
            others=self.context.others,
            is_early=self.options.early,
            is_public=destination.is_public,
            permits_unproven=destination.permits_unproven,
            section=destination.target.section,
            findings=findings,
        )
        for reason in reasons:
            warn(f"not published{f' to {destination.target.section}' if self.is_shared else ''}: {reason}")
        return reasons

    def _publish(self, destination: Destination, ours: Wording, limit: int, charts: Mapping[str, Trend]) -> Outcome:
        """Upload missing images, and publish. A dry run only looks. A chart counts as known by its figures."""
        target, options = destination.target, self.options
        known = _record(destination)
        uploaded = {(one.path, one.sha256): one for one in (known.pictures if known else ())}
        paths = images.local(ours.text)
        files = {path: images.file_of(self.project.root, path) for path in paths if path not in charts}
        digests = {
            path: picture.digest(charts[path]) if path in charts else images.digest(files[path]) for path in paths
        }
        pictures = {path: uploaded[path, digests[path]] for path in paths if (path, digests[path]) in uploaded}
        ours = _with_addresses(ours, pictures)
        missing = [path for path in paths if path not in pictures]
        publishing = Publishing(target, ours, destination.records, options.side, limit, say)
        if options.dry_run or missing:
            outcome = publishing.look(known)
            if options.dry_run or outcome.decision.action in (Action.LEAVE, Action.CONFLICT):
                return outcome
        for path in charts.keys() & missing:
            files[path] = destination.chart_file or self.project.root / path
            atomic.write(files[path], picture.draw(charts[path]))
        new = {path: Picture(path=path, sha256=digests[path], url=target.upload(files[path])) for path in missing}
        publishing = publishing._replace(ours=_with_addresses(ours, new))
        return publishing.publish(known, (*pictures.values(), *new.values()))


def _with_addresses(wording: Wording, pictures: Mapping[str, Picture]) -> Wording:
    text = images.with_addresses(wording.text, {path: picture.url for path, picture in pictures.items()})
    return msgspec.structs.replace(wording, text=text)


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


def _report(outcome: Outcome, destination: Destination, *, is_dry_run: bool) -> int:
    """Print what was done, why and where. Return 1 in a conflict."""
    decision, before = outcome.decision, outcome.before
    remote = outcome.after or before
    where = remote.url if remote and remote.url else destination.target.name
    is_conflict = decision.action is Action.CONFLICT
    plan = f"{decision.action}: {decision.reason}: {where}"
    if is_conflict:
        warn(plan)
    elif is_dry_run:
        put_lines(f"{plan}\n")
    else:
        if decision.action is not Action.LEAVE:
            say_plan(f"{decision.action}: {decision.reason}")
        put_lines(f"{_result(outcome, where)}\n")
    if is_dry_run or is_conflict:
        is_week_post = before is not None and before.state not in (State.FOREIGN, State.UNREADABLE)
        old = before.wording if before is not None and is_week_post else None
        put_diff(difference(old, decision.wording, names=(where, "ours")))
    elif outcome.is_recorded:
        say(
            f"recorded in {shown(destination.records.folder / str(destination.records.week))}.md and .json; commit both"
        )
    return int(is_conflict)


def _result(outcome: Outcome, where: str) -> str:
    """Return what was done, and what is worth knowing about it."""
    decision, after = outcome.decision, outcome.after or outcome.before
    edits = f", {numbered(decision.edits, 'edit')} kept" if decision.edits else ""
    match decision.action:
        case Action.CREATE if after is not None and after.state is State.WAITING:
            return f"Created {where}, where it waits for a moderator's approval"
        case Action.CREATE:
            return f"Created {where}"
    done = f"{'Updated' if decision.action is Action.UPDATE else 'Unchanged'} {where}"
    change, _, remark = decision.reason.partition("; ")
    if not change.startswith(("something is new", "nothing is new", "it is up to date")):
        return f"{done}: {decision.reason}"
    return f"{done}{edits}; {remark}" if remark else f"{done}{edits}"
