"""Weeks in a named time zone, from Monday 00:00 to the next Monday 00:00, and months."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self

import msgspec

from weekly.errors import WeekError

_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS = [day.casefold() for day in _DAYS]
_HINT = "give a day as 2023-03-27, a week as 2023-W13, 'last' or 'this'"
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
        return _midnight(self.appears, self.zone)

    @property
    def appears(self) -> date:
        """The day on which the post appears, the first one after the week."""
        return self._monday_after(1)

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

    @property
    def noun(self) -> str:
        """The span's name in sentences."""
        return "week"

    @property
    def options(self) -> str:
        """The options of `weekly gather` that name it."""
        return f"--week {self}"

    def shifted(self, weeks: int) -> Week:
        """Return the week that is `weeks` later, or earlier if negative."""
        return Week(monday=self._monday_after(weeks), zone=self.zone)

    def earlier(self, number: int) -> Week:
        """Return the week that is `number` weeks before this span."""
        return self.shifted(-number)

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


class Month(Week, frozen=True, kw_only=True, rename={"monday": "first_day"}):
    """A calendar month in place of a week. Its `monday` is its first day."""

    monday: date

    def __post_init__(self) -> None:
        if self.monday.day != 1:
            raise ValueError(f"{self.monday} is not the first day of a month")

    @property
    def appears(self) -> date:
        """The first day of the next month."""
        return (self.monday + timedelta(days=31)).replace(day=1)

    @property
    def sunday(self) -> date:
        """The last day of the month."""
        return self.appears - timedelta(days=1)

    @property
    def title(self) -> str:
        """The month in words, as "March 2023"."""
        return f"{_MONTHS[self.monday.month - 1]} {self.monday.year}"

    @property
    def noun(self) -> str:
        """The span's name in sentences."""
        return "month"

    @property
    def options(self) -> str:
        """The options of `weekly gather` that name its weeks."""
        return f"--since {self.weeks[0]} --until {self.weeks[-1]}"

    @property
    def weeks(self) -> tuple[Week, ...]:
        """The weeks with a day in the month."""
        first, last = Week.of_day(self.monday, self.zone), Week.of_day(self.sunday, self.zone)
        return tuple(first.shifted(number) for number in range(last.weeks_since(first) + 1))

    def shifted(self, weeks: int) -> Month:
        """Return the month that is so many months later, or earlier if negative."""
        year, month = divmod(self.monday.year * 12 + self.monday.month - 1 + weeks, 12)
        return Month(monday=date(year, month + 1, 1), zone=self.zone)

    def earlier(self, number: int) -> Week:
        """Return the week that is `number` weeks before the month, counted from the week of the day before it."""
        return Week.of_day(self.monday - timedelta(days=1), self.zone).shifted(1 - number)

    def has_most_of(self, week: Week) -> bool:
        """Tell whether most days of a week are in the month, so that its Thursday is."""
        return self.monday <= week.monday + timedelta(days=3) <= self.sunday

    def __str__(self) -> str:
        return f"{self.monday:%Y-%m}"


def parse_month(text: str, *, now: datetime, zone: str) -> Month:
    """Return the month that a text names, as `2023-03`, `last` or `this`, with an aware instant as `now`."""
    first = now.astimezone(zone_named(zone)).date().replace(day=1)
    named = {"this": first, "last": (first - timedelta(days=1)).replace(day=1)}
    try:
        month = Month(monday=named.get(text.strip().casefold()) or date.fromisoformat(f"{text.strip()}-01"), zone=zone)
    except ValueError as error:
        raise WeekError(f"month {text!r}: is not a month; give it as 2023-03, 'last' or 'this'") from error
    if month.start > now:
        raise WeekError(f"month {text!r}: has not begun yet")
    return month


def parse_week(text: str, *, now: datetime, zone: str) -> Week:
    """Return the week that a text names, with an aware instant as `now`.

    The text is an ISO week as `2023-W13`, `last` for the newest week that has ended, `this`, or any day of the week: as
    `2023-03-27`, in other common forms, or relative as `last monday` and `2 weeks ago`.
    """
    today = now.astimezone(zone_named(zone)).date()
    try:
        day = _relative_day(text.casefold().split(), today) or _written_day(" ".join(text.split()))
    except OverflowError as error:
        raise WeekError(f"week {text.strip()!r}: is beyond the end of the calendar; {_HINT}") from error
    except ValueError as error:
        raise WeekError(f"week {text.strip()!r}: {error}; {_HINT}") from error
    return Week.of_day(day, zone)


def _relative_day(words: list[str], today: date) -> date | None:
    """Return the day of words such as `last week`, None if they aren't relative."""
    match words:
        case ["this"] | ["this", "week"] | ["today"]:
            return today
        case ["last"] | ["last", "week"]:
            return today - timedelta(weeks=1)
        case ["yesterday"]:
            return today - timedelta(days=1)
        case [count, ("day" | "days" | "week" | "weeks") as unit, "ago"] if count.isdecimal():
            return today - timedelta(days=int(count) * (7 if unit.startswith("week") else 1))
        case ["last", name] | [name] if name in _WEEKDAYS:
            from dateutil.relativedelta import relativedelta, weekday  # only for such words, to start quickly

            day: date = today + relativedelta(days=-1, weekday=weekday(_WEEKDAYS.index(name))(-1))
            return day
    return None


def _written_day(text: str) -> date:
    """Return the day of a written date, or raise ValueError if it is invalid, incomplete or ambiguous."""
    if week := _ISO_WEEK.fullmatch(text):
        return date.fromisocalendar(int(week[1]), int(week[2]), 1)
    if _ISO_DATE.fullmatch(text):
        return date.fromisoformat(text)
    if len(re.findall(r"\d{4}-\d{1,2}-\d{1,2}", text)) > 1:
        raise ValueError("is two days; give --since and --until for several weeks")
    from dateutil import parser  # only for other forms, to start quickly

    if not (text.isascii() and re.search(r"\d", text)):
        raise ValueError("is not a week")

    def days(default: datetime) -> set[date]:
        orders = [{"dayfirst": day, "yearfirst": year} for day in (True, False) for year in (True, False)]
        return {parser.parse(text, default=default, ignoretz=True, **order).date() for order in orders}

    try:
        choices, others = days(datetime(2001, 1, 1)), days(datetime(2002, 2, 2))  # noqa: DTZ001  only dates count
    except parser.ParserError as error:
        raise ValueError("is not a week") from error
    if choices != others:
        raise ValueError("is not a complete date")
    if len(choices) > 1:
        raise ValueError(f"could be {' or '.join(str(day) for day in sorted(choices))}")
    (day,) = choices
    names = [name for name in _WEEKDAYS if re.search(rf"\b{name[:3]}", text, re.IGNORECASE)]
    if names and _DAYS[day.weekday()].casefold() not in names:
        raise ValueError(f"{day} is a {_DAYS[day.weekday()]}")
    return day


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
