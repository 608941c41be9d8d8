"""Titles become the sentences that a good editor would accept."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from weekly import titles

DATA = Path(__file__).parent / "data"
COMMANDS = ("lxc", "lxc-create", "lxd")

MISSES = {"lxc/distrobuilder#3"}


def table(name: str) -> list[tuple[str, str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return [(ref, title, sentence) for ref, title, sentence in rows]


@pytest.mark.parametrize(("ref", "title", "sentence"), table("titles.tsv"))
def test_a_real_title_becomes_what_an_editor_accepts(ref: str, title: str, sentence: str) -> None:
    found = titles.sentence(title, commands=COMMANDS)
    assert (found != sentence) == (ref in MISSES), found
