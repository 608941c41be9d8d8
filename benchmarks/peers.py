"""Compare weekly with other tools that list merged pull requests. Run python -m benchmarks.peers after `make peers`.

Whole processes, by turns, on the same stand-in: the five repositories in the week of 27 March and in the year 2023. The
tools are in benchmarks/tools.py. Prints one table in Markdown, and what is to be known of it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import histories
from benchmarks.judged import load
from benchmarks.kinds import class_of
from benchmarks.reckoning import NEITHER, Entry, Score, Share, entries, reckon
from benchmarks.stand_in import REPOS, Stand, hub, stand_in
from benchmarks.tools import JOBS, WEEKLY, Job, Period, Stage, environment
from tests.support.facts import MISSING, SHARED
from weekly.model import Kind, PullRequest

LAUNCH = Path(__file__).parent / "launch.py"
LATENCIES = (0, 150)
CHANGES = "# Upstream changes"
"""Where weekly's post lists every pull request; above it are the highlights."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """The results of a job's processes."""

    seconds: float
    peak_mib: float
    text: str
    failed: Mapping[str, str]


@dataclass(kw_only=True)
class Measured:
    """The results of all runs of a job in a period."""

    times: dict[int, list[float]] = field(default_factory=lambda: {latency: [] for latency in LATENCIES})
    peaks: list[float] = field(default_factory=list)
    requests: int = 0
    bullets: list[Entry] | None = None
    entries: list[Entry] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def median(self, latency: int) -> float:
        """Of the seconds that it took at this latency."""
        return statistics.median(self.times[latency])


# Running --------------------------------------------------------------------------------------------------------------


def run(job: Job, stage: Stage) -> Run:
    """Run the processes of a job one after the other."""
    calls = list(job.calls(stage))
    given = {
        "calls": [{"argv": list(call.argv), "cwd": str(call.cwd)} for call in calls],
        "environment": environment(job, stage),
    }
    command = [sys.executable, "-I", "-S", str(LAUNCH)]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    ended = list(zip(calls, result["ended"], strict=True))
    printed = [one["out"] for _, one in ended]
    written = [path.read_text(encoding="utf-8") for path in sorted(stage.folder.glob("**/*.md"))]
    return Run(
        seconds=result["seconds"],
        peak_mib=result["peak_kib"] / 1024,
        text="\n".join([*printed, *written]),
        failed={call.of: _reason(one) for call, one in ended if one["code"]},
    )


def _reason(ended: Mapping[str, Any]) -> str:
    lines = str(ended["err"]).strip().splitlines()
    return lines[-1] if lines else f"exit code {ended['code']}"


def listed(job: Job, stage: Stage, text: str) -> list[Entry]:
    """Return the pull requests of a run. For weekly the list is in the post, the kinds in `explain`."""
    if not job.ours:
        return entries(text)
    lists = [post.partition("\n# ")[0] for post in text.split(f"\n{CHANGES}\n")[1:]]
    kinds = {one["ref"]: class_of(Kind(one["kind"])) for one in _explained(job, stage)}
    return [Entry(ref=one.ref, three=kinds[one.ref]) for part in lists for one in entries(part)]


def _explained(job: Job, stage: Stage) -> Iterator[dict[str, str]]:
    for monday in stage.period.mondays:
        command = [*WEEKLY, "explain", "--week", str(monday), "--format", "json"]
        given = environment(job, stage)
        done = subprocess.run(command, cwd=stage.folder, env=given, capture_output=True, text=True, check=False)
        yield from json.loads(done.stdout)


def asked(stand: Stand) -> int:
    """Return the number of requests since the last call."""
    with urllib.request.urlopen(f"{stand.url}/asked", timeout=10) as reply:  # noqa: S310  loopback
        return int(json.load(reply)["requests"])


def measure(
    period: Period, jobs: Iterable[Job], scratch: Path, latencies: Iterable[int] = LATENCIES
) -> dict[str, Measured]:
    """Run all jobs by turns, so that a slow moment of the machine meets all."""
    measured = {job.name: Measured() for job in jobs if job.is_there}
    clones = scratch / period.data
    pulls = hub(period.data).pulls
    for repo in REPOS:
        histories.make(clones / repo, repo, [pull for pull in pulls if pull.repo == repo])
    for latency in latencies:
        with stand_in(period.data, latency) as stand:
            for turn in range(period.rounds + 1):
                for job in (job for job in jobs if job.is_there):
                    with tempfile.TemporaryDirectory(dir=scratch) as folder:
                        stage = Stage(period=period, stand=stand, clones=clones, folder=Path(folder))
                        _take(measured[job.name], job, stage, latency, is_first=turn == 0)
    return measured


def _take(measured: Measured, job: Job, stage: Stage, latency: int, *, is_first: bool) -> None:
    """Add one run. The first with a latency fills the stand-in's cache and isn't timed. All must agree."""
    asked(stage.stand)
    ran = run(job, stage)
    measured.requests = asked(stage.stand)
    bullets = entries(ran.text)
    if measured.bullets is None:
        measured.bullets, measured.entries = bullets, listed(job, stage, ran.text)
    elif bullets != measured.bullets:
        measured.failed["a later run"] = "its output differs from the first run's"
    measured.failed |= ran.failed
    if is_first:
        print(f"{stage.period.name}, {latency} ms: {job.name}", file=sys.stderr)
        return
    measured.times[latency].append(ran.seconds)
    measured.peaks.append(ran.peak_mib)


# What is known --------------------------------------------------------------------------------------------------------


def period(name: str, data: str, first: date, last: date, rounds: int) -> Period:
    """Return the period with its pull requests and their undisputed kinds."""
    there = {pull.ref for pull in hub(data).pulls if _is_within(pull, first, last)}
    kinds, aside = {}, set()
    if SHARED.is_dir():
        split = load(SHARED / "data")
        sure = [one for one in (*split.training, *split.held_out) if one.sure and one.pull.ref in there]
        kinds = {one.pull.ref: class_of(one.kind) for one in sure}
        aside = {one.pull.ref for one in sure if one.monday in split.held_out_weeks}
    return Period(
        name=name, data=data, first=first, last=last, rounds=rounds,
        there=frozenset(there), kinds=kinds, aside=frozenset(aside),
    )  # fmt: skip


def _is_within(pull: PullRequest, first: date, last: date) -> bool:
    return first <= pull.merged_at.date() <= last


def periods() -> Iterator[Period]:
    """Yield the week, and the year where its data is available."""
    yield period("week", "week", date(2023, 3, 27), date(2023, 4, 2), rounds=7)
    if SHARED.is_dir():
        yield period("year", "year", date(2023, 1, 2), date(2023, 12, 31), rounds=3)


# The table ------------------------------------------------------------------------------------------------------------

HEADINGS = (
    "", "", "requests", *(f"at {latency} ms a request" for latency in LATENCIES), "memory", "found", "listed twice",
    "wrong", "kinds right", "of the test week",
)  # fmt: skip


def row(job: Job, over: Period, measured: Mapping[str, Measured]) -> list[str]:
    """Return the cells of one tool in one period."""
    if job.name not in measured:
        return [over.name, job.name, "not installed", *[""] * (len(HEADINGS) - 3)]
    own, base = measured[job.name], measured[job.compared_to]
    score, aside = scores(own.entries, over)
    return [
        over.name,
        job.name,
        str(own.requests),
        *(f"{own.median(at):.2f} s ({own.median(at) / base.median(at):.1f} x)" for at in LATENCIES),
        f"{statistics.median(own.peaks):.0f} MiB",
        str(score.found),
        str(score.twice),
        str(score.wrong),
        *(str(share) if job.tells_kinds else "–" for share in (score.kinds, aside)),
    ]


def scores(found: Sequence[Entry], over: Period) -> tuple[Score, Share]:
    """Return the score of a list, and the share of right kinds in the held-out weeks."""
    aside = {ref: kind for ref, kind in over.kinds.items() if ref in over.aside}
    return reckon(found, over.there, over.kinds), reckon(found, over.there, aside).kinds


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return the rows as a Markdown table."""
    lines = [HEADINGS, ["---"] * len(HEADINGS), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def failures(over: Period, measured: Mapping[str, Measured]) -> Iterator[str]:
    """Yield a sentence for each tool that failed."""
    for name, one in measured.items():
        if one.failed:
            whose = ", ".join(repo for repo in one.failed if repo) or "all"
            reasons = "; ".join(dict.fromkeys(one.failed.values()))
            yield f"{over.name}, {name}: ended with an error for {whose}: {reasons}"


def floor(over: Period) -> str:
    """Return the share that is right in a list without kinds."""
    return str(reckon([Entry(ref=ref, three=NEITHER) for ref in over.there], over.there, over.kinds).kinds)


def main() -> None:
    """Measure, and print the table and its notes."""
    rows, notes = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for over in periods():
            measured = measure(over, JOBS, Path(scratch))
            rows += [row(job, over, measured) for job in JOBS]
            notes += [
                f"{over.name}: a list without kinds would have {floor(over)} right",
                *failures(over, measured),
            ]
    print(table(rows), *notes, sep="\n\n")
    if not SHARED.is_dir():
        print(f"\nyear, and kinds: left out: {MISSING}")


if __name__ == "__main__":
    main()
