"""Record where each pull request stands in the post, and why not elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from weekly.compose.projects import ProjectActivity
from weekly.compose.result import WeekFacts
from weekly.highlights.select import Selection
from weekly.model import UPSTREAM, Placement, PullRequest, Verdict


def placements(
    facts: WeekFacts, verdicts: Mapping[str, Verdict], changes: Mapping[str, tuple[str, ...]]
) -> tuple[Placement, ...]:
    """Return the placement of each pull request. `verdicts` and the editor's `changes` go by ref."""
    lacks = {pull.ref: activity.lacks for activity in facts.snapshot.repos for pull in activity.pulls}
    bullets = _bullets(facts)
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
        for pull, upstream, remarks in _of_project(project, facts.selections[project.name])
    )


def _of_project(
    project: ProjectActivity, selection: Selection
) -> Iterator[tuple[PullRequest, tuple[str, ...], tuple[str, ...]]]:
    """Yield each pull request of a project, its position under Upstream changes, and the remarks on it."""
    reasons = {left.pull.ref: (left.why,) for left in selection.left_out}
    for pull in project.pulls:
        yield pull, (f"{UPSTREAM}: {project.name}",), reasons.get(pull.ref, ())
    for pull in project.hidden:
        is_hidden = f"base branch {pull.base} is not among the branches to be shown"
        yield pull, (), (is_hidden, *reasons.get(pull.ref, ()))


def _bullets(facts: WeekFacts) -> dict[str, tuple[str, ...]]:
    """Return the list or feature that each highlighted pull request is in, by ref."""
    features: dict[str, tuple[str, ...]] = {
        pull.ref: (f"Feature: {feature.heading}",) for feature in facts.features for pull in feature.pulls
    }
    return features | {
        pull.ref: (f"{name}: {heading}",)
        for name, selection in facts.selections.items()
        for heading, highlights in (("Improvements", selection.improvements), ("Bug fixes", selection.bugfixes))
        for highlight in highlights
        for pull in highlight.pulls
    }
