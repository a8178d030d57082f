"""Regions made of other regions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jupimage.lattice.box import Box
from jupimage.regions.region import Bools, PlacedRegion, Region

__all__ = ["CombinedRegion", "ComplementRegion", "SpreadRegion", "StackedRegion"]


class ComplementRegion(Region):
    """What another region leaves of the image."""

    def __init__(self, part: Region) -> None:
        super().__init__(part.shape)
        self._part = part

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        selected = self._part.select(box)
        return np.logical_not(selected, out=selected)


class CombinedRegion(Region):
    """Regions of one image, combined pixel by pixel from the first to the last.

    Parameters
    ----------
    parts
        The regions.
    combine
        `numpy.logical_or` for what belongs to any, `numpy.logical_and` to all of them,
        `numpy.greater` to the first and none of the others.
    """

    def __init__(self, parts: Sequence[Region], combine: np.ufunc) -> None:
        super().__init__(parts[0].shape)
        self._parts = parts
        self._combine = combine

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        selected = self._parts[0].select(box)
        for part in self._parts[1:]:
            self._combine(selected, part.select(box), out=selected)
        return selected


class SpreadRegion(Region):
    """A region repeated along further axes, in a range of each.

    Parameters
    ----------
    part
        The region: without those axes, or with length 1 on them.
    axes
        Numpy numbers of the axes in the image.
    box
        Range of pixels along each of them.
    shape
        Of the image.

    Examples
    --------
    >>> from jupimage.regions.region import PlacedRegion
    >>> row = PlacedRegion(None, Box((1,), (3,)), (3,))
    >>> SpreadRegion(row, (0,), Box((1,), (2,)), (2, 3)).select(Box.whole((2, 3))).astype(int)
    array([[0, 0, 0],
           [0, 1, 1]])
    """

    def __init__(
        self, part: Region, axes: tuple[int, ...], box: Box, shape: tuple[int, ...]
    ) -> None:
        super().__init__(shape)
        self._part = part
        self._axes = axes
        self._range = PlacedRegion(None, box, tuple(shape[axis] for axis in axes))

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        others = [axis for axis in range(box.ndim) if axis not in self._axes]
        flat = len(self._part.shape) == box.ndim
        ranges = [
            (0, 1, 1) if axis in self._axes else (box.start[axis], box.stop[axis], box.step[axis])
            for axis in (range(box.ndim) if flat else others)
        ]
        inner = self._part.select(Box(*(tuple(n) for n in zip(*ranges, strict=True))))
        shape = tuple(1 if axis in self._axes else n for axis, n in enumerate(box.shape))
        there = self._range.select(_axes_of(box, self._axes))
        order = np.argsort(self._axes)
        along = [n if axis in self._axes else 1 for axis, n in enumerate(box.shape)]
        selected: Bools = inner.reshape(shape) & there.transpose(order).reshape(along)
        return selected


class StackedRegion(Region):
    """Regions stacked along an axis that they do not have, each in a plane of its own.

    Parameters
    ----------
    parts
        The regions.
    axis
        Numpy number of that axis in the image.
    first
        Pixel along it at which the first region lies.
    shape
        Of the image.
    """

    def __init__(
        self, parts: Sequence[Region], axis: int, first: int, shape: tuple[int, ...]
    ) -> None:
        super().__init__(shape)
        self._parts = parts
        self._axis = axis
        self._first = first

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        selected = np.zeros(box.shape, bool)
        planes = np.moveaxis(selected, self._axis, 0)
        inner = _axes_of(box, tuple(axis for axis in range(box.ndim) if axis != self._axis))
        positions = range(*box.slices[self._axis].indices(self._shape[self._axis]))
        for plane, position in zip(planes, positions, strict=True):
            if 0 <= position - self._first < len(self._parts):
                plane[...] = self._parts[position - self._first].select(inner)
        return selected


def _axes_of(box: Box, axes: tuple[int, ...]) -> Box:
    """Return the box of some axes only."""
    start, stop, step = (tuple(of[axis] for axis in axes) for of in (box.start, box.stop, box.step))
    return Box(start, stop, step)
