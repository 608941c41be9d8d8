"""The stages in their order: archive or GitHub, kinds, highlights, introduction, post."""

from __future__ import annotations

from weekly import archive
from weekly.cli.world import Site, World, say
from weekly.model import Post, Snapshot
from weekly.week import Week


def snapshot_of(week: Week, site: Site, world: World) -> Snapshot:
    """The week from the archive, gathered first where it isn't there or wasn't over."""
    found = archive.load(site.root, week)
    if found is not None and not _is_stale(found, world):
        return found
    from weekly.cli.gather import gather_week

    say(f"asking GitHub for the week of {week}" + (", which had not ended when it was archived" if found else ""))
    return gather_week(week, site, world)


def post_of(snapshot: Snapshot, site: Site) -> Post:
    """Judge and compose: from here on only values, no world."""
    from weekly.classify import classify
    from weekly.compose import compose, tell
    from weekly.highlight import highlight
    from weekly.introduction import ProjectWeek, introduce

    config = site.config
    told = tell(snapshot, config.repositories)
    verdicts = {pull.ref: classify(pull, config.kinds) for pull in snapshot.pulls}
    chosen = {project.name: highlight(project.pulls, verdicts, config.highlights) for project in told}
    weeks = [
        ProjectWeek(name=project.name, pulls=project.pulls, verdicts=verdicts, is_known=project.is_known)
        for project in told
    ]
    return compose(snapshot, config, told, verdicts, chosen, introduce(weeks))


def _is_stale(snapshot: Snapshot, world: World) -> bool:
    """Whether asking again would tell more: it was gathered before the week's end, and GitHub failed or time went by."""
    if snapshot.is_provisional:
        return world.now >= snapshot.week.end
    return False
