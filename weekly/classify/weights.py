"""Weigh features by what was learned from judged pull requests. weights.tsv has a feature a line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from weekly.model import Kind

FILE = Path(__file__).with_name("weights.tsv")

REST = Kind.HOUSEKEEPING
"""Stands for all kinds that are no highlight: the weights don't separate them."""

CLASSES = (Kind.IMPROVEMENT, Kind.BUGFIX, REST)

ALWAYS = "(always)"
"""The feature that every pull request has."""

REFACTORING = "(refactoring)"
"""The feature of projects that treat refactoring as an improvement: they publish more."""

Weights = Mapping[str, tuple[float, float, float]]

Evidence = tuple[str, str]
"""A source and its words: ("title", "fix")."""


@cache
def shipped_weights() -> Weights:
    """Return the weights of the package."""
    return parse_weights(FILE.read_text("utf-8"))


def parse_weights(text: str) -> Weights:
    """Parse lines with a feature and its weight for each of CLASSES, separated by tabs."""
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {name: (float(first), float(second), float(third)) for name, first, second, third in rows}


def likelihood(strengths: Mapping[str, float], weights: Weights, among: Sequence[Kind] = CLASSES) -> dict[Kind, float]:
    """Return the probability of each class, the likeliest first.

    Features are added up in their own order, so that the result never depends on a hash.
    """
    one = two = three = 0.0
    for name, strength in strengths.items():
        if weight := weights.get(name):
            one += strength * weight[0]
            two += strength * weight[1]
            three += strength * weight[2]
    scores = {kind: score for kind, score in zip(CLASSES, (one, two, three), strict=True) if kind in among}
    top = max(scores.values())
    powers = {kind: math.exp(score - top) for kind, score in scores.items()}
    total = sum(powers.values())
    return {kind: powers[kind] / total for kind in sorted(powers, key=lambda kind: -powers[kind])}


def contributions(
    strengths: Mapping[str, float], weights: Weights, kind: Kind, rival: Kind, evidence: Mapping[str, Evidence]
) -> dict[Evidence, float]:
    """Return how much each piece of evidence speaks for `kind` against `rival`."""
    first, second = CLASSES.index(kind), CLASSES.index(rival)
    found: dict[Evidence, float] = {}
    for name, piece in evidence.items():
        if weight := weights.get(name):
            found[piece] = found.get(piece, 0.0) + strengths[name] * (weight[first] - weight[second])
    return found
