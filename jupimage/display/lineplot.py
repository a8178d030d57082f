"""The values along one axis as a curve: a spectrum, a profile."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jupimage.display.axes import Grid, Side, Tick, lay_grid
from jupimage.display.decoration import draw_frame
from jupimage.display.layout import RATIO, bar_ticks, plan_layout
from jupimage.display.lettering import Lettering
from jupimage.display.sheet import Sheet
from jupimage.display.ticks import number_ruler
from jupimage.display.view import View

__all__ = ["draw_line"]

Floats = NDArray[np.float64]

_SIZE = (430 * RATIO, 240 * RATIO)


def draw_line(
    view: View, limits: tuple[float, float] | None
) -> tuple[bytes, tuple[int, int], tuple[float, float]]:
    """Draw a plane that is one pixel wide or high; return the file, its size and its limits.

    Parameters
    ----------
    view
        The plane.
    limits
        Values at the lower and the upper edge; None for the range of the values.
    """
    values = _values(view)
    limits = limits or _range(values)
    small, label = Lettering(11 * RATIO), Lettering(11.5 * RATIO)
    grid = _grid(view, limits, small)
    layout = plan_layout(_SIZE, grid, small=small, label=label, title=view.title, bar=None)
    sheet = Sheet(layout.width, layout.height)
    _light_lines(sheet, (layout.left, layout.top), grid)
    curve = _curve(values, limits)
    draw_frame(sheet, layout, grid, small=small, label=label)
    sheet.colour(layout.left, layout.top, curve)
    size = layout.width // RATIO, layout.height // RATIO
    return sheet.png(None, ratio=RATIO), size, limits


def _values(view: View) -> Floats:
    values = view.values.astype(np.float64).reshape(-1)
    if view.good is not None:
        values[~view.good.reshape(-1)] = np.nan
    return values


def _range(values: Floats) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    room = 0.06 * (high - low) or 0.1 * abs(low) or 0.5
    return low - room, high + room


def _grid(view: View, limits: tuple[float, float], small: Lettering) -> Grid:
    """Labels of the world axis below and of the values at the left."""
    world = view.world if view.values.shape[0] == 1 else view.world.turned()
    along = lay_grid(world, _SIZE, measure=small.width, line_height=small.height)
    bottom = along.bottom
    if bottom.title != world.x.title:  # the grid found the sky turned: take what runs along x
        bottom = along.left
    ruler = number_ruler(*limits, view.unit)
    ticks = bar_ticks(limits, ruler, _SIZE[1], small.height)
    title = ruler.unit or "Value"
    return Grid(bottom, Side(title, ticks), np.empty((0, 2, 2)))


def _light_lines(sheet: Sheet, corner: tuple[int, int], grid: Grid) -> None:
    (left, top), (width, height) = corner, _SIZE

    def at(ticks: tuple[Tick, ...], length: int) -> list[int]:
        return [round(tick.at * length) for tick in ticks]

    for x in at(grid.bottom.ticks, width):
        sheet.pen.rectangle((left + x - 1, top, left + x, top + height), fill=225)
    for y in at(grid.left.ticks, height):
        sheet.pen.rectangle((left, top + height - y - 1, left + width, top + height - y), fill=225)


def _curve(values: Floats, limits: tuple[float, float]) -> NDArray[np.uint8]:
    """Draw the curve as a smooth mask; it is interrupted where there are no values."""
    from PIL import Image, ImageDraw

    width, height = 2 * _SIZE[0], 2 * _SIZE[1]
    mask = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(mask)
    low, high = limits
    with np.errstate(all="ignore"):
        y = np.clip((1 - (values - low) / (high - low)) * height, -height, 2 * height)
    x = (np.arange(values.size) + 0.5) * width / values.size
    if values.size > 2 * width:
        x, y = _envelope(x, y, width)
    good = np.isfinite(y)
    starts = np.flatnonzero(good & ~np.append(False, good[:-1]))
    ends = np.flatnonzero(good & ~np.append(good[1:], False)) + 1
    stroke, steps = 3 * RATIO, values.size <= _SIZE[0] // 8
    for a, b in zip(starts, ends, strict=True):
        points = (
            _stairs(x[a:b], y[a:b], width / values.size) if steps else np.stack([x[a:b], y[a:b]], 1)
        )
        if len(points) == 1:
            (px, py), r = points[0], stroke
            pen.ellipse((px - r, py - r, px + r, py + r), fill=255)
        joint = "curve" if len(points) < width else None  # round corners hardly show in a crowd
        pen.line([(float(px), float(py)) for px, py in points], fill=255, width=stroke, joint=joint)
    return np.asarray(mask.reduce(2))


def _stairs(x: Floats, y: Floats, width: float) -> Floats:
    """Each value as a level line over its pixel, as spectra are drawn."""
    edges = np.stack([x - width / 2, x + width / 2], axis=1).reshape(-1)
    return np.stack([edges, np.repeat(y, 2)], axis=1)


def _envelope(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """Highest and lowest value in each column of pixels: a curve of millions of points."""
    starts = np.unique((np.arange(columns) * y.size) // columns)
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    return np.repeat(x[starts], 2), np.stack([low, high], axis=1).reshape(-1)
