"""A post after the first few steps: its sections, where each pull request stands now, and what is said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from weekly.compose.shorten.search_links import LISTED, by_owner, counted, hidden_bases
from weekly.compose.shorten.steps import Brief, Step, What, is_quiet, steps_of, upstream_of
from weekly.model import AnySection, Highlight, Highlights, Introduction, Placement, Post, Problem, Severity, Upstream
from weekly.text.english import numbered
from weekly.text.markdown import Markdown


class Folded(msgspec.Struct, frozen=True, kw_only=True):
    """What some steps fold: the projects whose lists are counted, those that are only named, and the highlights that go."""

    lists: frozenset[str]
    named: frozenset[str]
    dropped: frozenset[tuple[int, bool, int]]
    is_quiet: bool
    is_brief: bool

    @classmethod
    def by(cls, steps: Sequence[Step]) -> Folded:
        """What these steps fold."""
        named = frozenset(step.project for step in steps if step.what is What.PROJECT)
        highlights = (What.SPARE_HIGHLIGHT, What.HIGHLIGHT)
        return cls(
            lists=frozenset(step.project for step in steps if step.what is What.LIST) - named,
            named=named,
            dropped=frozenset((step.section, step.is_bugfix, step.place) for step in steps if step.what in highlights),
            is_quiet=any(step.what is What.QUIET for step in steps),
            is_brief=any(step.what is What.INTRODUCTION for step in steps),
        )


class Folder:
    """A post, the steps by which it can be folded, and what comes of the first few of them."""

    def __init__(self, post: Post, most: int, brief: Brief) -> None:
        self._post = post
        self._limit = f"{most:,} characters"
        self._brief = brief
        self._upstream = upstream_of(post)
        hidden = hidden_bases(post.placements)
        self._counted = {project.name: counted(project, post.week, hidden) for project in self._upstream.projects}
        self.steps = tuple(steps_of(post.sections, self._upstream, self._counted, brief))

    def draft(self, number: int) -> Post:
        """The post after so many steps, as far as it is rendered."""
        folded = Folded.by(self.steps[:number])
        return msgspec.structs.replace(self._post, sections=tuple(self._sections(folded)))

    def post(self, number: int, *, fits: bool) -> Post:
        """The whole post after so many steps, with a word on what was done, and on whether it helped."""
        folded = Folded.by(self.steps[:number])
        how = f"folded to fit {self._limit}" if fits else f"folded all the way, and still longer than {self._limit}"
        problem = Problem(
            where=self._upstream.heading,
            what=f"{how}: {_told(self._upstream, folded)}",
            severity=Severity.NOTED,
            hint="weekly explain tells where each pull request stands",
        )
        return msgspec.structs.replace(
            self.draft(number), placements=self._placed(folded), problems=(*self._post.problems, problem)
        )

    def _sections(self, folded: Folded) -> Iterator[AnySection]:
        for number, section in enumerate(self._post.sections):
            if isinstance(section, Upstream):
                yield self._listed(folded)
            elif isinstance(section, Highlights):
                left = _without(section, number, folded)
                if left.improvements or left.bugfixes:
                    yield left
            elif isinstance(section, Introduction) and folded.is_brief:
                yield _briefly(section, self._brief)
            else:
                yield section

    def _listed(self, folded: Folded) -> Upstream:
        """The list of all pull requests, as far as it is one."""
        quiet = [project.name for project in self._upstream.projects if folded.is_quiet and is_quiet(project)]
        gone = folded.named.union(quiet)
        projects = []
        for project in self._upstream.projects:
            lines = self._counted[project.name] if project.name in folded.lists else ()
            if project.name not in gone:
                projects.append(
                    msgspec.structs.replace(project, pulls=(), counted=lines, details="") if lines else project
                )
        named = [project for project in self._upstream.projects if project.name in folded.named]
        told = _told(self._upstream, folded)
        return msgspec.structs.replace(
            self._upstream,
            projects=tuple(projects),
            folded=Markdown(f"This post is folded to fit the forum's limit of {self._limit}: {told}."),
            named=by_owner(named, self._post.week),
            quiet=tuple(quiet),
        )

    def _placed(self, folded: Folded) -> tuple[Placement, ...]:
        """Where each pull request stands now."""
        gone = {pull.ref for place in folded.dropped for pull in self._highlight(*place).pulls}
        places = {}
        for project in self._upstream.projects:
            count = f"{len(project.pulls):,}"
            if project.name in folded.lists:
                places[f"{LISTED}{project.name}"] = f"counted in a line with a link, one of {count}"
            elif project.name in folded.named:
                places[f"{LISTED}{project.name}"] = f"counted by the project's name, one of {count}"
        return tuple(
            self._moved(placement, places, is_gone=placement.pull.ref in gone) for placement in self._post.placements
        )

    def _highlight(self, section: int, is_bugfix: bool, place: int) -> Highlight:
        part = self._post.sections[section]
        assert isinstance(part, Highlights)  # noqa: S101  the steps are made of these
        return (part.bugfixes if is_bugfix else part.improvements)[place]

    def _moved(self, placement: Placement, counted: Mapping[str, str], *, is_gone: bool) -> Placement:
        places, remarks = placement.places, placement.remarks
        if is_gone:
            places = tuple(place for place in places if place.startswith(LISTED))
            remarks = (*remarks, f"left out of the highlights to fit {self._limit}")
        if any(place in counted for place in places):
            places = tuple(f"{place} ({counted[place]})" if place in counted else place for place in places)
            remarks = (*remarks, f"its title is folded to fit {self._limit}")
        return msgspec.structs.replace(placement, places=places, remarks=remarks)


def _told(upstream: Upstream, folded: Folded) -> str:
    """What was folded, in words that have no need of others."""
    count = Counter({project.name: len(project.pulls) for project in upstream.projects})
    quiet = sum(map(is_quiet, upstream.projects)) if folded.is_quiet else 0
    said = []
    for names, how in ((folded.lists, "with a link to them"), (folded.named, "by the projects' names")):
        if names:
            pulls = sum(count[name] for name in names)
            is_or_are = "is" if pulls == 1 else "are"
            said.append(
                f"{numbered(pulls, 'pull request')} of {numbered(len(names), 'project')} {is_or_are} counted, {how}"
            )
    if quiet:
        said.append(f"{numbered(quiet, 'project')} without a merged pull request share a line")
    if folded.dropped:
        said.append(
            f"{numbered(len(folded.dropped), 'highlight')} {'is' if len(folded.dropped) == 1 else 'are'} left out"
        )
    if folded.is_brief:
        said.append("the introduction is shorter")
    return "; ".join(said)


def _without(section: Highlights, number: int, folded: Folded) -> Highlights:
    improvements, bugfixes = (
        tuple(one for place, one in enumerate(found) if (number, is_bugfix, place) not in folded.dropped)
        for is_bugfix, found in ((False, section.improvements), (True, section.bugfixes))
    )
    return msgspec.structs.replace(section, improvements=improvements, bugfixes=bugfixes)


def _briefly(section: Introduction, brief: Brief) -> Introduction:
    shorter = {name: text for name, text in brief._asdict().items() if text and len(text) < len(getattr(section, name))}
    return msgspec.structs.replace(section, **shorter)
