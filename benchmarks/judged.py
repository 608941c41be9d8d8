"""The judged pull requests as records, with twice 14 whole weeks set aside for the final figure.

Those of whole weeks are of ../shared/data. Those that we judged are next to this file, by their titles and numbers; their
commits and files are read from clones.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from weekly.gather.base import Span
from weekly.gather.git.clones import Clone, Clones
from weekly.model import Commit, FileChange, Kind, Person, PullRequest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Where the data lies next to a checkout; it is no part of the repository."""

READ = Path(__file__).with_name("judged.tsv")
"""The pull requests that we judged, to learn from; draw_titles.py drew the first of them."""

FRESH = Path(__file__).with_name("judged-weeks.tsv")
"""Those of 14 further weeks that are set aside, judged by two readers."""

STRANGERS = Path(__file__).with_name("judged-projects.tsv")
"""Pull requests of many projects: improvement or bugfix where users notice them, else internal or internal fix."""

CACHE = Path(__file__).resolve().parents[1] / ".cache" / "kinds"
"""What was read from clones. Remove it to read them again."""

YEARS = range(2013, 2027)
"""When the judged pull requests were merged."""

HELD_OUT_EVERY, HELD_OUT_PLACE = 4, 2
"""Of the weeks in order, those whose index leaves this remainder are held out: every fourth, over all years."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A pull request and the kind that an editor gave it; `sure` is False where it could be argued."""

    pull: PullRequest
    kind: Kind
    sure: bool
    picked: bool = False
    """Whether it was judged for being hard."""

    @property
    def monday(self) -> date:
        """The Monday, UTC, of the week of its merge."""
        return monday_of(self.pull.merged_at)


@dataclass(frozen=True, kw_only=True)
class Split:
    """The judged pull requests, by whether their week is held out."""

    training: tuple[Judged, ...]
    held_out: tuple[Judged, ...]
    held_out_weeks: tuple[date, ...]


def monday_of(instant: datetime) -> date:
    """The Monday of an instant's week, UTC."""
    return instant.date() - timedelta(days=instant.weekday())


def held_out_weeks(mondays: Iterable[date]) -> tuple[date, ...]:
    """The weeks that are kept for the final figure: fixed by their place alone, whatever is in them."""
    weeks = sorted(set(mondays))
    return tuple(week for place, week in enumerate(weeks) if place % HELD_OUT_EVERY == HELD_OUT_PLACE)


def load(folder: Path = DATA) -> Split:
    """Read the judged pull requests; SystemExit says what is missing."""
    rows = records(folder)
    held_out = held_out_weeks(monday_of(_instant(row)) for row in rows)
    kinds = _kinds(folder)
    judged = [_judged(row, *kinds[ref]) for row in rows if (ref := f"{row['repo']}#{row['number']}") in kinds]
    return Split(
        training=tuple(one for one in judged if one.monday not in held_out),
        held_out=tuple(one for one in judged if one.monday in held_out),
        held_out_weeks=held_out,
    )


def load_read(clones: Path, folder: Path = DATA) -> tuple[Judged, ...]:
    """Those that we judged, with commits and files where the clones have them; none is of a week set aside."""
    rows = {ref: (Kind(kind), sure == "yes", by == "whole") for ref, kind, sure, by, _ in _rows(READ)}
    known = {pull.ref: pull for pull in pulls(folder)} | merged(clones, rows, cache="judged")
    return tuple(
        Judged(pull=known[ref], kind=kind, sure=sure, picked=picked) for ref, (kind, sure, picked) in rows.items()
    )


def load_fresh(clones: Path) -> tuple[Judged, ...]:
    """The further weeks that are set aside."""
    rows = {ref: (Kind(kind), sure == "yes") for ref, kind, _, sure, _ in _rows(FRESH)}
    known = merged(clones, rows, cache="judged-weeks")
    return tuple(Judged(pull=known[ref], kind=kind, sure=sure) for ref, (kind, sure) in rows.items())


def load_strangers(clones: Path) -> tuple[tuple[PullRequest, str, bool], ...]:
    """The pull requests of many projects with what the first reader calls them, and whether that is sure."""
    rows = {ref: first for ref, first, _ in _rows(STRANGERS)}
    known = merged(clones, rows, cache=f"judged-projects-{len(rows)}")
    return tuple(
        (known[ref], first.rstrip("?"), not first.endswith("?")) for ref, first in rows.items() if ref in known
    )


def merged(clones: Path, refs: Collection[str], *, cache: str = "") -> dict[str, PullRequest]:
    """Return the pull requests of these refs or whole repositories from clones, or from a cache.

    SystemExit names a missing clone.
    """
    file = CACHE / f"{cache}.jsonl"
    if cache and file.is_file():
        return {pull.ref: pull for pull in msgspec.json.Decoder(PullRequest).decode_lines(file.read_bytes())}
    known = _merged(clones, refs)
    if cache:
        CACHE.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(".new")
        temporary.write_bytes(msgspec.json.Encoder().encode_lines(list(known.values())))
        temporary.rename(file)
    return known


def _merged(clones: Path, refs: Collection[str]) -> dict[str, PullRequest]:
    repos = sorted({ref.partition("#")[0] for ref in refs})
    source = Clones(
        {repo: Clone(folder=clone_of(clones, repo), patterns=("*",)) for repo in repos}, environment=os.environ
    )
    spans = [Span(start=datetime(year, 1, 1, tzinfo=UTC), end=datetime(year + 1, 1, 1, tzinfo=UTC)) for year in YEARS]
    found = (pull for span in spans for reading in source.read(repos, span) for pull in reading.pulls)
    return {pull.ref: pull for pull in found if pull.ref in refs or pull.repo in refs}


def pulls(folder: Path = DATA) -> Iterator[PullRequest]:
    """Every pull request whose title is known, and little else."""
    rows = csv.reader(read(folder, "titles.tsv").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    next(rows)
    for ref, merged_at, author, title in rows:
        repo, number = ref.split("#")
        yield PullRequest(
            repo=repo, number=int(number), title=title, url=f"https://github.com/{repo}/pull/{number}",
            author=Person(login=author or "ghost"), merged_at=datetime.fromisoformat(merged_at),
        )  # fmt: skip


def names(folder: Path = DATA) -> frozenset[str]:
    """The names and logins of everybody in the data, of all weeks: what must not be learned."""
    people = {row[key] for row in records(folder) for key in ("author", "author_name", "merged_by") if row[key]}
    titles = read(folder, "titles.tsv").splitlines()[1:]
    return frozenset(people | {author for line in titles if (author := line.split("\t")[2])})


def records(folder: Path) -> list[dict[str, Any]]:
    """The facts of every pull request, of all weeks."""
    return [json.loads(line) for line in read(folder, "pull-requests.jsonl").splitlines()]


def read(folder: Path, name: str) -> str:
    """One of the data's files; SystemExit says that it is missing."""
    try:
        return (folder / name).read_text("utf-8")
    except OSError as error:
        reason = "the judged pull requests are no part of the repository; name their folder with --data DIR"
        raise SystemExit(f"{folder / name}: {error.strerror}: {reason}") from error


def clone_of(within: Path, repo: str) -> Path:
    """The clone of a repository; SystemExit says that it is missing."""
    names = (repo, repo.replace("/", "+"), repo.partition("/")[2])
    places = [within / f"{name}{ending}" for name in names for ending in ("", ".git")]
    for place in places:
        if place.is_dir():
            return place
    raise SystemExit(
        f"{within}: no clone of {repo}; clone it there, as {', '.join(names)}, and name the folder with --clones"
    )


def _rows(file: Path) -> list[list[str]]:
    """The rows of one of our files, without remarks and the names of the columns."""
    return [line.split("\t") for line in file.read_text("utf-8").splitlines() if not line.startswith("#")][1:]


def _kinds(folder: Path) -> dict[str, tuple[Kind, bool]]:
    rows = [line.split("\t") for line in read(folder, "kinds.tsv").splitlines()[1:]]
    return {ref: (Kind(kind), sure == "yes") for ref, kind, sure in rows}


def _instant(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["merged_at"])


def _judged(row: dict[str, Any], kind: Kind, sure: bool) -> Judged:
    pull = PullRequest(
        repo=row["repo"], number=row["number"], title=row["title"], url=row["url"],
        author=Person(login=row["author"] or "ghost", name=row["author_name"] or ""),
        merged_at=_instant(row), base=row["base"], head=row["head"],
        commits=tuple(Commit(**commit) for commit in row["commits"]),
        files=tuple(FileChange(**change) for change in row["files"]),
    )  # fmt: skip
    return Judged(pull=pull, kind=kind, sure=sure)
