"""`weekly check`: look over what the editor should know before the post appears."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from weekly.cli.world import Site, World, put_lines, site_options, week_of

if TYPE_CHECKING:
    from weekly.errors import TemplateError
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


def linted(checked: Checked) -> Iterable[Finding]:
    """The rendered post as the forum will read it, gaps and notes that were outlived included."""
    from weekly import archive, render
    from weekly.cli.stages import findings_of, post_of
    from weekly.errors import TemplateError
    from weekly.model import Finding, Severity

    snapshot = archive.load(checked.site.root, checked.week)
    if snapshot is None:
        message, hint = "not there, so the post isn't checked", f"weekly gather --week {checked.week}"
        yield Finding(
            where=f"archive/{checked.week}.json", rule="archive", message=message, hint=hint, severity=Severity.NOTED
        )
        return
    try:
        post = post_of(snapshot, checked.site)
    except TemplateError as error:
        yield _of_template(error)
        return
    for problem in post.problems:
        rule = "gap" if problem.severity is Severity.BLOCKS else "note"
        hint = problem.hint or "look at it"
        yield Finding(where=problem.where, rule=rule, message=problem.what, hint=hint, severity=problem.severity)
    try:
        text = render.to_markdown(post, checked.site.templates)
    except TemplateError as error:
        yield _of_template(error)
    else:
        yield from findings_of(post, text, checked.site)


def _of_template(error: TemplateError) -> Finding:
    from weekly.model import Finding

    return Finding(rule="template", message=str(error), hint="mend the template, or take it away to have ours")


def themed(checked: Checked) -> Iterable[Finding]:
    """The project's own templates: whether anything uses them, and what they use is there."""
    from weekly import render
    from weekly.model import Finding, Severity

    for name, message, hint in render.override_faults(checked.site.templates):
        yield Finding(where=f"templates/{name}", rule="template", message=message, hint=hint, severity=Severity.NOTED)


def proven(checked: Checked) -> Iterable[Finding]:
    """The ledger: no week of the archive is missing, and every pull request is in exactly one."""
    from weekly import archive
    from weekly.ledger import prove
    from weekly.model import Finding

    site = checked.site
    zone = str(site.config.project.zone)
    weeks = [archive.week_named(site.root, monday, zone) for monday in archive.mondays(site.root)]
    named = site.config.ledger.first_week
    if not weeks and named is None:
        return
    first = site.config.week(named) if named else weeks[0]
    last = max(checked.week, first) if named else weeks[-1]
    found = (snapshot for week in weeks if week >= first and (snapshot := archive.load(site.root, week)))
    for problem in prove(found, first=first, last=last):
        hint = problem.hint or "gather both weeks again with --refresh"
        yield Finding(where=problem.where, rule="ledger", message=problem.what, hint=hint, severity=problem.severity)


CHECKS: tuple[Callable[[Checked], Iterable[Finding]], ...] = (ended, linted, themed, proven)
"""Each looks at one thing; the findings are told in this order."""


def of_week(site: Site, week: Week) -> tuple[Finding, ...]:
    """What is found in one week as it appears; the ledger is left out, since it speaks of all the others."""
    checked = Checked(site=site, week=week, day=week.shifted(1).monday)
    return _found(checked, [look for look in CHECKS if look is not proven])


def _found(checked: Checked, looks: Iterable[Callable[[Checked], Iterable[Finding]]]) -> tuple[Finding, ...]:
    """What they find; of a template that broke the post it isn't told once more that it can't be read."""
    from weekly.model import Severity

    found = [finding for look in looks for finding in look(checked)]
    broken = [one.message for one in found if one.rule == "template" and one.severity is Severity.BLOCKS]

    def is_told(one: Finding) -> bool:
        is_unread = one.rule == "template" and bool(one.where) and one.message.startswith("can't be read")
        return is_unread and any(f"{one.where}:" in message for message in broken)

    return tuple(one for one in found if not is_told(one))


@click.command()
@click.option("--week", "week_text", metavar="WEEK", help="The week whose post is checked; default: today's view.")
@site_options
@click.pass_obj
def check(world: World, week_text: str | None, folder: Path | None) -> int:
    """Look over the post, the notes, the templates and the archive, and what ends soon.

    The post is read as the forum will: mentions nobody meant, broken links, gaps. The archive is proven: no week
    missing, every pull request in exactly one. Dated parts are named that have ended, or end within two weeks.
    With --week: as on the day when that week's post appears, the Monday after it. Exits with 1 where something keeps
    the post from being published.
    """
    from weekly.markdown import harmless
    from weekly.model import Severity
    from weekly.week import zone_named

    site = Site.at(folder or world.folder)
    week = week_of(week_text or "last", site, world)
    today = world.now.astimezone(zone_named(str(site.config.project.zone))).date()
    checked = Checked(site=site, week=week, day=week.shifted(1).monday if week_text else today)
    findings = _found(checked, CHECKS)
    words = {Severity.BLOCKS: "error", Severity.NOTED: "warning"}
    put_lines("".join(f"{words[one.severity]}: {harmless(str(one))}\n" for one in findings))
    return int(any(one.severity is Severity.BLOCKS for one in findings))
