"""Split texts into words, and words into stems."""

from __future__ import annotations

import re
from functools import lru_cache

from weekly.text.patterns import lazy_pattern

TEXT_LIMIT = 20_000
"""Characters of a text that are read."""

CODE = "()"
"""The token of every name in code."""

_NOISE = lazy_pattern(
    r"<!--(?:(?!<!--).)*?-->|^[ \t]*[-*+] \[[ xX]\].*?$|^#+ .*?$"  # forms, headings
    r"|^(?:```|~~~).*?^(?:```|~~~)"  # blocks of code
    r"|^[ \t]*(?:[A-Z][\w-]+-by|cc|link|license|reviewed|see|refs?|x-ref)\b:?.*?$|\(cherry.picked[^)]*\)"  # trailers
    r"|https?://\S+|\b(?=\w*\d)[0-9a-f]{7,40}\b|(?<!\S)\S*@\S+",  # addresses, commits, people
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_SCOPE = lazy_pattern(r"((?:[\w.{},/*|+-]+|\[[^\]]+\])(?: [\w./-]+)?(?:\([^)]*\))?):\s+(?=\S)")
_WORD = lazy_pattern(r"`[^`]*`|[A-Za-z][\w.'’-]*(?:\(\))?")
_CODE = lazy_pattern(r"`|.*(?:\(\)|_|\w\.\w|[a-z][A-Z])")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ied", "y"), ("ed", ""), ("ly", ""), ("es", "e"), ("s", ""))


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case, with one token for all names in code."""
    return list(map(_token, _WORD.findall(text)))


def _token(text: str) -> str:
    word = text.replace("’", "'").rstrip(".'-")
    return CODE if _CODE.match(word) else word.lower()


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Remove a word's ending, so that `fixes` and `fixing` are equal."""
    if len(word) <= 4:
        return word
    for ending, instead in _ENDINGS:
        if ending == "s" and word.endswith(("ss", "us")):
            continue
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending) + instead
            break
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "slz" else word


def split_scope(line: str) -> tuple[list[str], str]:
    """Split `lxd/storage: zfs: Fix` into the parts of its scope and the rest."""
    scope: list[str] = []
    for _ in range(3):
        match = _SCOPE.match(line) if ":" in line else None
        if not match:
            break
        scope += parts(match[1])
        line = line[match.end() :]
    return scope, line


def clean(text: str) -> str:
    """Remove addresses, names of people, trailers, forms and code from a text."""
    return _NOISE.sub(" ", text[:TEXT_LIMIT])


def parts(name: str) -> tuple[str, ...]:
    """Return the words of a path or scope."""
    return tuple(part for part in re.split(r"[^a-z0-9]+", name.lower()) if part)
