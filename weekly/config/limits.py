"""What the place of the post takes: how long a text, which titles, how many mentions."""

from __future__ import annotations

from weekly.config import ForumConfig
from weekly.model import Record

BOUNDLESS = 10**9
"""Characters that no post has: where there is no limit."""


class Limits(Record, frozen=True, kw_only=True):
    """What the forum takes; Discourse's own defaults unless it says otherwise."""

    post_length: int = 32_000
    title_least: int = 15
    title_most: int = 255
    mentions: int = 10


FOLDER = Limits(post_length=BOUNDLESS, title_least=0, title_most=BOUNDLESS)
"""Those of a folder: a file's title and text may be of any length."""


def assumed(forum: ForumConfig | None) -> Limits:
    """What is counted on as long as the forum isn't asked, so that every command shows the same post."""
    if forum is None:
        return FOLDER
    return Limits() if forum.max_post_length is None else Limits(post_length=forum.max_post_length)
