"""Record where each pull request stands in the post, and why not elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from weekly.compose.projects import ProjectActivity
from weekly.compose.week_facts import WeekFacts
from weekly.highlights.select import Selection
from weekly.model import UPSTREAM, AnySection, Feature, Highlights, Placement, PullRequest, Verdict


def placements(
    facts: WeekFacts,
    sections: Sequence[AnySection],
    verdicts: Mapping[str, Verdict],
    changes: Mapping[str, tuple[str, ...]],
) -> tuple[Placement, ...]:
    """Return the placement of each pull request. `verdicts` and the editor's `changes` go by ref."""
    lacks = {pull.ref: activity.lacks for activity in facts.snapshot.repos for pull in activity.pulls}
    bullets = _bullets(sections)
    return tuple(
        Placement(
            pull=pull,
            verdict=verdicts[pull.ref],
            places=(*bullets.get(pull.ref, ()), *upstream),
            remarks=remarks,
            lacks=lacks[pull.ref],
            editor=changes.get(pull.ref, ()),
        )
        for project in facts.projects
        for pull, upstream, remarks in _of_project(project, facts.selections[project.name], bullets)
    )


def _of_project(
    project: ProjectActivity, selection: Selection, bullets: Mapping[str, object]
) -> Iterator[tuple[PullRequest, tuple[str, ...], tuple[str, ...]]]:
    """Yield each pull request of a project, its position under Upstream changes, and the remarks on it."""
    reasons = (
        dict(selection.remarks)
        | {left.pull.ref: (left.why,) for left in selection.left_out}
        | {
            pull.ref: (f"no section of weekly.toml shows highlights of kind {highlight.verdict.kind} of its project",)
            for highlight in selection.highlights
            for pull in highlight.pulls
            if pull.ref not in bullets
        }
    )
    for pull in project.pulls:
        yield pull, (f"{UPSTREAM}: {project.name}",), reasons.get(pull.ref, ())
    for pull in project.hidden:
        is_hidden = f"base branch {pull.base} is not among the branches to be shown"
        yield pull, (), (is_hidden, *reasons.get(pull.ref, ()))


def _bullets(sections: Sequence[AnySection]) -> dict[str, tuple[str, ...]]:
    """Return the list or feature that each highlighted pull request is in, by ref."""
    found: dict[str, tuple[str, ...]] = {}
    for section in sections:
        if isinstance(section, Feature):
            found |= {pull.ref: (f"Feature: {section.heading}",) for pull in section.pulls}
        for part in section.lists if isinstance(section, Highlights) else ():
            name = ": ".join(filter(None, (section.heading, part.title.rstrip(":"))))
            found |= {pull.ref: (name,) for highlight in part.highlights for pull in highlight.pulls}
    return found
