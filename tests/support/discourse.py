"""A Discourse on loopback, with the behaviour that its sources and its published OpenAPI tell.

It is a stand-in: no answer of it was recorded from a real forum. EXTENSIONS names what it does beyond the OpenAPI, and
where that is to be read in Discourse's sources.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from secrets import token_hex
from typing import Any

from tests.support.server import Request, Response
from weekly.publish.merge import stored, unmarked

EXTENSIONS = {
    "tags on POST /posts.json": "app/controllers/posts_controller.rb, create_params: tracked topic fields",
    "original_text on PUT /posts/{id}.json, 409": "app/controllers/posts_controller.rb, update",
    "title on PUT /posts/{id}.json": "app/controllers/posts_controller.rb, update: as the create API",
    "flat title and original_title on PUT /t/-/{id}.json, 409": "app/controllers/topics_controller.rb, update",
    "enqueued": "lib/new_post_manager.rb, enqueue; it keeps no external_id",
    "GET /posts/{username}/pending.json": "config/routes.rb; app/serializers/pending_post_serializer.rb",
    "GET /topics/created-by/{username}.json": "config/routes.rb; app/controllers/list_controller.rb, topics_by",
    "GET /posts/{username}/deleted.json": "app/controllers/posts_controller.rb, deleted_posts: for staff",
    "GET /site/settings.json": "app/controllers/site_controller.rb, settings",
    "external_id in GET /t/{id}.json": "app/serializers/topic_view_serializer.rb",
    "errors": "app/controllers/application_controller.rb, rescue_from",
}
"""What is not in the published OpenAPI, each with its source."""

USER = "weekly-bot"
KEY = f"write-{token_hex(8)}"
READ_KEY = f"read-{token_hex(8)}"
START = datetime(2023, 4, 3, 8, tzinfo=UTC)
GRACE = timedelta(minutes=5)
MEMORY = timedelta(seconds=120)


@dataclass(kw_only=True)
class Topic:
    id: int
    title: str
    raw: str
    user: str
    created_at: datetime
    updated_at: datetime
    category: int | None = None
    tags: tuple[str, ...] = ()
    external_id: str | None = None
    version: int = 1
    last_editor: str = ""
    edit_reason: str | None = None
    closed: bool = False
    archived: bool = False
    deleted: bool = False
    recipients: tuple[str, ...] = ()

    @property
    def post(self) -> int:
        return self.id * 10

    @property
    def text(self) -> str:
        """The text without the hidden mark."""
        return unmarked(self.raw)

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-") or "topic"


@dataclass(kw_only=True)
class Discourse:
    """What this forum knows, and how it is set."""

    topics: dict[int, Topic] = field(default_factory=dict)
    queue: list[dict[str, Any]] = field(default_factory=list)
    uploads: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    moderates: bool = False
    pending_status: int = 200
    words: dict[str, str] = field(default_factory=dict)
    page_size: int = 0
    takes_duplicate_titles: bool = False
    prettifies: bool = False
    takes_title_with_text: bool = True
    anonymous: bool = True
    staff: bool = True
    now: datetime = START
    memory: dict[str, tuple[datetime, Response]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    @property
    def standing(self) -> list[Topic]:
        return [topic for topic in self.topics.values() if not topic.deleted]

    @property
    def only(self) -> Topic:
        (topic,) = self.standing
        return topic

    def edit(
        self,
        text: str | None = None,
        *,
        title: str | None = None,
        user: str = "somebody",
        after: timedelta = timedelta(hours=1),
    ) -> None:
        """Somebody edits the only topic by hand."""
        self.now += after
        self._revise(self.only, text, title, user, None)

    def begin(self, title: str, raw: str, *, user: str) -> Topic:
        """Somebody begins a topic by hand."""
        return self._begin({"title": title, "raw": raw}, user)

    def approve(self, *, title: str | None = None) -> Topic:
        """A moderator lets the only waiting post through; its external id is lost by then."""
        waiting = self.queue.pop()
        return self._begin(waiting | {"external_id": None} | ({"title": title} if title else {}), USER)

    def __call__(self, request: Request) -> Response:
        user = self._user(request)
        if user is None and not (self.anonymous and request.method == "GET"):
            return _error(403, "You are not permitted to view the requested resource.", "invalid_access")
        for method, pattern, answer in ROUTES:
            if method == request.method and (match := re.fullmatch(pattern, request.path)):
                self.seen.append(f"{method} {pattern}")
                if method != "GET" and request.headers.get("api-key") != KEY:
                    return _error(403, "You are not permitted to view the requested resource.", "invalid_access")
                return answer(self, request, *match.groups())
        return _error(404, "The requested URL or resource could not be found.", "not_found")

    def _user(self, request: Request) -> str | None:
        if request.headers.get("api-key") in (KEY, READ_KEY):
            return request.headers.get("api-username")
        return None

    def _begin(self, fields: dict[str, Any], user: str) -> Topic:
        number = 100 + len(self.topics)
        topic = Topic(
            id=number,
            title=self._titled(fields["title"]),
            raw=stored(fields["raw"]),
            user=user,
            created_at=self.now,
            updated_at=self.now,
            category=fields.get("category"),
            tags=tuple(fields.get("tags") or ()),
            external_id=fields.get("external_id"),
            last_editor=user,
            recipients=tuple(str(fields.get("target_recipients") or "").split(",")) if "archetype" in fields else (),
        )
        self.topics[number] = topic
        return topic

    def _titled(self, title: str) -> str:
        return title[:1].upper() + title[1:].rstrip(".") if self.prettifies else title

    def _revise(self, topic: Topic, raw: str | None, title: str | None, user: str, reason: str | None) -> None:
        raw = topic.raw if raw is None else stored(raw)
        title = topic.title if title is None else self._titled(title)
        if raw == topic.raw and title == topic.title and (reason is None or reason == topic.edit_reason):
            return
        in_grace = self.now - topic.updated_at <= GRACE and user == topic.last_editor and reason is None
        topic.version += not in_grace
        topic.raw, topic.title, topic.edit_reason = raw, title, reason
        topic.updated_at, topic.last_editor = self.now, user


def _create(forum: Discourse, request: Request) -> Response:
    fields = request.json
    user = request.headers["api-username"]
    signature = sha1(json.dumps([user, fields], sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    if signature in forum.memory and forum.now - forum.memory[signature][0] < MEMORY:
        return forum.memory[signature][1]
    answer = _created(forum, fields, user)
    forum.memory[signature] = (forum.now, answer)
    return answer


def _created(forum: Discourse, fields: dict[str, Any], user: str) -> Response:
    is_message = fields.get("archetype") == "private_message"
    if not is_message and fields.get("category") not in CATEGORIES:
        return _error(400, "You supplied invalid parameters to the request: category", "invalid_parameters")
    external, title = fields.get("external_id"), fields["title"]
    faults = []
    if external and any((topic.external_id or "").lower() == external.lower() for topic in forum.topics.values()):
        faults.append("External has already been taken")
    if (
        not forum.takes_duplicate_titles
        and not is_message
        and any(topic.title.lower() == title.lower() for topic in forum.standing if not topic.recipients)
    ):
        faults.append("Title has already been used")
    if len(title) < 15 and not is_message:
        faults.append("Title is too short (minimum is 15 characters)")
    if faults:
        return Response.of_json({"action": "create_post", "errors": [forum.words.get(one, one) for one in faults]}, 422)
    if forum.moderates and not is_message:
        forum.queue.append({name: fields[name] for name in ("title", "raw", "tags", "category") if name in fields})
        pending = {"id": 1, "raw": fields["raw"], "created_at": _time(forum.now)}
        return Response.of_json({"action": "enqueued", "success": True, "pending_count": 1, "pending_post": pending})
    return Response.of_json(_post(forum._begin(fields, user)))


def _external(forum: Discourse, request: Request, external: str) -> Response:
    for topic in forum.standing:
        if (topic.external_id or "").lower() == external.lower():
            return Response(status=301, headers={"location": f"/t/{topic.slug}/{topic.id}.json"})
    return _error(404, "The requested URL or resource could not be found.", "not_found")


def _topic(forum: Discourse, request: Request, number: str) -> Response:
    topic = forum.topics.get(int(number))
    if topic is None or (topic.deleted and not forum.staff):
        return _error(404, "The requested URL or resource could not be found.", "not_found")
    deleted = _time(topic.updated_at) if topic.deleted else None
    person = {"id": 3, "username": topic.user, "name": "Weekly", "avatar_template": "/a.png"}
    shown = {
        "id": topic.id,
        "title": topic.title,
        "fancy_title": topic.title,
        "slug": topic.slug,
        "created_at": _time(topic.created_at),
        "closed": topic.closed,
        "archived": topic.archived,
        "archetype": "private_message" if topic.recipients else "regular",
        "category_id": topic.category,
        "tags": [{"id": number, "name": tag, "slug": tag} for number, tag in enumerate(topic.tags)],
        "deleted_at": deleted,
        "post_stream": {"posts": [_in_stream(topic)], "stream": [topic.post]},
        "details": DETAILS | {"created_by": person, "last_poster": person},
    }
    known = {"external_id": topic.external_id} if topic.external_id else {}
    return Response.of_json(TOPIC | shown | known)


def _shown(forum: Discourse, request: Request, number: str) -> Response:
    topic = _of_post(forum, number)
    if topic is None:
        return _error(404, "The requested URL or resource could not be found.", "not_found")
    return Response.of_json(_post(topic))


def _edit(forum: Discourse, request: Request, number: str) -> Response:
    topic = _of_post(forum, number)
    if topic is None:
        return _error(404, "The requested URL or resource could not be found.", "not_found")
    if topic.archived and not forum.staff:
        return _error(403, "You are not permitted to view the requested resource.", "invalid_access")
    fields = request.json["post"]
    if fields.get("original_text") and fields["original_text"] != topic.raw:
        return _error(409, "Another user edited that post.", None)
    title = request.json.get("title") if forum.takes_title_with_text else None
    forum._revise(topic, fields["raw"], title, request.headers["api-username"], fields.get("edit_reason"))
    return Response.of_json({"post": _post(topic)})


def _retitle(forum: Discourse, request: Request, number: str) -> Response:
    topic = forum.topics.get(int(number))
    if topic is None or topic.deleted:
        return _error(404, "The requested URL or resource could not be found.", "not_found")
    fields = request.json
    if fields.get("original_title") and fields["original_title"] != topic.title:
        return _error(409, "That topic was edited by another user.", None)
    forum._revise(topic, None, fields.get("title"), request.headers["api-username"], None)
    basic = {"id": topic.id, "title": topic.title, "fancy_title": topic.title, "slug": topic.slug, "posts_count": 1}
    return Response.of_json({"basic_topic": basic})


def _pending(forum: Discourse, request: Request, user: str) -> Response:
    if forum.pending_status != 200:
        return _error(forum.pending_status, "You are not permitted to view the requested resource.", "invalid_access")
    if request.headers.get("api-username", "").lower() != user.lower():
        return _error(404, "The requested URL or resource could not be found.", "not_found")
    waiting = [
        {"id": 1, "title": post["title"], "raw_text": post["raw"], "created_at": _time(forum.now)}
        for post in forum.queue
    ]
    return Response.of_json({"pending_posts": waiting})


def _created_by(forum: Discourse, request: Request, user: str) -> Response:
    topics = [topic for topic in forum.standing if topic.user == user and not topic.recipients]
    listed = [{"id": topic.id, "title": topic.title, "created_at": _time(topic.created_at)} for topic in topics]
    return Response.of_json({"topic_list": {"topics": listed}})


def _deleted_by(forum: Discourse, request: Request, user: str) -> Response:
    if not forum.staff:
        return _error(403, "You are not permitted to view the requested resource.", "invalid_access")
    topics = [topic for topic in forum.topics.values() if topic.deleted and topic.user == user]
    shown = {"post_number": 1, "username": user, "deleted": True}
    return Response.of_json(
        [
            shown
            | {"id": topic.post, "post_id": topic.post, "topic_id": topic.id, "created_at": _time(topic.created_at)}
            for topic in topics
        ]
    )


def _settings(forum: Discourse, request: Request) -> Response:
    known = {"min_topic_title_length": 15, "max_topic_title_length": 255, "max_post_length": 32000}
    return Response.of_json(known | forum.settings)


def _categories(forum: Discourse, request: Request) -> Response:
    """All categories at once, or lazily: pages of one level, whatever is asked for."""
    parent = request.query.get("parent_category_id")

    def shape(number: int) -> dict[str, Any]:
        name, above = CATEGORIES[number]
        below = [other for other, (_, one) in CATEGORIES.items() if one == number]
        shown = CATEGORY | {"id": number, "name": name, "slug": re.sub(r"\W+", "-", name.lower())}
        if forum.page_size:
            return shown | {"parent_category_id": above, "subcategory_ids": below, "subcategory_list": None}
        return shown | {"subcategory_list": [shape(other) for other in below]}

    level = [shape(number) for number, (_, above) in CATEGORIES.items() if str(above) == str(parent)]
    page = int(request.query.get("page", 1))
    if forum.page_size:
        level = level[(page - 1) * forum.page_size : page * forum.page_size]
    return Response.of_json(
        {"category_list": {"can_create_category": False, "can_create_topic": True, "categories": level}}
    )


def _upload(forum: Discourse, request: Request) -> Response:
    match = re.search(rb'filename="([^"]+)"\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', request.body, re.DOTALL)
    assert match is not None, "an upload without a file"
    name, content = match[1].decode(), match[2]
    short = f"upload://{sha1(content, usedforsecurity=False).hexdigest()[:27]}.{name.rpartition('.')[2]}"
    forum.uploads[short] = name
    return Response.of_json(
        {
            "id": len(forum.uploads), "url": f"/uploads/{name}", "original_filename": name, "filesize": len(content),
            "width": 1, "height": 1, "thumbnail_width": 1, "thumbnail_height": 1, "extension": name.rpartition(".")[2],
            "short_url": short, "short_path": "/uploads/short-url/x", "retain_hours": None,
            "human_filesize": f"{len(content)} Bytes",
        }
    )  # fmt: skip


ROUTES: list[tuple[str, str, Callable[..., Response]]] = [
    ("POST", r"/posts\.json", _create),
    ("GET", r"/t/external_id/([A-Za-z0-9_-]+)\.json", _external),
    ("GET", r"/t/(?:[^/]+/)?(\d+)\.json", _topic),
    ("GET", r"/posts/(\d+)\.json", _shown),
    ("PUT", r"/posts/(\d+)\.json", _edit),
    ("PUT", r"/t/-/(\d+)\.json", _retitle),
    ("GET", r"/posts/([^/]+)/pending\.json", _pending),
    ("GET", r"/posts/([^/]+)/deleted\.json", _deleted_by),
    ("GET", r"/topics/created-by/([^/]+)\.json", _created_by),
    ("GET", r"/site/settings\.json", _settings),
    ("GET", r"/categories\.json", _categories),
    ("POST", r"/uploads\.json", _upload),
]

CATEGORIES: dict[int, tuple[str, int | None]] = {
    4: ("News", None),
    7: ("Staff", None),
    9: ("Weekly", 4),
    11: ("Weekly", 7),
    12: ("Status reports", 9),
}
"""Number, name and parent."""


CATEGORY: dict[str, Any] = {
    "color": "0088CC", "text_color": "FFFFFF", "style_type": "square", "emoji": None, "icon": None, "topic_count": 0,
    "post_count": 0, "position": 1, "description": None, "description_text": None, "description_excerpt": None,
    "topic_url": None, "read_restricted": False, "permission": 1, "notification_level": 1, "can_edit": False,
    "topic_template": None, "topic_title_placeholder": None, "has_children": False, "subcategory_count": None,
    "sort_order": None, "sort_ascending": None, "show_subcategory_list": False, "num_featured_topics": 3,
    "default_view": None, "subcategory_list_style": "rows", "default_top_period": "all",
    "default_list_filter": "all", "minimum_required_tags": 0, "navigate_to_first_post_after_read": False,
    "topics_day": 0, "topics_week": 0, "topics_month": 0, "topics_year": 0, "topics_all_time": 0,
    "subcategory_ids": [], "uploaded_logo": None, "uploaded_logo_dark": None, "uploaded_background": None,
    "uploaded_background_dark": None,
}  # fmt: skip
"""What a category says besides, and nobody here reads."""

TOPIC: dict[str, Any] = {
    "posts_count": 1, "views": 1, "reply_count": 0, "like_count": 0, "last_posted_at": None, "visible": True,
    "has_summary": False, "word_count": 100, "user_id": 3, "featured_link": None, "pinned_globally": False,
    "pinned_at": None, "pinned_until": None, "image_url": None, "slow_mode_seconds": 0, "draft": None,
    "draft_key": "topic", "draft_sequence": 0, "unpinned": None, "pinned": False, "highest_post_number": 1,
    "deleted_by": None, "has_deleted": False, "actions_summary": [], "chunk_size": 20, "bookmarked": False,
    "bookmarks": [], "topic_timer": None, "message_bus_last_id": 0, "participant_count": 1,
    "show_read_indicator": False, "thumbnails": None, "slow_mode_enabled_until": None, "tags_descriptions": {},
    "timeline_lookup": [], "suggested_topics": [],
}  # fmt: skip
"""What a topic says besides."""

DETAILS: dict[str, Any] = {
    "can_edit": True, "notification_level": 1, "can_move_posts": False, "can_delete": False,
    "can_remove_allowed_users": False, "can_create_post": True, "can_reply_as_new_topic": True,
    "can_convert_topic": False, "can_review_topic": False, "can_close_topic": False, "can_archive_topic": False,
    "can_split_merge_topic": False, "can_edit_staff_notes": False, "can_toggle_topic_visibility": False,
    "can_pin_unpin_topic": False, "can_moderate_category": False, "can_remove_self_id": 3,
}  # fmt: skip
"""What a user may do with it."""


def _of_post(forum: Discourse, number: str) -> Topic | None:
    found = forum.topics.get(int(number) // 10)
    return found if found and not (found.deleted and not forum.staff) else None


def _error(status: int, message: str, kind: str | None) -> Response:
    return Response.of_json({"errors": [message]} | ({"error_type": kind} if kind else {}), status)


def _time(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _common(topic: Topic) -> dict[str, Any]:
    """What the shapes of a post share, as the OpenAPI wants it."""
    return {
        "id": topic.post, "name": "Weekly", "username": topic.user, "avatar_template": "/a.png",
        "created_at": _time(topic.created_at), "cooked": f"<p>{len(topic.raw)}</p>", "post_number": 1, "post_type": 1,
        "updated_at": _time(topic.updated_at), "reply_count": 0, "reply_to_post_number": None, "quote_count": 0,
        "incoming_link_count": 0, "reads": 1, "readers_count": 0, "score": 0, "yours": topic.user == USER,
        "topic_id": topic.id, "topic_slug": topic.slug, "display_username": "Weekly", "primary_group_name": None,
        "flair_name": None, "flair_url": None, "flair_bg_color": None, "flair_color": None, "version": topic.version,
        "can_edit": True, "can_delete": False, "can_recover": False, "can_wiki": False, "user_title": None,
        "bookmarked": False, "actions_summary": [], "moderator": False, "admin": False, "staff": False, "user_id": 3,
        "hidden": False, "trust_level": 4, "user_deleted": False, "edit_reason": topic.edit_reason,
        "can_view_edit_history": True, "wiki": False, "reviewable_score_count": 0,
        "reviewable_score_pending_count": 0,
        "deleted_at": _time(topic.updated_at) if topic.deleted else None,
    }  # fmt: skip


def _post(topic: Topic) -> dict[str, Any]:
    more = {"raw": topic.raw, "posts_count": 1, "reviewable_id": None, "post_url": f"/t/{topic.slug}/{topic.id}/1"}
    return _common(topic) | more | {"draft_sequence": 0}


def _in_stream(topic: Topic) -> dict[str, Any]:
    return _common(topic) | {"link_counts": [], "read": True, "reviewable_id": 0}
