"""Which two axes of an image are the picture, and one read of them that is never too large.

A picture shows at most a few hundred thousand pixels, so a plane of a survey image of many
gigabytes is read with a stride: `plane_box` chooses it so that the number of pixels read
stays within a budget whatever the size of the image.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import DisplayError
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import Lattice

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["PIXEL_BUDGET", "Plane", "choose_plane", "place_plane", "plane_box", "read_plane"]

PIXEL_BUDGET = 4_000_000
"""Pixels that one picture may read."""


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane of an image: two axes that are shown and an index on every other one.

    Parameters
    ----------
    x_axis, y_axis
        Numpy axis numbers of the axes that run right and up; `y_axis` is -1 for an image of
        one axis.
    position
        Index on every other axis, None on the two that are shown.

    Examples
    --------
    >>> Plane(x_axis=2, y_axis=1, position=(31, None, None)).others
    (0,)
    """

    x_axis: int
    y_axis: int
    position: tuple[int | None, ...]

    @property
    def others(self) -> tuple[int, ...]:
        """The axes that are not shown."""
        return tuple(axis for axis, index in enumerate(self.position) if index is not None)

    def size(self, shape: Sequence[int]) -> tuple[int, int]:
        """Return width and height of the plane in an image of `shape`, in pixels."""
        return shape[self.x_axis], shape[self.y_axis] if self.y_axis >= 0 else 1


def choose_plane(system: coordinatesystem | None, shape: Sequence[int]) -> Plane:
    """Choose what to show of an image that nobody has asked anything of yet.

    The sky, longitude to the right, if the image has both axes of it; else its last two axes
    that are longer than one pixel. On the axes that are not shown: Stokes I, the middle channel.

    Parameters
    ----------
    system
        Coordinates of the image, or None.
    shape
        Its shape.

    Raises
    ------
    DisplayError
        If the image has no axes.

    Examples
    --------
    >>> choose_plane(None, (64, 256, 512))
    Plane(x_axis=2, y_axis=1, position=(32, None, None))
    >>> choose_plane(None, (100,))
    Plane(x_axis=0, y_axis=-1, position=(None,))
    """
    if not shape:
        raise DisplayError("an image without axes has no plane to show")
    x_axis, y_axis = _shown_axes(system, shape)
    position = tuple(
        None if axis in (x_axis, y_axis) else _first_index(system, axis, n)
        for axis, n in enumerate(shape)
    )
    return Plane(x_axis, y_axis, position)


def _shown_axes(system: coordinatesystem | None, shape: Sequence[int]) -> tuple[int, int]:
    if len(shape) == 1:
        return 0, -1
    long = [axis for axis, n in enumerate(shape) if n > 1]
    sky = system.direction_axes() if system is not None else None
    if sky is not None and (not long or any(shape[axis] > 1 for axis in sky)):
        return sky
    if len(long) >= 2:
        return long[-1], long[-2]
    x_axis = long[0] if long else len(shape) - 1
    return x_axis, max(axis for axis in range(len(shape)) if axis != x_axis)


def _first_index(system: coordinatesystem | None, axis: int, length: int) -> int:
    if system is not None:
        about = system.axes()[axis]
        if about.labels:
            return about.labels.index("I") if "I" in about.labels[:length] else 0
        if about.kind in ("stokes", "quality"):
            return 0
    return length // 2


def place_plane(plane: Plane, shape: Sequence[int], position: Sequence[int | None]) -> Plane:
    """Return the plane at other indices: `position` has one per axis of the image.

    None keeps what `plane` has; indices of the two axes that are shown mean nothing.

    Raises
    ------
    DisplayError
        If the number of indices is not that of the axes, or one lies outside.

    Examples
    --------
    >>> place_plane(choose_plane(None, (64, 256, 512)), (64, 256, 512), (3, None, None)).position
    (3, None, None)
    """
    if len(position) != len(shape):
        raise DisplayError(f"a position of {len(position)} indices for {len(shape)} axes")
    placed = list(plane.position)
    for axis in plane.others:
        index = position[axis]
        if index is None:
            continue
        if not 0 <= index < shape[axis]:
            raise DisplayError(f"index {index} on axis {axis} lies outside 0..{shape[axis] - 1}")
        placed[axis] = int(index)
    return Plane(plane.x_axis, plane.y_axis, tuple(placed))


def plane_box(
    plane: Plane,
    shape: Sequence[int],
    *,
    budget: int = PIXEL_BUDGET,
    window: Sequence[float] | None = None,
) -> Box:
    """Return the box to read for a picture of a plane, strided to stay within a budget.

    Parameters
    ----------
    plane, shape
        The plane, and the shape of the whole image.
    budget
        Largest number of pixels that may be read.
    window
        Part to show as ``(x0, y0, x1, y1)``: edges in pixel coordinates, where the centre of
        pixel i is at i. None or empty is the whole plane. What lies outside is not read.

    Examples
    --------
    >>> plane = choose_plane(None, (16, 8192, 8192))
    >>> plane_box(plane, (16, 8192, 8192)).shape
    (1, 1639, 1639)
    >>> plane_box(plane, (16, 8192, 8192), window=(9.5, 99.5, 19.5, 104.5)).slices[1:]
    (slice(100, 105, 1), slice(10, 20, 1))
    """
    shown = [plane.x_axis] if plane.y_axis < 0 else [plane.x_axis, plane.y_axis]
    edges = tuple(window) if window is not None and len(window) else ()
    if edges and len(edges) != 4:
        raise DisplayError(f"a window needs x0, y0, x1, y1, got {len(edges)} numbers")
    start = [0 if index is None else index for index in plane.position]
    stop = [
        n if index is None else index + 1 for n, index in zip(shape, plane.position, strict=True)
    ]
    for low, axis in enumerate(shown):
        if edges:
            start[axis], stop[axis] = _cut(edges[low], edges[low + 2], shape[axis])
    lengths = [stop[axis] - start[axis] for axis in shown]
    stride = _stride(lengths, budget)
    step = [1] * len(shape)
    for axis, length in zip(shown, lengths, strict=True):
        step[axis] = max(1, min(stride, length))
    return Box(tuple(start), tuple(stop), tuple(step))


def _cut(low: float, high: float, length: int) -> tuple[int, int]:
    """Pixels between two edges: at least one, all inside the axis."""
    if not (np.isfinite(low) and np.isfinite(high)):
        raise DisplayError(f"a window needs finite edges, got {low} and {high}")
    low, high = min(low, high), max(low, high)
    first = min(max(floor(low + 0.5), 0), max(length - 1, 0))
    last = min(max(ceil(high + 0.5), first + 1), length)
    return first, max(last, first)


def _stride(lengths: Sequence[int], budget: int) -> int:
    def count(step: int) -> int:
        product = 1
        for length in lengths:
            product *= -(-length // step)
        return product

    total = count(1)
    step = max(1, ceil(sqrt(total / budget) - 1e-9)) if total > budget else 1
    while count(step) > budget and step < max(lengths):
        step += max(1, step // 8)  # one long axis needs more than the square root
    return step


def read_plane(lattice: Lattice, plane: Plane, box: Box) -> Block:
    """Read a plane: rows are its y axis, the first row is the lowest.

    Complex pixels become their amplitude. A plane of a one-axis image has one row.

    Parameters
    ----------
    lattice
        The image.
    plane
        Which axes are shown.
    box
        What to read, from `plane_box`.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> lattice = MemoryLattice(np.arange(12.0).reshape(2, 2, 3))
    >>> plane = choose_plane(None, lattice.shape)
    >>> read_plane(lattice, plane, plane_box(plane, lattice.shape)).values
    array([[ 6.,  7.,  8.],
           [ 9., 10., 11.]])
    """
    block = lattice.read(box)
    values = block.values
    if values is None:
        raise DisplayError("the image gave no pixels")
    if values.dtype.kind == "c":
        with np.errstate(over="ignore", invalid="ignore"):
            values = np.abs(values)
    good = None if block.good is None else _flatten(block.good, plane)
    return Block(_flatten(values, plane), good)


def _flatten(values: NDArray[Any], plane: Plane) -> NDArray[Any]:
    if plane.y_axis < 0:
        return values.reshape(1, -1)
    kept = sorted((plane.x_axis, plane.y_axis))
    flat = values.reshape([values.shape[axis] for axis in kept])
    return flat.T if plane.x_axis < plane.y_axis else flat
