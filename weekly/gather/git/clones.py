"""Read the pull requests and releases of a span from local clones."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from weekly.files.paths import shown
from weekly.gather.base import Reading, Span, Tag, blocked, coauthor_contacts, noted, releases_within
from weekly.gather.git import details, history, pulls
from weekly.gather.git.command import Git, GitError, Processes
from weekly.http.retry import results
from weekly.model import Outcome, Problem, PullRequest, Release
from weekly.model.github_urls import SITE

WORKERS = 4
"""Clones that are read at once."""


class Clone(msgspec.Struct, frozen=True, kw_only=True):
    """The folder of a repository's clone, and the branches to read besides the default one."""

    folder: Path
    patterns: tuple[str, ...] = ()
    hint: str = "correct its path in weekly.toml, or clone it there"


class _Learned(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about a clone for every span."""

    git: Git
    history: history.History
    tags: tuple[Tag, ...]
    shallow: frozenset[str]
    logins: Mapping[str, str]
    fetched: datetime
    problems: tuple[Problem, ...]


class Clones:
    """Read clones by their repositories. Each history is walked once, however many spans are asked for.

    `patch_patterns` names the files whose added lines are read.
    """

    def __init__(
        self,
        clones: Mapping[str, Clone],
        *,
        environment: Mapping[str, str],
        site: str = SITE,
        patch_patterns: Sequence[str] = (),
    ) -> None:
        self.clones = clones
        self._environment = environment
        self._site = site
        self._patch_patterns = patch_patterns
        self._learned: dict[str, _Learned | Reading] = {}
        self._lock = threading.Lock()
        self.running = Processes()

    def read(self, repos: Sequence[str], span: Span) -> tuple[Reading, ...]:
        """Return what each repository merged and released in a span."""
        pool = ThreadPoolExecutor(WORKERS)
        try:
            with self._lock:
                new = [repo for repo in repos if repo not in self._learned]
                self._learned |= zip(new, results([pool.submit(self._learn, repo) for repo in new]), strict=True)
            return tuple(results([pool.submit(self._read, repo, span) for repo in repos]))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _read(self, repo: str, span: Span) -> Reading:
        learned = self._learned[repo]
        if isinstance(learned, Reading):
            return learned
        reaches = learned.history.reaches
        if reaches is not None and reaches >= span.start:
            what = f"its clone is shallow and reaches back to {reaches:%Y-%m-%d} only"
            return _failed(repo, what, hint="complete it: git fetch --unshallow")
        try:
            found, lacks = self._pulls(repo, learned, span)
            tagged = releases_within(span, (), learned.tags, pages=f"{self._site}/{repo}")
            tagged = tuple(_with_security(learned.git, release) for release in tagged)
        except GitError as error:
            return _failed(repo, f"its clone can't be read: {error}", hint=error.hint)
        problems, hint = learned.problems, "fetch, and gather again with --refresh"
        last = f"it was last fetched, or committed to, on {learned.fetched:%Y-%m-%d %H:%M} UTC"
        if learned.fetched < span.start and not found:
            return _failed(repo, f"its clone is older than the week: {last}", hint=hint)
        if learned.fetched < span.end:  # nothing shows that it was fetched after the span
            problems += (noted(repo, f"its clone may be out of date: {last}", hint=hint),)
        return Reading(
            repo=repo,
            outcome=Outcome.UNPROVEN,
            pulls=found,
            lacks=tuple(sorted({*pulls.LACKS, *lacks})),
            releases=tagged,
            unread=learned.history.unread_within(span, self.clones[repo].patterns or ("*",)),
            problems=problems,
        )

    def _learn(self, repo: str) -> _Learned | Reading:
        clone = self.clones[repo]
        if not clone.folder.is_dir():
            return _failed(repo, f"its clone {shown(clone.folder)} isn't there", hint=clone.hint)
        git = Git(folder=clone.folder, environment=self._environment, running=self.running)
        try:
            common, is_bare = git.lines("rev-parse", "--git-common-dir", "--is-bare-repository")
            folder = clone.folder / common
            shallow = _shallow(folder)
            chosen, tags = history.read_refs(git, clone.patterns, is_bare=is_bare == "true")
            git = msgspec.structs.replace(git, folder=folder)
            git = msgspec.structs.replace(git, options=_mailmap(git, next(iter(chosen.values()))))
            walked = history.read(git, chosen, shallow, repo=repo)
            people = pulls.learn_logins(git, walked.landings, account=repo.partition("/")[0])
        except GitError as error:
            return _failed(repo, f"its clone {shown(clone.folder)} can't be read: {error}", hint=error.hint)
        problems = tuple(
            noted(repo, f"its clone has no branch {pattern!r}", hint="fetch it, or correct branches in weekly.toml")
            for pattern in clone.patterns
            if pattern != "*" and not any(fnmatchcase(name, pattern) for name in chosen)
        )
        fetched = max(walked.newest, _fetched(folder))
        return _Learned(
            git=git, history=walked, tags=tags, shallow=shallow, logins=people, fetched=fetched, problems=problems
        )

    def _pulls(self, repo: str, learned: _Learned, span: Span) -> tuple[tuple[PullRequest, ...], tuple[str, ...]]:
        """Return the pull requests of a span, and which fields the clone lacks."""
        git = learned.git
        landings = history.with_rollups(git, learned.history.within(span), learned.history)
        commits = details.landing_commits(git, landings)
        branched = details.branch_commits(git, landings, learned.shallow)
        pairs = details.compared(git, landings)
        files, lacks = details.changed_files(git, pairs)
        patches, also_lacks = details.patches(git, pairs, self._patch_patterns)
        contacts = coauthor_contacts(
            *(commit.message for commit in commits.values()),
            *(commit.message for branch in branched.values() for commit in branch or ()),
        )
        evidence = pulls.Evidence(
            commits=commits,
            branches=branched,
            files=files,
            patches=patches,
            logins=learned.logins,
            names=_mapped_names(git, contacts),
        )
        found = tuple(pulls.pull(repo, self._site, landing, evidence) for landing in landings)
        return found, (*lacks, *also_lacks)


_SECURITY = r"^\[?(SECURITY|CVE-[0-9]+)-[0-9]+|^([a-z/]+: )?[Ff]ix(e[sd])? CVE-[0-9]+"
"""The beginning of messages of commits that close a security hole."""


def _with_security(git: Git, release: Release) -> Release:
    """Return a release that knows whether it is about security: a quarter of its commits close a hole.

    Others come with its preparation. A feature release closes holes as well, and isn't about them.
    """
    tag = f"refs/tags/{release.tag}"
    before = git.lines("describe", "--tags", "--abbrev=0", f"{tag}^", missing=())
    if not before:
        return release
    commits = ("log", "--no-merges", "--format=%H", f"refs/tags/{before[0]}..{tag}", "--")
    search = ("log", "--extended-regexp", f"--grep={_SECURITY}", *commits[1:])
    found = len(list(git.lines(*search, missing=())))
    is_security = found > 0 and 4 * found >= len(list(git.lines(*commits, missing=())))
    return msgspec.structs.replace(release, is_security=is_security)


def _mailmap(git: Git, tip: str) -> tuple[str, ...]:
    """Return the option for the default branch's .mailmap, whatever is checked out. A partial clone may lack it."""
    path = f"{tip}:.mailmap"
    is_partial = any((git.folder / "objects" / "pack").glob("*.promisor"))
    is_missing = is_partial and git.lines("cat-file", "-e", path, missing=("missing",))
    return () if is_missing else ("-c", f"mailmap.blob={path}")


def _mapped_names(git: Git, contacts: Sequence[str]) -> dict[str, str]:
    """Return the names that .mailmap has for contacts."""
    mapped = git.lines("check-mailmap", "--stdin", stdin=contacts, missing=()) if contacts else ()
    names = [contact.rpartition(" <")[0] for contact in mapped]
    return dict(zip(contacts, names, strict=True)) if len(names) == len(contacts) else {}


def _failed(repo: str, what: str, *, hint: str) -> Reading:
    return Reading(repo=repo, outcome=Outcome.FAILED, problems=(blocked(repo, what, hint=hint),))


def _shallow(folder: Path) -> frozenset[str]:
    """Return the commits at which a shallow clone was cut off."""
    try:
        return frozenset((folder / "shallow").read_text(encoding="ascii").split())
    except OSError:
        return frozenset()


def _fetched(folder: Path) -> datetime:
    """Return when the clone was last fetched or made. A failed fetch leaves FETCH_HEAD empty."""
    for name in ("FETCH_HEAD", "refs/remotes/origin/HEAD"):
        try:
            stat = (folder / name).stat()
        except OSError:
            continue
        if stat.st_size:
            return datetime.fromtimestamp(stat.st_mtime, UTC)
    return datetime.min.replace(tzinfo=UTC)
