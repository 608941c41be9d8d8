"""Apply the first few steps to a post, and report what they shorten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from weekly.compose.shorten.search_links import LISTED, by_owner, counted, hidden_bases
from weekly.compose.shorten.steps import Action, Brief, HighlightPosition, Step, is_quiet, steps_of, upstream_of
from weekly.model import AnySection, Highlight, Highlights, Introduction, Placement, Post, Problem, Severity, Upstream
from weekly.text.english import numbered
from weekly.text.markdown import Markdown


class Shortened(msgspec.Struct, frozen=True, kw_only=True):
    """The effect of some steps on projects with counted lists, projects only named, and highlights left out."""

    lists: frozenset[str]
    named: frozenset[str]
    dropped: frozenset[HighlightPosition]
    is_quiet: bool
    is_brief: bool

    @classmethod
    def by(cls, steps: Sequence[Step]) -> Shortened:
        """Sum up steps."""
        named = frozenset(step.project for step in steps if step.action is Action.PROJECT)
        return cls(
            lists=frozenset(step.project for step in steps if step.action is Action.LIST) - named,
            named=named,
            dropped=frozenset(step.highlight for step in steps if step.highlight),
            is_quiet=any(step.action is Action.QUIET for step in steps),
            is_brief=any(step.action is Action.INTRODUCTION for step in steps),
        )


class Shortener:
    """A post and the steps that can shorten it."""

    def __init__(self, post: Post, limit: int, brief: Brief) -> None:
        self._post = post
        self._limit = f"{limit:,} characters"
        self._brief = brief
        self._upstream = upstream_of(post)
        hidden = hidden_bases(post.placements)
        self._counted = {project.name: counted(project, post.week, hidden) for project in self._upstream.projects}
        self.steps = tuple(steps_of(post.sections, self._upstream, self._counted, brief))

    def draft(self, number: int) -> Post:
        """Return the post after so many steps, as far as it is rendered."""
        shortened = Shortened.by(self.steps[:number])
        return msgspec.structs.replace(self._post, sections=tuple(self._sections(shortened)))

    def post(self, number: int, *, fits: bool) -> Post:
        """Return the whole post after so many steps, with a note on what was shortened."""
        shortened = Shortened.by(self.steps[:number])
        how = f"folded to fit {self._limit}" if fits else f"folded all the way, and still longer than {self._limit}"
        problem = Problem(
            where=self._upstream.heading,
            what=f"{how}: {_summary(self._upstream, shortened)}",
            severity=Severity.NOTED,
            hint="weekly explain shows where each pull request is",
        )
        return msgspec.structs.replace(
            self.draft(number), placements=self._placements(shortened), problems=(*self._post.problems, problem)
        )

    def _sections(self, shortened: Shortened) -> Iterator[AnySection]:
        for number, section in enumerate(self._post.sections):
            if isinstance(section, Upstream):
                yield self._upstream_section(shortened)
            elif isinstance(section, Highlights):
                rest = _without(section, number, shortened)
                if not rest.is_empty:
                    yield rest
            elif isinstance(section, Introduction) and shortened.is_brief:
                yield _brief(section, self._brief)
            else:
                yield section

    def _upstream_section(self, shortened: Shortened) -> Upstream:
        """Return the list of all pull requests after shortening."""
        quiet = [project.name for project in self._upstream.projects if shortened.is_quiet and is_quiet(project)]
        gone = shortened.named.union(quiet)
        projects = []
        for project in self._upstream.projects:
            lines = self._counted[project.name] if project.name in shortened.lists else ()
            if project.name not in gone:
                projects.append(
                    msgspec.structs.replace(project, pulls=(), counted=lines, details="") if lines else project
                )
        named = [project for project in self._upstream.projects if project.name in shortened.named]
        summary = _summary(self._upstream, shortened)
        return msgspec.structs.replace(
            self._upstream,
            projects=tuple(projects),
            folded=Markdown(f"This post is folded to fit the forum's limit of {self._limit}: {summary}."),
            named=by_owner(named, self._post.week),
            quiet=tuple(quiet),
        )

    def _placements(self, shortened: Shortened) -> tuple[Placement, ...]:
        """Return where each pull request stands after shortening."""
        gone = {pull.ref for position in shortened.dropped for pull in self._highlight(position).pulls}
        lists = {}
        for project in self._upstream.projects:
            count = f"{len(project.pulls):,}"
            if project.name in shortened.lists:
                lists[f"{LISTED}{project.name}"] = f"counted in a line with a link, one of {count}"
            elif project.name in shortened.named:
                lists[f"{LISTED}{project.name}"] = f"counted by the project's name, one of {count}"
        return tuple(
            self._placement(placement, lists, is_gone=placement.pull.ref in gone) for placement in self._post.placements
        )

    def _highlight(self, position: HighlightPosition) -> Highlight:
        section = self._post.sections[position.section]
        assert isinstance(section, Highlights)  # noqa: S101  the steps name no other
        return (section.bugfixes if position.is_bugfix else section.improvements)[position.number]

    def _placement(self, placement: Placement, lists: Mapping[str, str], *, is_gone: bool) -> Placement:
        places, remarks = placement.places, placement.remarks
        if is_gone:
            places = tuple(place for place in places if place.startswith(LISTED))
            remarks = (*remarks, f"left out of the highlights to fit {self._limit}")
        if any(place in lists for place in places):
            places = tuple(f"{place} ({lists[place]})" if place in lists else place for place in places)
            remarks = (*remarks, f"its title is folded to fit {self._limit}")
        return msgspec.structs.replace(placement, places=places, remarks=remarks)


def _summary(upstream: Upstream, shortened: Shortened) -> str:
    """Say what was shortened, in words that stand alone."""
    count = Counter({project.name: len(project.pulls) for project in upstream.projects})
    quiet = sum(map(is_quiet, upstream.projects)) if shortened.is_quiet else 0
    clauses = []
    for names, how in ((shortened.lists, "with a link to them"), (shortened.named, "by the projects' names")):
        if names:
            pulls = sum(count[name] for name in names)
            is_or_are = "is" if pulls == 1 else "are"
            clauses.append(
                f"{numbered(pulls, 'pull request')} of {numbered(len(names), 'project')} {is_or_are} counted, {how}"
            )
    if quiet:
        clauses.append(f"{numbered(quiet, 'project')} without a merged pull request share a line")
    if shortened.dropped:
        is_or_are = "is" if len(shortened.dropped) == 1 else "are"
        clauses.append(f"{numbered(len(shortened.dropped), 'highlight')} {is_or_are} left out")
    if shortened.is_brief:
        clauses.append("the introduction is shorter")
    return "; ".join(clauses)


def _without(section: Highlights, number: int, shortened: Shortened) -> Highlights:
    """Return a section without the highlights left out."""
    improvements, bugfixes = (
        tuple(
            highlight
            for index, highlight in enumerate(highlights)
            if HighlightPosition(number, is_bugfix, index) not in shortened.dropped
        )
        for is_bugfix, highlights in ((False, section.improvements), (True, section.bugfixes))
    )
    return msgspec.structs.replace(section, improvements=improvements, bugfixes=bugfixes)


def _brief(section: Introduction, brief: Brief) -> Introduction:
    shorter = {name: text for name, text in brief._asdict().items() if text and len(text) < len(getattr(section, name))}
    return msgspec.structs.replace(section, **shorter)
