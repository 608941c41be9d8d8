"""What has ended, or ends soon: dated blocks, their items and events, by the key under which they stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from weekly.config import FILE, BlockConfig, Config, DatedSectionConfig, EventsConfig
from weekly.config.external import Dated
from weekly.files.toml_lines import line_of
from weekly.model import Event, Finding, Severity
from weekly.text.markdown import Markdown
from weekly.week import Week

SOON = timedelta(days=14)


def of_config(config: Config, day: date, source: str) -> tuple[Finding, ...]:
    """What in weekly.toml, whose text is `source`, has ended by that day, or ends within two weeks of it."""
    found: list[_Found] = []
    for place, section in enumerate(config.sections):
        key = Key(path=("sections", place), shown=f"sections[{place}] ({section.heading!r})")
        if isinstance(section, DatedSectionConfig):
            found += _dated(section, key, day)
        if isinstance(section, BlockConfig):
            for number, item in enumerate(section.items):
                found += _dated(item, key.entry("items", number, _begun(item.text)), day)
        elif isinstance(section, EventsConfig):
            for number, event in enumerate(section.entries):
                found += _event(event, key.entry("entries", number, event.title), day)
    return _placed(found, FILE, source)


def of_notes(events: tuple[Event, ...], week: Week, source: str) -> tuple[Finding, ...]:
    """What in a week's notes, whose text is `source`, is over before its post appears."""
    top = Key(path=(), shown="")
    found = [
        finding
        for number, event in enumerate(events)
        for finding in _event(event, top.entry("events", number, event.title), week.shifted(1).monday)
    ]
    return _placed([one for one in found if one.finding.rule == "ended"], f"weeks/{week}.toml", source)


class Key(NamedTuple):
    """A key of a TOML file: its path, and as errors show it."""

    path: tuple[str | int, ...]
    shown: str

    def entry(self, name: str, number: int, called: str) -> Key:
        """An entry of a list under it."""
        dot = "." if self.shown else ""
        return Key(path=(*self.path, name, number), shown=f"{self.shown}{dot}{name}[{number}] ({called!r})")


class _Found(NamedTuple):
    path: tuple[str | int, ...]
    finding: Finding


def _placed(found: list[_Found], file: str, source: str) -> tuple[Finding, ...]:
    """The findings with the file's name, and the line of each key."""
    return tuple(msgspec.structs.replace(finding, where=file, line=line_of(source, path)) for path, finding in found)


def _event(event: Event, key: Key, day: date) -> Iterator[_Found]:
    yield from _ending(event.ends, key, "last_day" if event.last_day else "first_day", day, "remove it")


def _dated(one: Dated, key: Key, day: date) -> Iterator[_Found]:
    if one.last_day:
        yield from _ending(one.last_day, key, "last_day", day, "give it a later day, or remove it")


def _ending(last: date, key: Key, name: str, day: date, hint: str) -> Iterator[_Found]:
    days = (last - day).days
    if last < day:
        rule, what = "ended", f"ended on {last}, and is shown no more"
    elif last <= day + SOON:
        when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
        rule, what = "ends-soon", f"ends {when}, on {last}"
    else:
        return
    message = f"{key.shown}.{name}: {what}"
    finding = Finding(line=0, rule=rule, message=message, hint=hint, severity=Severity.NOTED)
    yield _Found((*key.path, name), finding)


def _begun(text: Markdown) -> str:
    """The first words of an entry, by which it is known in an error."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 40 else line[:39] + "…"
