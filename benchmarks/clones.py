"""Compare reading clones with git log of the same branches. Run python -m benchmarks.clones [DIR].

DIR holds clones as `weekly gather --clones` takes them, of the repositories that weekly.toml lists; without it, only
repositories that are made here are read, the second with ten times the pull requests of the first.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import histories
from weekly import config
from weekly.gather.base import ReadOptions
from weekly.model import Commit, FileChange, Person, PullRequest
from weekly.pipeline.backend import clones_of
from weekly.pipeline.context import Context, Project

ROOT = Path(__file__).parents[1]
REPO = "ada/made"
ROUNDS = 3
SIZES = (1_500, 15_000)
READ = """
import os, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from weekly.gather.git import details, history, merge_message
from weekly.gather.git.clones import Clone, Clones
from weekly.gather.git.command import Git
from weekly.gather.base import Span

how, *folders = sys.argv[1:]
found = 0
if how in ("landings", "titles"):
    for folder in folders:
        git = Git(folder=Path(folder), environment=os.environ)
        tips, _ = history.read_refs(git, ("*", "stable-*"), is_bare=False)
        landings = history.read(git, tips, frozenset(), repo="").landings
        if how == "titles":
            landings = [message for one in details.landing_commits(git, landings).values() if (message := merge_message.read(one.message))]
        found += len(landings)
else:
    clones = Clones({f: Clone(folder=Path(f), patterns=("*", "stable-*")) for f in folders}, environment=os.environ)
    for year in range(2013, 2028):
        for month in range(1, 13):
            start = datetime(year, month, 1, tzinfo=UTC)
            end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
            found += sum(len(reading.pulls) for reading in clones.read(folders, Span(start=start, end=end)))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(found, peak)
"""


def main() -> None:
    """Print the medians of whole processes, by turns, and their ratios."""
    if len(sys.argv) > 1:
        folders = list(_folders(Path(sys.argv[1])))
        print(f"{len(folders)} clones in {sys.argv[1]}")
        _measure(folders)
    with tempfile.TemporaryDirectory() as scratch:
        taken = []
        for size in SIZES:
            folder = Path(scratch) / str(size)
            histories.make(folder, REPO, _pulls(size))
            print(f"made: {size} pull requests")
            taken.append(_measure([folder]))
    small, large = taken
    for job in small:
        print(f"{job:32} {large[job] / small[job]:5.1f} x the time for {SIZES[1] / SIZES[0]:.0f} x the pull requests")


def _folders(within: Path) -> Iterator[Path]:
    """Yield the clones that --clones would find."""
    site = Project(root=ROOT, config=config.load(ROOT / "weekly.toml"))
    clones = clones_of(site, Context.real(), within.absolute(), ReadOptions())
    yield from (clone.folder for clone in clones.clones.values())


def _measure(folders: list[Path]) -> dict[str, float]:
    jobs: dict[str, Callable[[], str]] = {
        "git log --first-parent": lambda: _git_log(folders),
        "… with --numstat": lambda: _git_log(folders, "-m", "--numstat"),
        "all landings": lambda: _read("landings", folders),
        "all titles": lambda: _read("titles", folders),
        "all pull requests, evidence too": lambda: _read("evidence", folders),
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    output = {}
    for _ in range(ROUNDS):  # by turns, so that a slow moment of the machine meets all
        for name, job in jobs.items():
            start = time.perf_counter()
            output[name] = job()
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    plain, sized = [*jobs][:2]
    bases = dict.fromkeys(jobs, plain) | {sized: sized, [*jobs][-1]: sized}
    for name, median in medians.items():
        print(f"  {name:32} {median:7.2f} s  {median / medians[bases[name]]:5.2f} x {bases[name]}{output[name]}")
    return medians


def _git_log(folders: list[Path], *options: str) -> str:
    for folder in folders:
        heads = subprocess.run(
            ["git", "-C", str(folder), "for-each-ref", "--format=%(refname)", "refs/heads/stable-*"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        command = ["git", "-C", str(folder), "log", "--first-parent", *options, "HEAD", *heads.stdout.split()]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return ""


def _read(how: str, folders: list[Path]) -> str:
    command = [sys.executable, "-c", READ, how, *map(str, folders)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=os.environ)
    found, peak = done.stdout.split()
    return f"; found {found}, peak {peak} MB"


def _pulls(count: int) -> Iterator[PullRequest]:
    """Yield pull requests of two commits and two files each, spread evenly over twelve years."""
    first, step = datetime(2014, 5, 13, tzinfo=UTC), timedelta(days=12 * 365) / count
    for n in range(count):
        yield PullRequest(
            repo=REPO,
            number=n + 2,
            title=f"Title of number {n + 2}",
            url=f"https://github.com/{REPO}/pull/{n + 2}",
            author=Person.of_login("ada"),
            merged_at=first + n * step,
            commits=tuple(Commit(subject=f"part{n % 40}: Change {place} of {n + 2}") for place in range(2)),
            files=tuple(
                FileChange(path=f"part{n % 40}/file{n % 7}.go{place}", additions=20, deletions=0) for place in range(2)
            ),
        )


if __name__ == "__main__":
    main()
