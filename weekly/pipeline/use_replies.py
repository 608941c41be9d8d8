"""Use the writer's checked sentences in a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weekly.model import Problem, Severity, Snapshot, Words
from weekly.pipeline.context import Project
from weekly.pipeline.post import DraftWeek, Judgement, with_introduction
from weekly.writer.apply import Item, introduction_item, is_internal, items_of, moved_verdicts, with_texts, written
from weekly.writer.document import Reply


def with_checked_replies(draft: DraftWeek, project: Project, replies: Sequence[Reply], snapshot: Snapshot) -> Judgement:
    """Draft, and use the writer's sentences that pass the check."""
    config = project.config.writer
    by_id = {reply.id: reply for reply in replies}
    judgement, items = settled(draft, project, by_id)
    texts = {key: written(by_id.get(key), item, config) for key, item in items.items()}
    selections = {name: with_texts(selection, texts) for name, selection in judgement.selections.items()}
    verdicts = {**judgement.verdicts, **dict(moved_verdicts(judgement.selections, texts, judgement.verdicts))}
    judgement = with_introduction(judgement._replace(selections=selections, verdicts=verdicts), project, snapshot.week)
    item = introduction_item(judgement.introduction, selections)
    text = written(by_id.get(item.id), item, config).text
    return judgement._replace(
        introduction=text or judgement.introduction,
        introduction_words=Words.WRITER if text else Words.DRAFTED,
        features={key: one.text for key, one in texts.items() if key.startswith("feature:") and one.text},
        problems=tuple(
            Problem(where=f"writer: {reply.id}", what=f"{reply.problem}; the draft stands", severity=Severity.NOTED)
            for reply in replies
            if reply.problem
        ),
    )


def settled(draft: DraftWeek, project: Project, replies: Mapping[str, Reply]) -> tuple[Judgement, dict[str, Item]]:
    """Draft the week until no highlight is left that the writer finds internal, and return what there is to write."""
    internal: frozenset[str] = frozenset()
    while True:
        judgement = draft(internal)
        items = to_write(judgement, project)
        found = {ref for key, item in items.items() if is_internal(replies.get(key), item) for ref in item.pulls}
        if found <= internal:
            return judgement, items
        internal |= found


def to_write(judgement: Judgement, project: Project) -> dict[str, Item]:
    """Return what there is to write about the drafted highlights, by its key."""
    patterns = project.config.highlights.extensions
    return {
        item.id: item
        for activity in judgement.projects
        for item in items_of(
            activity.name, judgement.selections[activity.name], activity.releases, patterns, judgement.verdicts
        )
    }
