"""Count the archived weeks' merged pull requests, for the preview and the post's chart."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import msgspec

from weekly import archive
from weekly.classify.rules import classify
from weekly.config.rules import KindRules
from weekly.console import say
from weekly.errors import ArchiveError
from weekly.files.paths import FILE
from weekly.model import Chart, Post, Problem, Severity
from weekly.pipeline.context import Project
from weekly.pipeline.learn import weights_of
from weekly.preview.trend import MOST, Count, Trend, trend_of
from weekly.text.markdown import Markdown
from weekly.week import Week

LEAST = 4
"""Archived weeks from which the post has a chart."""
FOLDER = "preview"
"""The folder of what is made from the archive and needn't be committed."""


def with_chart(post: Post, project: Project) -> Post:
    """Add the chart of [trend], or a note where the archive has too few weeks for it."""
    if not project.config.trend.show or post.week.noun != "week":
        return post
    trend = archived_trend(project, post.week)
    if trend is None or sum(bar.count is not None for bar in trend.bars) < LEAST:
        what = f"trend.show: the archive has fewer than {LEAST} weeks up to this one, so the post has no chart"
        note = Problem(where=FILE, what=what, severity=Severity.NOTED, hint="gather more: weekly gather --since DATE")
        return msgspec.structs.replace(post, problems=(*post.problems, note))
    alternative = trend.comparison or trend.alternative  # the latter where this week itself has a gap
    chart = Chart(image=Markdown(f"{FOLDER}/{post.week}-trend.png"), alternative=Markdown(alternative))
    return msgspec.structs.replace(post, chart=chart)


def charts_of(post: Post, project: Project) -> dict[str, Trend]:
    """Return what to draw, by the path of the image that shows it."""
    trend = archived_trend(project, post.week) if post.chart and post.chart.image else None
    return {post.chart.image: trend} if post.chart and trend else {}


def archived_trend(project: Project, shown: Week, kinds: KindRules | None = None) -> Trend | None:
    """Return the trend of the archived weeks, by kind if `kinds` are given. An unreadable week or one with a gap is a gap."""
    counts = []
    for monday in archive.mondays(project.root):
        try:
            week = archive.week_named(project.root, monday, shown.zone)
            if not shown.shifted(1 - MOST) <= week <= shown:  # the chart has no room for it
                continue
            status = archive.path_of(project.root, week).stat()
            count = _count(project.root, week, (status.st_mtime_ns, status.st_size), kinds)
        except (ArchiveError, OSError) as error:
            say(f"note: {error}")
            continue
        if count is not None:
            counts.append(count)
    return trend_of(counts, shown)


@cache
def _count(root: Path, week: Week, _stamp: tuple[int, int], kinds: KindRules | None) -> Count | None:
    """Count a week's pull requests, once for each state of its file, since pages ask at each reload."""
    snapshot = archive.load(root, week)
    if snapshot is None or snapshot.blocking:
        return None
    if kinds is None:  # classifying a year takes seconds
        return Count(week=week, total=len(snapshot.pulls))
    weights = weights_of(root)
    by_kind = Counter(classify(pull, kinds, weights).kind for pull in snapshot.pulls)
    return Count(week=week, total=len(snapshot.pulls), by_kind=by_kind)
