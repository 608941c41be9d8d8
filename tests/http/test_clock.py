"""A machine's clock that is wrong: seen by the dates of answers that come anyway, and reported before anything is published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.conftest import NOW, Weekly
from tests.support.desk import Desk, opened
from tests.support.server import Server
from weekly.http.clock import Clock

HOST = "forum.example"
WEEK = ("--week", "2023-03-27")


def dated(ahead: timedelta = timedelta(0), now: datetime = NOW) -> str:
    """The date that a server sends which this machine is so far ahead of."""
    return format_datetime(now - ahead, usegmt=True)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path / "project") as desk:
        desk.weekly.clock = desk.weekly.now.timestamp
        yield desk


@pytest.mark.parametrize(
    ("headers", "asked", "answered", "ahead"),
    [
        ({"date": dated()}, 0.0, 0.0, 0.0),
        ({"date": dated()}, 0.9, 0.99, 0.0),  # a date has no parts of seconds
        ({"date": dated()}, -5.0, 15.0, 0.0),  # it was long under way
        ({"date": dated()}, 61.0, 62.0, 60.0),
        ({"date": dated()}, -62.0, -60.0, -60.0),
        ({"date": format_datetime(NOW)}, 0.0, 0.0, 0.0),  # in another spelling: +0000
        ({"date": dated(), "age": "1209600"}, 1209600.0, 1209600.0, None),  # a cache's
        ({}, 0.0, 0.0, None),
        *(({"date": text}, 0.0, 0.0, None) for text in (
            "", "now", "Mon", "Mon, 32 Apr 2023 07:30:00 GMT", "Mon, 03 Apr 0000 07:30:00 GMT", "0" * 5000, "\x00",
            "Mon, 03 Apr 9999 07:30:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 03 Apr 2023 99:99:99 GMT",
            "Mon, 03 Apr 99999999999999999999 07:30:00 GMT", "Mon, 03 Apr 2023 07:30:00 +99999999999",
        )),
    ],
)  # fmt: skip
def test_a_servers_date_gives_the_difference_of_the_clocks(
    headers: dict[str, str], asked: float, answered: float, ahead: float | None
) -> None:
    clock = Clock(lambda: NOW.timestamp() + answered)
    clock.compare(HOST, headers, NOW.timestamp() + asked)
    assert [NOW - other.now for other in clock.others(NOW)] == ([] if ahead is None else [timedelta(seconds=ahead)])


def test_a_difference_is_reported_once_for_each_server() -> None:
    clock = Clock(NOW.timestamp)
    for host, ahead in (("a", timedelta(minutes=59)), ("b", timedelta(hours=-2)), ("c", timedelta(hours=2))):
        clock.compare(host, {"date": dated(ahead)}, NOW.timestamp())
    assert list(clock.news(NOW)) == [
        "this machine's clock has 2023-04-03 07:30 UTC, but b's 2023-04-03 09:30; correct the clock that is wrong",
        "this machine's clock has 2023-04-03 07:30 UTC, but c's 2023-04-03 05:30; correct the clock that is wrong",
    ]
    assert list(clock.news(NOW)) == []


def test_a_week_that_is_not_over_by_the_forum_is_not_published(desk: Desk) -> None:
    desk.server.date = dated(timedelta(hours=8))
    ran = desk.publish()
    assert ran.code == 1
    assert ran.err == (
        f"weekly: not published: this machine's clock has 2023-04-03 07:30 UTC, but {desk.server.url[7:]}'s "
        "2023-04-02 23:30, by which the week of 2023-03-27 is not over; correct the wrong clock, and run again\n"
    )
    assert not desk.forum.topics
    assert not desk.records.exists()


def test_the_last_week_is_not_published_where_the_forum_has_another(desk: Desk) -> None:
    desk.server.date = dated(timedelta(days=-7))
    ran = desk.weekly("publish")
    assert ran.code == 1
    assert "by which the week of 2023-03-27 is an older one; correct the wrong clock" in ran.err
    assert not desk.forum.topics


def test_a_difference_that_makes_no_other_week_is_a_note(desk: Desk) -> None:
    desk.server.date = dated(timedelta(hours=2))
    ran = desk.done()
    assert ran.err.startswith("weekly: note: this machine's clock has 2023-04-03 07:30 UTC, but 127.0.0.1:")
    assert ran.err.count("this machine's clock") == 1
    counts = []
    for date in (desk.server.date, None):
        desk.server.date = date
        desk.server.requests.clear()
        assert ("clock" in desk.done().err) == bool(date)
        counts.append(len(desk.server.requests))
    assert counts[0] == counts[1], "nobody is asked for the time"


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 03 Apr 0000 07:30:00 GMT", dated(timedelta(minutes=59))])
def test_no_date_breaks_anything(desk: Desk, date: str) -> None:
    desk.server.date = date
    assert "clock" not in desk.done().err


@pytest.mark.parametrize("token", ["t0ken", ""])
def test_a_week_that_is_not_over_by_github_is_gathered_as_such(weekly: Weekly, github: Server, token: str) -> None:
    weekly.environment = {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": token}
    weekly.clock = weekly.now.timestamp
    github.date = dated(timedelta(hours=8))
    ran = weekly("gather", *WEEK)
    assert ran.code == 0
    assert "2023-03-27.json: 10 pull requests in 5 repositories, provisional, since the week has not ended" in ran.err
    assert ran.err.count("by which the week of 2023-03-27 is not over; correct the wrong clock") == 1
    weekly.now = NOW + timedelta(days=1)
    weekly.clock = weekly.now.timestamp
    github.date = dated(now=weekly.now)
    ran = weekly("gather", *WEEK)
    assert "2023-03-27.json: 10 pull requests in 5 repositories, complete" in ran.err
    assert "clock" not in ran.err


def test_a_week_that_is_not_over_by_github_is_not_published(desk: Desk, github: Server) -> None:
    """The forum isn't even asked."""
    (desk.folder / "archive" / "2023-03-27.json").unlink()
    desk.weekly.environment["GITHUB_API_URL"] = github.url
    github.date = dated(timedelta(hours=8))
    ran = desk.publish()
    assert ran.code == 1
    assert "by which the week of 2023-03-27 is not over" in ran.err
    assert not desk.server.requests


@pytest.mark.parametrize("mode", ["direct", "review"])
def test_the_unattended_run_ends_with_one_line(weekly: Weekly, github: Server, mode: str) -> None:
    weekly.environment = {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": "t0ken"}
    weekly.now = NOW + timedelta(days=7)
    weekly.clock = weekly.now.timestamp
    github.date = dated()
    text = (weekly.folder / "weekly.toml").read_text(encoding="utf-8")
    text = text.replace("# first_week = 2023-04-03", "first_week = 2023-04-03").partition("\n[forum]")[0]
    (weekly.folder / "weekly.toml").write_text(text, encoding="utf-8")
    ran = weekly("monday", "--mode", mode)
    assert ran.code == 1
    (line,) = (line for line in ran.err.splitlines() if line.startswith("weekly: error: "))
    assert "but 127.0.0.1:" in line
    assert "2023-04-03 07:30, by which the week of 2023-04-03 is not over; correct the wrong clock" in line
    assert not (weekly.folder / "posts").exists()
