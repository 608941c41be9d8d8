"""What a span of time is asked with, and what one repository answered: common to GraphQL and REST."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from weekly.markdown import normalise
from weekly.model import Outcome, Problem, PullRequest, Severity

SEARCH_CAP = 1000
"""Results that a search gives at most, whatever it counts."""
BODY_LIMIT = 20_000
"""Characters of a description that are kept; a commit's body gets a tenth."""

_TRAILER = re.compile(
    r"^[A-Z][A-Za-z]+(?:-[A-Za-z]+)*-by: .*<[^<>]*>\s*$|^Signed-off-by:.*$", re.MULTILINE | re.IGNORECASE
)
_COAUTHOR = re.compile(r"^Co-authored-by:\s*(.*?)\s*<[^<>]*>\s*$", re.MULTILINE | re.IGNORECASE)
_ADDRESS = re.compile(r"<[^<>\s@]+@[^<>\s]+>")


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A half-open span of time in which pull requests were merged."""

    start: datetime
    end: datetime

    def query(self, repo: str) -> str:
        """The search for it. GitHub's own range includes both ends, to the second."""
        first = self.start.astimezone(UTC)
        last = self.end.astimezone(UTC) - timedelta(seconds=1)
        return (
            f"repo:{repo} is:pr is:merged merged:{first:%Y-%m-%dT%H:%M:%SZ}..{last:%Y-%m-%dT%H:%M:%SZ} sort:created-asc"
        )

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


def complete(
    repo: str,
    found: Mapping[int, PullRequest],
    total: int,
    *,
    unindexed: int = 0,
    problems: tuple[Problem, ...] = (),
    renamed_to: str | None = None,
    is_archived: bool = False,
    lacks: tuple[str, ...] = (),
) -> Reading:
    """A reading of what was found; FAILED, with the problem named, where it is less than GitHub counts."""
    if len(found) < total + unindexed:
        what = f"GitHub counts {total + unindexed} merged pull requests, but gave {len(found)}"
        problems = (*problems, blocked(repo, what, hint="gather again with --refresh"))
    notes: tuple[Problem, ...] = ()
    if renamed_to:
        notes = (noted(repo, f"is now {renamed_to}", hint="write the new name into weekly.toml"),)
    if is_archived:
        notes = (*notes, noted(repo, "is archived on GitHub", hint="take it out of weekly.toml when you like"))
    failed = any(problem.severity is Severity.BLOCKS for problem in problems)
    outcome = Outcome.FAILED if failed else Outcome.ACTIVE if found else Outcome.QUIET
    return Reading(
        repo=repo,
        outcome=outcome,
        pulls=tuple(found[number] for number in sorted(found)),
        total=total,
        unindexed=unindexed,
        renamed_to=renamed_to,
        is_archived=is_archived,
        lacks=lacks,
        problems=(*problems, *notes),
    )


def gone(repo: str, outcome: Outcome, *, hint: str = "") -> Reading:
    """A reading of a repository that gave nothing."""
    hints = {
        Outcome.NOT_FOUND: "check its name in weekly.toml, and that the token may see it",
        Outcome.FORBIDDEN: "give a GITHUB_TOKEN that may read it",
    }
    problem = blocked(repo, outcome.sentence, hint=hint or hints.get(outcome, "gather again with --refresh"))
    return Reading(repo=repo, outcome=outcome, problems=(problem,))


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
