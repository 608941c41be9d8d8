"""Tell which weeks an unattended run publishes, from the records and the date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from weekly.errors import ConfigError
from weekly.publish.record import Stage
from weekly.week import Week

MOST_BEHIND = 104
"""Most weeks that may be missing. More come from a wrong clock, or a first week by mistake."""


def due(
    records: Mapping[Week, Stage], last: Week, *, first: Week | None = None, skipped: Collection[Week] = ()
) -> tuple[Week, ...]:
    """Return the weeks to publish up to the last complete one, the oldest first.

    These are the missing ones and the last one, which may have changed. They begin with `first`, else with the newest
    record, whatever is archived.
    """
    begin = first or max(records, default=None)
    if begin is None:
        raise ConfigError(
            "weekly.toml: schedule.first_week: missing, and nothing is published yet, so no week is the first; "
            f"add [schedule] first_week = {last}, or name one with --week"
        )
    series = [begin.shifted(n) for n in range(last.weeks_since(begin) + 1)]
    missing = (week for week in series if week == last or records.get(week) is not Stage.PUBLISHED)
    weeks = tuple(week for week in missing if week not in skipped)
    if len(weeks) > MOST_BEHIND:
        raise ConfigError(
            f"weekly.toml: schedule.first_week: {len(weeks)} weeks are left behind from {begin} to {last}, more than "
            f"{MOST_BEHIND}; correct this machine's clock if it is wrong, or else set a later first_week and publish older "
            "weeks with --week"
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
