"""Weeks in a named time zone, from Monday 00:00 to the next Monday 00:00."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self

import msgspec

from weekly.errors import WeekError

_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Not strftime("%B"): the post must not change with the locale.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


class Week(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A week, identified by its Monday and time zone. It excludes its end."""

    monday: date
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.monday.weekday() != 0:
            raise ValueError(f"{self.monday} is a {_DAYS[self.monday.weekday()]}, not a Monday")

    @classmethod
    def of_day(cls, day: date, zone: str = "UTC") -> Self:
        """Return the week of a calendar day."""
        try:
            monday = day - timedelta(days=day.weekday())
            _ = monday + timedelta(days=7)  # a week has an end
        except OverflowError as error:
            raise WeekError(f"{day} is too close to the end of the calendar") from error
        return cls(monday=monday, zone=zone)

    @classmethod
    def of_instant(cls, instant: datetime, zone: str = "UTC") -> Self:
        """Return the week of an aware instant, by the calendar of `zone`."""
        return cls.of_day(instant.astimezone(zone_named(zone)).date(), zone)

    @property
    def start(self) -> datetime:
        """The first instant of the week, in UTC."""
        return _midnight(self.monday, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after the week, in UTC."""
        return _midnight(self._monday_after(1), self.zone)

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.monday + timedelta(days=6)

    @property
    def title(self) -> str:
        """The days in words, as "27th March to 2nd April", with both years where they differ."""
        if self.monday.year != self.sunday.year:
            return day_span(self.monday, self.sunday)
        return day_span(self.monday, self.sunday).rpartition(" ")[0]

    def shifted(self, weeks: int) -> Week:
        """Return the week that is `weeks` later, or earlier if negative."""
        return Week(monday=self._monday_after(weeks), zone=self.zone)

    def weeks_since(self, other: Week) -> int:
        """Return the number of weeks from `other` to this one."""
        return (self.monday - other.monday).days // 7

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def __str__(self) -> str:
        return self.monday.isoformat()

    def _monday_after(self, weeks: int) -> date:
        try:
            return self.monday + timedelta(weeks=weeks)
        except OverflowError as error:
            raise WeekError(f"the week {weeks} after {self.monday} is beyond the end of the calendar") from error


def parse_week(text: str, *, now: datetime, zone: str) -> Week:
    """Return the week that `--week` names.

    The text is any day of the week, an ISO week as `2023-W13`, `this`, or `last` for the newest week that has ended by
    `now`, an aware instant.
    """
    text = text.strip()
    if text == "this":
        return Week.of_instant(now, zone)
    if text == "last":
        return Week.of_instant(now, zone).shifted(-1)
    try:
        if match := _ISO_WEEK.fullmatch(text):
            return Week.of_day(date.fromisocalendar(int(match[1]), int(match[2]), 1), zone)
        if _ISO_DATE.fullmatch(text):
            return Week.of_day(date.fromisoformat(text), zone)
    except ValueError as error:
        raise WeekError(f"--week {text}: {error}; give a day as 2023-03-27 or a week as 2023-W13") from error
    raise WeekError(f"--week {text!r} is not a week; give a day as 2023-03-27, a week as 2023-W13, 'last' or 'this'")


def zone_named(name: str) -> tzinfo:
    """Return the time zone of an IANA name such as `Europe/Berlin`, or raise ValueError."""
    if name == "UTC":
        return UTC  # the usual case, without reading the zone database
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a time zone") from error


def day_span(first: date, last: date) -> str:
    """Return days in words, as "3rd to 4th February 2024", with month and year once."""
    if first == last:
        return f"{_in_words(last)} {last.year}"
    if first.year != last.year:
        return f"{_in_words(first)} {first.year} to {_in_words(last)} {last.year}"
    if first.month != last.month:
        return f"{_in_words(first)} to {_in_words(last)} {last.year}"
    return f"{_ordinal(first.day)} to {_in_words(last)} {last.year}"


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone_named(zone)).astimezone(UTC)


def _in_words(day: date) -> str:
    return f"{_ordinal(day.day)} {_MONTHS[day.month - 1]}"


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
