"""What is drawn around and over the pixels: frame, labels, grid lines, colour bar, beam."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jupimage.display.axes import Grid
from jupimage.display.beam import Beam, outline
from jupimage.display.layout import RATIO, Layout, tick_room
from jupimage.display.lettering import Lettering
from jupimage.display.sheet import Sheet
from jupimage.display.world import PlaneWorld

__all__ = ["draw_beam", "draw_colour_bar", "draw_frame", "draw_inside", "grid_mask"]

_TICK = 4 * RATIO
_GAP = 4 * RATIO
_PAD = 5 * RATIO
_LINE = RATIO  # one CSS pixel
_GREY = 110
_HALO = 3


def draw_frame(
    sheet: Sheet, layout: Layout, grid: Grid, *, small: Lettering, label: Lettering
) -> None:
    """Draw the edge of the picture, ticks with labels, titles of the axes and of the whole."""
    (width, height), left, top = layout.size, layout.left, layout.top
    pen, bottom = sheet.pen, top + height
    box = (left - _LINE, top - _LINE, left + width + _LINE - 1, bottom + _LINE - 1)
    pen.rectangle(box, outline=_GREY, width=_LINE)
    for tick in grid.bottom.ticks:
        x = left + tick.at * width
        pen.rectangle((x - 1, bottom + _LINE, x, bottom + _TICK), fill=_GREY)
        small.draw(pen, x, bottom + _TICK + _GAP + small.height, tick.label, fill=0, anchor="m")
    for tick in grid.left.ticks:
        y = bottom - tick.at * height
        pen.rectangle((left - _TICK - 1, y - 1, left - _LINE - 1, y), fill=_GREY)
        x, base = left - _TICK - _GAP, y + small.height / 2
        small.draw(pen, x, base, tick.label, fill=0, anchor="r")
    base = bottom + tick_room(grid, small) + label.height
    label.draw(pen, left + width / 2, base, grid.bottom.title, fill=0, anchor="m")
    _upright(sheet, label, grid.left.title, _PAD, top + height / 2)
    label.draw(
        pen,
        _PAD if _too_wide(layout, label) else left,
        _PAD + label.height + RATIO,
        layout.title,
        fill=0,
    )


def _too_wide(layout: Layout, label: Lettering) -> bool:
    return layout.left + label.width(layout.title) > layout.width - _PAD


def _upright(sheet: Sheet, label: Lettering, text: str, x: float, middle: float) -> None:
    strip = label.upright(text, fill=255)
    y = round(middle - strip.height / 2)
    sheet.paper.paste(0, (round(x), max(0, y)), strip)


def draw_colour_bar(
    sheet: Sheet, layout: Layout, count: int, *, small: Lettering, label: Lettering
) -> None:
    """Draw the colour bar of `count` colours with its labels and unit."""
    bar = layout.bar
    if bar is None:
        return
    top, height, right = layout.top, layout.size[1], bar.left + bar.width
    box = (bar.left - _LINE, top - _LINE, right + _LINE - 1, top + height + _LINE - 1)
    sheet.pen.rectangle(box, outline=_GREY, width=_LINE)
    for tick in bar.ticks:
        y = top + height * (1 - tick.at)
        sheet.pen.rectangle((right + _LINE, y - 1, right + _TICK, y), fill=_GREY)
        x, base = right + _TICK + _GAP, y + small.height / 2
        small.draw(sheet.pen, x, base, tick.label, fill=0)
    ramp = (np.arange(height)[::-1, None] * count // height).astype(np.uint8)
    sheet.place(bar.left, top, np.repeat(ramp, bar.width, axis=1))
    if bar.title:
        _upright(sheet, label, bar.title, layout.width - _PAD - label.size * 1.3, top + height / 2)


def draw_inside(sheet: Sheet, layout: Layout, grid: Grid, *, small: Lettering) -> None:
    """Label grid lines that do not reach an edge, with a halo that keeps them readable."""
    width, height = layout.size
    taken: list[tuple[float, float, float, float]] = []
    for entry in grid.inside:
        wide = small.width(entry.label)
        x, y = entry.x * width, (1 - entry.y) * height
        if entry.anchor != "right of":
            y += small.height / 2
        if entry.anchor == "middle":
            x -= wide / 2
        elif entry.anchor == "outside":
            x = x - wide - _GAP if x > wide + 2 * _GAP else x + _GAP
        else:
            x, y = x + _GAP, y - _GAP
        x = min(max(x, _GAP), width - wide - _GAP)
        y = min(max(y, small.size), height - _GAP)
        box = (x - _GAP, y - small.size, x + wide + _GAP, y + _GAP)
        if any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        at = layout.left + x, layout.top + y
        small.draw(sheet.pen, *at, entry.label, fill=255, stroke=_HALO, stroke_fill=255)
        small.draw(sheet.pen, *at, entry.label, fill=0)
        small.draw(sheet.over_pen, *at, entry.label, fill=255, stroke=_HALO, stroke_fill=255)


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def grid_mask(grid: Grid, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Draw grid lines as a smooth mask of a size in device pixels, first row on top."""
    from PIL import Image, ImageDraw

    width, height = size
    mask = Image.new("L", (2 * width, 2 * height), 0)
    pen = ImageDraw.Draw(mask)
    ends = grid.lines * [2 * width, -2 * height] + [0, 2 * height]
    for (xa, ya), (xb, yb) in ends.tolist():
        pen.line((xa, ya, xb, yb), fill=255, width=3)
    return np.asarray(mask.reduce(2))


def draw_beam(sheet: Sheet, layout: Layout, world: PlaneWorld, beam: Beam | None) -> None:
    """Draw the beam at its true size in a box in the lower left corner of the picture."""
    if beam is None:
        return
    (width, height), (x0, y0, x1, y1) = layout.size, world.extent
    scale = np.array([width / (x1 - x0), -height / (y1 - y0)])
    offsets = outline(beam, world, (x0 + 0.06 * (x1 - x0), y0 + 0.06 * (y1 - y0)))
    if offsets is None:
        offsets = outline(beam, world, ((x0 + x1) / 2, (y0 + y1) / 2))
    if offsets is None:
        return
    shape = offsets * scale
    half = np.abs(shape).max(axis=0)
    if (half > 0.23 * np.array([width, height])).any():
        return  # the beam would hide the picture; the card says its size
    side = np.maximum(half, 1.5 * RATIO) + 4 * RATIO
    centre = np.array(
        [layout.left + side[0] + 3 * RATIO, layout.top + height - side[1] - 3 * RATIO]
    )
    box = (*np.rint(centre - side), *np.rint(centre + side))
    sheet.over_pen.rectangle(box, fill=255)
    sheet.pen.rectangle(box, fill=255, outline=_GREY, width=1)
    if half.max() < RATIO:
        shape = shape * (RATIO / half.max())
    _smooth_polygon(sheet, shape + centre)


def _smooth_polygon(sheet: Sheet, points: NDArray[np.float64]) -> None:
    from PIL import Image, ImageDraw

    low = np.floor(points.min(axis=0)).astype(int) - 2
    size = np.ceil(points.max(axis=0)).astype(int) + 2 - low
    mask = Image.new("L", (int(4 * size[0]), int(4 * size[1])), 0)
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in (points - low) * 4], fill=255)
    sheet.paper.paste(64, (int(low[0]), int(low[1])), mask.reduce(4))
