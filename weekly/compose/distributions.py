"""Build the section of distribution work."""

from __future__ import annotations

from weekly.compose.feeds import feed_items
from weekly.compose.projects import is_shown, pulls_of
from weekly.compose.result import SectionResult, WeekFacts, archived_source
from weekly.config.project import RepositoryConfig
from weekly.config.sections import DistributionsConfig, PackagingConfig, PartConfig
from weekly.model import Distributions, Linked, Part, Problem, Snapshot
from weekly.notes.file import known_part
from weekly.text.markdown import stripped


def distributions(config: DistributionsConfig, facts: WeekFacts) -> SectionResult:
    """Return the section. A part without content whose source failed is left out."""
    snapshot, notes = facts.snapshot, facts.notes.distributions
    names = [part.name for part in config.parts]
    for name in notes:
        known_part(snapshot.week, name, names)
    parts: list[Part] = []
    problems: list[Problem] = []
    for part in config.parts:
        items, faults = _items(part, snapshot)
        entries = (*part.entries, *notes.get(part.name, ()))
        problems += faults
        if entries or items or not faults:
            parts.append(Part(name=part.name, entries=entries, items=items))
    section = Distributions(heading=config.heading, level=config.level, text=stripped(config.text), parts=tuple(parts))
    return SectionResult(sections=(section,) if parts or not problems else (), problems=tuple(problems))


def _items(part: PartConfig, snapshot: Snapshot) -> tuple[tuple[Linked, ...], list[Problem]]:
    """Return the items of a part's sources in their order, each address once."""
    answers = [
        *(_merged_pulls(repository, snapshot) for repository in part.pulls),
        *(_branch_commits(packaging, snapshot) for packaging in part.commits),
        feed_items(part.feeds, snapshot),
    ]
    by_address = {item.url or item.title: item for items, _ in answers for item in items}
    return tuple(by_address.values()), [problem for _, faults in answers for problem in faults]


def _merged_pulls(repository: RepositoryConfig, snapshot: Snapshot) -> tuple[list[Linked], list[Problem]]:
    """Return a repository's merged pull requests, none where there is a gap in them."""
    activities = (activity for activity in snapshot.repos if activity.repo.lower() == repository.repo.lower())
    pulls, gaps = pulls_of(repository, next(activities, None), snapshot.week)
    shown = [pull for pull in pulls if is_shown(pull, repository.branches)] if not gaps else []
    return [Linked(title=pull.title, url=pull.url) for pull in shown], list(gaps)


def _branch_commits(packaging: PackagingConfig, snapshot: Snapshot) -> tuple[list[Linked], list[Problem]]:
    """Return the branches' commits. A cherry-picked one with the same subject counts once."""
    items: list[Linked] = []
    problems: list[Problem] = []
    for branch in packaging.branches:
        source = f"{packaging.repo}@{branch}"
        archived, faults = archived_source(snapshot.branches, source, snapshot, required=packaging.required)
        problems += faults
        known = {item.title for item in items}
        commits = archived.commits if archived else ()
        items += [Linked(title=commit.subject, url=commit.url) for commit in commits if commit.subject not in known]
    return items, problems
