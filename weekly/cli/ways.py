"""The ways that a post can go: to which target, by which limits, and where the record of it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from weekly.cli.world import Site, World, say

if TYPE_CHECKING:
    from weekly.conduct import Records, Target
    from weekly.config import ForumConfig
    from weekly.discourse.client import Client
    from weekly.limits import Limits
    from weekly.targets.forum import Place
    from weekly.week import Week


class Way(NamedTuple):
    """Where to, what is taken there, where the record of it is, and how long the post is to be at most."""

    target: Target
    records: Records
    limits: Limits
    most: int


def to_folder(folder: Path, week: Week) -> Way:
    """Into a folder, with the record in there; the title and the text may be of any length."""
    from weekly import limits
    from weekly.conduct import Records
    from weekly.targets.folder import Folder

    records = Records(folder=folder / ".published", week=week)
    return Way(target=Folder(folder, week), records=records, limits=limits.FOLDER, most=limits.BOUNDLESS)


def to_forum(week: Week, site: Site, world: World, *, is_trial: bool, topic: int | None, max_wait: float) -> Way:
    """To the forum of weekly.toml, or of the environment; a trial to another place there, with a record of its own."""
    from weekly.conduct import Records
    from weekly.discourse.client import Access, Client
    from weekly.errors import ConfigError
    from weekly.published import FOLDER
    from weekly.targets.forum import Forum

    config = site.config.forum
    if config is None:
        raise ConfigError("weekly.toml: has no [forum]; add one, or publish into a folder with --to DIR")
    access = Access(
        url=world.get("DISCOURSE_URL") or config.url,
        key=world.get("DISCOURSE_API_KEY"),
        user=world.get("DISCOURSE_API_USERNAME"),
    )
    names = ("{number", "{span", "{monday")
    titles_differ = any(name in site.config.series.title for name in names)
    place = (_trial if is_trial else _place)(config, week, topic=topic, titles_differ=titles_differ)
    client = Client(access, max_wait=max_wait, say=say, clock=world.clock)
    folder = site.root / FOLDER / "trial" if is_trial else site.root / FOLDER
    limits = _limits(client, config)
    most = min(limits.post_length, config.max_post_length or limits.post_length)
    return Way(target=Forum(client, place), records=Records(folder=folder, week=week), limits=limits, most=most)


def _place(config: ForumConfig, week: Week, *, topic: int | None, titles_differ: bool) -> Place:
    from weekly.targets.forum import Place

    return Place(
        external_id=f"{config.external_id_prefix}{week}",
        category=config.category,
        tags=config.tags,
        topic=topic,
        titles_differ=titles_differ,
    )


def _trial(config: ForumConfig, week: Week, *, topic: int | None, titles_differ: bool) -> Place:
    from weekly.errors import ConfigError
    from weekly.targets.forum import Place

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
    from weekly.discourse.forum import settings_of
    from weekly.limits import Limits, assumed

    said, usual = settings_of(client), assumed(config)
    return Limits(
        post_length=usual.post_length if said.max_post_length is None else said.max_post_length,
        title_least=usual.title_least if said.min_topic_title_length is None else said.min_topic_title_length,
        title_most=usual.title_most if said.max_topic_title_length is None else said.max_topic_title_length,
        mentions=usual.mentions if said.max_mentions_per_post is None else said.max_mentions_per_post,
    )
