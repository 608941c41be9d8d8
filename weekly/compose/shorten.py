"""Shorten a post that is longer than the forum takes, the least missed first.

Titles give way to a line that counts a repository's pull requests and links to all of them. What the editor wrote,
gaps and standing sections stay.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from msgspec.structs import replace

from weekly.compose.search_links import LISTED, by_owner, counted, hidden_bases
from weekly.errors import TemplateError
from weekly.model import (
    AnySection,
    Highlight,
    Highlights,
    Introduction,
    Placement,
    Post,
    Problem,
    Severity,
    Upstream,
    UpstreamProject,
    Words,
)
from weekly.text.english import numbered
from weekly.text.markdown import Markdown, escape, link

FEW = 3
"""Highlights that every project keeps as long as its pull requests can be linked to instead."""


class Action(Enum):
    """The part of the post that a step shortens."""

    QUIET = auto()
    INTERNAL = auto()
    INTRODUCTION = auto()
    LIST = auto()
    PROJECT = auto()
    HIGHLIGHT = auto()


class Step(NamedTuple):
    """One step, with the name of its project or the first reference of its highlight."""

    action: Action
    name: str = ""


def shorten(
    post: Post,
    limit: int,
    length: Callable[[Post], int],
    brief: Callable[[Introduction], Introduction] = lambda section: section,
) -> Post:
    """Return the post in at most `limit` characters, by as few steps as it takes, or by all of them.

    `length` measures a post as rendered; `brief` shortens an introduction as far as that is possible.
    """
    if length(post) <= limit:
        return post
    shortener = _Shortener(post, f"{limit:,} characters", brief)
    count = len(shortener.steps)
    if not count:
        return post
    least = bisect_left(range(count + 1), True, lo=1, key=lambda number: length(shortener.draft(number)) <= limit)
    return shortener.post(min(least, count), fits=least <= count)


def check_rendered(text: str, post: Post) -> None:
    """Raise TemplateError where a project's template omits what a shortened post prints instead of titles."""
    upstream = _upstream_of(post)
    expected: list[tuple[str, Sequence[str]]] = [
        ("section.shortened", [upstream.shortened]),
        ("project.counted", [line.url for project in upstream.projects for line in project.counted]),
        ("section.named", [escape(line.text) for line in upstream.named]),
        ("section.quiet", [escape(name) for name in upstream.quiet]),
    ]
    for name, texts in expected:
        if any(piece not in text for piece in texts):
            raise TemplateError(
                f"templates/sections/upstream.md.j2: doesn't print {name}, which a shortened post needs; "
                "copy it from the bundled template"
            )


class _Shortener:
    """A post and the steps that can shorten it."""

    def __init__(self, post: Post, limit: str, brief: Callable[[Introduction], Introduction]) -> None:
        self._post, self._limit = post, limit
        self._brief = {one: brief(one) for one in post.sections if isinstance(one, Introduction)}
        self._upstream = _upstream_of(post)
        hidden = hidden_bases(post.placements)
        self._counted = {project.name: counted(project, post.week, hidden) for project in self._upstream.projects}
        self.steps = list(self._steps())

    def draft(self, number: int) -> Post:
        """Return the post after so many steps, as far as it is rendered."""
        return replace(self._post, sections=tuple(self._sections(self.steps[:number])))

    def post(self, number: int, *, fits: bool) -> Post:
        """Return the whole post after so many steps, with a note on what was shortened."""
        steps = self.steps[:number]
        how = "shortened to fit" if fits else "shortened as far as possible, and still longer than"
        problem = Problem(
            where=self._upstream.heading,
            what=f"{how} {self._limit}: {self._summary(steps)}",
            severity=Severity.NOTED,
            hint="weekly explain shows where each pull request is",
        )
        problems = (*self._post.problems, problem)
        return replace(self.draft(number), placements=tuple(self._placements(steps)), problems=problems)

    def _steps(self) -> Iterator[Step]:
        """Yield quiet projects, lines on internal changes, the introduction, and the lists whose lines save most.

        After them come highlights beyond a few, the smallest projects, those without a link first, and the other highlights.
        """
        projects = [*reversed(self._upstream.projects)]
        if sum(map(_is_quiet, projects)) > 1:
            yield Step(Action.QUIET)
        if any(isinstance(one, Highlights) and one.internal for one in self._post.sections):
            yield Step(Action.INTERNAL)
        if any(one != shorter for one, shorter in self._brief.items()):
            yield Step(Action.INTRODUCTION)
        long = [project for project in projects if self._saving(project) > 0]
        yield from (Step(Action.LIST, one.name) for one in sorted(long, key=self._saving, reverse=True))
        removable = sorted(self._removable(), key=lambda pair: -pair[0])
        yield from (Step(Action.HIGHLIGHT, name) for remaining, name in removable if remaining >= FEW)
        small = [project for project in projects if project.pulls and not project.gaps]
        small.sort(key=lambda project: (bool(self._counted[project.name]), len(project.pulls)))
        yield from (Step(Action.PROJECT, project.name) for project in small)
        yield from (Step(Action.HIGHLIGHT, name) for remaining, name in removable if remaining < FEW)

    def _saving(self, project: UpstreamProject) -> int:
        """Return the characters that a project's lines save compared with its list, 0 where it has none."""
        lines = self._counted[project.name]
        titles = sum(len(link(pull.title, pull.url)) + 3 for pull in project.pulls)
        return titles - sum(len(link(line.text, line.url)) + 3 for line in lines) if lines else 0

    def _removable(self) -> Iterator[tuple[int, str]]:
        """Yield each section's highlights, the last of the longer list first, with the number of those that remain.

        The editor's own stay.
        """
        for section in reversed(self._post.sections):
            if not isinstance(section, Highlights):
                continue
            lists = (section.improvements, section.bugfixes)
            drafted = [[one for one in highlights if one.words is not Words.EDITOR] for highlights in lists]
            ranked = [(rank, _name(one)) for highlights in drafted for rank, one in enumerate(highlights)]
            ranked.sort(key=lambda pair: -pair[0])
            for number, (_, name) in enumerate(ranked, 1):
                yield sum(map(len, lists)) - number, name

    def _sections(self, steps: Sequence[Step]) -> Iterator[AnySection]:
        dropped = _dropped(steps)
        for section in self._post.sections:
            if isinstance(section, Upstream):
                yield self._shorter_upstream(steps)
            elif isinstance(section, Highlights):
                improvements, bugfixes = (
                    tuple(one for one in highlights if _name(one) not in dropped)
                    for highlights in (section.improvements, section.bugfixes)
                )
                internal = () if Step(Action.INTERNAL) in steps else section.internal
                rest = replace(section, improvements=improvements, bugfixes=bugfixes, internal=internal)
                if not rest.is_empty:
                    yield rest
            elif isinstance(section, Introduction) and Step(Action.INTRODUCTION) in steps:
                yield self._brief[section]
            else:
                yield section

    def _quiet(self, steps: Sequence[Step]) -> tuple[str, ...]:
        """Return the projects that share a line."""
        quiet = tuple(project.name for project in self._upstream.projects if _is_quiet(project))
        return quiet if Step(Action.QUIET) in steps else ()

    def _shorter_upstream(self, steps: Sequence[Step]) -> Upstream:
        """Return the list of all pull requests after shortening."""
        quiet, actions = self._quiet(steps), _list_actions(steps)
        hidden = {*quiet, *(name for name, action in actions.items() if action is Action.PROJECT)}
        return replace(
            self._upstream,
            projects=tuple(
                replace(project, pulls=(), counted=self._counted[project.name], details="")
                if project.name in actions
                else project
                for project in self._upstream.projects
                if project.name not in hidden
            ),
            shortened=Markdown(
                f"This post is shortened to fit the forum's limit of {self._limit}: {self._summary(steps)}."
            ),
            named=by_owner(
                [one for one in self._upstream.projects if actions.get(one.name) is Action.PROJECT], self._post.week
            ),
            quiet=quiet,
        )

    def _summary(self, steps: Sequence[Step]) -> str:
        """Say what was shortened, in words that stand alone."""
        actions, clauses = _list_actions(steps), []
        for action, how in ((Action.LIST, "with a link to them"), (Action.PROJECT, "by the projects' names")):
            counts = [len(one.pulls) for one in self._upstream.projects if actions.get(one.name) is action]
            if counts:
                pulls = f"{numbered(sum(counts), 'pull request')} of {numbered(len(counts), 'project')}"
                clauses.append(f"{pulls} {'is' if sum(counts) == 1 else 'are'} counted, {how}")
        if quiet := self._quiet(steps):
            clauses.append(f"{numbered(len(quiet), 'project')} without a merged pull request share a line")
        if dropped := len(_dropped(steps)):
            clauses.append(f"{numbered(dropped, 'highlight')} {'is' if dropped == 1 else 'are'} left out")
        if Step(Action.INTERNAL) in steps:
            clauses.append("internal changes aren't counted")
        if Step(Action.INTRODUCTION) in steps:
            clauses.append("the introduction is shorter")
        return "; ".join(clauses)

    def _placements(self, steps: Sequence[Step]) -> Iterator[Placement]:
        """Yield where each pull request stands after shortening."""
        dropped = _dropped(steps)
        gone = {pull.ref for one in self._post.highlights if _name(one) in dropped for pull in one.pulls}
        how = {Action.LIST: "counted in a line with a link", Action.PROJECT: "counted by the project's name"}
        counts = {project.name: len(project.pulls) for project in self._upstream.projects}
        lists = {
            f"{LISTED}{name}": f"{LISTED}{name} ({how[action]}, one of {counts[name]:,})"
            for name, action in _list_actions(steps).items()
        }
        for placement in self._post.placements:
            places, remarks = placement.places, placement.remarks
            if placement.pull.ref in gone:
                places = tuple(place for place in places if place.startswith(LISTED))
                remarks = (*remarks, f"left out of the highlights to fit {self._limit}")
            if any(place in lists for place in places):
                places = tuple(lists.get(place, place) for place in places)
                remarks = (*remarks, f"its title is left out to fit {self._limit}")
            yield replace(placement, places=places, remarks=remarks)


def _upstream_of(post: Post) -> Upstream:
    """Return the section that lists every pull request, which every post has."""
    return next(section for section in post.sections if isinstance(section, Upstream))


def _is_quiet(project: UpstreamProject) -> bool:
    """Tell whether a project is known to have nothing to report."""
    return not project.pulls and not project.gaps


def _name(highlight: Highlight) -> str:
    return highlight.pulls[0].ref if highlight.pulls else ""


def _dropped(steps: Sequence[Step]) -> set[str]:
    return {step.name for step in steps if step.action is Action.HIGHLIGHT}


def _list_actions(steps: Sequence[Step]) -> dict[str, Action]:
    """Return what replaces the lists of projects, by their names. The last step counts."""
    return {step.name: step.action for step in steps if step.action in (Action.LIST, Action.PROJECT)}
