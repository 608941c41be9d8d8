"""Search GitHub, and turn its answers into a repository's activity, for GraphQL and REST."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, timedelta

from weekly.gather.base import Reading, Span, blocked, noted
from weekly.gather.github.releases import ReleaseLists
from weekly.http.retry import UnansweredError
from weekly.model import Outcome, Problem, PullRequest, Severity
from weekly.text.markdown import harmless

SEARCH_CAP = 1000
"""Results that a search gives at most, whatever it counts."""


def searched(repo: str, span: Span) -> str:
    """Return the search for a repository's merged pull requests.

    GitHub's range includes both ends, to the second.
    """
    first = span.start.astimezone(UTC)
    last = span.end.astimezone(UTC) - timedelta(seconds=1)
    return f"repo:{repo} is:pr is:merged merged:{first:%Y-%m-%dT%H:%M:%SZ}..{last:%Y-%m-%dT%H:%M:%SZ} sort:created-asc"


@contextmanager
def github_shapes(url: str) -> Iterator[None]:
    """Report an error in this block as an answer of unknown shape."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        what = f"{type(error).__name__}: {error}"
        raise UnansweredError(f"{url}: the answer isn't GitHub's, or in a shape that is new ({what})") from error


def complete(
    repo: str,
    pulls: Mapping[int, PullRequest],
    total: int,
    releases: ReleaseLists,
    *,
    unindexed: int,
    problems: Sequence[Problem],
    renamed_to: str | None,
    is_archived: bool = False,
    lacks: tuple[str, ...] = (),
) -> Reading:
    """Return a reading, FAILED if GitHub counts more pull requests. `unindexed` are those that the search lacks."""
    found = [*problems]
    if unindexed:
        what = f"{unindexed} merged so lately that the search did not have them yet"
        found.append(noted(repo, what, hint="taken from the repository's own list"))
    found += releases.problems
    if len(pulls) < total + unindexed:
        what = f"GitHub counts {total + unindexed} merged pull requests, but gave {len(pulls)}"
        found.append(blocked(repo, what, hint="gather again with --refresh"))
    failed = any(problem.severity is Severity.BLOCKS for problem in found)
    if renamed_to:
        found.append(noted(repo, f"is now {renamed_to}", hint="write the new name into weekly.toml"))
    if is_archived:
        found.append(noted(repo, "is archived on GitHub", hint="take it out of weekly.toml when you like"))
    return Reading(
        repo=repo,
        outcome=Outcome.FAILED if failed else Outcome.ACTIVE if pulls else Outcome.QUIET,
        pulls=tuple(pulls[number] for number in sorted(pulls)),
        total=total,
        unindexed=unindexed,
        renamed_to=renamed_to,
        is_archived=is_archived,
        lacks=lacks,
        releases=releases.in_span(),
        problems=tuple(found),
    )


def refusal_hint(reason: str, sso: str) -> str:
    """Return what to do about a refusal.

    `sso` is GitHub's header with the address that authorises a token.
    """
    match = re.search(r"url=(https?://\S+)", sso)
    what = f"authorise the token at {harmless(match[1])}" if match else "give a GITHUB_TOKEN that may read it"
    return f"{what} (GitHub's reason: {harmless(reason)})" if reason else what


def gone(repo: str, outcome: Outcome, *, hint: str = "") -> Reading:
    """Return a reading of a repository that gave nothing."""
    hints = {
        Outcome.NOT_FOUND: "check its name in weekly.toml, and that the token may see it",
        Outcome.FORBIDDEN: "give a GITHUB_TOKEN that may read it",
    }
    problem = blocked(repo, outcome.sentence, hint=hint or hints.get(outcome, "gather again with --refresh"))
    return Reading(repo=repo, outcome=outcome, problems=(problem,))
