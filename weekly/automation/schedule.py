"""Whose turn it is: the weeks that the unattended run is to publish, from what is published and what day it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from weekly.errors import ConfigError
from weekly.model import Record
from weekly.publish.record import Stage
from weekly.week import Week

MOST_BEHIND = 104
"""Weeks that may be left behind: more come of a wrong clock, or of a first week that was never meant."""


class Known(Record, frozen=True, kw_only=True):
    """What is known of the series: where it begins, what has been published, what never is, and the last whole week."""

    first: Week | None
    records: Mapping[Week, Stage]
    skipped: Collection[Week] = ()
    last: Week


def due(known: Known) -> tuple[Week, ...]:
    """The weeks to publish, oldest first: those left behind, and the last whole one, which may have news.

    They begin with `first`, else with the newest record: never with what happens to be archived.
    """
    begin = known.first or max(known.records, default=None)
    if begin is None:
        raise ConfigError(
            "weekly.toml: schedule.first_week: missing, and nothing is published yet, so no week is the first; "
            f"add [schedule] first_week = {known.last}, or name one with --week"
        )
    weeks = [begin.shifted(n) for n in range(known.last.weeks_since(begin) + 1)]
    found = tuple(week for week in weeks if week not in known.skipped and _has_turn(week, known))
    if len(found) > MOST_BEHIND:
        raise ConfigError(
            f"weekly.toml: schedule.first_week: {len(found)} weeks are left behind from {begin} to {known.last}, more than "
            f"{MOST_BEHIND}; set this machine's clock right if it isn't, else give a later first_week, and older weeks "
            "with --week"
        )
    return found


def _has_turn(week: Week, known: Known) -> bool:
    return week == known.last or known.records.get(week) is not Stage.PUBLISHED
