"""Regions that a few numbers describe: ellipsoids, polygons, every so many-th pixel.

Positions are pixel numbers, the centre of the first pixel is 0, slowest axis first. A pixel
belongs to an ellipsoid or polygon if its centre lies inside or on the edge.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice.box import Box
from jupimage.regions.region import Bools, Region

__all__ = ["EllipsoidRegion", "PolygonRegion", "SlicedRegion"]

Array = NDArray[np.float64]

_NEAR = 1e-5
"""Pixels within which a position counts as on the edge: records hold single precision."""


_ROUNDING = 1e-9
"""What sums of squares that should be 1 may exceed it by."""


def _positions(box: Box, axis: int) -> Array:
    return np.arange(box.start[axis], box.stop[axis], box.step[axis], dtype=np.float64)


class EllipsoidRegion(Region):
    """An ellipsoid whose axes lie along those of the image, unless it is a turned ellipse.

    Parameters
    ----------
    center, radii
        In pixels, slowest axis first.
    shape
        Of the image.
    angle
        In radians, from the fast axis towards the slow one; only for images of two axes.

    Examples
    --------
    >>> circle = EllipsoidRegion(np.array([1.0, 1.0]), np.array([1.0, 1.0]), (3, 3))
    >>> circle.read(Box.whole((3, 3))).values.astype(int)
    array([[0, 1, 0],
           [1, 1, 1],
           [0, 1, 0]])
    """

    def __init__(
        self, center: Array, radii: Array, shape: tuple[int, ...], *, angle: float = 0.0
    ) -> None:
        super().__init__(shape)
        self._center = center
        self._radii = radii
        self._angle = angle

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        away = [_positions(box, axis) - self._center[axis] for axis in range(box.ndim)]
        grid = list(np.ix_(*away))
        if self._angle:
            slow, fast = grid
            cosine, sine = math.cos(self._angle), math.sin(self._angle)
            grid = [slow * cosine - fast * sine, fast * cosine + slow * sine]
        total: Array = np.zeros(())
        for distance, radius in zip(grid, self._radii, strict=True):
            total = total + np.square(distance / radius)
        return np.asarray(np.broadcast_to(total <= 1 + _ROUNDING, box.shape)).copy()


class PolygonRegion(Region):
    """A polygon in an image of two axes; where it crosses itself, what is enclosed twice is out.

    Parameters
    ----------
    x, y
        Corners along the fast and along the slow axis; the last one is joined to the first.
    shape
        Of the image.

    Examples
    --------
    >>> triangle = PolygonRegion(np.array([0.0, 2, 0]), np.array([0.0, 0, 2]), (3, 3))
    >>> triangle.read(Box.whole((3, 3))).values.astype(int)
    array([[1, 1, 1],
           [1, 1, 0],
           [1, 0, 0]])
    """

    def __init__(self, x: Array, y: Array, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        self._edges = np.stack([x, y, np.roll(x, -1), np.roll(y, -1)], axis=1)

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        rows, columns = _positions(box, 0), _positions(box, 1)
        crossings = np.zeros((rows.size, columns.size + 1), np.int32)
        edge = np.zeros(box.shape, bool)
        for x1, y1, x2, y2 in self._edges:
            if y1 == y2:
                on = np.abs(rows - y1) <= _NEAR
                edge[on] |= _between(columns, x1, x2)
                continue
            if y1 > y2:
                x1, y1, x2, y2 = x2, y2, x1, y1
            touched = np.flatnonzero((rows >= y1 - _NEAR) & (rows <= y2 + _NEAR))
            where = x1 + (rows[touched] - y1) * ((x2 - x1) / (y2 - y1))
            crossed = (rows[touched] >= y1) & (rows[touched] < y2)
            first = np.searchsorted(columns, where[crossed])
            np.add.at(crossings, (touched[crossed], first), 1)
            edge[touched] |= np.abs(columns - where[:, None]) <= _NEAR
        inside = np.cumsum(crossings[:, :-1], axis=1) & 1
        selected: Bools = inside.astype(bool) | edge
        return selected


def _between(values: Array, one: float, other: float) -> Bools:
    found: Bools = (values >= min(one, other) - _NEAR) & (values <= max(one, other) + _NEAR)
    return found


class SlicedRegion(Region):
    """Every so many-th pixel of a box.

    Parameters
    ----------
    box
        Which pixels.
    shape
        Of the image.

    Examples
    --------
    >>> SlicedRegion(Box((1,), (5,), (2,)), (5,)).read(Box.whole((5,))).values
    array([False,  True, False,  True, False])
    """

    def __init__(self, box: Box, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        box.check(shape)
        self._box = box

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        selected = np.ones(box.shape, bool)
        for axis, part in enumerate(self._box.slices):
            line = np.zeros(self._shape[axis], bool)
            line[part] = True
            along = [-1 if axis == other else 1 for other in range(box.ndim)]
            selected &= line[box.slices[axis]].reshape(along)
        return selected
