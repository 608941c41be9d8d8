"""Learn weekly/kinds.tsv from the judged pull requests: `make kinds CLONES=DIR [DATA=DIR]`.

A multinomial logistic regression: same data, same bytes. It takes a minute, most of it to read the clones in DIR, which
are those of the repositories in judged.tsv. Weeks that are set aside for the final figure are not looked at.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from benchmarks.judged import DATA, Judged, load, load_read, names
from weekly.classify import features
from weekly.classify.weights import ALWAYS, CLASSES, FILE, REST, Weights

PENALTY = 1.4
"""How strongly large weights are held down. Chosen, as the next ones, by cross-validation over the training weeks."""

RARE, RARE_PAIR = 2, 4
"""Features of fewer pull requests are left out: they know a single change, not a habit. Pairs of words are many."""

ARGUABLE = 0.4
"""How much a pull request counts whose kind could be argued."""

PICKED = 0.6
"""How much a pull request counts that was picked for being hard: there are more such among the judged than in life."""

SHARPEN = 1.17
"""What all weights are multiplied by: the penalty makes them humbler than they are right. By cross-validation 1.30 would
be likeliest, in repositories that were left out 1.38: it stays below, as what is marked as sure must be right."""

PARTIAL = 0.15
"""How much a pull request counts once more without its files, its commits or both: what is lacking must be no sign."""

FAINT = 0.15
"""Features of smaller weights are left out: half of all, and they tip nothing."""

_NAMED = ("word:", "first:", "scope:", "path:", "pair:", "branch:")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A pull request as the learner sees it."""

    strengths: Mapping[str, float]
    label: int
    weight: float
    is_whole: bool = True


def row_of(judged: Judged) -> Row:
    """The features of a judged pull request, and its class."""
    label = CLASSES.index(judged.kind if judged.kind.is_highlight else REST)
    return Row(
        strengths=features.features(judged.pull).strengths | {ALWAYS: 1.0},
        label=label,
        weight=(1.0 if judged.sure else ARGUABLE) * (PICKED if judged.picked else 1.0),
    )


def rows_of(judged: Judged) -> tuple[Row, ...]:
    """A judged pull request as it is, and as a source that lacks its files or its commits would tell of it."""
    pull = judged.pull
    if not (pull.commits and pull.files):
        return (row_of(judged),)
    bare = (replace(pull, files=()), replace(pull, commits=()), replace(pull, files=(), commits=()))
    partial = [row_of(dataclasses.replace(judged, pull=less)) for less in bare]
    return row_of(judged), *(dataclasses.replace(row, weight=PARTIAL * row.weight, is_whole=False) for row in partial)


def learn(rows: Sequence[Row], people: frozenset[str]) -> Weights:
    """The weights that make the judged kinds likeliest, without any word that is somebody's name."""
    seen = Counter(name for row in rows if row.is_whole for name in row.strengths)
    kept = sorted(name for name, count in seen.items() if count >= _least(name) and not is_name(name, people))
    found = _likeliest(rows, {name: number for number, name in enumerate(kept)})
    told = {name: (one, two, three) for name, (one, two, three) in zip(kept, found, strict=True)}
    return {name: weights for name, weights in told.items() if max(map(abs, weights)) >= FAINT}


def _least(name: str) -> int:
    return RARE_PAIR if name.startswith("pair:") else RARE


def is_name(feature: str, people: frozenset[str]) -> bool:
    """Whether a feature has a word that is part of somebody's name or login."""
    return feature.startswith(_NAMED) and not people.isdisjoint(feature.partition(":")[2].split())


def name_parts(people: Iterable[str]) -> frozenset[str]:
    """The words that names and logins are made of, as features would spell them."""
    parts = {part for name in people for part in re.findall(r"[a-z]{2,}", name.lower())}
    return frozenset(parts | {features.stem(part) for part in parts} | {name.lower() for name in people})


def shown(weights: Weights) -> str:
    """Weights as a file: sorted, with two decimals."""
    lines = [
        f"{name}\t" + "\t".join(f"{weight:.2f}".replace("-0.00", "0.00") for weight in three)
        for name, three in sorted(weights.items())
    ]
    head = "# Made by benchmarks/train_kinds.py. A feature, and what it adds to: improvement, bugfix, rest"
    return "\n".join([head, *lines]) + "\n"


def _likeliest(rows: Sequence[Row], place: Mapping[str, int]) -> list[list[float]]:
    """For each feature the weights of the three classes, which sum to nothing: those of the least penalised loss."""
    import numpy as np  # no part of what the tests need
    from scipy.optimize import minimize
    from scipy.sparse import csr_array

    known = [[(place[name], row.strengths[name]) for name in sorted(row.strengths) if name in place] for row in rows]
    ends = np.cumsum([0, *map(len, known)])
    columns, strengths = zip(*(pair for pairs in known for pair in pairs), strict=True)
    table = csr_array((strengths, columns, ends), shape=(len(rows), len(place)))
    turned = table.T.tocsr()
    truth = np.eye(len(CLASSES))[[row.label for row in rows]]
    importance = np.array([[row.weight] for row in rows])
    penalty = np.full((len(place), 1), PENALTY)
    penalty[place[ALWAYS]] = 0.0

    def loss(point: Any) -> tuple[Any, Any]:
        weights = point.reshape(penalty.size, -1)
        scores = table @ weights
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        slope = turned @ (importance * (np.exp(logs) - truth)) + penalty * weights
        return 0.5 * (penalty * weights * weights).sum() - (importance * truth * logs).sum(), slope.ravel()

    start = np.zeros(len(place) * len(CLASSES))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-4}).x
    weights = found.reshape(penalty.size, -1)
    centred: list[list[float]] = (SHARPEN * (weights - weights.mean(axis=1, keepdims=True))).tolist()
    return centred


def main() -> None:
    """Learn from the training weeks, and write the weights."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=DATA, help="the folder of the judged pull requests")
    options.add_argument("--clones", type=Path, required=True, help="the folder of the repositories' clones")
    options.add_argument("-o", "--output", type=Path, default=FILE, help="the file to write")
    given = options.parse_args()
    training = (*load(given.data).training, *load_read(given.clones, given.data))
    text = shown(learn([row for judged in training for row in rows_of(judged)], name_parts(names(given.data))))
    given.output.write_text(text, "utf-8")
    print(f"{given.output}: {len(text.splitlines()) - 1} weights from {len(training)} pull requests")


if __name__ == "__main__":
    main()
