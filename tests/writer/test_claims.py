"""Which pieces of code a sentence may name, by the facts."""

from __future__ import annotations

import pytest

from weekly.writer.claims import _is_called_so, _is_known_code
from weekly.writer.document import Fact
from weekly.writer.evidence import Evidence
from weekly.writer.tokens import Token, TokenKind, tokens

EVIDENCE = Evidence([
    Fact(source="title of a/b#1", text="Add --depth to Pool.drain and `lake list`, and a Depth option"),
    Fact(source="description of a/b#1", text='Run lake drain "north" to empty a Pool. The width key stays.'),
    Fact(source="files of a/b#1", text="src/shore/Boat.go"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("code", "is_known"),
    [
        ("--depth", True),
        ("--Depth", False),
        ("lake drain north", True),
        ("lake drain 'north'", True),
        ("lake drain North", False),
        ("lake drain south", False),
        ("lake drain=north", False),
        ("Pool.drain", True),
        ("Pool.drain()", True),
        ("pool.drain()", False),
        ("Pool.fill()", False),
        ("Boat.go", True),
        ("src/shore", True),
        ("shore", True),
        ("Shore", False),
        ("harbour", False),
    ],
)
def test_code_is_known_as_it_is_written(code: str, is_known: bool) -> None:
    assert _is_known_code(Token(code, TokenKind.CODE), EVIDENCE) is is_known


@pytest.mark.parametrize(
    ("text", "is_called_so"),
    [
        ("the Depth option", True),
        ("the option Depth", False),
        ("the Depth key", False),
        ("the key Width", False),
        ("the Width key", True),
        ("the Width", True),
        ("the command Width key", True),
    ],
)
def test_what_the_facts_call_a_name_is_what_a_sentence_may_call_it(text: str, is_called_so: bool) -> None:
    found = tokens(text)
    at = next(place for place, token in enumerate(found) if token.text[0].isupper())
    assert _is_called_so(found, at, EVIDENCE) is is_called_so
