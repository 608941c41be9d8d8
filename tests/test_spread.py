"""Work that several processes share: its results come in order, and no process outlives it, however it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.conftest import ROOT, Weekly
from weekly import archive, spread
from weekly.errors import ArchiveError, WeeklyError
from weekly.model import Snapshot
from weekly.week import Week, parse_week

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

SAMPLE = "2023-03-27"


def test_results_come_in_the_order_of_the_items() -> None:
    def work(item: int) -> tuple[int, int]:
        time.sleep(0.02 * (item % 3))
        return item, os.getpid()

    found = list(spread.spread(work, range(12), processes=3))
    assert [item for item, _ in found] == list(range(12))
    first, *rest = [process for _, process in found]
    assert first == os.getpid()
    assert len(set(rest)) == 3
    assert first not in rest


def test_few_items_are_worth_no_process() -> None:
    found = list(spread.spread(lambda _: os.getpid(), range(spread.FEW)))
    assert set(found) == {os.getpid()}
    assert list(spread.spread(str, ())) == []


def test_by_default_every_processor_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "_processors", lambda: 2)
    found = list(spread.spread(lambda _: os.getpid(), range(2 * spread.FEW)))
    assert len(set(found)) == 3


def test_what_goes_wrong_with_one_is_raised_in_its_place() -> None:
    def work(item: int) -> int:
        if item == 5:
            raise ArchiveError("archive/what.json: is broken")
        return item

    with pytest.raises(ArchiveError, match=r"what\.json: is broken") as raised:
        list(spread.spread(work, range(9), processes=2))
    assert "in work" in raised.value.__notes__[0], "--debug would not show where"
    assert no_child()


def test_a_process_that_is_killed_is_told() -> None:
    def work(item: int) -> int:
        if item == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return item

    with pytest.raises(WeeklyError, match="the process that was at 4 has ended; is there enough memory"):
        list(spread.spread(work, range(9), processes=2))
    assert no_child()


def test_who_wants_no_more_leaves_no_process() -> None:
    results = spread.spread(lambda item: item, range(100), processes=2)
    assert isinstance(results, Iterator)
    assert [next(results), next(results)] == [0, 1]
    results.close()  # type: ignore[attr-defined]
    assert no_child()


def no_child() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


# Many weeks -----------------------------------------------------------------------------------------------------------

COUNT = 60


@pytest.fixture
def many(archived: Weekly) -> Weekly:
    """A project with sixty archived weeks: the sample's, over and over, but for one that is missing and one with a gap."""
    week = parse_week(SAMPLE, now=None, zone="UTC")  # type: ignore[arg-type]
    sample = archive.load(ROOT, week)
    assert sample is not None
    for place in range(COUNT):
        if place != 20:
            archive.save(archived.folder, of(sample, week.shifted(place), has_gap=place == 40))
    return archived


def of(sample: Snapshot, week: Week, *, has_gap: bool) -> Snapshot:
    """The sample's pull requests in another week, or without the first repository's."""
    moved = week.start - sample.week.start
    repos = [
        msgspec.structs.replace(
            repo,
            pulls=tuple(msgspec.structs.replace(pull, merged_at=pull.merged_at + moved) for pull in repo.pulls),
        )
        for repo in sample.repos
    ]
    return msgspec.structs.replace(sample, week=week, repos=tuple(repos[1:] if has_gap else repos))


def weeks(many: Weekly) -> tuple[str, ...]:
    last = parse_week(SAMPLE, now=None, zone="UTC").shifted(COUNT - 1)  # type: ignore[arg-type]
    return ("render", "-C", str(many.folder), "--since", SAMPLE, "--until", str(last), "-o", str(many.folder / "posts"))


def test_many_weeks_are_the_same_by_one_process_and_by_several(many: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
    ran, posts = {}, {}
    many.now = many.now.replace(year=2026)
    for processes in (1, 3):
        monkeypatch.setattr(spread, "_processors", lambda number=processes: number)
        ran[processes] = many(*weeks(many))
        posts[processes] = {path.name: path.read_bytes() for path in (many.folder / "posts").iterdir()}
        shutil.rmtree(many.folder / "posts")
    assert ran[1] == ran[3]
    assert posts[1] == posts[3]
    assert len(posts[3]) == COUNT - 1
    assert ran[3].code == 1
    missing, gap, said = ran[3].err.splitlines()
    assert "the week of 2023-08-14 is not archived" in missing
    assert gap.startswith("weekly: gap: canonical/lxd: ")
    assert said.endswith(f"{COUNT - 1} posts in {many.folder / 'posts'}")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129), (signal.SIGKILL, -9)]
)
def test_no_process_goes_on_when_the_first_is_stopped(many: Weekly, number: signal.Signals, code: int) -> None:
    """Each is held back at its third week, as by a slow disk, and stopped there."""
    held = (
        "import os, signal, sys, time; from weekly import spread, atomic; spread._processors = lambda: 2; real = atomic.write\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a run in the background hands on that it ignores it
        "def write(path, *given, **named):\n"
        "    if path.name in ('2023-04-17.md', '2023-04-24.md'):\n"
        "        os.write(1, b'%d\\n' % os.getpid())\n"
        "        while not os.path.exists('go'): time.sleep(0.02)\n"
        "    return real(path, *given, **named)\n"
        "atomic.write = write\n"
        "from weekly.cli import main; main()\n"
    )
    command = [sys.executable, "-c", held, *weeks(many)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=many.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        try:
            workers = [int(first.stdout.readline()) for _ in range(2)]
            assert len(set(workers)) == 2
            first.send_signal(number)
            if number is signal.SIGKILL:  # nobody is left to stop them: they end when they would answer
                first.wait(timeout=60)
                (many.folder / "go").touch()
            _, err = first.communicate(timeout=60)
        finally:
            first.kill()
    assert first.returncode == code
    assert "Traceback" not in err
    deadline = time.monotonic() + 20
    while any(is_running(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(is_running(worker) for worker in workers)
    made = list((many.folder / "posts").iterdir())
    assert {path.suffix for path in made} == {".md"}
    assert 1 <= len(made) <= 7


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_full_disk_is_told_once(many: Weekly) -> None:
    held = (
        "import errno, os; from weekly import spread, atomic; spread._processors = lambda: 2\n"
        "def full(handle, *_): raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
        "atomic._begun = full\n"
        "from weekly.cli import main; main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", held, *weeks(many)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    (line,) = ran.stderr.splitlines()
    assert line.endswith("posts/2023-03-27.md: can't be written: No space left on device")
