"""Where everything lies on a picture, in device pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from jupimage.display.axes import Grid, Tick
from jupimage.display.lettering import Lettering
from jupimage.display.ticks import Ruler

__all__ = ["RATIO", "Bar", "Layout", "bar_ticks", "picture_size", "plan_layout", "tick_room"]

RATIO = 2
"""Device pixels per CSS pixel: text stays sharp on screens of high resolution."""

_SIDE = 340 * RATIO
_WIDE = 430 * RATIO
_LEAST = 90 * RATIO
_TICK = 4 * RATIO
_GAP = 4 * RATIO
_PAD = 5 * RATIO


@dataclass(frozen=True, slots=True)
class Bar:
    """The colour bar: where it is, and its labels (position 0 = lowest value)."""

    left: int
    width: int
    ticks: tuple[Tick, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Size of the sheet; place and size of the picture on it; the colour bar."""

    width: int
    height: int
    left: int
    top: int
    size: tuple[int, int]
    title: str
    bar: Bar | None


def picture_size(width: int, height: int, stretch: float) -> tuple[int, int]:
    """Return the size in device pixels of a picture of so many image pixels.

    Parameters
    ----------
    width, height
        Image pixels.
    stretch
        Height of an image pixel in terms of its width.

    Examples
    --------
    Whole device pixels for each image pixel, where that fills most of the room:

    >>> picture_size(128, 128, 1.0)
    (640, 640)
    >>> picture_size(5000, 100, 1.0)
    (860, 180)
    """
    tall = height * stretch
    scale = min(_WIDE / width, _SIDE / tall, (_SIDE * _SIDE / (width * tall)) ** 0.5)
    whole = np.floor(scale)
    # Cells of two or three device pixels hardly show; of one or two they do.
    if whole >= 1 and whole / scale >= (0.7 if whole == 1 else 0.9):
        scale = float(whole)
    across, up = round(width * scale), round(tall * scale)
    return max(across, _LEAST), max(up, _LEAST)


def bar_ticks(
    limits: tuple[float, float], ruler: Ruler, length: int, line_height: float
) -> tuple[Tick, ...]:
    """Return labels of a colour bar (or a vertical axis of values) of a length in pixels."""
    low, high = sorted(limit * ruler.scale for limit in limits)
    for step in ruler.steps(high - low):
        first, last = ceil(low / step - 1e-9), int(np.floor(high / step + 1e-9))
        if length * step / (high - low) < 2.6 * line_height or last - first > 7:
            continue
        values = [n * step for n in range(first, last + 1)]
        texts = ruler.labels(values, step=step)
        places = [(value - low) / (high - low) for value in values]
        if limits[0] > limits[1]:
            places = [1 - place for place in places]
        return tuple(map(Tick, places, texts, values))
    return ()


def plan_layout(
    size: tuple[int, int],
    grid: Grid,
    *,
    small: Lettering,
    label: Lettering,
    title: str,
    bar: tuple[Ruler, tuple[float, float]] | None,
) -> Layout:
    """Put a picture of a given size on a sheet that has room for all the labels.

    Parameters
    ----------
    size
        Of the picture, in device pixels.
    grid
        Its labels.
    small, label
        Lettering of ticks and of titles.
    title
        Text above the picture; cut to its width.
    bar
        Ruler and limits of the colour bar; None for none.
    """
    left = _PAD + label.size * 1.3 + _GAP + _widest(grid.left.ticks, small) + _TICK + _GAP
    first = grid.bottom.ticks[0] if grid.bottom.ticks else None
    if first is not None:  # a label at the corner reaches beyond it
        left = max(left, small.width(first.label) / 2 - first.at * size[0] + _PAD)
    left = ceil(left)
    top = ceil(_PAD + label.size * 1.25 + _GAP) if title else ceil(_PAD + small.size)
    right, colours = left + size[0], None
    if bar is not None:
        ruler, limits = bar
        ticks = bar_ticks(limits, ruler, size[1], small.height)
        colours = Bar(right + 8 * RATIO, 12 * RATIO, ticks, ruler.unit)
        right = colours.left + colours.width + _TICK + _GAP + ceil(_widest(ticks, small))
        right += ceil(label.size * 1.3) + _GAP if ruler.unit else 0
    last = grid.bottom.ticks[-1] if grid.bottom.ticks else None
    if last is not None:
        right = max(right, ceil(left + last.at * size[0] + small.width(last.label) / 2))
    width = _even(right + _PAD + _GAP)
    bottom = top + size[1] + tick_room(grid, small) + label.size * 1.2 + _PAD
    return Layout(
        width, _even(bottom), left, top, size, _cut(title, label, width - 2 * _PAD), colours
    )


def tick_room(grid: Grid, small: Lettering) -> float:
    """Height between the picture and the title of the axis below it."""
    return _TICK + _GAP + (small.size + _GAP if grid.bottom.ticks else 0.0)


def _widest(ticks: Sequence[Tick], small: Lettering) -> float:
    return max((small.width(tick.label) for tick in ticks), default=0.0)


def _even(length: float) -> int:
    return RATIO * ceil(length / RATIO)


def _cut(text: str, letters: Lettering, room: float) -> str:
    """Shorten a text until it fits."""
    if letters.width(text) <= room:
        return text
    while text and letters.width(text + "…") > room:
        text = text[:-1]
    return text.rstrip(" ·") + "…"
