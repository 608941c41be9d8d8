"""Put the post together: facts, verdicts and highlights, as weekly.toml arranges them. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from weekly import config as settings
from weekly.compose import distributions, events, videos
from weekly.compose.projects import ProjectActivity
from weekly.compose.result import Made
from weekly.config import Config
from weekly.errors import NotesError
from weekly.files.decode import nearest
from weekly.highlights.select import Selection
from weekly.model import (
    UPSTREAM,
    Block,
    Highlights,
    Introduction,
    NewVideos,
    Placement,
    Post,
    Snapshot,
    Upstream,
    UpstreamProject,
    Verdict,
)
from weekly.notes.file import BlockNote, Notes
from weekly.week import Week


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """The drafted words of the introduction."""

    text: str
    thanks: str = ""


def compose(
    snapshot: Snapshot,
    config: Config,
    projects: tuple[ProjectActivity, ...],
    verdicts: Mapping[str, Verdict],
    chosen: Mapping[str, Selection],
    opening: Opening,
    notes: Notes,
    changes: Mapping[str, tuple[str, ...]],
) -> Post:
    """The post of a snapshot.

    `verdicts` and the editor's `changes` go by the pull requests' refs, `chosen` by the projects' names.
    """
    _known_blocks(config, notes, snapshot.week)
    watched = videos.tell(config.videos, snapshot, notes)
    made = [_made(part, snapshot, notes, projects, chosen, opening, watched.groups) for part in config.sections]
    made.append(Made(problems=watched.problems, left_out=watched.left_out))
    found = [problem for project in projects for problem in (*project.gaps, *project.doubts)]
    problems = dict.fromkeys([*snapshot.problems, *found, *(problem for part in made for problem in part.problems)])
    return Post(
        week=snapshot.week,
        title=notes.title or config.title(snapshot.week, number=notes.number),
        sections=tuple(section for part in made for section in part.sections),
        placements=tuple(_placements(snapshot, projects, verdicts, chosen, changes)),
        problems=tuple(problems),
        left_out=tuple(line for part in made for line in part.left_out),
    )


def _made(
    part: settings.AnySectionConfig,
    snapshot: Snapshot,
    notes: Notes,
    projects: tuple[ProjectActivity, ...],
    chosen: Mapping[str, Selection],
    opening: Opening,
    watched: tuple[NewVideos, ...],
) -> Made:
    if isinstance(part, settings.DatedSectionConfig) and not part.is_open(snapshot.week.shifted(1).monday):
        return Made()
    match part:
        case settings.IntroductionConfig():
            return Made(sections=(_introduction(part, opening, watched),))
        case settings.HighlightsConfig():
            sections = [_highlights(part, project.name, chosen[project.name]) for project in projects]
            return Made(sections=tuple(section for section in sections if section.improvements or section.bugfixes))
        case settings.BlockConfig():
            return _block(part, snapshot.week, notes)
        case settings.EventsConfig():
            return events.tell(part, snapshot, notes)
        case settings.FeedSectionConfig():
            return distributions.feed(part, snapshot)
        case settings.ContributeConfig():
            return distributions.contribute(part, snapshot)
        case settings.UpstreamConfig():
            return Made(sections=(_upstream(part, projects),))
        case settings.DistributionsConfig():
            return distributions.distributions(part, snapshot, notes)


def _introduction(part: settings.IntroductionConfig, opening: Opening, watched: tuple[NewVideos, ...]) -> Introduction:
    return Introduction(
        heading=part.heading, level=part.level, text=opening.text, thanks=opening.thanks, videos=watched
    )


def _highlights(part: settings.HighlightsConfig, name: str, chosen: Selection) -> Highlights:
    return Highlights(heading=name, level=part.level, improvements=chosen.improvements, bugfixes=chosen.bugfixes)


def _block(part: settings.BlockConfig, week: Week, notes: Notes) -> Made:
    """A standing part. One that lives by its dated items goes when none of them is open."""
    noted = notes.blocks.get(part.heading, BlockNote())
    if not noted.show:
        return Made()
    items = tuple(item.text for item in part.items if item.is_open(week.shifted(1).monday))
    entries = (part.entries or ()) if noted.entries is None else noted.entries
    if part.items and not items and part.entries is None and noted.entries is None:
        return Made()
    block = Block(
        heading=part.heading,
        level=part.level,
        text=settings.stripped(part.text if noted.text is None else noted.text),
        entries=(*entries, *items),
        is_list=noted.entries is not None or part.entries is not None or bool(items),
    )
    return Made(sections=(block,))


def _upstream(part: settings.UpstreamConfig, projects: tuple[ProjectActivity, ...]) -> Upstream:
    upstream = tuple(
        UpstreamProject(name=project.name, pulls=project.pulls, details=_details(part, project), gaps=project.gaps)
        for project in projects
    )
    return Upstream(heading=part.heading, level=part.level, text=settings.stripped(part.text), projects=upstream)


def _details(part: settings.UpstreamConfig, project: ProjectActivity) -> str:
    """The summary of a list that is longer than the configuration wants to lie open."""
    count = len(project.pulls)
    return f"{count:,} merged pull requests" if part.details_above is not None and count > part.details_above else ""


def _known_blocks(config: Config, notes: Notes, week: Week) -> None:
    """NotesError where the notes speak of a standing part that weekly.toml doesn't have."""
    known = [section.heading for section in config.sections if isinstance(section, settings.BlockConfig)]
    for heading in notes.blocks:
        if heading not in known:
            raise NotesError(f"weeks/{week}.toml: blocks: there is no block {heading!r}; {nearest(heading, known)}")


def _placements(
    snapshot: Snapshot,
    projects: tuple[ProjectActivity, ...],
    verdicts: Mapping[str, Verdict],
    chosen: Mapping[str, Selection],
    changes: Mapping[str, tuple[str, ...]],
) -> list[Placement]:
    """Where each pull request stands, in the order of the post."""
    lacks = {pull.ref: activity.lacks for activity in snapshot.repos for pull in activity.pulls}
    places = {ref: place for name, one in chosen.items() for ref, place in _places(name, one).items()}
    found = []
    for project in projects:
        why = {left.pull.ref: left.why for left in chosen[project.name].left_out}
        candidates = (*((pull, False) for pull in project.pulls), *((pull, True) for pull in project.hidden))
        for pull, is_hidden in candidates:
            remarks = [f"base branch {pull.base} is not among the branches to be shown"] if is_hidden else []
            remarks += [why[pull.ref]] if pull.ref in why else []
            upstream = () if is_hidden else (f"{UPSTREAM}: {project.name}",)
            found.append(
                Placement(
                    pull=pull,
                    verdict=verdicts[pull.ref],
                    places=(*places.get(pull.ref, ()), *upstream),
                    remarks=tuple(remarks),
                    lacks=lacks[pull.ref],
                    editor=changes.get(pull.ref, ()),
                )
            )
    return found


def _places(name: str, chosen: Selection) -> dict[str, tuple[str, ...]]:
    lists = (("Improvements", chosen.improvements), ("Bug fixes", chosen.bugfixes))
    return {
        pull.ref: (f"{name}: {heading}",)
        for heading, highlights in lists
        for highlight in highlights
        for pull in highlight.pulls
    }
