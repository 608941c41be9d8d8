"""Chain the stages from a snapshot to the post and its text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from weekly import archive
from weekly.classify.rules import classify
from weekly.compose.edits import Edited, edit
from weekly.compose.post import compose
from weekly.compose.projects import ProjectActivity, group_by_project
from weekly.compose.shorten import check_rendered, shorten
from weekly.compose.shown import kinds_of, shown_of
from weekly.compose.week_facts import WeekFacts
from weekly.config.limits import BOUNDLESS, assumed
from weekly.console import say, warn
from weekly.errors import TemplateError, WeeklyError
from weekly.highlights import reverts
from weekly.highlights.introduction import introduce
from weekly.highlights.select import Selection, highlight, marked
from weekly.highlights.subjects import ProjectWeek
from weekly.highlights.thanks import thank
from weekly.highlights.themes import themes_of
from weekly.model import (
    WRITER_RULE,
    Audience,
    Introduction,
    Kind,
    Post,
    Problem,
    PullRequest,
    Severity,
    Snapshot,
    Verdict,
    Words,
)
from weekly.notes.file import FOLDER, NOT_READ, NoteLocations, Notes, load_notes, note_locations, unread_notes
from weekly.pipeline.context import Project
from weekly.pipeline.learn import weights_of
from weekly.pipeline.trend import with_chart
from weekly.publish import images
from weekly.render.post import to_markdown
from weekly.text.markdown import stripped
from weekly.week import Week
from weekly.writer.document import INTRODUCTION, load_replies

BRIEF_THEMES = 8
"""Words about each project in the introduction of a shortened post."""


class Judgement(NamedTuple):
    """The stages' results for a snapshot, without the editor's notes.

    `features` has the writer's texts for features by their keys, `problems` what went wrong with the writer.
    """

    projects: tuple[ProjectActivity, ...]
    verdicts: Mapping[str, Verdict]
    selections: Mapping[str, Selection]
    introduction: str
    before: tuple[PullRequest, ...] = ()
    introduction_words: Words = Words.DRAFTED
    features: Mapping[str, str] = MappingProxyType({})
    problems: tuple[Problem, ...] = ()

    @property
    def pulls(self) -> list[PullRequest]:
        """All pull requests that are shown."""
        return [pull for project in self.projects for pull in project.pulls]

    @property
    def weeks(self) -> list[ProjectWeek]:
        """The projects as the introduction sees them."""
        return [
            ProjectWeek(
                name=project.name,
                pulls=project.pulls,
                verdicts=self.verdicts,
                selection=self.selections[project.name],
                releases=project.release_links,
                is_known=project.is_known,
                before=tuple(pull for pull in self.before if pull.repo in {one.repo for one in project.pulls}),
            )
            for project in self.projects
        ]


def judge(snapshot: Snapshot, project: Project) -> Judgement:
    """Classify the pull requests, select highlights, draft the introduction, and use the writer's checked sentences."""
    return with_replies(week_drafter(snapshot, project), project, snapshot, [snapshot.week])


DraftWeek = Callable[[Collection[str]], Judgement]
"""Draft a week, with the refs of the pull requests that the writer finds internal."""


def week_drafter(snapshot: Snapshot, project: Project, *, hidden: Collection[str] = ()) -> DraftWeek:
    """Return the function that drafts a week, without the `hidden` refs."""
    return lambda internal: draft_week(snapshot, project, hidden=hidden, internal=internal)


def with_replies(draft: DraftWeek, project: Project, snapshot: Snapshot, weeks: Sequence[Week]) -> Judgement:
    """Draft, and use the writer's checked sentences that the archive has of some weeks."""
    replies = [
        reply
        for week in (weeks if project.uses_writer else ())
        for reply in load_replies(project.root, week).replies
        if week == snapshot.week or reply.id != INTRODUCTION  # a month has an introduction of its own
    ]
    if not replies:
        return draft(())
    from weekly.pipeline.use_replies import with_checked_replies  # the checker: a week without a writer does without it

    return with_checked_replies(draft, project, replies, snapshot)


def draft_week(
    snapshot: Snapshot, project: Project, *, hidden: Collection[str] = (), internal: Collection[str] = ()
) -> Judgement:
    """Classify the pull requests, select highlights without the `hidden` refs, and draft the introduction.

    `internal` has the refs of pull requests that the writer finds internal.
    """
    config = project.config
    projects = group_by_project(snapshot, config.repositories)
    weights = weights_of(project.root)
    verdicts = {pull.ref: classify(pull, config.kinds, weights, config.highlights) for pull in snapshot.pulls}
    reverted = _reverted(snapshot, project)
    verdicts |= {ref: _of_revert(verdicts[ref], original) for ref, original in reverted.items()}
    verdicts |= {ref: _unnoticed(verdicts[ref]) for ref in internal}
    selections = {
        activity.name: highlight(
            [pull for pull in activity.pulls if pull.ref not in hidden],
            verdicts,
            config.highlights,
            config.kinds,
            reverted,
        )
        for activity in projects
    }
    before = _merged_before(snapshot, project)
    judgement = Judgement(projects, verdicts, selections, introduction="", before=before)
    return with_introduction(judgement, project, snapshot.week)


def with_introduction(judgement: Judgement, project: Project, week: Week) -> Judgement:
    """Draft the introduction of what is selected."""
    themes = themes_of(project.config.themes)
    return judgement._replace(introduction=introduce(judgement.weeks, themes=themes, noun=week.noun))


def _reverted(snapshot: Snapshot, project: Project) -> dict[str, PullRequest]:
    """Return which earlier highlights are undone, by the reverts' refs. Readers have to know."""
    if not any(map(reverts.is_revert, snapshot.pulls)):
        return {}
    rules, kinds, weights = project.config.highlights, project.config.kinds, weights_of(project.root)
    earlier = [pull for weeks in range(1, _EARLIER + 1) for pull in _merged_before(snapshot, project, weeks)]
    return {
        ref: pull
        for ref, pull in reverts.undone_before(snapshot.pulls, earlier).items()
        if highlight([pull], {pull.ref: classify(pull, kinds, weights, rules)}, rules, kinds).highlights
    }


def _unnoticed(verdict: Verdict) -> Verdict:
    """Return the verdict on what the writer finds internal."""
    why = "the writer finds that users don't notice it"
    audience = Audience.DEVELOPERS
    return msgspec.structs.replace(verdict, rule=WRITER_RULE, evidence=why, audience=audience, audience_reason=why)


def _of_revert(verdict: Verdict, original: PullRequest) -> Verdict:
    """Return the verdict on a revert of what an earlier post announced."""
    kind = verdict.kind if verdict.kind.is_highlight else Kind.BUGFIX
    return Verdict(kind=kind, rule=reverts.RULE, evidence=f"reverts {original.ref}, which an earlier post announced")


_EARLIER = 8
"""Weeks in which what a revert undoes is looked up."""


def _merged_before(snapshot: Snapshot, project: Project, weeks: int = 1) -> tuple[PullRequest, ...]:
    """Return what the archive has of the week that is `weeks` earlier. One that can't be read doesn't matter here."""
    try:
        earlier = archive.load(project.root, snapshot.week.earlier(weeks))
    except WeeklyError:
        return ()
    return tuple(earlier.pulls) if earlier else ()


def post_of(snapshot: Snapshot, project: Project) -> Post:
    """Return the week's post, shortened to what the forum takes. A broken template leaves it at full length."""
    judgement = judge(snapshot, project)
    post = compose_post(snapshot, project, judgement)
    try:
        text = to_markdown(post, project.templates)
    except TemplateError:
        return post  # whoever renders it reports what is wrong with the template
    return shorten_post(post, project, judgement, text=text).post


def rendered_post(snapshot: Snapshot, project: Project) -> RenderedPost:
    """Return the week's post and its Markdown, shortened to what the forum takes."""
    judgement = judge(snapshot, project)
    return shorten_post(compose_post(snapshot, project, judgement), project, judgement)


def compose_post(
    snapshot: Snapshot,
    project: Project,
    judgement: Judgement,
    notes: Notes | None = None,
    locations: NoteLocations | None = None,
) -> Post:
    """Return the week's post at full length, with the editor's notes applied. `locations` are in the week's own file."""
    config = project.config
    notes = load_notes(project.root, snapshot.week) if notes is None else notes
    locations = locations or note_locations(project.root, snapshot.week, notes)
    shown = {activity.name: activity.pulls for activity in judgement.projects}
    selections = {name: marked(selection) for name, selection in judgement.selections.items()}
    edited = edit(selections, notes, locations, shown, judgement.verdicts)
    judgement = _with_other_introduction(judgement, edited, notes.projects, project, snapshot.week)
    facts = WeekFacts(
        config=config,
        snapshot=snapshot,
        notes=notes,
        projects=judgement.projects,
        selections=edited.selections,
        features=edited.features,
        introduction=judgement.introduction if notes.introduction is None else stripped(notes.introduction),
        introduction_words=judgement.introduction_words if notes.introduction is None else Words.EDITOR,
        thanks=thank(judgement.pulls, config.thanks, bots=config.kinds.bots, noun=snapshot.week.noun).text,
    )
    post = compose(facts, {**judgement.verdicts, **edited.verdicts}, edited.changes)
    unread = (
        Problem(where=f"{FOLDER}/{name}", what=NOT_READ, severity=Severity.NOTED, hint=f"move it to {FOLDER}/{meant}")
        for name, meant in unread_notes(project.root)
        if meant == f"{snapshot.week}.toml"
    )
    post = msgspec.structs.replace(post, problems=(*post.problems, *edited.problems, *unread, *judgement.problems))
    return with_chart(post, project)


def _with_other_introduction(
    judgement: Judgement, edited: Edited, prose: Collection[str], project: Project, week: Week
) -> Judgement:
    """Draft the introduction anew if the editor shows other highlights, so that it names only what the post has.

    `prose` has the projects that the editor describes in prose. Their drafted highlights count as shown.
    """
    featured = {pull.ref for feature in edited.features for pull in feature.pulls}
    selections = {
        name: one if name in prose else shown_of(one, edited.selections[name], featured)
        for name, one in judgement.selections.items()
    }
    if all(kinds_of(selections[name]) == kinds_of(one) for name, one in judgement.selections.items()):
        return judgement
    moved = {pull.ref: one.verdict for new in selections.values() for one in new.highlights for pull in one.pulls}
    changed = judgement._replace(selections=selections, verdicts={**judgement.verdicts, **moved})
    introduction = with_introduction(changed, project, week).introduction
    return judgement._replace(introduction=introduction, introduction_words=Words.DRAFTED)


class RenderedPost(NamedTuple):
    """A post and its Markdown."""

    post: Post
    text: str


def shorten_post(
    post: Post,
    project: Project,
    judgement: Judgement,
    *,
    limit: int | None = None,
    text: str | None = None,
    adapt: Callable[[str], str] = str,
) -> RenderedPost:
    """Render the post, shortened to `limit` characters or the forum's limit.

    `text` is the post's Markdown, where the caller has it. `adapt` returns what a target makes of it.
    """
    limit = assumed(project.config).post_length if limit is None else limit
    text = to_markdown(post, project.templates) if text is None else text
    if limit >= BOUNDLESS or images.length(adapt(text)) <= limit:
        return RenderedPost(post, text)

    def length(shortened: Post) -> int:
        return images.length(adapt(to_markdown(shortened, project.templates)))

    shortened = shorten(post, limit, length, lambda section: _brief(section, project, judgement, post.week.noun))
    if shortened is post:
        return RenderedPost(post, text)
    text = to_markdown(shortened, project.templates)
    check_rendered(text, shortened)
    return RenderedPost(shortened, text)


def _brief(section: Introduction, project: Project, judgement: Judgement, noun: str) -> Introduction:
    """Return a shorter introduction with fewer names in the thanks. The editor's text stays."""
    config, texts = project.config, {}
    if section.text == judgement.introduction:
        themes = themes_of(config.themes)
        texts["text"] = introduce(judgement.weeks, themes=themes, most=BRIEF_THEMES, noun=noun)
    texts["thanks"] = thank(judgement.pulls, config.thanks, bots=config.kinds.bots, noun=noun).brief
    shorter = {name: text for name, text in texts.items() if 0 < len(text) < len(getattr(section, name))}
    return msgspec.structs.replace(section, **shorter)


def report_problems(post: Post) -> int:
    """Report the problems of a post. Return 1 where one of them is a gap."""
    code = gap_code(post)
    for problem in post.problems:
        (warn if code else say)(f"{'gap' if problem.severity is Severity.BLOCKS else 'note'}: {problem}")
    return code


def gap_code(post: Post) -> int:
    """Return 1 where a post has a gap, else 0."""
    return int(any(problem.severity is Severity.BLOCKS for problem in post.problems))
