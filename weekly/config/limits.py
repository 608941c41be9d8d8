"""Limits on a post's text, title and mentions."""

from __future__ import annotations

from weekly.config import ForumConfig
from weekly.model import Record

BOUNDLESS = 10**9
"""Characters that no post has: where there is no limit."""


class Limits(Record, frozen=True, kw_only=True):
    """A forum's limits, with Discourse's own defaults."""

    post_length: int = 32_000
    title_least: int = 15
    title_most: int = 255
    mentions: int = 10


FOLDER = Limits(post_length=BOUNDLESS, title_least=0, title_most=BOUNDLESS)
"""Those of a folder: a file's title and text may be of any length."""


def assumed(forum: ForumConfig | None) -> Limits:
    """Return the limits that apply before the forum is asked, for every command alike."""
    if forum is None:
        return FOLDER
    return Limits() if forum.max_post_length is None else Limits(post_length=forum.max_post_length)
