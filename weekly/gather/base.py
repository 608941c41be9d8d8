"""The span of time that a source is asked for, what one repository answered, and how foreign text is kept."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from weekly.model import Outcome, Problem, PullRequest, Severity
from weekly.text.markdown import normalise

BODY_LIMIT = 20_000
"""Characters of a description that are kept."""
COMMIT_LIMIT = BODY_LIMIT // 10
"""Characters of a commit's body that are kept."""
FILES, COMMITS = 100, 50
"""How many of each are kept of a pull request; where there are more, it says that they are cut."""

_TRAILER = re.compile(
    r"^[A-Z][A-Za-z]+(?:-[A-Za-z]+)*-by: .*<[^<>]*>\s*$|^Signed-off-by:.*$", re.MULTILINE | re.IGNORECASE
)
_COAUTHOR = re.compile(r"^Co-authored-by:\s*(.*?)\s*<[^<>]*>\s*$", re.MULTILINE | re.IGNORECASE)
_ADDRESS = re.compile(r"<[^<>\s@]+@[^<>\s]+>")


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A half-open span of time in which pull requests were merged."""

    start: datetime
    end: datetime

    def halves(self) -> tuple[Span, ...]:
        """The span cut in two at a whole second; empty where it is a second long."""
        seconds = int((self.end - self.start).total_seconds())
        if seconds < 2:
            return ()
        middle = self.start + timedelta(seconds=seconds // 2)
        return Span(start=self.start, end=middle), Span(start=middle, end=self.end)

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One repository over a span: what it answered, and what is wrong with the answer."""

    repo: str
    outcome: Outcome
    pulls: tuple[PullRequest, ...] = ()
    total: int | None = None
    unindexed: int = 0
    renamed_to: str | None = None
    is_archived: bool = False
    lacks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def blocked(repo: str, what: str, *, hint: str = "") -> Problem:
    """A problem that leaves a gap."""
    return Problem(where=repo, what=what, severity=Severity.BLOCKS, hint=hint)


def noted(repo: str, what: str, *, hint: str = "") -> Problem:
    """A problem that leaves none."""
    return Problem(where=repo, what=what, severity=Severity.NOTED, hint=hint)


def clean(text: str | None) -> str:
    """Foreign text as it is kept: in UTF-8, with plain newlines, without sign-offs and anybody's address."""
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _ADDRESS.sub("", _TRAILER.sub("", plain)).strip()


def line(text: str | None) -> str:
    """Foreign text that is a title or a name: on one line, harmless, and no longer than one should be."""
    return normalise(clean(text))


def coauthors(*messages: str | None) -> tuple[str, ...]:
    """The names in the Co-authored-by lines, each once, in their order."""
    names = [line(name) for message in messages for name in _COAUTHOR.findall(message or "")]
    return tuple(dict.fromkeys(name for name in names if name))
