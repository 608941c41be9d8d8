"""By which steps a post can be folded, in their order: what is least missed goes first."""

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
    """Shorter words for the introduction; empty where there are none."""

    text: str = ""
    thanks: str = ""


class What(StrEnum):
    """What a step folds, in the order of the steps."""

    QUIET = "quiet"
    INTRODUCTION = "introduction"
    LIST = "list"
    SPARE_HIGHLIGHT = "spare highlight"
    PROJECT = "project"
    HIGHLIGHT = "highlight"


class Step(NamedTuple):
    """One step: of which project, and for a highlight, which of the post's sections and where in its list."""

    what: What
    project: str = ""
    section: int = 0
    is_bugfix: bool = False
    place: int = 0


def upstream_of(post: Post) -> Upstream:
    """The section that lists every pull request; every post has it."""
    return next(section for section in post.sections if isinstance(section, Upstream))


def is_quiet(project: UpstreamProject) -> bool:
    """Whether a project is known to have nothing to report."""
    return not project.pulls and not project.gaps


def steps_of(
    sections: Sequence[AnySection], upstream: Upstream, counted: Mapping[str, tuple[Counted, ...]], brief: Brief
) -> Iterator[Step]:
    """Quiet projects, a long introduction, the longest lists; then the smallest projects, and last the highlights.

    `counted` has the lines that can stand in the place of a project's list; projects without any are named first.
    """
    if sum(map(is_quiet, upstream.projects)) > 1:
        yield Step(What.QUIET)
    if any(_is_shorter(brief, section) for section in sections if isinstance(section, Introduction)):
        yield Step(What.INTRODUCTION)
    order = {project.name: place for place, project in enumerate(upstream.projects)}
    savings = {project.name: _saving(project, counted[project.name]) for project in upstream.projects}
    for name in sorted(savings, key=lambda name: (-savings[name], -order[name])):
        if savings[name] > 0:
            yield Step(What.LIST, project=name)
    highlights = _highlights(sections)
    yield from (step for step in highlights if step.what is What.SPARE_HIGHLIGHT)
    small = [project for project in upstream.projects if project.pulls and not project.gaps]
    small.sort(key=lambda project: (bool(counted[project.name]), len(project.pulls), -order[project.name]))
    yield from (Step(What.PROJECT, project=project.name) for project in small)
    yield from (step for step in highlights if step.what is What.HIGHLIGHT)


def _is_shorter(brief: Brief, introduction: Introduction) -> bool:
    said = ((brief.text, introduction.text), (brief.thanks, introduction.thanks))
    return any(short and len(short) < len(text) for short, text in said)


def _saving(project: UpstreamProject, counted: tuple[Counted, ...]) -> int:
    """The characters that a project's lines save in the place of its list; 0 where it has none."""
    if not counted:
        return 0
    titles = sum(len(link(pull.title, pull.url)) + 3 for pull in project.pulls)
    return titles - sum(len(link(one.text, one.url)) + 3 for one in counted)


def _highlights(sections: Sequence[AnySection]) -> list[Step]:
    """The highlights that may go, of all projects by turns, the last project's first."""
    turns: dict[int, list[Step]] = defaultdict(list)
    for section, part in enumerate(sections):
        if isinstance(part, Highlights):
            for left, is_bugfix, place in _going(part):
                what = What.SPARE_HIGHLIGHT if left >= FEW else What.HIGHLIGHT
                turns[left].append(Step(what, part.heading, section, is_bugfix, place))
    return [step for left in sorted(turns, reverse=True) for step in reversed(turns[left])]


def _going(section: Highlights) -> Iterator[tuple[int, bool, int]]:
    """The highlights of one project in the order in which they may go, each with how many are left then.

    The last of the longer list goes first; the editor's own never do.
    """
    lists = {False: list(enumerate(section.improvements)), True: list(enumerate(section.bugfixes))}
    free = {kind: [place for place, one in found if one.words is not Words.EDITOR] for kind, found in lists.items()}
    left = len(section.improvements) + len(section.bugfixes)
    while free[False] or free[True]:
        is_bugfix = len(free[True]) > len(free[False])
        left -= 1
        yield left, is_bugfix, free[is_bugfix].pop()
