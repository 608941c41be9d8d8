"""The forum's calls over real HTTP, to a stand-in on loopback: what is waited for, what is repeated, what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.desk import LINE, Desk, opened
from tests.support.discourse import KEY, USER
from tests.support.openapi import MISSING, NAMES, SPEC, Published
from tests.support.server import Request, Response, Server, serving
from weekly.errors import GivenError
from weekly.http import fetch, retry
from weekly.publish.discourse.client import Access

Fault = Callable[[Request], Response | None]
HTML = Response(status=502, body=b"<html>Bad gateway</html>", headers={"content-type": "text/html"})


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    with opened(tmp_path / "project") as desk:
        yield desk


def refusal(status: int, *errors: str, **more: Any) -> Response:
    return Response.of_json({"errors": list(errors)} | more, status)


def at(method: str, answer: Response, times: int = 1) -> list[Fault]:
    """Faults that meet the first requests of a method."""
    left = [times]

    def fault(request: Request) -> Response | None:
        if request.method != method or not left[0]:
            return None
        left[0] -= 1
        return answer

    return [fault] * 60


LIMITS = [
    Response.of_json({"errors": ["Slow down."], "error_type": "rate_limit", "extras": {"wait_seconds": 0}}, 429),
    Response.of_json({"errors": ["Slow down."]}, 429, Retry_After="0"),
    Response(status=429, body=b"Slow down.\n", headers={"content-type": "text/plain", "retry-after": "0"}),
]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "answer",
    [
        *LIMITS,
        HTML,
        Response(status=504, body=b"", headers={}),
        Response(status=500, body=b"{}", headers={"content-type": "application/json"}),
        Response(status=200, body=b"<html>Please log in to the network</html>", headers={"content-type": "text/html"}),
        Response(status=403, body=b"<html>Checking your browser</html>", headers={"content-type": "text/html"}),
        Response(status=404, body=b"<html>Not here</html>", headers={"content-type": "text/html"}),
        refusal(503, "The site is in read only mode.", error_type="read_only"),
    ],
    ids=lambda answer: f"{answer.status}-{(answer.body or b'-')[:10].decode()}",
)
def test_a_passing_fault_is_waited_for(desk: Desk, method: str, answer: Response) -> None:
    desk.server.faults = at(method, answer, times=2)
    desk.done()
    assert desk.forum.only.text == desk.text


@pytest.mark.parametrize(
    ("method", "answer", "error"),
    [
        ("GET", HTML, "/site/settings.json: server error (502), tried 4 times; run again later"),
        ("POST", HTML, "/posts.json: server error (502), tried 4 times; it may have been saved anyway: run again, and weekly checks that first"),
        ("POST", refusal(503, "Read only.", error_type="read_only"), "/posts.json: the forum is read-only (503), as during its maintenance, tried 4 times; run again later"),
        ("POST", Response(status=200, body=b"<html>", headers={"content-type": "text/html"}), "/posts.json: answered 200 with text/html that isn't the forum's JSON, so perhaps a proxy's page"),
        ("GET", refusal(403, "You are not permitted to view the requested resource.", error_type="invalid_access"), "refused (403: You are not permitted to view the requested resource.); DISCOURSE_API_KEY must be valid"),
        ("POST", refusal(403, "You are not permitted to view the requested resource.", error_type="invalid_access"), "with the scopes topics:write, posts:edit"),
        ("POST", refusal(404, "The requested URL or resource could not be found.", error_type="not_found"), "refused (404: The requested URL or resource could not be found.); check DISCOURSE_URL"),
        ("POST", refusal(401, "Log in."), "refused (401: Log in.); give a valid DISCOURSE_API_KEY"),
        ("POST", refusal(413, "Too large."), "refused (413: Too large.); it is too large for the forum"),
        ("POST", refusal(422, "Titel wird bereits verwendet"), "refused (422: Titel wird bereits verwendet); correct what it says: a title may be used once"),
        ("POST", refusal(422, "Le titre est trop court"), "(put {number} or {monday} into series.title)"),
        ("POST", refusal(422, "标签不可用"), "tags must be allowed (forum.tags)"),
        ("POST", refusal(422, "New users can only\nmention 2 users"), "refused (422: New users can only mention 2 users); correct what it says"),
        ("POST", refusal(422, "New users can only put one link in a post"), "new users may post few links, mentions and images (have the user's trust level raised)"),
        ("GET", Response.of_json([1, 2]), "the answer isn't a Discourse forum's"),
        ("POST", Response.of_json({"id": "one"}), "the answer isn't a Discourse forum's"),
        ("GET", Response(status=301, headers={"location": "https://elsewhere.example/site/settings.json?key=1"}), "redirects to https://elsewhere.example/site/settings.json; set DISCOURSE_URL (or forum.url) to where it leads"),
        ("GET", Response(status=302, headers={"location": "/site/settings.json"}), "redirects in a circle"),
        ("POST", Response(status=308, headers={"location": "/forum/posts.json"}), "redirects to http://127.0.0.1:PORT/forum/posts.json, and nothing was written; set DISCOURSE_URL"),
        ("GET", Response.of_json({"errors": ["Slow down."], "extras": {"wait_seconds": 900}}, 429), "the forum's rate limit (429); that would be 1"),
    ],
)  # fmt: skip
def test_a_lasting_fault_is_reported_on_one_line(desk: Desk, method: str, answer: Response, error: str) -> None:
    desk.server.faults = at(method, answer, times=60)
    ran = desk.publish()
    assert (ran.code, ran.out) == (1, "")
    line = ran.err.splitlines()[-1]
    assert line.startswith(f"weekly: error: {desk.server.url}/")
    assert error.replace("PORT", desk.server.url.rpartition(":")[2]) in line
    assert not desk.forum.topics


def test_a_refused_late_edit_is_reported_with_advice(desk: Desk) -> None:
    desk.done()
    desk.news()
    desk.server.faults = at("PUT", refusal(422, "Sorry, it is too late to edit that post."))
    assert "have the forum's post_edit_time_limit raised for this user" in desk.publish().err


class Time:
    """Time that goes on by waiting alone."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        monkeypatch.setattr(retry, "monotonic", lambda: self.now)
        monkeypatch.setattr(retry.RetryBudget, "_sleep", lambda budget, seconds: self.sleep(seconds))

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def test_waits_are_reported_and_bounded(desk: Desk, time: Time) -> None:
    slow = Response.of_json({"errors": ["Slow down."], "extras": {"wait_seconds": 40}}, 429)
    desk.server.faults = at("GET", slow, times=2)
    ran = desk.done()
    assert (
        len(
            re.findall(
                r"^weekly: 127\.0\.0\.1:\d+: the forum's rate limit \(429\): waiting 4\d s$", ran.err, re.MULTILINE
            )
        )
        == 2
    )
    assert [40 <= wait <= 44 for wait in time.waits] == [True, True]
    desk.server.faults = at("GET", slow, times=2)
    ran = desk.publish("--max-wait", "60")
    assert (ran.code, len(time.waits)) == (1, 3)
    assert "past --max-wait 60 s" in ran.err


def test_a_new_post_whose_answer_is_lost_is_not_sent_again_once_the_forum_forgot(desk: Desk, time: Time) -> None:
    """After the lost answer comes a limit that is longer than the forum's memory: the run looks, and finds it."""
    slow = Response.of_json({"errors": ["Slow down."], "extras": {"wait_seconds": 110}}, 429)
    answers = iter([None, slow])

    def lost(request: Request) -> Response | None:
        if request.method != "POST":
            return None
        answer = next(answers)
        if answer is None:
            desk.forum(request)
        return answer or Response(body=None)

    desk.server.faults = [lost] * 30
    desk.done()
    assert len([request for request in desk.server.requests if request.method == "POST"]) == 2
    assert desk.forum.only.text == desk.text


def test_a_forum_that_is_not_there_is_reported(desk: Desk, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 1.0)
    desk.weekly.environment["DISCOURSE_URL"] = "http://127.0.0.1:9"
    ran = desk.publish()
    assert ran.code == 1
    assert ran.err.startswith("weekly: 127.0.0.1:9: can't be reached: connection refused: waiting 1 s\n")
    assert "http://127.0.0.1:9/site/settings.json: can't be reached: connection refused, tried 4 times" in ran.err
    assert len(time.waits) == 3


def test_a_post_whose_answer_passes_the_deadline_is_not_sent_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "BOUNDS", fetch.Bounds(deadline=0.5))
    desk.server.faults = at("POST", Response(body=b"{}" * 100, drip=0.05), times=60)
    ran = desk.publish()
    assert ran.code == 1
    assert "/posts.json: no whole answer within 0.5 s; it may have been saved anyway" in ran.err
    assert len([request for request in desk.server.requests if request.method == "POST"]) == 1


def test_the_key_goes_nowhere_else(desk: Desk) -> None:
    """A redirect to another server is not followed, not even to ask there."""
    heard: list[Request] = []

    def elsewhere(request: Request) -> Response:
        heard.append(request)
        return Response.of_json({})

    with serving(Server(elsewhere)) as other:
        answer = Response(status=302, headers={"location": f"{other.url}/site/settings.json"})
        desk.server.faults = at("GET", answer)
        assert desk.publish().code == 1
    assert heard == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"url": "forum.example"}, "DISCOURSE_URL: 'forum.example' is no address"),
        ({"url": "https://user:pass@forum.example"}, "DISCOURSE_URL: has more than an address in it"),
        ({"key": "two\nlines"}, "DISCOURSE_API_KEY: has characters that no key has"),
        ({"key": "schlüssel"}, "DISCOURSE_API_KEY: has characters that no key has"),
        ({"user": "a\nb"}, "DISCOURSE_API_USERNAME: has characters that no name has"),
    ],
)
def test_invalid_access_is_refused_before_any_request(changes: dict[str, str], error: str) -> None:
    """Else the HTTP library would name the key in its error."""
    with pytest.raises(GivenError) as raised:
        Access(**({"url": "https://forum.example", "key": "k", "user": "u"} | changes))
    assert str(raised.value).startswith(error)
    assert not any(value in str(raised.value) for name, value in changes.items() if name == "key")


@pytest.mark.parametrize("status", [400, 403, 422, 500])
def test_a_key_that_the_forum_repeats_is_not_printed(desk: Desk, status: int) -> None:
    desk.server.faults = at("POST", refusal(status, f"Api-Key {KEY} of {USER} is wrong"), times=60)
    ran = desk.publish("--debug")
    assert ran.code == 1
    assert "Traceback" in ran.err
    assert KEY not in ran.out + ran.err


def scenes(desk: Desk) -> None:
    """Every way that the client goes: at least one request of each kind, and each kind of answer."""
    desk.configure("tags = []", 'tags = ["lxd"]')
    (desk.folder / "chart.png").write_bytes(b"a chart")
    desk.configure('name = "Snap"\nentries = []', 'name = "Snap"\nentries = ["![Chart](chart.png)"]')
    desk.forum.moderates = True
    desk.done()
    desk.done()
    desk.forum.approve()
    desk.done()
    desk.forum.edit(f"{LINE}\n\n{desk.forum.only.raw}")
    desk.news()
    desk.configure("Weekly status #", "Weekly report #")
    desk.done()
    desk.configure("Weekly report #", "Weekly roundup #")
    desk.done()
    desk.forum.only.deleted = True
    desk.publish()
    desk.forum.moderates = False
    desk.lose_record()
    desk.done("--ours")
    desk.forum.only.archived = True
    desk.done()


@pytest.mark.skipif(not SPEC.is_file(), reason=MISSING)
def test_what_is_asked_and_answered_is_as_published(desk: Desk) -> None:
    """With the extensions that the stand-in names, each of which is needed."""
    published = Published()
    faults: list[str] = []
    forum = desk.server.answer

    def held(request: Request) -> Response:
        response = forum(request)
        faults.extend(published.faults(request, response))
        return response

    desk.server.answer = held
    scenes(desk)
    assert faults == []
    assert published.seen == {
        "POST /posts.json", "GET /posts/{id}.json", "PUT /posts/{id}.json", "GET /t/{id}.json", "PUT /t/-/{id}.json",
        "GET /t/external_id/{external_id}.json", "GET /categories.json", "POST /uploads.json",
    }  # fmt: skip
    assert published.needed == NAMES
