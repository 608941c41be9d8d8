"""Read feeds and cut them into weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from weekly.config.external import FeedConfig
from weekly.errors import SourceError
from weekly.gather.base import dropped_summary
from weekly.gather.feed_formats import Entries, parse
from weekly.http.fetch import Session
from weekly.model import FeedWeek, Problem, Reach, Severity
from weekly.text.markdown import harmless
from weekly.week import Week


def read(feed: FeedConfig, web: Session, weeks: Sequence[Week]) -> tuple[FeedWeek, ...]:
    """Return what the feed published in each week, or what is wrong with it. It is fetched once."""
    try:
        page = web.fetch(feed.url)
        entries = web.within_time(lambda: parse(page), f"{feed.url}: can't be read")
    except SourceError as error:
        severity = Severity.BLOCKS if feed.required else Severity.NOTED
        what = harmless(str(error)).removeprefix(f"{feed.url}: ")
        problem = Problem(where=feed.url, what=what, severity=severity, hint="gather with --refresh")
        return tuple(FeedWeek(source=feed.url, reach=Reach.FAILED, problem=problem) for _ in weeks)
    return tuple(_week(feed, entries, week) for week in weeks)


def _week(feed: FeedConfig, entries: Entries, week: Week) -> FeedWeek:
    """Return a week of a feed. The archive decides about the entries in `late`."""
    items = tuple(item for item in entries.items if item.published in week)
    first = week.start - timedelta(days=feed.late_days)
    is_full = entries.total >= feed.most
    back_to = min((item.published for item in entries.items), default=week.end) if is_full else None
    reach, problem = Reach.WHOLE, _fault(feed, entries)
    if is_full and (entries.is_playlist or entries.is_oldest_first):
        reach, problem = Reach.TOO_SHORT, _first_only(feed, entries)
    elif back_to is not None and back_to > week.start:
        reach, problem = Reach.TOO_SHORT, _too_short(feed.url, back_to)
    return FeedWeek(
        source=feed.url,
        reach=reach,
        back_to=back_to,
        items=items,
        late=tuple(item for item in entries.items if first <= item.published < week.start),
        other_weeks=len(entries.items) - len(items),
        dropped=entries.dropped,
        problem=problem,
    )


def _fault(feed: FeedConfig, entries: Entries) -> Problem | None:
    faults = [fault for fault in (entries.fault, dropped_summary(entries.dropped)) if fault]
    return Problem(where=feed.url, what="; ".join(faults), severity=Severity.NOTED) if faults else None


def _first_only(feed: FeedConfig, entries: Entries) -> Problem:
    """Return the problem of a full feed that begins with its oldest entries, as a playlist's does."""
    kind = "a playlist's feed" if entries.is_playlist else "a feed with its oldest entries first"
    what = f"is {kind} and full ({entries.total} entries), so new entries may be missing"
    hint = "give the channel's feed" if entries.is_playlist else "give a feed with the newest entries, or set holds"
    return Problem(where=feed.url, what=what, severity=Severity.NOTED, hint=hint)


def _too_short(url: str, back_to: datetime) -> Problem:
    """Return the problem of a week that is older than the feed's oldest entry. Asking again would not help."""
    what = f"the week is older than the feed reaches back ({back_to.date()})"
    return Problem(where=url, what=what, severity=Severity.NOTED, hint="name what belongs to it in the week's notes")
