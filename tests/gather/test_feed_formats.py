"""Each entry of a feed is an item or dropped with its reason, whatever is wrong with its neighbours."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weekly.config.external import FeedConfig, WebAddress
from weekly.gather.feeds import Entries, _week, parse
from weekly.http.messages import Reply
from weekly.http.retry import FetchError
from weekly.model import DropReason, Reach
from weekly.week import Week

DATE = "<pubDate>Tue, 28 Mar 2023 10:00:00 +0200</pubDate>"


def parsed(body: str | bytes, url: str = "https://a.example/blog/feed.xml") -> Entries:
    return parse(Reply(url=url, status=200, body=body.encode() if isinstance(body, str) else body))


def rss(*items: str) -> str:
    rows = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{rows}</channel></rss>'


def atom(*entries: str, base: str = "") -> str:
    rows = "".join(f"<entry>{entry}<updated>2023-03-28T10:00:00Z</updated></entry>" for entry in entries)
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"{base}><title>T</title>{rows}</feed>'


def titles(entries: Entries) -> list[str]:
    return [item.title for item in entries.items]


# What comes before the prolog, and bad characters --------------------------------------------------------------------


@pytest.mark.parametrize("prefix", [b"\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n  ", b" \t\n", b"\x00\x0b"])
def test_what_stands_before_the_prolog_does_no_harm(prefix: bytes) -> None:
    entries = parsed(prefix + rss(f"<title>A</title>{DATE}").encode())
    assert (titles(entries), entries.fault) == (["A"], "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_encodings_are_read(encoding: str) -> None:
    body = rss(f"<title>Ä</title>{DATE}").replace('"1.0"?', '"1.0" encoding="utf-16"?').encode(encoding)
    assert titles(parsed(body)) == ["Ä"]


def test_control_characters_in_one_entry_cost_no_other() -> None:
    entries = parsed(rss(f"<title>A\x00\x07\x1b</title>{DATE}", f"<title>B</title>{DATE}"))
    assert (titles(entries), entries.fault) == (["A", "B"], "")


@pytest.mark.parametrize("broken", ["<title>A & B</title>", "<title>A&nbsp;B</title>", "<title>A <b>B</title>"])
def test_a_malformed_entry_is_noted_and_costs_no_other(broken: str) -> None:
    entries = parsed(rss(f"{broken}{DATE}", f"<title>Good</title>{DATE}"))
    assert len(entries.items) == 2
    assert "Good" in titles(entries)
    assert entries.fault.startswith("is malformed")


@pytest.mark.parametrize("end", [-1, -12, -60])
def test_a_feed_that_is_cut_off_is_refused(end: int) -> None:
    with pytest.raises(FetchError, match="so entries may be missing"):
        parsed(rss(f"<title>A</title>{DATE}", f"<title>B</title>{DATE}")[:end])


# Links ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "base", "expected"),
    [
        ("post/1", "", "https://a.example/blog/post/1"),
        ("/post/1", "", "https://a.example/post/1"),
        ("//b.example/1", "", "https://b.example/1"),
        ("?p=1", "", "https://a.example/blog/feed.xml?p=1"),
        ("post/1", ' xml:base="https://c.example/x/"', "https://c.example/x/post/1"),
        ("post/1", ' xml:base="/x/"', "https://a.example/x/post/1"),
        ("https://d.example/1", ' xml:base="https://c.example/"', "https://d.example/1"),
        ("javascript:alert(1)", "", ""),
        ("mailto:a@b.example", "", ""),
        ("http://[broken", "", ""),
    ],
)
def test_a_relative_link_goes_by_the_feeds_base_or_address(link: str, base: str, expected: str) -> None:
    (item,) = parsed(atom(f'<title>A</title><id>1</id><link href="{link}"/>', base=base)).items
    assert (item.url, item.key) == (expected, item.key)


# Ids -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guid", ["N/A", "0", "https://a.example/"])
def test_entries_that_share_an_id_but_no_address_are_all_listed(guid: str) -> None:
    rows = [f"<title>Version {n}</title><link>https://a.example/{n}</link><guid>{guid}</guid>{DATE}" for n in (1, 2, 3)]
    entries = parsed(rss(*rows))
    assert titles(entries) == ["Version 1", "Version 2", "Version 3"]
    assert len({item.key for item in entries.items}) == 3


def test_entries_without_links_that_share_an_id_go_by_their_titles() -> None:
    entries = parsed(rss(f"<title>A</title><guid>x</guid>{DATE}", f"<title>B</title><guid>x</guid>{DATE}"))
    assert titles(entries) == ["A", "B"]


def test_an_entry_that_stands_twice_is_listed_once_and_accounted_for() -> None:
    row = f"<title>A</title><link>https://a.example/1</link><guid>x</guid>{DATE}"
    entries = parsed(rss(row.replace("A<", "A, edited<"), row, f"<title>B</title>{DATE}"))
    assert titles(entries) == ["A, edited", "B"] or titles(entries) == ["B", "A, edited"]
    assert [(entry.title, entry.reason) for entry in entries.dropped] == [("A", DropReason.REPEATED)]


def test_an_id_of_its_own_is_the_key_whatever_the_link() -> None:
    row = "<title>A</title><link>https://a.example/{}</link><guid>tag:x</guid>" + DATE
    assert [parsed(rss(row.format(n))).items[0].key for n in (1, 2)] == ["tag:x", "tag:x"]


# Dates ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "detail"),
    [
        ("", "it has no date"),
        ("<pubDate></pubDate>", "it has no date"),
        ("<pubDate>yesterday</pubDate>", "its date can't be read: 'yesterday'"),
        ("<pubDate>March 2023</pubDate>", "its date can't be read: 'March 2023'"),
    ],
)
def test_an_entry_without_a_date_is_dropped_and_the_others_stay(date: str, detail: str) -> None:
    entries = parsed(rss(f"<title>When?</title>{date}", f"<title>Then</title>{DATE}"))
    assert titles(entries) == ["Then"]
    assert [(entry.title, entry.reason, entry.detail) for entry in entries.dropped] == [
        ("When?", DropReason.UNDATED, detail)
    ]


# JSON Feed -----------------------------------------------------------------------------------------------------------


def json_feed(*items: object, version: str = "https://jsonfeed.org/version/1.1") -> str:
    return json.dumps({"version": version, "title": "T", "items": list(items)})


def test_a_json_feed_is_read() -> None:
    entries = parsed(
        json_feed(
            {"id": "1", "title": "A <b>", "url": "post/1", "date_published": "2023-03-28T10:00:00+02:00"},
            {"id": 2, "external_url": "https://b.example/2", "content_text": "First line\nmore", "date_modified": "2023-03-29"},
            {"id": "3", "title": "Undated", "url": "javascript:alert(1)"},
            "no entry",
        )
    )  # fmt: skip
    assert [(item.key, item.title, item.url, f"{item.published:%d %H}") for item in entries.items] == [
        ("1", "A <b>", "https://a.example/blog/post/1", "28 08"),
        ("2", "First line", "https://b.example/2", "29 00"),
    ]
    assert [entry.reason for entry in entries.dropped] == [DropReason.UNDATED, DropReason.UNDATED]


@pytest.mark.parametrize(
    "text", ['{"items": []}', "{", '{"version": "https://jsonfeed.org/version/1", "items": 3}', json_feed(version="2")]
)
def test_another_json_file_is_no_feed(text: str) -> None:
    with pytest.raises(FetchError, match=r"is no feed|is malformed"):
        parsed(text)


# Order and playlists -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.youtube.com/feeds/videos.xml?playlist_id=PLabc", True),
        ("https://www.youtube.com/feeds/videos.xml?hl=en&playlist_id=PLabc", True),
        ("https://www.youtube.com/feeds/videos.xml?playlist_id=UUabc", False),  # all uploads, the newest first
        ("https://www.youtube.com/feeds/videos.xml?channel_id=UCabc", False),
    ],
)
def test_a_playlist_is_known_by_its_address(url: str, expected: bool) -> None:
    feed = FeedConfig(url=WebAddress(url), holds=1)
    found = _week(feed, parsed(atom("<title>A</title>"), url), Week(monday=date(2023, 3, 27)))
    assert found.problem is None or found.reach is Reach.TOO_SHORT
    assert ("a playlist's feed" in str(found.problem)) is expected


def test_a_feed_with_its_oldest_entries_first_is_known_by_its_dates() -> None:
    rows = [f"<title>{day}</title><pubDate>{day} Mar 2023 10:00 GMT</pubDate>" for day in range(1, 6)]
    assert parsed(rss(*rows)).is_oldest_first
    assert not parsed(rss(*rows[::-1])).is_oldest_first
    assert not parsed(rss(*rows[:3])).is_oldest_first, "three may be so by chance"


# Accounting ----------------------------------------------------------------------------------------------------------

ROWS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(["x", "y", ""]), st.sampled_from(["1", "2", ""]),
              st.sampled_from([DATE, "", "<pubDate>?</pubDate>"])),
    max_size=8,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_every_entry_is_an_item_or_dropped(rows: list[tuple[str, str, str, str]]) -> None:
    items = [
        f"<title>{title}</title><guid>{guid}</guid><link>https://a.example/{path}</link>{date}"
        for title, guid, path, date in rows
    ]
    entries = parsed(rss(*items))
    assert len(entries.items) + len(entries.dropped) == len(rows)


HOSTILE = {
    "comments": "<rss version='2.0'><channel>" + "<!--" * 200_000,
    "sections": "<rss version='2.0'><channel>&x;" + "<![CDATA[" * 200_000,
    "types": "<!DOCTYPE" * 200_000,
    "angles": rss("<title>" + "&lt;" * 200_000 + "</title>" + DATE),
    "dates": rss("<title>A</title><pubDate>" + "1 Jan " * 100_000 + "</pubDate>"),
    "nested": '{"version": ' + "[" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_feed_is_read_or_refused_in_time(name: str) -> None:
    """Protects against patterns whose time grows with the square of the text: these would take minutes."""
    start = time.process_time()
    with suppress(FetchError):
        parsed(HOSTILE[name])
    assert time.process_time() - start < 10
