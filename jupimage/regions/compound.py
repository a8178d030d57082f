"""Regions made of other regions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jupimage.lattice.box import Box
from jupimage.regions.region import Bools, PlacedRegion, Region, overlap

__all__ = ["CombinedRegion", "ComplementRegion", "SpreadRegion", "StackedRegion"]


class ComplementRegion(Region):
    """What another region leaves of the image."""

    def __init__(self, part: Region) -> None:
        super().__init__(part.shape)
        self.part = part

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        selected = self.part.select(box)
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
        self.parts = parts
        self.combine = combine

    @property
    def bounds(self) -> Box:
        """The box around those of all parts, the box common to them, or that of the first."""
        bounds = [part.bounds for part in self.parts]
        if self.combine is np.greater:
            return bounds[0]
        if self.combine is np.logical_and:
            return _common(bounds)
        return _around(bounds)

    @property
    def filled(self) -> bool:
        """Whether it is what boxes have in common."""
        return self.combine is np.logical_and and all(part.filled for part in self.parts)

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        selected = np.zeros(box.shape, bool)
        common = overlap(box, self.bounds)
        if common is None:
            return selected
        index, inner = common
        found = self.parts[0].select(inner)
        for part in self.parts[1:]:
            if self.combine is np.logical_and:
                np.logical_and(found, part.select(inner), out=found)
            elif (shared := overlap(inner, part.bounds)) is not None:
                # of many small parts, each is only looked at where it lies
                there, piece = found[shared[0]], part.select(shared[1])
                self.combine(there, piece, out=there)
        selected[index] = found
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
        self.part = part
        self.axes = axes
        self.box = box
        self._range = PlacedRegion(None, box, tuple(shape[axis] for axis in axes))

    @property
    def bounds(self) -> Box:
        """The box of the part, spread over the range."""
        inner, along = self.part.bounds, self._range.box
        ndim = len(self._shape)
        start, stop = [0] * ndim, [0] * ndim
        for place, axis in enumerate(self.axes):
            start[axis], stop[axis] = along.start[place], along.stop[place]
        flat = len(self.part.shape) == ndim
        others = [axis for axis in range(ndim) if axis not in self.axes]
        for place, axis in enumerate(others):
            own = axis if flat else place
            start[axis], stop[axis] = inner.start[own], inner.stop[own]
        if inner.size == 0:
            stop = start
        return Box(tuple(start), tuple(stop))

    @property
    def filled(self) -> bool:
        """Whether the part is a plain box."""
        return self.part.filled

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        others = [axis for axis in range(box.ndim) if axis not in self.axes]
        flat = len(self.part.shape) == box.ndim
        ranges = [
            (0, 1, 1) if axis in self.axes else (box.start[axis], box.stop[axis], box.step[axis])
            for axis in (range(box.ndim) if flat else others)
        ]
        inner = self.part.select(Box(*(tuple(n) for n in zip(*ranges, strict=True))))
        shape = tuple(1 if axis in self.axes else n for axis, n in enumerate(box.shape))
        there = self._range.select(_axes_of(box, self.axes))
        order = np.argsort(self.axes)
        along = [n if axis in self.axes else 1 for axis, n in enumerate(box.shape)]
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

    @property
    def bounds(self) -> Box:
        """The box around those of all parts, over the planes that have one."""
        inner = _around([part.bounds for part in self._parts])
        start, stop = list(inner.start), list(inner.stop)
        start.insert(self._axis, self._first)
        stop.insert(self._axis, self._first + len(self._parts))
        return Box(tuple(start), tuple(stop))

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


def _around(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that holds some boxes; those that are empty do not count."""
    found = [box for box in boxes if box.size] or [boxes[0]]
    start = tuple(min(ends) for ends in zip(*(box.start for box in found), strict=True))
    stop = tuple(max(ends) for ends in zip(*(box.stop for box in found), strict=True))
    return Box(start, stop)


def _common(boxes: Sequence[Box]) -> Box:
    """Return the box that boxes have in common, which may be empty."""
    start = tuple(max(ends) for ends in zip(*(box.start for box in boxes), strict=True))
    stop = tuple(min(ends) for ends in zip(*(box.stop for box in boxes), strict=True))
    return Box(start, tuple(max(a, b) for a, b in zip(start, stop, strict=True)))


def _axes_of(box: Box, axes: tuple[int, ...]) -> Box:
    """Return the box of some axes only."""
    start, stop, step = (tuple(of[axis] for axis in axes) for of in (box.start, box.stop, box.step))
    return Box(start, stop, step)
