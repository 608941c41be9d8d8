"""Whole or not at all: what keeps a post from being published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from weekly.discourse.forum import Limits
from weekly.model import Outcome, Record, Severity, Snapshot
from weekly.published import Wording

_MENTION = re.compile(r"(?<![\w/@.`])@[A-Za-z0-9_][\w.-]*")


class Finding(Record, frozen=True, kw_only=True):
    """What is the matter with a text, and how to mend it."""

    message: str
    severity: Severity = Severity.BLOCKS


def obstacles(
    snapshot: Snapshot,
    *,
    now: datetime,
    is_early: bool = False,
    permits_unproven: bool = False,
    findings: Sequence[Finding] = (),
) -> tuple[str, ...]:
    """Every reason for which the week must not be published, and what to do about each."""
    week = snapshot.week
    found = [str(problem) for problem in snapshot.blocking]
    if not is_early and now < week.end:
        found.append(f"the week of {week} ends at {week.end:%Y-%m-%d %H:%M} UTC; wait for it, or give --early")
    elif not is_early and snapshot.is_provisional:
        found.append(f"the week of {week} was gathered before it ended; gather it again: weekly gather --week {week}")
    if not permits_unproven:
        found += [f"{repo}: {Outcome.UNPROVEN.sentence}; gather it from GitHub" for repo in unproven(snapshot)]
    found += [finding.message for finding in findings if finding.severity is Severity.BLOCKS]
    return tuple(found)


def unproven(snapshot: Snapshot) -> tuple[str, ...]:
    """The repositories of which nobody knows whether all of it was read."""
    return tuple(activity.repo for activity in snapshot.repos if activity.outcome is Outcome.UNPROVEN)


def beyond(limits: Limits, wording: Wording, *, tags: int = 0, is_message: bool = False) -> tuple[Finding, ...]:
    """Which of the forum's limits a post doesn't meet."""
    title, text = len(wording.title), len(wording.text)
    shortest = 1 if is_message else limits.min_topic_title_length
    checks = (
        (title < shortest, f"the title has {title} characters, the forum wants {shortest}; see series.title"),
        (
            title > limits.max_topic_title_length,
            f"the title has {title} characters, the forum takes {limits.max_topic_title_length}; see series.title",
        ),
        (text < limits.min_first_post_length, f"the post has {text} characters, too few for the forum"),
        (
            text > limits.max_post_length,
            f"the post has {text} characters, the forum takes {limits.max_post_length}; have that limit raised there",
        ),
        (
            (people := len(mentions(wording.text))) > limits.max_mentions_per_post,
            f"the post mentions {people} people, the forum takes {limits.max_mentions_per_post}; link some instead",
        ),
        (
            tags > (most := limits.max_tags_per_topic if limits.tagging_enabled else 0),
            f"forum.tags has {tags}, the forum takes {most}",
        ),
    )
    return tuple(Finding(message=message) for is_beyond, message in checks if is_beyond)


def mentions(text: str) -> frozenset[str]:
    """Whom the forum would notify: names in running text, not in code or links."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("js-default", {"html": True}).parse(text)
    return frozenset(name.lower() for block in tokens for run in _running(block) for name in _MENTION.findall(run))


def _running(block: object) -> Iterator[str]:
    depth = 0
    for token in getattr(block, "children", None) or ():
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and depth == 0:
            yield token.content
