"""Learn weekly/classify/audience.tsv, which says who notices a change: `make audience CLONES=DIR`.

A logistic regression on pull requests of LXD, Incus and other projects that readers judged, and on those of projects
whose changes that users notice have a changelog entry. Only highlights count: who notices the others isn't asked.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.judged import DATA, load_strangers, merged, monday_of, names
from benchmarks.projects import BY_FRAGMENTS, PROJECTS, SET_ASIDE, load, load_by_fragments
from benchmarks.train_kinds import LXD, LXD_RULES, is_name, name_parts, table_of
from weekly.classify.audience import FILE, STRICT, WITHOUT_FILES, audience_features
from weekly.classify.features import features
from weekly.classify.marks import marks_of
from weekly.classify.paths import without_fragments
from weekly.classify.rules import classify
from weekly.classify.weights import ALWAYS
from weekly.config import load as load_config
from weekly.config.highlights import HighlightRules
from weekly.config.rules import KindRules
from weekly.model import PullRequest

JUDGED = Path(__file__).with_name("judged-audience.tsv")
"""Pull requests of LXD, Incus and other projects, and for whom one or two readers think they are."""

FAMILY = ("canonical", "lxc", "lxd")
"""The owners of the repositories that LXD's weekly.toml fits."""

INCUS = "lxc/incus"
"""LXD's sister, a project of its own that is held out whole."""

GRADED = Path(__file__).with_name("graded-sentences.tsv")
"""Drafted sentences. Those that both readers call internal or noise are for developers, the others for users."""

MEASURED = ("lxd-fourth", "lxd-fifth", "lxd-sixth", "lxd-seventh", "lxd-eighth", "lxd-ninth", "lxd-tenth")
"""Sets of graded sentences that the figures are of, and that nothing is learned from."""

ARGUABLE = 0.5
"""The weight of a pull request of another project of whose judgement the reader wasn't sure."""

BY_ENTRY, MOST = 0.15, 1_500
"""The weight of a pull request whose changelog entry tells, and the most of one project, the newest."""

PENALTY = 2.0
"""How strongly large weights are held down. Chosen, as the next ones, by cross-validation."""

LEAST, LEAST_PAIR, FAINT = 6, 8, 0.2
"""Features of fewer pull requests, and of smaller weights, are left out."""

LEAN = {ALWAYS: -0.2, STRICT: -0.45, "wording:grave": 1.0, "wording:never": -2.0}
"""What is added to learned weights. A missing bullet is worse than one too many, except in a project that lists large
internal changes too. Words of grave faults, and words that never are news, count more than the data can tell."""

_OF_FILES = ("path:", "paths:", "role:", "files:", "added:", "deleted:", "ratio:")
_VOCABULARY = ("scope:", "path:", "branch:", "word:", "first:", "pair:")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A pull request as the learner sees it. `group` is what is held out together: a week or a project."""

    strengths: Mapping[str, float]
    is_for_users: bool
    weight: float
    project: str
    group: str

    @property
    def is_judged(self) -> bool:
        """Whether readers judged it, and no changelog entry."""
        return self.weight > BY_ENTRY


def rows_of_readers(clones: Path, highlights: HighlightRules) -> Iterator[Row]:
    """Return the judged pull requests that are highlights."""
    labels = dict(_graded()) | dict(_judged())
    known = merged(clones, labels, cache=f"judged-audience-{len(labels)}")  # read again after new judgements
    for ref, is_for_users in labels.items():
        if ref not in known:
            continue
        pull, is_family = known[ref], ref.partition("/")[0] in FAMILY
        rules = (LXD_RULES, highlights) if is_family else (KindRules(), HighlightRules())
        project = LXD if is_family and pull.repo != INCUS else pull.repo
        group = str(monday_of(pull.merged_at)) if project == LXD else project
        if found := _strengths(pull, *rules):
            yield Row(strengths=found, is_for_users=is_for_users, weight=1.0, project=project, group=group)
    for pull, name, is_sure in load_strangers(clones):
        if found := _strengths(pull, KindRules(), HighlightRules()):
            yield Row(
                strengths=found,
                is_for_users=not name.startswith("internal"),
                weight=1.0 if is_sure else ARGUABLE,
                project=pull.repo,
                group=pull.repo,
            )


def _judged() -> Iterator[tuple[str, bool]]:
    for _, ref, *readers in _lines(JUDGED):
        given = {reader for reader in readers if reader}
        if len(given) == 1:
            yield ref, given == {"users"}


def _graded() -> Iterator[tuple[str, bool]]:
    for name, _, refs, kind, _, first, second, cause in _lines(GRADED):
        is_internal = cause in ("INTERNAL", "NOISE")
        if (
            name.startswith("lxd")
            and not name.startswith(MEASURED)
            and kind == "highlight"
            and not (is_internal and first != second)
        ):
            yield refs.partition("+")[0], not (is_internal and first == "wrong")


def _lines(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text("utf-8").splitlines() if not line.startswith("#")][1:]


def rows_by_entry(clones: Path) -> Iterator[Row]:
    """Return the highlights of projects with changelog entries. For users are those that got one."""
    for name in (*BY_FRAGMENTS, *(name for name in PROJECTS if name not in SET_ASIDE)):
        published = load_by_fragments(name, clones) if name in BY_FRAGMENTS else load(name, clones)
        found = [
            Row(
                strengths=strengths,
                is_for_users=one.kind.is_highlight,
                weight=BY_ENTRY,
                project=one.pull.repo,
                group=one.pull.repo,
            )
            for one in published[-2 * MOST :]
            if (strengths := _strengths(one.pull, KindRules(), HighlightRules()))
        ]
        yield from found[-MOST:]


def _strengths(pull: PullRequest, rules: KindRules, highlights: HighlightRules) -> Mapping[str, float]:
    """Return the features of a highlight, none of another pull request."""
    verdict = classify(pull, rules, known=highlights)
    if not verdict.kind.is_highlight:
        return {}
    title, files = marks_of(pull.title, rules).text, without_fragments(pull, rules)
    found = audience_features(features(pull, title, files), title, files, verdict.kind, highlights)
    return found.strengths | {ALWAYS: 1.0}


def learn(rows: Sequence[Row], people: frozenset[str]) -> dict[str, float]:
    """Return the weights that make the right readers likeliest, without any word that is somebody's name."""
    seen = Counter(name for row in rows for name in row.strengths)
    projects: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name in row.strengths:
            projects[name].add(row.project)
    frequent = sorted(
        name
        for name, count in seen.items()
        if count >= (LEAST_PAIR if name.startswith("pair:") else LEAST)
        and not is_name(name, people)
        and (not name.startswith(_VOCABULARY) or LXD in projects[name] or len(projects[name]) > 2)
    )
    found = _likeliest(rows, {name: number for number, name in enumerate(frequent)})
    leant = {name: weight + LEAN.get(name, 0.0) for name, weight in zip(frequent, found, strict=True)}
    of_files = {name: weight for name, weight in leant.items() if name.startswith(_OF_FILES)}
    leant[WITHOUT_FILES] = sum(score(row.strengths, of_files) for row in rows) / len(rows)
    return {name: weight for name, weight in leant.items() if abs(weight) >= FAINT}


def _likeliest(rows: Sequence[Row], index: Mapping[str, int]) -> list[float]:
    """Return the weights with the least penalised loss."""
    import numpy as np  # no part of what the tests need
    from scipy.optimize import minimize

    table = table_of([row.strengths for row in rows], index)
    transposed = table.T.tocsr()
    sign = np.array([1.0 if row.is_for_users else -1.0 for row in rows])
    importance = np.array([row.weight for row in rows])
    penalty = np.full(len(index), PENALTY)
    penalty[index[ALWAYS]] = 0.0

    def loss(weights: Any) -> tuple[Any, Any]:
        margin = sign * (table @ weights)
        slope = transposed @ (-importance * sign / (1 + np.exp(margin))) + penalty * weights
        return (importance * np.logaddexp(0, -margin)).sum() + 0.5 * (penalty * weights * weights).sum(), slope

    found: list[float] = minimize(
        loss, np.zeros(len(index)), jac=True, method="L-BFGS-B", options={"maxiter": 1000, "ftol": 1e-10, "gtol": 1e-4}
    ).x.tolist()
    return found


def score(strengths: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return how much a pull request's features speak for users."""
    return sum(strength * weights.get(name, 0.0) for name, strength in strengths.items())


def held_out(rows: Sequence[Row], people: frozenset[str], folds: int = 8) -> list[tuple[Row, float]]:
    """Return each row's score by weights learned without its part of LXD's weeks, or of the other projects."""
    weeks = sorted({row.group for row in rows if row.project == LXD})
    projects = sorted({row.group for row in rows if row.project != LXD})
    parts = [frozenset(groups[part::folds]) for groups in (weeks, projects) for part in range(folds)]
    found = []
    for part in parts:
        weights = learn([row for row in rows if row.group not in part], people)
        found += [(row, score(row.strengths, weights)) for row in rows if row.group in part]
    return found


def report(scored: Sequence[tuple[Row, float]]) -> Iterator[str]:
    """Return a line for each project: how many of what users notice are kept, and how many internal ones are found."""
    for project, is_judged in sorted({(row.project, row.is_judged) for row, _ in scored}):
        found = [(row, value) for row, value in scored if (row.project, row.is_judged) == (project, is_judged)]
        users = [value for row, value in found if row.is_for_users]
        others = [value for row, value in found if not row.is_for_users]
        if not users or not others:
            continue  # a share of nothing
        above = sum((one > other) + 0.5 * (one == other) for one in users for other in others)
        kept = sum(value > 0 for value in users) / len(users)
        internal = sum(value <= 0 for value in others) / len(others)
        yield (
            f"{project:<40} by {'readers' if is_judged else 'entries'}"
            f" {len(users):>5} for users, {kept:.1%} kept; {len(others):>5} internal, {internal:.1%} found;"
            f" area under the curve {above / (len(users) * len(others)):.3f}"
        )


def total(scored: Sequence[tuple[Row, float]]) -> str:
    """Return a line on all strangers' pull requests that readers judged, by what an editor sees."""
    found = [(row, value) for row, value in scored if row.is_judged and row.project != LXD]
    users = [value for row, value in found if row.is_for_users]
    listed = [row for row, value in found if value > 0]
    internal = sum(not row.is_for_users for row in listed)
    return (
        f"strangers by readers: {len(users)} of {len(found)} for users, {sum(value > 0 for value in users) / len(users):.1%}"
        f" of them listed; {internal / len(listed):.1%} of the listed are internal"
    )


def main() -> None:
    """Learn the weights, write them, and print how good they are where they weren't learned."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clones", type=Path, required=True, help="the folder of the repositories' clones")
    options.add_argument("--config", type=Path, default=Path("weekly.toml"), help="LXD's weekly.toml")
    options.add_argument("--data", type=Path, default=DATA, help="the folder of the judged pull requests")
    options.add_argument("--held-out", action="store_true", help="print the figures of weeks and projects held out")
    given = options.parse_args()
    highlights = load_config(given.config).highlights
    rows = [*rows_of_readers(given.clones, highlights), *rows_by_entry(given.clones)]
    people = name_parts(names(given.data))
    if given.held_out:
        scored = held_out(rows, people)
        print(*report(scored), total(scored), sep="\n")
    weights = learn(rows, people)
    lines = [f"{name}\t{weight:.2f}".replace("-0.00", "0.00") for name, weight in sorted(weights.items())]
    head = "# Made by benchmarks/train_audience.py. A feature, and what it adds for users (or developers, below zero)"
    FILE.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    print(f"{FILE}: {len(lines)} weights from {len(rows)} pull requests")


if __name__ == "__main__":
    main()
