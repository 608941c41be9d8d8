"""The page as it is served: to this machine alone, and anew after a change."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Weekly
from weekly.errors import GivenError
from weekly.preview.server import HOST, Server

WAIT = 60.0


def get(port: int, path: str = "/", host: str = "") -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection(HOST, port, timeout=WAIT)
    try:
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def _restore_ctrl_c() -> None:
    """A test run in the background ignores Ctrl-C, and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Served:
    """`weekly preview --serve` as a process."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "weekly", "preview", "--week", "2023-03-27", "--serve", "--port", "0"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_restore_ctrl_c,  # noqa: PLW1509  one thread is all there is yet
        )
        assert self.process.stderr
        self.first_line = self.process.stderr.readline()
        self.port = int(self.first_line.partition(f"{HOST}:")[2].partition("/")[0])

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        _, err = self.process.communicate(timeout=WAIT)
        return self.process.returncode, err


@pytest.fixture
def served(archived: Weekly) -> Iterator[Served]:
    made = Served(archived.folder)
    yield made
    if made.process.poll() is None:
        made.stop()


def test_the_page_follows_each_change_until_ctrl_c(served: Served, archived: Weekly) -> None:
    status, page, headers = get(served.port)
    version = get(served.port, "/version")[1]
    assert status == 200
    assert "Weekly status #292" in page
    assert f'data-version="{version}"' in page
    assert headers["cache-control"] == "no-store"

    settings = archived.folder / "weekly.toml"
    whole = settings.read_text(encoding="utf-8")
    settings.write_text(whole.replace("Weekly status #{number}", "Changed #{number}"), encoding="utf-8")
    assert get(served.port, "/version")[1] != version
    assert "Changed #292" in get(served.port)[1]

    (archived.folder / "templates" / "sections").mkdir(parents=True)
    (archived.folder / "templates" / "sections" / "nothing.md.j2").write_text("- Nothing at all\n")
    assert "Nothing at all" in get(served.port)[1]

    version = get(served.port, "/version")[1]
    (archived.folder / "weeks" / "2023-03-27.toml").write_text('introduction = "My own words."', encoding="utf-8")
    assert "My own words." in get(served.port)[1]
    assert get(served.port, "/version")[1] != version

    assert served.stop() == (0, "weekly: stopped\n")


def test_the_page_shows_a_fault_until_it_is_corrected(served: Served, archived: Weekly) -> None:
    settings = archived.folder / "weekly.toml"
    whole = settings.read_text(encoding="utf-8")
    settings.write_text(whole + "\n[nonsense]\n", encoding="utf-8")
    status, page, _ = get(served.port)
    assert status == 200
    assert "nonsense" in page
    assert f'data-version="{get(served.port, "/version")[1]}"' in page
    settings.write_text(whole, encoding="utf-8")
    assert "Weekly status #292" in get(served.port)[1]


def test_only_requests_to_this_machine_are_answered(served: Served) -> None:
    assert f"http://{HOST}:" in served.first_line
    assert get(served.port, host=f"localhost:{served.port}")[0] == 200
    assert get(served.port, host=f"evil.example:{served.port}")[0] == 421, "a foreign name that leads here"
    assert get(served.port, "/../weekly.toml")[0] == 404
    assert get(served.port, "/weekly.toml")[0] == 404


def test_a_taken_port_is_reported() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(GivenError, match=rf"--port {port}: .*name another"):
            Server(port, {})


def test_the_page_reloads_by_a_script_that_its_policy_names(served: Served) -> None:
    page = get(served.port)[1]
    assert page.count("<script ") == 1
    assert "connect-src &#39;self&#39;" in page
    assert "script-src &#39;sha256-" in page
    assert 'fetch("/version"' in page
