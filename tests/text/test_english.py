"""Verbs that no list has, and articles."""

from __future__ import annotations

import pytest

from weekly.text import english
from weekly.text.english import Form, Verb


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        ("Canonifies", Verb("canonify", Form.THIRD)),
        ("canonified", Verb("canonify", Form.PAST)),
        ("tokenises", Verb("tokenise", Form.THIRD)),
        ("unmasked", Verb("unmask", Form.PAST)),
        ("remounts", Verb("remount", Form.THIRD)),
        ("pool", None),
    ],
)
def test_a_verb_is_known_by_its_prefix_or_suffix(word: str, verb: Verb | None) -> None:
    assert english.verb(word) == verb


@pytest.mark.parametrize(
    ("base", "forms"),
    [
        ("rerun", ("reruns", "reran", "rerunning")),
        ("canonify", ("canonifies", "canonified", "canonifying")),
        ("untie", ("unties", "untied", "untying")),
        ("relay", ("relays", "relayed", "relaying")),
        ("flush", ("flushes", "flushed", "flushing")),
    ],
)
def test_a_verb_is_inflected(base: str, forms: tuple[str, str, str]) -> None:
    assert (english.third(base), english.past(base), english.gerund(base)) == forms


@pytest.mark.parametrize(
    ("phrase", "article"),
    [
        ("LXD-agent", "an"),
        ("MTU/MSS pair", "an"),
        ("URL list", "a"),
        ("`OVN` network", "an"),
        ("JSON file", "a"),
        ("hourly job", "an"),
        ("user", "a"),
        ("unindexed table", "an"),
        ("option", "an"),
        ("", "a"),
    ],
)
def test_the_first_sound_decides_the_article(phrase: str, article: str) -> None:
    assert english.article(phrase) == article
