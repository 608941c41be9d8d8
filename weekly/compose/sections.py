"""Build the sections of pull requests, and the standing ones."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from weekly.compose.projects import ProjectActivity
from weekly.compose.videos import new_videos
from weekly.compose.week_facts import WeekFacts
from weekly.config.sections import BlockConfig, HighlightsConfig, IntroductionConfig, ReleasesConfig, UpstreamConfig
from weekly.model import AnySection, Block, Highlight, Highlights, Introduction, Releases, Upstream, UpstreamProject
from weekly.notes.file import BlockNote
from weekly.text.english import numbered
from weekly.text.markdown import Markdown, stripped

MOST_QUIET = 20
"""Projects of patterns that a line names as quiet. It counts more of them."""


def introduction(config: IntroductionConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Return the introduction with thanks and new videos."""
    section = Introduction(
        heading=config.heading,
        level=config.level,
        text=facts.introduction,
        words=facts.introduction_words,
        thanks=facts.thanks,
        videos=new_videos(facts.config.videos, facts),
    )
    return [section]


def highlights(config: HighlightsConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Return the features of the notes, and a section for each project with highlights or for all of them."""
    features = [
        structs.replace(feature, level=config.level, links=facts.config.highlights.links) for feature in facts.features
    ]
    projects = highlighted_projects(config, facts)
    groups = [(config.heading, projects)] if config.heading else [(project.name, [project]) for project in projects]
    sections = [_highlights(config, heading, members, facts) for heading, members in groups]
    return [*features, *(section for section in sections if not section.is_empty)]


def highlighted_projects(config: HighlightsConfig, facts: WeekFacts) -> list[ProjectActivity]:
    """Return the projects whose highlights a section shows."""
    return [
        project
        for project in facts.projects
        if (project.name in config.projects if config.projects else project.name not in facts.config.named_projects)
    ]


def _highlights(
    config: HighlightsConfig, heading: str, projects: Sequence[ProjectActivity], facts: WeekFacts
) -> Highlights:
    """Return a section. Prose, releases and internal changes are where the improvements are.

    Where it joins several projects, each highlight names its own, except the one that the post is named after.
    """
    selections = [facts.selections[project.name] for project in projects]
    names = [
        "" if len(projects) < 2 or project.name == facts.config.project.name else project.name for project in projects
    ]
    has_news = "improvement" in config.kinds
    notes = [facts.notes.projects[project.name] for project in projects if project.name in facts.notes.projects]
    has_releases = has_news and not any(isinstance(section, ReleasesConfig) for section in facts.config.sections)
    return Highlights(
        heading=heading,
        level=config.level,
        text=Markdown("\n\n".join(stripped(note.text) for note in notes if has_news)),
        releases=tuple(link for project in projects if has_releases for link in project.release_links),
        improvements=_named(names, [selection.improvements for selection in selections if has_news]),
        bugfixes=_named(names, [selection.bugfixes for selection in selections if "bugfix" in config.kinds]),
        titles=config.lists,
        internal=tuple(pull for selection in selections for pull in selection.internal if has_news),
        links=facts.config.highlights.links,
    )


def _named(names: Sequence[str], lists: Sequence[Sequence[Highlight]]) -> tuple[Highlight, ...]:
    """Return the highlights of all projects, each with the name of its own."""
    pairs = zip(names, lists, strict=False)
    return tuple(structs.replace(one, project=name) if name else one for name, part in pairs for one in part)


def releases(config: ReleasesConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Return the section of releases, none in a week without any."""
    links = tuple(link for project in facts.projects for link in project.release_links)
    section = Releases(heading=config.heading, level=config.level, text=stripped(config.text), releases=links)
    return [section] if links else []


def block(config: BlockConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Return a standing section. One that consists of dated items is left out when none is open."""
    note = facts.notes.blocks.get(config.heading, BlockNote())
    if not note.show:
        return []
    appears = facts.snapshot.week.appears
    items = tuple(item.text for item in config.items if item.is_open(appears))
    entries = config.entries if note.entries is None else note.entries
    if config.items and not items and entries is None:
        return []
    section = Block(
        heading=config.heading,
        level=config.level,
        text=stripped(config.text if note.text is None else note.text),
        entries=(*(entries or ()), *items),
        is_list=entries is not None or bool(items),
    )
    return [section]


def upstream(config: UpstreamConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Return the list of all merged pull requests by project. Quiet ones that a pattern stands for share a line."""
    quiet = [one.name for one in facts.projects if one.is_listed and not (one.pulls or one.gaps)]
    projects = tuple(
        UpstreamProject(
            name=project.name,
            pulls=project.pulls,
            details=_summary(config, project),
            gaps=project.gaps,
        )
        for project in facts.projects
        if project.name not in quiet
    )
    section = Upstream(
        heading=config.heading,
        level=config.level,
        text=stripped(config.text),
        projects=projects,
        quiet=tuple(quiet) if len(quiet) <= MOST_QUIET else (numbered(len(quiet), "project"),),
    )
    return [section]


def _summary(config: UpstreamConfig, project: ProjectActivity) -> str:
    """Return the summary of a list that is long enough to be closed, "" for one that is open."""
    count, limit = len(project.pulls), config.details_above
    return f"{count:,} merged pull requests" if limit is not None and count > limit else ""
