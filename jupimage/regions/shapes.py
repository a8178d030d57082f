"""Regions that a few numbers describe: ellipsoids, polygons, every so many-th pixel.

Positions are pixel numbers, the centre of the first pixel is 0, slowest axis first. A pixel
belongs to an ellipsoid or polygon if its centre lies inside or on the edge.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice.box import Box
from jupimage.regions.region import Bools, Region, overlap

__all__ = ["EllipsoidRegion", "PolygonRegion", "SlicedRegion", "between"]

Array = NDArray[np.float64]

_NEAR = 1e-5
"""Pixels within which a position counts as on the edge: records hold single precision."""


_CLOSE = 1e-3
"""Pixels within which single precision may see a position on an edge that is not."""

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
        self.center = center
        self.radii = radii
        self.angle = angle

    @property
    def bounds(self) -> Box:
        """The box that the ellipsoid touches."""
        reach = self.radii
        if self.angle:
            slow, fast = self.radii
            cosine, sine = math.cos(self.angle), math.sin(self.angle)
            reach = np.hypot(self.radii * cosine, np.array([fast, slow]) * sine)
        return between(self.center - reach, self.center + reach, self._shape)

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        selected = np.zeros(box.shape, bool)
        common = overlap(box, self.bounds)
        if common is not None:
            selected[common[0]] = self._inside(common[1])
        return selected

    def _inside(self, box: Box) -> Bools:
        away = [_positions(box, axis) - self.center[axis] for axis in range(box.ndim)]
        grid = list(np.ix_(*away))
        if self.angle:
            slow, fast = grid
            cosine, sine = math.cos(self.angle), math.sin(self.angle)
            grid = [slow * cosine - fast * sine, fast * cosine + slow * sine]
        total: Array = np.zeros(())
        for distance, radius in zip(grid, self.radii, strict=True):
            total = total + np.square(distance / radius)
        inside: Bools = total <= 1 + _ROUNDING
        return inside


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

    @property
    def corners(self) -> Array:
        """Positions of the corners, (2, n): along the fast axis, along the slow one."""
        return self._edges[:, :2].T

    @property
    def bounds(self) -> Box:
        """The box that the corners reach."""
        low, high = self._edges[:, 1::-1].min(axis=0), self._edges[:, 1::-1].max(axis=0)
        return between(low, high, self._shape)

    @property
    def clear(self) -> bool:
        """Whether casacore takes the same pixels for it.

        Where an edge passes a pixel closely, single precision decides. And where a row of the
        polygon ends before the first column of `bounds`, it takes the pixel in that column.
        """
        bounds = self.bounds
        rows = _positions(bounds, 0)
        away = np.abs(self._edges[:, 1] - np.rint(self._edges[:, 1]))
        if ((away > _NEAR) & (away < _CLOSE)).any():
            return False
        x1, y1, x2, y2 = self._edges[self._edges[:, 1] != self._edges[:, 3]].T[:, :, None]
        where = x1 + (rows - y1) * ((x2 - x1) / (y2 - y1))
        crossed = (rows >= np.minimum(y1, y2)) & (rows < np.maximum(y1, y2))
        away = np.abs(where - np.rint(where))
        if (crossed & (away > _NEAR) & (away < _CLOSE)).any():
            return False
        # the columns at which each row goes in and out, by turns; those of no edge at the end
        ends = np.sort(np.where(crossed, where, np.inf), axis=0)[1::2]
        return not (np.floor(ends + _NEAR) < bounds.start[1]).any()

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        selected = np.zeros(box.shape, bool)
        common = overlap(box, self.bounds)
        if common is not None:
            selected[common[0]] = self._inside(common[1])
        return selected

    def _inside(self, box: Box) -> Bools:
        rows, columns = _positions(box, 0), _positions(box, 1)
        crossings = np.zeros((rows.size, columns.size + 1), np.int32)
        edge = np.zeros(box.shape, bool)
        for x1, y1, x2, y2 in self._edges:
            if abs(y1 - y2) <= _NEAR:
                edge[np.abs(rows - y1) <= _NEAR] |= _between(columns, x1, x2)
            if y1 == y2:
                continue
            if y1 > y2:
                x1, y1, x2, y2 = x2, y2, x1, y1
            touched = np.flatnonzero((rows >= y1 - _NEAR) & (rows <= y2 + _NEAR))
            where = x1 + (rows[touched] - y1) * ((x2 - x1) / (y2 - y1))
            where = np.clip(where, min(x1, x2), max(x1, x2))
            crossed = (rows[touched] >= y1) & (rows[touched] < y2)
            first = np.searchsorted(columns, where[crossed])
            np.add.at(crossings, (touched[crossed], first), 1)
            edge[touched] |= np.abs(columns - where[:, None]) <= _NEAR
        inside = np.cumsum(crossings[:, :-1], axis=1) & 1
        selected: Bools = inside.astype(bool) | edge
        return selected


def between(low: Array, high: Array, shape: tuple[int, ...]) -> Box:
    """Return the box of the pixels whose centres lie between two positions.

    Examples
    --------
    >>> between(np.array([-3.0, 1.5]), np.array([2.0, 99.0]), (4, 5))
    Box(start=(0, 2), stop=(3, 5), step=(1, 1))
    """
    ends = np.array(shape, float)
    start = np.clip(np.ceil(np.nan_to_num(low, nan=0.0) - _NEAR), 0, ends)
    stop = np.clip(np.floor(np.nan_to_num(high, nan=np.inf) + _NEAR) + 1, start, ends)
    return Box(tuple(int(n) for n in start), tuple(int(n) for n in stop))


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
        self.box = box

    @property
    def bounds(self) -> Box:
        """The box, every pixel of it."""
        return Box(self.box.start, self.box.stop)

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        selected = np.ones(box.shape, bool)
        for axis, part in enumerate(self.box.slices):
            line = np.zeros(self._shape[axis], bool)
            line[part] = True
            along = [-1 if axis == other else 1 for other in range(box.ndim)]
            selected &= line[box.slices[axis]].reshape(along)
        return selected
