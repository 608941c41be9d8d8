from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.pages import WEEK_START, Entry, blog, body_of, channel
from weekly.gather import external, feeds
from weekly.http.messages import Reply
from weekly.http.retry import FetchError
from weekly.model import CalendarWeek, FeedItem, FeedWeek, Occurrence, Problem, Reach, Severity, Snapshot, Source
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))


def parsed(text: bytes) -> feeds.Entries:
    return feeds.parse(Reply(url="https://a.example/feed", status=200, body=text))


def rss(item: str) -> bytes:
    return f'<rss version="2.0"><channel><title>T</title><item>{item}</item></channel></rss>'.encode()


DATE = "<pubDate>Tue, 28 Mar 2023 10:00:00 +0200</pubDate>"


@pytest.mark.parametrize(
    ("item", "title", "url"),
    [
        (f"<title>Plain</title><link>https://a.example/1</link>{DATE}", "Plain", "https://a.example/1"),
        (f"<title>A &amp;amp; B &lt;b&gt;bold&lt;/b&gt;</title>{DATE}", "A & B bold", ""),
        (f"<title>Two\n lines\tand \u202eturned\u200b</title>{DATE}", "Two lines and turned", ""),
        (f"<title>{'x' * 400}</title>{DATE}", "x" * 299 + "…", ""),
        (f"<title>T</title><link>javascript:alert(1)</link>{DATE}", "T", ""),
        (f"<title>T</title><link>https://a.example/x y</link>{DATE}", "T", ""),
        (f"<link>https://a.example/1</link>{DATE}", "", "https://a.example/1"),
    ],
)
def test_titles_and_links_of_entries_are_made_harmless(item: str, title: str, url: str) -> None:
    (found,) = parsed(rss(item)).items
    assert (found.title, found.url) == (title, url)
    assert found.published == datetime(2023, 3, 28, 8, 0, tzinfo=UTC)


def test_the_address_of_a_video_is_built_from_its_id() -> None:
    """What the feed links to is somebody's word; only a short's address, of YouTube's own form, is kept."""
    entries = (
        Entry(key="aaaaaaaaaaa", title="", published=WEEK_START, url="https://evil.example/"),
        Entry(key="bbbbbbbbbbb", title="", published=WEEK_START + timedelta(hours=1), url="https://www.youtube.com/shorts/bbbbbbbbbbb"),
        Entry(key="not a video", title="", published=WEEK_START + timedelta(hours=2), url="https://a.example/"),
    )  # fmt: skip
    assert [item.url for item in parsed(body_of(channel(*entries))).items] == [
        "https://www.youtube.com/watch?v=aaaaaaaaaaa",
        "https://www.youtube.com/shorts/bbbbbbbbbbb",
        "https://a.example/",
    ]


def test_the_date_of_publication_counts() -> None:
    entry = Entry(key="aaaaaaaaaaa", title="T", published=WEEK_START)
    (item,) = parsed(body_of(channel(entry))).items
    assert item.published == WEEK_START


def test_an_entry_without_a_date_is_dropped() -> None:
    found = parsed(rss("<title>When?</title>"))
    assert (found.items, [str(entry) for entry in found.dropped]) == ((), ["'When?': undated (it has no date)"])


@pytest.mark.parametrize("text", [b"", b"{}", b"<html/>", b"<?xml version='1.0'?><svg/>", b"\x00" * 50, b"x" * 1000])
def test_other_content_is_refused(text: bytes) -> None:
    with pytest.raises(FetchError, match=r"is no feed|is malformed"):
        parsed(text)


def test_entries_are_sorted_by_date() -> None:
    entries = [
        Entry(key=str(n), title="T", published=WEEK_START + timedelta(hours=n % 3), url=f"https://a/{n}")
        for n in range(6)
    ]
    keys = [[item.key for item in parsed(body_of(blog(*order))).items] for order in (entries, entries[::-1])]
    assert keys == [["0", "3", "1", "4", "2", "5"]] * 2


# What the archive remembers ------------------------------------------------------------------------------------------

FAILED = Problem(where="s", what="gone", severity=Severity.NOTED)


def snapshot(*source_weeks: FeedWeek | CalendarWeek, at: datetime = WEEK.end) -> Snapshot:
    bare = Snapshot(schema_version=1, week=WEEK, source=Source.SAMPLE, gathered_at=at, repos=())
    return external.with_source_weeks(bare, source_weeks)


def item(key: str, hours: int, title: str = "T") -> FeedItem:
    return FeedItem(key=key, title=title, url="", published=WEEK_START + timedelta(hours=hours))


def test_archived_entries_stay_and_new_ones_are_added() -> None:
    old = snapshot(FeedWeek(source="s", items=(item("a", 1, "Old title"), item("c", 3))))
    new = snapshot(FeedWeek(source="s", items=(item("a", 1, "New title"), item("b", 2))))
    (feed,) = external.merge_archived(old, new).feeds
    assert [(one.key, one.title) for one in feed.items] == [("a", "Old title"), ("b", "T"), ("c", "T")]


@pytest.mark.parametrize("reach", [Reach.FAILED, Reach.TOO_SHORT])
def test_a_whole_week_stays_whole(reach: Reach) -> None:
    old = snapshot(FeedWeek(source="s", items=(item("a", 1),)))
    new = snapshot(FeedWeek(source="s", reach=reach, problem=FAILED))
    (feed,) = external.merge_archived(old, new).feeds
    assert (feed.reach, feed.problem, len(feed.items)) == (Reach.WHOLE, None, 1)


def test_a_provisional_week_is_incomplete_if_its_feed_fails_later() -> None:
    old = snapshot(FeedWeek(source="s", items=(item("a", 1),)), at=WEEK.start + timedelta(hours=5))
    new = snapshot(FeedWeek(source="s", reach=Reach.FAILED, problem=FAILED))
    (feed,) = external.merge_archived(old, new).feeds
    assert (feed.reach, feed.problem, len(feed.items)) == (Reach.FAILED, FAILED, 1)


def test_a_source_that_left_the_configuration_stays_in_the_archive() -> None:
    old = snapshot(FeedWeek(source="old", items=(item("a", 1),)))
    assert [feed.source for feed in external.merge_archived(old, snapshot(FeedWeek(source="new"))).feeds] == [
        "new",
        "old",
    ]


def test_a_failing_calendar_keeps_its_archived_events() -> None:
    day = date(2023, 4, 10)
    known = CalendarWeek(source="s", until=day, events=(Occurrence(title="T", first_day=day),))
    failed = CalendarWeek(source="s", until=day, reach=Reach.FAILED, problem=FAILED)
    empty = CalendarWeek(source="s", until=day)
    assert external.merge_archived(snapshot(known), snapshot(failed)).calendars == (known,)
    assert external.merge_archived(snapshot(known), snapshot(empty)).calendars == (empty,), (
        "an event that was called off goes"
    )
    assert external.merge_archived(snapshot(failed), snapshot(failed)).calendars == (failed,)
