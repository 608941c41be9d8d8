"""Check what is learned from a project's own past."""

from __future__ import annotations

from tests.classify.pulls import pull
from weekly.classify import learning
from weekly.classify.learning import Learned, Lesson
from weekly.classify.rules import classify
from weekly.classify.weights import ALWAYS, shipped_weights
from weekly.config.rules import KindRules
from weekly.model import Kind

RULES = KindRules()


def lessons(count: int) -> list[Lesson]:
    """Return lessons of a project whose word for repairs is `frobnicate`."""
    kinds = (Kind.BUGFIX, Kind.IMPROVEMENT, Kind.HOUSEKEEPING)
    verbs = ("Frobnicate", "Gronk", "Zap")
    return [Lesson(pull=pull(f"{verbs[n % 3]} part{n}", files=()), kind=kinds[n % 3]) for n in range(count)]


def test_own_words_of_the_project_are_learned() -> None:
    outcome = learning.learn(lessons(120), RULES, shipped_weights())
    assert outcome.learned is not None
    assert (outcome.count, outcome.tested) == (120, 60)
    assert outcome.after.right == 1.0 > outcome.before.right
    weights = outcome.learned.applied_to(shipped_weights())
    assert weights["first:frobnicat"][1] > max(weights["first:frobnicat"][0], weights["first:frobnicat"][2])


def test_learning_is_deterministic() -> None:
    first, second = (learning.learn(lessons(90), RULES, shipped_weights()).learned for _ in range(2))
    assert first == second


def test_nothing_is_learned_from_few_pull_requests() -> None:
    assert learning.learn(lessons(learning.LEAST - 1), RULES, shipped_weights()).learned is None


def test_nothing_is_learned_that_makes_the_newest_worse() -> None:
    turned = {Kind.BUGFIX: Kind.HOUSEKEEPING, Kind.HOUSEKEEPING: Kind.IMPROVEMENT, Kind.IMPROVEMENT: Kind.BUGFIX}
    given = lessons(120)
    newest = [Lesson(pull=one.pull, kind=turned[one.kind]) for one in given[60:]]
    outcome = learning.learn([*given[:60], *newest], RULES, shipped_weights())
    assert outcome.learned is None
    assert outcome.after.surprise > outcome.before.surprise


def titled(title: str, kind: Kind, count: int) -> list[Lesson]:
    """Return lessons with a title and a kind."""
    return [Lesson(pull=pull(f"{title} {n}", files=()), kind=kind) for n in range(count)]


def mixed(*groups: list[Lesson]) -> list[Lesson]:
    """Return the lessons of groups in turn, so that none is newer than the others."""
    return [lesson for row in zip(*groups, strict=True) for lesson in row]


def test_own_past_decides_what_a_refactoring_is() -> None:
    given = mixed(titled("Refactor module", Kind.IMPROVEMENT, 40), titled("Zap module", Kind.HOUSEKEEPING, 40))
    refactoring = pull("Restructured inventory", files=())
    assert classify(refactoring, RULES).kind is Kind.HOUSEKEEPING
    learned = learning.learn(given, RULES, shipped_weights()).learned
    assert learned is not None
    assert classify(refactoring, RULES, learned.applied_to(shipped_weights())).kind is Kind.IMPROVEMENT


def test_a_key_of_the_issue_tracker_means_what_it_meant_before() -> None:
    given = mixed(titled("[ABC-12] Change node", Kind.BUGFIX, 40), titled("Change node", Kind.HOUSEKEEPING, 40))
    learned = learning.learn(given, RULES, shipped_weights()).learned
    assert learned is not None
    weights = learned.applied_to(shipped_weights())
    assert classify(pull("ABC-77: Change agent", files=()), RULES, weights).kind is Kind.BUGFIX
    assert classify(pull("Change agent", files=()), RULES, weights).kind is Kind.HOUSEKEEPING


def test_learned_weights_are_added_to_the_sharpened_shipped_ones() -> None:
    learned = Learned(sharpness=0.5, weights={ALWAYS: (1.0, 0.0, -1.0), "word:new": (0.0, 0.3, 0.0)})
    assert learned.applied_to({ALWAYS: (2.0, 2.0, 2.0), "word:old": (1.0, 0.0, 0.0)}) == {
        ALWAYS: (2.0, 1.0, 0.0),
        "word:old": (0.5, 0.0, 0.0),
        "word:new": (0.0, 0.3, 0.0),
    }
