"""One plane of an image, chosen, read and placed in its coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.display.plane import Plane, choose_plane, place_plane, plane_box, read_plane
from jupimage.display.source import Source
from jupimage.display.words import clean, image_title, position_words
from jupimage.display.world import PlaneWorld
from jupimage.errors import DisplayError
from jupimage.lattice.box import Box

__all__ = ["View", "read_view"]


@dataclass(frozen=True, slots=True)
class View:
    """What a drawing needs of an image; made by `read_view`.

    Parameters
    ----------
    source, plane, box
        The image, the plane of it, and the (strided) box that was read.
    values, good
        The pixels, first row lowest; `good` is False where there is no finite value, None if
        there is one everywhere.
    world
        Coordinates; its extent is what is shown.
    title, unit
        Texts that are safe to draw.
    """

    source: Source
    plane: Plane
    box: Box
    values: NDArray[Any]
    good: NDArray[np.bool_] | None
    world: PlaneWorld
    title: str
    unit: str

    @property
    def is_line(self) -> bool:
        """Whether a plane is only one pixel wide or high, which reads better as a curve."""
        return 1 in self.values.shape and self.values.size > 1

    @property
    def bad(self) -> float:
        """Part of the pixels that have no value, 0 to 1."""
        return 0.0 if self.good is None else 1 - float(self.good.mean())


def read_view(
    source: Source,
    *,
    position: Sequence[int | None] | None = None,
    window: Sequence[float] | None = None,
    title: str | None = None,
) -> View:
    """Choose a plane, read it within the pixel budget and find its coordinates.

    The arguments are those of `draw_plane`.

    Raises
    ------
    DisplayError
        If an axis has no pixels, or position or window make no sense.
    """
    shape = tuple(source.lattice.shape)
    if 0 in shape:
        raise DisplayError(f"an image of shape {shape} has no pixels to show")
    system = source.coordinates
    plane = choose_plane(system, shape)
    if position is not None:
        plane = place_plane(plane, shape, position)
    box = plane_box(plane, shape, window=window)
    block = read_plane(source.lattice, plane, box)
    assert block.values is not None
    world = PlaneWorld(system, plane, _extent(plane, box), cell=_cell(plane, box))
    if title is None:
        title = " · ".join([image_title(source), *position_words(system, plane, shape)])
    unit = clean(source.unit or "", 24)
    good = _good(block.values, block.good)
    return View(source, plane, box, block.values, good, world, clean(title, 90), unit)


def _extent(plane: Plane, box: Box) -> tuple[float, ...]:
    """Outer edges of what a box shows; a strided pixel stands for those around it."""
    low, high = [], []
    for axis in (plane.x_axis, plane.y_axis):
        start, step, count = 0, 1, 1
        if axis >= 0:
            start, step, count = box.start[axis], box.step[axis], box.shape[axis]
        low.append(start - step / 2)
        high.append(start + (count - 0.5) * step)
    return (*low, *high)


def _cell(plane: Plane, box: Box) -> tuple[float, ...]:
    return tuple(
        float(box.step[axis]) if axis >= 0 else 1.0 for axis in (plane.x_axis, plane.y_axis)
    )


def _good(values: NDArray[Any], good: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    if values.dtype.kind == "f":
        finite = np.isfinite(values)
        if good is not None:
            finite &= good
        return None if finite.all() else finite
    return None if good is None or good.all() else good
