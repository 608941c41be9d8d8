"""Refuse a sentence that denies, keeps, demands or turns round what no fact does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import alternatives
from weekly.writer.evidence import Evidence, opposites
from weekly.writer.tokens import TokenKind, stem, tokens


def whole_words(name: str) -> re.Pattern[str]:
    """Return a pattern for the words and phrases of a list."""
    return lazy_pattern(rf"(?<![-\w])(?:{alternatives(name)})(?![-\w])")


DENIES = whole_words("denies_patterns")
_UNMENDED = lazy_pattern(
    r"(?:\b(?:not|never)|n['’]t)(?: (?:be|been|being|yet|fully|\w+ly))? (?:fix(?:ed)?|mended|repaired)\b"
    r"|\b(?:attempted|failed|tried|unable) to fix\b|\b(?:partly|partially|half) (?:fixed|mended|repaired)\b|\bunfixed\b"
)
_NOT_NOW = lazy_pattern(
    r"(?:\b(?:is|are|can|do|does)(?: now)? (?:not|never|no longer)|\bno longer(?: be)?|\b(?:is|are|ca|do|does)n['’]t|\bcannot)"
    r"(?: be)? (?:\w+ly )?(?P<state>possible|supported|available|allowed|enabled|accepted|permitted|usable|used|works?|functions?)\b"
)
_CONDITION = lazy_pattern(r"\b(?:if|that|unless|when|where|which|while)\b[^,;]*$")
_ENDS = lazy_pattern(r"\b(?:nobody|none|nothing|there (?:is|are) no)\b")
_GROUNDS = lazy_pattern(
    r"\b(?:no|not|never|none|nothing|only|unless|except|without|instead|rather|cannot|opt-(?:in|out)|used to)\b|n['’]t\b"
    r"|\b(?:avoid|prevent|stop|skip|ignor|drop|remov|disabl|delet|deprecat|reject|refus|unnecessar|redundant|unused|replac|fail|miss|lack"
    r"|broke|wrong|fix|bug|error|crash|forbid|den[iy]|exclud|un\w+ed\b|incompat)",
    re.IGNORECASE,
)
_LOSSES = lazy_pattern(r"(?<!no longer )(?<!not )\b(?:breaks?|ended|forced|lost|missing|prevented|rejected|disabled)\b")
_STILL = lazy_pattern(
    r"\b(?:still|remains?|stays?|continues? to(?: be)?|keeps?) (?:\w+ )?"
    r"(?:break|broke|crash|deadlock|fail|hang|leak|los[et]|panic|wrong)\w*"
)
_DEMANDS = lazy_pattern(
    r"(?<!no longer )(?<!not )(?<!n['’]t )\b"
    r"(?:must|ha(?:s|ve) to|needs? to|you need|(?:is|are)(?: now)? (?:forced|mandatory|necessary|required))\b"
)
_DEMANDED = lazy_pattern(
    r"\b(?:must|ha(?:s|ve) to|need|necess|requir|mandatory|forc|enforc|oblig|should)", re.IGNORECASE
)


def denial_fault(text: str, support: Sequence[str], evidence: Evidence, kind: str) -> str:
    """Refuse what a sentence denies, keeps or demands where its support does nothing like it."""
    low = text.lower()
    if _UNMENDED.search(low) and not _UNMENDED.search(evidence.low):
        return "says that it isn't fixed, which the facts don't"
    is_grounded = any(map(_GROUNDS.search, [*support, *evidence.titles]))
    match = _NOT_NOW.search(low)
    if match and not _CONDITION.search(low[: match.start()]):
        is_named = match["state"] == "used" or evidence.supports(match["state"])
        if not (is_grounded and is_named):
            return f"says {match[0]!r}, which the facts don't"
    if kind == "improvement" and (match := _ENDS.search(low)) and not is_grounded:
        return f"says {match[0]!r}, and what it rests on denies nothing"
    match = _LOSSES.search(low) if kind == "improvement" else None
    is_off = match is not None and match[0] == "disabled" and re.search(r"\boff\b", evidence.low)
    if match and not is_off and not evidence.supports(match[0]) and not _CONDITION.search(low[: match.start()]):
        return f"says {match[0]!r}, which the facts don't"
    if (match := _STILL.search(low)) and not _STILL.search(evidence.low):
        return f"says {match[0]!r}, which the facts don't"
    if (match := _DEMANDS.search(low)) and not _DEMANDED.search(evidence.prose):
        return f"says {match[0]!r}, which the facts don't"
    return _opposite_fault(text, evidence)


def _opposite_fault(text: str, evidence: Evidence) -> str:
    """Refuse a word that the facts don't have, if they have its opposite: "importing" instead of "exporting"."""
    if DENIES.search(text.lower()) or "no longer" in text.lower():
        return ""
    for token in tokens(text):
        if token.kind is TokenKind.WORD and not evidence.supports(token.low):
            for other in opposites("claim_directions").get(stem(token.low), frozenset()):
                if other in evidence.prose_stems:
                    return f"says {token.text!r}, and the facts say the opposite"
    return ""
