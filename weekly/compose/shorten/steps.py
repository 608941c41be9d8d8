"""List the steps that shorten a post, the least missed first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from weekly.model import AnySection, Counted, Highlights, Introduction, Post, Upstream, UpstreamProject, Words
from weekly.text.markdown import link

FEW = 3
"""Highlights that every project keeps as long as its pull requests can be linked to instead."""


class Brief(NamedTuple):
    """Shorter texts for the introduction, empty where there are none."""

    text: str = ""
    thanks: str = ""


class Action(StrEnum):
    """The part that a step shortens, in the order of the steps."""

    QUIET = "quiet"
    INTRODUCTION = "introduction"
    LIST = "list"
    SPARE_HIGHLIGHT = "spare highlight"
    PROJECT = "project"
    HIGHLIGHT = "highlight"


class HighlightPosition(NamedTuple):
    """A highlight's section in the post, its list, and its number there, from 0."""

    section: int
    is_bugfix: bool
    number: int


class Step(NamedTuple):
    """One step, with the project or highlight that it concerns."""

    action: Action
    project: str = ""
    highlight: HighlightPosition | None = None


def upstream_of(post: Post) -> Upstream:
    """Return the section that lists every pull request, which every post has."""
    return next(section for section in post.sections if isinstance(section, Upstream))


def is_quiet(project: UpstreamProject) -> bool:
    """Tell whether a project is known to have nothing to report."""
    return not project.pulls and not project.gaps


def steps_of(
    sections: Sequence[AnySection], upstream: Upstream, counted: Mapping[str, tuple[Counted, ...]], brief: Brief
) -> Iterator[Step]:
    """Yield quiet projects, the introduction, the longest lists, then the smallest projects, then the highlights.

    `counted` has the lines that can replace a project's list; projects without any are named first.
    """
    if sum(map(is_quiet, upstream.projects)) > 1:
        yield Step(Action.QUIET)
    if any(_is_shorter(brief, section) for section in sections if isinstance(section, Introduction)):
        yield Step(Action.INTRODUCTION)
    order = {project.name: index for index, project in enumerate(upstream.projects)}
    savings = {project.name: _saving(project, counted[project.name]) for project in upstream.projects}
    for name in sorted(savings, key=lambda name: (-savings[name], -order[name])):
        if savings[name] > 0:
            yield Step(Action.LIST, project=name)
    highlights = _highlight_steps(sections)
    yield from (step for step in highlights if step.action is Action.SPARE_HIGHLIGHT)
    small = [project for project in upstream.projects if project.pulls and not project.gaps]
    small.sort(key=lambda project: (bool(counted[project.name]), len(project.pulls), -order[project.name]))
    yield from (Step(Action.PROJECT, project=project.name) for project in small)
    yield from (step for step in highlights if step.action is Action.HIGHLIGHT)


def _is_shorter(brief: Brief, introduction: Introduction) -> bool:
    texts = ((brief.text, introduction.text), (brief.thanks, introduction.thanks))
    return any(short and len(short) < len(text) for short, text in texts)


def _saving(project: UpstreamProject, counted: tuple[Counted, ...]) -> int:
    """Return the characters that a project's lines save compared with its list, 0 where it has none."""
    if not counted:
        return 0
    titles = sum(len(link(pull.title, pull.url)) + 3 for pull in project.pulls)
    return titles - sum(len(link(line.text, line.url)) + 3 for line in counted)


def _highlight_steps(sections: Sequence[AnySection]) -> list[Step]:
    """Return a step for each removable highlight, in turn by project from the last one."""
    rounds: dict[int, list[Step]] = defaultdict(list)
    for number, section in enumerate(sections):
        if isinstance(section, Highlights):
            remaining = len(section.improvements) + len(section.bugfixes)
            for position in _removable(number, section):
                remaining -= 1
                action = Action.SPARE_HIGHLIGHT if remaining >= FEW else Action.HIGHLIGHT
                rounds[remaining].append(Step(action, section.heading, position))
    return [step for remaining in sorted(rounds, reverse=True) for step in reversed(rounds[remaining])]


def _removable(number: int, section: Highlights) -> list[HighlightPosition]:
    """Return a project's highlights in the order of removal, the last of the longer list first.

    The editor's own stay.
    """
    ranked = []
    for is_bugfix, highlights in ((False, section.improvements), (True, section.bugfixes)):
        drafted = [index for index, highlight in enumerate(highlights) if highlight.words is not Words.EDITOR]
        ranked += [(-rank, is_bugfix, index) for rank, index in enumerate(drafted)]
    return [HighlightPosition(number, is_bugfix, index) for _, is_bugfix, index in sorted(ranked)]
