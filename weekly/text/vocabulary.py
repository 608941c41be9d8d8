"""Read the word lists of vocabulary.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _vocabulary() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))


def word_list(name: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(_vocabulary()[name].split())


def name_list(name: str) -> tuple[str, ...]:
    """Return the words of a list in its order."""
    return tuple(_vocabulary()[name].split())


@cache
def phrases(name: str) -> re.Pattern[str]:
    """Return a pattern for the phrases of a list, in which `*` stands for any letters."""
    written = (re.escape(phrase).replace(r"\*", r"\w*") for phrase in _vocabulary()[name])
    return re.compile(rf"(?<![\w-])(?:{'|'.join(written)})(?![\w-])", re.IGNORECASE)


def phrase_set(name: str) -> frozenset[str]:
    """Return the phrases of a list as they are written."""
    return frozenset(_vocabulary()[name])
