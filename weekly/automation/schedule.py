"""Tell which weeks an unattended run publishes, from the records and the date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from weekly.errors import ConfigError
from weekly.model import Record
from weekly.publish.record import Stage
from weekly.week import Week

MOST_BEHIND = 104
"""Most weeks that may be missing. More come from a wrong clock, or a first week by mistake."""


class Known(Record, frozen=True, kw_only=True):
    """The first, recorded, skipped and last complete weeks of the series."""

    first: Week | None
    records: Mapping[Week, Stage]
    skipped: Collection[Week] = ()
    last: Week


def due(known: Known) -> tuple[Week, ...]:
    """Return the weeks to publish, the oldest first.

    These are the missing ones and the last complete one, which may have changed. They begin with `first`, else with the
    newest record, whatever is archived.
    """
    begin = known.first or max(known.records, default=None)
    if begin is None:
        raise ConfigError(
            "weekly.toml: schedule.first_week: missing, and nothing is published yet, so no week is the first; "
            f"add [schedule] first_week = {known.last}, or name one with --week"
        )
    series = [begin.shifted(n) for n in range(known.last.weeks_since(begin) + 1)]
    weeks = tuple(week for week in series if week not in known.skipped and _is_due(week, known))
    if len(weeks) > MOST_BEHIND:
        raise ConfigError(
            f"weekly.toml: schedule.first_week: {len(weeks)} weeks are left behind from {begin} to {known.last}, more than "
            f"{MOST_BEHIND}; set this machine's clock right if it isn't, else give a later first_week, and older weeks "
            "with --week"
        )
    return weeks


def joined(targets: Iterable[Mapping[Week, Stage]]) -> dict[Week, Stage]:
    """Return the stage of each week over all targets, PUBLISHED where none with an older week lacks it."""
    begun = [stages for stages in targets if stages]
    weeks = {week for stages in begun for week in stages}
    return {
        week: min((stages.get(week, Stage.SENDING) for stages in begun if min(stages) <= week), key=list(Stage).index)
        for week in sorted(weeks)
    }


def _is_due(week: Week, known: Known) -> bool:
    return week == known.last or known.records.get(week) is not Stage.PUBLISHED
