"""Readings of local clones: what was merged in a span, as far as a history tells it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from weekly.files.paths import shown
from weekly.gather.base import Reading, Span, blocked, noted
from weekly.gather.git import branches, details, history, logins, pulls
from weekly.gather.git.command import Git, GitError, Processes
from weekly.http.waiting import results
from weekly.model import Outcome, Problem, PullRequest
from weekly.model.github_urls import SITE

SIDE_BY_SIDE = 4
"""Clones that are read at once."""


class Clone(msgspec.Struct, frozen=True, kw_only=True):
    """Where a repository's clone is, and which branches of it are wanted beside the default one."""

    folder: Path
    patterns: tuple[str, ...] = ()
    hint: str = "correct its path in weekly.toml, or clone it there"


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """What of a clone holds for every span."""

    git: Git
    history: history.History
    shallow: frozenset[str]
    logins: Mapping[str, str]
    fetched: datetime
    problems: tuple[Problem, ...]


class Clones:
    """Clones by their repositories. Each one's history is walked once, however many spans are asked for."""

    def __init__(self, clones: Mapping[str, Clone], *, environment: Mapping[str, str], site: str = SITE) -> None:
        self.clones = clones
        self._environment = environment
        self._site = site
        self._running = Processes()
        self._known: dict[str, _Known | Reading] = {}
        self._locks = {repo: threading.Lock() for repo in clones}

    def read(self, repos: Sequence[str], span: Span) -> tuple[Reading, ...]:
        """What each of the repositories merged in a span, with evidence."""
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            try:
                return tuple(results([pool.submit(self._read, repo, span) for repo in repos]))
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """End what is under way, and begin nothing else: the command was told to end."""
        self._running.stop()

    def _read(self, repo: str, span: Span) -> Reading:
        with self._locks[repo]:
            if repo not in self._known:
                self._known[repo] = self._learn(repo)
        known = self._known[repo]
        if isinstance(known, Reading):
            return known
        reaches = known.history.reaches
        if reaches is not None and reaches >= span.start:
            what = f"its clone is shallow and reaches back to {reaches:%Y-%m-%d} only"
            return _failed(repo, what, hint="complete it: git fetch --unshallow")
        try:
            found, lacks = _pulls(repo, self._site, known, span)
        except GitError as error:
            return _failed(repo, f"its clone can't be read: {error}", hint=error.hint)
        return Reading(
            repo=repo,
            outcome=Outcome.UNPROVEN,
            pulls=found,
            lacks=tuple(sorted({*pulls.LACKS, *lacks})),
            problems=(*known.problems, *_stale(repo, known, span)),
        )

    def _learn(self, repo: str) -> _Known | Reading:
        clone = self.clones[repo]
        if not clone.folder.is_dir():
            return _failed(repo, f"its clone {shown(clone.folder)} isn't there", hint=clone.hint)
        git = Git(folder=clone.folder, environment=self._environment, running=self._running)
        try:
            place = git.lines("rev-parse", "--git-common-dir")[0]
            folder = clone.folder / place
            shallow = _shallow(folder)
            found = branches.find(git, clone.patterns)
            told = history.read(git, found.branches, shallow)
            people = logins.learn(git, told.landings, apart=repo.partition("/")[0])
        except GitError as error:
            return _failed(repo, f"its clone {shown(clone.folder)} can't be read: {error}", hint=error.hint)
        problems = tuple(
            noted(repo, f"its clone has no branch {pattern!r}", hint="fetch it, or correct branches in weekly.toml")
            for pattern in found.unmatched
        )
        fetched = max(told.newest, _fetched(folder))
        return _Known(git=git, history=told, shallow=shallow, logins=people, fetched=fetched, problems=problems)


def _pulls(repo: str, site: str, known: _Known, span: Span) -> tuple[tuple[PullRequest, ...], tuple[str, ...]]:
    landings = known.history.within(span)
    landed = details.landed(known.git, landings)
    branched = details.branched(known.git, landings, known.shallow)
    touched = details.touched(known.git, landings)
    found = tuple(
        pulls.pull(
            repo,
            site,
            landing,
            landed[landing.sha],
            branched.get(landing.sha, details.Branched()),
            touched.files.get(landing.sha, ()),
            logins=known.logins,
            cut=("files",) if landing.sha in touched.more else (),
        )
        for landing in landings
    )
    return found, touched.lacks


def _failed(repo: str, what: str, *, hint: str) -> Reading:
    return Reading(repo=repo, outcome=Outcome.FAILED, problems=(blocked(repo, what, hint=hint),))


def _stale(repo: str, known: _Known, span: Span) -> tuple[Problem, ...]:
    """A word where nothing shows that the clone was brought up to date after the span."""
    if known.fetched >= span.end:
        return ()
    what = f"its clone may be out of date: it was last fetched, or committed to, on {known.fetched:%Y-%m-%d %H:%M} UTC"
    return (noted(repo, what, hint="fetch, and gather again with --refresh"),)


def _shallow(folder: Path) -> frozenset[str]:
    """The commits at which a clone was cut off."""
    try:
        return frozenset((folder / "shallow").read_text(encoding="ascii").split())
    except OSError:
        return frozenset()


def _fetched(folder: Path) -> datetime:
    """When the clone was last fetched, or made: a fetch that failed leaves its note empty."""
    for name in ("FETCH_HEAD", "refs/remotes/origin/HEAD"):
        try:
            stat = (folder / name).stat()
        except OSError:
            continue
        if stat.st_size:
            return datetime.fromtimestamp(stat.st_mtime, UTC)
    return datetime.min.replace(tzinfo=UTC)
