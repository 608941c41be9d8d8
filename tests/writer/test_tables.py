"""The checker on 1,407 answers with a planted fault and 533 truthful ones, written by people who didn't see it."""

from __future__ import annotations

import pytest

from tests.writer.tables import scored

LEAST_OTHERS_REFUSED = {"one": 70, "two": 73}
"""Refused faults that take understanding to see, as measured. They must never get fewer."""
MOST_TRUTHS_REFUSED = 0.05


@pytest.mark.parametrize("part", ["one", "two"])
def test_no_fault_of_a_checkable_kind_passes(part: str) -> None:
    faults = [row for row in scored(part) if row.fault]
    assert len(faults) == {"one": 616, "two": 791}[part]
    assert not [row for row in faults if row.is_checkable and not row.is_refused]
    assert sum(row.is_refused for row in faults if not row.is_checkable) >= LEAST_OTHERS_REFUSED[part]


@pytest.mark.parametrize("part", ["one", "two"])
def test_few_truthful_answers_are_refused(part: str) -> None:
    truths = [row for row in scored(part) if not row.fault]
    assert len(truths) == {"one": 272, "two": 261}[part]
    refused = [row.refused for row in truths if row.is_refused]
    assert len(refused) <= MOST_TRUTHS_REFUSED * len(truths), refused
