from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pages import Pages
from tests.support.server import Response, Server, serving
from weekly.errors import SourceError
from weekly.http.fetch import Bounds, Session
from weekly.http.messages import is_same_site
from weekly.http.retry import FetchError, UnansweredError


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
def test_a_redirect_is_followed_within_a_site(old: str, new: str, same: bool) -> None:
    assert is_same_site(old, new) is same


def test_a_page_has_its_bytes_and_type(site: Server) -> None:
    page = Session().fetch(f"{site.url}/a")
    assert (page.body, page.kind, page.url) == (b"whole", "text/xml", f"{site.url}/a")
    assert site.requests[0].headers["user-agent"].startswith("weekly/")


def test_a_limit_is_waited_for_as_long_as_asked_and_reported(site: Server) -> None:
    messages: list[str] = []
    site.faults = [lambda request: Response(status=429, headers={"retry-after": "1"})]
    start = time.monotonic()
    assert Session(say=messages.append).fetch(f"{site.url}/a").body == b"whole"
    assert time.monotonic() - start >= 1
    assert messages == [f"{site.url[7:]}: rate limit (429): waiting 1 s"]


def test_waits_are_bounded(site: Server) -> None:
    site.faults = [lambda request: Response(status=503, headers={"retry-after": "100"})]
    with pytest.raises(SourceError, match=r"server error \(503\); that would be .* more, past --max-wait 5 s"):
        Session(max_wait=5).fetch(f"{site.url}/a")


def test_one_server_does_not_hold_up_another(site: Server) -> None:
    with serving(Server(lambda request: Response(status=429, headers={"retry-after": "30"}))) as slow:
        web = Session(max_wait=60)

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


def test_a_server_with_a_lasting_error_is_asked_four_times(site: Server) -> None:
    site.faults = [lambda request: Response(status=500, headers={"retry-after": "0"})] * 60
    with pytest.raises(FetchError, match=r"server error \(500\), tried 4 times"):
        Session().fetch(f"{site.url}/a")
    assert len(site.requests) == 4


def test_work_that_passes_the_deadline_is_abandoned() -> None:
    is_enough, has_ended = threading.Event(), threading.Event()

    def work() -> None:
        is_enough.wait(60)
        has_ended.set()

    with pytest.raises(FetchError, match=r"^x: can't be read within 0\.2 s$"):
        Session(bounds=Bounds(deadline=0.2)).within_time(work, "x: can't be read")
    assert not has_ended.is_set()
    is_enough.set()


def test_an_answer_that_drips_ends_at_the_deadline_and_is_not_repeated(site: Server) -> None:
    site.faults = [lambda request: Response(body=b"x" * 1000, drip=0.02)] * 5
    start = time.monotonic()
    with pytest.raises(UnansweredError, match=r"/a: no whole answer within 0\.3 s$"):
        Session(bounds=Bounds(deadline=0.3)).fetch(f"{site.url}/a")
    assert time.monotonic() - start < 5
    assert len(site.requests) == 1


def test_silence_ends_before_the_deadline_and_is_not_repeated(site: Server) -> None:
    site.latency = 1.0
    with pytest.raises(UnansweredError, match=r"/a: no answer within 0\.2 s$"):
        Session(bounds=Bounds(silence=0.2, deadline=30.0)).fetch(f"{site.url}/a")
    assert len(site.requests) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_that_is_too_large_is_refused_once(site: Server, packed: bool) -> None:
    body, headers = b"x" * 300_000, {}
    if packed:
        body, headers = gzip.compress(body), {"content-encoding": "gzip"}
        assert len(body) < 1000
    site.faults = [lambda request: Response(body=body, headers=headers)] * 5
    with pytest.raises(UnansweredError, match=r"/a: larger than 100,000 bytes, so left unread$"):
        Session(bounds=Bounds(most_bytes=100_000)).fetch(f"{site.url}/a")
    assert len(site.requests) == 1


def test_a_limit_without_a_wait_ends_after_twenty_tries(site: Server) -> None:
    site.faults = [lambda request: Response(status=429, headers={"retry-after": "0"})] * 60
    with pytest.raises(UnansweredError, match=r"rate limit \(429\), tried 20 times"):
        Session().fetch(f"{site.url}/a")
    assert len(site.requests) == 20


def test_no_cookie_and_no_key_of_a_netrc_is_sent(site: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    site.faults = [lambda request: Response(body=b"", headers={"set-cookie": "a=b"})]
    session = Session()
    for _ in range(2):
        session.fetch(f"{site.url}/a")
    assert not {"cookie", "authorization"} & {name for request in site.requests for name in request.headers}
