"""Read the word lists of vocabulary.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def _vocabulary() -> dict[str, Any]:
    return tomllib.loads(resources.files("weekly.text").joinpath("vocabulary.toml").read_text(encoding="utf-8"))


def word_list(name: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(_vocabulary()[name].split())


def word_groups(name: str) -> dict[str, frozenset[str]]:
    """Return the named lists of a table, in its order."""
    return {key: frozenset(value.split()) for key, value in _vocabulary()[name].items()}
