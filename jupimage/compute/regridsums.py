"""Sums that are kept: pixels sampled at several points each, and added up.

Where a value belongs to a pixel (Jy/pixel), a larger pixel holds more of them. A new pixel is
cut into small ones of about the size of the old ones; each of these gets the interpolated
value times the area that it covers in the old plane, in old pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.regridplaces import Places
from jupimage.lattice import Block, Box, Lattice

__all__ = ["FinePlaces", "SummedView", "areas_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FinePlaces:
    """Positions of a plane whose pixels are cut into `times` x `times` parts."""

    places: Places
    times: int

    def at(self, rows: NDArray[Any], columns: NDArray[Any]) -> tuple[Array, Array]:
        """Return columns and rows in the old plane."""
        if self.times == 1:
            return self.places.at(rows, columns)
        return self.places.at((rows + 0.5) / self.times - 0.5, (columns + 0.5) / self.times - 0.5)


def areas_of(places: Places, rows: NDArray[Any], columns: NDArray[Any]) -> Array:
    """Return the area of pixels in the old plane, from the positions of their corners.

    Examples
    --------
    >>> from jupimage.compute.regridplaces import ExactPlaces
    >>> areas_of(ExactPlaces(lambda at: at * 2), np.arange(2), np.arange(3))
    array([[4., 4., 4.],
           [4., 4., 4.]])
    """
    x, y = places.at(_corners(rows), _corners(columns))
    # Half the cross product of the diagonals.
    across = x[1:, 1:] - x[:-1, :-1], y[1:, 1:] - y[:-1, :-1]
    down = x[1:, :-1] - x[:-1, 1:], y[1:, :-1] - y[:-1, 1:]
    areas: Array = np.abs(across[0] * down[1] - across[1] * down[0]) / 2
    return areas[np.ix_(rows - rows[0], columns - columns[0])]


def _corners(at: NDArray[Any]) -> Array:
    return np.arange(at[0], at[-1] + 2) - 0.5


class SummedView:
    """Another lattice, with squares of its pixels added up.

    Parameters
    ----------
    source
        The small pixels.
    axes
        Numpy axes of the squares.
    times
        Their side.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> fine = MemoryLattice(np.arange(8.0).reshape(2, 4))
    >>> SummedView(fine, (0, 1), 2).read(Box.whole((1, 2))).values
    array([[10., 18.]])
    """

    def __init__(self, source: Lattice, axes: tuple[int, int], times: int) -> None:
        self.source = source
        self._axes = axes
        self._times = times

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._divided(self.source.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self.source.dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """That of the small pixels."""
        return tuple(max(1, n) for n in self._divided(self.source.tile))

    @property
    def whole_axes(self) -> tuple[int, ...]:
        """Axes that are best read in whole: those of the small pixels."""
        return tuple(getattr(self.source, "whole_axes", ()))

    @property
    def shared_axes(self) -> tuple[int, ...]:
        """Axes along which pixels share the work of computing them."""
        return tuple(getattr(self.source, "shared_axes", ()))

    @property
    def masked(self) -> bool:
        """Whether the small pixels have a mask."""
        return self.source.masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Add up the small pixels of a box; a sum is good if all of them are."""
        box.check(self.shape)
        start, stop = list(box.start), list(box.stop)
        step = list(box.step)
        for axis in self._axes:
            start[axis], stop[axis] = start[axis] * self._times, stop[axis] * self._times
            step[axis] = 1
        block = self.source.read(
            Box(tuple(start), tuple(stop), tuple(step)), values=values, good=good
        )
        found, marks = block.values, block.good
        for axis in self._axes:
            at = np.arange(0, stop[axis] - start[axis], self._times)
            every = (*(slice(None),) * axis, slice(None, None, box.step[axis]))
            if found is not None:
                found = np.add.reduceat(found, at, axis=axis)[every]
            if marks is not None:
                marks = np.logical_and.reduceat(marks, at, axis=axis)[every]
        return Block(found, marks)

    def _divided(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(n // self._times if axis in self._axes else n for axis, n in enumerate(shape))
