"""Explain each pull request's verdict and position in the post."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from weekly.classify.words import reason_of
from weekly.files.decode import json_text
from weekly.model import Placement, Post, Record


class Explanation(Record, frozen=True, kw_only=True):
    """One pull request's verdict and position, with the fields of `weekly explain --format json`."""

    ref: str
    title: str
    url: str
    sentence: str
    kind: str
    audience: str
    reason: str
    rule: str
    evidence: str
    confidence: float
    sure: bool
    lacks: tuple[str, ...]
    editor: tuple[str, ...]
    places: tuple[str, ...]
    remarks: tuple[str, ...]


def explain(post: Post, only: str | None = None) -> tuple[Explanation, ...]:
    """Explain a post's pull requests, or the one that `only` names (`owner/name#1` or `#1`)."""
    sentences = {pull.ref: highlight.text for highlight in post.highlights for pull in highlight.pulls}
    return tuple(
        _explanation(placement, sentences.get(placement.pull.ref, ""))
        for placement in post.placements
        if _is_named(placement, only)
    )


def to_json(explanations: Iterable[Explanation]) -> str:
    """Return a JSON list of objects with every field in each."""
    return json_text([msgspec.structs.asdict(explanation) for explanation in explanations])


def _is_named(placement: Placement, only: str | None) -> bool:
    if only is None:
        return True
    ref = placement.pull.ref.lower()
    return ref == only.lower() or ref.endswith("#" + only.lstrip("#"))


def _explanation(placement: Placement, sentence: str) -> Explanation:
    pull, verdict = placement.pull, placement.verdict
    return Explanation(
        ref=pull.ref,
        title=pull.title,
        url=pull.url,
        sentence=sentence,
        kind=verdict.kind.value,
        audience=verdict.audience.value,
        reason=reason_of(verdict),
        rule=verdict.rule,
        evidence=verdict.evidence,
        confidence=round(verdict.confidence, 2),
        sure=verdict.sure,
        lacks=(*placement.lacks, *(f"{field} (cut)" for field in pull.cut)),
        editor=placement.editor,
        places=placement.places,
        remarks=placement.remarks,
    )
