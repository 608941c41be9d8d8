"""Read feeds and cut them into weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from weekly.config.external import FeedConfig
from weekly.errors import SourceError
from weekly.gather.base import dropped_summary, fault_of, noted
from weekly.gather.feed_formats import Entries, parse
from weekly.http.fetch import Session
from weekly.model import FeedWeek, Problem, Reach
from weekly.week import Week


def read(feed: FeedConfig, web: Session, weeks: Sequence[Week]) -> tuple[FeedWeek, ...]:
    """Return what the feed published in each week, or what is wrong with it. It is fetched once."""
    try:
        page = web.fetch(feed.url)
        entries = web.within_time(lambda: parse(page), f"{feed.url}: can't be read")
    except SourceError as error:
        problem = fault_of(feed.url, error, is_required=feed.required)
        return tuple(FeedWeek(source=feed.url, reach=Reach.FAILED, problem=problem) for _ in weeks)
    return tuple(_week(feed, entries, week) for week in weeks)


def _week(feed: FeedConfig, entries: Entries, week: Week) -> FeedWeek:
    """Return a week of a feed. The archive decides about the entries in `late`."""
    items = tuple(item for item in entries.items if item.published in week)
    first = week.start - timedelta(days=feed.late_days)
    faults = "; ".join(fault for fault in (entries.fault, dropped_summary(entries.dropped)) if fault)
    is_full = entries.total >= feed.most
    back_to = min((item.published for item in entries.items), default=week.end) if is_full else None
    reach, problem = Reach.WHOLE, noted(feed.url, faults) if faults else None
    if is_full and (entries.is_playlist or entries.is_oldest_first):
        reach, problem = Reach.TOO_SHORT, _first_only(feed, entries)
    elif back_to is not None and back_to > week.start:
        what = f"the week is older than the feed reaches back ({back_to.date()})"  # asking again would not help
        reach, problem = Reach.TOO_SHORT, noted(feed.url, what, hint="name what belongs to it in the week's notes")
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


def _first_only(feed: FeedConfig, entries: Entries) -> Problem:
    """Return the problem of a full feed that begins with its oldest entries, as a playlist's does."""
    kind = "a playlist's feed" if entries.is_playlist else "a feed with its oldest entries first"
    what = f"is {kind} and full ({entries.total} entries), so new entries may be missing"
    hint = "give the channel's feed" if entries.is_playlist else "give a feed with the newest entries, or set holds"
    return noted(feed.url, what, hint=hint)
