"""Measure huge weeks, and many projects. Run python -m benchmarks.scale.

A week is gathered from a stand-in on loopback, its repositories named by a pattern, then rendered once for a forum, where
the post is shortened, and once for a folder. Then many projects publish to one forum, eight at once as in the workflow.
The larger row has ten times of all. Figures that grow more are superlinear. So are those of titles that are alike, if
four times as many take more than four times as long.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from benchmarks.stand_in import REPOS, ROOT, many, stand_in
from tests.support.discourse import KEY, USER, Discourse
from tests.support.server import Server, serving

SIZES = ((500, 100), (5000, 1000))
PROJECTS = (10, 100)
ALIKE, ROUNDS = (1000, 4000), 3
PROJECT_REPOS, PULLS, AT_ONCE = 5, 25, 8
"""The repositories and pull requests of each project, and the projects that run at once."""
LATENCY_MS = 150
WEEK = ["--week", "2023-03-27"]
FORUM = '[forum]\nurl = "https://forum.example"\ncategory = "News"\n'
HEAD = """
[project]
name = "Example"

[[sections]]
kind = "introduction"

[[sections]]
kind = "highlights"

[[sections]]
kind = "upstream"
"""


class Ran(NamedTuple):
    """The time, CPU time, peak memory and output of one process."""

    seconds: float
    cpu: float
    mebibytes: float
    out: str


def run(folder: Path, command: list[str], url: str, more: Mapping[str, str] = MappingProxyType({})) -> Ran:
    """Run `weekly` from start to exit."""
    environment = os.environ | {"GITHUB_API_URL": url, "GITHUB_TOKEN": "x", "PYTHONPATH": str(ROOT)} | dict(more)
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "weekly", *command],
            cwd=folder,
            env=environment,
            stdout=out,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        taken = time.perf_counter() - start
        assert process.returncode == 0, f"weekly {' '.join(command)} ended with {process.returncode}"
        out.seek(0)
        return Ran(taken, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read().decode())


def asked(url: str) -> tuple[int, int]:
    """Return the number of requests since the last call, and GitHub's points for them."""
    with urllib.request.urlopen(f"{url}/asked", timeout=10) as reply:  # noqa: S310  loopback
        counts = json.load(reply)
    return counts["requests"], counts["points"]


def configure(folder: Path, repos: Sequence[str], more: str, *, name: str = "Example") -> None:
    """Write weekly.toml."""
    text = (
        HEAD.replace("Example", name)
        + "".join(f'\n[[repositories]]\nrepo = "{repo}"\n' for repo in repos)
        + "\n"
        + more
    )
    (folder / "weekly.toml").write_text(text, encoding="utf-8")


def measure(pulls: int, repos: int) -> str:
    """Return one row of the table."""
    with tempfile.TemporaryDirectory() as name, stand_in(f"{pulls}x{repos}", LATENCY_MS) as (url, _):
        folder = Path(name)
        configure(folder, ["example/*"], FORUM)
        run(folder, ["gather", *WEEK], url)  # fills the stand-in's memory
        (folder / "archive" / "2023-03-27.json").unlink()
        asked(url)
        gathered = run(folder, ["gather", *WEEK], url)
        requests, points = asked(url)
        shortened = run(folder, ["render", *WEEK], url)
        configure(folder, ["example/*"], "")
        whole = run(folder, ["render", *WEEK], url)
    return (
        f"{pulls:6,} {repos:6,}  {requests:8} {points:7} {gathered.seconds:7.2f} s {gathered.mebibytes:5.0f} MiB"
        f"  {shortened.seconds:7.2f} s {shortened.mebibytes:5.0f} MiB {whole.seconds:7.2f} s"
        f"  {len(whole.out):9,} {len(shortened.out):7,}"
    )


def alike(pulls: int) -> float:
    """Return the CPU time for rendering a week of so many pull requests whose titles are alike."""
    with tempfile.TemporaryDirectory() as name, stand_in(str(pulls), 0) as (url, _):
        folder = Path(name)
        configure(folder, REPOS, "")
        run(folder, ["gather", *WEEK], url)
        return min(run(folder, ["render", *WEEK], url).cpu for _ in range(ROUNDS))


def publish_projects(count: int) -> str:
    """Publish a week of so many projects, each in a folder of its own. Return one row of the table."""
    with (
        tempfile.TemporaryDirectory() as name,
        stand_in(f"{PULLS * count}x{PROJECT_REPOS * count}", LATENCY_MS) as (url, _),
        serving(Server(Discourse(), latency=LATENCY_MS / 1000)) as forum,
    ):
        names = many(PROJECT_REPOS * count)
        folders = [Path(name, str(number)) for number in range(count)]
        for number, folder in enumerate(folders):
            folder.mkdir()
            prefix = f'external_id_prefix = "project-{number}-"\n[schedule]\nfirst_week = 2023-03-27\n'
            more = FORUM.replace("https://forum.example", forum.url) + prefix
            configure(folder, names[PROJECT_REPOS * number :][:PROJECT_REPOS], more, name=f"Project {number}")
        key = {"DISCOURSE_API_KEY": KEY, "DISCOURSE_API_USERNAME": USER}
        asked(url)
        start = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda folder: run(folder, ["monday", "--mode", "direct", *WEEK], url, key), folders))
        taken = time.perf_counter() - start
        requests, points = asked(url)
        return f"{count:9,} {len(names):6,} {PULLS * count:6,}  {requests:8,} {points:7,} {len(forum.requests):7,} {taken:8.1f} s"


def main() -> None:
    """Print the tables."""
    print(f"{LATENCY_MS} ms a request; the post in characters, whole and shortened to fit a forum")
    print(" pulls  repos  requests  points  gather      peak   render      peak      whole      whole   short")
    for pulls, repos in SIZES:
        print(measure(pulls, repos), flush=True)
    fewer, more = map(alike, ALIKE)
    print(f"\ntitles alike: {ALIKE[1]:,} pull requests render in {more / fewer:.1f} x the CPU time of {ALIKE[0]:,}")
    print(f"\nprojects of {PROJECT_REPOS} repositories, {AT_ONCE} at once, published to one forum")
    print(" projects  repos  pulls  requests  points   forum      time")
    for count in PROJECTS:
        print(publish_projects(count), flush=True)


if __name__ == "__main__":
    main()
