"""A picture of a plane with everything around it that makes it readable on its own.

One PNG file with its own white panel: pixels, grid and labels in world coordinates, beam,
colour bar with its unit, title. It is drawn at two device pixels per pixel; where the pixels
are so noisy that the file would grow beyond its budget, the image inside gets coarser (fewer
cells, fewer colours) while the text around it stays sharp.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from jupimage.display.axes import Grid, Inside, Side, lay_grid
from jupimage.display.beam import Beam, find_beam
from jupimage.display.colormap import DEFAULT
from jupimage.display.colormap import colormap as colours_of
from jupimage.display.decoration import (
    draw_beam,
    draw_colour_bar,
    draw_frame,
    draw_inside,
    grid_mask,
)
from jupimage.display.economy import Cells, Pixels, finest
from jupimage.display.layout import RATIO, picture_size, plan_layout
from jupimage.display.lettering import Lettering
from jupimage.display.sheet import Palette, Sheet
from jupimage.display.source import Source
from jupimage.display.ticks import number_ruler
from jupimage.display.view import View, read_view
from jupimage.display.words import number
from jupimage.errors import DisplayError

__all__ = ["BUDGET", "Picture", "draw_plane", "draw_view"]

BUDGET = 50_000
"""Bytes that a picture may have: twice as base64 text, with a card around it, under 150 kB."""

Limits = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture.

    Parameters
    ----------
    png
        The file.
    width, height
        Size to show it at, in CSS pixels; the file has twice as many pixels each way.
    alt
        The picture in words.
    limits
        Pixel values of the first and the last colour (lowest and highest on a line's axis).
    """

    png: bytes
    width: int
    height: int
    alt: str
    limits: Limits


def draw_plane(
    source: Source,
    *,
    position: Sequence[int | None] | None = None,
    limits: Sequence[float] | None = None,
    colormap: str = DEFAULT,
    window: Sequence[float] | None = None,
    title: str | None = None,
    budget_bytes: int = BUDGET,
) -> Picture:
    """Draw a plane of an image, or its values as a line if it is one pixel wide or high.

    Parameters
    ----------
    source
        The image: `Source` says what it needs.
    position
        Index on each axis of the image, None where the default will do (and on the axes that
        are shown). None: Stokes I, middle channel.
    limits
        Pixel values of the first and the last colour; None or empty for automatic ones.
    colormap
        Name of the colour map.
    window
        Part to show, as ``(x0, y0, x1, y1)``: edges in pixel coordinates, where the centre of
        pixel i is at i. None or empty is all.
    title
        Text above the picture; None for object and position.
    budget_bytes
        Size of the PNG file that is aimed at; the labels alone need about 10 kB.

    Raises
    ------
    DisplayError
        If there is nothing to draw (an axis of length zero) or an argument makes no sense.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from jupimage.lattice import MemoryLattice
    >>> image = SimpleNamespace(
    ...     lattice=MemoryLattice(np.zeros((20, 30))), coordinates=None, kind="TempImage", name="",
    ...     unit="Jy", imageinfo={}, miscinfo={}, history=[], remarks=())
    >>> picture = draw_plane(image)
    >>> picture.png[1:4], picture.width > 300
    (b'PNG', True)
    """
    lut, wanted = colours_of(colormap), _checked(limits)
    view = read_view(source, position=position, window=window, title=title)
    return draw_view(view, lut=lut, limits=wanted, budget_bytes=budget_bytes)


def draw_view(
    view: View,
    *,
    lut: NDArray[np.uint8],
    limits: Limits | None = None,
    budget_bytes: int = BUDGET,
) -> Picture:
    """Draw what `read_view` has read; `lut` is a colour map, the rest as for `draw_plane`."""
    if view.is_line:
        from jupimage.display.lineplot import draw_line

        png, size, limits = draw_line(view, limits)
        return Picture(png, *size, _alt_line(view, limits), limits)
    height, width = view.values.shape
    size = picture_size(width, height, _stretch(view))
    small, label = Lettering(11 * RATIO), Lettering(11.5 * RATIO)
    grid = lay_grid(view.world, size, measure=small.width, line_height=small.height)
    if view.bad == 1.0:
        grid = replace(grid, inside=(Inside(0.5, 0.5, "no pixel has a value", "middle"),))
    pixels = Pixels.of(view, grid_mask(grid, size), limits)
    beam, shown = beam_of(view), (0, 0)

    def draw(cells: Cells) -> bytes:
        nonlocal shown
        bar = number_ruler(*cells.limits, view.unit), cells.limits
        layout = plan_layout(size, grid, small=small, label=label, title=view.title, bar=bar)
        shown = layout.width // RATIO, layout.height // RATIO
        sheet = Sheet(layout.width, layout.height)
        draw_frame(sheet, layout, grid, small=small, label=label)
        draw_colour_bar(sheet, layout, cells.count, small=small, label=label)
        draw_inside(sheet, layout, grid, small=small)
        draw_beam(sheet, layout, view.world, beam)
        sheet.place(layout.left, layout.top, cells.levels, cells.lines)
        return sheet.png(Palette(lut, cells.count), ratio=RATIO)

    png, limits = finest(pixels, draw, budget=budget_bytes)
    return Picture(png, *shown, _alt(view, grid, limits), limits)


def _checked(limits: Sequence[float] | None) -> Limits | None:
    if limits is None or len(limits) == 0:
        return None
    if len(limits) != 2 or not all(isfinite(value) for value in limits):
        raise DisplayError(f"limits need two finite numbers, got {list(limits)}")
    low, high = (float(value) for value in limits)
    return (low, high) if low != high else (low - 0.5, high + 0.5)


def _stretch(view: View) -> float:
    """Height of a cell of the picture in terms of its width.

    The sky keeps its shape, also where the pixels are not square or the strides differ; for a
    plane of unlike axes nothing is true, so a long one is drawn at a shape that reads well.
    """
    x0, y0, x1, y1 = view.world.extent
    height, width = (int(length) for length in view.values.shape)
    cell = ((y1 - y0) / height) / ((x1 - x0) / width)
    if view.world.sky is not None:
        system = view.source.coordinates
        steps = [abs(system.axes()[a].increment) for a in (view.plane.y_axis, view.plane.x_axis)]
        if min(steps) > 0 and all(isfinite(step) for step in steps):
            cell *= steps[0] / steps[1]
        if 0.2 <= cell * height / width <= 5:
            return cell
        return min(max(cell * height / width, 0.2), 5.0) * width / height
    shape = cell * height / width
    return cell if 0.5 <= shape <= 2 else 0.75 * width / height


def beam_of(view: View) -> Beam | None:
    """Return the beam of the plane that is shown."""
    system, position = view.source.coordinates, view.plane.position
    place = {"spectral": 0, "stokes": 0}
    if system is not None:
        for axis in view.plane.others:
            place[system.axes()[axis].kind] = position[axis] or 0
    return find_beam(view.source.imageinfo, channel=place["spectral"], stokes=place["stokes"])


def _alt(view: View, grid: Grid, limits: Limits) -> str:
    words = [f"Picture of {view.title}: {grid.bottom.title} to the right{_reach(grid.bottom)}"]
    words[0] += f", {grid.left.title} upwards{_reach(grid.left)}"
    words.append(f"Colours from {number(limits[0])} to {number(limits[1])} {view.unit}".strip())
    words.append(_values(view))
    beam = beam_of(view)
    if beam is not None and view.world.sky is not None:
        words.append(f"Beam {beam}")
    return ". ".join(word for word in words if word) + "."


def _alt_line(view: View, limits: Limits) -> str:
    words = [f"Line plot of {view.title} with {view.values.size} points", _values(view)]
    return ". ".join(words) + "."


def _reach(side: Side) -> str:
    ticks = side.ticks
    return f" ({ticks[0].label} to {ticks[-1].label})" if len(ticks) > 1 else ""


def _values(view: View) -> str:
    some = view.values if view.good is None else view.values[view.good]
    if some.size == 0:
        return "No pixel has a value"
    low, high = number(float(some.min())), number(float(some.max()))
    text = f"Values from {low} to {high} {view.unit}".strip()
    return text + (f", {100 * view.bad:.3g} % of the pixels have none" if view.bad else "")
