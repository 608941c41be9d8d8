"""Use the stages from other Python programs.

    gather → Snapshot → classify → Verdict
                      → compose → Post → render → text

Everything that `__all__` names is the library's interface. It follows semantic versioning; other modules don't.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from weekly import archive
from weekly.classify import rules
from weekly.config import Config
from weekly.config.rules import KindRules
from weekly.errors import (
    ArchiveError,
    ConfigError,
    GivenError,
    NotesError,
    SourceError,
    TemplateError,
    WeekError,
    WeeklyError,
)
from weekly.gather import snapshot as snapshots
from weekly.gather.base import ReadOptions
from weekly.http.clock import DEFAULT_MAX_WAIT
from weekly.model import (
    Audience,
    Commit,
    FileChange,
    Highlight,
    Issue,
    Kind,
    Outcome,
    Person,
    Placement,
    Post,
    Problem,
    PullRequest,
    RepoActivity,
    Section,
    Severity,
    Snapshot,
    Source,
    Verdict,
)
from weekly.pipeline.backend import github_client, reader_of
from weekly.pipeline.context import Context, Project
from weekly.pipeline.post import post_of
from weekly.render import page
from weekly.week import Week

__all__ = [
    "ArchiveError",
    "Audience",
    "Commit",
    "Config",
    "ConfigError",
    "FileChange",
    "GivenError",
    "Highlight",
    "Issue",
    "Kind",
    "KindRules",
    "NotesError",
    "Outcome",
    "Person",
    "Placement",
    "Post",
    "Problem",
    "Project",
    "PullRequest",
    "RepoActivity",
    "Section",
    "Severity",
    "Snapshot",
    "Source",
    "SourceError",
    "TemplateError",
    "Verdict",
    "Week",
    "WeekError",
    "WeeklyError",
    "classify",
    "compose",
    "gather",
    "load_project",
    "load_snapshot",
    "render",
]


def gather(
    repositories: Sequence[str], day: date, *, zone: str = "UTC", environment: Mapping[str, str] | None = None
) -> Snapshot:
    """Ask GitHub what the repositories (owner/name) merged in the week of a day.

    The environment gives GITHUB_TOKEN and GITHUB_API_URL; by default it is the process's own. SourceError where GitHub
    refuses. A repository that can't be read in full becomes a problem of the snapshot.
    """
    context = Context.real()
    context = context if environment is None else context._replace(environment=environment)
    read, source = reader_of(context, github_client(context, max_wait=DEFAULT_MAX_WAIT), ReadOptions())
    week = Week.of_day(day, zone)
    (snapshot,) = snapshots.gather(read, repositories, (week,), source=source, now=lambda: context.safe_now)
    return snapshot


def load_project(folder: Path) -> Project:
    """Load the project of the nearest weekly.toml, in `folder` or above."""
    return Project.at(folder)


def load_snapshot(project: Project, day: date) -> Snapshot | None:
    """Load the archived week of a day, or None where the archive doesn't have it."""
    return archive.load(project.root, project.config.week(day))


def classify(pull: PullRequest, kinds: KindRules | None = None) -> Verdict:
    """Decide the kind of a pull request, by the rules of `[kinds]` in weekly.toml or by the default ones."""
    return rules.classify(pull, kinds or KindRules())


Form = page.Form
"""The formats of a rendered post."""


def compose(snapshot: Snapshot, project: Project) -> Post:
    """Compose the post of a snapshot with the editor's notes, shortened to what the project's forum takes."""
    return post_of(snapshot, project)


def render(post: Post, project: Project | None = None, *, form: Form = "md") -> str:
    """Render a post as Markdown, an HTML page or fragment, or JSON, with the project's or the bundled templates."""
    return page.to_form(form, post, project.templates if project else None)
