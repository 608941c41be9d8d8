"""The stand-in GitHub as a process of its own: python -m benchmarks.stand_in DATA LATENCY_MS; ends with its stdin.

Each answer is worked out once and kept: what is measured is the client and the latency, not graphql-core. For clients
that know but one GitHub it is their HTTPS proxy too, and answers in GitHub's place: nothing leaves this machine.
"""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.facts import SHARED, real_pulls
from tests.fakes.github import Hub
from tests.fakes.sample import sample_hub
from tests.fakes.server import Request, Response, Server, serving
from weekly.model import Commit, FileChange, Person, PullRequest

ROOT = Path(__file__).parents[1]
REPOS = ("canonical/lxd", "lxc/lxc", "lxc/lxcfs", "lxc/distrobuilder", "canonical/charm-lxd")

API, AUTHORITY = "api.github.com", "ca.pem"


def year() -> Hub:
    """The real pull requests of 2023.

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


def synthetic(count: int) -> Hub:
    """So many pull requests in the week of 27 March 2023, over the five repositories."""
    start = datetime(2023, 3, 27, tzinfo=UTC)
    step = timedelta(days=6) / count
    return Hub(
        pulls=[
            _pull(REPOS[n % 5], n + 1, f"lxd/area: Add thing {n}", "octocat", start + n * step) for n in range(count)
        ]
    )


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
    """Answers like the hub, from memory where it was asked the same before; counts at /asked."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.known: dict[tuple[object, ...], Response] = {}
        self.asked = 0

    def __call__(self, request: Request) -> Response:
        """Answer."""
        if request.path == "/asked":
            count, self.asked = self.asked, 0
            return Response.of_json({"requests": count})
        self.asked += 1
        key = (request.method, request.path, tuple(sorted(request.query.items())), request.body)
        if key not in self.known:
            self.known[key] = self.hub(request)
        return self.known[key]


def hub(data: str) -> Hub:
    """What there is: 'week', 'year', or so many pull requests."""
    return {"week": sample_hub, "year": year}[data]() if not data.isdigit() else synthetic(int(data))


def own_authority(folder: Path) -> ssl.SSLContext:
    """What answers as GitHub's own API, to those who trust `folder`/ca.pem; its keys live as long as the process."""
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / AUTHORITY))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(API).configure_cert(context)
    return context


class Stand(NamedTuple):
    """Where the stand-in is, and the certificate by which it answers for GitHub as a proxy."""

    url: str
    authority: Path


@contextmanager
def stand_in(data: str, latency_ms: int) -> Iterator[Stand]:
    """The process, and its address."""
    command = [sys.executable, "-m", "benchmarks.stand_in", data, str(latency_ms)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        yield Stand(url=said["url"], authority=Path(said["authority"]))
        process.communicate(timeout=10)


def main(data: str, latency_ms: str) -> None:
    """Serve until nobody holds the other end of stdin."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        server = Server(Remembering(hub(data)), latency=int(latency_ms) / 1000, tls=own_authority(folder))
        with serving(server):
            print(json.dumps({"url": server.url, "authority": str(folder / AUTHORITY)}), flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
