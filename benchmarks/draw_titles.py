"""Draw the pull requests whose titles are judged: `python -m benchmarks.draw_titles [--data DIR]`.

The same draw each time. Left out are the weeks that are held out, what is judged already, what the certain rungs
decide by author or prefix, and all but one of titles that are nearly the same, such as backports: also of what is
judged already, held out or not. So no pull request to be measured gave anything that is learned from titles.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from benchmarks.judged import DATA, held_out_weeks, monday_of, pulls, records
from weekly.classify.rules import classify
from weekly.classify.tokens import stem
from weekly.config.rules import KindRules
from weekly.model import PullRequest

SEED = 20230327

ROUNDS = (
    {
        "canonical/lxd": 1300,
        "lxc/lxc": 480,
        "lxc/distrobuilder": 150,
        "lxc/lxcfs": 90,
        "canonical/lxd-pkg-snap": 100,
        "canonical/charm-lxd": 30,
    },
    {
        "canonical/lxd": 1400,
        "lxc/lxc": 460,
        "lxc/distrobuilder": 120,
        "lxc/lxcfs": 50,
        "canonical/lxd-pkg-snap": 40,
        "canonical/charm-lxd": 0,
    },
)
"""How many of each repository, a draw after the other: more of the small ones than their share."""

NEAR = 0.75
"""Titles that share this part of their words are nearly the same."""

_BRANCH = re.compile(r"\([^)]*(?:stable|edge|candidate|latest|incus|backport)[^)]*\)|\bbackport(?:ed|s|ing)?\b|#\d+")


class Nearly:
    """Which titles are nearly the same as one seen before."""

    def __init__(self) -> None:
        """Begin with none seen."""
        self._with: defaultdict[str, list[frozenset[str]]] = defaultdict(list)

    def add(self, title: str) -> bool:
        """Whether this title is the first of its like; it is seen from now on."""
        found = _words_of(title)
        if not found:
            return False
        near = (other for word in found for other in self._with[word])
        is_new = not any(len(found & other) >= NEAR * len(found | other) for other in near)
        for word in found:
            self._with[word].append(found)
        return is_new


def draw(folder: Path) -> list[PullRequest]:
    """The sample, in random order."""
    judged = records(folder)
    weeks = held_out_weeks(monday_of(datetime.fromisoformat(row["merged_at"])) for row in judged)
    known = {f"{row['repo']}#{row['number']}" for row in judged}
    everything = sorted(pulls(folder), key=lambda pull: (pull.repo, pull.number))
    nearly = Nearly()
    for title in [row["title"] for row in judged]:
        nearly.add(title)
    for pull in everything:
        if monday_of(pull.merged_at) in weeks:
            nearly.add(pull.title)
    chance = random.Random(SEED)  # noqa: S311
    chance.shuffle(everything)
    drawn: list[PullRequest] = []
    for quotas in ROUNDS:
        wanted = dict(quotas)
        for pull in everything:
            if pull.ref in known or monday_of(pull.merged_at) in weeks or not wanted[pull.repo]:
                continue
            if classify(pull, KindRules()).rule == "words" and nearly.add(pull.title):
                known.add(pull.ref)
                wanted[pull.repo] -= 1
                drawn.append(pull)
    return drawn


def listed(drawn: Iterable[PullRequest]) -> str:
    """One a line: the pull request and its title."""
    return "".join(f"{pull.ref}\t{pull.title}\n" for pull in drawn)


def _words_of(title: str) -> frozenset[str]:
    plain = _BRANCH.sub(" ", title.lower())
    return frozenset(stem(word) for word in re.findall(r"[a-z0-9]+", plain))


def main() -> None:
    """Print the draw."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=DATA, help="the folder of the judged pull requests")
    print(listed(draw(options.parse_args().data)), end="")


if __name__ == "__main__":
    main()
