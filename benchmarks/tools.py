"""Define the tools that benchmarks/peers.py compares, and their processes.

They are those that can be installed, take a period and list its pull requests; a repository at a time, one after the
other, as they are made to be used.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.stand_in import REPOS, ROOT, Stand

INSTALLED = ROOT / ".cache" / "peers"
SETTINGS = Path(__file__).parent / "settings"
WEEKLY = [sys.executable, "-m", "weekly"]
GITHUB_ACTIVITY = str(INSTALLED / "venv" / "bin" / "github-activity")
GIT_CLIFF = str(INSTALLED / "venv" / "bin" / "git-cliff")
AUTO_CHANGELOG = str(INSTALLED / "npm" / "node_modules" / ".bin" / "auto-changelog")


@dataclass(frozen=True, kw_only=True)
class Period:
    """Whole weeks and their known facts."""

    name: str
    data: str
    first: date
    last: date
    rounds: int
    there: frozenset[str]
    kinds: Mapping[str, str]
    aside: frozenset[str]
    """The `kinds` that weekly's weights weren't trained on."""

    @property
    def mondays(self) -> Iterator[date]:
        """The first days of its weeks."""
        for number in range((self.last - self.first).days // 7 + 1):
            yield self.first + timedelta(weeks=number)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The period, GitHub, clones and working folder of a run."""

    period: Period
    stand: Stand
    clones: Path
    folder: Path


@dataclass(frozen=True, kw_only=True)
class Call:
    """One process."""

    argv: Sequence[str]
    cwd: Path
    of: str = ""


Calls = Callable[[Stage], Iterator[Call]]


@dataclass(frozen=True, kw_only=True)
class Job:
    """A tool, and one way to use it."""

    name: str
    calls: Calls
    program: str = sys.executable
    token: str = "x"  # noqa: S105  it opens nothing
    compared_to: str = "weekly, GraphQL"
    tells_kinds: bool = True
    ours: bool = False

    @property
    def is_there(self) -> bool:
        """Whether it is installed."""
        return Path(self.program).exists()


def environment(job: Job, stage: Stage) -> dict[str, str]:
    """Return an environment that reaches only the stand-in, whatever host a tool requests."""
    authority = str(stage.stand.authority)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(stage.folder),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "GITHUB_API_URL": stage.stand.url,
        "GITHUB_TOKEN": job.token,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "HTTPS_PROXY": stage.stand.url,
        "NO_PROXY": "127.0.0.1",
        "REQUESTS_CA_BUNDLE": authority,
        "SSL_CERT_FILE": authority,
        "NODE_EXTRA_CA_CERTS": authority,
    }


def weekly(stage: Stage, clones: Path | None = None) -> Iterator[Call]:
    """Gather, and print the post of the week or the posts of the weeks."""
    settings = (ROOT / "weekly.toml").read_text(encoding="utf-8")
    if clones is not None:
        settings = _REPOSITORY.sub(rf'\g<0>\nclone = "{clones}/\g<repo>"', settings)
    (stage.folder / "weekly.toml").write_text(settings, encoding="utf-8")
    first, last = stage.period.first.isoformat(), stage.period.last.isoformat()
    if stage.period.last - stage.period.first < timedelta(days=7):
        yield Call(argv=[*WEEKLY, "render", "--week", first, "-o", "post.md"], cwd=stage.folder)
        return
    weeks = ["--since", first, "--until", last]
    yield Call(argv=[*WEEKLY, "gather", *weeks], cwd=stage.folder)
    yield Call(argv=[*WEEKLY, "render", *weeks, "-o", "posts"], cwd=stage.folder)


_REPOSITORY = re.compile(r'^\[\[repositories\]\]\nrepo = "(?P<repo>.+)"$', re.MULTILINE)


def weekly_from_clones(stage: Stage) -> Iterator[Call]:
    """Do the same from clones alone, which weekly.toml names."""
    return weekly(stage, stage.clones)


def todays_script(stage: Stage) -> Iterator[Call]:
    """Run the maintainers' present script."""
    days = [stage.period.first.isoformat(), stage.period.last.isoformat()]
    yield Call(argv=[sys.executable, "-m", "benchmarks.todays_script", *days, "--list"], cwd=stage.folder)


def github_activity(stage: Stage) -> Iterator[Call]:
    """List the pull requests of GitHub's search by their days."""
    since, until = f"{stage.period.first}T00:00:00", f"{stage.period.last}T23:59:59"
    for repo in REPOS:
        argv = [GITHUB_ACTIVITY, repo, "--since", since, "--until", until, "--kind", "pr"]
        yield Call(argv=argv, cwd=stage.folder, of=repo)


def git_cliff(stage: Stage) -> Iterator[Call]:
    """List the merge commits of a range that git finds by the days."""
    before, last = stage.period.first - timedelta(days=1), stage.period.last
    tip = "$(git rev-list -1 --first-parent --before={}T23:59:59Z main)"
    between = f"{tip.format(before)}..{tip.format(last)}"
    for repo in REPOS:
        command = f'"{GIT_CLIFF}" --offline --github-repo {repo} --config "{SETTINGS}/git-cliff.toml" "{between}"'
        yield Call(argv=["sh", "-c", command], cwd=stage.clones / repo, of=repo)


def auto_changelog(stage: Stage) -> Iterator[Call]:
    """List git log of those days."""
    days = f"--since={stage.period.first}T00:00:00Z --until={stage.period.last}T23:59:59Z"
    options = ["--stdout", "--unreleased", "--commit-limit", "0", "--backfill-limit", "0", "--append-git-log", days]
    for repo in REPOS:
        yield Call(argv=[AUTO_CHANGELOG, *options], cwd=stage.clones / repo, of=repo)


JOBS = (
    Job(name="weekly, GraphQL", calls=weekly, ours=True),
    Job(name="weekly, REST", calls=weekly, token="", ours=True),
    Job(name="the project's former script", calls=todays_script, token="", tells_kinds=False),
    Job(name="github-activity", calls=github_activity, program=GITHUB_ACTIVITY),
    Job(name="weekly, clones", calls=weekly_from_clones, token="", compared_to="weekly, clones", ours=True),
    Job(name="git-cliff, clones", calls=git_cliff, program=GIT_CLIFF, token="", compared_to="weekly, clones"),
    Job(name="auto-changelog, clones", calls=auto_changelog, program=AUTO_CHANGELOG, token="",
        compared_to="weekly, clones", tells_kinds=False),
)  # fmt: skip
