"""The desk's server: it serves its own page only, and lets nobody else change anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from queue import Queue

import pytest

from tests.conftest import Weekly
from tests.desk.conftest import TOKEN, Page
from weekly.preview.server import MAX_BYTES, Server

INTRODUCTION = {"action": "set_introduction", "text": "Mine."}


def act(page: Page, **headers: str) -> tuple[int, str]:
    body = {"base": page.state["version"], "action": INTRODUCTION}
    sent = {"origin": page.origin, "content_type": "application/json", **headers}
    return page.send("POST", f"/{TOKEN}/act", body, **sent).status, page.text


def test_an_action_of_the_page_itself_is_written(page: Page) -> None:
    status, text = act(page)
    assert status == 200
    assert 'introduction = "Mine."' in text


@pytest.mark.parametrize(
    "path", ["/", "/state", "/facts", "/version", "/wrong/", f"/{TOKEN}x/state", f"/x/{TOKEN}/state", "/%C3%A9/", "//"]
)
def test_nothing_is_served_without_the_token(page: Page, path: str) -> None:
    assert page.send("GET", path).status == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": "evil.example", "origin": "http://evil.example"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
    ],
)
def test_a_foreign_page_changes_nothing(page: Page, headers: dict[str, str], status: int) -> None:
    assert act(page, **headers) == (status, "")


def test_a_request_without_origin_changes_nothing(page: Page) -> None:
    body = {"base": page.state["version"], "action": INTRODUCTION}
    assert page.send("POST", f"/{TOKEN}/act", body, content_type="application/json").status == 403
    assert page.text == ""


def test_a_foreign_name_that_leads_here_reads_nothing(page: Page) -> None:
    assert page.send("GET", f"/{TOKEN}/state", host=f"evil.example:{page.port}").status == 421


@pytest.mark.parametrize("length", ["", "x", "-1", str(MAX_BYTES + 1)])
def test_a_body_of_no_known_or_of_large_size_is_not_read(page: Page, length: str) -> None:
    headers = {"origin": page.origin, "content_type": "application/json", "content_length": length}
    assert page.send("POST", f"/{TOKEN}/act", None, **headers).status == 413


@pytest.mark.parametrize(
    "body",
    [
        b"not JSON",
        {},
        {"base": "", "action": {"action": "delete_everything"}},
        {"base": "", "action": {**INTRODUCTION, "file": "/etc/passwd"}},
        {"base": "", "action": {"action": "set_introduction", "text": 7}},
    ],
)
def test_only_known_actions_are_read(page: Page, body: object) -> None:
    reply = page.post("act", body)
    assert reply.status == 400
    assert "not an action" in reply.json["message"]
    assert page.text == ""


@pytest.mark.parametrize(("method", "name"), [("GET", "act"), ("GET", "undo"), ("POST", "state"), ("POST", "../act")])
def test_each_address_takes_its_own_method(page: Page, method: str, name: str) -> None:
    headers = {"origin": page.origin, "content_type": "application/json"} if method == "POST" else {}
    assert page.send(method, f"/{TOKEN}/{name}", {} if headers else None, **headers).status == 404


def test_the_page_permits_its_own_script_and_style_and_requests_to_its_server(page: Page) -> None:
    reply = page.get()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', reply.text)
    rules = policy.replace("&#39;", "'").split("; ")
    assert [re.sub(r"sha256-[\w+/=]+", "…", rule) for rule in rules] == [
        "default-src 'none'", "base-uri 'none'", "form-action 'none'", "img-src data:", "style-src '…'", "script-src '…'",
        "connect-src 'self'",
    ]  # fmt: skip
    assert re.findall(r"<(?:script|link|img|iframe)[^>]* (?:src|href)=\"(?!data:)", reply.text) == []
    assert "url(" not in reply.text
    assert reply.headers["x-frame-options"] == "DENY"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["cache-control"] == "no-store"
    assert page.get("state").headers["content-type"].startswith("application/json")


def test_the_address_has_a_new_token_each_time(archived: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: Queue[str] = Queue()
    monkeypatch.setattr("webbrowser.open", opened.put)
    monkeypatch.setattr(Server, "serve_forever", _interrupted)
    tokens = set()
    for options in ((), ("--no-open",)):
        ran = archived("edit", "2023-03-27", *options)
        assert ran.code == 0
        (url,) = re.findall(r"http://127\.0\.0\.1:\d+/([\w-]{32})/ until Ctrl-C", ran.err)
        tokens.add(url)
    assert len(tokens) == 2
    assert opened.get(timeout=60).rstrip("/").rpartition("/")[2] in tokens
    assert opened.empty()


def _interrupted(*_: object, **__: object) -> Callable[[], None]:
    raise KeyboardInterrupt
