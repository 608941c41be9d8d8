"""The project's rhythm as a picture: merged pull requests a week, by kind. Geometry only; a template draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weekly.model import Kind, Record
from weekly.week import Week, day_span

MOST = 52
"""Weeks that the picture has room for; the newest are shown."""

WIDTH, HEIGHT = 690, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 26, 12, 22
_WIDEST = 28.0


class Count(Record, frozen=True, kw_only=True):
    """What was merged in one week, by kind."""

    week: Week
    by_kind: Mapping[Kind, int]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.by_kind.values())


class Piece(Record, frozen=True, kw_only=True):
    """A kind's part of a bar."""

    kind: Kind
    count: int
    y: float
    height: float


class Bar(Record, frozen=True, kw_only=True):
    """One week; `count` is None where the archive has not that week, which is no quiet week."""

    label: str
    count: Count | None
    x: float
    width: float
    pieces: tuple[Piece, ...] = ()
    is_shown: bool = False
    tick: str = ""
    is_minor: bool = False


class Line(Record, frozen=True, kw_only=True):
    """A line of the scale, and its number."""

    y: float
    value: int


class Rhythm(Record, frozen=True, kw_only=True):
    """The whole picture."""

    width: int
    height: int
    base: float
    bars: tuple[Bar, ...]
    scale: tuple[Line, ...]
    kinds: tuple[Kind, ...]
    alternative: str


def picture(counts: Sequence[Count], shown: Week) -> Rhythm | None:
    """The bars of the weeks up to the one shown; None where there is but one week to tell of."""
    known = {count.week: count for count in counts if count.week <= shown}
    if len(known) < 2:
        return None
    weeks = _span(min(known), shown)
    most = _rounded(max(known[week].total for week in weeks if week in known))
    base = float(HEIGHT - _BOTTOM)
    unit = (base - _TOP) / most
    step = (WIDTH - _LEFT - _RIGHT) / len(weeks)
    every = max(1, -(-len(weeks) // 7))
    bars = tuple(
        Bar(
            label=day_span(week.monday, week.sunday),
            count=known.get(week),
            x=round(_LEFT + step * place + max(step * 0.12, (step - _WIDEST) / 2), 2),
            width=round(min(step * 0.76, _WIDEST), 2),
            pieces=_pieces(known.get(week), base, unit),
            is_shown=week == shown,
            tick=_day(week) if (len(weeks) - 1 - place) % every == 0 else "",
            is_minor=(len(weeks) - 1 - place) % (2 * every) != 0,
        )
        for place, week in enumerate(weeks)
    )
    kinds = tuple(kind for kind in Kind if any(known[week].by_kind.get(kind) for week in weeks if week in known))
    scale = tuple(Line(y=round(base - unit * value, 2), value=value) for value in (0, most // 2, most))
    return Rhythm(width=WIDTH, height=HEIGHT, base=base, bars=bars, scale=scale, kinds=kinds, alternative=_told(bars))


def _day(week: Week) -> str:
    return day_span(week.monday, week.monday).rpartition(" ")[0]


def _span(first: Week, last: Week) -> list[Week]:
    """Every week from the first to the last, archived or not; the newest MOST of them."""
    first = max(first, last.shifted(1 - MOST))
    return [first.shifted(number) for number in range(last.weeks_since(first) + 1)]


def _rounded(value: int) -> int:
    """An even top of the scale, so that its half is whole."""
    step = 2 if value <= 20 else 10 if value <= 100 else 50
    return max(step, -(-value // step) * step)


def _pieces(count: Count | None, base: float, unit: float) -> tuple[Piece, ...]:
    """The kinds upon each other, improvements at the bottom."""
    pieces, y = [], base
    for kind in Kind:
        number = count.by_kind.get(kind, 0) if count else 0
        if number:
            y -= unit * number
            pieces.append(Piece(kind=kind, count=number, y=round(y, 2), height=round(unit * number, 2)))
    return tuple(pieces)


def _told(bars: Sequence[Bar]) -> str:
    """What the picture says, for who doesn't see it."""
    counts = [bar.count for bar in bars if bar.count]
    totals = sorted(count.total for count in counts)
    missing = len(bars) - len(counts)
    gap = f" {missing} of the weeks {'is' if missing == 1 else 'are'} not in the archive." if missing else ""
    return (
        f"Merged pull requests a week, {bars[0].label} to {bars[-1].label}: between {totals[0]} and {totals[-1]},"
        f" {counts[-1].total} in the last of them.{gap}"
    )
