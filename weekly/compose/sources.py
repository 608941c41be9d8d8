"""Build the sections of archived sources, such as feeds, packaging, images, advisories and issues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weekly.compose.projects import is_shown, pulls_of
from weekly.compose.week_facts import WeekFacts
from weekly.config.external import FeedConfig
from weekly.config.sections import (
    AdvisoriesConfig,
    ContributeConfig,
    DistributionsConfig,
    FeedSectionConfig,
    IndexConfig,
    PackagingConfig,
    PartConfig,
)
from weekly.model import (
    Advisory,
    AnySection,
    Block,
    Contribute,
    Distributions,
    Feed,
    FeedItem,
    Image,
    Linked,
    Newcomers,
    Part,
    Snapshot,
)
from weekly.model.github_urls import issues_url, site_of
from weekly.notes.file import known_part
from weekly.text.markdown import Markdown, escape, link, normalise, stripped
from weekly.week import Week, day_span, zone_named

MOST_LISTED = 50
"""Changed images that the section lists."""


def feed(config: FeedSectionConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Return the section of what feeds published, none where no entry is known and a feed can't be read."""
    items = tuple(_feed_items(config.feeds, facts))
    section = Feed(heading=config.heading, level=config.level, text=stripped(config.text), items=items)
    return [section] if items or not facts.report.problems else []


def _feed_items(feeds: Sequence[FeedConfig], facts: WeekFacts) -> Iterator[Linked]:
    for config in feeds:
        archived = facts.find(facts.snapshot.feeds, config.url, required=config.required)
        for item in (*archived.items, *archived.late) if archived else ():
            day = late_day(item, facts.snapshot.week)
            yield Linked(title=f"{item.title} ({day})" if day else item.title, url=item.url)


def late_day(item: FeedItem, week: Week) -> str:
    """Return the day of an entry that came after its own week's post, empty for the week's own."""
    if item.published in week:
        return ""
    day = item.published.astimezone(zone_named(week.zone)).date()
    return day_span(day, day)


def distributions(config: DistributionsConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Return the section of distribution work. A part without content whose source failed is left out."""
    notes = facts.notes.distributions
    for name in notes:
        known_part(facts.snapshot.week, name, [part.name for part in config.parts])
    parts: list[Part] = []
    for part in config.parts:
        known_problems = len(facts.report.problems)
        items = {item.url or item.title: item for item in _part_items(part, facts)}
        entries = (*part.entries, *notes.get(part.name, ()))
        if entries or items or len(facts.report.problems) == known_problems:
            parts.append(Part(name=part.name, entries=entries, items=tuple(items.values())))
    section = Distributions(heading=config.heading, level=config.level, text=stripped(config.text), parts=tuple(parts))
    return [section] if parts or not facts.report.problems else []


def _part_items(part: PartConfig, facts: WeekFacts) -> Iterator[Linked]:
    """Yield merged pull requests unless there is a gap in them, branches' commits and feeds' entries."""
    snapshot = facts.snapshot
    for repository in part.pulls:
        activities = (activity for activity in snapshot.repos if activity.repo.lower() == repository.repo.lower())
        pulls, gaps = pulls_of(repository, next(activities, None), snapshot.week)
        facts.report.problems += gaps
        shown = [pull for pull in pulls if is_shown(pull, repository.branches) and not gaps]
        yield from (Linked(title=pull.title, url=pull.url) for pull in shown)
    for packaging in part.commits:
        yield from _branch_commits(packaging, facts)
    yield from _feed_items(part.feeds, facts)


def _branch_commits(packaging: PackagingConfig, facts: WeekFacts) -> Iterator[Linked]:
    """Yield the branches' commits. A cherry-picked one with the same subject counts once."""
    known: set[str] = set()
    for branch in packaging.branches:
        source = f"{packaging.repo}@{branch}"
        archived = facts.find(facts.snapshot.branches, source, required=packaging.required)
        commits = [commit for commit in (archived.commits if archived else ()) if commit.subject not in known]
        known.update(commit.subject for commit in commits)
        yield from (Linked(title=commit.subject, url=commit.url) for commit in commits)


def index(config: IndexConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Return the section of the images that a server added or removed, none where no earlier week is known."""
    archived = facts.find(facts.snapshot.indexes, config.url, required=config.required)
    if archived is None or archived.since is None:
        return []
    lines = [*_lines("Added", archived.added), *_lines("Removed", archived.removed)]
    listed, rest = lines[:MOST_LISTED], lines[MOST_LISTED:]
    section = Block(
        heading=config.heading,
        level=config.level,
        text=stripped(config.text),
        entries=(*listed, *([f"… and {len(rest):,} more"] if rest else [])),
        is_list=True,
    )
    facts.report.left_out += [f"{line}: past the {MOST_LISTED} lines" for line in rest]
    return [section]


def _lines(verb: str, images: Sequence[Image]) -> Iterator[str]:
    """Yield a line for each image. A variant is named unless the default changed for the same architectures."""
    defaults = {(image.os, image.release, image.archs) for image in images if image.variant == "default"}
    for image in images:
        is_default = image.variant == "default"
        if is_default or (image.os, image.release, image.archs) not in defaults:
            variant = "" if is_default else f" {image.variant}"
            yield normalise(f"{verb} {image.name}{variant} ({', '.join(image.archs)})")


def advisories(config: AdvisoriesConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Return the section of security advisories, none in a week without any."""
    entries: list[Markdown] = []
    for source in config.sources([activity.repo for activity in facts.snapshot.repos]):
        archived = facts.find(facts.snapshot.advisories, source, required=config.required)
        entries += map(_advisory, archived.advisories if archived else ())
    section = Block(
        heading=config.heading, level=config.level, text=stripped(config.text), entries=tuple(entries), is_list=True
    )
    return [section] if entries else []


def _advisory(advisory: Advisory) -> Markdown:
    """Return the line for an advisory. The severity is GitHub's."""
    severity = f", {escape(advisory.severity)}" if advisory.severity else ""
    numbers = link(", ".join(advisory.numbers), advisory.url)
    return Markdown(f"{escape(advisory.title)} ({numbers}{severity})")


def contribute(config: ContributeConfig, facts: WeekFacts) -> Sequence[AnySection]:
    """Return links to the searches for newcomers' issues. An unknown count is left out."""
    snapshot = facts.snapshot
    links: list[Newcomers] = []
    for search in config.issues:
        archived = facts.find(snapshot.issues, f"{search.repo} {search.query}") if config.count else None
        text = search.text or f"Issues for new contributors to {search.repo.partition('/')[2]}"
        url = issues_url(_site(search.repo, snapshot), search.repo, search.query)
        links.append(Newcomers(text=text, url=url, how_many=f"{archived.count} open" if archived else ""))
    section = Contribute(heading=config.heading, level=config.level, text=stripped(config.text), issues=tuple(links))
    return [section]


def _site(repo: str, snapshot: Snapshot) -> str:
    """Return the server of a repository, as its pull requests, those of others or the snapshot show it."""
    own = [activity for activity in snapshot.repos if activity.repo.lower() == repo.lower()]
    urls = (pull.url for activity in (*own, *snapshot.repos) for pull in activity.pulls)
    return site_of(urls, default=snapshot.site)
