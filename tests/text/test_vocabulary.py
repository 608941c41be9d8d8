"""Phrases are found as whole words, and patterns are compiled at their first use."""

from __future__ import annotations

import re

from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import Phrases, name_list, phrase_set, word_list

PHRASES = Phrases(frozenset(("code", "unit test*", "go vet", "lint*")))


def test_phrases_are_whole_words_unless_they_are_open() -> None:
    assert PHRASES.search("Fixed the Code of pools") == "Code"
    assert PHRASES.search("Fixed decoding and codes") == ""
    assert PHRASES.search("Ran the linters") == "linters"
    assert PHRASES.search("Added unit tests") == "unit tests"
    assert PHRASES.search("go to vet") == ""


def test_phrases_can_be_taken_out() -> None:
    assert PHRASES.without("Fixed code and code.") == "Fixed ,  and , ."


def test_lists_are_read_by_name() -> None:
    assert "add" in word_list("changes")
    assert name_list("names")[0] == "ACL"
    assert "load balancer" in phrase_set("compounds")


def test_a_lazy_pattern_works_as_a_compiled_one() -> None:
    lazy = lazy_pattern(r"(a)(b)?", re.IGNORECASE)
    found = lazy.search("xA")
    assert found is not None
    assert (found[1], lazy.sub("c", "aAb"), lazy.pattern) == ("A", "cc", "(a)(b)?")
