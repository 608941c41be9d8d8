"""Return a week from the archive, gathered first where that is needed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from weekly import archive
from weekly.console import say, say_detail
from weekly.errors import SourceError
from weekly.files.paths import shown
from weekly.http.clock import DEFAULT_MAX_WAIT
from weekly.model import Snapshot
from weekly.pipeline.context import Context, Project
from weekly.week import Week


class GatherOptions(NamedTuple):
    """Options for gathering weeks."""

    max_wait: float = DEFAULT_MAX_WAIT
    clones: Path | None = None


def snapshot_of(week: Week, project: Project, context: Context, options: GatherOptions | None = None) -> Snapshot:
    """Return the archived week. Gather it first where it is missing or incomplete."""
    archived = archive.load(project.root, week)
    if archived is not None and not is_stale(archived, context):
        say_detail(f"the week of {week} is from {shown(archive.path_of(project.root, week))} ({archived.source})")
        return archived
    if archived is None:
        say(f"asking for the week of {week}")
    else:
        reason = "had a gap" if archived.blocking else "had not ended"
        say(f"asking for the week of {week}: it {reason} when it was archived")
    from weekly.pipeline.gather import gather_weeks  # all sources: an archived week does without them

    try:
        return gather_weeks([week], project, context, options).snapshots[week]
    except SourceError as error:
        if archived is None or archived.is_provisional:
            raise
        say(str(error))  # the archived week has a gap, and shows it
        return archived


def is_stale(snapshot: Snapshot, context: Context) -> bool:
    """Tell whether gathering again would complete the week."""
    return bool(snapshot.blocking) or (snapshot.is_provisional and context.safe_now >= snapshot.week.end)
