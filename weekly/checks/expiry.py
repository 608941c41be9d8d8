"""Find blocks, items and events that have ended or end soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from weekly.config import Config
from weekly.config.external import Dated
from weekly.config.sections import BlockConfig, DatedSectionConfig, EventsConfig
from weekly.files.paths import FILE
from weekly.files.toml_lines import line_of
from weekly.model import Event, Finding, Severity
from weekly.text.markdown import Markdown
from weekly.week import Week

SOON = timedelta(days=14)


def of_config(config: Config, day: date, source: str) -> tuple[Finding, ...]:
    """Find what has ended by that day, or ends within two weeks of it, in weekly.toml, whose text is `source`."""
    expiries: list[_Expiry] = []
    for index, section in enumerate(config.sections):
        key = Key(path=("sections", index), shown=f"sections[{index}] ({section.heading!r})")
        if isinstance(section, DatedSectionConfig):
            expiries += _dated(section, key, day)
        if isinstance(section, BlockConfig):
            for number, item in enumerate(section.items):
                expiries += _dated(item, key.entry("items", number, _label(item.text)), day)
        elif isinstance(section, EventsConfig):
            for number, event in enumerate(section.entries):
                expiries += _event(event, key.entry("entries", number, event.title), day)
    return _located(expiries, FILE, source)


def of_notes(events: tuple[Event, ...], week: Week, source: str) -> tuple[Finding, ...]:
    """Find events that end before the week's post appears, in its notes, whose text is `source`."""
    top = Key(path=(), shown="")
    expiries = [
        expiry
        for number, event in enumerate(events)
        for expiry in _event(event, top.entry("events", number, event.title), week.shifted(1).monday)
    ]
    return _located([expiry for expiry in expiries if expiry.finding.rule == "ended"], f"weeks/{week}.toml", source)


class Key(NamedTuple):
    """A key of a TOML file, as a path and as messages show it."""

    path: tuple[str | int, ...]
    shown: str

    def entry(self, name: str, number: int, label: str) -> Key:
        """Return the key of an entry of a list under this one."""
        dot = "." if self.shown else ""
        return Key(path=(*self.path, name, number), shown=f"{self.shown}{dot}{name}[{number}] ({label!r})")


class _Expiry(NamedTuple):
    path: tuple[str | int, ...]
    finding: Finding


def _located(expiries: list[_Expiry], file: str, source: str) -> tuple[Finding, ...]:
    """Return the findings with the file's name, and the line of each key."""
    return tuple(msgspec.structs.replace(finding, where=file, line=line_of(source, path)) for path, finding in expiries)


def _event(event: Event, key: Key, day: date) -> Iterator[_Expiry]:
    yield from _ending(event.ends, key, "last_day" if event.last_day else "first_day", day, "remove it")


def _dated(dated: Dated, key: Key, day: date) -> Iterator[_Expiry]:
    if dated.last_day:
        yield from _ending(dated.last_day, key, "last_day", day, "give it a later day, or remove it")


def _ending(last: date, key: Key, name: str, day: date, hint: str) -> Iterator[_Expiry]:
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
    yield _Expiry((*key.path, name), finding)


def _label(text: Markdown) -> str:
    """Return the first words of an entry for messages."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 40 else line[:39] + "…"
