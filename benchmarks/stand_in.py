"""Serve a stand-in for GitHub until stdin ends. Run python -m benchmarks.stand_in DATA LATENCY_MS.

Each answer is worked out once and kept: what is measured is the client and the latency, not graphql-core. For clients
that know but one GitHub it is their HTTPS proxy too, and answers in GitHub's place: nothing leaves this machine.
"""

from __future__ import annotations

import json
import re
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.support.facts import SHARED, real_pulls
from tests.support.github import Hub
from tests.support.sample import sample_hub
from tests.support.server import Request, Response, Server, serving
from weekly.gather.github.queries import CLOSES
from weekly.model import Commit, FileChange, Person, PullRequest

ROOT = Path(__file__).parents[1]
REPOS = ("canonical/lxd", "lxc/lxc", "lxc/lxcfs", "lxc/distrobuilder", "canonical/charm-lxd")

API, AUTHORITY = "api.github.com", "ca.pem"


def year() -> Hub:
    """Return the real pull requests of 2023.

    Of most only number, title and time are known; five files and two commits each are made up.
    """
    known = {pull.ref: pull for pull in real_pulls()}
    pulls = []
    for line in (SHARED / "data" / "titles.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        ref, merged, author, title = line.split("\t")
        repo, _, number = ref.partition("#")
        if repo in REPOS and merged.startswith("2023"):
            pulls.append(known.get(ref) or _pull(repo, int(number), title, author, datetime.fromisoformat(merged)))
    return Hub(pulls=pulls, quiet=REPOS)


def synthetic(count: int, repos: Sequence[str] = REPOS) -> Hub:
    """Return `count` pull requests in the week of 27 March 2023. The first repositories have most of them."""
    start = datetime(2023, 3, 27, tzinfo=UTC)
    step = timedelta(days=6) / count
    homes = repos if len(repos) == len(REPOS) else tuple(uneven(count, repos))
    verbs = ("Add", "Fix a crash of", "Document", "Rework", "Test")
    return Hub(
        pulls=[
            _pull(homes[n % len(homes)], n + 1, f"area: {verbs[n % 5]} thing {n}", f"user{n % 300}", start + n * step)
            for n in range(count)
        ],
        quiet=tuple(repos),
    )


def many(count: int) -> tuple[str, ...]:
    """Return the names of `count` repositories."""
    return tuple(f"example/repository-{n}" for n in range(count))


def uneven(count: int, repos: Sequence[str]) -> Iterator[str]:
    """Yield the repository of each pull request, half spread evenly, half towards the first ones."""
    active = repos[: max(1, len(repos) * 9 // 10)]
    for n in range(count):
        place = n // 2 if n % 2 else int(len(active) * (n / count) ** 3)
        yield active[place % len(active)]


def _pull(repo: str, number: int, title: str, author: str, merged_at: datetime) -> PullRequest:
    return PullRequest(
        repo=repo,
        number=number,
        title=title,
        url=f"https://github.com/{repo}/pull/{number}",
        author=Person.of_login(author),
        merged_at=merged_at,
        base="main",
        body="Some words on why. " * 10,
        files=tuple(FileChange(path=f"lxd/area/file_{n}.go", additions=n, deletions=n) for n in range(5)),
        commits=tuple(Commit(subject=f"{title} {n}", body="A few words more.") for n in range(2)),
    )


class Remembering:
    """Answers like the hub, repeated requests from a cache; /asked has the count."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.known: dict[tuple[object, ...], Response] = {}
        self.asked = 0
        self.points = 0

    def __call__(self, request: Request) -> Response:
        """Answer."""
        if request.path == "/asked":
            counts = {"requests": self.asked, "points": self.points}
            self.asked = self.points = 0
            return Response.of_json(counts)
        self.asked += 1
        self.points += points(request)
        key = (request.method, request.path, tuple(sorted(request.query.items())), request.body)
        if key not in self.known:
            self.known[key] = self.hub(request)
        return self.known[key]


def hub(data: str) -> Hub:
    """Return the hub of 'week', 'year', so many pull requests, or `5000x1000` of them in so many repositories."""
    count, _, repos = data.partition("x")
    named = {"week": sample_hub, "year": year}
    return named[data]() if data in named else synthetic(int(count), many(int(repos)) if repos else REPOS)


def points(request: Request) -> int:
    """Return GitHub's points for a GraphQL request, a hundredth of its connections, at least one."""
    if not request.path.endswith("/graphql"):
        return 0
    query = request.json["query"]
    within = 4 + CLOSES  # labels, files, commits, issues, and the labels of each of these
    pages = [int(first) for first in re.findall(r" search\(.*?first: (\d+)", query)]
    connections: int = sum(1 + first * within for first in pages) + query.count(" repository(")
    connections += query.count("...releases ") + query.count("...tags ")
    return max(1, round(connections / 100))


def own_authority(folder: Path) -> ssl.SSLContext:
    """Return a context that answers as GitHub's API to clients that trust `folder`/ca.pem."""
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / AUTHORITY))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(API).configure_cert(context)
    return context


class Stand(NamedTuple):
    """The stand-in's address, and the certificate by which it answers as a proxy for GitHub."""

    url: str
    authority: Path


@contextmanager
def stand_in(data: str, latency_ms: int) -> Iterator[Stand]:
    """Start the process, and yield its address."""
    command = [sys.executable, "-m", "benchmarks.stand_in", data, str(latency_ms)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        yield Stand(url=ready["url"], authority=Path(ready["authority"]))
        process.communicate(timeout=10)


def main(data: str, latency_ms: str) -> None:
    """Serve until stdin ends."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        server = Server(Remembering(hub(data)), latency=int(latency_ms) / 1000, tls=own_authority(folder))
        with serving(server):
            print(json.dumps({"url": server.url, "authority": str(folder / AUTHORITY)}), flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
