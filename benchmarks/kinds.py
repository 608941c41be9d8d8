"""Measure the classifier on the judged pull requests: `python -m benchmarks.kinds --clones DIR [--data DIR] [--held-out]`.

By default the training weeks are cross-validated: the weights that judge a week were learned without it. With
--held-out the shipped weights judge the weeks that were set aside; those figures are the honest ones, and nothing may be
tuned after them. README says how often each set was opened. A pull request without a firm kind (`sure` = no in the
data) isn't counted.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from unittest import mock

from msgspec.structs import replace

from benchmarks.judged import DATA, Judged, load, load_fresh, load_read, names
from benchmarks.train_kinds import Row, learn, name_parts, rows_of
from weekly.classify import rules
from weekly.classify.rules import classify
from weekly.classify.weights import Weights, shipped_weights
from weekly.config import KindRules
from weekly.model import Kind, Verdict

FOLDS = 7
WORST = 25

PartOf = Callable[[Judged], object]

_TITLE_SAYS_FIX = re.compile(
    r"\b(?:fix(?:es|ed|ing)?|bug(?:s|fix|fixes)?|crash(?:es)?|regression|leak|race|panic|deadlock)\b", re.IGNORECASE
)
_TITLE_SAYS_REST = re.compile(r"\b(?:docs?|documentation|tests?|ci|github|bump|readme|typo|deps)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an editor said, and what the classifier says."""

    judged: Judged
    verdict: Verdict

    @property
    def want(self) -> str:
        """The class of three that it is of."""
        return three(self.judged.kind)

    @property
    def got(self) -> str:
        """The class of three that it was told to be of."""
        return three(self.verdict.kind)


def three(kind: Kind) -> str:
    """One of the three classes that the post knows."""
    return kind.value if kind.is_highlight else "rest"


def judge(judged: Iterable[Judged], weights: Weights) -> list[Told]:
    """Classify with these weights instead of the shipped ones."""
    with mock.patch.object(rules, "shipped_weights", return_value=weights):
        return [Told(judged=one, verdict=classify(one.pull, KindRules())) for one in judged]


def cross_validate(
    judged: Sequence[Judged], rows: Sequence[tuple[object, Row]], people: frozenset[str], part_of: PartOf
) -> Iterator[Told]:
    """Judge each part with what was learned from the rows of the others."""
    for part in sorted({part_of(one) for one in judged}, key=str):
        weights = learn([row for other, row in rows if other != part], people)
        yield from judge([one for one in judged if part_of(one) == part], weights)


def week_parts(judged: Sequence[Judged]) -> PartOf:
    """Whole weeks, dealt out in turn."""
    place = {monday: number for number, monday in enumerate(sorted({one.monday for one in judged}))}
    return lambda one: place[one.monday] % FOLDS


def bare(judged: Judged) -> Judged:
    """The pull request as a source tells of it that knows but titles."""
    return dataclasses.replace(judged, pull=replace(judged.pull, commits=(), files=(), head=None))


def by_title(judged: Iterable[Judged]) -> list[Told]:
    """The plain rule on words of the title, to compare with."""
    told = []
    for one in judged:
        rest = _TITLE_SAYS_REST.search(one.pull.title)
        fix = _TITLE_SAYS_FIX.search(one.pull.title)
        kind = Kind.HOUSEKEEPING if rest else Kind.BUGFIX if fix else Kind.IMPROVEMENT
        told.append(Told(judged=one, verdict=Verdict(kind=kind, rule="title", evidence="")))
    return told


def figures(told: Sequence[Told]) -> str:
    """Right answers of the three classes, and precision and recall of bug fixes."""
    right = sum(one.want == one.got for one in told)
    both = sum(one.want == one.got == "bugfix" for one in told)
    claimed, real = sum(one.got == "bugfix" for one in told), sum(one.want == "bugfix" for one in told)
    return (
        f"{right:4} of {len(told):4} right {_share(right, len(told))}   "
        f"bug fixes: precision {_share(both, claimed)} ({both}/{claimed}), recall {_share(both, real)} ({both}/{real})"
    )


def summary(told: Sequence[Told]) -> None:
    """Print the figures of all, of the sure ones and of the unsure, and those of the plain rule."""
    sure = [one for one in told if one.verdict.sure]
    print(f"  all            {figures(told)}")
    print(f"  marked unsure  {len(told) - len(sure)} of {len(told)}, {_share(len(told) - len(sure), len(told))}")
    print(f"  the sure ones  {figures(sure)}")
    print(f"  the unsure     {figures([one for one in told if not one.verdict.sure])}")
    print(f"  title's words  {figures(by_title(one.judged for one in told))}   (the plain rule, to compare)")


def report(told: Sequence[Told]) -> None:
    """Print everything about one run."""
    summary(told)
    matrix("three classes", [(one.want, one.got) for one in told], ("improvement", "bugfix", "rest"))
    six = [(one.judged.kind.value, one.verdict.kind.value) for one in told]
    matrix("six kinds", six, [kind.value for kind in Kind])
    groups("by rule", told, lambda one: one.verdict.rule)
    groups("by repository", told, lambda one: one.judged.pull.repo)
    groups("by year", told, lambda one: str(one.judged.pull.merged_at.year))
    calibration(told)
    worst(told)


def matrix(heading: str, pairs: Iterable[tuple[str, str]], kinds: Sequence[str]) -> None:
    """Print a confusion matrix: a row for what it is, a column for what it was told to be."""
    counts = Counter(pairs)
    print(f"\n{heading} (rows: judged, columns: told)")
    print(" " * 16 + "".join(f"{kind[:12]:>14}" for kind in kinds))
    for want in kinds:
        print(f"  {want:14}" + "".join(f"{counts[want, got]:14}" for got in kinds))


def groups(heading: str, told: Sequence[Told], group_of: Callable[[Told], str]) -> None:
    """Print the figures of each group."""
    print(f"\n{heading}")
    for group in sorted({group_of(one) for one in told}):
        print(f"  {group:24}{figures([one for one in told if group_of(one) == group])}")


def calibration(told: Sequence[Told]) -> None:
    """Print whether `90 % sure` is right nine times of ten."""
    print("\nhow sure it is, and how often it is right")
    steps = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
    for low, high in pairwise(steps):
        here = [one for one in told if low <= one.verdict.confidence < high]
        mean = sum(one.verdict.confidence for one in here) / max(len(here), 1)
        right = _share(sum(one.want == one.got for one in here), len(here))
        print(f"  {low:.2f}-{min(high, 1):.2f}  {len(here):5}   says {mean:.3f}   is {right}")


def worst(told: Sequence[Told]) -> None:
    """Print the misses of which it was surest."""
    print("\nworst misses")
    misses = [one for one in told if one.want != one.got]
    misses.sort(key=lambda one: (-one.verdict.confidence, one.judged.pull.ref))
    for one in misses[:WORST]:
        print(
            f"  {one.verdict.confidence:.2f}  {one.want} told {one.got}: {one.judged.pull.ref} {one.judged.pull.title}"
        )
        print(f"        {one.verdict.rule}: {one.verdict.evidence}")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "  -  "


def main() -> None:
    """Print the figures that the arguments ask for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=DATA, help="the folder of the judged pull requests")
    options.add_argument("--clones", type=Path, required=True, help="the folder of the repositories' clones")
    options.add_argument("--held-out", action="store_true", help="judge the weeks set aside, with the shipped weights")
    given = options.parse_args()
    split = load(given.data)
    if given.held_out:
        print(f"the weeks set aside first: {', '.join(map(str, split.held_out_weeks))}")
        report(firm(judge(split.held_out, shipped_weights())))
        fresh = load_fresh(given.clones)
        print(f"\nthe weeks set aside later: {', '.join(map(str, sorted({one.monday for one in fresh})))}")
        report(firm(judge(fresh, shipped_weights())))
        return
    read, people = load_read(given.clones, given.data), name_parts(names(given.data))
    everything, bares = (*split.training, *read), tuple(map(bare, split.training))
    print(f"training weeks, cross-validated in {FOLDS} parts of whole weeks")
    part_of = week_parts(everything)
    rows = [(part_of(one), row) for one in everything for row in rows_of(one)]
    told = firm(cross_validate((*everything, *bares), rows, people, part_of))
    report(told_of(told, split.training))
    print("\nthe same, of which but the titles are known")
    summary(told_of(told, bares))
    print("\nthose that we judged by the title alone")
    summary(told_of(told, (one for one in read if not one.picked)))
    print("\nthose that we judged by all that is known, most of them picked for being hard")
    summary(told_of(told, (one for one in read if one.picked)))
    rows = [(one.pull.repo, row) for one in everything for row in rows_of(one)]
    told = firm(cross_validate(split.training, rows, people, lambda one: one.pull.repo))
    groups("each repository, judged by what was learned from the others", told, lambda one: one.judged.pull.repo)
    print()
    summary(told)
    calibration(told)


def firm(told: Iterable[Told]) -> list[Told]:
    """Those whose kind nobody argues about."""
    return [one for one in told if one.judged.sure]


def told_of(told: Iterable[Told], judged: Iterable[Judged]) -> list[Told]:
    """What was told of these."""
    wanted = {id(one.pull) for one in judged}
    return [one for one in told if id(one.judged.pull) in wanted]


if __name__ == "__main__":
    main()
