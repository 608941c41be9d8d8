"""The judged pull requests as records, with 14 whole weeks set aside for the final figure.

Those judged in full are of ../shared/data; those judged by their titles alone are beside this file.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from weekly.model import Commit, FileChange, Kind, Person, PullRequest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Where the data lies beside a checkout; it is no part of the repository."""

TITLES = Path(__file__).with_name("judged-titles.tsv")
"""The pull requests that were judged by their titles; draw_titles.py drew them."""

HELD_OUT_EVERY, HELD_OUT_PLACE = 4, 2
"""Of the weeks in order, those whose index leaves this remainder are held out: every fourth, over all years."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A pull request and the kind that an editor gave it; `sure` is False where it could be argued."""

    pull: PullRequest
    kind: Kind
    sure: bool
    by_title: bool = False
    """Whether only its title is known, and it was judged by that."""

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


def load_titles(folder: Path = DATA) -> tuple[Judged, ...]:
    """The pull requests that were judged by their titles alone; none is of a held-out week."""
    known = {pull.ref: pull for pull in pulls(folder)}
    rows = [line.split("\t") for line in TITLES.read_text("utf-8").splitlines() if not line.startswith("#")]
    return tuple(
        Judged(pull=known[ref], kind=Kind(kind), sure=sure == "yes", by_title=True) for ref, kind, sure, _ in rows[1:]
    )


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
