"""`weekly publish`: the post of a week to the forum, or into a folder, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from weekly.cli.world import (
    DEFAULT_MAX_WAIT,
    Site,
    World,
    max_wait_option,
    put_lines,
    say,
    say_time,
    site_options,
    week_of,
    week_option,
)
from weekly.whereabouts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from weekly.cli.ways import Way
    from weekly.conduct import Outcome, Target
    from weekly.merge import Side
    from weekly.model import Finding, Post, Snapshot
    from weekly.published import Picture, Publication, Wording
    from weekly.week import Week


class Request(NamedTuple):
    """What was asked for on the command line."""

    dry_run: bool = False
    early: bool = False
    theirs: bool = False
    ours: bool = False
    trial: bool = False
    topic: int | None = None
    to: Path | None = None
    max_wait: float = DEFAULT_MAX_WAIT


@click.command()
@week_option
@click.option("--dry-run", is_flag=True, help="Show what would change there, and change nothing; needs no key.")
@click.option("--early", is_flag=True, help="Also before the week has ended; later runs bring the post up to date.")
@click.option("--theirs", is_flag=True, help="Where both changed the same: keep what stands on the forum.")
@click.option("--ours", is_flag=True, help="Where both changed the same: replace what stands on the forum.")
@click.option("--trial", is_flag=True, help="To the place that [forum.trial] names, under a title that says so.")
@click.option(
    "--topic", type=click.IntRange(min=1), metavar="ID", help="The week's topic, where it has no external id."
)
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Into this folder instead of the forum.")
@max_wait_option("the forum")
@site_options
@click.pass_obj
def publish(world: World, /, week_text: str, folder: Path | None, **asked: Any) -> int:
    """Create the week's topic, bring it up to date, or leave it alone: once, and never over somebody's words.

    What was published is kept in published/; commit it. Where somebody edited the post on the forum, their changes
    and ours are merged. Exits with 1, and changes nothing, where both changed the same lines, or the post isn't whole.
    """
    request = Request(**asked)
    if request.theirs and request.ours:
        raise click.UsageError("--theirs and --ours exclude each other")
    if request.to and (request.trial or request.topic):
        raise click.UsageError("--to goes without --trial and --topic, which are the forum's")
    site = Site.at(folder or world.folder)
    return publish_week(week_of(week_text, site, world), site, world, request).code


class Ended(NamedTuple):
    """What came of a week: its exit code, why, where it stands, and whether it stood there already."""

    code: int
    why: tuple[str, ...]
    url: str = ""
    is_old: bool = False


def publish_week(week: Week, site: Site, world: World, request: Request) -> Ended:
    """Have one week's post stand where it belongs; code 1, and nothing changed, where it may not."""
    from weekly import notes
    from weekly.cli.progress import progress
    from weekly.cli.stages import composed, folded, judge, snapshot_of
    from weekly.cli.ways import to_folder, to_forum

    snapshot = snapshot_of(week, site, world)
    if not request.dry_run and (early := _obstacles(snapshot, site, world, request)):
        return Ended(_refused(early), early)  # before anybody is asked
    judged = judge(snapshot, site)
    whole = composed(snapshot, site, judged)
    if request.to:
        way = to_folder(request.to, week)
    else:
        topic = request.topic or (None if request.trial else notes.load(site.root, week).topic)
        way = to_forum(week, site, world, is_trial=request.trial, topic=topic, max_wait=request.max_wait)
    post = folded(whole, site, judged, way.most)
    for problem in post.problems[len(whole.problems) :]:
        say(f"note: {problem}")
    ours = _wording(post, site, request)
    obstacles = _obstacles(snapshot, site, world, request, _linted(post, ours, way))
    code = _refused(obstacles)
    if obstacles and not request.dry_run:
        return Ended(code, obstacles)
    if not obstacles:
        say_time(world)
    with progress(f"asking {way.target.name}", 1):
        outcome = _carried_out(way, ours, site, request)
    return _ended(outcome, way, request, obstacles)


def _ended(outcome: Outcome, way: Way, request: Request, obstacles: tuple[str, ...]) -> Ended:
    from weekly.publish import Action

    code = max(int(bool(obstacles)), _tell(outcome, way, request))
    standing = outcome.after or outcome.before
    return Ended(
        code=code,
        why=obstacles or (outcome.decision.reason,),
        url=standing.url if standing else "",
        is_old=outcome.decision.action is Action.LEAVE,
    )


def _wording(post: Post, site: Site, request: Request) -> Wording:
    from weekly import render
    from weekly.publish import stored
    from weekly.published import Wording

    title = f"Trial: {post.title}" if request.trial else post.title
    return Wording(title=stored(title), text=stored(render.to_markdown(post, site.templates)))


def _linted(post: Post, ours: Wording, way: Way) -> tuple[Finding, ...]:
    """What is wrong with the text for this target, local images aside, which will have another address."""
    from weekly import pictures
    from weekly.lint import lint

    return lint(post, pictures.brought(ours.text), way.limits)


def _obstacles(
    snapshot: Snapshot, site: Site, world: World, request: Request, findings: Sequence[Finding] = ()
) -> tuple[str, ...]:
    from weekly.readiness import obstacles

    forum = site.config.forum
    return obstacles(
        snapshot,
        now=world.now,
        others=world.others,
        is_early=request.early,
        is_public=request.to is None,
        permits_unproven=forum is not None and forum.publish_unproven,
        findings=findings,
    )


def _refused(obstacles: Sequence[str]) -> int:
    """1 where anything stands in the way, each of it said."""
    for obstacle in obstacles:
        say(f"not to be published: {obstacle}")
    return int(bool(obstacles))


def _carried_out(way: Way, ours: Wording, site: Site, request: Request) -> Outcome:
    import msgspec

    from weekly import conduct, pictures
    from weekly.publish import Action

    known = _known(way)
    side = _side(request)
    ours, found = _illustrated(ours, known.pictures if known else (), site)
    missing = tuple(path for path in pictures.local(ours.text) if path not in found)
    if request.dry_run or missing:
        outcome = conduct.look(way.target, ours, known, side, way.limits.post_length)
        if request.dry_run or outcome.decision.action in (Action.LEAVE, Action.CONFLICT):
            return outcome
    made = {path: _uploaded(way.target, site, path) for path in missing}
    text = pictures.placed(ours.text, {path: picture.url for path, picture in made.items()})
    return conduct.publish(
        way.target,
        msgspec.structs.replace(ours, text=text),
        way.records,
        known,
        side=side,
        most=way.limits.post_length,
        pictures=(*found.values(), *made.values()),
        say=say,
    )


def _known(way: Way) -> Publication | None:
    """The record, if there is one of this very target."""
    from weekly import published
    from weekly.errors import PublishedError

    folder, week = way.records.folder, way.records.week
    known = published.load(folder, week)
    path = folder / f"{week}.json"
    if known is None and path.exists():
        say(f"{shown(path)}: doesn't belong to the .md beside it, so it counts as lost")
    if known is not None and known.target != way.target.name:
        raise PublishedError(
            f"{shown(path)}: is of {known.target}, not of {way.target.name}; mend DISCOURSE_URL, or move the record away"
        )
    return known


def _illustrated(ours: Wording, known: Sequence[Picture], site: Site) -> tuple[Wording, dict[str, Picture]]:
    """Our wording with the images that the target has already, and which those are."""
    import msgspec

    from weekly import pictures

    kept = {(picture.path, picture.sha256): picture for picture in known}
    found = {}
    for path in pictures.local(ours.text):
        picture = kept.get((path, pictures.digest(pictures.file_of(site.root, path))))
        if picture is not None:
            found[path] = picture
    text = pictures.placed(ours.text, {path: picture.url for path, picture in found.items()})
    return msgspec.structs.replace(ours, text=text), found


def _uploaded(target: Target, site: Site, path: str) -> Picture:
    from weekly import pictures
    from weekly.published import Picture

    file = pictures.file_of(site.root, path)
    return Picture(path=path, sha256=pictures.digest(file), url=target.upload(file))


def _side(request: Request) -> Side | None:
    from weekly.merge import Side

    return Side.THEIRS if request.theirs else Side.OURS if request.ours else None


def _tell(outcome: Outcome, way: Way, request: Request) -> int:
    """Which it was, why, and where; 1 in a conflict."""
    from weekly.publish import Action, difference

    decision, before = outcome.decision, outcome.before
    standing = outcome.after or before
    where = standing.url if standing else way.target.name
    is_conflict = decision.action is Action.CONFLICT
    line = f"{decision.action}: {decision.reason}: {where}"
    if is_conflict:
        say(line)
    else:
        put_lines(f"{line}\n")
    if request.dry_run or is_conflict:
        put_lines(difference(before.wording if before else None, decision.wording, names=(where, "ours")))
    elif outcome.is_news:
        say(f"kept in {shown(way.records.folder / str(way.records.week))}.md and .json; commit both")
    return int(is_conflict)
