"""Measure the cost of a further week in `weekly render --since --until`. Run python -m benchmarks.weeks.

The weeks are those of the shared titles, one after another, each pull request with the files and commits of a judged
one, and half of them with a description. A number of weeks and twice as many are rendered by turns, into a folder that
is new each time; the difference, by the number, is what a week costs beyond the start: on all processors, as the command
is used, and on one.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from benchmarks.startup import ENVIRONMENT
from tests.support.facts import MISSING, SHARED, real_pulls
from weekly import archive, config
from weekly.model import Outcome, Person, PullRequest, RepoActivity, Snapshot, Source
from weekly.week import Week

ROOT = Path(__file__).parents[1]
FIRST = Week(monday=date(2016, 1, 4))
WEEKS = 150
ROUNDS = 5
PROCESSORS = sorted(os.sched_getaffinity(0))


def bodies() -> Iterator[str]:
    """Yield the shared descriptions repeatedly, every other time none."""
    lines = (SHARED / "data" / "descriptions.jsonl").read_text(encoding="utf-8").splitlines()
    return itertools.cycle([text for line in lines for text in (json.loads(line)["body"] or "", "")])


def pulls(*, described: bool) -> Iterator[PullRequest]:
    """Yield pull requests with the shared titles in the shapes of the judged ones."""
    shapes, texts = itertools.cycle(list(real_pulls())), bodies()
    for line in (SHARED / "data" / "titles.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        ref, merged, author, title = line.split("\t")
        repo, _, number = ref.partition("#")
        yield msgspec.structs.replace(
            next(shapes),
            repo=repo,
            number=int(number),
            title=title,
            url=f"https://github.com/{repo}/pull/{number}",
            author=Person.of_login(author),
            merged_at=datetime.fromisoformat(merged),
            body=next(texts) if described else "",
        )


def fill(folder: Path, weeks: Sequence[Week], *, described: bool) -> int:
    """Archive these weeks in a project's folder. Return the number of their pull requests."""
    shutil.copy(ROOT / "weekly.toml", folder)
    repos = config.load(ROOT / "weekly.toml").repos
    found: dict[Week, list[PullRequest]] = {week: [] for week in weeks}
    for pull in pulls(described=described):
        week = Week.of_instant(pull.merged_at)
        if week in found and pull.repo in repos:
            found[week].append(pull)
    for week in weeks:
        archive.save(folder, _snapshot(week, repos, found[week]))
    return sum(map(len, found.values()))


def _snapshot(week: Week, repos: Sequence[str], pulls: Sequence[PullRequest]) -> Snapshot:
    activities = []
    for repo in repos:
        own = tuple(sorted((pull for pull in pulls if pull.repo == repo), key=lambda pull: pull.number))
        outcome = Outcome.ACTIVE if own else Outcome.QUIET
        activities.append(RepoActivity(repo=repo, outcome=outcome, total=len(own), pulls=own))
    return Snapshot(
        schema_version=1,
        week=week,
        source=Source.GRAPHQL,
        gathered_at=datetime(2027, 1, 1, tzinfo=UTC),
        repos=tuple(activities),
    )


def render(folder: Path, first: Week, last: Week, processors: int) -> float:
    """Return the seconds that the command takes on `processors` processors."""
    made = folder / "posts"
    command = ["render", "-C", str(folder), "--since", str(first), "--until", str(last), "-o", str(made)]
    allowed = ["taskset", "--cpu-list", ",".join(map(str, PROCESSORS[:processors]))]
    start = time.perf_counter()
    subprocess.run(
        [*allowed, sys.executable, "-m", "weekly", *command], cwd=ROOT, check=True, capture_output=True, env=ENVIRONMENT
    )
    taken = time.perf_counter() - start
    assert len(list(made.glob("*.md"))) == last.weeks_since(first) + 1, "a week is missing"
    shutil.rmtree(made)
    return taken


def measure(*, described: bool) -> None:
    """Print the median cost of a week."""
    weeks = [FIRST.shifted(place) for place in range(2 * WEEKS)]
    times: dict[tuple[int, int], list[float]] = {
        (processors, number): [] for processors in {len(PROCESSORS), 1} for number in (1, WEEKS, 2 * WEEKS)
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = fill(folder, weeks, described=described)
        for _ in range(ROUNDS):
            for (processors, number), taken in times.items():
                taken.append(render(folder, weeks[0], weeks[number - 1], processors))
    medians = {way: statistics.median(taken) for way, taken in times.items()}
    described_as = "half of them with a description" if described else "none with a description"
    print(f"{2 * WEEKS} weeks of {count / len(weeks):.1f} pull requests, {described_as}")
    for processors in sorted({processors for processors, _ in times}, reverse=True):
        one, some, all_ = (medians[processors, number] for number in (1, WEEKS, 2 * WEEKS))
        print(
            f"  on {processors} processor{'s' * (processors > 1)}: 1 in {one:.2f} s, {2 * WEEKS} in {all_:.2f} s; ",
            end="",
        )
        print(f"a further week takes {(all_ - some) / WEEKS * 1000:.1f} ms")


def main() -> None:
    """Print the figures, without descriptions and with them."""
    if not SHARED.is_dir():
        print(f"many weeks: left out: {MISSING}")
        return
    measure(described=False)
    measure(described=True)


if __name__ == "__main__":
    main()
