"""Compare gathering with today's script and a bare request. Run python -m benchmarks.gather.

Medians and ratios of one run, by turns, against a stand-in on loopback with a set latency a request.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.stand_in import ROOT, stand_in
from tests.support.facts import MISSING, SHARED

LATENCY_MS = 150
ROUNDS = 7
BARE = (
    "import os, github; g = github.Github(auth=github.Auth.Token('x'), base_url=os.environ['GITHUB_API_URL'], "
    "seconds_between_writes=None); g.requester.requestJson('POST', g.requester.graphql_url, "
    "input={'query': '{ rateLimit { cost } }', 'variables': {}})"
)
WEEK = ["gather", "--week", "2023-03-27"]
YEAR = ["gather", "--since", "2023-01-02", "--until", "2023-12-31"]


def run(command: list[str], url: str, token: str) -> tuple[float, str]:
    """Run one process in a new project's folder. Return its seconds, and its stdout or what it archived."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "weekly.toml", folder)
        environment = os.environ | {"GITHUB_API_URL": url, "GITHUB_TOKEN": token, "PYTHONPATH": str(ROOT)}
        start = time.perf_counter()
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
        taken = time.perf_counter() - start
        found = sum(
            len(repo.get("pulls", ()))
            for path in Path(folder).glob("archive/*.json")
            for repo in json.loads(path.read_text(encoding="utf-8"))["repos"]
        )
    return taken, done.stdout.strip() or str(found)


def asked(url: str) -> int:
    """Return the number of requests since the last call."""
    with urllib.request.urlopen(f"{url}/asked", timeout=10) as reply:  # noqa: S310  loopback
        return int(json.load(reply)["requests"])


def table(data: str, jobs: dict[str, tuple[list[str], str]], latency_ms: int = LATENCY_MS) -> None:
    """Print a row for each job with its median, requests and result."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    requests: dict[str, int] = {}
    found: dict[str, str] = {}
    with stand_in(data, latency_ms) as (url, _):
        for turn in range(ROUNDS + 1):
            for name, (command, token) in jobs.items():
                asked(url)
                taken, found[name] = run(command, url, token)
                requests[name] = asked(url)
                if turn:  # the first fills the stand-in's memory
                    times[name].append(taken)
    print(f"\n{data}, {latency_ms} ms a request, {ROUNDS} rounds")
    for name, taken_all in times.items():
        median = statistics.median(taken_all)
        print(f"  {name:40} {median:6.2f} s  {requests[name]:3} requests  found: {found[name]}")


def weekly(*arguments: str) -> list[str]:
    """Return our command."""
    return [sys.executable, "-m", "weekly", *arguments]


def script(*arguments: str) -> list[str]:
    """Return today's script as a command."""
    return [sys.executable, "-m", "benchmarks.todays_script", *arguments]


def growth() -> None:
    """Print time and memory as the number of pull requests grows tenfold."""
    print("\ngrowth, no latency")
    for count in (500, 5000):
        with stand_in(str(count), 0) as (url, _):
            run(weekly(*WEEK), url, "x")
            taken, found = run(weekly(*WEEK), url, "x")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"  {count:5} pull requests  {taken:6.2f} s  found: {found}  (largest process so far {peak:.0f} MiB)")


def main() -> None:
    """Print the tables."""
    table(
        "week",
        {
            "today's script": (script("2023-03-27", "2023-04-02"), ""),
            "today's script, with its sleeps": (script("2023-03-27", "2023-04-02", "--sleep"), ""),
            "a bare PyGithub POST": ([sys.executable, "-c", BARE], "x"),
            "weekly gather, GraphQL": (weekly(*WEEK), "x"),
            "weekly gather, REST": (weekly(*WEEK), ""),
        },
    )
    if SHARED.is_dir():
        table(
            "year",
            {
                "today's script": (script("2023-01-02", "2023-12-31"), ""),
                "weekly gather, GraphQL": (weekly(*YEAR), "x"),
            },
        )
    else:
        print(f"\nyear: left out: {MISSING}")
    growth()


if __name__ == "__main__":
    main()
