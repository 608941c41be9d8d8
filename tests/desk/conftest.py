"""A desk for the sample week, served in this process."""

from __future__ import annotations

import http.client
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import ROOT
from tests.support.desk import WEEK
from weekly.pipeline.edit import Desk
from weekly.preview.server import HOST, Server

TOKEN = "a-token-of-the-test"


class Reply(NamedTuple):
    """The server's answer."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Page:
    """What a page does with the desk: it reads the state and sends actions."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.port = folder, server.server_address[1]
        self.origin = f"http://{HOST}:{self.port}"

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, content, {name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, answer.read().decode(), names)
        finally:
            connection.close()

    def get(self, name: str = "") -> Reply:
        return self.send("GET", f"/{TOKEN}/{name}")

    def post(self, name: str, body: Any) -> Reply:
        return self.send("POST", f"/{TOKEN}/{name}", body, origin=self.origin, content_type="application/json")

    def act(self, action: str, *, base: str | None = None, **values: Any) -> Reply:
        """Send an action as the page does that has the version `base`, by default the newest."""
        version = self.get("version").json.partition("-")[0] if base is None else base
        return self.post("act", {"base": version, "action": {"action": action, **values}})

    def done(self, action: str, **values: Any) -> Any:
        """Send an action that must succeed. Return the new state."""
        reply = self.act(action, **values)
        assert reply.status == 200, reply.text
        return reply.json

    @property
    def state(self) -> Any:
        return self.get("state").json

    @property
    def notes(self) -> Path:
        return self.folder / "weeks" / f"{WEEK}.toml"

    @property
    def text(self) -> str:
        return self.notes.read_bytes().decode() if self.notes.exists() else ""


def entries(state: Any, *, shown: bool = True) -> dict[str, Any]:
    """Return the entries of a state that are in the post or not, by key."""
    return {entry["key"]: entry for entry in state["body"]["entries" if shown else "others"]}


def bullets(state: Any, project: str = "LXD", kind: str = "improvement") -> list[str]:
    """Return the texts of a list in the post, in order."""
    return [
        entry["text"]
        for entry in state["body"]["entries"]
        if entry["type"] == "highlight" and (entry["project"], entry["kind"]) == (project, kind)
    ]


@contextmanager
def opened(folder: Path) -> Iterator[Page]:
    with Server(0, Desk(folder, WEEK).routes, token=TOKEN) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Page(folder, server)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The desk of the sample week, served once for all tests of a module."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copy(ROOT / "weekly.toml", folder)
    shutil.copytree(ROOT / "archive", folder / "archive")
    with opened(folder) as made:
        yield made


@pytest.fixture
def page(served: Page) -> Page:
    """The desk without notes. It can still undo what earlier tests did."""
    shutil.rmtree(served.folder / "weeks", ignore_errors=True)
    return served


@pytest.fixture
def new_page(page: Page) -> Iterator[Page]:
    """Another desk of the same folder, on which nothing has been done."""
    with opened(page.folder) as made:
        yield made
