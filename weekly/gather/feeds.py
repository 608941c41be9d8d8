"""Read Atom, RSS and JSON feeds, account for each entry, and cut them into weeks."""

from __future__ import annotations

import html
import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin

import msgspec

from weekly.config.external import FeedConfig
from weekly.errors import SourceError
from weekly.gather.base import dropped_summary, fault_of, noted
from weekly.http.fetch import Session
from weekly.http.messages import Reply
from weekly.http.retry import FetchError
from weekly.model import Dropped, DropReason, FeedItem, FeedWeek, Reach
from weekly.text.markdown import normalise
from weekly.text.patterns import lazy_pattern
from weekly.week import Week

_DEFAULTS = (datetime(2001, 1, 1), datetime(2004, 2, 2))  # noqa: DTZ001  a part that is missing shows in the difference
_LONGEST = 100
"""Characters of a date. A longer text is none."""
_YEAR_FIRST = lazy_pattern(r"\d{4}(?:[-/.](?:0?[1-9]|1[0-2])[-/.]\d{1,2}|\d{4})(?!\d)")
_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "AEST": 10, "AEDT": 11,
}  # fmt: skip
"""Hours from UTC of the zones that feeds name. Any other name makes a date unreadable."""
_VIDEO = lazy_pattern(r"[A-Za-z0-9_-]{11}")
_SHORT = lazy_pattern(r"https://www\.youtube\.com/shorts/[A-Za-z0-9_-]{11}")
_WEB = lazy_pattern(r"https?://\S+")
_ENTITY = re.compile(rb"<!\s*(?:ENTITY|DOCTYPE[^>]{0,1000}\[)", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00\x00<")
"""The first bytes of text in UTF-16 or UTF-32."""
_JSON_NAMES = {
    "id": ("id",),
    "link": ("url", "external_url"),
    "title": ("title", "summary", "content_text"),
    "published": ("date_published", "date_modified"),
}
"""Names in a JSON Feed by feedparser's."""
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>\s*\Z", re.IGNORECASE)


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
    total = len(entries.items) + len(entries.dropped)
    is_full = total >= feed.most
    back_to = min((item.published for item in entries.items), default=week.end) if is_full else None
    reach, problem = Reach.WHOLE, noted(feed.url, faults) if faults else None
    is_playlist = re.search(r"[?&]playlist_id=(?!UU)", feed.url) is not None
    if is_full and (is_playlist or entries.is_oldest_first):
        kind, hint = "a feed with its oldest entries first", "give a feed with the newest entries, or set holds"
        if is_playlist:
            kind, hint = "a playlist's feed", "give the channel's feed"
        what = f"is {kind} and full ({total} entries), so new entries may be missing"
        reach, problem = Reach.TOO_SHORT, noted(feed.url, what, hint=hint)
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


def instant(text: str) -> datetime | None:
    """Return the moment that a date names, in UTC, or None. Without a zone it is taken for UTC.

    The day comes before the month where the date doesn't begin with the year.
    """
    from dateutil import parser

    text = " ".join(text[: _LONGEST + 1].split())
    is_year_first = re.match(r"\d{4}(?:\D|\d{4}(?!\d))", text) is not None
    if len(text) > _LONGEST or (is_year_first and not _YEAR_FIRST.match(text)):
        return None  # of the second, month and day could be taken for each other
    try:
        first, second = (
            parser.parse(text, dayfirst=not is_year_first, yearfirst=is_year_first, default=default, tzinfos=_zone)
            for default in _DEFAULTS
        )
        moment = (first if first.tzinfo else first.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, LookupError):
        return None
    return moment.replace(microsecond=0) if first == second and 1970 <= moment.year < 2200 else None


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """Return a named zone. The machine's own names don't count."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    return timezone(timedelta(hours=_ZONES[name.upper()])) if name else None


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """All entries of a feed, the dated ones oldest first, and the dropped ones. `fault` is what is wrong with the file."""

    items: tuple[FeedItem, ...]
    dropped: tuple[Dropped, ...] = ()
    is_oldest_first: bool = False
    fault: str = ""


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it stands in the file, its texts made harmless."""

    identity: str
    title: str
    url: str
    date: str

    @property
    def name(self) -> str:
        """The address or title, which differs between entries with the same id."""
        return self.url or self.title


def parse(page: Reply) -> Entries:
    """Return a feed's entries. FetchError where it is no feed, or may be incomplete."""
    body = page.body
    if not body.startswith(_WIDE):
        body = _CONTROLS.sub(b"", body).lstrip(b"\xef\xbb\xbf \t\r\n")
    if body.startswith(b"{"):
        return _accounted(_json_entries(page, body))
    found, fault = _parsed(page, body)
    return _accounted([_entry(entry, page.url) for entry in found.entries], fault)


def _parsed(page: Reply, body: bytes) -> tuple[Any, str]:
    """Return what feedparser reads, and what is wrong with the file. FetchError where it is cut off."""
    import feedparser

    if _ENTITY.search(body.replace(b"\0", b"")):
        raise FetchError(f"{page.url}: declares entities, which no feed needs and which may be a bomb")
    try:
        found = feedparser.parse(io.BytesIO(body), sanitize_html=True, resolve_relative_uris=False)
    except Exception as error:
        raise FetchError(f"{page.url}: is no feed that can be read ({type(error).__name__})") from error
    if not found.get("version"):
        raise FetchError(f"{page.url}: is no feed, but {normalise(page.kind)[:60] or 'something without a type'}")
    fault = found.get("bozo_exception")
    harmless = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    if not isinstance(fault, Exception) or isinstance(fault, harmless):
        return found, ""
    what = f"is malformed ({normalise(str(fault))[:120]}), so entries may be missing"
    if not _END.search(body.replace(b"\0", b"")):
        raise FetchError(f"{page.url}: {what}")
    return found, what


def _entry(entry: Any, base: str) -> _Entry:
    """Return an entry. Where the feed names no base, its own address is the base of relative links."""
    title = str(entry.get("title", ""))
    if "html" in str(entry.get("title_detail", {}).get("type", "")):
        title = html.unescape(re.sub(r"<[^<>]*>", "", title))
    link, video = str(entry.get("link", "")), str(entry.get("yt_videoid", ""))
    if entry.get("guidislink") and link == entry.get("id") and not _WEB.fullmatch(link):
        link = ""  # a mere id, which RSS takes for an address unless it is marked
    if _VIDEO.fullmatch(video):
        link = link if _SHORT.fullmatch(link) else f"https://www.youtube.com/watch?v={video}"
    date = next((str(entry[name]) for name in ("published", "updated", "created") if dict.get(entry, name)), "")
    return _Entry(
        identity=normalise(video or str(entry.get("id", ""))),
        title=normalise(title),
        url=_address(link, base),
        date=date,
    )


def _json_entries(page: Reply, body: bytes) -> list[_Entry]:
    """Return the entries of a JSON Feed."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FetchError(f"{page.url}: is malformed ({normalise(str(error))[:120]})") from error
    version, rows = (feed.get(name) for name in ("version", "items")) if isinstance(feed, dict) else ("", None)
    if not str(version).startswith("https://jsonfeed.org/version/") or not isinstance(rows, list):
        raise FetchError(f"{page.url}: is no feed, but {normalise(page.kind)[:60] or 'something without a type'}")
    return [_entry(_from_json(row if isinstance(row, dict) else {}), page.url) for row in rows]


def _from_json(row: Mapping[str, Any]) -> dict[str, str]:
    """Return an entry of a JSON Feed as feedparser would."""
    given = {name: str(value) for name, value in row.items() if isinstance(value, (str, int)) and value != ""}
    return {
        ours: next((given[name].partition("\n")[0] for name in names if name in given), "")
        for ours, names in _JSON_NAMES.items()
    }


def _address(link: str, base: str) -> str:
    try:
        address = urljoin(base, link) if link else ""
    except ValueError:
        return ""
    return address if _WEB.fullmatch(address) else ""


def _accounted(entries: Sequence[_Entry], fault: str = "") -> Entries:
    """Return each entry as an item or as dropped. What shares an id but no address is another entry."""
    counted = Counter(identity for identity, _ in {(entry.identity, entry.name) for entry in entries})
    items: dict[str, FeedItem] = {}
    dropped: list[Dropped] = []
    for entry in entries:
        published = instant(entry.date)
        name = entry.title or entry.url or entry.identity or "an entry without a title"
        if published is None:
            detail = f"its date can't be read: {normalise(entry.date)[:60]!r}" if entry.date else "it has no date"
            dropped.append(Dropped(title=name, reason=DropReason.UNDATED, detail=detail))
            continue
        is_shared = counted[entry.identity] > 1
        key = f"{entry.identity} {entry.name}" if is_shared else entry.identity or entry.name
        if key in items:
            detail = f"its id stands twice: {entry.identity[:60]!r}" if entry.identity else "it stands twice"
            dropped.append(Dropped(title=name, reason=DropReason.REPEATED, detail=detail))
        else:
            items[key] = FeedItem(key=key, title=entry.title, url=entry.url, published=published)
    dates = [item.published for item in items.values()]
    return Entries(
        items=tuple(sorted(items.values(), key=lambda item: (item.published, item.key))),
        dropped=tuple(dropped),
        is_oldest_first=len(dates) > 3 and all(one < two for one, two in pairwise(dates)),  # a few by chance
        fault=fault,
    )
