"""Measure gathering and rendering a huge week. Run python -m benchmarks.scale.

Gathered from a stand-in on loopback, then rendered once for a forum, where the post is shortened, and once for a folder.
The larger row has ten times the pull requests and repositories of the smaller one. Figures that grow more are superlinear.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

from benchmarks.stand_in import ROOT, many, stand_in

SIZES = ((500, 100), (5000, 1000))
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
    """The time, peak memory and output of one process."""

    seconds: float
    mebibytes: float
    out: str


def run(folder: Path, command: list[str], url: str) -> Ran:
    """Run `weekly` from start to exit."""
    environment = os.environ | {"GITHUB_API_URL": url, "GITHUB_TOKEN": "x", "PYTHONPATH": str(ROOT)}
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
        return Ran(taken, usage.ru_maxrss / 1024, out.read().decode())


def asked(url: str) -> tuple[int, int]:
    """Return the number of requests since the last call, and GitHub's points for them."""
    with urllib.request.urlopen(f"{url}/asked", timeout=10) as reply:  # noqa: S310  loopback
        said = json.load(reply)
    return said["requests"], said["points"]


def configure(folder: Path, repos: int, *, has_forum: bool) -> None:
    """Write weekly.toml."""
    repositories = "".join(f'\n[[repositories]]\nrepo = "{name}"\n' for name in many(repos))
    text = HEAD + repositories + "\n" + (FORUM if has_forum else "")
    (folder / "weekly.toml").write_text(text, encoding="utf-8")


def measure(pulls: int, repos: int) -> str:
    """Return one row of the table."""
    with tempfile.TemporaryDirectory() as name, stand_in(f"{pulls}x{repos}", LATENCY_MS) as (url, _):
        folder = Path(name)
        configure(folder, repos, has_forum=True)
        run(folder, ["gather", *WEEK], url)  # fills the stand-in's memory
        (folder / "archive" / "2023-03-27.json").unlink()
        asked(url)
        gathered = run(folder, ["gather", *WEEK], url)
        requests, points = asked(url)
        folded = run(folder, ["render", *WEEK], url)
        configure(folder, repos, has_forum=False)
        whole = run(folder, ["render", *WEEK], url)
    return (
        f"{pulls:6,} {repos:6,}  {requests:8} {points:7} {gathered.seconds:7.2f} s {gathered.mebibytes:5.0f} MiB"
        f"  {folded.seconds:7.2f} s {folded.mebibytes:5.0f} MiB {whole.seconds:7.2f} s"
        f"  {len(whole.out):9,} {len(folded.out):7,}"
    )


def main() -> None:
    """Print the table."""
    print(f"{LATENCY_MS} ms a request; the post in characters, whole and folded to fit a forum")
    print(" pulls  repos  requests  points  gather      peak   render      peak   unfolded      whole  folded")
    for pulls, repos in SIZES:
        print(measure(pulls, repos), flush=True)


if __name__ == "__main__":
    main()
