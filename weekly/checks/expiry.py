"""Find blocks, items and events that have ended or end soon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from weekly.config import Config
from weekly.config.sections import BlockConfig, DatedSectionConfig, EventsConfig
from weekly.files.paths import FILE
from weekly.files.toml_lines import line_of
from weekly.model import Event, Finding, Severity
from weekly.text.markdown import shortened
from weekly.week import Week

SOON = timedelta(days=14)
_LATER = "give it a later day, or remove it"


class _Entry(NamedTuple):
    """The last day of something, with its key in the file as a path and as messages show it."""

    path: tuple[str | int, ...]
    shown: str
    last: date
    hint: str


def of_config(config: Config, day: date, source: str) -> tuple[Finding, ...]:
    """Find what has ended by that day, or ends within two weeks of it, in weekly.toml, whose text is `source`."""
    return tuple(_findings(_dated(config), day, FILE, source))


def of_notes(events: Sequence[Event], week: Week, source: str) -> tuple[Finding, ...]:
    """Find events that end before the week's post appears, in its notes, whose text is `source`."""
    entries = _events(events, ("events",), "events")
    findings = _findings(entries, week.shifted(1).monday, f"weeks/{week}.toml", source)
    return tuple(finding for finding in findings if finding.rule == "ended")


def _dated(config: Config) -> Iterator[_Entry]:
    for index, section in enumerate(config.sections):
        path, shown = ("sections", index), f"sections[{index}] ({section.heading!r})"
        if isinstance(section, DatedSectionConfig) and section.last_day:
            yield _Entry((*path, "last_day"), f"{shown}.last_day", section.last_day, _LATER)
        for number, item in enumerate(section.items) if isinstance(section, BlockConfig) else ():
            if item.last_day:
                first = item.text.strip().partition("\n")[0]
                label = f"{shown}.items[{number}] ({shortened(first, 40)!r}).last_day"
                yield _Entry((*path, "items", number, "last_day"), label, item.last_day, _LATER)
        if isinstance(section, EventsConfig):
            yield from _events(section.entries, (*path, "entries"), f"{shown}.entries")


def _events(events: Sequence[Event], path: tuple[str | int, ...], shown: str) -> Iterator[_Entry]:
    for number, event in enumerate(events):
        key = "last_day" if event.last_day else "first_day"
        label = f"{shown}[{number}] ({event.title!r}).{key}"
        yield _Entry((*path, number, key), label, event.ends, "remove it")


def _findings(entries: Iterable[_Entry], day: date, file: str, source: str) -> Iterator[Finding]:
    for path, shown, last, hint in entries:
        if last > day + SOON:
            continue
        days = (last - day).days
        when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
        rule = "ended" if days < 0 else "ends-soon"
        what = f"ended on {last}, and is no longer shown" if days < 0 else f"ends {when}, on {last}"
        message, line = f"{shown}: {what}", line_of(source, path)
        yield Finding(where=file, line=line, rule=rule, message=message, hint=hint, severity=Severity.NOTED)
