"""Take an iCalendar file apart into events, so that one bad line costs no other event."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from weekly.http.messages import Reply
from weekly.http.retry import FetchError
from weekly.text.markdown import normalise
from weekly.text.patterns import lazy_pattern

DATES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
"""Properties without which an event's days are unknown."""
_REPEATABLE = ("RRULE", "RDATE", "EXDATE")
_TEXTS = ("UID", "SUMMARY", "LOCATION", "URL", "STATUS", "CLASS", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED")
_ZONED = ("DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID")
_TOO_OFTEN = lazy_pattern(r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE)
_DEEPEST = 32
"""Components within each other. Calendars have four at most."""
_LINE = lazy_pattern(r"([A-Za-z0-9-]+)[;:]")
_FOLD = re.compile(rb"(?:\r\n|\r|\n)[ \t]")


class UnreadableError(Exception):
    """An event whose days can't be known. `str()` says why, as the end of a sentence about it."""


class RawEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event's lines of use to us by their property, in the file's order."""

    lines: Mapping[str, Sequence[str]]
    is_cancelled: bool = False

    @property
    def title(self) -> str:
        """The first SUMMARY as plain text, readable even where the rest isn't."""
        summary = next(iter(self.lines.get("SUMMARY", ())), "")
        text = re.sub(r'^SUMMARY(?:;(?:"[^"]*"|[^":])*)?:', "", summary, flags=re.IGNORECASE)
        return normalise(re.sub(r"\\(.)", lambda match: " " if match[1] in "nN" else match[1], text))


def parse(page: Reply) -> tuple[Sequence[RawEvent], Mapping[str, str], str]:
    """Return a file's events, its own zones by TZID, and what is wrong with its encoding.

    FetchError where it is no calendar, or is cut off.
    """
    text, fault = _text(page.body)
    text = text.strip()
    if not re.match(r"BEGIN:VCALENDAR\s", text, re.IGNORECASE):
        raise FetchError(f"{page.url}: is no calendar, but {normalise(page.kind)[:60] or 'something without a type'}")
    if not re.search(r"[\r\n]END:VCALENDAR$", text, re.IGNORECASE):
        raise FetchError(f"{page.url}: is cut off, so events may be missing")
    lines = re.split(r"\r\n|\r|\n", text)
    events, zones = _components(lines)
    if not events and not all(_LINE.match(line) for line in lines if line.strip()):
        raise FetchError(f"{page.url}: is malformed: it has no event, and lines that can't be read")
    return events, zones, fault


def component(event: RawEvent, zones: Mapping[str, str]) -> Any:
    """Return an event as icalendar reads it. UnreadableError where its days can't be known."""
    from icalendar import Event

    lines = [line for name in DATES for line in _date_lines(event, name, zones)]
    texts = [event.lines[name][0] for name in _TEXTS if name in event.lines]
    try:
        parsed = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, *texts, "END:VEVENT"]))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableError(f"has a line that can't be read ({normalise(str(error))[:80]})") from error
    for name, message in parsed.errors:
        if name in (*DATES, None):
            raise UnreadableError(f"has a {name or 'line'} that can't be read ({normalise(str(message))[:80]})")
    if "DTSTART" not in parsed:
        raise UnreadableError("has no DTSTART")
    if any(_TOO_OFTEN.search(line) for line in event.lines.get("RRULE", ())):
        raise UnreadableError("recurs more often than daily")
    return parsed


def _text(body: bytes) -> tuple[str, str]:
    """Return a file's text with long lines joined, and what is wrong with its encoding.

    Octets are joined before they are decoded, since a line may be folded within a character.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return re.sub(r"(?:\r\n|\r|\n)[ \t]", "", body.decode("utf-16", errors="replace")), ""
    joined = _FOLD.sub(b"", body.removeprefix(b"\xef\xbb\xbf").lstrip())
    try:
        return joined.decode(), ""
    except UnicodeDecodeError:
        return joined.decode("windows-1252", errors="replace"), "isn't UTF-8, and was read as Windows-1252"


def _components(lines: Sequence[str]) -> tuple[list[RawEvent], dict[str, str]]:
    """Return the events and the zones' own texts."""
    events: list[RawEvent] = []
    zones: dict[str, str] = {}
    stack: list[str] = []
    kept: dict[str, list[str]] = {}
    zone: list[str] = []
    is_cancelled = False
    for line in lines:
        name = match[1].upper() if (match := _LINE.match(line)) else ""
        kind = line.partition(":")[2].strip().upper()
        if name == "BEGIN" and len(stack) < _DEEPEST:
            stack.append(kind)
            kept, zone = ({} if kind == "VEVENT" else kept), ([] if kind == "VTIMEZONE" else zone)
            is_cancelled = is_cancelled and kind != "VCALENDAR"
        if "VTIMEZONE" in stack:
            zone.append(line)
        elif stack[-1:] == ["VEVENT"] and name in (*DATES, *_TEXTS):
            kept.setdefault(name, []).append(line)
        elif stack == ["VCALENDAR"] and name == "METHOD":
            is_cancelled = kind == "CANCEL"
        if name == "END" and kind in stack:
            del stack[len(stack) - 1 - stack[::-1].index(kind) :]
            if kind == "VEVENT":
                events.append(RawEvent(lines=kept, is_cancelled=is_cancelled))
            elif kind == "VTIMEZONE":
                tzid = next((line.partition(":")[2] for line in zone if line.upper().startswith("TZID")), "")
                zones[tzid.strip()] = "\r\n".join(zone)
    return events, zones


def _date_lines(event: RawEvent, name: str, zones: Mapping[str, str]) -> list[str]:
    """Return a property's lines with zones that icalendar knows."""
    lines = list(dict.fromkeys(event.lines.get(name, ())))
    if name in _ZONED:
        lines = list(dict.fromkeys(_zoned(line, name, zones) for line in lines))
    if name not in _REPEATABLE and len(lines) > 1:
        raise UnreadableError(f"has two {name}")
    return lines


def _zoned(line: str, name: str, zones: Mapping[str, str]) -> str:
    """Return a date's line with the parameters that count. A date has no colon, but Outlook's zones do."""
    head, _, value = line.rpartition(":")
    matches = (re.search(rf";{kept}=([A-Za-z-]+)", head, re.IGNORECASE) for kept in ("VALUE", "RANGE"))
    parameters = "".join(match[0].upper() for match in matches if match)
    zone = re.search(r';TZID=("[^"]*"|.*?)(?:;(?:VALUE|RANGE|X-[\w-]+)=.*)?$', head, re.IGNORECASE)
    value = value.strip()
    if zone and "T" in value.upper() and not value.upper().endswith("Z"):
        known = _zone(zone[1].strip('"'), zones)
        parameters += f";TZID={known}"
    return f"{name}{parameters}:{value}"


def _zone(tzid: str, zones: Mapping[str, str]) -> str:
    """Return icalendar's name of a zone, from IANA or from the file itself."""
    parts = tzid.strip().strip("/").split("/")
    for count in (len(parts), 3, 2, 1):
        if name := _iana("/".join(parts[-count:])):
            return name
    if tzid.strip() in zones:
        return _own_zone(zones[tzid.strip()])
    raise UnreadableError(f"is in a zone that nothing defines, {normalise(tzid)[:40]!r}")


@cache
def _iana(name: str) -> str:
    """Return the IANA name of a zone that is called so by IANA or Windows, empty where there is none."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    name = WINDOWS_TO_OLSON.get(name, name)
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, LookupError):
        return ""


@cache
def _own_zone(text: str) -> str:
    """Make a file's own zone known to icalendar, by a name that no other file's zone has."""
    from icalendar import Calendar

    name = f"own-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    renamed = re.sub(r"^TZID[^\r\n]*", f"TZID:{name}", text, count=1, flags=re.IGNORECASE | re.MULTILINE)
    try:
        Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{renamed}\r\nEND:VCALENDAR")
    except Exception as error:
        raise UnreadableError(f"is in a zone that can't be read ({normalise(str(error))[:80]})") from error
    return name
