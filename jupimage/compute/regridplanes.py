"""Planes on another grid, as a lattice: the pixels are computed when they are read.

Reading a box computes it square by square, because a small square of the new plane needs a
small window of the old one, however the two are turned against each other. The weights of a
square serve all planes of the box. Where a window is too large to be held (a few new pixels
see much of the old plane) the square is quartered.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.interpolation import Method
from jupimage.compute.interpolationkernels import make_stencil
from jupimage.compute.interpolationplane import Stencil, Window, window_of
from jupimage.compute.regridplaces import Places
from jupimage.compute.regridsums import areas_of
from jupimage.lattice import Block, Box, Lattice

__all__ = ["PLANES", "PlaneRegridView", "shared_axes", "whole_axes"]

Values = NDArray[Any]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]

# Pixels of a square, and of the strips of it that are worked on at a time.
_SQUARE = 256
_STRIP = 128
# Pixels of a window that one thread holds, in double precision.
_ROOM = 1 << 20
# Pixels that one read computes: what fits into the pieces that a walk through a lattice takes.
_PIECE = 1 << 18
PLANES = 16
"""Planes that are best computed at once."""


class _Strip(NamedTuple):
    """Some rows of a square: where their values come from, and what to multiply these with."""

    rows: slice
    stencil: Stencil
    weights: NDArray[np.float64] | None


class PlaneRegridView:
    """The planes of another lattice, interpolated at places of theirs.

    Parameters
    ----------
    source
        The old planes.
    axes
        Numpy axes of their rows and columns.
    shape
        Rows and columns of the new planes.
    places
        Where the new pixels lie in the old planes.
    method
        How to interpolate.
    scale
        What values are multiplied with.
    areas
        Whether each is also multiplied with the area that its pixel has in the old plane.
    masked
        Whether to have a mask, in which a pixel is good if it was computed. Without one
        those that were not are just 0.

    Examples
    --------
    >>> from jupimage.compute.regridplaces import ExactPlaces
    >>> from jupimage.lattice import MemoryLattice
    >>> old = MemoryLattice(np.arange(12.0).reshape(3, 4))
    >>> new = PlaneRegridView(old, (0, 1), (2, 2), ExactPlaces(lambda at: at + 0.5), "linear")
    >>> new.read(Box.whole((2, 2))).values
    array([[2.5, 3.5],
           [6.5, 7.5]])
    """

    def __init__(
        self,
        source: Lattice,
        axes: tuple[int, int],
        shape: tuple[int, int],
        places: Places,
        method: Method,
        *,
        scale: float = 1.0,
        areas: bool = False,
        masked: bool = False,
    ) -> None:
        self.source = source
        self._axes = axes
        self._places = places
        self._method: Method = method
        self._scale = scale
        self._areas = areas
        self._masked = masked
        lengths = list(source.shape)
        for axis, length in zip(axes, shape, strict=True):
            lengths[axis] = length
        self._shape = tuple(lengths)

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels: that of the old ones."""
        return self.source.dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """Squares of the plane, several planes at a time."""
        tile = [1] * len(self._shape)
        planes = 1
        others = [axis for axis in reversed(range(len(tile))) if axis not in self._axes]
        for axis in sorted(others, key=lambda axis: axis not in self.whole_axes):
            most = _PIECE if axis in self.whole_axes else PLANES
            tile[axis] = min(self._shape[axis], max(1, most // planes))
            planes *= tile[axis]
        side = max(1, int((_PIECE / planes) ** 0.5))
        row, column = self._axes
        tile[row] = min(self._shape[row], side)
        tile[column] = max(1, min(self._shape[column], _PIECE // planes // tile[row]))
        tile[row] = max(1, min(self._shape[row], _PIECE // planes // tile[column]))
        return tuple(tile)

    @property
    def whole_axes(self) -> tuple[int, ...]:
        """Axes that are best read in whole, as a part of them costs as much."""
        return tuple(axis for axis in whole_axes(self.source) if axis not in self._axes)

    @property
    def shared_axes(self) -> tuple[int, ...]:
        """Axes along which pixels are computed with the same weights, so best several at once."""
        return tuple(axis for axis in range(len(self._shape)) if axis not in self._axes)

    @property
    def masked(self) -> bool:
        """Whether pixels that could not be computed are marked as bad."""
        return self._masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Compute the pixels of a box."""
        box.check(self._shape)
        found = np.zeros(box.shape, self.dtype)
        computed = np.zeros(box.shape, bool) if self._masked and good else None
        rows, columns = (
            np.arange(box.start[axis], box.stop[axis], box.step[axis]) for axis in self._axes
        )
        # Pixels may be infinite or NaN, sums too large for single precision.
        with np.errstate(invalid="ignore", over="ignore"):
            for r, c in _squares(len(rows), len(columns), _SQUARE):
                parts = self._cut(found, r, c), self._cut(computed, r, c)
                self._square(box, rows[r], columns[c], *parts)
        return Block(found if values else None, computed)

    def _cut(self, array: Any, rows: slice, columns: slice) -> Any:
        """Return a part of the planes of an array, the planes' axes last."""
        return (
            None if array is None else np.moveaxis(array, self._axes, (-2, -1))[..., rows, columns]
        )

    def _square(
        self, box: Box, rows: Indices, columns: Indices, found: Values, computed: Bools | None
    ) -> None:
        """Compute some rows and columns of all planes of a box."""
        x, y = self._places.at(rows, columns)
        plane = self.source.shape[self._axes[0]], self.source.shape[self._axes[1]]
        window = window_of(x, y, plane)
        if window is None:
            return
        size = window.rows * window.columns
        if size > _ROOM and x.size > 1024:
            half = max(len(rows), len(columns)) // 2
            for r, c in _squares(len(rows), len(columns), half):
                part = None if computed is None else computed[..., r, c]
                self._square(box, rows[r], columns[c], found[..., r, c], part)
            return
        weights = areas_of(self._places, rows, columns) if self._areas else None
        strips = [
            _Strip(
                r,
                make_stencil(self._method, x[r].ravel(), y[r].ravel(), window),
                None if weights is None else weights[r].ravel(),
            )
            for r, _ in _squares(len(rows), 1, _STRIP)
        ]
        for batch in _batches(found.shape[:-2], max(1, _ROOM // size)):
            block = self.source.read(self._window_box(box, batch, window), good=self.source.masked)
            marks = None if computed is None else computed[batch.slices]
            self._planes(block, strips, found[batch.slices], marks)

    def _window_box(self, box: Box, part: Box, window: Window) -> Box:
        """Return where a window of some planes of a box lies in the old lattice."""
        start, stop, step = list(box.start), list(box.stop), list(box.step)
        others = [axis for axis in range(len(start)) if axis not in self._axes]
        for own, axis in enumerate(others):
            start[axis] = box.start[axis] + part.start[own] * box.step[axis]
            stop[axis] = box.start[axis] + (part.stop[own] - 1) * box.step[axis] + 1
        for axis, first, count in zip(
            self._axes, (window.row, window.column), (window.rows, window.columns), strict=True
        ):
            start[axis], stop[axis], step[axis] = first, first + count, 1
        return Box(tuple(start), tuple(stop), tuple(step))

    def _planes(
        self,
        block: Block,
        strips: list[_Strip],
        found: Values,
        computed: Bools | None,
    ) -> None:
        """Interpolate in all planes of a block."""
        assert block.values is not None
        values = np.moveaxis(block.values, self._axes, (-2, -1))
        good = None if block.good is None else np.moveaxis(block.good, self._axes, (-2, -1))
        for plane in np.ndindex(values.shape[:-2]):
            clean = None if good is None else good[plane].ravel()
            if clean is not None and clean.all():
                clean = None
            mark = None if computed is None else computed[plane]
            if values.dtype.kind == "c":
                self._plane(values[plane].real, clean, strips, found[plane].real, mark)
                self._plane(values[plane].imag, clean, strips, found[plane].imag, mark)
            else:
                self._plane(values[plane], clean, strips, found[plane], mark)

    def _plane(
        self,
        values: Values,
        good: Bools | None,
        strips: list[_Strip],
        found: Values,
        computed: Bools | None,
    ) -> None:
        flat = values.astype(np.float64).ravel()
        for rows, stencil, weights in strips:
            answer, there = stencil.apply(flat, good)
            target = found[rows]
            if weights is not None:
                np.multiply(answer, weights, out=answer, where=answer != 0)
            if self._scale != 1.0:
                answer *= self._scale
            target[...] = answer.reshape(target.shape)
            if computed is not None:
                computed[rows] = True if there is None else there.reshape(target.shape)


def whole_axes(lattice: Lattice) -> tuple[int, ...]:
    """Return the axes of a lattice that are best read in whole."""
    return getattr(lattice, "whole_axes", ())


def shared_axes(lattice: Lattice) -> tuple[int, ...]:
    """Return the axes along which pixels of a lattice share the work of computing them."""
    return getattr(lattice, "shared_axes", ())


def _squares(rows: int, columns: int, side: int) -> Iterator[tuple[slice, slice]]:
    for r in range(0, rows, side):
        for c in range(0, columns, side):
            yield slice(r, min(rows, r + side)), slice(c, min(columns, c + side))


def _batches(shape: tuple[int, ...], count: int) -> Iterator[Box]:
    """Cut planes into batches of not more than `count`."""
    size = [1] * len(shape)
    for axis in range(len(shape) - 1, -1, -1):
        size[axis] = max(1, min(shape[axis], count // prod(size)))
        if size[axis] < shape[axis]:
            break
    return Box.whole(shape).tiles(size)
