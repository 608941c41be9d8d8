"""Tell whether a topic is the week's own by external id, record, mark, author and content."""

from __future__ import annotations

from pathlib import Path

from weekly.model import Record
from weekly.publish.discourse.api import Post, Topic
from weekly.publish.merge import is_same_title, mark_of, marked_id, resembles
from weekly.publish.record import Publication, Stage, Wording, publication_stages, recorded_topics
from weekly.week import Week


class Location(Record, frozen=True, kw_only=True):
    """A week's place on the forum: a category, or the recipients of a private message.

    `folder` has the records. `external_ids`: the week's ids, the record's before the configured one. `user`: our user
    there, if known. `topic`: a number that somebody gave. `is_titled`: a title is one week's and one project's.
    """

    folder: Path
    week: Week
    external_ids: tuple[str, ...]
    user: str | None = None
    category: str | int = ""
    tags: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    topic: int | None = None
    is_titled: bool = False

    @property
    def mark(self) -> str:
        """The hidden mark at the end of the text, which a forum's queue keeps."""
        return mark_of(self.external_ids[0])

    def objection(self, topic: Topic, post: Post | None, known: Publication | None) -> str | None:
        """Return why a topic isn't the week's, or None where nothing says so."""
        external_id = topic.external_id or ""
        mark = (marked_id(post.raw) if post else None) or ""
        has_no_id = known is not None and known.topic == topic.id and not known.external_id  # an old record
        for what, other in (("external id", external_id), ("mark of", mark)):
            if other and not self._is_own(other) and not (has_no_id and other.endswith(str(self.week))):
                return f"has the {what} {other}"
        if not external_id and (monday := recorded_topics(self.folder, without=self.week).get(topic.id)):
            return f"is the post of the week of {monday}"
        return self.stranger(post)

    def stranger(self, post: Post | None) -> str | None:
        """Return that another user wrote the post, or None if ours did or nobody knows."""
        if post is None or not self.user or post.username.casefold() == self.user.casefold():
            return None
        return f"was begun by {post.username}, not by {self.user}"

    def is_this_project(self, topic: Topic, post: Post | None, wordings: tuple[Wording, ...]) -> bool:
        """Tell by title or links whether a topic without a record is this project's.

        Two projects that share a prefix have the same ids and marks.
        """
        return post is None or any(resembles(topic.title, post.raw, wording) for wording in wordings)

    def is_weeks(self, title: str, raw: str, wordings: tuple[Wording, ...]) -> bool:
        """Tell whether a text is the week's by its mark, or without one by a title that no other week has."""
        mark = marked_id(raw)
        if mark is not None:
            return self._is_own(mark)
        return self.is_titled and any(is_same_title(title, own.title) for own in wordings)

    def may_be_queued(self, known: Publication | None) -> bool:
        """Tell by the records whether the week's post may be in a queue that the forum doesn't show."""
        is_open = known is not None and (known.stage is not Stage.PUBLISHED or known.attempt is not None)
        return is_open or Stage.WAITING in publication_stages(self.folder).values()

    def _is_own(self, external_id: str) -> bool:
        return external_id.casefold() in {own.casefold() for own in self.external_ids}
