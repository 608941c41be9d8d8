"""The stages in their order: archive or GitHub, kinds, highlights, introduction, post."""

from __future__ import annotations

from typing import NoReturn

from weekly import archive
from weekly.cli.asking import ask, is_stale, keep
from weekly.cli.world import Site, World, say
from weekly.errors import ArchiveError, SourceError
from weekly.model import Post, Snapshot
from weekly.week import Week


def snapshot_of(week: Week, site: Site, world: World) -> Snapshot:
    """The week from the archive; asked of GitHub first where it isn't there, or not whole."""
    found = archive.load(site.root, week)
    if found is not None and not is_stale(found, world):
        return found
    say(f"asking for the week of {week}" + (f": {_why(found)}" if found else ""))
    try:
        keep(next(ask([week], site, world)), site)
    except SourceError as error:
        if found is None or found.is_provisional:
            raise
        say(str(error))  # the archived week has a gap, and shows it
    return archive.load(site.root, week) or _lost(week)


def post_of(snapshot: Snapshot, site: Site) -> Post:
    """Judge and compose: from here on only values, no world."""
    from weekly.classify import classify
    from weekly.compose import Opening, compose, tell
    from weekly.highlight import highlight
    from weekly.introduction import ProjectWeek, introduce, themes_of
    from weekly.thanks import thank

    config = site.config
    told = tell(snapshot, config.repositories)
    verdicts = {pull.ref: classify(pull, config.kinds) for pull in snapshot.pulls}
    chosen = {project.name: highlight(project.pulls, verdicts, config.highlights) for project in told}
    weeks = [
        ProjectWeek(name=project.name, pulls=project.pulls, verdicts=verdicts, is_known=project.is_known)
        for project in told
    ]
    shown = [pull for project in told for pull in project.pulls]
    opening = Opening(
        text=introduce(weeks, themes=themes_of(config.themes)),
        thanks=thank(shown, bots=config.kinds.bots).text if config.thanks.show else "",
    )
    return compose(snapshot, config, told, verdicts, chosen, opening)


def _lost(week: Week) -> NoReturn:
    raise ArchiveError(f"archive/{week}.json: gone as soon as it was written; does something else tidy that folder?")


def _why(found: Snapshot) -> str:
    return "it had a gap when it was archived" if found.blocking else "it had not ended when it was archived"
