"""Tell whether a topic is the week's own by external id, record, mark, author and content."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from weekly.publish.discourse.api import Post, Topic
from weekly.publish.mark import mark_of, marked_id, resembles
from weekly.publish.normalize import is_same_title
from weekly.publish.record import Publication, Wording


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """A week's place on the forum: a category, or the recipients of a private message.

    `external_ids`: the week's ids, the record's before the configured one. `user`: our user there, if known. `topic`: a
    number that somebody gave. `is_marked`: titles don't tell weeks and projects apart, so a hidden mark at the end of
    the text does. `other_topics`: the topics of other weeks' records, with their Mondays. `may_be_moderated`: another
    week's record waits for approval.
    """

    external_ids: tuple[str, ...]
    monday: str
    user: str | None = None
    category: str | int = ""
    tags: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    topic: int | None = None
    is_marked: bool = False
    other_topics: Callable[[], Mapping[int, str]] = dict
    may_be_moderated: Callable[[], bool] = bool

    @property
    def mark(self) -> str:
        """The mark to write, "" where titles are enough."""
        return mark_of(self.external_ids[0]) if self.is_marked else ""


def objection(topic: Topic, post: Post | None, known: Publication | None, place: Location) -> str | None:
    """Return why a topic isn't the week's, or None where nothing says so."""
    own = _own_ids(place)
    external_id = (topic.external_id or "").casefold()
    is_old = (
        known is not None and known.topic == topic.id and not known.external_id
    )  # a record from before ids were kept
    if external_id and external_id not in own and not (is_old and external_id.endswith(place.monday)):
        return f"has the external id {topic.external_id}"
    mark = marked_id(post.raw) if post else None
    if mark is not None and mark not in own:
        return f"has the mark of {mark}"
    if not external_id and (monday := place.other_topics().get(topic.id)):
        return f"is the post of the week of {monday}"
    return stranger(post, place)


def stranger(post: Post | None, place: Location) -> str | None:
    """Return that another user wrote the post, or None if ours did or nobody knows."""
    if post is None or not place.user or post.username.casefold() == place.user.casefold():
        return None
    return f"was begun by {post.username}, not by {place.user}"


def is_this_project(topic: Topic, post: Post | None, ours: Wording, place: Location) -> bool:
    """Tell by mark, title or links whether a topic without a record is this project's."""
    if post is None:
        return True
    if mark := marked_id(post.raw):
        return mark in _own_ids(place)
    return resembles(topic.title, post.raw, ours)


def is_weeks(title: str, raw: str, titles: tuple[str, ...], place: Location) -> bool:
    """Tell by the mark, or by a title that no other week has, whether a text is the week's."""
    if place.is_marked:
        return marked_id(raw) in _own_ids(place)
    return any(is_same_title(title, own) for own in titles)


def _own_ids(place: Location) -> set[str]:
    return {external_id.casefold() for external_id in place.external_ids}
