"""Check the preconditions for publishing, whatever the post's text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from weekly.http.clock import ServerTime, differing
from weekly.model import Finding, Outcome, Severity, Snapshot, Source
from weekly.week import Week


def obstacles(
    snapshot: Snapshot,
    *,
    now: datetime,
    others: Sequence[ServerTime] = (),
    is_early: bool = False,
    is_public: bool = True,
    permits_unproven: bool | None = False,
    section: str = "forum",
    findings: Sequence[Finding] = (),
) -> tuple[str, ...]:
    """Return every reason not to publish the post, with what to do about each.

    `permits_unproven` is None where no setting allows it.
    """
    week = snapshot.week
    reasons = [str(problem) for problem in snapshot.blocking]
    if is_public and snapshot.source is Source.SAMPLE:
        reasons.append(f"archive/{week}.json is the sample: gather the week with --refresh, or give --to DIR")
    reasons += tuple(untimely(week, now, others)) or (() if is_early else _unended(snapshot, now))
    if not permits_unproven:
        advice = "" if permits_unproven is None else f", or allow it: {section}.publish_unproven"
        reasons += [f"{repo}: {Outcome.UNPROVEN.sentence}; gather it from GitHub{advice}" for repo in snapshot.unproven]
    reasons += [str(finding) for finding in findings if finding.severity is Severity.BLOCKS]
    return tuple(reasons)


def untimely(week: Week, now: datetime, others: Sequence[ServerTime]) -> Iterator[str]:
    """Yield a reason for each server by whose clock the week isn't the last or current one that it seems."""
    for other in others:
        ago, there = (Week.of_instant(instant, week.zone).weeks_since(week) for instant in (now, other.now))
        if ago != there and (ago < 2 or there < 1):
            what = "not over" if there < 1 else "the last whole one" if there == 1 else "an older one"
            clocks = differing(now, other)
            yield f"{clocks}, by which the week of {week} is {what}; correct the wrong clock, and run again"


def _unended(snapshot: Snapshot, now: datetime) -> Iterator[str]:
    week = snapshot.week
    if now < week.end:
        yield f"the week of {week} ends at {week.end:%Y-%m-%d %H:%M} UTC; wait for it, or give --early"
    elif snapshot.is_provisional:
        yield f"the week of {week} was gathered before it ended; gather it again: weekly gather --week {week}"
