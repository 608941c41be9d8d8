"""Lay out a chart of merged pull requests a week by kind, which a template draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weekly.model import Kind, Record
from weekly.text.english import numbered
from weekly.week import Week, day_span

MOST = 52
"""Weeks that the chart has room for; the newest are shown."""

WIDTH, HEIGHT = 690, 150
LEFT = 34
_RIGHT, _TOP, _BOTTOM = 26, 12, 22
_WIDEST = 28.0


class Count(Record, frozen=True, kw_only=True):
    """The pull requests merged in one week. `by_kind` is empty where only their number matters."""

    week: Week
    total: int
    by_kind: Mapping[Kind, int] = {}


class Segment(Record, frozen=True, kw_only=True):
    """A kind's part of a bar."""

    kind: Kind
    count: int
    y: float
    height: float


class Bar(Record, frozen=True, kw_only=True):
    """One week. `count` is None where the week isn't archived, which is no quiet week."""

    label: str
    count: Count | None
    x: float
    width: float
    segments: tuple[Segment, ...] = ()
    is_shown: bool = False
    tick: str = ""
    is_minor: bool = False


class Line(Record, frozen=True, kw_only=True):
    """A line across the chart, and its number."""

    y: float
    value: int | float


class Trend(Record, frozen=True, kw_only=True):
    """The whole chart."""

    width: int
    height: int
    base: float
    bars: tuple[Bar, ...]
    scale: tuple[Line, ...]
    kinds: tuple[Kind, ...]
    mean: Line
    comparison: str
    alternative: str


def trend_of(counts: Sequence[Count], shown: Week) -> Trend | None:
    """Return the chart of the weeks up to the one shown, or None where only one week is known."""
    known = {count.week: count for count in counts if count.week <= shown}
    if len(known) < 2:
        return None
    weeks = _span(min(known), shown)
    most = _rounded(max(known[week].total for week in weeks if week in known))
    base = float(HEIGHT - _BOTTOM)
    unit = (base - _TOP) / most
    step = (WIDTH - LEFT - _RIGHT) / len(weeks)
    every = max(1, -(-len(weeks) // 7))
    bars = tuple(
        Bar(
            label=day_span(week.monday, week.sunday),
            count=known.get(week),
            x=round(LEFT + step * index + max(step * 0.12, (step - _WIDEST) / 2), 2),
            width=round(min(step * 0.76, _WIDEST), 2),
            segments=_segments(known.get(week), base, unit),
            is_shown=week == shown,
            tick=_day(week) if (len(weeks) - 1 - index) % every == 0 else "",
            is_minor=(len(weeks) - 1 - index) % (2 * every) != 0,
        )
        for index, week in enumerate(weeks)
    )
    kinds = tuple(kind for kind in Kind if any(known[week].by_kind.get(kind) for week in weeks if week in known))
    scale = tuple(Line(y=round(base - unit * value, 2), value=value) for value in (0, most // 2, most))
    others = [known[week].total for week in weeks if week in known and week != shown]
    mean = sum(others) / len(others) if others else 0.0
    comparison = _comparison(known[shown].total, mean, len(others)) if shown in known and others else ""
    return Trend(
        width=WIDTH,
        height=HEIGHT,
        base=base,
        bars=bars,
        scale=scale,
        kinds=kinds,
        mean=Line(y=round(base - unit * mean, 2), value=mean),
        comparison=comparison,
        alternative=" ".join(filter(None, (_description(bars), comparison))),
    )


def _comparison(total: int, mean: float, weeks: int) -> str:
    """Compare the week with the mean of the others in a sentence."""
    merged = f"{numbered(total, 'pull request')} {'was' if total == 1 else 'were'} merged this week"
    others = "in an earlier week" if weeks == 1 else f"the mean of {weeks} earlier weeks"
    if abs(total - mean) < max(0.5, 0.05 * mean):
        return f"{merged}, about as many as {others} ({mean_text(mean)})."
    more = "more" if total > mean else "fewer"
    share = f" ({abs(total - mean) / mean:.0%} {more})" if mean and weeks > 1 else ""  # one week is no usual week
    return f"{merged}, {more} than {others}, {mean_text(mean)}{share}."


def mean_text(mean: float) -> str:
    """Return a mean, with one decimal where it is small."""
    return f"{mean:,.0f}" if mean >= 10 or mean == round(mean) else f"{mean:.1f}"


def _day(week: Week) -> str:
    return day_span(week.monday, week.monday).rpartition(" ")[0]


def _span(first: Week, last: Week) -> list[Week]:
    """Return every week from the first to the last, the newest MOST of them."""
    first = max(first, last.shifted(1 - MOST))
    return [first.shifted(number) for number in range(last.weeks_since(first) + 1)]


def _rounded(value: int) -> int:
    """Return an even top of the scale, whose half is whole."""
    step = 2 if value <= 20 else 10 if value <= 100 else 50
    return max(step, -(-value // step) * step)


def _segments(count: Count | None, base: float, unit: float) -> tuple[Segment, ...]:
    """Stack the kinds, improvements at the bottom."""
    segments, y = [], base
    for kind in Kind:
        number = count.by_kind.get(kind, 0) if count else 0
        if number:
            y -= unit * number
            segments.append(Segment(kind=kind, count=number, y=round(y, 2), height=round(unit * number, 2)))
    return tuple(segments)


def _description(bars: Sequence[Bar]) -> str:
    """Return the alternative text of the chart."""
    counts = [bar.count for bar in bars if bar.count]
    totals = sorted(count.total for count in counts)
    missing = len(bars) - len(counts)
    gap = f" {missing} of the weeks {'is' if missing == 1 else 'are'} not in the archive." if missing else ""
    return (
        f"Merged pull requests a week, {bars[0].label} to {bars[-1].label}: between {totals[0]} and {totals[-1]},"
        f" {counts[-1].total} in the last of them.{gap}"
    )
