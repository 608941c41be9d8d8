"""Atom and RSS feeds: bytes from somewhere to entries that can do no harm, cut into weeks."""

from __future__ import annotations

import calendar
import html
import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from weekly.config.external import FeedConfig
from weekly.errors import SourceError
from weekly.http.fetch import Session
from weekly.http.messages import Page
from weekly.http.retry import FetchError
from weekly.model import FeedItem, FeedWeek, Problem, Reach, Severity
from weekly.text.markdown import harmless, normalise
from weekly.week import Week

_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_SHORT = re.compile(r"https://www\.youtube\.com/shorts/[A-Za-z0-9_-]{11}")
_ENTITY = re.compile(rb"<!\s*(?:ENTITY|DOCTYPE[^>]*\[)", re.IGNORECASE)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All that a feed holds, oldest first; entries without a date are counted in `undated`."""

    items: tuple[FeedItem, ...]
    undated: int = 0


def read(feed: FeedConfig, web: Session, weeks: Sequence[Week]) -> tuple[FeedWeek, ...]:
    """What the feed published in each of the weeks, or what is wrong with it. It is fetched once."""
    severity = Severity.BLOCKS if feed.required else Severity.NOTED
    try:
        page = web.fetch(feed.url)
        reading = web.within_time(lambda: parse(page), f"{feed.url}: can't be read")
    except SourceError as error:
        problem = Problem(where=feed.url, what=_about(error, feed.url), severity=severity, hint="gather with --refresh")
        return tuple(FeedWeek(source=feed.url, reach=Reach.FAILED, problem=problem) for _ in weeks)
    return tuple(_week(feed, reading, week) for week in weeks)


def parse(page: Page) -> Reading:
    """The entries of a feed; FetchError where it isn't one, or isn't whole."""
    import feedparser

    if _ENTITY.search(page.body.replace(b"\0", b"")):
        raise FetchError(f"{page.url}: declares entities, which no feed needs and which may be a bomb")
    try:
        found = feedparser.parse(io.BytesIO(page.body), sanitize_html=True, resolve_relative_uris=False)
    except Exception as error:
        raise FetchError(f"{page.url}: is no feed that can be read ({type(error).__name__})") from error
    if not found.get("version"):
        raise FetchError(f"{page.url}: is no feed, but {normalise(page.kind)[:60] or 'something without a type'}")
    fault = found.get("bozo_exception")
    if isinstance(fault, Exception) and not isinstance(
        fault, (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    ):
        raise FetchError(f"{page.url}: is malformed ({normalise(str(fault))[:120]}), so entries may be missing")
    items = [_item(entry) for entry in found.entries]
    dated = {item.key: item for item in items if item is not None}
    ordered = sorted(dated.values(), key=lambda item: (item.published, item.key))
    return Reading(items=tuple(ordered), undated=sum(item is None for item in items))


def _week(feed: FeedConfig, reading: Reading, week: Week) -> FeedWeek:
    items = tuple(item for item in reading.items if item.published in week)
    is_all = len(reading.items) + reading.undated < feed.most
    back_to = None if is_all else min((item.published for item in reading.items), default=week.end)
    reach, problem = Reach.WHOLE, None
    if back_to is not None and back_to > week.start:
        reach = Reach.TOO_SHORT
        problem = too_short(feed.url, back_to)
    elif reading.undated:
        what = f"{reading.undated} entries have no date, so that their week is not known"
        problem = Problem(where=feed.url, what=what, severity=Severity.NOTED)
    return FeedWeek(source=feed.url, reach=reach, back_to=back_to, items=items, problem=problem)


def too_short(url: str, back_to: datetime) -> Problem:
    """The problem of a week that is older than the feed's oldest entry: asking again would be of no use."""
    what = f"the week is older than the feed reaches back ({back_to.date()})"
    return Problem(where=url, what=what, severity=Severity.NOTED, hint="name what belongs to it in the week's notes")


def _item(entry: Any) -> FeedItem | None:
    """One entry as our record; None where it has no date."""
    date = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        published = datetime.fromtimestamp(calendar.timegm(date), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    title = str(entry.get("title", ""))
    if "html" in str(entry.get("title_detail", {}).get("type", "")):
        title = html.unescape(re.sub(r"<[^>]*>", "", title))
    link, video = str(entry.get("link", "")), str(entry.get("yt_videoid", ""))
    if _VIDEO.fullmatch(video):
        link = link if _SHORT.fullmatch(link) else f"https://www.youtube.com/watch?v={video}"
    link = link if re.fullmatch(r"https?://\S+", link) else ""
    key = normalise(video or str(entry.get("id", "")) or link or title)
    return FeedItem(key=key, title=normalise(title), url=link, published=published)


def _about(error: Exception, url: str) -> str:
    return harmless(str(error)).removeprefix(f"{url}: ")
