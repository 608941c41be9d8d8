"""Put the post together: facts, verdicts and highlights, as weekly.toml arranges them. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import msgspec

from weekly import agenda, downstream, videos
from weekly import config as settings
from weekly.asides import Made
from weekly.config import Config, RepositoryConfig
from weekly.errors import NotesError
from weekly.highlight import Chosen
from weekly.model import (
    UPSTREAM,
    Block,
    Highlights,
    Introduction,
    NewVideos,
    Outcome,
    Placement,
    Post,
    Problem,
    Project,
    PullRequest,
    RepoActivity,
    Severity,
    Snapshot,
    Upstream,
    Verdict,
)
from weekly.notes import BlockNote, Notes
from weekly.strict import nearest
from weekly.week import Week


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One project's week as it will be told: what is shown, what isn't and why, and what could not be learned or proven."""

    name: str
    pulls: tuple[PullRequest, ...] = ()
    hidden: tuple[PullRequest, ...] = ()
    gaps: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    is_known: bool = True


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """The drafted words of the introduction."""

    text: str
    thanks: str = ""


def tell(snapshot: Snapshot, repositories: tuple[RepositoryConfig, ...]) -> tuple[Told, ...]:
    """Sort a snapshot into the projects that the configuration names, in its order, each pull request once."""
    by_name: dict[str, list[RepositoryConfig]] = {}
    for repository in repositories:
        by_name.setdefault(repository.heading, []).append(repository)
    gathered = {activity.repo.lower(): activity for activity in snapshot.repos}
    seen: set[str] = set()
    projects = []
    for name, members in by_name.items():
        parts = [_told(member, gathered.get(member.repo.lower()), snapshot.week, seen) for member in members]
        projects.append(
            Told(
                name=name,
                pulls=tuple(pull for part in parts for pull in part.pulls),
                hidden=tuple(pull for part in parts for pull in part.hidden),
                gaps=tuple(gap for part in parts for gap in part.gaps),
                doubts=tuple(doubt for part in parts for doubt in part.doubts),
                is_known=not any(part.gaps for part in parts),
            )
        )
    return tuple(projects)


def compose(
    snapshot: Snapshot,
    config: Config,
    told: tuple[Told, ...],
    verdicts: Mapping[str, Verdict],
    chosen: Mapping[str, Chosen],
    opening: Opening,
    notes: Notes,
    changes: Mapping[str, tuple[str, ...]],
) -> Post:
    """The post of a snapshot.

    `verdicts` and the editor's `changes` go by the pull requests' refs, `chosen` by the projects' names.
    """
    _known_blocks(config, notes, snapshot.week)
    watched = videos.tell(config.videos, snapshot, notes)
    made = [_made(part, snapshot, notes, told, chosen, opening, watched.groups) for part in config.sections]
    made.append(Made(problems=watched.problems, left_out=watched.left_out))
    found = [problem for project in told for problem in (*project.gaps, *project.doubts)]
    problems = dict.fromkeys([*snapshot.problems, *found, *(problem for part in made for problem in part.problems)])
    return Post(
        week=snapshot.week,
        title=notes.title or config.title(snapshot.week, number=notes.number),
        sections=tuple(section for part in made for section in part.sections),
        placements=tuple(_placements(snapshot, told, verdicts, chosen, changes)),
        problems=tuple(problems),
        left_out=tuple(line for part in made for line in part.left_out),
    )


def _told(repository: RepositoryConfig, activity: RepoActivity | None, week: Week, seen: set[str]) -> Told:
    if activity is None:
        return Told(name=repository.heading, gaps=(_gap(repository, "is not in the archive of this week", week),))
    pulls = sorted((pull for pull in activity.pulls if pull.url not in seen), key=lambda pull: pull.number)
    seen.update(pull.url for pull in pulls)
    shown = [pull for pull in pulls if _is_shown(pull, repository)]
    gaps = () if activity.outcome.is_answer else (_gap(repository, activity.outcome.sentence, week),)
    hidden = tuple(pull for pull in pulls if not _is_shown(pull, repository))
    doubts = (_doubt(repository),) if activity.outcome is Outcome.UNPROVEN else ()
    return Told(name=repository.heading, pulls=tuple(shown), hidden=hidden, gaps=gaps, doubts=doubts)


def _gap(repository: RepositoryConfig, what: str, week: Week) -> Problem:
    hint = f"gather it: weekly gather --week {week} --refresh"
    return Problem(where=str(repository.repo), what=what, severity=Severity.BLOCKS, hint=hint)


def _doubt(repository: RepositoryConfig) -> Problem:
    """A clone's week may be whole, but nothing says so: a word, and no gap."""
    what = f"{Outcome.UNPROVEN.sentence}, and rebase merges don't show"
    hint = "gather from GitHub, or allow it: publish_unproven in weekly.toml"
    return Problem(where=str(repository.repo), what=what, severity=Severity.NOTED, hint=hint)


def _is_shown(pull: PullRequest, repository: RepositoryConfig) -> bool:
    """Whether the base branch is one to be shown; where nobody told the branch, it is."""
    return pull.base is None or any(fnmatchcase(pull.base, pattern) for pattern in repository.branches)


def _made(
    part: settings.AnySectionConfig,
    snapshot: Snapshot,
    notes: Notes,
    told: tuple[Told, ...],
    chosen: Mapping[str, Chosen],
    opening: Opening,
    watched: tuple[NewVideos, ...],
) -> Made:
    if isinstance(part, settings.DatedSectionConfig) and not part.is_open(snapshot.week.shifted(1).monday):
        return Made()
    match part:
        case settings.IntroductionConfig():
            return Made(sections=(_introduction(part, opening, watched),))
        case settings.HighlightsConfig():
            sections = [_highlights(part, project.name, chosen[project.name]) for project in told]
            return Made(sections=tuple(section for section in sections if section.improvements or section.bugfixes))
        case settings.BlockConfig():
            return _block(part, snapshot.week, notes)
        case settings.EventsConfig():
            return agenda.tell(part, snapshot, notes)
        case settings.FeedSectionConfig():
            return downstream.feed(part, snapshot)
        case settings.ContributeConfig():
            return downstream.contribute(part, snapshot)
        case settings.UpstreamConfig():
            return Made(sections=(_upstream(part, told),))
        case settings.DistributionsConfig():
            return downstream.distributions(part, snapshot, notes)


def _introduction(part: settings.IntroductionConfig, opening: Opening, watched: tuple[NewVideos, ...]) -> Introduction:
    return Introduction(
        heading=part.heading, level=part.level, text=opening.text, thanks=opening.thanks, videos=watched
    )


def _highlights(part: settings.HighlightsConfig, name: str, chosen: Chosen) -> Highlights:
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


def _upstream(part: settings.UpstreamConfig, told: tuple[Told, ...]) -> Upstream:
    projects = tuple(
        Project(name=project.name, pulls=project.pulls, details=_details(part, project), gaps=project.gaps)
        for project in told
    )
    return Upstream(heading=part.heading, level=part.level, text=settings.stripped(part.text), projects=projects)


def _details(part: settings.UpstreamConfig, project: Told) -> str:
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
    told: tuple[Told, ...],
    verdicts: Mapping[str, Verdict],
    chosen: Mapping[str, Chosen],
    changes: Mapping[str, tuple[str, ...]],
) -> list[Placement]:
    """Where each pull request stands, in the order of the post."""
    lacks = {pull.ref: activity.lacks for activity in snapshot.repos for pull in activity.pulls}
    places = {ref: place for name, one in chosen.items() for ref, place in _places(name, one).items()}
    found = []
    for project in told:
        why = {left.pull.ref: left.why for left in chosen[project.name].left_out}
        told_or_not = (*((pull, False) for pull in project.pulls), *((pull, True) for pull in project.hidden))
        for pull, is_hidden in told_or_not:
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


def _places(name: str, chosen: Chosen) -> dict[str, tuple[str, ...]]:
    lists = (("Improvements", chosen.improvements), ("Bug fixes", chosen.bugfixes))
    return {
        pull.ref: (f"{name}: {heading}",)
        for heading, highlights in lists
        for highlight in highlights
        for pull in highlight.pulls
    }
