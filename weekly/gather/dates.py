"""Read dates as feeds write them. A date is never read half."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

_YEAR_FIRST = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_DEFAULTS = (datetime(2001, 1, 1), datetime(2004, 2, 2))  # noqa: DTZ001  a part that is missing shows in the difference
_LONGEST = 100
"""Characters of a date. A longer text is none."""
_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "AEST": 10, "AEDT": 11,
}  # fmt: skip
"""Hours from UTC of the zones that feeds name. Any other name makes a date unreadable."""


def instant(text: str) -> datetime | None:
    """Return the moment that a date names, in UTC, or None. Without a zone it is taken for UTC.

    ISO comes first, then the form of e-mail, then whatever dateutil reads with the day before the month.
    """
    text = " ".join(text[: _LONGEST + 1].split())
    if len(text) > _LONGEST:
        return None
    for reader in (_iso, _year_first, _mail, _free):
        try:
            found = reader(text)
        except (ValueError, TypeError, OverflowError, LookupError):
            continue
        if found is not None:
            moment = found if found.tzinfo else found.replace(tzinfo=UTC)
            moment = moment.astimezone(UTC).replace(microsecond=0)
            return moment if 1970 <= moment.year < 2200 else None
    return None


def _iso(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if re.match(r"\d{4}-?\d{2}-?\d{2}", text) else None


def _year_first(text: str) -> datetime | None:
    """Read year, month and day in this order, whatever separates them."""
    match = _YEAR_FIRST.fullmatch(text)
    if match is None:
        return None
    year, month, day, time, zone = match.groups()
    clock = time if time and time.count(":") == 2 else f"{time or '00:00'}:00"
    offset = "+00:00" if zone is None or zone.isalpha() else zone
    return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{clock:0>8}{offset}")


def _mail(text: str) -> datetime | None:
    """Read the form of RFC 2822. Its library takes a zone that it doesn't know for UTC."""
    zone = re.search(r"([A-Za-z]+)(?:\s*\([^)]*\))?$", text)
    if zone and zone[1].upper() not in _ZONES:
        return None
    return parsedate_to_datetime(text) if not zone or zone[1].upper() in ("GMT", "UT", "UTC") else None


def _free(text: str) -> datetime | None:
    """Read a date with the day before the month, if it names year, month and day itself."""
    from dateutil import parser

    if re.match(r"\d{4}\D", text):
        return None  # the year comes first, but not as above: month and day could be taken for each other
    first, second = (parser.parse(text, dayfirst=True, default=default, tzinfos=_zone) for default in _DEFAULTS)
    return first if first == second else None


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """Return a named zone. The machine's own names don't count."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    return timezone(timedelta(hours=_ZONES[name.upper()])) if name else None
