"""The stages in their order: archive or GitHub, kinds, highlights, introduction, post."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import msgspec

from weekly import archive, notes
from weekly.cli.asking import Asked, gather_weeks, is_stale
from weekly.cli.world import Site, World, say
from weekly.config import stripped
from weekly.errors import ArchiveError, SourceError
from weekly.model import Post, Severity, Snapshot
from weekly.week import Week

if TYPE_CHECKING:
    from weekly.compose import Told
    from weekly.highlight import Chosen
    from weekly.model import Verdict


def snapshot_of(week: Week, site: Site, world: World, asked: Asked | None = None) -> Snapshot:
    """The week from the archive; asked of GitHub first where it isn't there, or not whole."""
    found = archive.load(site.root, week)
    if found is not None and not is_stale(found, world):
        return found
    say(f"asking for the week of {week}" + (f": {_why(found)}" if found else ""))
    try:
        gather_weeks([week], site, world, asked)
    except SourceError as error:
        if found is None or found.is_provisional:
            raise
        say(str(error))  # the archived week has a gap, and shows it
    return archive.load(site.root, week) or _lost(week)


class Judged(NamedTuple):
    """What is thought of a snapshot before the editor is heard."""

    told: tuple[Told, ...]
    verdicts: Mapping[str, Verdict]
    chosen: Mapping[str, Chosen]
    introduction: str


def judge(snapshot: Snapshot, site: Site) -> Judged:
    """Kinds, highlights and introduction of a week."""
    from weekly.classify import classify
    from weekly.compose import tell
    from weekly.highlight import highlight
    from weekly.introduction import ProjectWeek, introduce, themes_of

    config = site.config
    told = tell(snapshot, config.repositories)
    verdicts = {pull.ref: classify(pull, config.kinds) for pull in snapshot.pulls}
    chosen = {project.name: highlight(project.pulls, verdicts, config.highlights) for project in told}
    weeks = [
        ProjectWeek(name=project.name, pulls=project.pulls, verdicts=verdicts, is_known=project.is_known)
        for project in told
    ]
    return Judged(told, verdicts, chosen, introduce(weeks, themes=themes_of(config.themes)))


def post_of(snapshot: Snapshot, site: Site, judged: Judged | None = None) -> Post:
    """The post of a week: judged, edited, composed. From here on only values, no world but the notes."""
    from weekly.compose import Opening, compose
    from weekly.editing import edit
    from weekly.thanks import thank

    config = site.config
    told, verdicts, chosen, introduction = judged or judge(snapshot, site)
    words = notes.load(site.root, snapshot.week)
    shown = {project.name: project.pulls for project in told}
    everybody = [pull for pulls in shown.values() for pull in pulls]
    opening = Opening(
        text=introduction if words.introduction is None else stripped(words.introduction),
        thanks=thank(everybody, bots=config.kinds.bots).text if config.thanks.show else "",
    )
    places = notes.places(site.root, snapshot.week, words)
    edited = edit(chosen, words.highlights, places, shown, verdicts)
    post = compose(snapshot, config, told, verdicts, edited.chosen, opening, words, edited.changes)
    return msgspec.structs.replace(post, problems=(*post.problems, *edited.problems))


def say_problems(post: Post) -> int:
    """Say what is wrong with a post; 1 where that is a gap."""
    for problem in post.problems:
        say(f"{'gap' if problem.severity is Severity.BLOCKS else 'note'}: {problem}")
    return int(any(problem.severity is Severity.BLOCKS for problem in post.problems))


def _lost(week: Week) -> NoReturn:
    raise ArchiveError(f"archive/{week}.json: gone as soon as it was written; does something else tidy that folder?")


def _why(found: Snapshot) -> str:
    return "it had a gap when it was archived" if found.blocking else "it had not ended when it was archived"
