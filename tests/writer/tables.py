"""Score the checker on the tables of planted faults and truthful paraphrases: python -m tests.writer.tables [one|two]."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from weekly.model import Commit, FileChange, Highlight, Issue, Kind, Patch, Person, PullRequest, Release, Verdict
from weekly.writer.checker import check
from weekly.writer.document import Fact, Sentence
from weekly.writer.evidence import Evidence
from weekly.writer.facts import facts_of

FOLDER = Path(__file__).parent / "tables"
DAY = datetime(2023, 3, 28, tzinfo=UTC)


class Row(NamedTuple):
    """One answer of a table, its planted fault, and the sentences that pass and that don't."""

    id: str
    fault: str
    is_checkable: bool
    is_refused: bool
    why: str
    passed: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def rows(part: str) -> list[dict[str, Any]]:
    """Return the rows of one file."""
    text = (FOLDER / f"{part}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


@cache
def scored(part: str) -> tuple[Row, ...]:
    """Score the faults and truths of a part. A truth has the fault ""."""
    facts = {row["id"]: (Evidence(facts_of_row(row)), row["kind"]) for row in rows(f"{part}-facts")}
    truths = rows(f"{part}-truths")
    known = {(row["highlight"], sentence["text"]) for row in truths for sentence in row["sentences"]}
    return tuple(_scored(row, *facts[row["highlight"]], known) for row in [*truths, *rows(f"{part}-faults")])


def _scored(row: Mapping[str, Any], evidence: Evidence, kind: str, known: set[tuple[str, str]]) -> Row:
    """Score an answer. A fault is refused where a sentence is dropped that isn't a truth of the table."""
    sentences = [Sentence(text=one["text"], support=tuple(one["support"])) for one in row["sentences"]]
    verdicts = check(sentences, evidence, kind=kind, share=0.5, longest=800)
    dropped = tuple((verdict.text, verdict.why) for verdict in verdicts if verdict.why)
    is_any = row.get("fault", "") in ("", "over-length")  # one that is too long may end in a truth
    counts = [text for text, _ in dropped if is_any or (row["highlight"], text) not in known]
    return Row(
        id=row["id"],
        fault=row.get("fault", ""),
        is_checkable=row.get("checkable", True),
        is_refused=bool(counts),
        why=row.get("why", ""),
        passed=tuple(verdict.text for verdict in verdicts if not verdict.why),
        refused=dropped,
    )


def facts_of_row(row: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return the facts of a row as a highlight has them."""
    pulls = tuple(_pull(one, row["patches"]) for one in row["pulls"])
    verdict = Verdict(kind=Kind(row["kind"]), rule="label", evidence="table")
    releases = [
        Release(tag=one["name"].split()[-1], name=one["name"], url=one["url"], published_at=DAY)
        for one in row["releases"]
    ]
    return facts_of(Highlight(pulls=pulls, text=row["draft"], verdict=verdict), releases)


def _pull(row: Mapping[str, Any], patches: list[Mapping[str, Any]]) -> PullRequest:
    repo, _, number = row["ref"].partition("#")
    note = f"\n\n```release-note\n{row['release_note']}\n```\n" if row["release_note"] else ""
    return PullRequest(
        repo=repo,
        number=int(number),
        title=row["title"],
        url=row["url"],
        author=Person(login=row["author"]),
        merged_at=DAY,
        labels=tuple(row["labels"]),
        body=row["body"] + note,
        commits=tuple(Commit(subject=one["headline"], body=one["body"]) for one in row["commits"]),
        files=tuple(FileChange(path=path) for path in row["files"]),
        patches=tuple(Patch(path=one["path"], added=tuple(one["added"])) for one in patches),
        closes=tuple(
            Issue(
                number=int(one["ref"].partition("#")[2]),
                title=one["title"],
                reporter=Person(login=one["reporter"]) if one.get("reporter") else None,
            )
            for one in row["closes"]
        ),
    )


def main(part: str, shows: str = "") -> None:
    """Print the figures of a part, and the rows of a kind."""
    found = scored(part)
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        groups[row.fault or "(truth)"].append(row)
    for fault, members in groups.items():
        refused = sum(row.is_refused for row in members)
        checkable = [row for row in members if row.is_checkable]
        leaks = sum(not row.is_refused for row in checkable)
        print(
            f"{fault:22} {len(members):4} rows, {refused:4} refused; {len(checkable):4} checkable, {leaks:3} of them pass"
        )
    wrong = [row for row in found if row.is_refused == (not row.fault)]
    print(
        Counter(reason.split("'")[0][:40] for row in wrong for _, reason in row.refused if not row.fault).most_common(
            30
        )
    )
    for row in wrong:
        if shows in (row.fault or "(truth)", "all"):
            print(row.id, row.is_checkable, row.why, *(row.refused if not row.fault else row.passed), sep="\n     ")


if __name__ == "__main__":
    main(*sys.argv[1:])
