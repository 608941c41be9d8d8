"""Find the security advisories that pull requests name."""

from __future__ import annotations

from collections.abc import Sequence

from weekly.model import PullRequest
from weekly.text.patterns import lazy_pattern

_ADVISORY = lazy_pattern(r"\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})\b")


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
