"""Build the sections of pull requests, and the standing ones."""

from __future__ import annotations

from weekly.compose.projects import ProjectActivity
from weekly.compose.result import SectionResult, WeekFacts
from weekly.config import BlockConfig, HighlightsConfig, IntroductionConfig, UpstreamConfig, stripped
from weekly.model import Block, Highlights, Introduction, Upstream, UpstreamProject
from weekly.notes.file import BlockNote


def introduction(config: IntroductionConfig, facts: WeekFacts) -> SectionResult:
    """Return the introduction with thanks and new videos."""
    section = Introduction(
        heading=config.heading,
        level=config.level,
        text=facts.introduction,
        thanks=facts.thanks,
        videos=facts.videos,
    )
    return SectionResult(sections=(section,))


def highlights(config: HighlightsConfig, facts: WeekFacts) -> SectionResult:
    """Return a section for each project with highlights."""
    selections = [(project.name, facts.selections[project.name]) for project in facts.projects]
    return SectionResult(
        sections=tuple(
            Highlights(
                heading=name,
                level=config.level,
                improvements=selection.improvements,
                bugfixes=selection.bugfixes,
            )
            for name, selection in selections
            if selection.improvements or selection.bugfixes
        )
    )


def block(config: BlockConfig, facts: WeekFacts) -> SectionResult:
    """Return a standing section. One that consists of dated items is left out when none is open."""
    note = facts.notes.blocks.get(config.heading, BlockNote())
    if not note.show:
        return SectionResult()
    appears = facts.snapshot.week.shifted(1).monday
    items = tuple(item.text for item in config.items if item.is_open(appears))
    entries = config.entries if note.entries is None else note.entries
    if config.items and not items and entries is None:
        return SectionResult()
    section = Block(
        heading=config.heading,
        level=config.level,
        text=stripped(config.text if note.text is None else note.text),
        entries=(*(entries or ()), *items),
        is_list=entries is not None or bool(items),
    )
    return SectionResult(sections=(section,))


def upstream(config: UpstreamConfig, facts: WeekFacts) -> SectionResult:
    """Return the list of all merged pull requests by project."""
    projects = tuple(
        UpstreamProject(
            name=project.name,
            pulls=project.pulls,
            details=_summary(config, project),
            gaps=project.gaps,
        )
        for project in facts.projects
    )
    section = Upstream(heading=config.heading, level=config.level, text=stripped(config.text), projects=projects)
    return SectionResult(sections=(section,))


def _summary(config: UpstreamConfig, project: ProjectActivity) -> str:
    """Return the summary of a list that is long enough to be closed; "" for one that is open."""
    count, limit = len(project.pulls), config.details_above
    return f"{count:,} merged pull requests" if limit is not None and count > limit else ""
