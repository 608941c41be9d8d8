"""A Discourse forum as a target: which topic is the week's, whose words stand in it, and how ours get there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from weekly.errors import ChangedError, ForumError, GivenError
from weekly.files.paths import shown
from weekly.publish.decision import Standing, State, stored
from weekly.publish.discourse import api
from weekly.publish.discourse.api import Post, Queued, Topic
from weekly.publish.discourse.client import Client
from weekly.publish.record import Publication, Wording

EDIT_REASON = "weekly: brought up to date"
AT_ONCE = timedelta(seconds=5)
"""Nobody opens, edits and saves a post faster; an edit in the forum's first minutes makes no new version."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where on the forum: a category, or the people who get a private message; `topic` where one was named.

    `titles_differ`: each week has a title of its own, by which a topic can be known that lost its external id.
    """

    external_id: str
    category: str | int = ""
    tags: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    topic: int | None = None
    titles_differ: bool = True


class Forum:
    """The week's topic on a forum."""

    def __init__(self, client: Client, place: Place, *, say: Callable[[str], object] = str) -> None:
        self._client = client
        self._place = place
        self._say = say

    @property
    def name(self) -> str:
        """The forum's address."""
        return self._client.access.base

    def find(self, ours: Wording, known: Publication | None) -> Standing | None:
        """By the topic that was named, its external id, the record; else what waits, or was approved from there."""
        topic = self._named() or api.topic_by_external_id(self._client, self._place.external_id)
        if topic is None and known is not None and known.topic:
            topic = api.topic_of(self._client, known.topic)
        if topic is not None:
            return self._standing(topic)
        return self._queued(ours, known) or self._approved(ours, known)

    def create(self, wording: Wording) -> Standing:
        """Begin the topic; it may have to wait for approval."""
        try:
            made = api.create(self._client, self._new_topic(wording))
        except ChangedError:
            if api.topic_by_external_id(self._client, self._place.external_id) is not None:
                raise
            raise ForumError(
                f"{self.name}: a topic that was deleted there holds the external id {self._place.external_id}; "
                "restore it, or name another with --topic"
            ) from None
        if isinstance(made, Queued):
            return self._waiting(wording)
        return self._after(made.topic_id)

    def update(self, old: Standing, wording: Wording) -> Standing:
        """Change text and title in one step, or nothing."""
        title = wording.title if wording.title != old.wording.title else None
        if wording.text != old.wording.text:
            api.edit(self._client, old.post, text=wording.text, replaces=old.raw, title=title, reason=EDIT_REASON)
            title = None if title is None or self._titled(old.topic) != old.wording.title else title
        if title is not None:  # alone, or where the forum took no title with the text
            api.retitle(self._client, old.topic, title=title, replaces=old.wording.title)
        return self._after(old.topic)

    def upload(self, path: Path) -> str:
        """Bring an image there: the same content has one address."""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise GivenError(f"{shown(path)}: can't be read: {error.strerror or error}; the post shows it") from error
        return api.upload(self._client, path.name, content)

    def _named(self) -> Topic | None:
        number = self._place.topic
        if number is None:
            return None
        topic = api.topic_of(self._client, number)
        if topic is None:
            raise GivenError(f"{self.name}/t/{number}: isn't there, or this user may not see it; name another topic")
        other = api.topic_by_external_id(self._client, self._place.external_id)
        if other is not None and other.id != topic.id:
            raise ForumError(
                f"{self.name}/t/{other.id}: has the external id {self._place.external_id}, but topic {number} was named; "
                "delete the one that is wrong, or name the other"
            )
        return topic

    def _queued(self, ours: Wording, known: Publication | None) -> Standing | None:
        user = self._client.access.user
        if not user or self._place.recipients:  # private messages never wait
            return None
        for post in api.queued_of(self._client, user):
            wording = Wording(title=post.title or "", text=stored(post.raw_text or ""))
            if self._is_ours(wording.title, ours, known) or wording == ours:
                return self._waiting(wording)
        return None

    def _approved(self, ours: Wording, known: Publication | None) -> Standing | None:
        """A topic of ours that went through the queue, where external ids get lost."""
        user = self._client.access.user
        if not user or self._place.recipients:
            return None
        for begun in api.topics_by(self._client, user):
            if self._is_ours(begun.title, ours, known):
                topic = api.topic_of(self._client, begun.id)
                if topic is not None and topic.external_id is None:
                    return self._standing(topic)
        return None

    def _is_ours(self, title: str, ours: Wording, known: Publication | None) -> bool:
        """Whether a title is the week's; where every week has the same, none is."""
        titles = {ours.title} | ({known.stands.title} if known else set())
        return self._place.titles_differ and title.casefold() in {own.casefold() for own in titles}

    def _standing(self, topic: Topic) -> Standing:
        """A topic, with the text of its first post."""
        url = f"{self.name}/t/{topic.slug}/{topic.id}"
        post = api.post_of(self._client, topic.first_post) if topic.first_post else None
        if post is None or topic.deleted_at or post.deleted_at or post.user_deleted:
            gone = Wording(title=topic.title, text=stored(post.raw) if post else "")
            return Standing(wording=gone, url=url, state=State.DELETED, topic=topic.id)
        state = State.ARCHIVED if topic.archived else State.CLOSED if topic.closed else State.OPEN
        return Standing(
            wording=Wording(title=topic.title, text=stored(post.raw)),
            raw=post.raw,
            url=url,
            state=state,
            topic=topic.id,
            post=post.id,
            version=post.version,
            is_untouched=self._is_untouched(post),
        )

    def _is_untouched(self, post: Post) -> bool:
        own = (self._client.access.user or "").casefold()
        at_once = post.updated_at - post.created_at <= AT_ONCE
        return post.version == 1 and post.username.casefold() == own and at_once and not post.edit_reason

    def _after(self, topic: int) -> Standing:
        """What stands there once we wrote."""
        found = api.topic_of(self._client, topic)
        standing = self._standing(found) if found else None
        if standing is None or standing.state is State.DELETED:
            raise ForumError(
                f"{self.name}/t/{topic}: deleted, though the forum says that it was written just now; restore it there, "
                "or see what tidies that category"
            )
        return standing

    def _titled(self, topic: int) -> str | None:
        found = api.topic_of(self._client, topic)
        return found.title if found else None

    def _waiting(self, wording: Wording) -> Standing:
        return Standing(wording=wording, url=f"{self.name}/my/activity/pending", state=State.WAITING)

    def _new_topic(self, wording: Wording) -> dict[str, Any]:
        place = self._place
        fields: dict[str, Any] = {"title": wording.title, "raw": wording.text, "external_id": place.external_id}
        if place.recipients:
            return fields | {"archetype": "private_message", "target_recipients": ",".join(place.recipients)}
        fields["category"] = api.category_of(self._client, place.category)
        return fields | ({"tags": list(place.tags)} if place.tags else {})
