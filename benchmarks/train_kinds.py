"""Learn weekly/classify/weights.tsv from judged and published pull requests: `make kinds CLONES=DIR [DATA=DIR]`.

A multinomial logistic regression: same data, same bytes. It takes a few minutes, most of it to read the clones in DIR the
first time. Weeks and projects that are set aside for the final figures are not looked at.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from benchmarks.judged import DATA, Judged, load, load_read, load_strangers, monday_of, names
from benchmarks.projects import BY_FRAGMENTS, PROJECTS, SET_ASIDE, Published, load_by_fragments
from benchmarks.projects import load as load_project
from weekly.classify.rules import classify
from weekly.classify.tokens import stem
from weekly.classify.weights import ALWAYS, CLASSES, FILE, REFACTORING, REST, Weights
from weekly.classify.words import features_of
from weekly.config.rules import KindRules
from weekly.model import Kind, PullRequest

PENALTY = 3.0
"""How strongly large weights are held down. Chosen, as the next ones, by cross-validation."""

RARE, RARE_PAIR = 2, 4
"""Features of fewer pull requests are left out: they know a single change, not a habit. Pairs of words are many."""

ARGUABLE = 0.4
"""The weight of a pull request whose kind could be argued."""

PICKED = 0.6
"""The weight of a pull request that was picked for being hard: there are more such among the judged than in life."""

STRANGER = 0.3
"""The weight of what another project published: that is noisy, and there is much. What readers judged counts fully."""

MOST = 1_500
"""The most pull requests of a project whose changelog entries tell the kinds, the newest, so that no project counts most."""

SHARPEN = 0.8
"""The factor of all weights. Below one the verdicts are less sure. By cross-validation over projects."""

PARTIAL = 0.15
"""The weight of a pull request without its files, its commits or both. So missing facts are no evidence."""

LEAN = 0.3
"""How much all verdicts lean to highlights: a missing one is worse than one too many.

It is small, since what readers judged has more highlights than life: most was picked from them.
"""

LXD_LEAN = 0.3
"""How much LXD's verdicts lean to improvements. Those picked for being hard have more bug fixes than whole weeks have.

By cross-validation over LXD's training weeks.
"""

FAINT = 0.2
"""Features of smaller weights are left out: most of all, and they are noise."""

_NAMED = ("word:", "first:", "scope:", "path:", "pair:", "branch:")
_VOCABULARY = ("scope:", "path:", "branch:", "word:", "first:", "pair:")

LXD = "LXD"
LXD_RULES = KindRules(refactoring=True)
"""What LXD's weekly.toml sets that matters for kinds."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A pull request, its right kind, and how much it counts."""

    pull: PullRequest
    kind: Kind
    project: str
    weight: float = 1.0
    is_sure: bool = True

    @property
    def monday(self) -> date:
        """The Monday, UTC, of the week of its merge."""
        return monday_of(self.pull.merged_at)

    @property
    def rules(self) -> KindRules:
        """The settings of its project."""
        return LXD_RULES if self.project == LXD else KindRules()


@dataclass(frozen=True, kw_only=True)
class Row:
    """An example as the learner sees it."""

    strengths: Mapping[str, float]
    label: int
    weight: float
    example: Example
    is_whole: bool = True


def judged_example(judged: Judged) -> Example:
    """Return an example that an editor judged."""
    weight = (1.0 if judged.sure else ARGUABLE) * (PICKED if judged.picked else 1.0)
    return Example(pull=judged.pull, kind=judged.kind, project=LXD, weight=weight, is_sure=judged.sure)


def published_example(project: str, published: Published) -> Example:
    """Return an example that a project published."""
    return Example(pull=published.pull, kind=published.kind, project=project, weight=STRANGER)


def rows_of(example: Example) -> tuple[Row, ...]:
    """Return an example as it is, and as a source without files or commits would return it."""
    pull = example.pull
    if not (pull.commits and pull.files):
        return (_row(example, pull, example.weight),)
    less: tuple[PullRequest, ...] = (
        replace(pull, files=()),
        replace(pull, commits=()),
        replace(pull, files=(), commits=()),
    )
    less = less if example.project == LXD else less[-1:]
    return (
        _row(example, pull, example.weight),
        *(_row(example, one, PARTIAL * example.weight, is_whole=False) for one in less),
    )


def _row(example: Example, pull: PullRequest, weight: float, *, is_whole: bool = True) -> Row:
    strengths = features_of(pull, example.rules).strengths | {ALWAYS: 1.0}
    if not example.rules.refactoring:
        strengths[f"project:{example.project}"] = 1.0
    label = CLASSES.index(example.kind if example.kind.is_highlight else REST)
    return Row(strengths=strengths, label=label, weight=weight, example=example, is_whole=is_whole)


def learn(rows: Sequence[Row], people: frozenset[str]) -> Weights:
    """Return the weights that make the right kinds likeliest, without any word that is somebody's name."""
    seen = Counter(name for row in rows if row.is_whole for name in row.strengths)
    projects: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name in row.strengths:
            if name.startswith(_VOCABULARY):
                projects[name].add(row.example.project)
    kept = sorted(
        name
        for name, count in seen.items()
        if count >= _least(name) and not is_name(name, people) and _is_shared(name, projects)
    )
    found = _likeliest(rows, {name: number for number, name in enumerate(kept)})
    weights = {name: (one, two, three) for name, (one, two, three) in zip(kept, found, strict=True)}
    return _with_mean_project({name: weight for name, weight in weights.items() if max(map(abs, weight)) >= FAINT})


def _is_shared(name: str, projects: Mapping[str, set[str]]) -> bool:
    """Return whether a word is LXD's, or of three projects at least. What marks mean is each project's own matter."""
    is_shared = not name.startswith(_VOCABULARY) or LXD in projects[name] or len(projects[name]) > 2
    return is_shared and not name.startswith("mark:")


def _with_mean_project(weights: Weights) -> Weights:
    """Move the mean of the projects' own biases into the bias of all, but for those that list refactoring."""
    biases = [weight for name, weight in weights.items() if name.startswith("project:")]
    mean = [sum(bias[place] for bias in biases) / max(1, len(biases)) for place in range(3)]
    always, listing = (weights.get(name, (0.0, 0.0, 0.0)) for name in (ALWAYS, REFACTORING))
    kept = {name: weight for name, weight in weights.items() if not name.startswith("project:")}
    lean = (LEAN / 3, LEAN / 3, -LEAN * 2 / 3)
    one, two, three = (always[place] + mean[place] + lean[place] for place in range(3))
    back = (LXD_LEAN * 2 / 3, -LXD_LEAN / 3, -LXD_LEAN / 3)
    first, second, third = (listing[place] - mean[place] - lean[place] + back[place] for place in range(3))
    return kept | {ALWAYS: (one, two, three), REFACTORING: (first, second, third)}


def _least(name: str) -> int:
    return RARE_PAIR if name.startswith("pair:") else RARE


def is_name(feature: str, people: frozenset[str]) -> bool:
    """Return whether a feature has a word that is part of somebody's name or login."""
    return feature.startswith(_NAMED) and not people.isdisjoint(feature.partition(":")[2].split())


def name_parts(people: Iterable[str]) -> frozenset[str]:
    """Return the words that names and logins are made of, as features would spell them."""
    parts = {part for name in people for part in re.findall(r"[a-z]{2,}", name.lower())}
    return frozenset(parts | {stem(part) for part in parts} | {name.lower() for name in people})


def shown(weights: Weights) -> str:
    """Return weights as a file: sorted, with two decimals."""
    lines = [
        f"{name}\t" + "\t".join(f"{weight:.2f}".replace("-0.00", "0.00") for weight in three)
        for name, three in sorted(weights.items())
    ]
    head = "# Made by benchmarks/train_kinds.py. A feature, and what it adds to: improvement, bugfix, rest"
    return "\n".join([head, *lines]) + "\n"


def table_of(rows: Sequence[Mapping[str, float]], place: Mapping[str, int]) -> Any:
    """Return the strengths of rows as a sparse table with a column for each feature."""
    import numpy as np  # no part of what the tests need
    from scipy.sparse import csr_array

    known = [[(place[name], row[name]) for name in sorted(row) if name in place] for row in rows]
    ends = np.cumsum([0, *map(len, known)])
    columns, strengths = zip(*(pair for pairs in known for pair in pairs), strict=True)
    return csr_array((strengths, columns, ends), shape=(len(rows), len(place)))


def _likeliest(rows: Sequence[Row], place: Mapping[str, int]) -> list[list[float]]:
    """Return for each feature the weights of the three classes, which sum to zero, with the least penalised loss."""
    import numpy as np  # no part of what the tests need
    from scipy.optimize import minimize

    table = table_of([row.strengths for row in rows], place)
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
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500, "ftol": 1e-9, "gtol": 1e-3}).x
    weights = found.reshape(penalty.size, -1)
    centred: list[list[float]] = (SHARPEN * (weights - weights.mean(axis=1, keepdims=True))).tolist()
    return centred


def training_examples(clones: Path, data: Path = DATA) -> tuple[Example, ...]:
    """Return what the shipped weights are learned from: of other projects what no certain rule decides."""
    judged = (*load(data).training, *load_read(clones, data))
    others = [
        published_example(name, one)
        for name in PROJECTS
        if name not in SET_ASIDE
        for one in load_project(name, clones, data)
    ]
    for name in BY_FRAGMENTS:
        found = [published_example(name, one) for one in load_by_fragments(name, clones)]
        others += [one for one in found if classify(one.pull, one.rules).rule == "words"][-MOST:]
    others += [_read_example(*one) for one in load_strangers(clones)]
    return (*map(judged_example, judged), *others)


def _read_example(pull: PullRequest, name: str, is_sure: bool) -> Example:
    """Return an example that a reader judged. What users don't notice is no highlight."""
    kind = Kind.HOUSEKEEPING if name.startswith("internal") else Kind(name)
    return Example(pull=pull, kind=kind, project=pull.repo, weight=1.0 if is_sure else ARGUABLE, is_sure=is_sure)


def main() -> None:
    """Learn from the training weeks and projects, and write the weights."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=DATA, help="the folder of the judged pull requests")
    options.add_argument("--clones", type=Path, required=True, help="the folder of the repositories' clones")
    options.add_argument("-o", "--output", type=Path, default=FILE, help="the file to write")
    given = options.parse_args()
    training = training_examples(given.clones, given.data)
    text = shown(learn([row for one in training for row in rows_of(one)], name_parts(names(given.data))))
    given.output.write_text(text, "utf-8")
    print(f"{given.output}: {len(text.splitlines()) - 1} weights from {len(training)} pull requests")


if __name__ == "__main__":
    main()
