"""Draft the introduction: one honest paragraph on what the week was about, a clause for each project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weekly.titles import english
from weekly.model import Kind, PullRequest, Record, Verdict


class ProjectWeek(Record, frozen=True, kw_only=True):
    """What one project merged; `is_known` is False where its repository could not be asked."""

    name: str
    pulls: tuple[PullRequest, ...] = ()
    verdicts: Mapping[str, Verdict] = {}
    is_known: bool = True


def introduce(projects: Sequence[ProjectWeek]) -> str:
    """The paragraph."""
    active = [project for project in projects if project.pulls]
    if not active:
        return "The past week has been a quiet one." if all(project.is_known for project in projects) else ""
    clauses = [f"{_focus(project)} in {project.name}" for project in active]
    return f"The past week has seen a focus on {english.listed(clauses)}."


def _focus(project: ProjectWeek) -> str:
    kinds = [project.verdicts[pull.ref].kind for pull in project.pulls if pull.ref in project.verdicts]
    fixes = kinds.count(Kind.BUGFIX)
    return "bug fixes" if fixes > kinds.count(Kind.IMPROVEMENT) else "improvements" if any(k.is_highlight for k in kinds) else "maintenance"
