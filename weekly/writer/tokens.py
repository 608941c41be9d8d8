"""Cut text into the tokens that the checker compares, and words into stems."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache, lru_cache
from typing import NamedTuple

from weekly.text import english
from weekly.text.markdown import code_spans
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import phrase_set


class TokenKind(Enum):
    """The kinds of tokens, each with a check of its own."""

    WORD = "word"
    NUMBER = "number"
    NAME = "name"
    CODE = "code"
    URL = "address"
    END = "end of a clause"


class Token(NamedTuple):
    """A token as written, and what it is."""

    text: str
    kind: TokenKind

    @property
    def low(self) -> str:
        """The token in lower case."""
        return self.text.lower()


_CONTRACTED = lazy_pattern(r"(?<=\w)['’](?:s|re|ve|d|m)$", re.IGNORECASE)
_URL = lazy_pattern(r"^\(?(?:https?|ftp|file|javascript|data|mailto|ssh|git):\S+$", re.IGNORECASE)
_EDGE = ".,;:!?\"'“”‘’…()[]{}«»*"
_NUMBER = lazy_pattern(r"^[~≈]?[$€£]?\d[\d,]*(?:\.\d+)?(?:[%x×]|[A-Za-z]{1,3}|-[a-z]+)?$")
_WORD = lazy_pattern(r"^[^\W\d_]+(?:['’-][^\W\d_]+)*$")
_INNER_CAPITAL = lazy_pattern(r"[a-z].*[A-Z]|[A-Z]{2}")


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text. Punctuation that ends a clause is a token."""
    found: list[Token] = []
    for piece, is_code in code_spans(text):
        if is_code:
            found.append(Token(piece, TokenKind.CODE))
            continue
        for raw in piece.replace("—", " ; ").replace(" – ", " ; ").split():
            found += _of_raw(raw)
    return found


@lru_cache(maxsize=50_000)
def _of_raw(raw: str) -> list[Token]:
    if _URL.match(raw):
        return [Token(raw.strip("(<").rstrip(".,;:!?)>\"'"), TokenKind.URL)]
    begins = [Token("(", TokenKind.END)] if raw.startswith("(") else []
    ends = [Token(raw[-1], TokenKind.END)] if raw[-1] in ",;:)" else []
    if raw[-1] in ".!?" and not raw.endswith(("e.g.", "i.e.")):
        ends = [Token(".", TokenKind.END)]
    core = raw.rstrip(_EDGE).lstrip(_EDGE.replace(".", "").replace("*", "") if raw[:2] != ".." else _EDGE)
    if not core:
        return [*begins, *ends]
    core = _CONTRACTED.sub("", core)
    if core == "%":
        return [*begins, Token(core, TokenKind.WORD), *ends]
    if not any(char.isalnum() for char in core):
        return [*begins, Token(";", TokenKind.END), *ends] if core.strip("/&+") else [*begins, *ends]
    return [*begins, Token(core, _kind(core)), *ends]


def _kind(core: str) -> TokenKind:
    if _NUMBER.match(core):
        return TokenKind.NUMBER
    if _WORD.match(core) and not _INNER_CAPITAL.search(core):
        return TokenKind.WORD
    return TokenKind.NAME


_PARTS = lazy_pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+")


def parts(text: str) -> list[str]:
    """Return the words within an identifier, a path or a hyphenated word, in lower case."""
    return [part.lower() for part in _PARTS.findall(text)]


@cache
def _suffixes() -> list[tuple[str, str]]:
    """Return the endings that a stem lacks, the longest first, each with what replaces it."""
    pairs = [phrase.partition(" ") for phrase in phrase_set("claim_suffixes")]
    return sorted(((suffix, rest) for suffix, _, rest in pairs), key=lambda pair: -len(pair[0]))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a word without its endings, the same for `configure`, `configured` and `configuration`."""
    low = word.lower()
    if (found := english.verb(low)) is not None:
        low = found.base
    for suffix, rest in _suffixes():
        if low.endswith(suffix) and len(low) - len(suffix) >= 3 and not (suffix == "s" and low.endswith("ss")):
            low = low[: -len(suffix)] + rest
            break
    low = low.removesuffix("e") if len(low) > 3 else low
    low = low[:-1] + "i" if low.endswith("y") and len(low) > 3 else low
    return low[:-1] if len(low) > 3 and low[-1] == low[-2] and low[-1] not in "aeiou" else low
