"""Use the writer's answers in a week's drafts."""

from __future__ import annotations

from weekly.model import Words
from weekly.pipeline.context import Project
from weekly.pipeline.post import Judgement
from weekly.writer.apply import Item, introduction_item, items_of, with_replies, written
from weekly.writer.stored import Replies


def with_writer(judgement: Judgement, project: Project, replies: Replies) -> Judgement:
    """Use the writer's sentences that pass the check."""
    config = project.config.writer
    week = with_replies(judgement.selections, writer_items(judgement, project), replies, config)
    item = introduction_item(judgement.introduction, week.selections)
    text = written(replies.by_id().get(item.id), item, config).text
    return judgement._replace(
        selections=week.selections,
        introduction=text or judgement.introduction,
        introduction_words=Words.WRITER if text else Words.DRAFTED,
        features=week.features,
        problems=week.problems,
    )


def writer_items(judgement: Judgement, project: Project) -> dict[str, Item]:
    """Return what there is to write about the drafted highlights, by its key."""
    patterns = project.config.highlights.extensions
    return {
        item.id: item
        for activity in judgement.projects
        for item in items_of(activity.name, judgement.selections[activity.name], activity.releases, patterns)
    }
