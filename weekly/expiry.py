"""What has ended, or ends soon: dated blocks, their items and events, by the key under which they stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from weekly.config import FILE, BlockConfig, Config, DatedSectionConfig, EventsConfig
from weekly.markdown import Markdown
from weekly.model import Event, Finding, Severity
from weekly.outside import Dated
from weekly.week import Week

SOON = timedelta(days=14)


def of_config(config: Config, day: date) -> tuple[Finding, ...]:
    """What in weekly.toml has ended by that day, or ends within two weeks of it."""
    found: list[Finding] = []
    for place, section in enumerate(config.sections):
        tag = section.__struct_config__.tag
        where = f"{FILE}: sections[{place}] ({section.heading or tag!r})"
        if isinstance(section, DatedSectionConfig):
            found += _dated(section, where, day)
        if isinstance(section, BlockConfig):
            for number, item in enumerate(section.items):
                found += _dated(item, f"{where}.items[{number}] ({_begun(item.text)!r})", day)
        elif isinstance(section, EventsConfig):
            found += _events(section.entries, f"{where}.entries", day)
    return tuple(found)


def of_notes(events: tuple[Event, ...], week: Week) -> tuple[Finding, ...]:
    """What in a week's notes is over before its post appears."""
    appears = week.shifted(1).monday
    return tuple(
        finding for finding in _events(events, f"weeks/{week}.toml: events", appears) if finding.rule == "ended"
    )


def _events(events: tuple[Event, ...], where: str, day: date) -> Iterator[Finding]:
    for number, event in enumerate(events):
        key = "last_day" if event.last_day else "first_day"
        yield from _ending(event.ends, f"{where}[{number}] ({event.title!r}).{key}", day, "remove it")


def _dated(one: Dated, where: str, day: date) -> Iterator[Finding]:
    if one.last_day:
        yield from _ending(one.last_day, f"{where}.last_day", day, "give it a later day, or remove it")


def _ending(last: date, where: str, day: date, hint: str) -> Iterator[Finding]:
    if last < day:
        yield Finding(
            where=where,
            rule="ended",
            message=f"ended on {last}, and is shown no more",
            hint=hint,
            severity=Severity.NOTED,
        )
    elif last <= day + SOON:
        days = (last - day).days
        when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
        yield Finding(
            where=where, rule="ends-soon", message=f"ends {when}, on {last}", hint=hint, severity=Severity.NOTED
        )


def _begun(text: Markdown) -> str:
    """The first words of an entry, by which it is known in an error."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 40 else line[:39] + "…"
