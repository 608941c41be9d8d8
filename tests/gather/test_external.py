"""Videos, events and feeds from end to end: real HTTP next to the stand-in GitHub, the archive, the post."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import Weekly
from tests.support.github import Hub
from tests.support.pages import WEEK_START, Entry, Pages, blog, body_of, calendar, channel, event, older
from tests.support.server import Request, Response, Server, serving
from weekly.http import fetch
from weekly.http.fetch import Bounds

MONDAY = "2023-03-27"
FEED = "/feeds/videos.xml"
NONE_DEVICE = Entry(key="6NCLnd5_guQ", title="LXD devices: none", published=datetime(2023, 3, 27, 0, 0, tzinfo=UTC))
IMAGES = Entry(key="pM0EgUqj2a0", title="LXD image servers", published=datetime(2023, 4, 2, 23, 59, 59, tzinfo=UTC))
NOTES = """
[[videos]]
url = "https://www.youtube.com/watch?v=6NCLnd5_guQ"
text = "The first is about the none device:"
[[videos]]
url = "https://www.youtube.com/embed/pM0EgUqj2a0"
text = "The second is about image servers:"
"""


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def site(pages: Pages) -> Iterator[Server]:
    """The web next to GitHub, serving `pages`."""
    with serving(Server(pages)) as server:
        yield server


@pytest.fixture
def project(weekly: Weekly, github: Server) -> Weekly:
    """The LXD project, whose GitHub is the stand-in."""
    weekly.environment = {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": "t0ken"}
    return weekly


def configure(project: Weekly, pattern: str, text: str) -> None:
    path = project.folder / "weekly.toml"
    old = path.read_text(encoding="utf-8")
    new = re.sub(pattern, lambda match: match[0] + text, old, count=1)
    assert new != old
    path.write_text(new, encoding="utf-8")


def watch(project: Weekly, url: str, more: str = "") -> None:
    configure(project, r'leave_out = \["shorts", "premieres"\]\n', f'[[videos.channels]]\nurl = "{url}"\n{more}\n')


def attend(project: Weekly, url: str, more: str = "") -> None:
    configure(project, r"horizon_days = 90\n", f'[[sections.calendars]]\nurl = "{url}"\n{more}\n')


def note(project: Weekly, text: str, monday: str = MONDAY) -> None:
    (project.folder / "weeks").mkdir(exist_ok=True)
    (project.folder / "weeks" / f"{monday}.toml").write_text(text, encoding="utf-8")


def part(post: str, heading: str) -> str:
    """A part of the post, without its heading; empty where it isn't there."""
    found = re.search(rf"^#+ {re.escape(heading)}\n\n(.*?)(?=^#|\Z)", post, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


# Videos --------------------------------------------------------------------------------------------------------------


def test_the_two_videos_of_the_week_come_from_the_feed(project: Weekly, pages: Pages, site: Server) -> None:
    """In the wording and order of the published post; then again with the feed gone, byte for byte."""
    pages.answers[FEED] = channel(NONE_DEVICE, IMAGES, *older(13, WEEK_START))
    watch(project, site.url + FEED)
    note(project, NOTES)
    first = project("render", "--week", MONDAY)
    assert first.code == 0
    assert part(first.out, "Introduction").split("\n\n")[1:] == [
        "This week @stgraber has added two new videos.",
        "The first is about the none device:",
        "https://www.youtube.com/watch?v=6NCLnd5_guQ",
        "The second is about image servers:",
        "https://www.youtube.com/embed/pM0EgUqj2a0",
    ]
    (project.folder / "weeks" / f"{MONDAY}.toml").unlink()
    bare = project("render", "--week", MONDAY)
    pages.answers.clear()
    site.requests.clear()
    again = project("render", "--week", MONDAY)
    assert (again.code, again.out, again.err) == (0, bare.out, "")
    assert part(again.out, "Introduction").split("\n\n")[1:] == [
        "This week @stgraber has added two new videos.",
        "https://www.youtube.com/watch?v=6NCLnd5_guQ",
        "https://www.youtube.com/watch?v=pM0EgUqj2a0",
    ]
    assert site.requests == []


def test_archived_videos_stay_when_the_feed_drops_them(project: Weekly, pages: Pages, site: Server) -> None:
    pages.answers[FEED] = channel(NONE_DEVICE, IMAGES, *older(13, WEEK_START))
    watch(project, site.url + FEED)
    assert project("gather", "--week", MONDAY).code == 0
    before = project("render", "--week", MONDAY).out
    answers = (channel(*older(15, WEEK_START + timedelta(weeks=40))), Response(status=500))
    for answer in answers:
        pages.answers[FEED] = answer
        again = project("gather", "--week", MONDAY, "--refresh", "--max-wait", "0")
        assert again.code == 0
        assert "feeds" not in again.err
        assert project("render", "--week", MONDAY).out == before


@pytest.mark.parametrize(
    ("gathered", "oldest", "is_whole"),
    [
        (datetime(2023, 3, 30, 12, tzinfo=UTC), datetime(2023, 3, 30, 11, tzinfo=UTC), True),
        (datetime(2023, 3, 30, 12, tzinfo=UTC), datetime(2023, 3, 30, 13, tzinfo=UTC), False),
    ],
)
def test_two_readings_without_a_gap_make_a_whole_week(
    project: Weekly, pages: Pages, site: Server, gathered: datetime, oldest: datetime, is_whole: bool
) -> None:
    pages.answers[FEED] = channel(NONE_DEVICE, *older(14, WEEK_START))
    watch(project, site.url + FEED)
    project.now = gathered
    assert project("gather", "--week", MONDAY).code == 0
    later = [Entry(key=f"later{n:06d}", title="Later", published=oldest + timedelta(weeks=n)) for n in range(15)]
    pages.answers[FEED] = channel(*later)
    project.now = datetime(2023, 7, 20, tzinfo=UTC)
    ran = project("render", "--week", MONDAY)
    assert "two new videos." in ran.out
    assert ("older than the feed reaches back" in ran.err) is not is_whole


def test_a_week_older_than_the_feed_is_reported(project: Weekly, pages: Pages, site: Server) -> None:
    pages.answers[FEED] = channel(*older(15, WEEK_START + timedelta(weeks=40)))
    watch(project, site.url + FEED)
    ran = project("render", "--week", MONDAY)
    assert ran.code == 0
    assert "new video" not in ran.out
    assert (
        "the week is older than the feed reaches back (2023-09-18); name what belongs to it in the week's notes"
        in ran.err
    )
    assert "older than the feed" in project("explain", "--week", MONDAY).out
    note(project, NOTES)
    named = project("render", "--week", MONDAY)
    assert "two new videos." in named.out
    assert named.err == ""
    note(project, "videos = []")
    assert project("render", "--week", MONDAY).err == "", "the editor says that there were none"


def test_a_required_feed_that_is_too_short_blocks_until_the_notes_name_the_videos(
    project: Weekly, pages: Pages, site: Server
) -> None:
    """And it isn't asked again and again: that would be of no use."""
    pages.answers[FEED] = channel(*older(15, WEEK_START + timedelta(weeks=40)))
    watch(project, site.url + FEED, "required = true")
    assert project("render", "--week", MONDAY).code == 1
    assert "gap: " in project("render", "--week", MONDAY).err
    assert len(site.requests) == 1
    note(project, NOTES)
    assert project("render", "--week", MONDAY).code == 0


def test_the_week_begins_and_ends_in_its_zone(project: Weekly, pages: Pages, site: Server) -> None:
    """Berlin put its clocks forward on 26 March: the week begins at 22:00 and ends at 22:00 UTC."""
    edges = [(26, 21, 59), (26, 22, 0), (33, 21, 59), (33, 22, 0)]
    start = datetime(2023, 3, 1, tzinfo=UTC)
    pages.answers[FEED] = channel(
        *(
            Entry(
                key=f"edge0000{n:03d}", title="", published=start + timedelta(days=day - 1, hours=hour, minutes=minute)
            )
            for n, (day, hour, minute) in enumerate(edges)
        )
    )
    path = project.folder / "weekly.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('zone = "UTC"', 'zone = "Europe/Berlin"'), encoding="utf-8"
    )
    watch(project, site.url + FEED)
    made = part(project("render", "--week", MONDAY).out, "Introduction")
    assert re.findall(r"v=(\S+)", made) == ["edge0000001", "edge0000002"]


def test_rules_leave_videos_out_and_explain_says_so(project: Weekly, pages: Pages, site: Server) -> None:
    def at(hours: int) -> datetime:
        return WEEK_START + timedelta(hours=hours)

    short = "https://www.youtube.com/shorts/short000000"
    pages.answers[FEED] = channel(
        Entry(key="short000000", title="One minute", published=at(1), url=short),
        Entry(key="short000001", title="Another #Shorts", published=at(2)),
        Entry(key="live0000000", title="LXD 5.13 Live Stream", published=at(3)),
        Entry(key="live0000001", title="Live migration in LXD", published=at(4)),
        Entry(key="party000000", title="Release party of 5.13", published=at(5)),
        Entry(key="premiere000", title="A premiere", published=at(6)),
    )
    watch(project, site.url + FEED, 'leave_out = ["shorts", "live", "premieres", "release PARTY*"]')
    made = part(project("render", "--week", MONDAY).out, "Introduction")
    assert "one new video." in made
    assert re.findall(r"v=(\S+)", made) == ["live0000001"]
    output = project("explain", "--week", MONDAY).out
    assert "left out: video 'One minute' (https://www.youtube.com/shorts/short000000): by the rule 'shorts'" in output
    assert "by the rule 'release PARTY*'" in output
    assert output.count("left out: video") == 5
    note(project, f'[[videos]]\nurl = "{short}"\n[[videos]]\nurl = "https://youtu.be/live0000001"\nshow = false')
    named = part(project("render", "--week", MONDAY).out, "Introduction")
    assert [line for line in named.splitlines() if line.startswith("http")] == [short], "the editor's word goes first"


def test_several_channels_have_a_sentence_each(project: Weekly, pages: Pages, site: Server) -> None:
    pages.answers["/one"] = channel(NONE_DEVICE, IMAGES)
    other = Entry(key="another0000", title="Another", published=WEEK_START + timedelta(days=2))
    pages.answers["/two"] = channel(other, IMAGES)
    watch(project, f"{site.url}/one")
    watch(project, f"{site.url}/two", 'by = "Ada"')
    made = part(project("render", "--week", MONDAY).out, "Introduction").split("\n\n")[1:]
    assert [line for line in made if "video" in line and not line.startswith("http")] == [
        "This week @stgraber has added one new video.",
        "This week Ada has added two new videos.",
    ]
    assert len([line for line in made if line.startswith("http")]) == 3, "a video of two channels is listed once"


# Failing alone -------------------------------------------------------------------------------------------------------

HTML = Response(body=b"<html><body>Please accept our cookies</body></html>", headers={"content-type": "text/html"})
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + body_of(channel())[
    38:
].replace(b"A channel", b"&b;")
FAULTS: dict[str, tuple[Any, str]] = {
    "gone": (Response(status=404), "answered 404"),
    "server error": (Response(status=500), "server error (500)"),
    "asks to wait": (Response(status=429, headers={"retry-after": "3600"}), "rate limit (429)"),
    "hangs up": (Response(body=None), "can't be reached: the connection broke"),
    "cut": (Response(body=body_of(channel(NONE_DEVICE)), cut=True), "the connection broke in the middle of the answer"),
    "truncated": (Response(body=body_of(channel(NONE_DEVICE))[:-20]), "is malformed"),
    "not a feed": (HTML, "is no feed, but text/html"),
    "empty": (Response(), "is no feed, but something without a type"),
    "another site": (Response(status=302, headers={"location": "http://localhost:1/feed"}), "leads to another site"),
    "a file": (Response(status=302, headers={"location": "file:///etc/passwd"}), "leads to another site"),
    "in circles": (Response(status=301, headers={"location": FEED}), "redirected more than 5 times"),
    "consent page": (Response(status=302, headers={"location": "/consent"}), "is no feed, but text/html"),
    "huge": (Response(body=b"<feed>" + b" " * 200_000), "larger than 100,000 bytes"),
    "gzip bomb": (Response(body=gzip.compress(b" " * 50_000_000), headers={"content-encoding": "gzip"}), "larger than"),
    "broken gzip": (Response(body=b"nothing", headers={"content-encoding": "gzip"}), "can't be read"),
    "entity bomb": (Response(body=LAUGHS), "declares entities"),
    "entity bomb in UTF-16": (Response(body=LAUGHS.decode().encode("utf-16")), "declares entities"),
    "not UTF-8": (Response(body=b"\xff\xfe\xfd" * 100), "is no feed"),
}


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "BOUNDS", Bounds(most_bytes=100_000))


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_failing_feed_is_reported_and_its_part_left_out(
    project: Weekly, pages: Pages, site: Server, fault: str
) -> None:
    answer, message = FAULTS[fault]
    pages.answers |= {FEED: answer, "/consent": HTML}
    watch(project, site.url + FEED)
    gathered = project("gather", "--week", MONDAY, "--max-wait", "0")
    assert gathered.code == 0
    assert message in gathered.err
    assert gathered.err.count("\n") == 2, "one line, and the archive's"
    ran = project("render", "--week", MONDAY)
    assert ran.code == 0
    assert f"weekly: note: {site.url}{FEED}: " in ran.err
    assert message in ran.err
    assert "new video" not in ran.out
    assert "## LXD\n" in ran.out, "the rest of the post is made"
    assert message in project("explain", "--week", MONDAY).out
    assert message in project("check", "--week", MONDAY).out


def test_a_slow_feed_is_reported(project: Weekly, pages: Pages, site: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "BOUNDS", Bounds(deadline=0.5))
    pages.answers[FEED] = Response(body=body_of(channel(NONE_DEVICE)), drip=0.05)
    watch(project, site.url + FEED)
    ran = project("gather", "--week", MONDAY)
    assert ran.code == 0
    assert f"weekly: {site.url}{FEED}: no whole answer within 0.5 s" in ran.err


@pytest.mark.usefixtures("_short")
def test_an_unreachable_server_is_reported(project: Weekly) -> None:
    watch(project, "http://127.0.0.1:9/feeds/videos.xml")
    ran = project("gather", "--week", MONDAY, "--max-wait", "0")
    assert ran.code == 0
    assert "can't be reached: connection refused" in ran.err


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Response(status=503), "server error (503)"),
        (HTML, "is no calendar, but text/html"),
        (Response(body=body_of(calendar())[:-8]), "is cut off, so events may be missing"),
        (Response(body=body_of(calendar())[:-15], cut=True), "the connection broke in the middle"),
        (
            calendar(event(SUMMARY="Talk", DTSTART="20239999")),
            "'Talk': unreadable (it has a DTSTART that can't be read",
        ),
        (calendar(event(SUMMARY="Talk")), "'Talk': unreadable (it has no DTSTART)"),
        (calendar(event(DTSTART="20230410", RRULE="FREQ=SOMETIMES")), "has a RRULE that can't be read"),
        (calendar(event(DTSTART="20230410T100000Z", RRULE="FREQ=SECONDLY")), "recurs more often than daily"),
        (calendar(event(DTSTART=";TZID=Not/AZone:20230410T100000")), "is in a zone that nothing defines, 'Not/AZone'"),
        (Response(body=b"BEGIN:VCALENDAR\r\n" + b"X" * 200_000), "larger than 100,000 bytes"),
        (Response(body=b"BEGIN:VCALENDAR\r\n\x00\xff\xfe\r\nEND:VCALENDAR\r\n"), "is malformed"),
    ],
)
def test_a_failing_calendar_is_reported_and_never_reads_as_empty(
    project: Weekly, pages: Pages, site: Server, answer: Response, message: str
) -> None:
    pages.answers["/c.ics"] = answer
    attend(project, f"{site.url}/c.ics")
    assert project("gather", "--week", MONDAY, "--max-wait", "0").code == 0
    ran = project("render", "--week", MONDAY)
    assert ran.code == 0
    assert message in ran.err
    assert "Upcoming events" not in ran.out
    assert "## LXD\n" in ran.out
    assert message in project("explain", "--week", MONDAY).out


@pytest.mark.parametrize("kind", ["feed", "calendar"])
def test_a_required_source_that_fails_blocks_publishing(project: Weekly, pages: Pages, site: Server, kind: str) -> None:
    (watch if kind == "feed" else attend)(project, f"{site.url}/gone", "required = true")
    assert project("gather", "--week", MONDAY, "--max-wait", "0").code == 1
    ran = project("render", "--week", MONDAY)
    assert ran.code == 1
    assert f"weekly: gap: {site.url}/gone: answered 404" in ran.err
    pages.answers["/gone"] = channel() if kind == "feed" else calendar()
    assert project("render", "--week", MONDAY).code == 0, "what had a gap is asked for again"


def test_a_feed_missing_from_the_archive_is_reported(archived: Weekly) -> None:
    watch(archived, "https://example.org/feed")
    ran = archived("render", "--week", "2023-03-20")
    assert ran.code == 0
    assert "note: https://example.org/feed: is not in the archive of this week; gather it: weekly gather" in ran.err


def test_hostile_titles_stay_plain_text(project: Weekly, pages: Pages, site: Server) -> None:
    title = "@everyone </a><script>alert(1)</script> [x](javascript:x) #tag :smile: `\u202eevil\n# Heading"
    pages.answers["/blog"] = blog(
        Entry(key="1", title=title, published=WEEK_START, url="javascript:alert(1)"),
        Entry(key="2", title="Fine", published=WEEK_START, url="https://example.org/a_(b)"),
    )
    pages.answers["/c.ics"] = calendar(
        event(UID="1", SUMMARY="@here **Talk**", LOCATION="#room <b>", DTSTART="20230410", URL="javascript:alert(1)")
    )
    configure(
        project,
        r'url = "https://fosdem.org"\n',
        f'\n[[sections]]\nkind = "feed"\nheading = "Blog"\n[[sections.feeds]]\nurl = "{site.url}/blog"\n',
    )
    attend(project, f"{site.url}/c.ics")
    made = project("render", "--week", MONDAY)
    assert made.code == 0
    output, talk = part(made.out, "Blog"), part(made.out, "Upcoming events")
    assert "- [Fine](<https://example.org/a_(b)>)" in output
    assert len(output.splitlines()) == 2
    page = project("render", "--week", MONDAY, "--format", "html").out
    for bad in ("@everyone", "@here", "#tag", ":smile:", "#room"):
        assert bad not in output + talk
    assert "<script" not in page
    assert "javascript:alert" not in page
    assert "\u202e" not in made.out
    assert talk.startswith("- 10th April 2023: ")


# Side by side --------------------------------------------------------------------------------------------------------


def test_sources_are_fetched_in_parallel(project: Weekly, hub: Hub, pages: Pages) -> None:
    """One server for all that waits with its answers until two feeds, a calendar and GitHub are asked for at once."""
    pages.answers |= {"/one": channel(), "/two": channel(), "/c.ics": calendar()}
    together = threading.Barrier(4, timeout=15)

    def answer(request: Request) -> Response:
        together.wait()
        return pages(request) if request.path in pages.answers else hub(request)

    both = Server(answer)
    with serving(both):
        project.environment["GITHUB_API_URL"] = both.url
        for path in ("/one", "/two"):
            watch(project, both.url + path)
        attend(project, f"{both.url}/c.ics")
        assert project("gather", "--week", MONDAY).code == 0
    assert both.most_at_once == 4


def test_a_server_that_recovers_is_read_in_the_same_run(project: Weekly, pages: Pages, site: Server) -> None:
    pages.answers[FEED] = channel(NONE_DEVICE)
    watch(project, site.url + FEED)
    site.faults = [lambda request: Response(status=503, headers={"retry-after": "0"})]
    assert project("gather", "--week", MONDAY).code == 0
    assert "one new video." in project("render", "--week", MONDAY).out
    assert len(site.requests) == 2


def test_a_redirect_on_the_same_site_is_followed(project: Weekly, pages: Pages, site: Server) -> None:
    pages.answers |= {"/old": Response(status=301, headers={"location": FEED}), FEED: channel(NONE_DEVICE)}
    watch(project, f"{site.url}/old")
    assert "one new video." in project("render", "--week", MONDAY).out


def test_a_refusal_by_github_ends_the_command(
    project: Weekly, hub: Hub, pages: Pages, site: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    monkeypatch.setattr(fetch, "BOUNDS", Bounds(deadline=60.0))
    hub.token = "another"
    pages.answers[FEED] = Response(body=b"x" * 1000, drip=0.2)
    watch(project, site.url + FEED)
    start = time.monotonic()
    ran = project("gather", "--week", MONDAY)
    assert ran.code == 1
    assert "was refused" in ran.err
    assert time.monotonic() - start < 60.0, "it waited for the feed"


# Packaging and newcomers ---------------------------------------------------------------------------------------------

SNAP = """
[[sections.parts.commits]]
repo = "canonical/lxd-pkg-snap"
branches = ["latest-edge", "latest-candidate"]
[[sections.parts.pulls]]
repo = "lxc/distrobuilder"
branches = ["main", "master"]
"""


def commit(sha: str, subject: str, at: datetime, parents: int = 1) -> dict[str, Any]:
    return {
        "sha": sha,
        "html_url": f"https://github.com/canonical/lxd-pkg-snap/commit/{sha}",
        "commit": {"message": f"{subject}\n\nMore.", "committer": {"date": at.strftime("%Y-%m-%dT%H:%M:%SZ")}},
        "parents": [{}] * parents,
    }


@pytest.fixture
def packaging(project: Weekly, hub: Hub) -> Iterator[Weekly]:
    """A GitHub that knows the commits of a packaging repository, and counts issues, too."""
    rows = {
        "latest-edge": [
            commit("c3", "lxd: After", datetime(2023, 4, 3, tzinfo=UTC)),
            commit("c2", "lxd: Bump to @5.12", WEEK_START + timedelta(days=2)),
            commit("m1", "Merge branch", WEEK_START + timedelta(days=1), parents=2),
            commit("c1", "qemu: Cherry-pick", WEEK_START),
        ],
        "latest-candidate": [commit("d1", "qemu: Cherry-pick", WEEK_START + timedelta(days=3))],
    }

    def answer(request: Request) -> Response:
        if request.path == "/repos/canonical/lxd-pkg-snap/commits":
            found = rows.get(request.query["sha"])
            return Response.of_json(found) if found else Response.of_json({"message": "Not Found"}, 404)
        if request.path == "/search/issues" and "is:issue" in request.query["q"]:
            return Response.of_json({"total_count": 7, "incomplete_results": False, "items": []})
        return hub(request)

    with serving(Server(answer)) as server:
        project.environment["GITHUB_API_URL"] = server.url
        yield project


def test_distribution_work_comes_from_commits_pulls_and_notes(packaging: Weekly) -> None:
    configure(packaging, r'name = "Snap"\nentries = \[\]\n', SNAP)
    note(packaging, '[distributions]\nSnap = ["LXD *5.12* is stable"]')
    ran = packaging("render", "--week", MONDAY)
    assert (ran.code, "note:" in ran.err) == (0, False)
    lines = part(ran.out, "Snap").splitlines()
    assert lines[0] == "- LXD *5.12* is stable"
    urls = re.findall(r"https://github\.com/\S+?(?=\))", "\n".join(lines))
    assert sorted(urls) == [
        "https://github.com/canonical/lxd-pkg-snap/commit/c1",
        "https://github.com/canonical/lxd-pkg-snap/commit/c2",
        "https://github.com/lxc/distrobuilder/pull/710",
    ]
    assert "@5" not in "\n".join(lines)
    assert part(ran.out, "Ubuntu") == "- Nothing to report this week"


def test_a_missing_packaging_branch_is_reported(packaging: Weekly) -> None:
    configure(
        packaging,
        r'name = "Snap"\nentries = \[\]\n',
        SNAP.partition("[[sections.parts.pulls]]")[0]
        .replace("latest-edge", "no-such")
        .replace(', "latest-candidate"', ""),
    )
    ran = packaging("render", "--week", MONDAY)
    assert ran.code == 0
    assert "## Snap" not in ran.out
    assert "note: canonical/lxd-pkg-snap@no-such: its commits could not be read (404: Not Found)" in ran.err


def test_open_issues_are_counted_where_asked_for(packaging: Weekly) -> None:
    path = packaging.folder / "weekly.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("count = false", "count = true"), encoding="utf-8")
    ran = packaging("render", "--week", MONDAY)
    url = "https://github.com/canonical/lxd/issues?q=is%3Aissue+is%3Aopen+label%3AEasy"
    assert f"- [Easy issues for new contributors]({url}) (7 open)\n" in ran.out
    stored = json.loads((packaging.folder / "archive" / f"{MONDAY}.json").read_text(encoding="utf-8"))
    assert stored["issues"] == [{"source": "canonical/lxd is:issue is:open label:Easy", "count": 7}]


# Entries that come late, fail for a while, or are left out -----------------------------------------------------------

NEXT = "2023-04-03"
SUNDAY = Entry(key="sunday00000", title="From Sunday", published=datetime(2023, 4, 2, 22, 50, tzinfo=UTC))
MAY = datetime(2023, 5, 1, tzinfo=UTC)


def gathered(project: Weekly, week: str, *options: str) -> str:
    ran = project("gather", "--week", week, *options, "--max-wait", "0")
    assert ran.code == 0, ran.err
    return ran.err


def test_a_video_that_the_feed_shows_late_is_in_the_next_post_once(project: Weekly, pages: Pages, site: Server) -> None:
    project.now = MAY
    watch(project, site.url + FEED)
    pages.answers[FEED] = channel(NONE_DEVICE)
    gathered(project, MONDAY)
    pages.answers[FEED] = channel(NONE_DEVICE, SUNDAY)
    gathered(project, NEXT)
    post = part(project("render", "--week", NEXT).out, "Introduction")
    assert re.findall(r"v=(\S+)", post) == ["sunday00000"]
    assert "Published on 2nd April 2023:" in post
    gathered(project, "2023-04-10")
    assert "sunday00000" not in project("render", "--week", "2023-04-10").out
    gathered(project, MONDAY, "--refresh")
    assert "sunday00000" not in project("render", "--week", MONDAY).out, "the next post has it"
    assert "'From Sunday': repeated (a later week lists it)" in project("explain", "--week", MONDAY).out
    gathered(project, NEXT, "--refresh")
    assert part(project("render", "--week", NEXT).out, "Introduction") == post


@pytest.mark.parametrize(("days", "is_listed"), [(7, True), (3, False), (0, False)])
def test_late_days_bound_how_old_a_late_entry_may_be(
    project: Weekly, pages: Pages, site: Server, days: int, is_listed: bool
) -> None:
    project.now = MAY
    watch(project, site.url + FEED, f"late_days = {days}")
    pages.answers[FEED] = channel(NONE_DEVICE)
    gathered(project, MONDAY)
    unlisted = Entry(key="unlisted000", title="Dated back", published=datetime(2023, 3, 29, tzinfo=UTC))
    pages.answers[FEED] = channel(NONE_DEVICE, unlisted)
    gathered(project, NEXT)
    assert ("unlisted000" in project("render", "--week", NEXT).out) is is_listed


def test_old_entries_of_a_new_feed_are_not_late(project: Weekly, pages: Pages, site: Server) -> None:
    project.now = MAY
    gathered(project, MONDAY)
    watch(project, site.url + FEED)
    pages.answers[FEED] = channel(NONE_DEVICE, SUNDAY)
    gathered(project, NEXT)
    assert "new video" not in project("render", "--week", NEXT).out


def test_entries_whose_ids_change_are_not_late(project: Weekly, pages: Pages, site: Server) -> None:
    project.now = MAY
    post = Entry(key="a", title="A post", published=SUNDAY.published, url=f"{site.url}/a")
    path = project.folder / "weekly.toml"
    text = f'\n[[sections]]\nkind = "feed"\nheading = "Blog"\n[[sections.feeds]]\nurl = "{site.url}/blog"\n'
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    pages.answers["/blog"] = blog(post)
    gathered(project, MONDAY)
    pages.answers["/blog"] = blog(dataclasses.replace(post, key="tag:a"))
    gathered(project, NEXT)
    assert "A post" not in project("render", "--week", NEXT).out
    gathered(project, MONDAY, "--refresh")
    assert project("render", "--week", MONDAY).out.count("A post") == 1


@pytest.mark.parametrize("status", [404, 500])
def test_a_feed_that_failed_is_asked_again_by_the_next_run(
    project: Weekly, pages: Pages, site: Server, github: Server, status: int
) -> None:
    project.now = MAY
    watch(project, site.url + FEED)
    pages.answers[FEED] = Response(status=status)
    gathered(project, MONDAY)
    asked = len(github.requests)
    pages.answers[FEED] = channel(NONE_DEVICE)
    assert "2023-03-27.json: read again what had failed" in gathered(project, MONDAY)
    assert len(github.requests) == asked, "GitHub isn't asked again"
    ran = project("render", "--week", MONDAY)
    assert ("one new video" in ran.out, ran.err) == (True, "")
    site.requests.clear()
    gathered(project, MONDAY)
    assert site.requests == []


def test_gather_counts_what_was_left_out_and_explain_lists_it(project: Weekly, pages: Pages, site: Server) -> None:
    attend(project, f"{site.url}/c.ics")
    pages.answers["/c.ics"] = calendar(
        event(UID="1", SUMMARY="Off", DTSTART=";VALUE=DATE:20230410", STATUS="CANCELLED"),
        event(UID="2", SUMMARY="Secret", DTSTART=";VALUE=DATE:20230411", CLASS="PRIVATE"),
        event(UID="3", SUMMARY="Bad", DTSTART="whenever"),
        event(UID="4", SUMMARY="Good", DTSTART=";VALUE=DATE:20230412"),
        event(UID="5", SUMMARY="Past", DTSTART=";VALUE=DATE:20200412"),
    )
    message = gathered(project, MONDAY)
    assert f"{site.url}/c.ics: left out 3 entries: 1 cancelled, 1 private, 1 unreadable\n" in message
    assert "- 12th April 2023: Good" in project("render", "--week", MONDAY).out
    output = project("explain", "--week", MONDAY).out
    assert f"left out: entry 'Off': cancelled of {site.url}/c.ics" in output
    assert "left out: entry 'Bad': unreadable (it has a DTSTART that can't be read" in output
    assert f"left out: 1 entry of {site.url}/c.ics: not of this week" in output


def test_times_shows_the_time_of_day(project: Weekly, pages: Pages, site: Server) -> None:
    attend(project, f"{site.url}/c.ics")
    path = project.folder / "weekly.toml"
    text = path.read_text(encoding="utf-8").replace('zone = "UTC"', 'zone = "Europe/Berlin"')
    path.write_text(text.replace("horizon_days = 90\n", "horizon_days = 90\ntimes = true\n"), encoding="utf-8")
    pages.answers["/c.ics"] = calendar(
        event(UID="1", SUMMARY="Call", DTSTART="20230412T160000Z"),
        event(UID="2", SUMMARY="Call", DTSTART=";TZID=America/New_York:20230412T040000"),
        event(UID="3", SUMMARY="Day", DTSTART=";VALUE=DATE:20230413"),
        event(UID="4", SUMMARY="Camp", DTSTART="20230414T080000Z", DTEND="20230416T170000Z"),
    )
    gathered(project, MONDAY)
    assert part(project("render", "--week", MONDAY).out, "Upcoming events").splitlines() == [
        "- 12th April 2023, 10:00 CEST: Call",
        "- 12th April 2023, 18:00 CEST: Call",
        "- 13th April 2023: Day",
        "- 14th to 16th April 2023: Camp",
    ]
