"""Find the security advisories that pull requests name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.classify.tokens import TEXT_LIMIT
from weekly.model import PullRequest
from weekly.text.patterns import lazy_pattern

_ADVISORY = lazy_pattern(r"\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})\b")
_ITEM = lazy_pattern(r"^ {0,3}[-*+][ \t]+(?=\S)", re.MULTILINE)
_STATEMENT = lazy_pattern(r"(?<!\bno )(?<!\bnot a )(?<!\bnon-)\bsecurity (?:release|update)\b", re.IGNORECASE)
_SECURITY_ITEM = lazy_pattern(r"\W*security\b", re.IGNORECASE)


def advisories(pulls: Sequence[PullRequest]) -> tuple[str, ...]:
    """Return the security advisories that pull requests name, CVE numbers before others."""
    found = dict.fromkeys(
        number
        for pull in pulls
        for text in (
            pull.title,
            pull.body,
            *(f"{one.subject}\n{one.body}" for one in pull.commits),
            *(one.title for one in pull.closes),
        )
        for number in _ADVISORY.findall(text)
    )
    return tuple(number for number in found if number.startswith("CVE")) or tuple(found)


def is_about_security(notes: str) -> bool:
    """Return whether a release's notes begin by saying so, or a quarter of their items name a security hole.

    A feature release closes holes as well, and isn't about them.
    """
    beginning, *items = _ITEM.split(notes[:TEXT_LIMIT])
    items = items or [beginning]
    holes = sum(bool(_ADVISORY.search(item) or _SECURITY_ITEM.match(item)) for item in items)
    return 4 * holes >= len(items) or bool(_STATEMENT.search(beginning))
