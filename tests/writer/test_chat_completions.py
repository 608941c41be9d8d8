"""The program that asks a model, against a stand-in that answers in the published chat-completions protocol. No model is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from tests.support.server import Request, Response, Server, serving
from weekly.writer import chat_completions
from weekly.writer.document import Answer

SCRIPT = Path(chat_completions.__file__)
FACTS = [{"source": "title of a/b#1", "text": "Fix the timeout"}, {"source": "example in a/b#1", "text": "x" * 70_000}]
REQUEST = {
    "schema_version": 1, "id": "a/b#1", "task": "highlight", "week": "2023-03-27", "project": "B", "kind": "bugfix", "longest": 800,
    "guide": {"rules": ["Write in the past tense."], "examples": []}, "facts": FACTS, "draft": "Fixed the timeout.",
}  # fmt: skip
NOW = {"retry-after": "0"}
SENTENCES = [{"text": "Fixed the timeout.", "support": ["Fix the timeout"]}]


def completion(content: str, finish: str = "stop") -> Response:
    """Return an answer in the protocol."""
    choice = {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant", "content": content, "refusal": None},
    }
    usage = {"prompt_tokens": 300, "completion_tokens": 40, "total_tokens": 340}
    return Response.of_json(
        {"id": "c1", "object": "chat.completion", "model": "tiny-1", "choices": [choice], "usage": usage}
    )


def answered(request: Request) -> Response:
    """Answer as such a server does, where the request is one of the protocol."""
    body: dict[str, Any] = request.json
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.headers["authorization"] == "Bearer k1"
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    form = body["response_format"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    content = {"kind": "bugfix", "sentences": SENTENCES}
    jsonschema.validate(content, form["json_schema"]["schema"])
    return completion(json.dumps(content))


def run(server: Server, key: str = "k1", **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the script as weekly does."""
    environment = {"WRITER_URL": f"{server.url}/v1", "WRITER_MODEL": "tiny", "WRITER_KEY": key}
    command = [sys.executable, "-I", "-S", str(SCRIPT)]
    return subprocess.run(
        command, input=json.dumps(REQUEST | changes), capture_output=True, text=True, env=environment, check=False
    )


def test_the_program_answers_in_the_form_that_weekly_reads() -> None:
    with serving(Server(answered)) as server:
        done = run(server)
        sent = server.requests[0].json
    answer = msgspec.json.decode(done.stdout, type=Answer)
    assert (answer.id, answer.model, answer.prompt, len(answer.sentences)) == ("a/b#1", "tiny-1", "highlight-2", 1)
    assert answer.kind == "bugfix"
    assert "x" * 100 not in json.dumps(sent), "what doesn't fit isn't sent"
    assert "k1" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("faults", "code", "requests"),
    [
        ([Response(status=429, body=b"{}", headers=NOW)], 0, 2),
        ([Response(status=503, body=b"{}", headers=NOW)] * 2, 1, 2),
        ([Response(status=401, body=b"{}")], 1, 1),
        ([completion("Sure! Here is it."), completion('{"sentences": []}', finish="length")], 1, 2),
        ([Response(body=b"x" * 300_000), Response(body=b"[]")], 1, 2),
    ],
    ids=["busy", "down", "no-key", "no-json", "too-large"],
)  # fmt: skip
def test_the_program_asks_twice_at_most(faults: list[Response], code: int, requests: int) -> None:
    with serving(Server(answered)) as server:
        server.faults = [lambda _, fault=fault: fault for fault in faults]  # type: ignore[misc]  # a default for each
        done = run(server)
        assert (done.returncode, len(server.requests)) == (code, requests), done.stderr


def test_the_introduction_is_asked_for_in_its_own_words() -> None:
    with serving(Server(answered)) as server:
        run(server)
        run(server, task="introduction", kind="")
        entry, introduction = (sent.json["messages"][0]["content"] for sent in server.requests)
    assert entry.startswith("You write one entry ")
    assert introduction.startswith("You write the introduction ")


OTHER = [
    (
        Response(status=302, headers={"location": "/elsewhere"}),
        "the server answered 302 with another address, which isn't followed",
    ),
    (Response(status=401, body=b"{}"), "the server answered 401; check WRITER_KEY"),
    (Response.of_json({}), "the answer is no chat completion"),
    (Response.of_json({"choices": ["x"]}), "the answer is no chat completion"),
    (Response.of_json({"choices": [{"message": {"content": "[1]"}}]}), "the model didn't answer in the form"),
]


@pytest.mark.parametrize(("response", "reason"), OTHER, ids=[reason for _, reason in OTHER])
def test_a_useless_answer_is_named_in_plain_words(response: Response, reason: str) -> None:
    with serving(Server(lambda _: response)) as server:
        done = run(server)
        paths = {sent.path for sent in server.requests}
    assert (done.returncode, paths) == (1, {"/v1/chat/completions"}), (
        "no redirect is followed: it would take the key along"
    )
    assert f"{server.url}/v1/chat/completions: {reason}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_key_with_a_line_break_is_not_sent() -> None:
    with serving(Server(answered)) as server:
        done = run(server, key="part1\npart2")
    assert (done.returncode, server.requests) == (1, [])
    assert "WRITER_KEY has a line break" in done.stderr
    assert "part1" not in done.stderr


def test_a_server_that_does_not_count_tokens_is_fine() -> None:
    message = {"role": "assistant", "content": json.dumps({"kind": "", "sentences": SENTENCES})}
    body = {"model": "m", "usage": None, "choices": [{"finish_reason": "stop", "message": message}]}
    with serving(Server(lambda _: Response.of_json(body))) as server:
        assert run(server).returncode == 0
