"""Propose a week for review: prepare its files, then commit them to a branch and open a pull request.

Configuration, templates and records come from the default branch. The branch for review is never checked out. Only data
is read from it, as regular files of bounded size: the week's notes, what feeds and calendars of its archive have since
forgotten, the answers of a writer, which are checked again, and the images of the post. Preparing needs no right to
write, and proposing runs no template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

from msgspec.structs import replace

from weekly import archive
from weekly.automation.git import WorkingTree
from weekly.automation.summary import Status, WeekResult, of_proposal
from weekly.console import put_diff, put_lines, say
from weekly.errors import ArchiveError, GitError, GivenError, NotesError
from weekly.files import atomic, decode
from weekly.files.paths import shown
from weekly.files.read import MAX_TOML_BYTES, find_bytes
from weekly.gather.external import merge_archived
from weekly.model import Record, Snapshot
from weekly.notes.file import load_notes
from weekly.pipeline.ask_writer import write_week
from weekly.pipeline.context import Project
from weekly.pipeline.draft import draft_week
from weekly.pipeline.monday_week import REVIEW, Run, gathered, inspect, unsure_bullets
from weekly.pipeline.post import rendered_post
from weekly.publish import images
from weekly.publish.merge import diff
from weekly.week import Week
from weekly.writer.document import MAX_BYTES, parse_replies, replies_path, save_replies

MAX_ARCHIVE_BYTES = 50_000_000
MANIFEST = "proposals.json"
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
_TRIES = 4


class Proposal(Record, frozen=True, kw_only=True):
    """A week that is ready to be proposed, with the branch's base commit, the pull request's text and the files."""

    result: WeekResult
    tip: str = ""
    body: str
    files: dict[str, bytes]

    @property
    def week(self) -> Week:
        """The proposed week."""
        return self.result.week


def _names(week: Week) -> tuple[str, ...]:
    return (f"archive/{week}.json", f"archive/{week}.writer.json", f"weeks/{week}.toml", f"{REVIEW}/{week}.md")


def branch_of(week: Week, tree: WorkingTree | None) -> str:
    """Return the branch that proposes a week, which names the project's folder in the tree."""
    prefix = re.sub(r"[^\w/-]+", "-", tree.prefix) if tree else ""
    return f"weekly/{prefix}{week}"


def prepare(week: Week, run: Run) -> tuple[WeekResult, Proposal | None]:
    """Gather, draft and render the week, with what the branch for review has of it. A dry run asks no writer."""
    name = branch_of(week, run.tree)
    tip = run.tree.tip(name) if run.tree else None
    project = Project.at(run.tree.checkout(run.trees / str(week))) if run.tree else run.project
    branch = _ReviewBranch(run.tree, tip) if run.tree and tip else None
    try:
        if branch is not None:
            branch.take_notes(week, project)
    except (GitError, NotesError) as error:  # one branch doesn't keep the other weeks
        return WeekResult(week=week, status=Status.HELD, why=f"{name}: {error}"), None
    snapshot = gathered(week, project, run.context, refresh=tip is not None)
    if branch is not None:
        snapshot = branch.take_archive(snapshot, project)
        branch.take_replies(week, project)
    if run.tree:
        write_week(snapshot, project, run.context)
    draft_week(snapshot, project)
    text = rendered_post(snapshot, project).text
    if branch is not None:
        branch.take_images(text, project)
    atomic.write(project.root / REVIEW / f"{week}.md", text)
    return _prepared(snapshot, text, project, run, tip or "")


def _prepared(snapshot: Snapshot, text: str, project: Project, run: Run, tip: str) -> tuple[WeekResult, Proposal]:
    """Check a rendered week. Return the result, and the pull request with its files."""
    result, _ = inspect(snapshot, project)
    gaps = "; ".join(map(str, snapshot.blocking))
    status = Status.PREPARED if run.tree else Status.SHOWN
    result = replace(result, status=status, why=gaps and f"{gaps}; run again to complete the week")
    proposal = Proposal(
        result=replace(result, findings=()),
        tip=tip,
        body=of_proposal(result, run.context.run_address, unsure=tuple(unsure_bullets(snapshot, project)), post=text),
        files={name: content for name in _names(snapshot.week) if (content := _content(project.root / name))},
    )
    return result, proposal


def _content(path: Path) -> bytes | None:
    return find_bytes(path, GitError, most=MAX_ARCHIVE_BYTES)


def show(proposal: Proposal, folder: Path) -> None:
    """Print the pull request that a run would open, with its changes to a folder."""
    put_lines(f"Pull request from {branch_of(proposal.week, None)}: {proposal.result.title}\n\n{proposal.body}\n")
    for name, content in proposal.files.items():
        if name.endswith(".json"):
            put_lines(f"{name}: {len(content):,} bytes\n")
        else:
            old = (find_bytes(folder / name, GitError) or b"").decode()
            put_diff(diff(old, content.decode(), names=(name, name)))


def propose(proposal: Proposal, run: Run) -> WeekResult:
    """Commit the prepared files to the week's branch, and open or update its pull request."""
    if run.tree is None or run.repository is None:
        raise GivenError("--push: missing, so nothing can be proposed; add it")
    branch = branch_of(proposal.week, run.tree)
    message = f"Propose the week of {proposal.week}"
    for _ in range(_TRIES):
        tip = run.tree.tip(branch)
        _check_notes(proposal, tip, run.tree)
        commit = run.tree.commit_on(tip or run.tree.head, proposal.files, message)
        if run.tree.push_commit(commit, branch):
            break
    else:
        raise GitError(f"{branch}: somebody pushes to it all the time; run again later")
    opened = run.repository.propose(branch, run.tree.branch, proposal.result.title, proposal.body)
    return replace(proposal.result, status=Status.PROPOSED, url=opened.url)


def save_proposals(folder: Path, proposals: Sequence[Proposal]) -> None:
    """Write prepared weeks into a folder, for another job to propose."""
    atomic.write(folder / MANIFEST, decode.json_text(tuple(proposals)))


def load_proposals(folder: Path) -> tuple[Proposal, ...]:
    """Load prepared weeks. Refuse files other than a week's own."""
    path = folder / MANIFEST
    proposals = decode.convert(decode.read_json(path, GivenError), tuple[Proposal, ...], where=path, error=GivenError)
    for proposal in proposals:
        for name in sorted(set(proposal.files).difference(_names(proposal.week))):
            raise GivenError(f"{shown(path)}: {name}: no file of the week of {proposal.week}; prepare it again")
    return proposals


def _check_notes(proposal: Proposal, tip: str | None, tree: WorkingTree) -> None:
    """Refuse to overwrite notes that somebody changed while the week was prepared."""
    name = f"weeks/{proposal.week}.toml"
    if (tip or "") == proposal.tip:
        return
    before, after = (
        tree.read(commit, name, limit=MAX_TOML_BYTES) if commit else None for commit in (proposal.tip, tip)
    )
    if before != after:
        raise GitError(f"{branch_of(proposal.week, tree)}: somebody changed {name} meanwhile; run again")


class _ReviewBranch(NamedTuple):
    """Reads data from the commit of a branch for review into a checkout of the default branch."""

    tree: WorkingTree
    commit: str

    def take_notes(self, week: Week, project: Project) -> None:
        """Use the branch's notes on the week."""
        name = f"weeks/{week}.toml"
        content = self.tree.read(self.commit, name, limit=MAX_TOML_BYTES)
        if content is not None:
            atomic.write(project.root / name, content)
            load_notes(project.root, week)

    def take_archive(self, snapshot: Snapshot, project: Project) -> Snapshot:
        """Add what sources no longer report. GitHub's data stays as just gathered."""
        with _reported(path := archive.path_of(project.root, snapshot.week)):
            content = self.tree.read(self.commit, f"archive/{path.name}", limit=MAX_ARCHIVE_BYTES)
            if content is not None:
                snapshot = merge_archived(archive.parse(content, path, snapshot.week), snapshot)
                archive.save(project.root, snapshot)
        return snapshot

    def take_replies(self, week: Week, project: Project) -> None:
        """Use the branch's answers of the writer, which are checked as if they were new."""
        with _reported(path := replies_path(project.root, week)):
            content = self.tree.read(self.commit, f"archive/{path.name}", limit=MAX_BYTES)
            if content is not None:
                save_replies(project.root, parse_replies(content, path, week))

    def take_images(self, text: str, project: Project) -> None:
        """Copy the post's images, which become visible in the preview and the check."""
        for path in images.local(text):
            name = PurePosixPath(unquote(path))
            if name.suffix.lower() not in _IMAGES or ".." in name.parts or name.is_absolute():
                continue  # the check reports it
            with _reported(project.root / name):
                content = self.tree.read(self.commit, str(name), limit=images.MAX_BYTES)
                if content is not None:
                    atomic.write(project.root / name, content)


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    """Report a file of the branch that can't be used, and go on without it."""
    try:
        yield
    except (ArchiveError, GitError) as error:
        say(f"{shown(path)}: can't be used from the branch for review: {error}")
