"""Record the cassettes: python -m tests.support.record [--stand-in].

Without an option the real GitHub is asked (GITHUB_TOKEN for the GraphQL cassette); with --stand-in the loopback one,
whose answers are then kept under the real service's address. The cassettes in the repository say in their response
headers which it was: `server: weekly-stand-in` is the stand-in.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import vcr

from weekly.gather.base import Span
from weekly.gather.github import graphql, rest
from weekly.gather.github.client import API_URL, Access, GitHubClient
from weekly.http.fetch import Session
from weekly.week import Week

CASSETTES = Path(__file__).parents[1] / "cassettes"
REPOS = ("canonical/lxd", "lxc/lxc", "lxc/lxcfs", "lxc/distrobuilder", "canonical/charm-lxd")
WEEK = Week(monday=date(2023, 3, 27))
SPAN = Span(start=WEEK.start, end=WEEK.end)
READERS = {"graphql": graphql.read, "rest": rest.read}
_ADDRESS = re.compile(rb"(?:<|\\u003c)[^<>\s@\\]+@[^<>\s\\]+(?:>|\\u003e)")
"""Somebody's address in a commit, as sign-offs have it; JSON may spell the brackets out."""
KEPT_HEADERS = {"content-type", "server", "link"}


def tape(mode: str) -> vcr.VCR:
    """How cassettes are made and played: whole requests matched, bodies too; no token and no trace of the asker."""
    return vcr.VCR(
        cassette_library_dir=str(CASSETTES),
        record_mode=mode,
        match_on=["method", "scheme", "host", "port", "path", "query", "body"],
        filter_headers=["authorization", "user-agent", "cookie"],
        before_record_request=_of_the_real_address,
        before_record_response=_without_traces,
        decode_compressed_response=True,
    )


def _of_the_real_address(request: Any) -> Any:
    parts, real = urlsplit(request.uri), urlsplit(API_URL)
    request.uri = urlunsplit((real.scheme, real.netloc, parts.path, parts.query, ""))
    request.headers = {name: value for name, value in request.headers.items() if name.lower() == "accept"}
    return request


def _without_traces(response: Any) -> Any:
    headers = {name: value for name, value in response["headers"].items() if name.lower() in KEPT_HEADERS}
    body = _ADDRESS.sub(b"(address)", response["body"]["string"])
    return {**response, "headers": headers, "body": {"string": body}}


def record(name: str, api_url: str, token: str | None) -> None:
    """One way of asking, onto its cassette."""
    path = CASSETTES / f"{name}.yaml"
    path.unlink(missing_ok=True)
    session = Session(concurrency=1)  # a cassette takes one request at a time
    client = GitHubClient(session, Access(token=token, api_url=api_url))
    with tape("once").use_cassette(path.name):
        readings = READERS[name](client, REPOS, SPAN)
    print(f"{path.name}: {sum(len(reading.pulls) for reading in readings)} pull requests, {session.requests} requests")


@contextmanager
def _server(is_stand_in: bool) -> Iterator[str]:
    if not is_stand_in:
        yield API_URL
        return
    from tests.support.sample import sample_hub
    from tests.support.server import Server, serving

    with serving(Server(sample_hub())) as server:
        yield server.url


def main(arguments: list[str]) -> None:
    """Record what can be recorded."""
    is_stand_in = "--stand-in" in arguments
    token = "stand-in" if is_stand_in else os.environ.get("GITHUB_TOKEN")
    with _server(is_stand_in) as api_url:
        record("rest", api_url, None)
        if token:
            record("graphql", api_url, token)
        else:
            print("graphql.yaml: left as it was: GITHUB_TOKEN isn't set")


if __name__ == "__main__":
    main(sys.argv[1:])
