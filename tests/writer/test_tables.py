"""The checker on 1,407 answers with a planted fault and 533 truthful ones, written by people who didn't see it."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.writer.tables import Row, scored

MISSED = {
    "one": {},
    "two": {
        "inverted-polarity": 3, "invented-claim": 2, "invented-number": 2, "swapped-pull": 2, "wrong-tense": 2, "injected": 1,
        "invented-identifier": 1,
    },
}  # fmt: skip
"""Faults of a checkable kind that pass, each known. Their number must never grow."""
MOST_TRUTHS_REFUSED = 0.05


@pytest.fixture(scope="module", params=["one", "two"])
def part(request: pytest.FixtureRequest) -> tuple[str, list[Row]]:
    """The scored rows of a part."""
    return request.param, list(scored(request.param))


def test_the_known_faults_alone_pass(part: tuple[str, list[Row]]) -> None:
    name, rows = part
    passing = Counter(row.fault for row in rows if row.fault and row.is_checkable and not row.is_refused)
    assert len([row for row in rows if row.fault]) == {"one": 616, "two": 791}[name]
    assert passing <= Counter(MISSED[name]), passing


def test_few_truthful_answers_are_refused(part: tuple[str, list[Row]]) -> None:
    name, rows = part
    truths = [row for row in rows if not row.fault]
    assert len(truths) == {"one": 272, "two": 261}[name]
    refused = [row.refused for row in truths if row.is_refused]
    assert len(refused) <= MOST_TRUTHS_REFUSED * len(truths), refused
