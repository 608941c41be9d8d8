"""`weekly draft`: the editor's file for a week, with every suggestion in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weekly.cli.world import Site, World, say, site_options, week_of, week_option
from weekly.whereabouts import shown

if TYPE_CHECKING:
    from weekly.draft import Drafted
    from weekly.model import PullRequest, Snapshot
    from weekly.notes import Notes


@click.command()
@week_option
@site_options
@click.pass_obj
def draft(world: World, week_text: str, folder: Path | None) -> int:
    """Write weeks/<monday>.toml: what can be said about a week, with suggestions as comments.

    Run again, it brings in what is new, renews the suggestions that nobody touched and takes out those whose pull
    request is gone. Not a byte of the editor's is changed, comments included.
    """
    from weekly.cli.stages import snapshot_of

    site = Site.at(folder or world.folder)
    week = week_of(week_text, site, world)
    draft_week(snapshot_of(week, site, world), site)
    return 0


def draft_week(snapshot: Snapshot, site: Site) -> None:
    """Bring what is new into the week's file, and say what was done to it."""
    from weekly import atomic, notes, strict
    from weekly.errors import NotesError

    week = snapshot.week
    path = notes.path_of(site.root, week)
    old = strict.read_text(path, NotesError) if strict.is_there(path, NotesError) else ""
    drafted = _drafted(snapshot, site, old)
    _only_comments_differ(old, drafted.text, shown(path))
    atomic.write(path, drafted.text, over=old)
    _report(f"weeks/{path.name}", drafted)


def _drafted(snapshot: Snapshot, site: Site, old: str) -> Drafted:
    from weekly import notes
    from weekly.cli.stages import judge, post_of
    from weekly.draft import draft as drafting
    from weekly.suggest import HEAD, suggest

    judged = judge(snapshot, site)
    post = post_of(snapshot, site, judged)
    words = notes.load(site.root, snapshot.week)
    suggestions = suggest(judged.introduction, judged.chosen, snapshot.pulls, judged.verdicts, post.problems)
    head = (f"The week of {snapshot.week.title}: notes on {post.title}.", "", *HEAD)
    return drafting(old, suggestions, head=head, taken=_taken(words, snapshot.pulls))


def _taken(words: Notes, pulls: Sequence[PullRequest]) -> tuple[str, ...]:
    """What the editor has words on already."""
    names = {name.lower() for note in words.highlights for name in note.pulls}
    refs = [pull.ref for pull in pulls if {pull.ref.lower(), f"#{pull.number}", str(pull.number)} & names]
    return (*refs, *(["introduction"] if words.introduction is not None else []))


def _only_comments_differ(old: str, new: str, where: str) -> None:
    """Refuse to write a file that would say something else than before."""
    import tomllib

    from weekly.errors import WeeklyError

    try:
        same = tomllib.loads(old) == tomllib.loads(new)
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise WeeklyError(f"{where}: left as it is: suggestions could not be added without changing what it says")


def _report(name: str, drafted: Drafted) -> None:
    done = (("new", drafted.added), ("renewed", drafted.renewed), ("gone", drafted.gone), ("yours", drafted.kept))
    for what, keys in done:
        if keys:
            say(f"{name}: {what}: {', '.join(keys)}")
    if not any((drafted.added, drafted.renewed, drafted.gone)):
        say(f"{name}: nothing is new")
