"""A world that isn't as it should be: streams, folders, names, locale, zone and clock; company, and somebody in a hurry."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from tests.conftest import ROOT, Weekly
from tests.conftest import Ran as Here
from tests.support.desk import WEEK, gathered
from tests.support.github import Hub
from tests.support.hostile import EVERY, sampled
from tests.support.server import Request, Response, Server, serving
from weekly import archive
from weekly.http.fetch import BOUNDS
from weekly.model import Problem, Severity, Snapshot
from weekly.pipeline import gather
from weekly.pipeline.context import Project

THE_WEEK = ("--week", "2023-03-27")
WAIT = 60.0


def world(**more: str) -> dict[str, str]:
    """An environment with the least there can be: no HOME, no locale, no terminal."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "WEEKLY_TEST_NOW": "2023-04-03T07:30:00+00:00",
        **more,
    }


def online(server: Server, **more: str) -> dict[str, str]:
    return world(GITHUB_API_URL=server.url, GITHUB_TOKEN="t0ken", **more)


Ran = subprocess.CompletedProcess[bytes]


def run(folder: Path, *arguments: str, redirected: str = "", before: str = "", **environment: str) -> Ran:
    """`weekly` at the test's time, started by a shell that may take something away from it first."""
    command = f'{before or ":"}; exec "$@" {redirected}'
    ran = subprocess.run(
        ["sh", "-c", command, "sh", sys.executable, "-m", "tests.support.clocked", *arguments],
        cwd=folder, env=world(**environment), capture_output=True, check=False, timeout=WAIT,
    )  # fmt: skip
    assert b"Traceback" not in ran.stderr, ran.stderr.decode()
    assert b"Exception ignored" not in ran.stderr, ran.stderr.decode()
    assert b"bug in weekly" not in ran.stderr, ran.stderr.decode()
    return ran


def run_here(folder: Path, *arguments: str, now: str = "2023-04-03T07:30:00+00:00", **environment: str) -> Here:
    """`weekly` in this process, where it doesn't matter how a process starts."""
    weekly = Weekly(folder)
    weekly.environment, weekly.now = environment, datetime.fromisoformat(now)
    ahead = weekly.now.timestamp() - time.time()
    weekly.clock = lambda: time.time() + ahead
    with chdir(folder):
        ran = weekly(*arguments)
    assert "Traceback" not in ran.err, ran.err
    assert "bug in weekly" not in ran.err, ran.err
    return ran


def error(ran: Ran | Here) -> str:
    """The one line that says what went wrong."""
    output = ran.err if isinstance(ran, Here) else ran.stderr.decode("utf-8", "replace")
    last = output.splitlines()[-1]
    assert last.startswith("weekly: error: ")
    return last


def state(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The LXD project with the week as it was gathered, publishing into a folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    text = (ROOT / "weekly.toml").read_text(encoding="utf-8")
    text = text.replace("# first_week = 2023-04-03", "first_week = 2023-03-27")
    text = re.sub(r"^\[forum.*?(?=^\[(?!forum)|\Z)", "", text, flags=re.MULTILINE | re.DOTALL)
    (folder / "weekly.toml").write_text(text, encoding="utf-8")
    archive.save(folder, gathered())
    return folder


# Streams ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("command", "prints"),
    sampled(
        [
            (("render", *THE_WEEK), True),
            (("render", *THE_WEEK, "-o", "post.md"), False),
            (("draft", *THE_WEEK), False),
            (("publish", *THE_WEEK, "--to", "posts"), True),
            (("gather", *THE_WEEK, "--refresh"), False),
        ]
    ),
    ids=lambda value: "-".join(value[::3]) if isinstance(value, tuple) else "",
)
def test_closed_streams(
    project: Path, github: Server, closed: str, command: tuple[str, ...], prints: bool, tmp_path: Path
) -> None:
    """Files that are opened take the numbers of streams that are closed: no output goes into one."""
    open_folder = tmp_path / "open"
    shutil.copytree(project, open_folder)
    environment = {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": "t0ken"}
    whole = run_here(open_folder, *command, **environment)
    assert whole.code == 0, whole.err
    ran = run(project, *command, redirected=closed, **environment)
    lacks_stdout = prints and ">&-" in closed.replace("2>&-", "")
    assert ran.returncode == int(lacks_stdout)
    assert state(project) == state(open_folder), "what was asked for is done all the same"
    if lacks_stdout and "2>&-" not in closed:
        assert "stdout: is closed" in error(ran)


def test_a_full_stdout_is_reported(project: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    for command in (("render", *THE_WEEK), ("explain", *THE_WEEK), ("check", *THE_WEEK), ("--help",), ("render", "-h")):
        ran = run(project, *command, redirected="> /dev/full")
        if command == ("check", *THE_WEEK) and not ran.stderr:
            continue  # it had nothing to say
        assert ran.returncode == 1, command
        assert "No space left on device" in error(ran)
        assert ran.stderr.count(b"\n") == 1 + ran.stderr.count(b"note: ")


def test_a_full_stderr_keeps_nothing_from_being_done(project: Path, github: Server) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    (project / "archive" / "2023-03-27.json").unlink()
    ran = run(project, "render", *THE_WEEK, redirected="2> /dev/full", GITHUB_API_URL=github.url, GITHUB_TOKEN="t0ken")
    assert ran.returncode == 0
    assert ran.stdout.startswith(b"**Weekly status")
    assert archive.load(project, WEEK) is not None
    assert run(project, "render", "--week", "nonsense", redirected="2> /dev/full").returncode == 2


@pytest.mark.parametrize("stream", ["", "2>&1 >/dev/null"])
def test_a_reader_that_has_gone(project: Path, github: Server, stream: str) -> None:
    """Who looks at the first line alone keeps nothing from being archived."""
    (project / "archive" / "2023-03-27.json").unlink()
    script = f'"$@" {stream} | true; exit "${{PIPESTATUS[0]}}"'
    ran = subprocess.run(
        ["bash", "-c", script, "bash", sys.executable, "-m", "tests.support.clocked", "render", *THE_WEEK],
        cwd=project, env=online(github), capture_output=True, check=False, timeout=WAIT,
    )  # fmt: skip
    assert ran.returncode == (0 if stream else 1)
    assert b"Exception ignored" not in ran.stderr
    assert b"error" not in ran.stderr
    assert archive.load(project, WEEK) is not None


@pytest.mark.parametrize("columns", ["1", "0", "100000"])
def test_a_terminal_of_any_width(project: Path, columns: str) -> None:
    parent, child = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.clocked", "explain", *THE_WEEK],
        cwd=project, env=world(COLUMNS=columns, TERM="xterm"), stdin=child, stdout=child, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        os.close(child)
        shown = b""
        try:
            while chunk := os.read(parent, 1 << 16):
                shown += chunk
        except OSError:
            pass  # a terminal ends so
        assert process.wait(WAIT) == 0
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
    os.close(parent)
    letters = re.sub(rb"\x1b\][^\x1b]*\x1b\\|\x1b\[[0-9;]*m|\s", b"", shown)
    assert b"lxd#11514" in letters or int(columns) < 40
    assert b"GeneralcleanupandimprovementintheHTTPSrelation" in letters or int(columns) < 200


# Folders and names ------------------------------------------------------------------------------------------------------


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    ran = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD"; exec "$@"', "sh", sys.executable, "-m", "weekly", "render"],
        cwd=tmp_path / "gone", env=world(), capture_output=True, check=False, timeout=WAIT,
    )  # fmt: skip
    assert ran.returncode == 2
    assert (
        ran.stderr.decode()
        == "weekly: error: the current folder: No such file or directory; go to an existing folder\n"
    )


@pytest.mark.parametrize(
    "locale", sampled([{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "C"}, {}])
)
def test_a_folder_whose_name_is_no_text(project: Path, locale: dict[str, str], tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9 \xc3\xa4 \x01")
    project.rename(odd)
    for command in (
        ("draft", *THE_WEEK),
        ("preview", *THE_WEEK),
        ("publish", *THE_WEEK, "--to", os.fsdecode(b"p\xe9")),
    ):
        ran = run(odd, *command, "-C", str(odd), **locale)
        assert ran.returncode == 0, ran.stderr
    again = run(odd, "publish", *THE_WEEK, "--to", os.fsdecode(b"p\xe9"), **locale)
    assert again.stdout.startswith(b"Unchanged ")
    assert again.stdout.rstrip().endswith("p\N{REPLACEMENT CHARACTER}/2023-03-27.md".encode())


@pytest.mark.parametrize("where", ["~/clones/lxd", "~nobody-of-this-name/lxd"])
def test_nobody_has_a_home(weekly: Weekly, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (weekly.folder / "weekly.toml").read_text(encoding="utf-8")
    repo = 'repo = "canonical/lxd"\n'
    assert repo in text
    (weekly.folder / "weekly.toml").write_text(text.replace(repo, f'{repo}clone = "{where}"\n', 1), encoding="utf-8")
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.getuid", lambda: 54321)  # as in a container that is run as a user of no name
    ran = weekly("gather", *THE_WEEK)
    assert ran.code == 2
    assert "weekly.toml: repositories (canonical/lxd): clone: " in ran.err
    assert "no home folder is known" in ran.err
    assert ran.err.count("\n") == 1


def test_a_link_that_leads_to_itself(project: Path) -> None:
    (project / "post.md").symlink_to("post.md")
    ran = run_here(project, "render", *THE_WEEK, "-o", "post.md")
    assert ran.code == 1
    assert "post.md: is a symbolic link" in error(ran)
    assert (project / "post.md").is_symlink()


@pytest.mark.parametrize("there", ["archive", "weeks", "posts/.published", "preview"])
def test_a_file_where_a_folder_should_be(project: Path, github: Server, there: str) -> None:
    shutil.rmtree(project / there, ignore_errors=True)
    (project / there).parent.mkdir(exist_ok=True)
    (project / there).write_text("Somebody's.", encoding="utf-8")
    command = {
        "archive": ("gather", *THE_WEEK), "weeks": ("draft", *THE_WEEK), "preview": ("preview", *THE_WEEK),
        "posts/.published": ("publish", *THE_WEEK, "--to", "posts"),
    }[there]  # fmt: skip
    ran = run_here(project, *command, GITHUB_API_URL=github.url, GITHUB_TOKEN="t0ken")
    assert ran.code in (1, 2)
    assert there in error(ran)
    assert (project / there).read_text(encoding="utf-8") == "Somebody's."


# A disk that is really full, or really read-only -------------------------------------------------------------------------

WRITING = [
    ("gather", *THE_WEEK, "--refresh"), ("render", *THE_WEEK, "-o", "post.md"), ("draft", *THE_WEEK), ("preview", *THE_WEEK),
    ("publish", *THE_WEEK, "--to", "posts"), ("monday", "--mode", "direct"), ("init", "lxc/lxc", "-C", "new"),
]  # fmt: skip


def mounted(project: Path, *options: str) -> list[str]:
    """The beginning of a command that sees the project on a disk of its own, which goes with the command."""
    script = f"""
        set -e
        mount -t tmpfs -o {options[0]} none "{project.parent}/disk"
        cp -a "{project}/." "{project.parent}/disk"
        {options[1]}
        cd "{project.parent}/disk"
        set +e
        "$@"
        code=$?
        find . -type f ! -name weekly.toml ! -path "./filler" | sort >&3
        exit $code
    """
    (project.parent / "disk").mkdir(exist_ok=True)
    return ["unshare", "--mount", "sh", "-c", script, "sh"]


@pytest.fixture
def may_mount(tmp_path: Path) -> None:
    (tmp_path / "try").mkdir()
    try:
        tried = subprocess.run(
            ["unshare", "--mount", "mount", "-t", "tmpfs", "none", str(tmp_path / "try")],
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("this system has no unshare")
    if tried.returncode:
        pytest.skip(f"no disk of its own can be mounted here: {tried.stderr.decode().strip()}")


@pytest.mark.parametrize("command", sampled(WRITING), ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("options", "then", "why"),
    [
        ("size=1m", "dd if=/dev/zero of=filler bs=1k 2>/dev/null || true", "No space left on device"),
        ("size=4m", 'mount -o remount,ro "$PWD"', "Read-only file system"),
    ],
    ids=["full", "read-only"],
)
def test_a_disk_that_takes_nothing(
    project: Path,
    github: Server,
    may_mount: None,
    command: tuple[str, ...],
    options: str,
    then: str,
    why: str,
    tmp_path: Path,
) -> None:
    then = f'cd "{project.parent}/disk"; {then}; cd /'
    with (tmp_path / "files").open("wb") as files:
        ran = subprocess.run(
            ["sh", "-c", 'exec 3>&1 >&2; exec "$@"', "sh", *mounted(project, options, then), sys.executable, "-m", "tests.support.clocked", *command],
            env=online(github), stdout=files, stderr=subprocess.PIPE, check=False, timeout=WAIT,
        )  # fmt: skip
    assert ran.returncode == 1, ran.stderr.decode()
    assert b"Traceback" not in ran.stderr
    assert b"bug in weekly" not in ran.stderr
    assert why in error(ran)
    assert ": can't be written: " in error(ran)
    assert (tmp_path / "files").read_text().split() == ["./archive/2023-03-27.json"], "nothing is left lying about"


@pytest.fixture
def bound() -> list[str]:
    """The beginning of a command that files' modes bind, as they do anybody but root."""
    if os.getuid():
        return []
    command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("files' modes don't bind root, and this system has no setpriv")
    if tried.returncode:
        pytest.skip(f"files' modes don't bind root, and it stays so: {tried.stderr.decode().strip()}")
    return command


@pytest.mark.parametrize("command", sampled(WRITING), ids=lambda command: command[0])
def test_a_folder_that_may_only_be_read(
    project: Path, github: Server, command: tuple[str, ...], bound: list[str]
) -> None:
    before = state(project)
    folders = [path for path in (project, *project.rglob("*")) if path.is_dir()]
    for path in folders:
        path.chmod(0o555)
    ran = subprocess.run(
        [*bound, sys.executable, "-m", "tests.support.clocked", *command],
        cwd=project, env=online(github), capture_output=True, check=False, timeout=WAIT,
    )  # fmt: skip
    for path in folders:
        path.chmod(0o755)
    assert b"bug in weekly" not in ran.stderr, ran.stderr.decode()
    assert ran.returncode == 1, ran.stderr.decode()
    assert ": can't be written: Permission denied" in error(ran)
    assert state(project) == before


@pytest.mark.parametrize(
    "name",
    sampled(
        [
            "archive",
            "weeks",
            "templates",
            "posts/.published",
            "weekly.toml",
            "archive/2023-03-27.json",
            "templates/post.md.j2",
        ]
    ),
)
def test_what_may_not_be_read(project: Path, name: str, github: Server, bound: list[str]) -> None:
    (project / "weekly.toml").write_bytes((ROOT / "weekly.toml").read_bytes())
    path = project / name
    if path.suffix == ".j2":
        path.parent.mkdir()
        path.touch()
    elif not path.exists():
        path.mkdir(parents=True)
    path.chmod(0)
    command = ("publish", *THE_WEEK, "--to", "posts") if name.startswith("posts") else ("render", *THE_WEEK)
    ran = subprocess.run(
        [*bound, sys.executable, "-m", "tests.support.clocked", *command],
        cwd=project, env=online(github), capture_output=True, check=False, timeout=WAIT,
    )  # fmt: skip
    path.chmod(0o755)
    assert ran.returncode == 2, ran.stderr.decode()
    assert "can't be read: Permission denied" in error(ran)
    assert name in error(ran)
    assert ran.stderr.count(b"\n") == 1


# Zone and clock ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone", sampled(["Pacific/Kiritimati", "Pacific/Pago_Pago", "Mars/Olympus", ":/nowhere", "", "UTC-25"])
)
def test_the_last_week_is_the_projects_whatever_the_machines_zone(
    project: Path, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    for now, monday in (("2023-04-02T23:59:59+00:00", "2023-03-20"), ("2023-04-03T00:00:00+00:00", "2023-03-27")):
        ran = run_here(project, "check", "--week", "last", now=now, TZ=zone)
        assert f"the week of {monday}" in ran.err
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("now", "command", "code", "expected"),
    sampled([
        ("1999-06-15T12:00:00+00:00", ("render", *THE_WEEK), 2, "the week of 2023-03-27 has not begun yet"),
        ("1999-06-15T12:00:00+00:00", ("gather", *THE_WEEK), 2, "the week of 2023-03-27 has not begun yet"),
        ("1999-06-15T12:00:00+00:00", ("publish", *THE_WEEK, "--to", "posts"), 2, "has not begun yet"),
        ("1999-06-15T12:00:00+00:00", ("monday", "--mode", "direct"), 0, "no week is due"),
        ("1970-01-01T00:00:00+00:00", ("check",), 0, "the week of 1969-12-22"),
        ("0001-01-01T00:00:00+00:00", ("render",), 2, "calendar"),
        ("9999-12-31T12:00:00+00:00", ("render", "--week", "this"), 2, "calendar"),
        ("2099-06-15T12:00:00+00:00", ("render", *THE_WEEK), 0, ""),
        ("2099-06-15T12:00:00+00:00", ("publish", *THE_WEEK, "--to", "posts"), 0, ""),
    ]),
)  # fmt: skip
def test_a_clock_in_another_year(project: Path, now: str, command: tuple[str, ...], code: int, expected: str) -> None:
    before = state(project)
    ran = run_here(project, *command, now=now)
    assert ran.code == code, ran.err
    assert expected in ran.err
    if code:
        assert state(project) == before


@pytest.mark.parametrize("mode", ["direct", "review"])
def test_a_clock_far_ahead_asks_for_no_lifetime_of_weeks(project: Path, github: Server, mode: str) -> None:
    ran = run_here(
        project, "monday", "--mode", mode, now="2099-06-15T12:00:00+00:00", GITHUB_API_URL=github.url, GITHUB_TOKEN="t0ken"
    )  # fmt: skip
    assert ran.code == 2
    assert (
        "3977 weeks are left behind from 2023-03-27 to 2099-06-08, more than 104; correct this machine's clock"
        in ran.err
    )
    assert not github.requests
    assert not (project / "posts").exists()


# Company ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    sampled(
        [
            (("gather", *THE_WEEK, "--refresh"), ("gather", *THE_WEEK, "--refresh")),
            (("gather", *THE_WEEK, "--refresh"), ("render", *THE_WEEK, "-o", "post.md")),
            (("publish", *THE_WEEK, "--to", "posts"), ("publish", *THE_WEEK, "--to", "posts")),
            (("draft", *THE_WEEK), ("draft", *THE_WEEK)),
            (("monday", "--mode", "direct"), ("monday", "--mode", "direct")),
            (("preview", *THE_WEEK), ("render", *THE_WEEK, "-o", "preview/2023-03-27.html", "--format", "html")),
        ]
    ),
    ids=lambda command: command[0],
)
def test_two_runs_at_once(project: Path, github: Server, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.clocked", *command],
            cwd=project, env=online(github), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for command in (one, other) * (2 if EVERY else 1)
    ]  # fmt: skip
    for process in processes:
        _, output = process.communicate(timeout=WAIT)
        assert b"Traceback" not in output
        assert b"bug in weekly" not in output
        assert process.returncode == 0, output.decode()
    assert not list(project.rglob(".*.weekly-part"))
    assert archive.load(project, WEEK) is not None
    for command in (one, other):
        before = state(project)
        assert run_here(project, *command, GITHUB_API_URL=github.url, GITHUB_TOKEN="t0ken").code == 0
        assert command[0] in ("render", "preview") or state(project) == before, "nothing is left to do"


def test_of_two_runs_the_one_that_has_the_week_whole_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the one with a gap looked before the other wrote, and writes after it looked."""
    whole = gathered()
    gap = Problem(where="lxc/lxc", what="could not be read in full", severity=Severity.BLOCKS)
    partial = msgspec.structs.replace(whole, problems=(gap,))
    (project / "archive" / "2023-03-27.json").unlink()
    site, saves, is_about_to = Project.at(project), archive.save, threading.Event()

    def slow(root: Path, snapshot: Snapshot) -> bool:
        if snapshot.blocking:
            is_about_to.set()
            time.sleep(0.5)
        return saves(root, snapshot)

    monkeypatch.setattr(archive, "save", slow)
    other = threading.Thread(target=gather._store, args=(partial, site))
    other.start()
    assert is_about_to.wait(WAIT)
    assert gather._store(whole, site) == whole
    other.join()
    known = archive.load(project, WEEK)
    assert known is not None
    assert not known.blocking


# Somebody in a hurry ----------------------------------------------------------------------------------------------------


@contextmanager
def begun(folder: Path, *arguments: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`weekly` as it is, in a group of its own, so that a signal goes to it alone."""
    with subprocess.Popen(
        [sys.executable, "-m", "weekly", *arguments],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  a run in the background ignores it
    ) as process:  # fmt: skip
        yield process


def stopped(process: subprocess.Popen[bytes], number: signal.Signals) -> str:
    """Send the signal and return the output. The process must end soon, without a traceback."""
    began = time.monotonic()
    process.send_signal(number)
    _, output = process.communicate(timeout=WAIT)
    assert time.monotonic() - began < BOUNDS.silence - 2, f"it waited for what nobody needs any more: {output.decode()}"
    assert process.returncode == 128 + number, output
    assert b"Traceback" not in output
    assert b"Exception ignored" not in output
    return output.decode()


@pytest.mark.parametrize(
    ("token", "number"),
    sampled([("t0ken", signal.SIGINT), ("", signal.SIGINT), ("", signal.SIGTERM), ("t0ken", signal.SIGTERM)], 3),
)
@pytest.mark.parametrize("how", ["an answer that doesn't come", "a limit"])
def test_stopped_while_github_is_waited_for(
    project: Path, hub: Hub, token: str, number: signal.Signals, how: str
) -> None:
    asked, over = threading.Event(), threading.Event()

    def answer(request: Request) -> Response:
        asked.set()
        if how == "a limit":
            return Response.of_json({"message": "You have exceeded a secondary rate limit"}, 403, retry_after="200")
        over.wait(WAIT)
        return hub(request)

    before = state(project)
    with serving(Server(answer)) as server:
        environment = online(server) | {"GITHUB_TOKEN": token}
        with begun(project, "gather", *THE_WEEK, "--refresh", environment=environment) as process:
            assert asked.wait(WAIT)
            time.sleep(0.3)
            output = stopped(process, number)
        over.set()
    assert output.splitlines()[-1].startswith(
        "weekly: interrupted" if number == signal.SIGINT else "weekly: stopped by SIGTERM"
    )
    assert state(project) == before


def test_stopped_while_waiting_for_another_source(project: Path, hub: Hub) -> None:
    """The pull requests are there, and a count of issues meets a limit that lasts."""
    waits = threading.Event()

    def answer(request: Request) -> Response:
        if "/search/issues" in request.path and "is:issue" in request.query.get("q", ""):
            waits.set()
            return Response.of_json({"message": "You have exceeded a secondary rate limit"}, 403, retry_after="200")
        return hub(request)

    text = (project / "weekly.toml").read_text(encoding="utf-8")
    assert "\ncount = false" in text
    (project / "weekly.toml").write_text(text.replace("\ncount = false", "\ncount = true"), encoding="utf-8")
    with (
        serving(Server(answer)) as server,
        begun(project, "gather", *THE_WEEK, "--refresh", environment=online(server)) as process,
    ):
        assert waits.wait(WAIT)
        time.sleep(0.5)
        stopped(process, signal.SIGTERM)


@pytest.mark.parametrize(
    ("number", "verb"),
    sampled([(number, verb) for number in (signal.SIGINT, signal.SIGTERM) for verb in ("log", "for-each-ref")], 3),
)
def test_no_git_outlives_the_command(project: Path, tmp_path: Path, number: signal.Signals, verb: str) -> None:
    from tests.support.clones import Built

    for repo in ("lxd", "lxc", "lxcfs", "distrobuilder", "charm-lxd"):
        Built(tmp_path / "clones" / repo).pull(7, "Fix it", "2023-03-28 12:00")
    real, notes = shutil.which("git"), tmp_path / "pids"
    notes.mkdir()
    (tmp_path / "bin").mkdir()
    slow = tmp_path / "bin" / "git"
    slow.write_text(
        f'#!/bin/sh\ncase " $* " in *" {verb} "*) : > "{notes}/$$"; exec sleep 300;; esac\nexec "{real}" "$@"\n',
        encoding="utf-8",
    )
    slow.chmod(0o755)
    environment = world() | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    with begun(
        project, "gather", *THE_WEEK, "--refresh", "--clones", str(tmp_path / "clones"), environment=environment
    ) as process:
        waited(lambda: list(notes.iterdir()))
        stopped(process, number)
    for path in notes.iterdir():
        waited(lambda path=path: not is_alive(int(path.name)))  # type: ignore[misc]


def waited(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_an_editor_who_saves_while_suggestions_are_made(
    project: Path, github: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a word of theirs is lost: the draft gives way."""
    from weekly.pipeline import draft

    weekly = Weekly(project)
    path = project / "weeks" / "2023-03-27.toml"
    real = draft._drafted

    def meanwhile(*arguments: object) -> object:
        drafted = real(*arguments)  # type: ignore[arg-type]
        path.parent.mkdir(exist_ok=True)
        path.write_text('introduction = "Saved just now."\n', encoding="utf-8")
        return drafted

    monkeypatch.setattr(draft, "_drafted", meanwhile)
    ran = weekly("draft", *THE_WEEK)
    assert ran.code == 1
    assert "another program changed it meanwhile, so it is left as it is; run again" in ran.err
    assert path.read_text(encoding="utf-8") == 'introduction = "Saved just now."\n'
    monkeypatch.undo()
    assert weekly("draft", *THE_WEEK).code == 0
    assert path.read_text(encoding="utf-8").startswith('introduction = "Saved just now."\n')


def test_outputs_of_a_step_that_cannot_be_written(project: Path) -> None:
    summary = str(project / "no" / "summary")
    ran = run_here(project, "monday", GITHUB_OUTPUT="/dev/full", GITHUB_STEP_SUMMARY=summary)
    assert ran.code == 1
    assert "error: no/summary: can't be written: No such file or directory" in error(ran)
    ran = run_here(project, "monday", "--mode", "merged", "--push", GITHUB_STEP_SUMMARY=summary)
    assert ran.code == 2
    assert "GITHUB_REPOSITORY: not set" in error(ran), "the first error is the one to tell"
