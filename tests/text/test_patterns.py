"""Check how names are matched with globs."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from weekly.text.patterns import fits, is_match


@pytest.mark.parametrize(
    "glob", ["", "*", "**", "a/b.md", "a/*", "*.md", "*/b*", "a*d", "a/?.md", "[ab]/*", "*[c]*", "A/*"]
)
@pytest.mark.parametrize("name", ["", "a/b.md", "a/", "b.md", "c/b.rst", "x/a/b.md"])
def test_globs_match_as_with_fnmatch(name: str, glob: str) -> None:
    assert is_match(name, glob) == fnmatchcase(name, glob)


def test_one_of_several_globs_is_enough() -> None:
    assert fits("a/b.md", ("c/*", "*.md"))
    assert not fits("a/b.md", ())
