"""The ways that a post can go: to which target, by which limits, and where the record of it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from weekly.config import ForumConfig, limits
from weekly.config.limits import Limits, assumed
from weekly.console import say
from weekly.errors import ConfigError
from weekly.http.fetch import Session
from weekly.pipeline.context import Context, Project
from weekly.publish.discourse.api import settings_of
from weekly.publish.discourse.client import Access, Client
from weekly.publish.discourse.target import Forum, Place
from weekly.publish.execute import Records, Target
from weekly.publish.folder import Folder
from weekly.publish.record import FOLDER
from weekly.week import Week


class Destination(NamedTuple):
    """Where to, what is taken there, where the record of it is, and how long the post is to be at max_length."""

    target: Target
    records: Records
    limits: Limits
    max_length: int


def to_folder(folder: Path, week: Week) -> Destination:
    """Into a folder, with the record in there; the title and the text may be of any length."""
    records = Records(folder=folder / ".published", week=week)
    return Destination(target=Folder(folder, week), records=records, limits=limits.FOLDER, max_length=limits.BOUNDLESS)


def to_forum(
    week: Week, project: Project, context: Context, *, is_trial: bool, topic: int | None, max_wait: float
) -> Destination:
    """To the forum of weekly.toml, or of the environment; a trial to another place there, with a record of its own."""
    config = project.config.forum
    if config is None:
        raise ConfigError("weekly.toml: has no [forum]; add one, or publish into a folder with --to DIR")
    access = Access(
        url=context.get("DISCOURSE_URL") or config.url,
        key=context.get("DISCOURSE_API_KEY"),
        user=context.get("DISCOURSE_API_USERNAME"),
    )
    names = ("{number", "{span", "{monday")
    titles_differ = any(name in project.config.series.title for name in names)
    place = (_trial if is_trial else _place)(config, week, topic=topic, titles_differ=titles_differ)
    client = Client(Session(max_wait=max_wait, say=say, clock=context.clock), access)
    folder = project.root / FOLDER / "trial" if is_trial else project.root / FOLDER
    limits = _limits(client, config)
    max_length = min(limits.post_length, config.max_post_length or limits.post_length)
    return Destination(
        target=Forum(client, place), records=Records(folder=folder, week=week), limits=limits, max_length=max_length
    )


def _place(config: ForumConfig, week: Week, *, topic: int | None, titles_differ: bool) -> Place:

    return Place(
        external_id=f"{config.external_id_prefix}{week}",
        category=config.category,
        tags=config.tags,
        topic=topic,
        titles_differ=titles_differ,
    )


def _trial(config: ForumConfig, week: Week, *, topic: int | None, titles_differ: bool) -> Place:

    if config.trial is None:
        raise ConfigError("weekly.toml: has no [forum.trial]; say in it where trials go: a category or recipients")
    return Place(
        external_id=f"{config.external_id_prefix[:34]}trial-{week}",
        category=config.trial.category,
        recipients=config.trial.recipients,
        topic=topic,
        titles_differ=titles_differ,
    )


def _limits(client: Client, config: ForumConfig) -> Limits:
    """The forum's own limits; what is counted on otherwise where it doesn't tell."""
    stated, usual = settings_of(client), assumed(config)
    return Limits(
        post_length=usual.post_length if stated.max_post_length is None else stated.max_post_length,
        title_least=usual.title_least if stated.min_topic_title_length is None else stated.min_topic_title_length,
        title_most=usual.title_most if stated.max_topic_title_length is None else stated.max_topic_title_length,
        mentions=usual.mentions if stated.max_mentions_per_post is None else stated.max_mentions_per_post,
    )
