"""Call the forum's API. Answers become records, refusals become one clear line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import field

from weekly.config.limits import Limits
from weekly.errors import ChangedError, ForumError
from weekly.http.messages import Reply
from weekly.publish.discourse.client import Client

T = TypeVar("T")

UNREADABLE = (403, 404)
"""The statuses for what this key may not read, or an older forum doesn't have."""


class InvalidError(ForumError):
    """The forum refused the content of a request (422). Its reasons are in the forum's language."""


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The part of an answer that is used. A forum may send more."""


class Post(_Answer, frozen=True, kw_only=True):
    """A post as its own address shows it."""

    id: int
    topic_id: int
    raw: str
    version: int
    username: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    user_deleted: bool = False
    edit_reason: str | None = None


class _InTopic(_Answer, frozen=True, kw_only=True):
    id: int
    post_number: int


class _Stream(_Answer, frozen=True, kw_only=True):
    posts: tuple[_InTopic, ...] = ()


class Topic(_Answer, frozen=True, kw_only=True):
    """A topic's title, and whether it accepts edits."""

    id: int
    title: str
    slug: str = "-"
    closed: bool = False
    archived: bool = False
    deleted_at: datetime | None = None
    external_id: str | None = None
    post_stream: _Stream = _Stream()

    @property
    def first_post(self) -> int | None:
        """The id of the topic's first post."""
        return next((post.id for post in self.post_stream.posts if post.post_number == 1), None)


class Created(_Answer, frozen=True, kw_only=True):
    """A topic in a list of what a user created."""

    id: int
    created_at: datetime


class _Deleted(_Answer, frozen=True, kw_only=True):
    topic_id: int
    post_number: int
    created_at: datetime


class Queued(_Answer, frozen=True, kw_only=True):
    """A post that waits for approval. The queue keeps its title and text, but no external id."""

    title: str | None = None
    raw_text: str | None = None


class Category(_Answer, frozen=True, kw_only=True):
    """A category and those below it, as far as the answer has them."""

    id: int
    name: str = ""
    slug: str = ""
    parent_category_id: int | None = None
    has_children: bool | None = None
    subcategory_ids: tuple[int, ...] | None = None
    subcategory_list: tuple[Category, ...] | None = None


class _Settings(_Answer, frozen=True, kw_only=True):
    """The forum's own limits, None if unknown."""

    post_length: int | None = field(name="max_post_length", default=None)
    title_least: int | None = field(name="min_topic_title_length", default=None)
    title_most: int | None = field(name="max_topic_title_length", default=None)
    mentions: int | None = field(name="max_mentions_per_post", default=None)


def topic_of(client: Client, topic: int) -> Topic | None:
    """Return a topic, or None if there is none, or it is hidden."""
    return _topic(client.get(f"/t/{topic}.json"))


def topic_by_external_id(client: Client, external_id: str) -> Topic | None:
    """Return the topic with this external id. A deleted one isn't found, though it keeps the id."""
    return _topic(client.get(f"/t/external_id/{quote(external_id)}.json"))


def post_of(client: Client, post: int) -> Post | None:
    """Return a post with its text."""
    reply = client.get(f"/posts/{post}.json")
    return None if reply.status in (404, 410) else _read(reply, Post)


def queue_of(client: Client, user: str) -> tuple[Queued, ...] | int:
    """Return a user's posts that wait for approval, or the status of a forum that doesn't show them."""
    reply = client.get(f"/posts/{quote(user)}/pending.json")
    return reply.status if reply.status in UNREADABLE else _read(reply, tuple[Queued, ...], "pending_posts")


def topics_by(client: Client, user: str) -> tuple[Created, ...]:
    """Return the newest topics that a user created, without deleted ones."""
    reply = client.get(f"/topics/created-by/{quote(user)}.json")
    if reply.status in UNREADABLE:
        return ()
    return _read(reply, tuple[Created, ...], "topic_list", "topics")


def deleted_topics_by(client: Client, user: str) -> tuple[Created, ...]:
    """Return the newest topics of a user that somebody deleted, none where this key may not read them."""
    reply = client.get(f"/posts/{quote(user)}/deleted.json")
    if reply.status in UNREADABLE:
        return ()
    posts = _read(reply, tuple[_Deleted, ...])
    return tuple(Created(id=post.topic_id, created_at=post.created_at) for post in posts if post.post_number == 1)


def limits_of(client: Client, usual: Limits) -> Limits:
    """Return the forum's limits, and the usual ones where it doesn't tell."""
    stated = msgspec.structs.asdict(_read(client.get("/site/settings.json"), _Settings))
    return msgspec.structs.replace(usual, **{name: value for name, value in stated.items() if value is not None})


def categories_of(client: Client, query: Mapping[str, str]) -> tuple[Category, ...]:
    """Return a page of the categories."""
    return _read(client.get("/categories.json", query), tuple[Category, ...], "category_list", "categories")


def create(client: Client, fields: Mapping[str, Any]) -> Post | Queued:
    """Create a topic. Within two minutes, the same request makes one topic. InvalidError where the forum refuses."""
    reply = client.write("POST", "/posts.json", json=fields)
    data = reply.data
    if reply.status == 200 and isinstance(data, dict) and data.get("action") == "enqueued":
        return Queued(title=str(fields["title"]), raw_text=str(fields["raw"]))
    if reply.status == 200 and isinstance(data, dict):
        data.setdefault("raw", fields["raw"])  # not every version of the answer has it
    return _read(reply, Post)


def edit(client: Client, post: int, *, text: str, replaces: str, title: str | None, reason: str) -> Post:
    """Change a post, and its topic's title, in one step. ChangedError where the text isn't `replaces`."""
    body: dict[str, Any] = {"post": {"raw": text, "original_text": replaces, "edit_reason": reason}}
    body |= {"bypass_bump": True} | ({} if title is None else {"title": title})
    reply = client.write("PUT", f"/posts/{post}.json", json=body)
    if reply.status == 409:
        raise ChangedError(f"{reply.url}: somebody edited the post meanwhile")
    return _read(reply, Post, "post")


def retitle(client: Client, topic: int, *, title: str, replaces: str) -> None:
    """Change a topic's title. ChangedError where it isn't `replaces`. The forum reads a flat body."""
    reply = client.write("PUT", f"/t/-/{topic}.json", json={"title": title, "original_title": replaces})
    if reply.status == 409:
        raise ChangedError(f"{reply.url}: somebody changed the title meanwhile")
    _read(reply, dict[str, Any])


def upload(client: Client, name: str, content: bytes) -> str:
    """Upload an image. Return its short address."""
    fields = {"upload_type": "composer", "synchronous": "true"}
    reply = client.write("POST", "/uploads.json", files={"file": (name, content)}, data=fields)
    return str(_read(reply, str, "short_url"))


def _topic(reply: Reply) -> Topic | None:
    return None if reply.status in (404, 410) else _read(reply, Topic)


def _read(reply: Reply, kind: type[T], *path: str) -> T:
    """Return the value at a path in the answer."""
    if reply.status != 200:
        _refuse(reply)
    data = reply.data
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise ForumError(
            f"{reply.url}: the answer isn't a Discourse forum's: {error}; check DISCOURSE_URL or forum.url"
        ) from error


_ADVICE = {
    400: "check forum.category and forum.tags in weekly.toml",
    401: "give a valid DISCOURSE_API_KEY, of the user in DISCOURSE_API_USERNAME",
    403: "DISCOURSE_API_KEY must be valid, of the user in DISCOURSE_API_USERNAME, who may do this, "
    "with the scopes topics:write, posts:edit, topics:update, uploads:create and global:read",
    404: "check DISCOURSE_URL, and whether this user may see it",
    413: "it is too large for the forum",
}
_INVALID = {
    "posts.json": (
        "a title may be used once (put {number} or {monday} into series.title), tags must be allowed (forum.tags), and new "
        "users may post few links, mentions and images (have the user's trust level raised)"
    ),
    "post": (
        "an old post may be closed for edits (have the forum's post_edit_time_limit raised for this user, or its trust "
        "level), and texts, titles and new users have limits"
    ),
    "uploads.json": "the forum may not take images of this kind or size",
}
"""Possible meanings of a 422, by the request. Its words are in the forum's language, so they are shown and not interpreted."""


def _refuse(reply: Reply) -> NoReturn:
    """Raise the error for a refusal, with what to do about it."""
    if reply.status == 422:
        last = reply.url.rpartition("/")[2]
        advice = _INVALID.get(last, _INVALID["post"])
        raise InvalidError(f"{reply.url}: refused (422: {reply.errors}); correct what it says: {advice}")
    advice = _ADVICE.get(reply.status, "see the forum's answer")
    raise ForumError(f"{reply.url}: refused ({reply.status}: {reply.errors}); {advice}")
