"""Read dates as feeds write them. A date is never read half."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_DEFAULTS = (datetime(2001, 1, 1), datetime(2004, 2, 2))  # noqa: DTZ001  a part that is missing shows in the difference
_LONGEST = 100
"""Characters of a date. A longer text is none."""
_YEAR_FIRST = re.compile(r"\d{4}[-/.](?:0?[1-9]|1[0-2])[-/.]\d{1,2}\b")
_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "AEST": 10, "AEDT": 11,
}  # fmt: skip
"""Hours from UTC of the zones that feeds name. Any other name makes a date unreadable."""


def instant(text: str) -> datetime | None:
    """Return the moment that a date names, in UTC, or None. Without a zone it is taken for UTC.

    ISO comes first, then whatever dateutil reads with the day before the month.
    """
    text = " ".join(text[: _LONGEST + 1].split())
    if len(text) > _LONGEST:
        return None
    for read in (_iso, _free):
        try:
            found = read(text)
            moment = found and (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, LookupError):
            continue
        if moment is not None:
            return moment.replace(microsecond=0) if 1970 <= moment.year < 2200 else None
    return None


def _iso(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if re.match(r"\d{4}-?\d{2}-?\d{2}", text) else None


def _free(text: str) -> datetime | None:
    """Read a date with the day before the month, or year, month and day, if it names all three itself."""
    from dateutil import parser

    is_year_first = re.match(r"\d{4}\D", text) is not None
    if is_year_first and not _YEAR_FIRST.match(text):
        return None  # month and day could be taken for each other
    first, second = (
        parser.parse(text, dayfirst=not is_year_first, yearfirst=is_year_first, default=default, tzinfos=_zone)
        for default in _DEFAULTS
    )
    return first if first == second else None


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """Return a named zone. The machine's own names don't count."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    return timezone(timedelta(hours=_ZONES[name.upper()])) if name else None
