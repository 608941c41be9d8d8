"""Weigh features by what was learned from judged pull requests; the weights are in kinds.tsv, a feature a line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from weekly.kept import kept
from weekly.model import Kind

FILE = Path(__file__).with_name("kinds.tsv")

REST = Kind.HOUSEKEEPING
"""Stands for all that is no highlight: what a reader doesn't hear of, is not told apart by weights."""

CLASSES = (Kind.IMPROVEMENT, Kind.BUGFIX, REST)

ALWAYS = "(always)"
"""The feature that every pull request has."""

Weights = Mapping[str, tuple[float, float, float]]

Seen = tuple[str, str]
"""Where something is said, and what: ("title", "fix")."""


@cache
def shipped() -> Weights:
    """The weights of the package."""
    found: Weights = kept(FILE, lambda: parse(FILE.read_text("utf-8")), Path(__file__))
    return found


def parse(text: str) -> Weights:
    """Read weights: a feature and its weight for each of CLASSES, by tabs; `#` begins a remark."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    cells = "\t".join(lines).split("\t")
    columns = [cells[place::4] for place in (1, 2, 3)]
    numbers = {cell: float(cell) for cell in frozenset[str]().union(*columns)}  # a few hundred, for thousands of cells
    told = zip(*[map(numbers.__getitem__, column) for column in columns], strict=True)
    return dict(zip(cells[::4], told, strict=True)) if lines else {}


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
