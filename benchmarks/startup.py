"""Compare the start of interactive commands with a bare import. Run python -m benchmarks.startup."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
WEEKLY = [sys.executable, "-m", "weekly"]
JOBS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "python -c 'import jinja2'": [sys.executable, "-c", "import jinja2"],
    "weekly --help": [*WEEKLY, "--help"],
    "weekly render (archived week)": [*WEEKLY, "render", "--week", "2023-03-27"],
    "weekly explain (archived week)": [*WEEKLY, "explain", "--week", "2023-03-27"],
    "weekly preview (archived week)": [*WEEKLY, "preview", "--week", "2023-03-27"],
}
BASE = {"weekly --help": "python -c 'import click'"}
ROUNDS = 15
# As at a user's: Python keeps what it compiled. The first round, in which it compiles, isn't counted.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main() -> None:
    """Print each job's median in milliseconds, and its ratio to its reference."""
    times: dict[str, list[float]] = {name: [] for name in JOBS}
    for number in range(ROUNDS + 1):  # by turns, so that a slow moment of the machine meets all
        for name, command in JOBS.items():
            start = time.perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=ENVIRONMENT)
            if number:
                times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, median in medians.items():
        base = BASE.get(name, "python -c 'import jinja2'")
        print(f"{name:32} {median * 1000:6.0f} ms  {median / medians[base]:5.2f} x {base}")


if __name__ == "__main__":
    main()
