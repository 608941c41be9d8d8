from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from tests.support.pages import Pages
from tests.support.server import Response, Server, serving
from weekly.errors import SourceError
from weekly.http.fetch import FetchError, Web, _is_same_site


@pytest.fixture
def site() -> Iterator[Server]:
    with serving(
        Server(Pages(answers={"/a": Response(body=b"whole", headers={"content-type": "text/xml; x=y"})}))
    ) as server:
        yield server


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("http://a.example/x", "http://a.example/y", True),
        ("http://a.example/x", "https://a.example/x", True),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://www.a.example/x", True),
        ("https://www.a.example/x", "https://a.example/x", True),
        ("https://a.example/x", "https://feeds.a.example/x", True),
        ("https://feeds.a.example/x", "https://a.example/x", True),
        ("https://a.example/x", "https://nota.example/x", False),
        ("https://a.example/x", "https://a.example.evil.example/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("http://a.example:8080/x", "http://a.example:8080/y", True),
        ("https://a.example/x", "https://169.254.169.254/x", False),
        ("https://a.example/x", "ftp://a.example/x", False),
        ("https://a.example/x", "file:///a.example", False),
        ("https://a.example/x", "https://user@b.example@a.example/x", True),
        ("https://a.example/x", "https://[::1/x", False),
        ("https://a.example/x", "//b.example/x", False),
    ],
)
def test_what_counts_as_the_same_site(old: str, new: str, same: bool) -> None:
    assert _is_same_site(old, new) is same


def test_a_page_has_its_bytes_and_type(site: Server) -> None:
    page = Web().fetch(f"{site.url}/a")
    assert (page.body, page.kind, page.url) == (b"whole", "text/xml", f"{site.url}/a")
    assert site.requests[0].headers["user-agent"].startswith("weekly/")


def test_a_limit_is_waited_for_as_long_as_asked_and_said(site: Server) -> None:
    said: list[str] = []
    site.faults = [lambda request: Response(status=429, headers={"retry-after": "1"})]
    start = time.monotonic()
    assert Web(say=said.append).fetch(f"{site.url}/a").body == b"whole"
    assert time.monotonic() - start >= 1
    assert said == ["127.0.0.1 asks to come later (429): waiting 1 s"]


def test_waits_are_bounded(site: Server) -> None:
    site.faults = [lambda request: Response(status=503, headers={"retry-after": "100"})]
    with pytest.raises(SourceError, match=r"out of order \(503\); that would be .* more, past --max-wait 5 s"):
        Web(max_wait=5).fetch(f"{site.url}/a")


def test_one_server_does_not_hold_up_another(site: Server) -> None:
    with serving(Server(lambda request: Response(status=429, headers={"retry-after": "30"}))) as slow:
        web = Web(max_wait=60)

        def wait() -> None:
            with pytest.raises(SourceError):
                web.fetch(f"{slow.url}/a")

        waiting = threading.Thread(target=wait)
        waiting.start()
        while not slow.requests:
            time.sleep(0.01)
        assert web.fetch(f"{site.url}/a").body == b"whole"
        web.stop()
        waiting.join(timeout=25)
        assert not waiting.is_alive(), "who waits is woken to end"


def test_a_server_that_stays_out_of_order_is_given_up(site: Server) -> None:
    site.faults = [lambda request: Response(status=500, headers={"retry-after": "0"})] * 60
    with pytest.raises(FetchError, match=r"out of order \(500\), 3 times over"):
        Web().fetch(f"{site.url}/a")
    assert len(site.requests) == 3


def test_work_that_takes_too_long_is_left_behind() -> None:
    is_enough, has_ended = threading.Event(), threading.Event()

    def work() -> None:
        is_enough.wait(60)
        has_ended.set()

    with pytest.raises(FetchError, match=r"^x: can't be read within 0\.2 s$"):
        Web(timeout=0.2).within_time(work, "x: can't be read")
    assert not has_ended.is_set()
    is_enough.set()
