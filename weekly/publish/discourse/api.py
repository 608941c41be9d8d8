"""The forum's calls, as functions of values: what is foreign becomes a record here, what is refused one clear line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

import msgspec

from weekly.errors import ChangedError, ForumError
from weekly.http.messages import Reply
from weekly.publish.discourse.client import Client

T = TypeVar("T")


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of an answer; a forum may say more."""


class Post(_Answer, frozen=True, kw_only=True):
    """A post as its own address shows it."""

    id: int
    topic_id: int
    raw: str
    version: int
    username: str
    created_at: datetime
    updated_at: datetime
    topic_slug: str = "-"
    deleted_at: datetime | None = None
    user_deleted: bool = False
    edit_reason: str | None = None


class _InTopic(_Answer, frozen=True, kw_only=True):
    id: int
    post_number: int


class _Stream(_Answer, frozen=True, kw_only=True):
    posts: tuple[_InTopic, ...] = ()


class Topic(_Answer, frozen=True, kw_only=True):
    """A topic: what it is called, and whether it may still be written to."""

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
        """The id of the post that opens it."""
        return next((post.id for post in self.post_stream.posts if post.post_number == 1), None)


class Queued(_Answer, frozen=True, kw_only=True):
    """A post that waits for approval. It has lost its external id: the queue keeps title, text, tags and category."""

    title: str | None = None
    raw_text: str | None = None
    created_at: datetime | None = None


class Created(_Answer, frozen=True, kw_only=True):
    """A topic that a user began, in a list."""

    id: int
    title: str


class Settings(_Answer, frozen=True, kw_only=True):
    """The forum's own limits, by its settings' names; None where it doesn't tell."""

    min_topic_title_length: int | None = None
    max_topic_title_length: int | None = None
    max_post_length: int | None = None
    max_mentions_per_post: int | None = None


def topic_of(client: Client, topic: int) -> Topic | None:
    """A topic; None where it isn't there, or no more."""
    return _topic(client.get(f"/t/{topic}.json"))


def topic_by_external_id(client: Client, external_id: str) -> Topic | None:
    """The topic that was made with this id; a deleted one isn't found, though it keeps the id."""
    return _topic(client.get(f"/t/external_id/{quote(external_id)}.json"))


def post_of(client: Client, post: int) -> Post | None:
    """A post with its text."""
    reply = client.get(f"/posts/{post}.json")
    return None if reply.status in (404, 410) else _read(reply, Post)


def queued_of(client: Client, user: str) -> tuple[Queued, ...]:
    """What of a user's posts waits for approval."""
    reply = client.get(f"/posts/{quote(user)}/pending.json")
    if reply.status in (403, 404):  # an older forum, or a key that may not ask
        return ()
    return _read(_part(reply, "pending_posts"), tuple[Queued, ...])


def topics_by(client: Client, user: str) -> tuple[Created, ...]:
    """The topics that a user began lately."""
    reply = client.get(f"/topics/created-by/{quote(user)}.json")
    if reply.status in (403, 404):
        return ()
    return _read(_part(reply, "topic_list", "topics"), tuple[Created, ...])


def settings_of(client: Client) -> Settings:
    """What the forum takes."""
    return _read(client.get("/site/settings.json"), Settings)


def category_of(client: Client, named: str | int) -> int:
    """The number of a category by its name, "Parent/Name" or slug; a number is taken as it is."""
    if isinstance(named, int):
        return named
    reply = client.get("/categories.json", {"include_subcategories": "true"})
    known = list(_categories(_read(_part(reply, "category_list", "categories"), list[dict[str, Any]])))
    wanted = named.casefold()
    found = sorted({number for names, number in known if wanted in names})
    if len(found) == 1:
        return found[0]
    if found:
        listed = " or ".join(map(str, found))
        raise ForumError(f"{reply.url}: {len(found)} categories are called {named!r}; give forum.category = {listed}")
    raise ForumError(
        f"{reply.url}: has no category {named!r} that this key may see; give another forum.category, or its number"
    )


def create(client: Client, fields: Mapping[str, Any]) -> Post | Queued:
    """Begin a topic. Said twice within two minutes it is done once; later its external id is taken: ChangedError."""
    reply = client.write("POST", "/posts.json", fields)
    if reply.status == 422 and "external" in reply.errors.lower() and "taken" in reply.errors.lower():
        raise ChangedError(f"{reply.url}: there is a topic {fields.get('external_id')} by now")
    data = reply.data
    if reply.status == 200 and isinstance(data, dict) and data.get("action") == "enqueued":
        return Queued(title=str(fields["title"]), raw_text=str(fields["raw"]))
    if reply.status == 200 and isinstance(data, dict):
        data.setdefault("raw", fields["raw"])  # not every version of the answer has it
    return _read(reply, Post)


def edit(client: Client, post: int, *, text: str, replaces: str, title: str | None, reason: str) -> Post:
    """Change a post, and with it the title of its topic, in one step. ChangedError where it isn't `replaces`."""
    body: dict[str, Any] = {"post": {"raw": text, "original_text": replaces, "edit_reason": reason}}
    body |= {"bypass_bump": True} | ({} if title is None else {"title": title})
    reply = client.write("PUT", f"/posts/{post}.json", body)
    if reply.status == 409:
        raise ChangedError(f"{reply.url}: somebody edited the post in this very moment")
    return _read(_part(reply, "post"), Post)


def retitle(client: Client, topic: int, *, title: str, replaces: str) -> None:
    """Change a topic's title; the forum reads a flat body. ChangedError where it isn't `replaces`."""
    reply = client.write("PUT", f"/t/-/{topic}.json", {"title": title, "original_title": replaces})
    if reply.status == 409:
        raise ChangedError(f"{reply.url}: somebody changed the title in this very moment")
    _read(reply, dict[str, Any])


def upload(client: Client, name: str, content: bytes) -> str:
    """Bring an image to the forum; its short address."""
    fields = {"upload_type": "composer", "synchronous": "true"}
    reply = client.send_file("/uploads.json", name, content, fields)
    return str(_read(_part(reply, "short_url"), str))


def _topic(reply: Reply) -> Topic | None:
    return None if reply.status in (404, 410) else _read(reply, Topic)


def _categories(items: Sequence[Mapping[str, Any]], parent: str = "") -> Iterator[tuple[set[str], int]]:
    """Each category's names, as somebody may write them, and its number."""
    for item in items:
        name = str(item.get("name", "")).casefold()
        names = {name, str(item.get("slug", "")).casefold()} | ({f"{parent}/{name}"} if parent else set())
        yield names, int(item["id"])
        yield from _categories(item.get("subcategory_list") or (), name)


def _part(reply: Reply, *path: str) -> Reply:
    """The answer's inner value; the answer itself where it is an error."""
    if reply.status != 200:
        return reply
    data = reply.data
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return msgspec.structs.replace(reply, data=data)


def _read(reply: Reply, kind: type[T]) -> T:
    if reply.status != 200:
        _refuse(reply)
    try:
        return msgspec.convert(reply.data, kind)
    except msgspec.ValidationError as error:
        raise ForumError(
            f"{reply.url}: answered with something else than a Discourse forum does: {error}; is that its address?"
        ) from error


def _refuse(reply: Reply) -> NoReturn:
    """What a refusal means, and what to do about it."""
    advice = {
        400: "look at forum.category and forum.tags in weekly.toml",
        401: "give a valid DISCOURSE_API_KEY, of the user in DISCOURSE_API_USERNAME",
        403: "DISCOURSE_API_KEY must be valid, of the user in DISCOURSE_API_USERNAME, who may do this, "
        "with the scopes topics:write, posts:edit, topics:update, uploads:create and global:read",
        404: "look at DISCOURSE_URL, and whether this user may see it",
        413: "it is too large for the forum",
        422: _advice_422(reply.errors),
    }.get(reply.status, "look at the forum's answer")
    raise ForumError(f"{reply.url}: refused ({reply.status}: {reply.errors}); {advice}")


def _advice_422(errors: str) -> str:
    told = errors.lower()
    signs = {
        "title has already been used": "put {number} or {monday} into series.title, or name that topic with --topic",
        "too late to edit": "have the forum's post_edit_time_limit raised for this user, or its trust level",
        "edit that post": "have the forum's post_edit_time_limit raised for this user, or its trust level",
        "tag": "look at forum.tags in weekly.toml",
        "title": "look at series.title in weekly.toml",
        "mention": "mention fewer people",
        "body is": "make the post shorter or longer, as it says",
    }
    return next((advice for sign, advice in signs.items() if sign in told), "mend that and run again")
