"""Work beside the projects' own repositories: distributions, what feeds published, where newcomers begin."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from urllib.parse import quote

from weekly.compose.result import Made, heard
from weekly.config import (
    ContributeConfig,
    DistributionsConfig,
    FeedSectionConfig,
    PackagingConfig,
    PartConfig,
    RepositoryConfig,
    stripped,
)
from weekly.config.external import FeedConfig
from weekly.model import Contribute, Distributions, Feed, Linked, Newcomers, Part, Problem, Severity, Snapshot
from weekly.notes.file import Notes, known_part


def distributions(part: DistributionsConfig, snapshot: Snapshot, notes: Notes) -> Made:
    """Distribution work. A part that has nothing to tell, and a source that could not be asked, is left out."""
    names = [one.name for one in part.parts]
    for name in notes.distributions:
        known_part(snapshot.week, name, names)
    parts: list[Part] = []
    problems: list[Problem] = []
    for one in part.parts:
        items, wrong = _items(one, snapshot)
        entries = (*one.entries, *notes.distributions.get(one.name, ()))
        problems += wrong
        if entries or items or not wrong:
            parts.append(Part(name=one.name, entries=entries, items=items))
    text = stripped(part.text)
    section = Distributions(heading=part.heading, level=part.level, text=text, parts=tuple(parts))
    return Made(sections=(section,) if parts or not problems else (), problems=tuple(problems))


def feed(part: FeedSectionConfig, snapshot: Snapshot) -> Made:
    """What feeds published in the week; no section where nothing is known and a feed could not be read."""
    items, problems = _published(part.feeds, snapshot)
    if not items and problems:
        return Made(problems=tuple(problems))
    section = Feed(heading=part.heading, level=part.level, text=stripped(part.text), items=tuple(items))
    return Made(sections=(section,), problems=tuple(problems))


def contribute(part: ContributeConfig, snapshot: Snapshot) -> Made:
    """Links to the searches for newcomers' issues; a count that isn't known isn't told."""
    issues: list[Newcomers] = []
    problems: list[Problem] = []
    for wanted in part.issues:
        how_many = ""
        if part.count:
            found, wrong = heard(snapshot.issues, f"{wanted.repo} {wanted.query}", snapshot)
            problems += wrong
            how_many = f"{found.count} open" if found else ""
        url = f"https://github.com/{wanted.repo}/issues?q={quote(wanted.query, safe='').replace('%20', '+')}"
        text = wanted.text or f"Issues for new contributors to {wanted.repo.partition('/')[2]}"
        issues.append(Newcomers(text=text, url=url, how_many=how_many))
    section = Contribute(heading=part.heading, level=part.level, text=stripped(part.text), issues=tuple(issues))
    return Made(sections=(section,), problems=tuple(problems))


def _items(part: PartConfig, snapshot: Snapshot) -> tuple[tuple[Linked, ...], list[Problem]]:
    """What the sources of a distribution tell, in their order, each address once."""
    items: list[Linked] = []
    problems: list[Problem] = []
    for repository in part.pulls:
        found, wrong = _merged(repository, snapshot)
        items, problems = [*items, *found], [*problems, *wrong]
    for packaging in part.commits:
        found, wrong = _committed(packaging, snapshot)
        items, problems = [*items, *found], [*problems, *wrong]
    found, wrong = _published(part.feeds, snapshot)
    items, problems = [*items, *found], [*problems, *wrong]
    return tuple({item.url or item.title: item for item in items}.values()), problems


def _merged(repository: RepositoryConfig, snapshot: Snapshot) -> tuple[list[Linked], list[Problem]]:
    activity = next((one for one in snapshot.repos if one.repo.lower() == repository.repo.lower()), None)
    if activity is None or not activity.outcome.is_answer:
        what = activity.outcome.sentence if activity else "is not in the archive of this week"
        hint = f"gather it: weekly gather --week {snapshot.week} --refresh"
        return [], [Problem(where=str(repository.repo), what=what, severity=Severity.BLOCKS, hint=hint)]
    return [
        Linked(title=pull.title, url=pull.url)
        for pull in activity.pulls
        if pull.base is None or any(fnmatchcase(pull.base, pattern) for pattern in repository.branches)
    ], []


def _committed(packaging: PackagingConfig, snapshot: Snapshot) -> tuple[list[Linked], list[Problem]]:
    """The branches' commits; one that was picked onto a further branch, under the same subject, is told once."""
    items: list[Linked] = []
    problems: list[Problem] = []
    for branch in packaging.branches:
        source = f"{packaging.repo}@{branch}"
        found, wrong = heard(snapshot.branches, source, snapshot, required=packaging.required)
        problems += wrong
        told = {item.title for item in items}
        commits = found.commits if found else ()
        items += [Linked(title=one.subject, url=one.url) for one in commits if one.subject not in told]
    return items, problems


def _published(feeds: Sequence[FeedConfig], snapshot: Snapshot) -> tuple[list[Linked], list[Problem]]:
    items: list[Linked] = []
    problems: list[Problem] = []
    for one in feeds:
        found, wrong = heard(snapshot.feeds, one.url, snapshot, required=one.required)
        problems += wrong
        items += [Linked(title=item.title, url=item.url) for item in (found.items if found else ())]
    return items, problems
