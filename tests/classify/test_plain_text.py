"""Changelog entries lose the credits at their end."""

from __future__ import annotations

import pytest

from weekly.classify.plain_text import sentence


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("Boats carry cows (@ada)", "Boats carry cows"),
        ("Boats carry cows. (@ada, @b-c and @d)", "Boats carry cows."),
        ("Boats carry cows (@builder[bot]).", "Boats carry cows."),
        ("Boats carry cows by @ada", "Boats carry cows"),
        ("Boats ring @bells (of brass)", "Boats ring @bells (of brass)"),
    ],
)
def test_credits_at_the_end_are_left_out(entry: str, text: str) -> None:
    assert sentence(entry) == text
