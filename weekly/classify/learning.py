"""Learn corrections of the shipped weights from a project's own pull requests, with its kinds as the truth.

Biases come first: how often each kind occurs in the project. Words and paths of its own get a weight where several pull
requests agree. Everything is deterministic and small enough to read.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from weekly.classify.weights import ALWAYS, CLASSES, REST, Weights, parse_weights
from weekly.classify.words import features_of
from weekly.config.rules import KindRules
from weekly.model import Kind, PullRequest, Record

_SHARPNESS_NAME = "(sharpness)"

LEAST = 60
"""Pull requests below which nothing is learned."""

_CUTS = (1 / 2, 2 / 3, 5 / 6, 1)
"""The parts of the newer half on which learning is validated."""

_SHARPNESS = 0.8
"""The factor of the shipped weights, so that they leave room for the project's own."""

_PENALTY, _OWN_PENALTY = 18.0, 2.0
"""Penalties of large weights: of most features, and of those in _OWN."""

_OWN = (ALWAYS, "path:", "scope:", "branch:", "with:", "role:", "mark:")
"""Beginnings of features whose meaning differs between projects."""
_SMALL = 0.1
_MOST_FEATURES = 800
_STEPS = 80


class Learned(Record, frozen=True, kw_only=True):
    """The factor of the shipped weights, and the weights of the project's own."""

    sharpness: float = 1.0
    weights: Weights = msgspec.field(default_factory=dict)

    def applied_to(self, weights: Weights) -> Weights:
        """Return the shipped weights with what was learned added."""
        found = {name: _three(self.sharpness * weight for weight in three) for name, three in weights.items()}
        for name, own in self.weights.items():
            found[name] = _three(map(sum, zip(found.get(name, (0.0, 0.0, 0.0)), own, strict=True)))
        return found


def _three(values: Iterable[float]) -> tuple[float, float, float]:
    one, two, three = values
    return one, two, three


class Lesson(Record, frozen=True, kw_only=True):
    """A pull request and the kind that its project gave it."""

    pull: PullRequest
    kind: Kind


class Score(Record, frozen=True, kw_only=True):
    """The share of right verdicts and the mean surprise, of which less is better."""

    right: float
    surprise: float


class Outcome(Record, frozen=True, kw_only=True):
    """The scores on the newest pull requests before and after learning."""

    learned: Learned | None
    count: int
    tested: int
    before: Score
    after: Score


class _Row(Record, frozen=True, kw_only=True):
    strengths: Mapping[str, float]
    base: tuple[float, float, float]
    label: int


def learn(lessons: Sequence[Lesson], rules: KindRules, weights: Weights) -> Outcome:
    """Learn from all lessons, the oldest first, if that makes verdicts on newer ones better."""
    rows = [_row(lesson, rules, weights) for lesson in lessons]
    if len(rows) < LEAST:
        score = _score(_surprises(rows, Learned()))
        return Outcome(learned=None, count=len(rows), tested=0, before=score, after=score)
    before, after, tested = _validate(rows)
    is_better = after.surprise < before.surprise and after.right > before.right
    return Outcome(learned=fit(rows) if is_better else None, count=len(rows), tested=tested, before=before, after=after)


def _validate(rows: Sequence[_Row]) -> tuple[Score, Score, int]:
    """Judge each part of the newer half by what is learned from all older rows."""
    cuts = [round(len(rows) * share) for share in _CUTS]
    before, after = _surprises(rows[cuts[0] :], Learned()), []
    for start, end in pairwise(cuts):
        after += _surprises(rows[start:end], fit(rows[:start]))
    return _score(before), _score(after), len(after)


def format_learned(learned: Learned, outcome: Outcome) -> str:
    """Return the learned weights as a file with a line for each feature."""
    figures = (
        f"{outcome.after.right:.1%} of the newer {outcome.tested} are right, {outcome.before.right:.1%} without it"
    )
    lines = [
        f"# Made by `weekly learn` from {outcome.count} pull requests: {figures}.",
        "# A feature, and what it adds to: improvement, bugfix, rest. The first line is the factor of the shipped weights.",
        f"{_SHARPNESS_NAME}\t{learned.sharpness:.2f}",
    ]
    lines += [f"{name}\t" + "\t".join(f"{weight:.2f}" for weight in three) for name, three in learned.weights.items()]
    return "\n".join(lines).replace("-0.00", "0.00") + "\n"


def parse_learned(text: str) -> Learned:
    """Parse what `format_learned` wrote, or raise ValueError."""
    first, _, rest = "\n".join(line for line in text.splitlines() if not line.startswith("#")).partition("\n")
    name, _, sharpness = first.partition("\t")
    if name != _SHARPNESS_NAME:
        raise ValueError(f"no line begins with {_SHARPNESS_NAME}")
    return Learned(sharpness=float(sharpness), weights=parse_weights(rest))


def fit(rows: Sequence[_Row]) -> Learned:
    """Return the weights that make the right kinds likeliest."""
    counts = Counter(name for row in rows for name in row.strengths if name != ALWAYS)
    least = max(4, len(rows) // 75)
    frequent = sorted(
        (name for name, count in counts.items() if count >= least), key=lambda name: (-counts[name], name)
    )
    found = _descend(rows, [ALWAYS, *frequent[:_MOST_FEATURES]])
    weights = {
        name: _three(round(weight, 2) for weight in three)
        for name, three in sorted(found.items())
        if name == ALWAYS or max(map(abs, three)) >= _SMALL
    }
    return Learned(sharpness=_SHARPNESS, weights=weights)


def _row(lesson: Lesson, rules: KindRules, weights: Weights) -> _Row:
    strengths = features_of(lesson.pull, rules).strengths | {ALWAYS: 1.0}
    known = [(strength, weights[name]) for name, strength in strengths.items() if name in weights]
    base = _three(sum(strength * weight[place] for strength, weight in known) for place in range(3))
    label = CLASSES.index(lesson.kind if lesson.kind.is_highlight else REST)
    return _Row(strengths=strengths, base=base, label=label)


def _descend(rows: Sequence[_Row], names: Sequence[str]) -> Weights:
    """Descend along the slope of the penalised loss with momentum, a fixed number of steps."""
    index = {name: number for number, name in enumerate(names)}
    own = [[(index[name], strength) for name, strength in row.strengths.items() if name in index] for row in rows]
    penalties = [_OWN_PENALTY if name.startswith(_OWN) else _PENALTY for name in names]
    sizes = list(penalties)  # bound the curvature, so that no step is too long
    for pairs in own:
        total = sum(strength for _, strength in pairs)
        for number, strength in pairs:
            sizes[number] += 0.5 * strength * total
    weights = [[0.0, 0.0, 0.0] for _ in names]
    before = weights
    for step in range(_STEPS):
        push = step / (step + 3)
        both = zip(weights, before, strict=True)
        ahead = [[now + push * (now - then) for now, then in zip(*pair, strict=True)] for pair in both]
        before, weights = weights, ahead
        slopes = [[penalty * value for value in three] for penalty, three in zip(penalties, weights, strict=True)]
        for row, pairs in zip(rows, own, strict=True):
            errors = _chances(row, pairs, weights, _SHARPNESS)
            errors[row.label] -= 1.0
            for number, strength in pairs:
                for place in range(3):
                    slopes[number][place] += strength * errors[place]
        for size, slope, three in zip(sizes, slopes, weights, strict=True):
            three[:] = [value - change / size for value, change in zip(three, slope, strict=True)]
    return dict(zip(names, map(_three, weights), strict=True))


def _chances(
    row: _Row, pairs: Sequence[tuple[int, float]], weights: Sequence[Sequence[float]], sharpness: float
) -> list[float]:
    scores = [sharpness * score for score in row.base]
    for number, strength in pairs:
        for place in range(3):
            scores[place] += strength * weights[number][place]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _surprises(rows: Sequence[_Row], learned: Learned) -> list[tuple[bool, float]]:
    """Return for each row whether the verdict is right, and how surprising the right kind is."""
    index = {name: number for number, name in enumerate(learned.weights)}
    weights, found = list(learned.weights.values()), []
    for row in rows:
        pairs = [(index[name], strength) for name, strength in row.strengths.items() if name in index]
        chances = _chances(row, pairs, weights, learned.sharpness)
        is_right = max(range(3), key=lambda place: chances[place]) == row.label
        found.append((is_right, -math.log(max(chances[row.label], 1e-9))))
    return found


def _score(found: Sequence[tuple[bool, float]]) -> Score:
    count = max(1, len(found))
    return Score(right=sum(one for one, _ in found) / count, surprise=sum(two for _, two in found) / count)
