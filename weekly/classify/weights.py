"""Weigh features by what was learned from judged pull requests; the weights are in weights.tsv, a feature a line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from weekly.model import Kind

FILE = Path(__file__).with_name("weights.tsv")

REST = Kind.HOUSEKEEPING
"""Stands for all that is no highlight: what a reader doesn't hear of, is not told apart by weights."""

CLASSES = (Kind.IMPROVEMENT, Kind.BUGFIX, REST)

ALWAYS = "(always)"
"""The feature that every pull request has."""

Weights = Mapping[str, tuple[float, float, float]]

Seen = tuple[str, str]
"""Where something is said, and what: ("title", "fix")."""


@cache
def shipped_weights() -> Weights:
    """Return the weights of the package."""
    return parse_weights(FILE.read_text("utf-8"))


def parse_weights(text: str) -> Weights:
    """Read weights: a line holds a feature and its weight for each of CLASSES, separated by tabs."""
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {name: (float(first), float(second), float(third)) for name, first, second, third in rows}


def likelihood(strengths: Mapping[str, float], weights: Weights, among: Sequence[Kind] = CLASSES) -> dict[Kind, float]:
    """How likely each class is, the likeliest first. Features are added up in their order, which no hash may decide."""
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


def leanings(
    strengths: Mapping[str, float], weights: Weights, kind: Kind, rival: Kind, seen: Mapping[str, Seen]
) -> dict[Seen, float]:
    """How much what a reader sees, by one feature or several, speaks for `kind` against `rival`."""
    one, other = CLASSES.index(kind), CLASSES.index(rival)
    found: dict[Seen, float] = {}
    for name, what in seen.items():
        if weight := weights.get(name):
            found[what] = found.get(what, 0.0) + strengths[name] * (weight[one] - weight[other])
    return found
