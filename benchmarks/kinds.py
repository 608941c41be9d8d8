"""Measure the classifier: `python -m benchmarks.kinds --clones DIR [--data DIR] [--train] [--learn] [--set-aside]`.

For each project the table shows how many of three classes are right, precision and recall of bug fixes, the share of
sure verdicts, and how many of the sure ones are right. The truth is what each project published, and for LXD what
editors judged. Pull requests whose kind could be argued don't count.

By default the shipped weights judge. --train learns each project's weights from the other projects, and also measures the
projects that we only read, in three parts, each learned from the others. --learn adds what 300
older pull requests of the project teach, and measures the newer half. --fragments measures how many changelog entries are
read right. --set-aside opens the projects and weeks that nothing was tuned by; those figures are the honest ones.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from benchmarks.judged import DATA, load, load_fresh, load_strangers, names
from benchmarks.projects import PROJECTS, SET_ASIDE
from benchmarks.projects import load as load_project
from benchmarks.train_kinds import (
    LXD,
    Example,
    Row,
    judged_example,
    learn,
    name_parts,
    published_example,
    rows_of,
    training_examples,
)  # fmt: skip
from weekly.classify import learning
from weekly.classify.fragments import note_in_diff
from weekly.classify.rules import classify
from weekly.classify.weights import Weights, shipped_weights
from weekly.config.rules import KindRules
from weekly.model import Kind, Verdict

OWN = 300
"""Pull requests that a project has to learn from."""

MISSES = 25


@dataclass(frozen=True, kw_only=True)
class Result:
    """An example and its verdict."""

    example: Example
    verdict: Verdict

    @property
    def expected(self) -> str:
        """The class of three that is right."""
        return class_of(self.example.kind)

    @property
    def actual(self) -> str:
        """The class of three that the verdict gives."""
        return class_of(self.verdict.kind)

    @property
    def is_right(self) -> bool:
        """Whether the classes are the same."""
        return self.expected == self.actual


def class_of(kind: Kind) -> str:
    """Return one of the three classes that a post has."""
    return kind.value if kind.is_highlight else "rest"


def judge(examples: Iterable[Example], weights: Weights) -> list[Result]:
    """Classify with these weights."""
    return [Result(example=one, verdict=classify(one.pull, one.rules, weights)) for one in examples]


HEADING = f"{'':30}{'n':>6}{'right':>8}{'bug P':>8}{'bug R':>8}{'sure':>8}{'of sure':>9}"


def row(name: str, results: Sequence[Result]) -> str:
    """Return a row of the table."""
    sure = [result for result in results if result.verdict.sure]
    both = sum(result.expected == result.actual == "bugfix" for result in results)
    claimed = sum(result.actual == "bugfix" for result in results)
    real = sum(result.expected == "bugfix" for result in results)
    return (
        f"{name:30}{len(results):6}{share(right(results), len(results)):>8}{share(both, claimed):>8}"
        f"{share(both, real):>8}{share(len(sure), len(results)):>8}{share(right(sure), len(sure)):>9}"
    )


def right(results: Iterable[Result]) -> int:
    """Return how many verdicts are right."""
    return sum(result.is_right for result in results)


def share(part: int, whole: int) -> str:
    """Return a part of the whole with three decimals."""
    return f"{part / whole:.3f}" if whole else "-"


def mean_of(tables: Sequence[Sequence[Result]]) -> str:
    """Return the mean over projects, each counting the same."""
    sure = [[result for result in results if result.verdict.sure] for results in tables]
    count = len(tables)
    figures = [
        sum(right(results) / len(results) for results in tables) / count,
        sum(len(some) / len(results) for some, results in zip(sure, tables, strict=True)) / count,
        sum(right(some) / max(1, len(some)) for some in sure) / count,
    ]
    return f"{f'mean of {count}':36}{figures[0]:8.3f}{'':16}{figures[1]:8.3f}{figures[2]:9.3f}"


def details(results: Sequence[Result]) -> None:
    """Print the figures by rule, the calibration and the worst misses."""
    for rule in sorted({result.verdict.rule for result in results}):
        print("  " + row(rule, [result for result in results if result.verdict.rule == rule]))
    for low, high in pairwise((0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.01)):
        here = [result for result in results if low <= result.verdict.confidence < high]
        print(f"  confidence {low:.2f}-{min(high, 1):.2f}  {len(here):5}   right {share(right(here), len(here))}")
    misses = sorted(
        (one for one in results if not one.is_right), key=lambda one: (-one.verdict.confidence, one.example.pull.ref)
    )
    for miss in misses[:MISSES]:
        verdict, pull = miss.verdict, miss.example.pull
        print(f"  {verdict.confidence:.2f} {miss.expected}, not {miss.actual}: {pull.ref} {pull.title}")
        print(f"       {verdict.rule}: {verdict.evidence}")


def with_own_past(examples: Sequence[Example], weights: Weights) -> list[Result]:
    """Judge the newer half with what the newest 300 pull requests of the older half teach."""
    older, newer = examples[: len(examples) // 2], examples[len(examples) // 2 :]
    unclear = [one for one in older if classify(one.pull, one.rules, weights).rule in ("words", "refactoring")]
    lessons = [learning.Lesson(pull=one.pull, kind=one.kind) for one in unclear[-OWN:]]
    outcome = learning.learn(lessons, KindRules(), weights)
    return judge(newer, outcome.learned.applied_to(weights) if outcome.learned else weights)


def fragments(name: str, clones: Path, data: Path) -> str:
    """Return how many changelog entries of a project are read, by kind and by sentence."""
    rules, count, kinds, sentences = KindRules(), 0, 0, 0
    for published in load_project(name, clones, data, whole=True):
        if not published.pull.patches or published.detail.startswith("no "):
            continue
        note = note_in_diff(published.pull, rules)
        count += 1
        if note is None:
            continue
        kind = class_of(note.kind) if note.kind else ""
        kinds += kind == class_of(published.kind)
        sentences += _is_same(note.text, published.sentence.split(" / ")[0])
    return f"{name:30}{count:6} entries   kind {share(kinds, count)}   sentence {share(sentences, count)}"


def _is_same(text: str, sentence: str) -> bool:
    """Return whether one text begins with the other, but for marks, addresses and issue numbers."""
    marks = r"https?://\S+|#\d+|:[\w:-]+:(?=`)|<[^<>]*>|~[\w.]+\."
    first, second = (re.findall(r"[a-z0-9]+", re.sub(marks, "", one.lower())) for one in (text, sentence))
    shorter = min(len(first), len(second))
    return (first[:shorter] == second[:shorter] and shorter > 2) or second[:3] == [] or _contains(first, second)


def _contains(words: list[str], part: list[str]) -> bool:
    return any(words[start : start + len(part)] == part for start in range(len(words)))


def main() -> None:
    """Print the tables that the arguments ask for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=DATA, help="the folder of the judged pull requests")
    options.add_argument("--clones", type=Path, required=True, help="the folder of the repositories' clones")
    options.add_argument("--train", action="store_true", help="learn each project's weights from the others")
    options.add_argument("--learn", action="store_true", help="add what the project's own past teaches")
    options.add_argument("--fragments", action="store_true", help="measure how changelog entries are read")
    options.add_argument("--set-aside", action="store_true", help="measure what was set aside as well")
    options.add_argument("--details", action="store_true", help="print rules, calibration and the worst misses")
    given = options.parse_args()
    split = load(given.data)
    projects = [name for name in PROJECTS if given.set_aside or name not in SET_ASIDE]
    if given.fragments:
        print("\n".join(fragments(name, given.clones, given.data) for name in projects))
        return
    examples = {
        name: [published_example(name, one) for one in load_project(name, given.clones, given.data)]
        for name in projects
    }
    weights = _weights(given, projects)
    print(HEADING)
    tables = {name: judge(examples[name], weights[name]) for name in projects}
    for name, results in tables.items():
        print(row(name, results))
        if given.details:
            details(results)
    print(mean_of(list(tables.values())))
    if given.train:
        print(row("the projects that we read", _read_by_others(given)))
    if given.learn:
        print("\nthe newer half, without and with what the older half teaches")
        halves = {name: results[len(results) // 2 :] for name, results in tables.items()}
        taught = {name: with_own_past(examples[name], weights[name]) for name in projects}
        for name in projects:
            print(row(name, halves[name]), row("", taught[name]), sep="\n")
        print(mean_of(list(halves.values())), mean_of(list(taught.values())), sep="\n")
    print()
    weeks = {"LXD, training weeks": split.training}
    if given.set_aside:
        weeks |= {"LXD, set aside first": split.held_out, "LXD, set aside later": load_fresh(given.clones)}
    for name, judged in weeks.items():
        print(row(name, judge([judged_example(one) for one in judged if one.sure], shipped_weights())))


@cache
def _training(clones: Path, data: Path) -> tuple[Sequence[Example], Sequence[Row], frozenset[str]]:
    """Return what weights are learned from, as examples and as rows, and the names of people."""
    training = training_examples(clones, data)
    return training, [row for one in training for row in rows_of(one)], name_parts(names(data))


def _read_by_others(given: argparse.Namespace, parts: int = 3) -> list[Result]:
    """Judge the pull requests of the projects that we read by what each part learns without its own projects."""
    training, rows, people = _training(given.clones, given.data)
    refs = {pull.ref for pull, _, _ in load_strangers(given.clones)}
    read = [one for one in training if one.pull.ref in refs and one.project == one.pull.repo]
    projects = sorted({one.project for one in read})
    found = []
    for part in range(parts):
        held_out = frozenset(projects[part::parts])
        weights = learn([row for row in rows if row.example.project not in held_out], people)
        found += judge([one for one in read if one.project in held_out and one.is_sure], weights)
    return found


def _weights(given: argparse.Namespace, projects: Sequence[str]) -> Mapping[str, Weights]:
    """Return the weights that judge each project: the shipped ones, or those learned from the others."""
    if not given.train:
        return dict.fromkeys(projects, shipped_weights())
    _, rows, people = _training(given.clones, given.data)
    found: dict[str, Weights] = {}
    for name in projects:
        chosen = [row for row in rows if row.example.project != name]
        found[name] = learn(chosen, people) if len(chosen) < len(rows) else found.get(LXD) or learn(rows, people)
        if len(chosen) == len(rows):
            found[LXD] = found[name]
    return found


if __name__ == "__main__":
    main()
