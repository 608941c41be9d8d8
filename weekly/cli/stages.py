"""The stages in their order: archive or GitHub, kinds, highlights, introduction, post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import msgspec

from weekly import archive, notes
from weekly.cli.asking import Asked, gather_weeks, is_stale
from weekly.cli.world import Site, World, say
from weekly.config import stripped
from weekly.errors import ArchiveError, SourceError, TemplateError
from weekly.model import Introduction, Post, Severity, Snapshot
from weekly.week import Week

if TYPE_CHECKING:
    from weekly.compose import Told
    from weekly.folding import Brief
    from weekly.highlight import Chosen
    from weekly.introduction import ProjectWeek
    from weekly.model import Finding, Verdict


def snapshot_of(week: Week, site: Site, world: World, asked: Asked | None = None) -> Snapshot:
    """The week from the archive; asked of GitHub first where it isn't there, or not whole."""
    found = archive.load(site.root, week)
    if found is not None and not is_stale(found, world):
        return found
    say(f"asking for the week of {week}" + (f": {_why(found)}" if found else ""))
    try:
        gather_weeks([week], site, world, asked)
    except SourceError as error:
        if found is None or found.is_provisional:
            raise
        say(str(error))  # the archived week has a gap, and shows it
    return archive.load(site.root, week) or _lost(week)


class Judged(NamedTuple):
    """What is thought of a snapshot before the editor is heard."""

    told: tuple[Told, ...]
    verdicts: Mapping[str, Verdict]
    chosen: Mapping[str, Chosen]
    introduction: str


def judge(snapshot: Snapshot, site: Site) -> Judged:
    """Kinds, highlights and introduction of a week."""
    from weekly.classify import classify
    from weekly.compose import tell
    from weekly.highlight import highlight
    from weekly.introduction import introduce, themes_of

    config = site.config
    told = tell(snapshot, config.repositories)
    verdicts = {pull.ref: classify(pull, config.kinds) for pull in snapshot.pulls}
    chosen = {project.name: highlight(project.pulls, verdicts, config.highlights) for project in told}
    words = introduce(_weeks(told, verdicts), themes=themes_of(config.themes))
    return Judged(told, verdicts, chosen, words)


def _weeks(told: Sequence[Told], verdicts: Mapping[str, Verdict]) -> list[ProjectWeek]:
    from weekly.introduction import ProjectWeek

    return [
        ProjectWeek(name=project.name, pulls=project.pulls, verdicts=verdicts, is_known=project.is_known)
        for project in told
    ]


def post_of(snapshot: Snapshot, site: Site, judged: Judged | None = None) -> Post:
    """The post of a week: judged, edited, composed, and folded where the forum wouldn't take it."""
    from weekly.limits import assumed

    judged = judged or judge(snapshot, site)
    return folded(composed(snapshot, site, judged), site, judged, assumed(site.config.forum).post_length)


def composed(snapshot: Snapshot, site: Site, judged: Judged) -> Post:
    """The post of a week, however long. From here on only values, no world but the notes."""
    from weekly.compose import Opening, compose
    from weekly.editing import edit
    from weekly.thanks import thank

    config = site.config
    told, verdicts, chosen, introduction = judged
    words = notes.load(site.root, snapshot.week)
    shown = {project.name: project.pulls for project in told}
    everybody = [pull for pulls in shown.values() for pull in pulls]
    opening = Opening(
        text=introduction if words.introduction is None else stripped(words.introduction),
        thanks=thank(everybody, bots=config.kinds.bots).text if config.thanks.show else "",
    )
    places = notes.places(site.root, snapshot.week, words)
    edited = edit(chosen, words.highlights, places, shown, verdicts)
    post = compose(snapshot, config, told, verdicts, edited.chosen, opening, words, edited.changes)
    return msgspec.structs.replace(post, problems=(*post.problems, *edited.problems))


def folded(post: Post, site: Site, judged: Judged, most: int) -> Post:
    """The post in at most so many characters, by the project's own templates; itself where it isn't longer."""
    from weekly import folding
    from weekly.limits import BOUNDLESS
    from weekly.shipped import our_templates

    is_ours = not site.templates.is_dir() or site.templates.samefile(our_templates())
    if most >= BOUNDLESS or (is_ours and folding.at_most(post) <= most):
        return post
    from weekly import pictures, render

    def length(one: Post) -> int:
        return pictures.length(render.to_markdown(one, site.templates))

    try:
        made = folding.fold(post, most, length, lambda: _brief(site, judged, post))
    except TemplateError:
        return post  # whoever renders it tells what is wrong with the project's own template
    if made is not post:
        folding.known_to(render.to_markdown(made, site.templates), made)
    return made


def _brief(site: Site, judged: Judged, post: Post) -> Brief:
    """Shorter words for the introduction, where ours stand there and not the editor's."""
    from weekly.folding import Brief
    from weekly.introduction import introduce, themes_of
    from weekly.thanks import thank

    config = site.config
    is_ours = any(isinstance(one, Introduction) and one.text == judged.introduction for one in post.sections)
    everybody = [pull for project in judged.told for pull in project.pulls]
    return Brief(
        text=introduce(_weeks(judged.told, judged.verdicts), themes=themes_of(config.themes), most=8)
        if is_ours
        else "",
        thanks=thank(everybody, bots=config.kinds.bots).brief if config.thanks.show else "",
    )


def findings_of(post: Post, text: str, site: Site) -> tuple[Finding, ...]:
    """What the forum would make of a text, and which images it shows that aren't there to be brought."""
    from weekly import pictures
    from weekly.errors import ConfigError
    from weekly.limits import assumed
    from weekly.lint import lint
    from weekly.model import Finding

    missing = []
    for path in pictures.local(text):
        try:
            pictures.file_of(site.root, path)
        except ConfigError as error:
            missing.append(Finding(rule="image", message=str(error), hint="give another, or take it out"))
    return (*lint(post, pictures.brought(text), assumed(site.config.forum)), *missing)


def troubles_of(post: Post) -> tuple[tuple[str, ...], int]:
    """What is to be said of what is wrong with a post; 1 where that is a gap."""
    is_gap = [problem.severity is Severity.BLOCKS for problem in post.problems]
    lines = [f"{'gap' if gap else 'note'}: {problem}" for gap, problem in zip(is_gap, post.problems, strict=True)]
    return tuple(lines), int(any(is_gap))


def say_troubles(post: Post) -> int:
    """Say what is wrong with a post; 1 where that is a gap."""
    lines, code = troubles_of(post)
    for line in lines:
        say(line)
    return code


def _lost(week: Week) -> NoReturn:
    raise ArchiveError(f"archive/{week}.json: gone as soon as it was written; does something else tidy that folder?")


def _why(found: Snapshot) -> str:
    return "it had a gap when it was archived" if found.blocking else "it had not ended when it was archived"
