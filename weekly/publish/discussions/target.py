"""Publish as a discussion on GitHub.

GitHub gives a discussion no id of ours and replaces a text without looking at it. So a hidden mark recognises the week's
discussion, whoever creates one lists them again, and whoever changes one looks at its latest edits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from weekly.config.limits import DISCUSSIONS, Limits
from weekly.config.project import external_id_prefix
from weekly.errors import ChangedError, ForumError, UnsureError
from weekly.gather.github.client import Access, GitHubClient
from weekly.publish.base import Destination, Records, Request, unsure
from weekly.publish.decision import RemotePost, State
from weekly.publish.discussions.api import EDITS, Discussion, Discussions
from weekly.publish.discussions.markdown import adapt
from weekly.publish.merge import is_same_title, mark_of, marked_id, resembles, stored, unmarked
from weekly.publish.record import FOLDER, Publication, Wording, load_publication

_INSIDERS = ("OWNER", "MEMBER", "COLLABORATOR")


def discussions_destination(request: Request) -> Destination | None:
    """Return the repository's discussions, None without [discussions], with --to or in a trial."""
    config = request.config.discussions
    if config is None or request.options.to is not None or request.options.trial:
        return None
    folder = request.root / FOLDER / "discussions"
    known = load_publication(folder, request.week)
    name, repo = request.config.project.name, request.config.repositories[0].repo
    prefix = config.mark_prefix or external_id_prefix(name, repo)
    ids = (known.external_id if known else "", f"{prefix}{request.week}")
    client = GitHubClient(request.session, Access.of(request.environment))
    return Destination(
        target=DiscussionsTarget(
            Discussions(client, config.repository),
            config.category,
            external_ids=tuple(filter(None, ids)),
            since=request.week.start,
        ),
        records=Records(folder, request.week),
        max_length=config.max_post_length,
        permits_unproven=config.publish_unproven,
        adapt=adapt,
        takes_pictures=False,
    )


class DiscussionsTarget:
    """The week's discussion in a category."""

    section = "discussions"

    def __init__(
        self, discussions: Discussions, category: str, *, external_ids: tuple[str, ...], since: datetime
    ) -> None:
        """Publish with the first of some external ids, and recognise all. No discussion of the week is older than `since`."""
        self._discussions = discussions
        self._category = category
        self.external_id = external_ids[0]
        self._ids = {external_id.casefold() for external_id in external_ids}
        self._since = since
        self._mark = mark_of(self.external_id)
        self._seen: dict[int, Discussion] = {}
        self._sent: set[str] = set()

    @property
    def name(self) -> str:
        """The address of the repository's discussions."""
        return self._discussions.url

    def limits(self) -> Limits:
        """Return GitHub's limits."""
        return msgspec.structs.replace(DISCUSSIONS, post_length=DISCUSSIONS.post_length - len(self._mark))

    def find(self, ours: Wording, known: Publication | None) -> RemotePost | None:
        """Return the week's discussion by its record, or else by its mark and author."""
        titles = (ours.title, *((known.remote.title,) if known else ()))
        recorded = self._recorded(known, titles)
        if recorded is not None and recorded.state is not State.FOREIGN:
            return recorded
        own, others = self._marked(titles)
        if own and marked_id(own[0].body) and not resembles(own[0].title, own[0].body, ours):
            raise ForumError(
                f"{own[0].url}: has this week's mark, but another title and text, so another project may use this prefix; "
                "give the project a prefix of its own (discussions.mark_prefix), or restore the week's record"
            )
        if own:
            return self._remote(own[0], titles)
        if others:
            author = others[0].author.login if others[0].author else "somebody"
            raise ForumError(
                f"{others[0].url}: has this week's mark, but was begun by {author}; restore the week's record, use that "
                "account's token, or remove the mark there"
            )
        return recorded

    def create(self, wording: Wording) -> RemotePost:
        """Begin the discussion. Of two runs at the same time, the later one deletes its own."""
        fault, created = None, None
        try:
            created = self._discussions.create(self._category, wording.title, wording.text + self._mark)
        except UnsureError as error:
            fault = error
        with _unsure_after_write():
            own, _ = self._marked(())
        if not own and created is not None:  # the list lags
            own = (created,)
        if not own:
            raise fault or UnsureError(
                f"{self.name}: the new discussion isn't there; run again, and weekly looks for it first"
            )
        first, *later = own
        for discussion in later:
            is_ours = resembles(discussion.title, discussion.body, wording)
            if is_ours and discussion.is_untouched and not discussion.comments.total_count:
                self._delete(discussion)
        is_created = created is not None and created.number == first.number
        if not is_created and (first.title, unmarked(first.body)) != (wording.title, wording.text):
            raise ChangedError(f"{self.name}: another run has created {self.external_id} meanwhile")
        return self._remote(first)

    def update(self, old: RemotePost, wording: Wording) -> RemotePost:
        """Change text and title. Put back what somebody wrote at the same moment."""
        seen, body = self._seen[old.topic], wording.text + self._mark
        fields = {"body": body} if wording.text != old.wording.text else {}
        fields |= {"title": wording.title} if wording.title != old.wording.title else {}
        self._sent.add(stored(body))
        fault = None
        try:
            self._discussions.update(seen, **fields)
        except UnsureError as error:
            fault = error
        with _unsure_after_write():
            after = self._discussions.discussion(old.topic, edits=EDITS)
        if after is None:
            raise ChangedError(f"{old.url}: somebody deleted it meanwhile")
        if "body" in fields and (lost := _overwritten(seen, after, body, self._sent)) is not None:
            self._discussions.update(after, body=lost)
            raise ChangedError(f"{old.url}: somebody edited the post meanwhile")
        if fault is not None and (after.title, unmarked(after.body)) != (wording.title, wording.text):
            raise fault
        return self._remote(after)

    def upload(self, path: Path) -> str:
        """Refuse, since GitHub takes no images from programs."""
        raise ForumError(
            f"{self.name}: takes no images from programs, such as {path.name}; give its web address instead"
        )

    def _delete(self, discussion: Discussion) -> None:
        """Delete a second discussion of the week, which another run may have deleted already."""
        try:
            self._discussions.delete(discussion)
        except ChangedError:
            pass
        except ForumError as error:
            raise ForumError(f"{discussion.url}: is a second post of the week; delete it there ({error})") from error

    def _recorded(self, known: Publication | None, titles: tuple[str, ...]) -> RemotePost | None:
        """Return the discussion of the record, as FOREIGN where another one has its number now."""
        discussion = self._discussions.discussion(known.topic) if known is not None and known.topic else None
        if discussion is None:
            return None
        mark = marked_id(discussion.body)
        if mark in self._ids or (mark is None and discussion.viewer_did_author):
            return self._remote(discussion, titles)
        reason = f"the record has discussion {discussion.number}, but that has not the week's mark"
        return RemotePost(wording=Wording(title="", text=""), url=discussion.url, state=State.FOREIGN, reason=reason)

    def _marked(self, titles: tuple[str, ...]) -> tuple[tuple[Discussion, ...], tuple[Discussion, ...]]:
        """Return the week's discussions, the first ones first: our own, and those of accounts that may be ours.

        Anybody may copy a mark, so a stranger's counts for nothing. Where somebody removed our mark, one of `titles` tells.
        """
        own, others = [], []
        for discussion in self._discussions.newest(self._since):
            mark = marked_id(discussion.body)
            is_ours = mark in self._ids or (mark is None and _is_titled(discussion, titles))
            if discussion.viewer_did_author and is_ours:
                own.append(discussion)
            elif mark in self._ids and _may_be_ours(discussion):
                others.append(discussion)
        return tuple(reversed(own)), tuple(reversed(others))

    def _remote(self, discussion: Discussion, titles: tuple[str, ...] = ()) -> RemotePost:
        """Return a discussion as a post. GitHub doesn't tell who changed a title, so an untouched one has ours."""
        self._seen[discussion.number] = discussion
        is_marked = marked_id(discussion.body) in self._ids
        return RemotePost(
            wording=Wording(title=discussion.title, text=unmarked(discussion.body)),
            raw=discussion.body,
            url=discussion.url,
            state=State.CLOSED if discussion.closed else State.OPEN,
            topic=discussion.number,
            is_untouched=discussion.is_untouched and is_marked and _is_titled(discussion, titles),
        )


@contextmanager
def _unsure_after_write() -> Iterator[None]:
    """Turn a look that fails into doubt about the write before it."""
    try:
        yield
    except ForumError as error:
        raise unsure(error) from error


def _is_titled(discussion: Discussion, titles: tuple[str, ...]) -> bool:
    return any(is_same_title(discussion.title, title) for title in titles)


def _may_be_ours(discussion: Discussion) -> bool:
    """Tell whether a token of this project may have begun a discussion."""
    is_bot = discussion.author is not None and discussion.author.kind == "Bot"
    return is_bot or discussion.author_association in _INSIDERS


def _overwritten(seen: Discussion, after: Discussion, body: str, sent: set[str]) -> str | None:
    """Return the text that our write replaced without anybody having seen it, if any.

    An edit in GitHub's history holds the whole text. Where the newest isn't ours, nothing is known. What we sent in
    this run is nobody's loss, since another run may have put it back.
    """
    texts = [
        stored(edit.diff or "") for edit in after.edits if edit.edited_at >= (seen.last_edited_at or seen.created_at)
    ]
    if not texts or not stored(after.body) == stored(body) == texts[0]:
        return None
    return next((text for text in texts if text not in ("", stored(seen.body), *sent)), None)
