"""Report what publishing did, or would do."""

from __future__ import annotations

from weekly.console import put_diff, put_lines, say, say_plan, warn
from weekly.files.paths import shown
from weekly.publish.base import Destination
from weekly.publish.decision import Action, State, difference
from weekly.publish.execute import Outcome
from weekly.text.english import numbered


def report(outcome: Outcome, destination: Destination, *, is_dry_run: bool) -> int:
    """Print what was done, why and where. Return 1 in a conflict."""
    decision, before = outcome.decision, outcome.before
    remote = outcome.after or before
    where = remote.url if remote and remote.url else destination.target.name
    is_conflict = decision.action is Action.CONFLICT
    plan = f"{decision.action}: {decision.reason}: {where}"
    if is_conflict:
        warn(plan)
    elif is_dry_run:
        put_lines(f"{plan}\n")
    else:
        if decision.action is not Action.LEAVE:
            say_plan(f"{decision.action}: {decision.reason}")
        put_lines(f"{_result(outcome, where)}\n")
    if is_dry_run or is_conflict:
        is_week_post = before is not None and before.state not in (State.FOREIGN, State.UNREADABLE)
        old = before.wording if before is not None and is_week_post else None
        put_diff(difference(old, decision.wording, names=(where, "ours")))
    elif outcome.is_recorded:
        say(
            f"recorded in {shown(destination.records.folder / str(destination.records.week))}.md and .json; commit both"
        )
    return int(is_conflict)


def _result(outcome: Outcome, where: str) -> str:
    """Return what was done, and what is worth knowing about it."""
    decision, after = outcome.decision, outcome.after or outcome.before
    edits = f", {numbered(decision.edits, 'edit')} kept" if decision.edits else ""
    match decision.action:
        case Action.CREATE if after is not None and after.state is State.WAITING:
            return f"Created {where}, where it waits for a moderator's approval"
        case Action.CREATE:
            return f"Created {where}"
    done = f"{'Updated' if decision.action is Action.UPDATE else 'Unchanged'} {where}"
    change, _, remark = decision.reason.partition("; ")
    if not change.startswith(("something is new", "nothing is new", "it is up to date")):
        return f"{done}: {decision.reason}"
    return f"{done}{edits}; {remark}" if remark else f"{done}{edits}"
