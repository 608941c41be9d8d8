"""Faults on the way: the process dies, or the connection does, before and after each single request.

The forum is a stand-in on loopback; the process that dies is a real one.
"""

from __future__ import annotations

import copy
import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.desk import LINE, Desk, opened
from tests.support.hostile import EVERY
from tests.support.server import Request, Response
from weekly.http import retry

DYING = """
import os, sys
import msgspec, requests
from weekly.cli import main, publish

send = requests.Session.request

def dies(when, fatal):
    sent = 0
    def request(session, *arguments, **options):
        nonlocal sent
        sent += 1
        if when == "before" and sent == fatal:
            os._exit(9)
        answer = send(session, *arguments, **options)
        if when == "after" and sent == fatal:
            os._exit(9)
        return answer
    requests.Session.request = request
    main(["publish", "--week", "2023-03-27"])

for line in sys.stdin:
    folder, when, number = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if not child:
        os.chdir(folder)
        dies(when, int(number))
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Forks a process a line, which then runs the command and dies: the imports are done once, by the parent."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    with opened(tmp_path / "project") as desk:
        yield desk


def nothing_yet(desk: Desk) -> str:
    """The week is published for the first time."""
    return desk.text


def something_new(desk: Desk) -> str:
    """The topic is there; its text and its title change."""
    desk.done()
    desk.news()
    desk.configure("Weekly status #", "Weekly report #")
    return desk.text


def edited_there(desk: Desk) -> str:
    """The topic is there, and somebody edited it."""
    desk.done()
    desk.forum.edit(f"{LINE}\n\n{desk.forum.only.raw}")
    desk.news()
    return f"{LINE}\n\n{desk.text}"


SCENES = pytest.mark.parametrize("scene", [nothing_yet, something_new, edited_there])


def requests_of(desk: Desk) -> int:
    """How many requests an undisturbed run takes, tried on a copy."""
    forum, folder = copy.deepcopy(desk.forum), desk.folder.with_name("undisturbed")
    shutil.copytree(desk.folder, folder)
    before = len(desk.server.requests)
    desk.server.answer = forum
    twin = Desk(folder, forum, desk.server)
    twin.done()
    desk.server.answer = desk.forum
    shutil.rmtree(folder)
    return len(desk.server.requests) - before


Dies = Callable[[str, int], None]


@pytest.fixture
def dies(desk: Desk) -> Iterator[Dies]:
    """`weekly publish` as a process that is killed before it sends, or after it got the answer to, a request."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "DISCOURSE_"))}
    with subprocess.Popen(
        [sys.executable, "-c", DYING],
        env=inherited | desk.weekly.environment | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as parent:
        stdin, stdout = parent.stdin, parent.stdout
        assert stdin is not None
        assert stdout is not None

        def die(when: str, number: int) -> None:
            stdin.write(f"{desk.folder}\t{when}\t{number}\n")
            stdin.flush()
            said = [stdout.readline()]
            while said[-1] and not said[-1].startswith("ended "):
                said.append(stdout.readline())
            assert said[-1] == "ended 9\n", said
            assert desk.weekly.environment["DISCOURSE_API_KEY"] not in "".join(said)

        yield die
        stdin.close()


def ends_well(desk: Desk, text: str, *, with_record: bool) -> None:
    """The next run: one topic, the right text, and then nothing left to do."""
    if not with_record:
        desk.lose_record()
    desk.done()
    assert desk.forum.only.raw == text
    assert desk.forum.only.title.startswith(("Weekly status #292", "Weekly report #292"))
    assert desk.done().out.startswith("leave: ")
    assert desk.forum.only.version <= 3


@SCENES
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_dies_at_any_request(desk: Desk, dies: Dies, scene: Callable[[Desk], str], when: str) -> None:
    text = scene(desk)
    title = "Weekly report #292" if scene is something_new else "Weekly status #292"
    kept, knows = copy.deepcopy(desk.forum), desk.folder.with_name("kept")
    shutil.copytree(desk.folder, knows)
    for number in some(requests_of(desk), when):
        dies(when, number)
        assert len(desk.forum.standing) <= 1
        assert all(topic.raw in (text, kept.only.raw if kept.standing else text) for topic in desk.forum.standing)
        left, noted = copy.deepcopy(desk.forum), desk.folder.with_name("noted")
        shutil.copytree(desk.folder, noted)
        ends_well(desk, text, with_record=True)
        assert desk.forum.only.title == title
        reset(desk, left, noted)
        if scene is edited_there:  # nobody knows whose words are whose
            desk.lose_record()
            assert desk.publish().code == 1
            assert desk.forum.only.raw == left.only.raw
        else:
            ends_well(desk, text, with_record=False)
            assert desk.forum.only.title == title
        reset(desk, kept, knows, keep=True)


def some(requests: int, when: str) -> range:
    """The requests to break: each, before or after it. The proof breaks each both before and after."""
    return range(1, requests + 1) if EVERY else range(1 + (when == "after"), requests + 1, 2)


def reset(desk: Desk, forum: object, folder: Path, *, keep: bool = False) -> None:
    """Forum and folder as they were."""
    vars(desk.forum).update(vars(copy.deepcopy(forum)))
    shutil.rmtree(desk.folder)
    shutil.copytree(folder, desk.folder)
    if not keep:
        shutil.rmtree(folder)


@SCENES
@pytest.mark.parametrize("when", ["before", "after", "half-way through"])
def test_a_connection_that_breaks_once_at_any_request(desk: Desk, scene: Callable[[Desk], str], when: str) -> None:
    text = scene(desk)
    kept, knows = copy.deepcopy(desk.forum), desk.folder.with_name("kept")
    shutil.copytree(desk.folder, knows)
    for number in range(1, requests_of(desk) + 1):
        desk.server.faults = [*[let_through] * (number - 1), dropping(desk, when)]
        desk.done()
        assert desk.forum.only.raw == text
        assert desk.done().out.startswith("leave: ")
        reset(desk, kept, knows, keep=True)


@SCENES
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_that_is_gone_from_any_request_on(desk: Desk, scene: Callable[[Desk], str], when: str) -> None:
    text = scene(desk)
    kept, knows = copy.deepcopy(desk.forum), desk.folder.with_name("kept")
    shutil.copytree(desk.folder, knows)
    for number in some(requests_of(desk), when):
        desk.server.faults = [*[let_through] * (number - 1), *[dropping(desk, when)] * 40]
        ran = desk.publish()
        desk.server.faults = []
        assert ran.code == 1
        assert ran.err.splitlines()[-1].startswith(f"weekly: error: {desk.server.url}/")
        assert len(desk.forum.standing) <= 1
        left, noted = copy.deepcopy(desk.forum), desk.folder.with_name("noted")
        shutil.copytree(desk.folder, noted)
        ends_well(desk, text, with_record=True)
        reset(desk, left, noted)
        if scene is not edited_there:
            ends_well(desk, text, with_record=False)
        reset(desk, kept, knows, keep=True)


def let_through(request: Request) -> None:
    """No fault."""


def dropping(desk: Desk, when: str) -> Callable[[Request], Response]:
    """A connection that breaks before the forum hears of the request, after it did, or half-way through its answer."""

    def drop(request: Request) -> Response:
        if when == "before":
            return Response(body=None)
        answer = desk.forum(request)
        return (
            dataclasses.replace(answer, cut=True) if when == "half-way through" and answer.body else Response(body=None)
        )

    return drop
