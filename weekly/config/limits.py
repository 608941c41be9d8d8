"""Limits on a post's text, title and mentions."""

from __future__ import annotations

import msgspec

from weekly.config import Config
from weekly.config.delivery import DISCUSSION_LENGTH
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

DISCUSSIONS = Limits(post_length=DISCUSSION_LENGTH, title_least=1, title_most=256, mentions=50)
"""Those of GitHub Discussions. GitHub notifies nobody of further mentions."""


def assumed(config: Config) -> Limits:
    """Return the limits that apply before the forum is asked, for every command alike."""
    forum, discussions = config.forum, config.discussions
    if forum is not None:
        return Limits() if forum.max_post_length is None else Limits(post_length=forum.max_post_length)
    if discussions is not None:
        return msgspec.structs.replace(DISCUSSIONS, post_length=discussions.max_post_length)
    return FOLDER
