"""The cells of a lattice: what is left of it for each position along some axes.

With all axes but the spectral one collapsed a cell is a channel map; with only the spectral one
collapsed it is a spectrum. `plan_cells` says in which boxes they are best read: boxes of whole
cells that are aligned to the tiles as far as memory allows. A cell that is too large for that is
left to those who can work on it in pieces.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage import options
from jupimage.lattice import Box, Lattice

__all__ = ["Cells", "lay_out"]

_SHARES = 16
_STEP = 8
"""Numbers that are written next to each other where rows and columns change places."""


@dataclass(frozen=True, slots=True)
class Cells:
    """How a lattice falls into cells.

    Parameters
    ----------
    shape
        Of the lattice.
    axes
        Those that are collapsed, ascending.
    """

    shape: tuple[int, ...]
    axes: tuple[int, ...]

    @property
    def kept(self) -> tuple[int, ...]:
        """Axes that are not collapsed."""
        return tuple(axis for axis in range(len(self.shape)) if axis not in self.axes)

    @property
    def grid(self) -> tuple[int, ...]:
        """Number of cells along each axis that is kept."""
        return tuple(self.shape[axis] for axis in self.kept)

    @property
    def length(self) -> int:
        """Number of pixels of a cell."""
        return math.prod(self.shape[axis] for axis in self.axes)

    def place(self, box: Box) -> tuple[slice, ...]:
        """Return which cells a box of whole cells holds, as an index of an array of them."""
        return tuple(box.slices[axis] for axis in self.kept)

    def single(self) -> Iterator[tuple[tuple[int, ...], Box]]:
        """Give each cell with its box."""
        for place in np.ndindex(*self.grid):
            start, stop = [0] * len(self.shape), list(self.shape)
            for axis, number in zip(self.kept, place, strict=True):
                start[axis], stop[axis] = number, number + 1
            yield place, Box(tuple(start), tuple(stop))

    def boxes(self, lattice: Lattice) -> list[Box] | None:
        """Return boxes of whole cells that cover the lattice; None if one cell is too large."""
        itemsize = lattice.dtype.itemsize + int(lattice.masked)
        room = int(options.memory / _SHARES / itemsize)
        if self.length > _SHARES // 4 * room:
            return None
        step = [
            self.shape[a] if a in self.axes else lattice.tile[a] for a in range(len(self.shape))
        ]
        step = [max(1, min(n, length)) for n, length in zip(step, self.shape, strict=True)]
        for axis in self.kept:  # cut what is too large, slowest axis first
            excess = math.prod(step) / room
            if excess > 1:
                step[axis] = max(1, int(step[axis] / excess))
        for axis in reversed(self.kept):  # take more of what is too small, fastest axis first
            times = min(room, 1 << 18) // math.prod(step)
            if times > 1:
                step[axis] = min(self.shape[axis], step[axis] * times)
        return list(Box.whole(self.shape).tiles(step))


def lay_out(values: NDArray[Any], axes: tuple[int, ...]) -> NDArray[Any]:
    """Return an array as rows, one for each cell, contiguous.

    Parameters
    ----------
    values
        Pixels of whole cells.
    axes
        Those that are collapsed, ascending; a row holds them in C order.

    Examples
    --------
    >>> lay_out(np.arange(6).reshape(2, 3), (0,))
    array([[0, 3],
           [1, 4],
           [2, 5]])
    """
    kept = tuple(axis for axis in range(values.ndim) if axis not in axes)
    order = (*kept, *axes)
    length = math.prod(values.shape[axis] for axis in axes)
    if order == tuple(range(values.ndim)):
        return np.ascontiguousarray(values).reshape(-1, length)
    turned = values.transpose(order)
    found = np.empty(turned.shape, values.dtype)
    # A few numbers of each row at a time: whole rows, or one number, use little of a cache line.
    first = len(kept)
    for start in range(0, turned.shape[first], _STEP):
        part = (*(slice(None) for _ in kept), slice(start, start + _STEP))
        found[part] = turned[part]
    return found.reshape(-1, length)
