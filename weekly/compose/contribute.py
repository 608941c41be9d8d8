"""Build the section that links to issues for newcomers."""

from __future__ import annotations

from weekly.compose.result import SectionResult, WeekFacts, archived_source
from weekly.config.sections import ContributeConfig, NewcomersConfig
from weekly.model import Contribute, Newcomers, Problem, Snapshot
from weekly.model.github_urls import issues_url, site_of
from weekly.text.markdown import stripped


def contribute(config: ContributeConfig, facts: WeekFacts) -> SectionResult:
    """Return links to the searches for newcomers' issues. An unknown count is left out."""
    links: list[Newcomers] = []
    problems: list[Problem] = []
    for search in config.issues:
        count, faults = _count(search, facts.snapshot) if config.count else ("", ())
        problems += faults
        text = search.text or f"Issues for new contributors to {search.repo.partition('/')[2]}"
        url = issues_url(_site(search.repo, facts.snapshot), search.repo, search.query)
        links.append(Newcomers(text=text, url=url, how_many=count))
    section = Contribute(heading=config.heading, level=config.level, text=stripped(config.text), issues=tuple(links))
    return SectionResult(sections=(section,), problems=tuple(problems))


def _count(search: NewcomersConfig, snapshot: Snapshot) -> tuple[str, tuple[Problem, ...]]:
    archived, faults = archived_source(snapshot.issues, f"{search.repo} {search.query}", snapshot)
    return (f"{archived.count} open" if archived else ""), faults


def _site(repo: str, snapshot: Snapshot) -> str:
    """Return the server of a repository, as its pull requests, those of others or the snapshot show it."""
    own = [activity for activity in snapshot.repos if activity.repo.lower() == repo.lower()]
    urls = (pull.url for activity in (*own, *snapshot.repos) for pull in activity.pulls)
    return site_of(urls, default=snapshot.site)
