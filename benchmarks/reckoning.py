"""Score a list of pull requests by completeness, duplicates, errors and kinds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

NEITHER = "rest"
"""The class of what is neither an improvement nor a bug fix; so the post treats what nobody gave a kind, too."""

_HEADING = re.compile(r"#{1,6}\s+(.+)")
_BULLET = re.compile(r"\s*[-*] ")
_PULL = re.compile(r"\]\(https://github\.com/([^/\s]+/[^/\s]+)/pull/(\d+)\)")

CLASSES = {
    # github-activity; a title or label of that sort puts a pull request there
    "api and breaking changes": "improvement",
    "new features added": "improvement",
    "enhancements made": "improvement",
    "deprecated features": "improvement",
    "bugs fixed": "bugfix",
    # git-cliff, as its `--init` has them
    "features": "improvement",
    "performance": "improvement",
    "bug fixes": "bugfix",
    "security": "bugfix",
}
"""The class of three that a heading names; any other is NEITHER."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A pull request of a list, and the class of three that the list gives it."""

    ref: str
    three: str


@dataclass(frozen=True, kw_only=True)
class Share:
    """A number of a total."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part} of {self.whole}" if self.whole else "–"


@dataclass(frozen=True, kw_only=True)
class Score:
    """The score of a list."""

    found: Share
    twice: int
    wrong: int
    kinds: Share


def entries(markdown: str) -> list[Entry]:
    """Return the pull requests that a Markdown list links to, one for each bullet."""
    found, three = [], NEITHER
    for line in markdown.splitlines():
        if heading := _HEADING.match(line):
            three = _class(heading[1])
        elif _BULLET.match(line) and (links := _PULL.findall(line)):
            repo, number = links[-1]  # the title, somebody's words, stands before
            found.append(Entry(ref=f"{repo}#{number}", three=three))
    return found


def _class(heading: str) -> str:
    words = re.sub(r"[^\w\s-]", "", heading).strip().lower()
    return CLASSES.get(words, NEITHER)


def reckon(found: Sequence[Entry], there: Iterable[str], kinds: Mapping[str, str]) -> Score:
    """Compare a list with the merged pull requests and their judged classes.

    The kind of one that wasn't found is not right, whatever it is.
    """
    counts = Counter(one.ref for one in found)
    classes = {one.ref: one.three for one in found}
    real = set(there)
    return Score(
        found=Share(part=len(real & set(counts)), whole=len(real)),
        twice=sum(count > 1 for count in counts.values()),
        wrong=len(set(counts) - real),
        kinds=Share(part=sum(classes.get(ref) == kind for ref, kind in kinds.items()), whole=len(kinds)),
    )
