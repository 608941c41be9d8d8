"""Learn weekly/kinds.tsv from the judged pull requests: `python -m benchmarks.train_kinds [--data DIR]`.

A multinomial logistic regression in plain Python: same data, same bytes. It takes half a minute.
Weeks that are held out for the final figure are not looked at.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from benchmarks.judged import DATA, Judged, load, load_titles, names
from weekly import weigh, words

PENALTY = 1 / 0.6
"""How strongly large weights are held down. Chosen, as the next ones, by cross-validation over the training weeks."""

RARE = 2
"""Features of fewer pull requests are left out: they know a single change, not a habit."""

ARGUABLE = 0.5
"""How much a pull request counts whose kind could be argued."""

SHARPEN = 1.17
"""What all weights are multiplied by: the penalty makes them humbler than they are right. By cross-validation 1.30 would
be likeliest, in repositories that were left out 1.38: it stays below, as what is marked as sure must be right."""

PARTIAL = 0.15
"""How much a pull request counts once more without its files, its commits or both: what is lacking must be no sign."""

TITLE = 0.5
"""How much a pull request counts that was judged by its title alone."""

ROUNDS = 80
"""Steps of the search; after these the likelihood changes in its sixth place."""

_NAMED = ("word:", "first:", "scope:", "path:")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A pull request as the learner sees it."""

    strengths: Mapping[str, float]
    label: int
    weight: float
    is_whole: bool = True


def row_of(judged: Judged) -> Row:
    """The features of a judged pull request, and its class."""
    label = weigh.CLASSES.index(judged.kind if judged.kind.is_highlight else weigh.REST)
    return Row(
        strengths={name: feature.strength for name, feature in words.features(judged.pull).items()}
        | {weigh.ALWAYS: 1.0},
        label=label,
        weight=(1.0 if judged.sure else ARGUABLE) * (TITLE if judged.by_title else 1.0),
    )


def rows_of(judged: Judged) -> tuple[Row, ...]:
    """A judged pull request as it is, and as a source that lacks its files or its commits would tell of it."""
    if judged.by_title:
        return (row_of(judged),)
    pull = judged.pull
    bare = (replace(pull, files=()), replace(pull, commits=()), replace(pull, files=(), commits=()))
    partial = [row_of(dataclasses.replace(judged, pull=less)) for less in bare]
    return row_of(judged), *(dataclasses.replace(row, weight=PARTIAL * row.weight, is_whole=False) for row in partial)


def learn(rows: Sequence[Row], people: frozenset[str]) -> weigh.Weights:
    """The weights that make the judged kinds likeliest, without any word that is somebody's name."""
    seen = Counter(name for row in rows if row.is_whole for name in row.strengths)
    kept = sorted(name for name, count in seen.items() if count >= RARE and not is_name(name, people))
    place = {name: 3 * number for number, name in enumerate(kept)}
    known = [
        (row.label, row.weight, [(place[name], row.strengths[name]) for name in sorted(row.strengths) if name in place])
        for row in rows
    ]
    found = _minimise(known, 3 * len(kept), free=place[weigh.ALWAYS])
    return {name: _centred(found[start : start + 3]) for name, start in place.items()}


def is_name(feature: str, people: frozenset[str]) -> bool:
    """Whether a feature is a word that is part of somebody's name or login."""
    return feature.startswith(_NAMED) and feature.partition(":")[2] in people


def name_parts(people: Iterable[str]) -> frozenset[str]:
    """The words that names and logins are made of, as features would spell them."""
    parts = {part for name in people for part in re.findall(r"[a-z]{2,}", name.lower())}
    return frozenset(parts | {words.stem(part) for part in parts} | {name.lower() for name in people})


def shown(weights: weigh.Weights) -> str:
    """Weights as a file: sorted, two decimals, without those that round to nothing."""
    lines = [
        f"{name}\t" + "\t".join(f"{weight:.2f}".replace("-0.00", "0.00") for weight in three)
        for name, three in sorted(weights.items())
        if max(map(abs, three)) >= 0.01
    ]
    head = "# Made by benchmarks/train_kinds.py. A feature, and what it adds to: improvement, bugfix, rest"
    return "\n".join([head, *lines]) + "\n"


Known = Sequence[tuple[int, float, list[tuple[int, float]]]]


def _loss(known: Known, point: list[float], free: int) -> tuple[float, list[float]]:
    """The penalised loss, and its slope."""
    slope = [PENALTY * weight for weight in point]
    loss = 0.5 * PENALTY * sum(weight * weight for weight in point)
    for place in range(free, free + 3):
        slope[place] = 0.0
        loss -= 0.5 * PENALTY * point[place] ** 2
    for label, importance, features in known:
        one = two = three = 0.0
        for place, strength in features:
            one += strength * point[place]
            two += strength * point[place + 1]
            three += strength * point[place + 2]
        top = max(one, two, three)
        powers = [math.exp(one - top), math.exp(two - top), math.exp(three - top)]
        total = sum(powers)
        loss -= importance * math.log(powers[label] / total)
        one, two, three = (importance * (powers[kind] / total - (kind == label)) for kind in range(3))
        for place, strength in features:
            slope[place] += strength * one
            slope[place + 1] += strength * two
            slope[place + 2] += strength * three
    return loss, slope


def _minimise(known: Known, size: int, free: int) -> list[float]:
    """L-BFGS with a halving step: the loss is convex, so any start ends at the same place."""
    point = [0.0] * size
    loss, slope = _loss(known, point, free)
    steps: deque[tuple[list[float], list[float], float]] = deque(maxlen=8)
    for _ in range(ROUNDS):
        way = _direction(slope, steps)
        length, downhill = (1.0 if steps else 0.01), _dot(slope, way)
        while True:
            ahead = [here + length * go for here, go in zip(point, way, strict=True)]
            new_loss, new_slope = _loss(known, ahead, free)
            if new_loss <= loss + 1e-4 * length * downhill or length < 1e-6:
                break
            length /= 2
        moved = [length * go for go in way]
        bent = [new - old for new, old in zip(new_slope, slope, strict=True)]
        if (curve := _dot(moved, bent)) > 1e-12:
            steps.append((moved, bent, 1 / curve))
        done = loss - new_loss < 1e-7 * abs(loss)
        point, loss, slope = ahead, new_loss, new_slope
        if done:
            break
    return point


def _direction(slope: list[float], steps: deque[tuple[list[float], list[float], float]]) -> list[float]:
    """Where to go from here, by the slopes of the last steps."""
    way, shares = [-value for value in slope], []
    for moved, bent, inverse in reversed(steps):
        share = inverse * _dot(moved, way)
        shares.append(share)
        way = [value - share * bend for value, bend in zip(way, bent, strict=True)]
    if steps:
        moved, bent, inverse = steps[-1]
        scale = 1 / (inverse * _dot(bent, bent))
        way = [scale * value for value in way]
    for (moved, bent, inverse), share in zip(steps, reversed(shares), strict=True):
        back = share - inverse * _dot(bent, way)
        way = [value + back * move for value, move in zip(way, moved, strict=True)]
    return way


def _dot(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _centred(three: list[float]) -> tuple[float, float, float]:
    middle = sum(three) / 3
    first, second, third = (SHARPEN * (weight - middle) for weight in three)
    return first, second, third


def main() -> None:
    """Learn from the training weeks, and write the weights."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=DATA, help="the folder of the judged pull requests")
    options.add_argument("-o", "--output", type=Path, default=weigh.FILE, help="the file to write")
    given = options.parse_args()
    training = (*load(given.data).training, *load_titles(given.data))
    text = shown(learn([row for judged in training for row in rows_of(judged)], name_parts(names(given.data))))
    given.output.write_text(text, "utf-8")
    print(f"{given.output}: {len(text.splitlines()) - 1} weights from {len(training)} pull requests")


if __name__ == "__main__":
    main()
