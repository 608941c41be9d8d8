"""Draw the trend as a PNG for the post. Needs Pillow, which the extra `trend` installs."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

from weekly.errors import ConfigError
from weekly.preview.trend import HEIGHT, LEFT, WIDTH, Bar, Trend, mean_text

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

MISSING = "trend.show: needs Pillow, which isn't installed"
REMEDY = 'install the extra: pip install "weekly-status-post[trend]"'

_MARGIN, _HEADER = 12, 34
_SCALE = 2 * WIDTH / (WIDTH + 2 * _MARGIN)
"""Pixels for each unit of the chart: the picture is twice as wide as a forum's posts, for screens of a high resolution."""
_PAPER, _BORDER, _GRID, _TEXT = "#f6f8fa", "#d0d7de", "#dde3e9", "#424a53"
_OTHERS, _SHOWN, _MEAN = "#74889d", "#0550ae", "#bc4c00"


def is_installed() -> bool:
    """Tell whether a chart can be drawn."""
    return find_spec("PIL") is not None


def digest(trend: Trend) -> str:
    """Return the digest of the chart's figures. Another Pillow may draw the same figures in other bytes."""
    figures = [(bar.label, bar.count and bar.count.total) for bar in trend.bars]
    return hashlib.sha256(repr(figures).encode()).hexdigest()


def draw(trend: Trend) -> bytes:
    """Return the chart as a PNG on a light card, which can be read on light and dark pages."""
    if not is_installed():
        raise ConfigError(f"{MISSING}; {REMEDY}")
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (2 * WIDTH, round((_HEADER + HEIGHT + 6) * _SCALE)))
    painter = ImageDraw.Draw(image)
    corner = (image.width - 1, image.height - 1)
    painter.rounded_rectangle((0, 0, *corner), 8 * _SCALE, fill=_PAPER, outline=_BORDER, width=2)
    canvas = _Canvas(painter)
    canvas.header(trend)
    for line in trend.scale:
        canvas.box(LEFT, line.y, WIDTH, line.y + 0.5, _GRID)
        canvas.text(LEFT - 6, line.y, f"{line.value:,}", "rm")
    unit = (trend.base - trend.scale[-1].y) / trend.scale[-1].value
    for bar in trend.bars:
        canvas.bar(bar, trend.base, unit)
    canvas.dashes(LEFT, WIDTH, trend.mean.y)
    for bar in trend.bars:
        if bar.is_shown and bar.count:
            top = trend.base - unit * bar.count.total
            canvas.text(bar.x + bar.width / 2, top - 9, f"{bar.count.total:,}", "mm", _SHOWN)
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


class _Canvas:
    """Draws in the chart's units, below the header."""

    def __init__(self, draw: ImageDraw) -> None:
        from PIL import ImageFont

        self._draw = draw
        self._font = ImageFont.load_default(27)

    def header(self, trend: Trend) -> None:
        """Write the title, and what the mark and the line mean."""
        y = -_HEADER / 2
        self.text(0, y, "Merged pull requests per week", "lm")
        x = self.text(WIDTH, y, f"mean of earlier weeks: {mean_text(trend.mean.value)}", "rm")
        self.dashes(x - 27, x - 6, y)
        x = self.text(x - 45, y, "this week", "rm")
        self.box(x - 16, y - 5, x - 6, y + 5, _SHOWN)
        if any(bar.count is None for bar in trend.bars):
            x = self.text(x - 34, y, "unknown", "rm")
            self.box(x - 16, y - 5, x - 6, y + 5, "", _OTHERS)

    def bar(self, bar: Bar, base: float, unit: float) -> None:
        """Draw a week. One that isn't archived is an empty frame."""
        colour, right = _SHOWN if bar.is_shown else _OTHERS, bar.x + bar.width
        if bar.count is None:
            self.box(bar.x, base - 10, right, base, "", colour)
        else:
            self.box(bar.x, base - unit * bar.count.total, right, base, colour)
        if bar.tick:
            self.text((bar.x + right) / 2, base + 14, bar.tick, "mm", _SHOWN if bar.is_shown else _TEXT)

    def dashes(self, left: float, right: float, y: float) -> None:
        """Draw a dashed line, on paper where it crosses a bar."""
        self.box(left, y - 1.5, right, y + 1.5, _PAPER)
        while left < right:
            self.box(left, y - 0.5, min(left + 5, right), y + 0.5, _MEAN)
            left += 8

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, outline: str = "") -> None:
        """Fill a box, or frame it."""
        x0, y0, x1, y1 = map(round, (*self._at(left, top), *self._at(right, bottom)))
        self._draw.rectangle((x0, y0, x1, y1), fill=fill or None, outline=outline or None, width=2)

    def text(self, x: float, y: float, text: str, anchor: str, colour: str = _TEXT) -> float:
        """Write a text, with a margin that keeps it apart from bars and lines. Return where it begins."""
        at, margin = self._at(x, y), 4
        self._draw.text(at, text, colour, self._font, anchor, stroke_width=margin, stroke_fill=_PAPER)
        return self._draw.textbbox(at, text, self._font, anchor)[0] / _SCALE - _MARGIN

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (x + _MARGIN) * _SCALE, (y + _HEADER) * _SCALE
