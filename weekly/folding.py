"""Fold a post that is longer than the forum takes: step by step, what is least missed first, and nothing without a word.

Titles give way to a line that counts the pull requests of a repository and links to all of them; what the editor
wrote, gaps, and the standing parts never do. A post that fits is left as it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from weekly.errors import TemplateError
from weekly.markdown import Markdown, link
from weekly.model import (
    UPSTREAM,
    AnySection,
    Counted,
    Highlight,
    Highlights,
    Introduction,
    Named,
    Placement,
    Post,
    Problem,
    Project,
    PullRequest,
    Severity,
    Upstream,
    Words,
)
from weekly.week import Week

FEW = 3
"""Highlights that every project keeps as long as its pull requests can be linked to instead."""

_LISTED = f"{UPSTREAM}: "
_PULL = re.compile(r"(?P<site>https?://[^/\s]+)/(?P<owner>[^/\s]+)/(?P<name>[^/\s]+)/pull/\d+")


class Brief(NamedTuple):
    """Shorter words for the introduction; empty where there are none."""

    text: str = ""
    thanks: str = ""


class _What(StrEnum):
    """What a step folds, in the order of the steps."""

    QUIET = "quiet"
    INTRODUCTION = "introduction"
    LIST = "list"
    SPARE_HIGHLIGHT = "spare highlight"
    PROJECT = "project"
    HIGHLIGHT = "highlight"


class _Step(NamedTuple):
    """One step: of which project, and for a highlight, which of its sections and where in the list."""

    what: _What
    project: str = ""
    section: int = 0
    is_bugfix: bool = False
    place: int = 0


def fold(post: Post, most: int, length: Callable[[Post], int], brief: Callable[[], Brief] = Brief) -> Post:
    """The post in at most so many characters, by as few steps as it takes; folded all the way where that isn't enough.

    `length` is a post's as it will be rendered; `brief` is asked where the introduction has to be shorter.
    """
    if length(post) <= most:
        return post
    folder = _Folder(post, most, brief())
    least, enough = 0, len(folder.steps)
    while least + 1 < enough:
        middle = (least + enough) // 2
        if length(folder.folded(middle)) <= most:
            enough = middle
        else:
            least = middle
    return folder.folded(enough) if folder.steps else post


def at_most(post: Post) -> int:
    """More characters than the post has in our own templates, found without rendering it."""
    return sum(60 + 3 * len(text) for text in _printed(post.sections))


def known_to(text: str, post: Post) -> None:
    """TemplateError where a project's own template doesn't print what a folded post has in the place of titles."""
    upstream = _upstream(post)
    counted = [one.url for project in upstream.projects for one in project.counted]
    named = [one.url for one in upstream.named if one.url]
    lines = [("project.counted", counted), ("section.named", named), ("section.folded", [upstream.folded])]
    for what, expected in lines:
        if any(one not in text for one in expected):
            raise TemplateError(
                f"templates/sections/upstream.md.j2: doesn't print {what}, which a post has that is folded to fit the "
                "forum; take it from the template that weekly brings"
            )


def _upstream(post: Post) -> Upstream:
    return next(section for section in post.sections if isinstance(section, Upstream))


def _printed(value: object) -> Iterator[str]:
    """Every text of a record that a template of ours prints."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, PullRequest):
        yield from (value.title, value.url)
    elif isinstance(value, Highlight):
        yield value.text
    elif isinstance(value, tuple):
        for item in value:
            yield from _printed(item)
    elif isinstance(value, msgspec.Struct):
        yield ""
        for name in value.__struct_fields__:
            yield from _printed(getattr(value, name))


class _Folder:
    """A post, the steps by which it can be folded, and what comes of the first few of them."""

    def __init__(self, post: Post, most: int, brief: Brief) -> None:
        self._post = post
        self._limit = f"{most:,} characters"
        self._brief = brief
        self._upstream = _upstream(post)
        self._counted = {
            project.name: _counted(project, post.week, _hidden(post.placements)) for project in self._upstream.projects
        }
        self.steps = tuple(self._ordered())

    def folded(self, number: int) -> Post:
        """The post after so many steps."""
        steps = self.steps[:number]
        by_what: dict[_What, list[_Step]] = defaultdict(list)
        for step in steps:
            by_what[step.what].append(step)
        dropped = [*by_what[_What.SPARE_HIGHLIGHT], *by_what[_What.HIGHLIGHT]]
        named = {step.project for step in by_what[_What.PROJECT]}
        lists = {step.project for step in by_what[_What.LIST]} - named
        is_quiet, is_brief = bool(by_what[_What.QUIET]), bool(by_what[_What.INTRODUCTION])
        upstream = self._folded_upstream(lists, named, is_quiet=is_quiet)
        told = _told(self._upstream, lists, named, len(dropped), is_quiet=is_quiet, is_brief=is_brief)
        said = Markdown(f"This post is folded to fit the forum's limit of {self._limit}: {told}.")
        upstream = msgspec.structs.replace(upstream, folded=said)
        what = f"folded to fit {self._limit}: {told}"
        problem = Problem(
            where=upstream.heading, what=what, severity=Severity.NOTED, hint="weekly explain tells where each stands"
        )
        return msgspec.structs.replace(
            self._post,
            sections=tuple(self._folded_sections(upstream, dropped, is_brief=is_brief)),
            placements=self._placed(lists, named, dropped),
            problems=(*self._post.problems, problem),
        )

    # The steps --------------------------------------------------------------------------------------------------------

    def _ordered(self) -> Iterator[_Step]:
        """Quiet projects, a long introduction, the longest lists; then the smallest projects, and last the highlights."""
        if sum(map(_is_quiet, self._upstream.projects)) > 1:
            yield _Step(_What.QUIET)
        if self._is_shorter():
            yield _Step(_What.INTRODUCTION)
        order = {project.name: place for place, project in enumerate(self._upstream.projects)}
        savings = {project.name: self._saving(project) for project in self._upstream.projects}
        for name in sorted(savings, key=lambda name: (-savings[name], -order[name])):
            if savings[name] > 0:
                yield _Step(_What.LIST, project=name)
        spare, last = self._highlights()
        yield from spare
        small = [project for project in self._upstream.projects if project.pulls and not project.gaps]
        for project in sorted(small, key=lambda project: (len(project.pulls), -order[project.name])):
            yield _Step(_What.PROJECT, project=project.name)
        yield from last

    def _is_shorter(self) -> bool:
        introduction = next((one for one in self._post.sections if isinstance(one, Introduction)), None)
        if introduction is None:
            return False
        return any(
            brief and len(brief) < len(text)
            for brief, text in ((self._brief.text, introduction.text), (self._brief.thanks, introduction.thanks))
        )

    def _saving(self, project: Project) -> int:
        """The characters that a project's lines save in the place of its list; 0 where it can't have any."""
        counted = self._counted[project.name]
        if not counted:
            return 0
        titles = sum(len(link(pull.title, pull.url)) + 3 for pull in project.pulls)
        return titles - sum(len(link(one.text, one.url)) + 3 for one in counted)

    def _highlights(self) -> tuple[list[_Step], list[_Step]]:
        """The highlights that may go, of all projects by turns, the last project's first: those past a few, and the rest."""
        turns: dict[int, list[_Step]] = defaultdict(list)
        for section, part in enumerate(self._post.sections):
            if isinstance(part, Highlights):
                for left, is_bugfix, place in _going(part):
                    what = _What.SPARE_HIGHLIGHT if left >= FEW else _What.HIGHLIGHT
                    turns[left].append(_Step(what, part.heading, section, is_bugfix, place))
        steps = [step for left in sorted(turns, reverse=True) for step in reversed(turns[left])]
        return (
            [step for step in steps if step.what is _What.SPARE_HIGHLIGHT],
            [step for step in steps if step.what is _What.HIGHLIGHT],
        )

    # What comes of them -----------------------------------------------------------------------------------------------

    def _folded_upstream(self, lists: set[str], named: set[str], *, is_quiet: bool) -> Upstream:
        projects = []
        for project in self._upstream.projects:
            if project.name in named or (is_quiet and _is_quiet(project)):
                continue
            counted = self._counted[project.name] if project.name in lists else ()
            projects.append(
                msgspec.structs.replace(project, pulls=(), counted=counted, details="") if counted else project
            )
        gone = [project for project in self._upstream.projects if project.name in named]
        quiet = [project.name for project in self._upstream.projects if is_quiet and _is_quiet(project)]
        return msgspec.structs.replace(
            self._upstream, projects=tuple(projects), quiet=tuple(quiet), named=_by_owner(gone, self._post.week)
        )

    def _folded_sections(self, upstream: Upstream, dropped: Sequence[_Step], *, is_brief: bool) -> Iterator[AnySection]:
        going = {(step.section, step.is_bugfix, step.place) for step in dropped}
        for number, section in enumerate(self._post.sections):
            if isinstance(section, Upstream):
                yield upstream
            elif isinstance(section, Highlights):
                left = _without(section, number, going)
                if left.improvements or left.bugfixes:
                    yield left
            elif isinstance(section, Introduction) and is_brief:
                yield _briefly(section, self._brief)
            else:
                yield section

    def _placed(self, lists: set[str], named: set[str], dropped: Sequence[_Step]) -> tuple[Placement, ...]:
        """Where each pull request stands now."""
        gone = {
            pull.ref
            for step in dropped
            for pull in _list_of(self._post.sections[step.section], is_bugfix=step.is_bugfix)[step.place].pulls
        }
        lines = {
            pull.ref: (f"{_LISTED}{project.name}", f"{len(project.pulls):,}", project.name in named)
            for project in self._upstream.projects
            if project.name in lists | named
            for pull in project.pulls
        }
        return tuple(
            self._moved(placement, lines.get(placement.pull.ref), is_gone=placement.pull.ref in gone)
            for placement in self._post.placements
        )

    def _moved(self, placement: Placement, line: tuple[str, str, bool] | None, *, is_gone: bool) -> Placement:
        if line is None and not is_gone:
            return placement
        places, remarks = placement.places, placement.remarks
        if is_gone:
            places = tuple(place for place in places if place.startswith(_LISTED))
            remarks = (*remarks, f"left out of the highlights to fit {self._limit}")
        if line is not None:
            place, count, is_named = line
            said = "counted by the project's name, one of" if is_named else "counted in a line with a link, one of"
            places = tuple(f"{one} ({said} {count})" if one == place else one for one in places)
            remarks = (*remarks, f"its title is folded to fit {self._limit}")
        return msgspec.structs.replace(placement, places=places, remarks=remarks)


def _told(upstream: Upstream, lists: set[str], named: set[str], dropped: int, *, is_quiet: bool, is_brief: bool) -> str:
    """What was folded, in words that have no need of others."""
    quiet = sum(map(_is_quiet, upstream.projects)) if is_quiet else 0
    count = Counter({project.name: len(project.pulls) for project in upstream.projects})
    said = []
    if lists:
        pulls = sum(count[name] for name in lists)
        said.append(
            f"{_some(pulls, 'pull request')} of {_some(len(lists), 'project')} are counted, with a link to them"
        )
    if named:
        pulls = sum(count[name] for name in named)
        said.append(
            f"{_some(pulls, 'pull request')} of {_some(len(named), 'project')} are counted by the projects' names"
        )
    if quiet:
        said.append(f"{_some(quiet, 'project')} without a merged pull request share a line")
    if dropped:
        said.append(f"{_some(dropped, 'highlight')} {'is' if dropped == 1 else 'are'} left out")
    if is_brief:
        said.append("the introduction is shorter")
    return "; ".join(said)


def _some(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _is_quiet(project: Project) -> bool:
    return not project.pulls and not project.gaps


def _list_of(section: AnySection, *, is_bugfix: bool) -> tuple[Highlight, ...]:
    assert isinstance(section, Highlights)  # noqa: S101  the steps are made of these
    return section.bugfixes if is_bugfix else section.improvements


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


def _without(section: Highlights, number: int, going: set[tuple[int, bool, int]]) -> Highlights:
    improvements, bugfixes = (
        tuple(one for place, one in enumerate(found) if (number, is_bugfix, place) not in going)
        for is_bugfix, found in ((False, section.improvements), (True, section.bugfixes))
    )
    return msgspec.structs.replace(section, improvements=improvements, bugfixes=bugfixes)


def _briefly(section: Introduction, brief: Brief) -> Introduction:
    shorter = {name: text for name, text in brief._asdict().items() if text and len(text) < len(getattr(section, name))}
    return msgspec.structs.replace(section, **shorter)


# Links ---------------------------------------------------------------------------------------------------------------


def _hidden(placements: Sequence[Placement]) -> Mapping[str, set[str]]:
    """The base branches that aren't shown, by the address of their repository."""
    found: dict[str, set[str]] = defaultdict(set)
    for placement in placements:
        home = _home(placement.pull)
        if home and placement.pull.base and not any(place.startswith(_LISTED) for place in placement.places):
            found[home].add(placement.pull.base)
    return found


def _home(pull: PullRequest) -> str:
    """The address of a pull request's repository; empty where it isn't one of GitHub's form."""
    match = _PULL.fullmatch(pull.url)
    return f"{match['site']}/{match['owner']}/{match['name']}" if match else ""


def _counted(project: Project, week: Week, hidden: Mapping[str, set[str]]) -> tuple[Counted, ...]:
    """A line for each repository of a project; none where the pull requests of one can't be linked to."""
    homes = [(home, list(pulls)) for home, pulls in groupby(sorted(project.pulls, key=_home), key=_home)]
    if not all(home for home, _ in homes):
        return ()
    found = []
    for home, pulls in homes:
        repo = home.split("/", 3)[3]
        text = f"{_some(len(pulls), 'merged pull request')}" + (f" in {repo}" if len(homes) > 1 else "")
        url = f"{home}/pulls?q={_query(week)}{_bases(pulls, hidden.get(home, set()))}"
        found.append(Counted(text=text, url=url, pulls=tuple(pulls)))
    return tuple(found)


def _query(week: Week) -> str:
    """The search for what was merged in the week. GitHub's own range includes both ends, to the second."""
    first, last = week.start.astimezone(UTC), week.end.astimezone(UTC) - timedelta(seconds=1)
    return f"is:pr+is:merged+merged:{first:%Y-%m-%dT%H:%M:%SZ}..{last:%Y-%m-%dT%H:%M:%SZ}"


def _bases(pulls: Sequence[PullRequest], hidden: set[str]) -> str:
    """What keeps the search from finding those of branches that aren't shown."""
    shown = {pull.base for pull in pulls}
    if hidden and len(shown) == 1 and (base := shown.pop()):
        return f"+base:{quote(base)}"
    return "".join(f"+-base:{quote(base)}" for base in sorted(hidden))


def _by_owner(projects: Sequence[Project], week: Week) -> tuple[Named, ...]:
    """The projects by who owns their repositories, with a link to all that was merged there."""
    owners: dict[str, list[Project]] = defaultdict(list)
    for project in projects:
        homes = {_home(pull).rpartition("/")[0] for pull in project.pulls}
        owners[homes.pop() if len(homes) == 1 else ""].append(project)
    found = []
    for owner in sorted(owners, key=lambda owner: (not owner, owner)):
        site, _, name = owner.rpartition("/")
        pulls = sum(len(project.pulls) for project in owners[owner])
        listed = ", ".join(f"{project.name} ({len(project.pulls):,})" for project in owners[owner])
        found.append(
            Named(
                text=f"{_some(pulls, 'merged pull request')} in {_some(len(owners[owner]), 'project')}: {listed}",
                owner=name,
                url=f"{site}/search?type=pullrequests&q=user:{quote(name)}+{_query(week)}" if owner else "",
            )
        )
    return tuple(found)
