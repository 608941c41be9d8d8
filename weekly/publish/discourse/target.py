"""Publish on a Discourse forum."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from weekly.config.limits import Limits
from weekly.errors import ChangedError, ForumError, GivenError
from weekly.publish.decision import RemotePost, State
from weekly.publish.discourse import api
from weekly.publish.discourse.api import InvalidError, Post, Queued, Topic
from weekly.publish.discourse.categories import Categories
from weekly.publish.discourse.client import Client
from weekly.publish.discourse.ownership import Location
from weekly.publish.images import content_of
from weekly.publish.merge import is_same_text, is_same_title, unmarked
from weekly.publish.record import Publication, Wording, recorded_topics

EDIT_REASON = "weekly: brought up to date"
_LISTINGS = (api.topics_by, api.deleted_topics_by)
AT_ONCE = timedelta(seconds=5)
"""Nobody opens, edits and saves a post faster. An edit in the forum's first minutes makes no new version."""


class ForumTarget:
    """The week's topic on a forum."""

    section = "forum"

    def __init__(self, client: Client, place: Location, usual: Limits) -> None:
        self._client = client
        self._place = place
        self._usual = usual

    @property
    def name(self) -> str:
        """The forum's address."""
        return self._client.access.base

    @property
    def external_id(self) -> str:
        """The id of the week's topic, from the record or else the configuration."""
        return self._place.external_ids[0]

    def limits(self) -> Limits:
        """Return the forum's own limits, and the usual ones where it doesn't tell."""
        limits = api.limits_of(self._client, self._usual)
        return msgspec.structs.replace(limits, post_length=limits.post_length - len(self._place.mark))

    def find(self, ours: Wording, known: Publication | None) -> RemotePost | None:
        """Return the week's topic, given, recorded, by external id, approved or from the queue."""
        if self._place.topic is not None:
            return self._given(self._place.topic, known)
        recorded = self._recorded(known)
        if recorded is not None and recorded.state not in (State.DELETED, State.FOREIGN):
            return recorded
        for external_id in self._place.external_ids:
            topic = api.topic_by_external_id(self._client, external_id)
            if topic is not None:
                return self._by_id(topic, self._post_of(topic), external_id, ours, known)
        return recorded or self._approved(ours, known) or self._queued(ours, known)

    def create(self, wording: Wording) -> RemotePost:
        """Create the topic. It may have to wait for approval."""
        try:
            created = api.create(self._client, self._new_topic(wording))
        except InvalidError as error:  # in any language: look whether the id is taken
            if api.topic_by_external_id(self._client, self.external_id) is not None:
                raise ChangedError(f"{self.name}: another run has created {self.external_id} meanwhile") from error
            raise InvalidError(
                f"{error}. If a deleted topic has the external id {self.external_id}, restore it there"
            ) from error
        if isinstance(created, Queued):
            return RemotePost(wording=wording, url=self._queue_url, state=State.WAITING)
        return self._written(created.topic_id)

    def update(self, old: RemotePost, wording: Wording) -> RemotePost:
        """Change text and title in one step, or nothing."""
        title = wording.title if wording.title != old.wording.title else None
        if wording.text != old.wording.text:
            text = wording.text + self._place.mark
            api.edit(self._client, old.post, text=text, replaces=old.raw, title=title, reason=EDIT_REASON)
            topic = api.topic_of(self._client, old.topic) if title is not None else None
            title = title if topic and topic.title == old.wording.title else None
        if title is not None:  # only the title changes, or the forum took no title with the text
            api.retitle(self._client, old.topic, title=title, replaces=old.wording.title)
        return self._written(old.topic)

    def upload(self, path: Path) -> str:
        """Upload an image. The same content has the same address."""
        return api.upload(self._client, path.name, content_of(path))

    def _given(self, number: int, known: Publication | None) -> RemotePost:
        """Return the topic that somebody gave by its number. Refuse one that isn't the week's."""
        url = f"{self.name}/t/{number}"
        topic = api.topic_of(self._client, number)
        if topic is None:
            raise GivenError(f"{url}: isn't there, or this user may not see it; give another topic")
        for external_id in self._place.external_ids:
            other = api.topic_by_external_id(self._client, external_id)
            if other is not None and other.id != topic.id:
                raise ForumError(
                    f"{self.name}/t/{other.id}: has the external id {external_id}, but topic {number} was given; "
                    "delete the wrong one, or give the other"
                )
        recorded = self._recorded(known) if known is not None and known.topic != number else None
        if recorded is not None and recorded.state not in (State.DELETED, State.FOREIGN):
            raise ForumError(
                f"{recorded.url}: is the week's topic by its record, but topic {number} was given; leave it out"
            )
        post = self._post_of(topic)
        if why := self._place.objection(topic, post, known):
            raise ForumError(
                f"{url}: {why}; correct `topic` in weeks/{self._place.week}.toml or --topic, or leave it out"
            )
        return self._remote(topic, post)

    def _recorded(self, known: Publication | None) -> RemotePost | None:
        """Return the topic of the record, as FOREIGN where another one has its number now."""
        topic = api.topic_of(self._client, known.topic) if known is not None and known.topic else None
        if topic is None:
            return None
        post = self._post_of(topic)
        why = self._place.objection(topic, post, known)
        if why is None:
            return self._remote(topic, post)
        url = self._url(topic)
        reason = f"the record has topic {topic.id}, but that {why}, as on a forum that was restored"
        return RemotePost(wording=Wording(title="", text=""), url=url, state=State.FOREIGN, reason=reason)

    def _by_id(
        self, topic: Topic, post: Post | None, external_id: str, ours: Wording, known: Publication | None
    ) -> RemotePost:
        """Return the topic of an external id or mark. Refuse one that may be another project's."""
        why = self._place.stranger(post)
        is_recorded = known is not None and known.topic == topic.id
        if why is None and not is_recorded and not self._place.is_this_project(topic, post, _wordings(ours, known)):
            why = "has another title and text, so another project may use this prefix"
        if why is not None:
            raise ForumError(
                f"{self._url(topic)}: has the id {external_id}, but {why}; give the project a prefix of "
                f"its own (forum.external_id_prefix), or give --topic {topic.id} if this is the week's topic"
            )
        return self._remote(topic, post)

    def _queued(self, ours: Wording, known: Publication | None) -> RemotePost | None:
        """Return the post that waits for approval, or UNREADABLE where the key may not read the queue."""
        access = self._client.access
        if not access.user or self._place.recipients:  # private messages never wait
            return None
        queue = api.queue_of(self._client, access.user)
        if isinstance(queue, int):
            if not access.key or (queue != 403 and not self._place.may_be_queued(known)):
                return None
            reason = "the forum doesn't show this key the posts that wait for approval, so this week's may be there"
            return RemotePost(wording=ours, url=self._queue_url, state=State.UNREADABLE, reason=reason)
        for post in queue:
            wording = _wording(post.title, post.raw_text)
            is_ours = self._place.is_weeks(wording.title, post.raw_text or "", _wordings(ours, known))
            if is_ours or (is_same_title(wording.title, ours.title) and is_same_text(wording.text, ours.text)):
                return RemotePost(wording=wording, url=self._queue_url, state=State.WAITING)
        return None

    def _approved(self, ours: Wording, known: Publication | None) -> RemotePost | None:
        """Return a topic of ours that went through the queue, which drops external ids, deleted or not."""
        user, place = self._client.access.user, self._place
        if not user or place.recipients:
            return None
        recorded = recorded_topics(place.folder, without=place.week)
        for created in chain.from_iterable(listing(self._client, user) for listing in _LISTINGS):
            if created.created_at < place.week.start or created.id in recorded:
                continue
            topic = api.topic_of(self._client, created.id)
            post = self._post_of(topic) if topic is not None and topic.external_id is None else None
            if topic is None or post is None or place.objection(topic, post, known) is not None:
                continue
            if place.is_weeks(topic.title, post.raw, _wordings(ours, known)):
                return self._by_id(topic, post, self.external_id, ours, known)
        return None

    def _remote(self, topic: Topic, post: Post | None) -> RemotePost:
        """Return a topic, with the text of its first post."""
        url = self._url(topic)
        if post is None or topic.deleted_at or post.deleted_at or post.user_deleted:
            return RemotePost(
                wording=_wording(topic.title, post.raw if post else ""),
                url=url,
                state=State.DELETED,
                topic=topic.id,
                is_replaceable=topic.external_id is None,
            )
        state = State.ARCHIVED if topic.archived else State.CLOSED if topic.closed else State.OPEN
        return RemotePost(
            wording=_wording(topic.title, post.raw),
            raw=post.raw,
            url=url,
            state=state,
            topic=topic.id,
            post=post.id,
            version=post.version,
            is_untouched=self._is_untouched(post),
        )

    def _post_of(self, topic: Topic) -> Post | None:
        return api.post_of(self._client, topic.first_post) if topic.first_post else None

    def _is_untouched(self, post: Post) -> bool:
        own = (self._client.access.user or "").casefold()
        is_at_once = post.updated_at - post.created_at <= AT_ONCE
        return post.version == 1 and post.username.casefold() == own and is_at_once and not post.edit_reason

    def _written(self, number: int) -> RemotePost:
        """Return the topic that we have just written."""
        topic = api.topic_of(self._client, number)
        remote = self._remote(topic, self._post_of(topic)) if topic else None
        if remote is None or remote.state is State.DELETED:
            raise ForumError(
                f"{self.name}/t/{number}: is deleted, though the forum says that it was just written; restore it there, "
                "or check what tidies that category"
            )
        return remote

    @property
    def _queue_url(self) -> str:
        return f"{self.name}/my/activity/pending"

    def _url(self, topic: Topic) -> str:
        return f"{self.name}/t/{topic.slug}/{topic.id}"

    def _new_topic(self, wording: Wording) -> dict[str, Any]:
        place = self._place
        text = wording.text + self._place.mark
        fields: dict[str, Any] = {"title": wording.title, "raw": text, "external_id": self.external_id}
        if place.recipients:
            return fields | {"archetype": "private_message", "target_recipients": ",".join(place.recipients)}
        fields["category"] = Categories(self._client).number_of(place.category)
        return fields | ({"tags": list(place.tags)} if place.tags else {})


def _wordings(ours: Wording, known: Publication | None) -> tuple[Wording, ...]:
    """Return the titles and texts that the week's post may have."""
    if known is None:
        return (ours,)
    return (ours, known.remote, *((known.attempt.sent,) if known.attempt else ()))


def _wording(title: str | None, raw: str | None) -> Wording:
    return Wording(title=title or "", text=unmarked(raw or ""))
