"""`weekly check`: look over what the editor should know before the post appears."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from weekly.cli.world import Site, World, put, site_options, week_of

if TYPE_CHECKING:
    from weekly.model import Finding
    from weekly.week import Week


class Checked(NamedTuple):
    """What is looked over: a project's folder, a week, and the day by which things have ended or not."""

    site: Site
    week: Week
    day: date


def ended(checked: Checked) -> Iterable[Finding]:
    """Jobs, events and other dated parts that are over, or soon will be."""
    from weekly import expiry, notes
    from weekly.config import FILE
    from weekly.errors import ConfigError, NotesError
    from weekly.strict import read_text

    root = checked.site.root
    yield from expiry.of_config(checked.site.config, checked.day, read_text(root / FILE, ConfigError))
    if events := notes.load(root, checked.week).events:
        source = read_text(notes.path_of(root, checked.week), NotesError)
        yield from expiry.of_notes(events, checked.week, source)


CHECKS: tuple[Callable[[Checked], Iterable[Finding]], ...] = (ended,)
"""Each looks at one thing; the findings are told in this order."""


@click.command()
@click.option("--week", "week_text", metavar="WEEK", help="The week whose post is checked; default: today's view.")
@site_options
@click.pass_obj
def check(world: World, week_text: str | None, folder: Path | None) -> int:
    """Say which jobs, events and other dated parts have ended, or end within two weeks.

    With --week: as on the day when that week's post appears, the Monday after it. Exits with 1 where something keeps
    the post from being published.
    """
    from weekly.model import Severity
    from weekly.week import zone_named

    site = Site.at(folder or world.folder)
    week = week_of(week_text or "last", site, world)
    today = world.now.astimezone(zone_named(str(site.config.project.zone))).date()
    checked = Checked(site=site, week=week, day=week.shifted(1).monday if week_text else today)
    findings = [finding for look in CHECKS for finding in look(checked)]
    put("".join(f"{'error' if one.severity is Severity.BLOCKS else 'warning'}: {one}\n" for one in findings))
    return int(any(one.severity is Severity.BLOCKS for one in findings))
