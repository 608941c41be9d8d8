"""`weekly publish`: the post of a week to the forum, or into a folder, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from weekly.cli.asking import DEFAULT_MAX_WAIT
from weekly.cli.world import Site, World, put, say, site_options, week_of, week_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from weekly.conduct import Outcome, Records, Target
    from weekly.config import ForumConfig
    from weekly.merge import Side
    from weekly.model import Snapshot
    from weekly.published import Picture, Publication, Wording
    from weekly.readiness import Finding
    from weekly.targets.forum import Place
    from weekly.week import Week


class Request(NamedTuple):
    """What was asked for on the command line."""

    dry_run: bool
    early: bool
    theirs: bool
    ours: bool
    trial: bool
    topic: int | None
    to: Path | None
    max_wait: float


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
@click.option(
    "--max-wait",
    type=click.FloatRange(min=0),
    default=DEFAULT_MAX_WAIT,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait in all where the forum asks for it.",
)
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
    return _publish(week_of(week_text, site, world), site, world, request)


def _publish(week: Week, site: Site, world: World, request: Request) -> int:
    from weekly.cli.stages import snapshot_of

    snapshot = snapshot_of(week, site, world)
    ours = _wording(snapshot, site, request)
    way = _to_folder(request.to, week) if request.to else _to_forum(ours, snapshot, site, world, request)
    obstacles = _obstacles(snapshot, site, world, request, way)
    for obstacle in obstacles:
        say(f"not to be published: {obstacle}")
    if obstacles and not request.dry_run:
        return 1
    return max(_tell(_carried_out(way, ours, site, request), way, request), int(bool(obstacles)))


class Way(NamedTuple):
    """Where to, where the record of it is, and what is wrong with the post there."""

    target: Target
    records: Records
    findings: tuple[Finding, ...] = ()


def _wording(snapshot: Snapshot, site: Site, request: Request) -> Wording:
    from weekly import render
    from weekly.cli.stages import post_of
    from weekly.publish import stored
    from weekly.published import Wording

    post = post_of(snapshot, site)
    title = f"Trial: {post.title}" if request.trial else post.title
    return Wording(title=stored(title), text=stored(render.to_markdown(post, site.templates)))


def _to_folder(folder: Path, week: Week) -> Way:
    from weekly.conduct import Records
    from weekly.targets.folder import Folder

    return Way(target=Folder(folder, week), records=Records(folder=folder / ".published", week=week))


def _to_forum(ours: Wording, snapshot: Snapshot, site: Site, world: World, request: Request) -> Way:
    from weekly.conduct import Records
    from weekly.discourse.client import Access, Client
    from weekly.discourse.forum import limits_of
    from weekly.errors import ConfigError
    from weekly.published import FOLDER
    from weekly.readiness import beyond
    from weekly.targets.forum import Forum

    config = site.config.forum
    if config is None:
        raise ConfigError("weekly.toml: has no [forum]; add one, or publish into a folder with --to DIR")
    access = Access(
        url=world.get("DISCOURSE_URL") or config.url,
        key=world.get("DISCOURSE_API_KEY"),
        user=world.get("DISCOURSE_API_USERNAME"),
    )
    place = _place(config, snapshot.week, request, titles_differ="{" in site.config.series.title.replace("{name}", ""))
    client = Client(access, max_wait=request.max_wait, say=say)
    folder = site.root / FOLDER / "trial" if request.trial else site.root / FOLDER
    findings = beyond(limits_of(client), ours, tags=len(place.tags), is_message=bool(place.recipients))
    return Way(
        target=Forum(client, place),
        records=Records(folder=folder, week=snapshot.week),
        findings=(*findings, *_sample(snapshot)),
    )


def _place(config: ForumConfig, week: Week, request: Request, *, titles_differ: bool) -> Place:
    from weekly.errors import ConfigError
    from weekly.targets.forum import Place

    prefix = config.external_id_prefix
    if not request.trial:
        return Place(
            external_id=f"{prefix}{week}",
            category=config.category,
            tags=config.tags,
            topic=request.topic,
            titles_differ=titles_differ,
        )
    if config.trial is None:
        raise ConfigError("weekly.toml: has no [forum.trial]; say in it where trials go: a category or recipients")
    return Place(
        external_id=f"{prefix[:33]}trial-{week}",
        category=config.trial.category,
        recipients=config.trial.recipients,
        topic=request.topic,
        titles_differ=titles_differ,
    )


def _sample(snapshot: Snapshot) -> tuple[Finding, ...]:
    from weekly.model import Source
    from weekly.readiness import Finding

    if snapshot.source is not Source.SAMPLE:
        return ()
    week = snapshot.week
    message = f"archive/{week}.json is the sample, not gathered: weekly gather --week {week} --refresh, or --to DIR"
    return (Finding(message=message),)


def _obstacles(snapshot: Snapshot, site: Site, world: World, request: Request, way: Way) -> tuple[str, ...]:
    from weekly.readiness import obstacles

    del site  # a key of its own will permit what is unproven
    return obstacles(snapshot, now=world.now, is_early=request.early, findings=way.findings)


def _carried_out(way: Way, ours: Wording, site: Site, request: Request) -> Outcome:
    import msgspec

    from weekly import conduct, pictures
    from weekly.publish import Action

    known = _known(way)
    side = _side(request)
    ours, found = _illustrated(ours, known.pictures if known else (), site)
    missing = tuple(path for path in pictures.local(ours.text) if path not in found)
    if request.dry_run or missing:
        outcome = conduct.look(way.target, ours, known, side)
        if request.dry_run or outcome.decision.action in (Action.LEAVE, Action.CONFLICT):
            return outcome
    made = {path: _uploaded(way.target, site, path) for path in missing}
    text = pictures.shown(ours.text, {path: picture.url for path, picture in made.items()})
    return conduct.publish(
        way.target,
        msgspec.structs.replace(ours, text=text),
        way.records,
        known,
        side=side,
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
        say(f"{path}: doesn't belong to the .md beside it, so it counts as lost")
    if known is not None and known.target != way.target.name:
        raise PublishedError(
            f"{path}: is of {known.target}, not of {way.target.name}; mend DISCOURSE_URL, or move the record away"
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
    text = pictures.shown(ours.text, {path: picture.url for path, picture in found.items()})
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
        put(f"{line}\n")
    if request.dry_run or is_conflict:
        put(difference(before.wording if before else None, decision.wording, names=(where, "ours")))
    elif outcome.after is not None:
        say(f"kept in {way.records.folder.name}/{way.records.week}.md and .json; commit both")
    return int(is_conflict)
