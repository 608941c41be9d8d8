"""The pull requests of other projects, with the kinds that these projects published themselves.

The kinds are in the data's `projects` folder. Commits, files and changelog fragments are read from clones, once: they
stay in .cache/kinds. Nothing that holds the published kind is left in a pull request, unless it is asked for.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
from msgspec.structs import replace

from benchmarks.judged import CACHE, DATA, clone_of, merged, read
from weekly.classify.fragments import note_in_diff
from weekly.config.rules import KindRules
from weekly.gather.git import merge_message
from weekly.model import Kind, Patch, PullRequest

PROJECTS = {
    "Jenkins": "jenkins.tsv",
    "community.general": "community.general.tsv",
    "OpenTelemetry Collector": "opentelemetry-collector.tsv",
    "rust-analyzer": "rust-analyzer.tsv",
    "pytest": "pytest.tsv",
}

SET_ASIDE = ("rust-analyzer", "pytest")
"""Projects that no rule was made by, and no weight learned from."""

BY_FRAGMENTS = {
    "aiohttp": ("aio-libs/aiohttp", date(2018, 1, 1)),
    "Nomad": ("hashicorp/nomad", date(2022, 1, 1)),
    "pip": ("pypa/pip", date(2017, 6, 1)),
    "Pulumi": ("pulumi/pulumi", date(2022, 7, 1)),
    "PyO3": ("PyO3/pyo3", date(2022, 8, 1)),
    "Synapse": ("element-hq/synapse", date(2018, 8, 1)),
    "Twisted": ("twisted/twisted", date(2017, 6, 1)),
}
"""Projects to learn from whose changelog entries tell the kinds, and since when all changes that users notice have one."""

FRAGMENTS = (
    "changelogs/fragments", "changelog.d", ".chloggen", ".changeset", "changelog", "changes", "CHANGES", "news",
    "newsfragments", ":(glob)**/newsfragments/*", "releasenotes/notes", ":(glob)CHANGELOG*", "CHANGES.rst", "CHANGES.md",
    ".changelog",
)  # fmt: skip
_IS_FRAGMENT = re.compile(
    r"(?:changelogs/fragments|changelog\.d|\.chloggen|\.changeset|\.?changelog|changes|CHANGES|news|(?:.*/)?newsfragments"
    r"|releasenotes/notes)/|(?:CHANGELOG|CHANGES)[^/]*$"
)
_BACKPORT = re.compile(r"back-?port|cherry.?pick|\bmerge (?:branch|release)", re.IGNORECASE)
KINDS = {"improvement": Kind.IMPROVEMENT, "bugfix": Kind.BUGFIX, "other": Kind.HOUSEKEEPING}


@dataclass(frozen=True, kw_only=True)
class Published:
    """A pull request, and what its project published about it."""

    pull: PullRequest
    kind: Kind
    sentence: str
    detail: str


def load(project: str, clones: Path, data: Path = DATA, *, whole: bool = False) -> tuple[Published, ...]:
    """Return a project's pull requests, the oldest first; `whole` leaves the fragments in."""
    facts = _facts(project, clones, data)
    rows = [
        Published(pull=facts[ref], kind=KINDS[kind], sentence=sentence, detail=detail)
        for ref, title, kind, sentence, detail in _rows(project, data)
        if ref in facts
    ]
    rows.sort(key=lambda row: (row.pull.merged_at, row.pull.number))
    return tuple(rows if whole else [_without_fragments(row) for row in rows])


def load_by_fragments(project: str, clones: Path) -> tuple[Published, ...]:
    """Return a project's pull requests with the kinds of their changelog entries. Those without an entry are no highlights.

    Bots' work, backports and breaking changes are left out.
    """
    repo, since = BY_FRAGMENTS[project]
    name = repo.replace("/", "+")
    known = merged(clones, [repo], cache=name)
    added = _cached_patches(name, clones, repo)
    rows = []
    for pull in sorted(known.values(), key=lambda pull: (pull.merged_at, pull.number)):
        if pull.merged_at.date() < since or _BACKPORT.search(pull.title) or pull.author.login.endswith("[bot]"):
            continue
        note = note_in_diff(replace(pull, patches=added.get(pull.number, ())), KindRules())
        if note is None or (note.kind and not note.is_breaking):
            kind = note.kind if note and note.kind else Kind.HOUSEKEEPING
            rows.append(_without_fragments(Published(pull=pull, kind=kind, sentence="", detail="")))
    return tuple(rows)


def _without_fragments(row: Published) -> Published:
    files = tuple(change for change in row.pull.files if not _IS_FRAGMENT.match(change.path))
    return Published(
        pull=replace(row.pull, files=files, patches=()), kind=row.kind, sentence=row.sentence, detail=row.detail
    )


def _rows(project: str, data: Path) -> Iterator[tuple[str, str, str, str, str]]:
    lines = read(data / "projects", PROJECTS[project]).splitlines()
    for _, ref, _, title, kind, sentence, detail in csv.reader(lines[1:], delimiter="\t", quoting=csv.QUOTE_NONE):
        yield ref, title, kind, sentence, detail


def _facts(project: str, clones: Path, data: Path) -> dict[str, PullRequest]:
    """Return the facts of a project's pull requests, from the cache or else from its clone."""
    name = PROJECTS[project].removesuffix(".tsv")
    titles = {ref: title for ref, title, *_ in _rows(project, data)}
    known = merged(clones, titles, cache=name)
    added = _cached_patches(name, clones, next(iter(titles)).partition("#")[0])
    return {ref: replace(pull, title=titles[ref], patches=added.get(pull.number, ())) for ref, pull in known.items()}


def _cached_patches(name: str, clones: Path, repo: str) -> dict[int, tuple[Patch, ...]]:
    """Return what pull requests add to changelog fragments, from the cache or else from the clone."""
    file = CACHE / f"{name}-patches.json"
    if not file.is_file():
        file.write_bytes(msgspec.json.encode(_patches(clone_of(clones, repo))))
    return msgspec.json.decode(file.read_bytes(), type=dict[int, tuple[Patch, ...]])


def _patches(clone: Path) -> dict[int, tuple[Patch, ...]]:
    """What each landing of a clone adds to changelog fragments, by pull request."""
    command = [
        "git", "-C", str(clone), "-c", "safe.directory=*", "log", "--first-parent", "--diff-merges=first-parent", "-p",
        "-U0", "--no-renames", "--no-color", "--format=%x00%B%x01", "--", *FRAGMENTS,
    ]  # fmt: skip
    text = subprocess.run(command, check=True, capture_output=True, env=dict(os.environ)).stdout.decode(
        errors="replace"
    )
    found: dict[int, tuple[Patch, ...]] = {}
    for entry in text.split("\0")[1:]:
        message, _, diff = entry.partition("\x01")
        for landed in merge_message.read(message.strip("\n")):
            found[landed.number] = tuple(_of_diff(diff))
    return found


def _of_diff(diff: str) -> Iterator[Patch]:
    for part in re.split(r"^diff --git .*$", diff, flags=re.MULTILINE)[1:]:
        path = re.search(r"^\+\+\+ b/(.*)$", part, re.MULTILINE)
        if path:
            added = re.findall(r"^\+(?!\+\+ b/)(.*)$", part, re.MULTILINE)
            yield Patch(path=path[1], added=tuple(added), is_new="\nnew file mode" in part)


def main() -> None:
    """Read the facts of one project into the cache."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("project", choices=PROJECTS)
    options.add_argument("--clones", type=Path, required=True, help="the folder of the repositories' clones")
    given = options.parse_args()
    found = load(given.project, given.clones)
    print(f"{given.project}: {len(found)} of {len(list(_rows(given.project, DATA)))} pull requests found")


if __name__ == "__main__":
    main()
